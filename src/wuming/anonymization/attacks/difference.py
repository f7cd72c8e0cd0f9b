"""How much more often an attack succeeds on members than on a control: a lower confidence limit.

Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in Medicine
17 (1998) 873-890, method 10: from the score limits of E. B. Wilson, JASA 22 (1927) 209-212, of each share.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from wuming.core.errors import PrivacyParameterError


def lower_limit(successes: float, trials: int, control_successes: float, control_trials: int, *, level: float) -> float:
    """Return the one-sided lower limit of p - p0, in [-1, 1].

    Args:
        successes, trials: of the attack on members.
        control_successes, control_trials: of the same attack on people who are not in the table.
        level: probability, about, that the limit is above the true difference; in (0, 0.5).

    Returns:
        The limit; -1 where one side has no trial, because then nothing is known.

    Raises:
        PrivacyParameterError: counts or level out of range.
    """
    for got, of in ((successes, trials), (control_successes, control_trials)):
        if not 0 <= got <= of:
            raise PrivacyParameterError(f"{got} successes in {of} trials", help="Give counts of one experiment.")
    if not 0 < level < 0.5:
        raise PrivacyParameterError(f"level={level} is not within (0, 0.5)", help="Use 0.01, for example.")
    if not trials or not control_trials:
        return -1.0
    z = -NormalDist().inv_cdf(level)
    share, control = successes / trials, control_successes / control_trials
    low = wilson(share, trials, -z)
    high = wilson(control, control_trials, z)
    return max(-1.0, share - control - math.hypot(share - low, high - control))


def wilson(share: float, trials: int, z: float) -> float:
    """Return the score limit of a share: upper for z > 0, lower for z < 0."""
    square = z * z / trials
    middle = share + square / 2
    return min(1.0, max(0.0, (middle + z * math.sqrt((share * (1 - share) + square / 4) / trials)) / (1 + square)))
