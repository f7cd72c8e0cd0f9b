"""The accountant: turns events into (ε, δ) or into a Rényi curve. All figures are upper bounds.

Inside one event, which is fixed whole before it is run, composition is by privacy loss distributions (PLD) with
pessimistic rounding: `wuming.accounting.loss`. Across events that are chosen adaptively only the Rényi curve may be
added up: see `wuming.accounting.filter`. Private selection (`RepeatAndSelect`) has a Rényi curve alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from wuming.accounting.events import Event
from wuming.accounting.filter import ORDERS, convert, convert_to_delta, epsilon_of
from wuming.accounting.loss import has_loss_distribution, loss_distribution, widen
from wuming.accounting.relations import ADD_OR_REMOVE, check_event, check_relation, check_supported
from wuming.accounting.renyi import failure_probability, renyi_curve
from wuming.core.errors import PrivacyParameterError, UnsupportedEvent

__all__ = [
    "RELATION",
    "UNBOUNDED",
    "approximate_rdp",
    "check_delta",
    "check_event",
    "check_relation",
    "delta_of",
    "epsilon",
    "rdp",
    "round_up",
]

UNBOUNDED: Final = 1e300
"""Stands for an infinite Rényi divergence, which JSON cannot hold; 10^8 of them still add up to a finite number."""

RELATION: Final = ADD_OR_REMOVE
"""The neighbouring relation where none is named."""

_DECIMALS = 4
# Above this Rényi ε the tight figure would need a grid of many millions of cells and would still protect nobody.
_LARGEST_PLD_EPSILON = 200.0
# The Fourier transform computes masses to about 1e-14; a δ near that is left to the Rényi bound, which has no floor.
_SMALLEST_PLD_DELTA = 1e-11
_LARGEST_CELLS = 400_000
# Whole orders suffice for a rough figure.
_FEW_ORDERS = (1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 128.0)  # to choose the cells' width


def epsilon(
    event: Event, delta: float, *, relation: str = RELATION, value_discretization_interval: float = 1e-4
) -> float:
    """Return an ε for which the event is (ε, δ)-DP per unit, rounded up to four decimals.

    Args:
        event: what was run; fixed whole in advance.
        delta: in (0, 1); see `check_delta` for what is sensible.
        relation: neighbouring relation, `add-or-remove-one` or `replace-one`.
        value_discretization_interval: width of the cells of the privacy loss, > 0. Wider cells are quicker and give a
            larger ε. Cells are widened where the loss is so large that the grid would not fit in memory.

    Raises:
        UnsupportedEvent: for an event or relation that no accountant supports.
        PrivacyParameterError: for a δ or interval out of range, or where no finite ε exists.
        MissingExtra: without dp-accounting.

    Guarantee: never below the true ε, up to the floating-point error of the composition (about 1e-14 in δ). Where the
    PLD cannot give a figure (ε above 200, δ below 1e-11, private selection) the Rényi bound is returned, which is valid
    and looser.
    """
    check_supported(event, relation)
    _check_probability("delta", delta)
    result = math.inf
    if has_loss_distribution(event):
        rough = _rough_epsilon(event, delta, relation)
        interval = _interval(event, value_discretization_interval, rough)
        if rough <= _LARGEST_PLD_EPSILON and delta >= _SMALLEST_PLD_DELTA:
            result = float(loss_distribution(event, relation, interval).get_epsilon_for_delta(delta))
    if not math.isfinite(result):
        curve, failure = approximate_rdp(event, relation=relation)
        result = epsilon_of(curve, delta - failure) if failure < delta else math.inf
    if not math.isfinite(result) or result >= UNBOUNDED:
        raise PrivacyParameterError(
            f"no finite epsilon at delta={delta} for this event", help="Use a larger noise_multiplier or fewer steps."
        )
    return round_up(result)


def delta_of(
    event: Event, epsilon: float, *, relation: str = RELATION, value_discretization_interval: float = 1e-4
) -> float:
    """Return a δ for which the event is (ε, δ)-DP per unit.

    Args:
        event: what was run; fixed whole in advance.
        epsilon: ≥ 0.
        relation: neighbouring relation, `add-or-remove-one` or `replace-one`.
        value_discretization_interval: see `epsilon`.

    Raises:
        UnsupportedEvent: for an event or relation that no accountant supports.
        PrivacyParameterError: for an ε or interval out of range.
        MissingExtra: without dp-accounting.

    Guarantee: never below the true δ. Nothing below 1e-12 is ever returned: that is the precision of the arithmetic.
    """
    check_supported(event, relation)
    if isinstance(epsilon, bool) or not math.isfinite(epsilon) or epsilon < 0:
        raise PrivacyParameterError(f"epsilon={epsilon} is no finite number ≥ 0", help="Give an epsilon of at least 0.")
    return deltas_of(event, (epsilon,), relation=relation, value_discretization_interval=value_discretization_interval)[
        0
    ]


def deltas_of(
    event: Event, epsilons: Sequence[float], *, relation: str = RELATION, value_discretization_interval: float = 1e-4
) -> list[float]:
    """Return a δ for each of `epsilons`, each ≥ 0, from one composition; see `delta_of`."""
    check_supported(event, relation)
    rough = _rough_epsilon(event, _SMALLEST_PLD_DELTA, relation)
    interval = _interval(event, value_discretization_interval, rough)
    if has_loss_distribution(event) and rough <= _LARGEST_PLD_EPSILON:
        distribution = loss_distribution(event, relation, interval)
        bounds = [float(distribution.get_delta_for_epsilon(epsilon)) for epsilon in epsilons]
    else:
        curve, failure = approximate_rdp(event, relation=relation)
        bounds = [
            min(convert_to_delta(value, order, epsilon) for value, order in zip(curve, ORDERS, strict=True)) + failure
            for epsilon in epsilons
        ]
    return [min(1.0, max(0.0, bound) * (1 + 1e-9) + 1e-12) for bound in bounds]


def rdp(event: Event, orders: Sequence[float] = ORDERS, *, relation: str = RELATION) -> list[float]:
    """Return the Rényi divergence of the event at each order, as JSON numbers; see `approximate_rdp`.

    Raises:
        UnsupportedEvent: also for an event whose curve holds only up to a failure probability.
    """
    curve, failure = approximate_rdp(event, orders, relation=relation)
    if failure:
        raise UnsupportedEvent(
            f"the Rényi curve of this event holds only up to a failure probability of {failure:g}",
            help="Use approximate_rdp, and charge both.",
        )
    return curve


def approximate_rdp(
    event: Event, orders: Sequence[float] = ORDERS, *, relation: str = RELATION
) -> tuple[list[float], float]:
    """Return the Rényi divergence of the event at each order, and the probability with which it does not hold.

    Args:
        event: what was run.
        orders: Rényi orders, each > 1; by default the grid of the account's filter.
        relation: neighbouring relation, `add-or-remove-one` or `replace-one`.

    Returns:
        One number ≥ 0 an order, `UNBOUNDED` (1e300) where no finite bound is known; and the failure probability, 0 for
        most events.

    Raises:
        UnsupportedEvent: for an event or relation that no accountant supports.
        PrivacyParameterError: for an order that is not above 1.
        MissingExtra: without dp-accounting.

    Guarantee: upper bounds that never fall with the order. A slack of 1e-12 a step covers the rounding of sums of
    logarithms, so that many tiny events do not add up to nothing.
    """
    check_supported(event, relation)
    if not orders or any(not math.isfinite(order) or order <= 1 for order in orders):
        raise PrivacyParameterError(
            "orders must be finite numbers above 1", help="Use wuming.accounting.filter.ORDERS."
        )
    curve = [min(UNBOUNDED, value) for value in renyi_curve(event, orders, relation)]
    bound = UNBOUNDED
    for position in sorted(range(len(orders)), key=lambda index: orders[index], reverse=True):
        bound = curve[position] = min(bound, curve[position])
    return curve, failure_probability(event, relation)


def check_delta(delta: float, units: int) -> None:
    """Refuse a δ that would allow to publish some person whole.

    Args:
        delta: in (0, 1).
        units: public figure for the number of units of privacy, ≥ 1.

    Raises:
        PrivacyParameterError: when delta > 1/(10·units), or an argument is out of range. With δ = 1/n a mechanism may
            publish one random person's whole record and still call itself private.
    """
    _check_probability("delta", delta)
    if isinstance(units, bool) or not isinstance(units, int) or units < 1:
        raise PrivacyParameterError(f"units={units!r} is no whole number ≥ 1", help="Give the public number of units.")
    # A relative slack of 1e-12 forgives the rounding of 1/(10 n), nothing more.
    if delta * 10 * units > 1 + 1e-12:
        raise PrivacyParameterError(
            f"delta={delta} is above 1/(10·{units}) = {1 / (10 * units):.3g}",
            help=f"Use a delta of at most {1 / (10 * units):.1g}, for example 1e-05 for up to 10,000 units."
            if units <= 10_000
            else f"Use a delta of at most 1/(10·{units}).",
        )


def round_up(value: float, decimals: int = _DECIMALS) -> float:
    """Return the smallest number with so many decimals that is not below `value`."""
    scale = 10.0**decimals
    result = math.ceil(value * scale) / scale
    return result if result >= value else (math.ceil(value * scale) + 1) / scale


def _check_probability(name: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise PrivacyParameterError(f"{name}={value!r} is not within (0, 1)", help=f"Give a {name} such as 1e-5.")


def _interval(event: Event, asked: float, rough_epsilon: float) -> float:
    if isinstance(asked, bool) or not math.isfinite(asked) or asked <= 0:
        raise PrivacyParameterError(
            f"value_discretization_interval={asked} is no finite number above 0", help="Leave it at 1e-4."
        )
    return widen(max(asked, rough_epsilon / _LARGEST_CELLS), event)


def _rough_epsilon(event: Event, delta: float, relation: str) -> float:
    curve, _ = approximate_rdp(event, _FEW_ORDERS, relation=relation)
    return min(convert(value, order, delta) for value, order in zip(curve, _FEW_ORDERS, strict=True))
