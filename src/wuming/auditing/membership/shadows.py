"""What shadow models said: signals of the same units under models of which it is known what they trained on.

A shadow model imitates the model under attack: same kind, same way of training, its own random part of the candidates.

Shapes: k shadow models, n units, q queries a unit (the unit itself, and augmented or noisy copies of it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PrivacyParameterError

Mode = Literal["online", "offline"]
"""`online` uses shadow models that trained on a unit and such that did not; `offline` only the latter."""


@dataclass(frozen=True)
class Shadows:
    """Signals under shadow models.

    Attributes:
        signals: [k, n] or [k, n, q], finite; what they are (losses, confidences) is between caller and attack. Kept as
            [k, n, q].
        trained_on: [k, n], true where the model trained on the unit.

    Raises:
        PrivacyParameterError: for shapes that do not fit, or a signal that is not finite.
    """

    signals: NDArray[np.float64]
    trained_on: NDArray[np.bool_]

    def __post_init__(self) -> None:
        signals = np.asarray(self.signals, dtype=np.float64)
        signals = signals[..., None] if signals.ndim == 2 else signals
        trained_on = np.asarray(self.trained_on)
        if (
            signals.ndim != 3
            or trained_on.shape != signals.shape[:2]
            or trained_on.dtype != np.bool_
            or 0 in signals.shape
        ):
            raise PrivacyParameterError(
                f"signals have shape {signals.shape}, trained_on {trained_on.shape} of type {trained_on.dtype}",
                help="Give signals [models, units] or [models, units, queries], and booleans [models, units].",
            )
        require_finite(signals, "shadow")
        object.__setattr__(self, "signals", signals)
        object.__setattr__(self, "trained_on", trained_on)

    @property
    def models(self) -> int:
        """Number of shadow models."""
        return len(self.signals)

    def without(self, model: int) -> Shadows:
        """Return the same without one model, which can then be attacked with the others."""
        return Shadows(np.delete(self.signals, model, axis=0), np.delete(self.trained_on, model, axis=0))


def require_same_shape(target: NDArray[Any], shadows: Shadows) -> NDArray[np.float64]:
    """Return the signals of the model under attack as [n, q].

    Raises:
        PrivacyParameterError: when they are of other units or queries than those of the shadow models, or not finite.
    """
    values = np.asarray(target, dtype=np.float64)
    values = values[:, None] if values.ndim == 1 else values
    if values.shape != shadows.signals.shape[1:]:
        raise PrivacyParameterError(
            f"the model's signals have shape {values.shape}, those of a shadow model {shadows.signals.shape[1:]}",
            help="Ask all models about the same units, in the same order, with the same queries.",
        )
    return require_finite(values, "target")


def require_finite(values: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Return `values`.

    Raises:
        PrivacyParameterError: one is not finite.
    """
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise PrivacyParameterError(
            f"{wrong} of {values.size} {name} signals are not finite", help="Check that each model answers each query."
        )
    return values


def require_models(chosen: NDArray[np.bool_], fewest: int, side: str) -> None:
    """Refuse an attack that lacks models for some unit.

    Args:
        chosen: [k, n].
        fewest: models that each unit needs.
        side: `in` or `out`, for the message.

    Raises:
        PrivacyParameterError: there are fewer for some unit.
    """
    counts = chosen.sum(axis=0)
    lacking = int((counts < fewest).sum())
    if lacking:
        raise PrivacyParameterError(
            f"{lacking} of {len(counts)} units have fewer than {fewest} shadow models that are '{side}' for them",
            help="Train more shadow models, in complementary halves; or use the offline mode, or shared variance.",
        )


def mean_over(signals: NDArray[np.float64], chosen: NDArray[np.bool_], side: str) -> NDArray[np.float64]:
    """Return the mean signal [n, q] over each unit's chosen models.

    Raises:
        PrivacyParameterError: a unit has none.
    """
    require_models(chosen, 1, side)
    weights = chosen[..., None]
    mean: NDArray[np.float64] = (signals * weights).sum(axis=0) / weights.sum(axis=0)
    return mean


def complementary_halves(pairs: int, units: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Return which of `units` each of 2 x `pairs` shadow models trains on: random halves, each with its complement.

    So every unit is in exactly as many models as it is out of. A model to be attacked must not be one of them: whether
    a unit is more often in among the *other* models would tell its membership. Draw its own half.

    Args:
        pairs: at least 1.
        units: even, at least 2.
        generator: of the halves; they protect nobody.

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    if pairs < 1 or units < 2 or units % 2:
        raise PrivacyParameterError(f"pairs={pairs}, units={units}", help="Give at least one pair and an even number.")
    half = np.arange(units) < units // 2
    drawn = np.stack([generator.permutation(half) for _ in range(pairs)])
    return np.stack([drawn, ~drawn], axis=1).reshape(2 * pairs, units)
