"""Clipping rules as values: each bounds the L2 norm of what one unit adds to the sum of one step."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from wuming.core.errors import PrivacyParameterError


@dataclass(frozen=True)
class Flat:
    """Scale a unit's whole gradient down to L2 norm at most `max_grad_norm` (Abadi et al. 2016)."""

    max_grad_norm: float
    kind: ClassVar[str] = "flat"

    def __post_init__(self) -> None:
        _check_bound(self.max_grad_norm)


@dataclass(frozen=True)
class PerLayer:
    """Clip each of the L layers' parts to `max_grad_norm`/√L, so that the whole has norm at most `max_grad_norm`.

    A layer is a module that holds trainable parameters; modules that share a parameter are one layer.
    Source: McMahan et al. 2018, "A general approach to adding differential privacy to iterative training procedures".
    """

    max_grad_norm: float
    kind: ClassVar[str] = "per-layer"

    def __post_init__(self) -> None:
        _check_bound(self.max_grad_norm)


@dataclass(frozen=True)
class Automatic:
    """Normalise: multiply by `max_grad_norm` / (norm + `stability`), which needs no tuning of the bound.

    Source: Bu et al. 2023, "Automatic clipping", AUTO-S.
    """

    max_grad_norm: float = 1.0
    stability: float = 0.01
    kind: ClassVar[str] = "automatic"

    def __post_init__(self) -> None:
        _check_bound(self.max_grad_norm)
        if not (math.isfinite(self.stability) and self.stability > 0):
            raise PrivacyParameterError(f"stability={self.stability} must be above 0")


@dataclass(frozen=True)
class AdaptiveQuantile:
    """Flat clipping whose bound follows a quantile of the norms, learnt from a noised count that is accounted for.

    Each step the bound C becomes C·exp(-`learning_rate`·(b - `quantile`)), where b is the noised share of units whose
    norm is at most C. The count's noise has standard deviation `count_noise` (units); the gradient's noise multiplier
    is raised to (z⁻² - (2·count_noise)⁻²)^(-1/2) so that both together cost what the plan's z costs.

    Source: Andrew et al. 2021, "Differentially private learning with adaptive clipping", Theorem 1.
    """

    max_grad_norm: float
    count_noise: float
    quantile: float = 0.5
    learning_rate: float = 0.2
    kind: ClassVar[str] = "adaptive-quantile"

    def __post_init__(self) -> None:
        _check_bound(self.max_grad_norm)
        if not 0 < self.quantile < 1:
            raise PrivacyParameterError(f"quantile={self.quantile} must lie in (0, 1)")
        if not (math.isfinite(self.count_noise) and self.count_noise > 0):
            raise PrivacyParameterError(f"count_noise={self.count_noise} must be above 0")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise PrivacyParameterError(f"learning_rate={self.learning_rate} must be above 0")


Rule = Flat | PerLayer | Automatic | AdaptiveQuantile


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """Return the rule as a JSON object with its kind."""
    return {"kind": rule.kind, **asdict(rule)}


def _check_bound(bound: float) -> None:
    if isinstance(bound, bool) or not math.isfinite(bound) or bound <= 0:
        raise PrivacyParameterError(f"max_grad_norm={bound} is no finite number above 0")
