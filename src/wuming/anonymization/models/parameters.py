"""Parameters for which a promise means something, and comparisons that rounding does not turn.

A figure computed in floating point may miss by the last digits: the entropy of three equal shares is a little more or
less than log 3. Promises of the form "at most" and "at least" are therefore kept within `ROUNDING` of their limit,
strict ones ("less than") only where the figure is clear of it. 1e-9 is far above the rounding of a sum over a million
rows and far below any difference that matters.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Flags, Floats
from wuming.core.errors import PrivacyParameterError

ROUNDING: Final = 1e-9


def whole_number(name: str, value: object, *, least: int) -> int:
    """Return `value` if it is a whole number of at least `least`.

    Raises:
        PrivacyParameterError: it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise PrivacyParameterError(
            f"{name}={value!r} is no whole number of at least {least}", help=f"Choose {name} = {least} or more."
        )
    return int(value)


def real_number(name: str, value: object, *, above: float, most: float = math.inf, at: bool = False) -> float:
    """Return `value` if it is a finite number in (above, most], or in [above, most] where `at`.

    Raises:
        PrivacyParameterError: it is not; NaN never is.
    """
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    number = float(value) if is_number else math.nan  # type: ignore[arg-type]
    if not math.isfinite(number) or number > most or not (number > above or (at and number == above)):
        end = "finite" if math.isinf(most) else f"at most {most:g}"
        raise PrivacyParameterError(
            f"{name}={value!r} is out of range", help=f"Choose {name} {'from' if at else 'above'} {above:g}, {end}."
        )
    return number


def kept_or_empty(kept: Flags, sizes: Codes) -> Flags:
    """Return which classes keep a promise, empty ones (size 0) among them."""
    out: Flags = kept | (sizes == 0)
    return out


def at_most(figures: Floats, limit: float | Floats) -> Flags:
    """Tell where figures are no larger than the limit, or larger by no more than rounding."""
    out: Flags = figures <= limit + ROUNDING * np.maximum(1.0, limit)
    return out


def at_least(figures: Floats, limit: float) -> Flags:
    """Tell where figures are no smaller than the limit, or smaller by no more than rounding."""
    return figures >= limit - ROUNDING * max(1.0, limit)


def below(figures: Floats, limit: float) -> Flags:
    """Tell where figures are smaller than the limit by more than rounding."""
    return figures < limit - ROUNDING * max(1.0, limit)


def worst_high(figures: Floats, occupied: Flags) -> float:
    """Return the largest figure of the occupied classes, 0 where there is none."""
    return float(np.max(figures, where=occupied, initial=0.0))


def worst_low(figures: Floats, occupied: Flags) -> float:
    """Return the smallest figure of the occupied classes, inf where there is none."""
    return float(np.min(figures, where=occupied, initial=math.inf))
