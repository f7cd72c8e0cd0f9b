"""From noisy numbers to figures with 95% intervals. Nothing here sees anything but noisy and public numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from wuming.mechanisms.laplace import Whole
from wuming.statistics.answer import Estimate, ExpectedError
from wuming.statistics.contract import Contract
from wuming.statistics.drawing import Drawn
from wuming.statistics.noise_plan import NoisePlan, Pick, Tally, candidates, level_of, tally_of
from wuming.statistics.query import Aggregate
from wuming.statistics.tails import Reals, Spread, whole_half_width

_MISS: Final = 0.05
_STEPS: Final = 256
_HALVINGS: Final = 30
_ROWS: Final = 1000


def estimates(
    aggregate: Aggregate,
    plan: NoisePlan,
    contract: Contract,
    drawn: Drawn,
) -> list[Estimate]:
    """Return one figure of every group.

    Args:
        aggregate: the figure.
        plan: of the noise.
        contract: of the table.
        drawn: the noisy numbers.
    """
    if aggregate.figure == "quantile":
        assert aggregate.column is not None
        assert aggregate.level is not None
        points = candidates(*contract.bounds[aggregate.column])
        places = drawn.picked[Pick(aggregate.column, level_of(aggregate.level))]
        return [Estimate(points[place], None, None) for place in places]
    tally = tally_of(aggregate, plan, contract)
    if tally is None:
        assert plan.rule is not None
        return _counts(drawn.subjects, float(plan.rule.scale))
    noisy, cells = drawn.tallies[tally], tally.cells(plan.noise)
    if cells == 1:  # plain counts under Laplace noise stay whole numbers
        return _counts(noisy[:, 0], plan.scale(tally))
    numbers = noisy / cells
    spread = Spread(plan.noise, plan.scale(tally))
    if tally.kind != "moments":
        unit = _unit(tally, contract)
        half = float(spread.half_width(np.ones((1, 1)))[0]) * unit
        return [_around(float(number) * unit, half) for number in numbers[:, 0]]
    assert tally.column is not None
    low, high = contract.bounds[tally.column]
    if aggregate.figure == "count":
        weights = _count_weights(tally, missing=aggregate.column is None)
        half = float(spread.half_width(weights[None])[0])
        return [_around(float(number), half) for number in numbers @ weights]
    inside = numbers[:, :-1]
    means = np.arange(tally.degree + 1) / tally.degree
    if aggregate.figure == "sum":
        weights = low + (high - low) * means
        half = float(spread.half_width(weights[None])[0])
        return [_around(float(number), half) for number in inside @ weights]
    if aggregate.figure == "mean":
        value, least, most = _mean(inside, means, spread)
        scaled = (low + (high - low) * part for part in (value, least, most))
        return _estimates(*scaled)
    value, least, most = _variance(inside, means, spread)
    if aggregate.figure == "deviation":
        return _estimates(*((high - low) * np.sqrt(part) for part in (value, least, most)))
    return _estimates(*((high - low) ** 2 * part for part in (value, least, most)))


def expected_error(aggregate: Aggregate, plan: NoisePlan, contract: Contract) -> ExpectedError:
    """Return how far off a figure will be, before anything is drawn."""
    name = aggregate.name
    if aggregate.figure == "quantile":
        assert aggregate.column is not None
        assert aggregate.level is not None
        rows = plan.rank_error(Pick(aggregate.column, level_of(aggregate.level)))
        return ExpectedError(name, rows, "in rank: rows by which the share of rows below is off; more where rows tie")
    tally = tally_of(aggregate, plan, contract)
    if tally is None:
        assert plan.rule is not None
        where = "over all groups; near the threshold only those that noise lifts are shown"
        return ExpectedError(name, whole_half_width(float(plan.rule.scale)), where)
    if tally.cells(plan.noise) == 1:
        return ExpectedError(name, whole_half_width(plan.scale(tally)), "in every group")
    spread = Spread(plan.noise, plan.scale(tally))
    if tally.kind != "moments":
        return ExpectedError(name, float(spread.half_width(np.ones(1))) * _unit(tally, contract), "in every group")
    assert tally.column is not None
    low, high = contract.bounds[tally.column]
    means = np.arange(tally.degree + 1) / tally.degree
    if aggregate.figure == "count":
        weights = _count_weights(tally, missing=aggregate.column is None)
        return ExpectedError(name, float(spread.half_width(weights)), "in every group")
    if aggregate.figure == "sum":
        return ExpectedError(name, float(spread.half_width(low + (high - low) * means)), "in every group")
    where = f"in a group of {_ROWS:,} rows around the middle of the bounds; twice the rows, half of it"
    if aggregate.figure == "mean":
        return ExpectedError(name, (high - low) * float(spread.half_width(means - 0.5)) / _ROWS, where)
    weights = np.array([0.25, -0.25, 0.25]) - 1 / 12
    half = float(_box(spread, 3) * np.abs(weights).sum()) / _ROWS
    if aggregate.figure == "variance":
        return ExpectedError(name, (high - low) ** 2 * half, where)
    return ExpectedError(name, (high - low) * half / (2 * math.sqrt(1 / 12)), where)


def _count_weights(tally: Tally, *, missing: bool) -> Reals:
    return np.append(np.ones(tally.degree + 1), float(missing))


def _unit(tally: Tally, contract: Contract) -> float:
    """Return what one row's worth is in the unit of the column."""
    return max(map(abs, contract.bounds[tally.column])) if tally.kind == "total" and tally.column else 1.0


def _counts(noisy: Whole, scale: float) -> list[Estimate]:
    half = whole_half_width(scale)
    return [_around(int(count), half) for count in noisy]


def _around(value: float, half: float) -> Estimate:
    return Estimate(value, value - half, value + half)


def _estimates(value: Reals, least: Reals, most: Reals) -> list[Estimate]:
    """A figure of a group that may be empty, for all that the noise tells, is None."""
    return [
        Estimate(None if math.isnan(v) else float(v), float(low), float(high))
        for v, low, high in zip(value, least, most, strict=True)
    ]


def _mean(numbers: Reals, means: Reals, spread: Spread) -> tuple[Reals, Reals, Reals]:
    """Return the mean of v in [0, 1] and the ends of its interval, by Fieller's method.

    The mean r is the one number for which Σ(mᵢ - r)·Pᵢ is 0 without noise: the interval holds every r for which the
    noisy sum is within the noise's own 95%.
    """
    rows, total = numbers.sum(axis=1), numbers @ means
    grid = np.linspace(0.0, 1.0, _STEPS + 1)
    halves = spread.half_width(means - grid[:, None])

    def beyond(r: Reals) -> Reals:
        return np.asarray(np.abs(total - r * rows) - np.interp(r, grid, halves) * (1 + 1e-4))

    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(rows > 0, np.clip(total / rows, 0.0, 1.0), np.nan)
    least, most = _hull(beyond, value)
    return value, least, most


def _variance(numbers: Reals, means: Reals, spread: Spread) -> tuple[Reals, Reals, Reals]:
    """Return the variance of v in [0, 1] and the ends of its interval.

    Around any c the variance is E(v - c)² - (E v - c)². Where all three numbers are within their own bounds at once
    (Bonferroni), so is every sum of them; c is the noisy mean, so the second term is small.
    """
    box = _box(spread, 3)
    rows, total = numbers.sum(axis=1), numbers @ means
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.where(rows > 0, np.clip(total / rows, 0.0, 1.0), np.nan)
    c = np.where(np.isnan(centre), 0.5, centre)
    squares = np.stack([c**2, c**2 - c, (1 - c) ** 2], axis=1)
    sums = (numbers * squares).sum(axis=1)

    def beyond_square(r: Reals) -> Reals:
        return np.asarray(np.abs(sums - r * rows) - box * np.abs(squares - r[:, None]).sum(axis=1))

    def beyond_mean(r: Reals) -> Reals:
        return np.asarray(np.abs(total - r * rows) - box * np.abs(means - r[:, None]).sum(axis=1))

    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(rows > 0, np.clip(sums / rows, 0.0, 0.25), np.nan)
    least, most = _hull(beyond_square, value)
    low_mean, high_mean = _hull(beyond_mean, centre)
    off = np.maximum((low_mean - c) ** 2, (high_mean - c) ** 2)
    return value, np.clip(least - off, 0.0, 0.25), np.clip(most, 0.0, 0.25)


def _box(spread: Spread, numbers: int) -> float:
    """Return t with P(all of so many noise numbers are within t) ≥ 95%."""
    return float(spread.half_width(np.ones(1), 1 - _MISS / numbers))


def _hull(beyond: Callable[[Reals], Reals], value: Reals) -> tuple[Reals, Reals]:
    """Return the least and the largest r in [0, 1] that are not beyond; the value itself where all are.

    `beyond` takes one r a group. A grid finds where to look, bisection the ends.
    """
    grid = np.linspace(0.0, 1.0, _STEPS + 1)
    inside = np.stack([beyond(np.full(len(value), r)) <= 0 for r in grid], axis=1)
    start = np.where(np.isnan(value), 0.5, value)
    found = inside.any(axis=1)
    first = np.where(found, grid[np.argmax(inside, axis=1)], start)
    last = np.where(found, grid[_STEPS - np.argmax(inside[:, ::-1], axis=1)], start)
    step = 1.0 / _STEPS
    low_out, low_in = np.where(found, np.maximum(first - step, 0.0), 0.0), first
    high_in, high_out = last, np.where(found, np.minimum(last + step, 1.0), 1.0)
    for _ in range(_HALVINGS):
        middle = (low_out + low_in) / 2
        beyond_low = beyond(middle) > 0
        low_out, low_in = np.where(beyond_low, middle, low_out), np.where(beyond_low, low_in, middle)
        middle = (high_out + high_in) / 2
        beyond_high = beyond(middle) > 0
        high_out, high_in = np.where(beyond_high, middle, high_out), np.where(beyond_high, high_in, middle)
    # A narrow interval may lie between two points of the grid; the value is in it.
    return np.minimum(low_out, start), np.maximum(high_out, start)
