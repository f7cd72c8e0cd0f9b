"""The time that a call takes as an output: does it depend on the data, or on the noise that was drawn?

Calls are made in blocks of two. Whether the slower of two calls on different data is the one on D' is a fair coin if
time does not depend on data, since the order within a block is drawn at random; likewise, whether the slower of two
calls on the same data has the larger noise, if time does not depend on noise. So drifts, other programs and pauses of
the interpreter do not matter, and the test is exact. Tiny differences are everywhere, so blocks whose calls differ by
less than a twentieth of a call's time do not count, and only a share well above one half is reported.

The guarantee (ε, δ) does not speak of time, so this is a finding and no violation. Nothing found does not mean constant
time: a finer clock, or more calls, may see more.

Source: Jin, McMurtry, Rubinstein and Ohrimenko, "Are we there yet? Timing and floating-point attacks on differential
privacy systems" (2022).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wuming.auditing.mechanism.exact import coin_p_value
from wuming.auditing.mechanism.neighbours import Pair
from wuming.auditing.mechanism.outcomes import Encoder, Floats
from wuming.auditing.mechanism.report import CheckResult, Verdict
from wuming.auditing.mechanism.target import Target, orders, quiet

_SHARE = 0.6
_TIE = 0.05  # of the median time of a call
NOISE_NULL = f"of two calls on the same data, the slower has the larger noise in at most {_SHARE:.0%} of the cases"
DATA_NULL = f"of two calls on D and D', the same one is slower in at most {_SHARE:.0%} of the cases"


def check_time_of_noise(target: Target, pair: Pair, *, level: float, blocks: int) -> CheckResult:
    """Compare times with the size of the noise, on one data set.

    Args:
        target: the mechanism.
        pair: its right data are used.
        level: of the test, which is two-sided.
        blocks: pairs of calls.
    """
    with quiet():
        _warm_up(target, pair.right)
        calls = [target.timed(pair.right) for _ in range(2 * blocks)]
    size = _noise_size([output for _, output in calls])
    times = np.array([nanoseconds for nanoseconds, _ in calls], dtype=np.float64)
    slower, larger = times[::2] - times[1::2], size[::2] - size[1::2]
    decided = (np.abs(slower) > _TIE * np.median(times)) & np.isfinite(larger) & (larger != 0)
    same = int((np.sign(slower[decided]) == np.sign(larger[decided])).sum())
    return _result("timing-noise", NOISE_NULL, same, int(decided.sum()), pair.name, level, "the larger noise")


def check_time_of_data(target: Target, pair: Pair, *, level: float, blocks: int) -> CheckResult:
    """Compare times between neighbouring data; meant for pairs with equally many records."""
    both, slower, all_times = (pair.left, pair.right), [], []
    with quiet():
        for data in both:
            _warm_up(target, data)
        for order in orders(blocks):
            times = [0, 0]
            for side in order:
                times[side] = target.timed(both[side])[0]
            slower.append(times[1] - times[0])
            all_times += times
    tie = _TIE * float(np.median(all_times))
    decided = [difference for difference in slower if abs(difference) > tie]
    right = sum(difference > 0 for difference in decided)
    return _result("timing-data", DATA_NULL, right, len(decided), pair.name, level, "the right data")


def _result(check: str, null: str, count: int, trials: int, pair: str, level: float, what: str) -> CheckResult:
    p = 2 * min(coin_p_value(count, trials, at_most=_SHARE), coin_p_value(trials - count, trials, at_most=_SHARE))
    words = f"the slower of two calls had {what} in {count} of {trials} blocks"
    verdict: Verdict = "finding" if p <= level else "consistent"
    return CheckResult(check, verdict, null, words, pair, None, min(1.0, p), level, trials)


def _noise_size(outputs: list[Any]) -> Floats:
    """Return how far each output lies from the middle of all, in the first values' deviations."""
    values = Encoder().encode(outputs).values[:, :64]
    if not np.isfinite(values).any():
        return np.full(len(outputs), np.nan)
    centre = np.nanmedian(values, axis=0)
    deviation = np.nanmean(np.abs(values - centre), axis=0)
    deviation[~(deviation > 0)] = 1.0
    return np.asarray(np.nansum(np.abs(values - centre) / deviation, axis=1))


def _warm_up(target: Target, data: Any) -> None:
    for _ in range(10):
        target.timed(data)
