"""Calibration: the smallest noise that keeps a promise."""

from __future__ import annotations

import math
from collections.abc import Callable

from wuming.accounting.accountant import epsilon as epsilon_of
from wuming.accounting.events import Event, PoissonSampledGaussian
from wuming.accounting.relations import ADD_OR_REMOVE
from wuming.core.errors import PrivacyParameterError

_GRID = 10_000  # noise multipliers are whole multiples of 1/_GRID
_SMALLEST = 1_000  # 0.1: less noise keeps no promise worth making
_LARGEST = 10**10  # 10^6
_COARSE = 1e-3
_FINE = 1e-4

_Spent = Callable[[int, float], float]


def calibrate(
    make_event: Callable[[float], Event],
    target_epsilon: float,
    delta: float,
    *,
    relation: str = ADD_OR_REMOVE,
) -> float:
    """Return the least noise multiplier, of four decimals, with which an event's ε at δ is at most the target.

    Args:
        make_event: gives the event for a noise multiplier. More noise must never make its ε larger; that holds for
            every kind in `wuming.accounting.events` whose other fields stay fixed.
        target_epsilon: > 0.
        delta: in (0, 1).
        relation: neighbouring relation, as for `epsilon`.

    Returns:
        A multiple of 1e-4 from 0.1 on; `epsilon(make_event(it), delta, relation=relation)` is at most the target.

    Raises:
        PrivacyParameterError: for arguments out of range, also those that `make_event` refuses, or when no noise
            multiplier up to 10^6 suffices.
        UnsupportedEvent: for an event or relation that no accountant supports.
        MissingExtra: without dp-accounting.
    """
    if isinstance(target_epsilon, bool) or not math.isfinite(target_epsilon) or target_epsilon <= 0:
        raise PrivacyParameterError(
            f"target_epsilon={target_epsilon} is no finite number above 0", help="Give a positive epsilon, such as 8."
        )

    def spent(cell: int, interval: float) -> float:
        event = make_event(cell / _GRID)
        try:
            return epsilon_of(event, delta, relation=relation, value_discretization_interval=interval)
        except PrivacyParameterError:
            # Out-of-range arguments must surface; "no finite ε" only means that the noise is too small.
            if isinstance(delta, bool) or not isinstance(delta, int | float) or not 0 < delta < 1:
                raise
            return math.inf

    if spent(_SMALLEST, _COARSE) <= target_epsilon:
        return _SMALLEST / _GRID
    low, high = _coarse_bracket(target_epsilon, spent)
    return _finest(target_epsilon, spent, low, high) / _GRID


def noise_multiplier(target_epsilon: float, delta: float, sampling_probability: float, steps: int) -> float:
    """Return the least noise multiplier of a `PoissonSampledGaussian` under add-or-remove-one; see `calibrate`.

    Args:
        target_epsilon: > 0.
        delta: in (0, 1).
        sampling_probability: chance of one unit to enter one step; in (0, 1].
        steps: number of steps; ≥ 1.

    Raises:
        PrivacyParameterError: for arguments out of range, or when no noise multiplier up to 10^6 suffices.
        MissingExtra: without dp-accounting.
    """
    return calibrate(lambda sigma: PoissonSampledGaussian(sampling_probability, sigma, steps), target_epsilon, delta)


def _coarse_bracket(target: float, spent: _Spent) -> tuple[int, int]:
    """Return cells (fails, suffices) close together, judged on the coarse grid, which never flatters."""
    low, high = _SMALLEST, _GRID
    while spent(high, _COARSE) > target:
        low, high = high, high * 2
        if high > _LARGEST:
            raise PrivacyParameterError(
                f"no noise multiplier up to 10^6 gives epsilon={target}",
                help="Ask for a larger epsilon or fewer steps.",
            )
    while high - low > max(1, high // 2000):
        middle = (low + high) // 2
        if spent(middle, _COARSE) > target:
            low = middle
        else:
            high = middle
    return low, high


def _finest(target: float, spent: _Spent, low: int, high: int) -> int:
    """Return the smallest cell that suffices on the fine grid, by interpolation inside a bracket that is widened first.

    The fine grid may suffice where the coarse one failed, so the lower end is moved down until it fails there too.
    """
    stride = max(4, high // 500)
    high_value = spent(high, _FINE)
    while high_value > target:  # the coarse figure is an upper bound, so this hardly ever runs
        low, high = high, high + stride
        high_value = spent(high, _FINE)
    low = max(_SMALLEST - 1, min(low, high - stride))
    low_value = spent(low, _FINE) if low >= _SMALLEST else math.inf
    while low_value <= target:
        high, high_value = low, low_value
        low = max(_SMALLEST - 1, low - stride)
        stride *= 2
        low_value = spent(low, _FINE) if low >= _SMALLEST else math.inf
    moved_high = False
    while high - low > 1:
        # ε is convex in the noise, so the chord meets the target just above the answer: look one cell below it next.
        cell = high - 1 if moved_high else _interpolated(target, low, low_value, high, high_value)
        value = spent(cell, _FINE)
        if value > target:
            low, low_value, moved_high = cell, value, False
        else:
            high, high_value, moved_high = cell, value, not moved_high
    return high


def _interpolated(target: float, low: int, low_value: float, high: int, high_value: float) -> int:
    """Return a cell strictly inside the bracket, where a straight line through its ends meets the target."""
    if not math.isfinite(low_value) or low_value <= high_value:
        return (low + high) // 2
    share = (low_value - target) / (low_value - high_value)
    guess = low + math.ceil(share * (high - low))
    return min(max(guess, low + 1), high - 1)
