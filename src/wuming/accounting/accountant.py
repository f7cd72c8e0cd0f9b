"""The accountant: turns events into (ε, δ) or into a Rényi curve. All figures are upper bounds.

Inside one event, which is fixed whole before it is run, composition is by privacy loss distributions (PLD) with
pessimistic rounding. Across events that are chosen adaptively only the Rényi curve may be added up: see
`wuming.accounting.filter`.

Sources: Koskela, Jälkö and Honkela, "Computing tight differential privacy guarantees using FFT" (AISTATS 2020);
Doroshenko et al., "Connect the dots: tighter discrete approximations of privacy loss distributions" (PETS 2022);
Mironov, Talwar and Zhang, "Rényi differential privacy of the sampled Gaussian mechanism" (2019). The arithmetic is that
of dp_accounting.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from wuming.accounting.events import Composed, Event, Gaussian, PoissonSampledGaussian
from wuming.accounting.filter import ORDERS
from wuming.core.errors import MissingExtra, PrivacyParameterError, UnsupportedEvent

UNBOUNDED: Final = 1e300
"""Stands for an infinite Rényi divergence, which JSON cannot hold; 10^8 of them still add up to a finite number."""

RELATION: Final = "add-or-remove-one"
"""The only neighbouring relation so far."""

_DECIMALS = 4
# Above this Rényi ε the tight figure would need a grid of many millions of cells and would still protect nobody.
_LARGEST_PLD_EPSILON = 200.0
# The Fourier transform computes masses to about 1e-14; a δ near that is left to the Rényi bound, which has no floor.
_SMALLEST_PLD_DELTA = 1e-11
_LARGEST_CELLS = 400_000
# Whole orders suffice for a rough figure, and their series always converge.
_ROUGH_ORDERS = tuple(order for order in ORDERS if order == int(order))


def epsilon(
    event: Event, delta: float, *, relation: str = RELATION, value_discretization_interval: float = 1e-4
) -> float:
    """Return an ε for which the event is (ε, δ)-DP per unit, rounded up to four decimals.

    Args:
        event: what was run; fixed whole in advance.
        delta: in (0, 1); see `check_delta` for what is sensible.
        relation: neighbouring relation; only `add-or-remove-one`.
        value_discretization_interval: width of the cells of the privacy loss, > 0. Wider cells are quicker and give a
            larger ε. Cells are widened where the loss is so large that the grid would not fit in memory.

    Raises:
        UnsupportedEvent: for an event or relation that no accountant supports.
        PrivacyParameterError: for a δ or interval out of range, or where no finite ε exists.
        MissingExtra: without dp-accounting.

    Guarantee: never below the true ε, up to the floating-point error of the composition (about 1e-14 in δ). Where the
    PLD cannot give a figure (ε above 200, δ below 1e-11) the Rényi bound is returned, which is valid and looser.
    """
    check_relation(relation)
    _check_probability("delta", delta)
    check_event(event)
    rough = _rdp_epsilon(event, delta)
    result = rough
    if rough <= _LARGEST_PLD_EPSILON and delta >= _SMALLEST_PLD_DELTA:
        accountant = _pld(event, _interval(value_discretization_interval, rough))
        tight = float(accountant.get_epsilon(delta))
        result = tight if math.isfinite(tight) else rough
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
        relation: neighbouring relation; only `add-or-remove-one`.
        value_discretization_interval: see `epsilon`.

    Raises:
        UnsupportedEvent: for an event or relation that no accountant supports.
        PrivacyParameterError: for an ε or interval out of range.
        MissingExtra: without dp-accounting.

    Guarantee: never below the true δ. Nothing below 1e-12 is ever returned: that is the precision of the arithmetic.
    """
    check_relation(relation)
    check_event(event)
    if isinstance(epsilon, bool) or not math.isfinite(epsilon) or epsilon < 0:
        raise PrivacyParameterError(f"epsilon={epsilon} is no finite number ≥ 0", help="Give an epsilon of at least 0.")
    rough = _rdp_epsilon(event, _SMALLEST_PLD_DELTA)
    if rough > _LARGEST_PLD_EPSILON:
        bound = float(_rdp_accountant(event, _ROUGH_ORDERS).get_delta(epsilon))
    else:
        bound = float(_pld(event, _interval(value_discretization_interval, rough)).get_delta(epsilon))
    return min(1.0, max(0.0, bound) * (1 + 1e-9) + 1e-12)


def rdp(event: Event, orders: Sequence[float] = ORDERS) -> list[float]:
    """Return the Rényi divergence of the event at each order, as JSON numbers.

    Args:
        event: what was run.
        orders: Rényi orders, each > 1; by default the grid of the account's filter.

    Returns:
        One number ≥ 0 an order; `UNBOUNDED` (1e300) where no finite bound is known.

    Raises:
        UnsupportedEvent: for an event that no accountant supports.
        PrivacyParameterError: for an order that is not above 1.
        MissingExtra: without dp-accounting.

    Guarantee: upper bounds. Where the series of a fractional order does not converge, the next larger order's figure is
    taken, because a Rényi divergence never falls with its order. A slack of 1e-12 a step covers the rounding of sums of
    logarithms, so that many tiny events do not add up to nothing.
    """
    check_event(event)
    if not orders or any(not math.isfinite(order) or order <= 1 for order in orders):
        raise PrivacyParameterError(
            "orders must be finite numbers above 1", help="Use wuming.accounting.filter.ORDERS."
        )
    steps = _steps(event)
    curve = [
        min(UNBOUNDED, max(0.0, float(value)) * (1 + 1e-12) + steps * 1e-12) if math.isfinite(value) else UNBOUNDED
        for value in _rdp_accountant(event, orders).rdp
    ]
    bound = UNBOUNDED
    for position in sorted(range(len(orders)), key=lambda index: orders[index], reverse=True):
        bound = curve[position] = min(bound, curve[position])
    return curve


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


def check_relation(relation: str) -> None:
    """Refuse a neighbouring relation that the accountant does not know.

    Raises:
        UnsupportedEvent: for anything but `add-or-remove-one`.
    """
    if relation != RELATION:
        raise UnsupportedEvent(
            f"neighbouring relation {relation!r} is not supported", help=f"Use {RELATION!r}; figures do not carry over."
        )


def check_event(event: Any) -> None:
    """Refuse a value that is no known event, without touching anything.

    Raises:
        UnsupportedEvent: nothing unknown is approximated.
    """
    if type(event) not in (Gaussian, PoissonSampledGaussian, Composed):
        raise UnsupportedEvent(
            f"no accountant supports a {type(event).__name__}", help="Use the events of wuming.accounting.events."
        )


def round_up(value: float, decimals: int = _DECIMALS) -> float:
    """Return the smallest number with so many decimals that is not below `value`."""
    scale = 10.0**decimals
    result = math.ceil(value * scale) / scale
    return result if result >= value else (math.ceil(value * scale) + 1) / scale


def _check_probability(name: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1:
        raise PrivacyParameterError(f"{name}={value!r} is not within (0, 1)", help=f"Give a {name} such as 1e-5.")


def _interval(asked: float, rough_epsilon: float) -> float:
    if isinstance(asked, bool) or not math.isfinite(asked) or asked <= 0:
        raise PrivacyParameterError(
            f"value_discretization_interval={asked} is no finite number above 0", help="Leave it at 1e-4."
        )
    return max(asked, rough_epsilon / _LARGEST_CELLS)


def _library() -> tuple[Any, Any, Any]:
    try:
        import dp_accounting
        from dp_accounting.pld import PLDAccountant
        from dp_accounting.rdp import RdpAccountant
    except ImportError as error:
        raise MissingExtra(
            "the accountant needs the package dp-accounting", help="Install it with: pip install 'wuming[train]'"
        ) from error
    return dp_accounting, PLDAccountant, RdpAccountant


def _to_library(event: Event, library: Any) -> Any:
    if isinstance(event, Gaussian):
        return library.GaussianDpEvent(event.noise_multiplier)
    if isinstance(event, PoissonSampledGaussian):
        step = library.GaussianDpEvent(event.noise_multiplier)
        sampled = library.PoissonSampledDpEvent(event.sampling_probability, step)
        return library.SelfComposedDpEvent(sampled, event.steps)
    return library.ComposedDpEvent([_to_library(part, library) for part in event.events])


def _pld(event: Event, interval: float) -> Any:
    library, pld_accountant, _ = _library()
    relation = library.NeighboringRelation.ADD_OR_REMOVE_ONE
    return pld_accountant(relation, value_discretization_interval=interval).compose(_to_library(event, library))


def _rdp_accountant(event: Event, orders: Sequence[float]) -> Any:
    library, _, rdp_accountant = _library()
    relation = library.NeighboringRelation.ADD_OR_REMOVE_ONE
    with _without_convergence_warnings():
        return rdp_accountant(list(orders), relation).compose(_to_library(event, library))


@contextmanager
def _without_convergence_warnings() -> Iterator[None]:
    """Keep the library's notes about single orders out of the user's terminal: `rdp` bounds those orders itself."""

    def keep(record: logging.LogRecord) -> bool:
        return "failed to converge" not in str(record.msg)

    logger = logging.getLogger("absl")
    logger.addFilter(keep)
    try:
        yield
    finally:
        logger.removeFilter(keep)


def _rdp_epsilon(event: Event, delta: float) -> float:
    return float(_rdp_accountant(event, _ROUGH_ORDERS).get_epsilon(delta))


def _steps(event: Event) -> int:
    if isinstance(event, Composed):
        return sum(_steps(part) for part in event.events)
    return event.steps if isinstance(event, PoissonSampledGaussian) else 1
