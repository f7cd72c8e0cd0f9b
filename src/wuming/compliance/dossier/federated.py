"""What a federation's claim says is held against itself: threshold, shares of noise, sampling, both events.

Adversary: a signer who counts noise that is not there: of silos that may have dropped out, of colluders, or of a whole
cohort where only some need stay. What cannot be checked from figures (that each silo added its share) is not judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from wuming.accounting.events import Composed, EpsilonDelta, Event, PoissonSampledGaussian, event_from_json
from wuming.accounting.skellam import equivalent_standard_deviation

_ROUNDING = 1e-12


def federation_problems(claims: Mapping[str, Any], federation: Mapping[str, Any]) -> Iterator[str]:
    """Yield what does not follow, in words.

    Args:
        claims: of the evidence `train`; its event is what the server sees with its colluders.
        federation: its claim `federation`.

    Raises:
        LookupError, TypeError, ValueError, AttributeError, WumingError: a figure is missing or of the wrong kind.
    """
    silos, survivors, colluders = (federation[name] for name in ("silos", "least_survivors", "colluders"))
    if not (silos + colluders) / 2 < survivors <= silos or survivors - colluders < 2 or colluders < 0:
        yield "no round of the federation may be held with this threshold"
    if federation["dropouts_tolerated"] != silos - survivors:
        yield "the dropouts that the federation tolerates are not silos - least_survivors"
    if federation["rounds"] != claims["steps"]:
        yield "the federation held another number of rounds than the schedule has steps"
    if federation["epsilon_server"] != claims["epsilon"]:
        yield "ε against the federation's server is not the claim's"
    for event, noisy, whom in (
        (claims["event"], survivors - colluders, "the server"),
        (federation["public_event"], survivors, "those who see the model"),
    ):
        if not _follows(event_from_json(event), noisy, claims, federation):
            yield f"the event against {whom} is not that of the noise of {noisy} silos"


def _follows(event: Event, noisy: int, claims: Mapping[str, Any], federation: Mapping[str, Any]) -> bool:
    """Say whether an event counts the noise of so many silos, the claim's sampling, and what cut tails cost."""
    match event:
        case Composed(events=(PoissonSampledGaussian() as steps, EpsilonDelta(epsilon=0) as failures)):
            deviation = equivalent_standard_deviation(federation["member_variance"] * noisy)
            multiplier = deviation / math.sqrt(federation["squared_sensitivity"])
            failed = min(0.5, federation["failure_probability"] * claims["steps"])
            return (
                math.isclose(steps.noise_multiplier, multiplier, rel_tol=_ROUNDING)
                and (steps.sampling_probability, steps.steps) == (claims["sampling_probability"], claims["steps"])
                and math.isclose(failures.delta, failed, rel_tol=_ROUNDING)
            )
    return False
