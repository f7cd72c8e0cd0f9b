"""Which of many unknown keys may be shown: noisy counts of subjects against a threshold.

Statement. Each subject is counted in at most G keys, once in each. Every key that somebody holds gets its number of
subjects plus discrete Laplace noise of scale G/ε, and is shown, with the noisy number, if that is at least T: the least
T ≥ 1 with G·P(1 + noise ≥ T) ≤ δ. That is the composition of a discrete Laplace mechanism of sensitivity G and a
(0, δ) mechanism.

Sensitivity. Let D' be D and one subject more, who holds keys of D and at most G keys that nobody else holds. Numbers of
the former change by at most G together: the discrete Laplace mechanism. The latter are not in D, so never shown from
it; in D' each has the number 1, and any of them is shown with probability at most δ. The noise of both is independent,
and the result is made from both.

Exactness. Noise is drawn exactly; its scale is rounded up to a multiple of 2⁻¹⁰. P(noise ≥ m) = e^(-m/scale)/(1 +
e^(-1/scale)) for m ≥ 0, and T, which is public, is found from it with 60 decimal digits.

Adversary: sees the keys that are shown and their noisy numbers, knows everything but the stream's key.

Limits. What a key *says* must be no secret of those who hold it together: a key held by T people or more is shown. That
each subject is in at most G keys is the caller's to ensure, by a choice that looks at one subject alone. The time grows
with the number of keys, shown or not.

Source: Korolova, Kenthapadi, Mishra & Ntoulas, "Releasing search queries and clicks privately" (2009); δ and its place
as in Desfontaines, Voss, Gipson & Mandayam, "Differentially private partition selection" (2022).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction
from typing import Any, Generic, TypeVar

import numpy as np

from wuming.accounting.events import Composed, DiscreteLaplace, EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.exact import laplace_noise, noise_scale, rational_epsilon, require_secrets, require_whole
from wuming.mechanisms.gaussian import Stream

_LARGEST_GROUPS = 1 << 20
_LARGEST_COUNT = 1 << 62
_DIGITS = 60
Key = TypeVar("Key")


@dataclass(frozen=True)
class KeyRule:
    """The rule by which keys are shown; public, and known before any data are seen.

    Attributes:
        max_groups: G, keys of one subject at most.
        scale: of the noise, in subjects.
        threshold: T, the least noisy number that is shown.
        delta: probability, at most, that a key of a single subject is shown.
    """

    max_groups: int
    scale: Fraction
    threshold: int
    delta: float

    @property
    def event(self) -> Composed:
        """Return what one use of the rule spends."""
        return Composed((DiscreteLaplace(float(self.scale), self.max_groups), EpsilonDelta(0.0, self.delta)))


@dataclass(frozen=True)
class ShownKeys(Generic[Key]):
    """Keys that may be shown, in an order that depends on them alone.

    Attributes:
        keys: sorted.
        counts: noisy number of subjects of each.
        event: what was spent.
    """

    keys: tuple[Key, ...]
    counts: tuple[int, ...]
    event: Composed


def key_rule(*, max_groups: int, epsilon: float, delta: float) -> KeyRule:
    """Return the rule for given limits.

    Args:
        max_groups: G, keys of one subject at most; from 1 to 2²⁰.
        epsilon: of the noisy numbers, from 2⁻³⁰ to 2¹⁰.
        delta: probability, at most, that a key of a single subject is shown; in (0, 1).

    Raises:
        PrivacyParameterError: for a parameter out of range, or noise beyond 2³⁰ subjects.
    """
    exact = rational_epsilon(epsilon)
    max_groups = require_whole("max_groups", max_groups, 1, _LARGEST_GROUPS)
    if isinstance(delta, bool) or not isinstance(delta, int | float) or not 0 < delta < 1:
        raise PrivacyParameterError(
            f"delta={delta!r} is not in (0, 1)", help="Keys that are found in the data need a small delta, like 1e-6."
        )
    scale = noise_scale(max_groups / exact)
    return KeyRule(max_groups, scale, 1 + _tail_begin(scale, max_groups, delta), float(delta))


def select_keys(stream: Stream, counts: Mapping[Key, int], rule: KeyRule) -> ShownKeys[Key]:
    """Show the keys whose noisy number of subjects reaches the threshold.

    Args:
        stream: CSPRNG, used for nothing else.
        counts: number of subjects, ≥ 1, of each key that somebody holds; may be empty. No public key without subjects.
        rule: from `key_rule`.

    Raises:
        PrivacyParameterError: for numbers that are no whole numbers from 1 to 2⁶²; the error holds neither them nor
            keys.
    """
    known = require_secrets("counts", list(counts.values()), least=0)
    if known.size and not (int(known.min()) >= 1 and int(known.max()) <= _LARGEST_COUNT):
        raise PrivacyParameterError(
            f"counts hold a number outside [1, {_LARGEST_COUNT}]", help="Count subjects of keys that somebody holds."
        )
    noisy = known + laplace_noise(stream, known.size, rule.scale)
    shown = np.flatnonzero(noisy >= rule.threshold).tolist()
    keys = list(counts)
    pairs = _sorted([(keys[place], int(noisy[place])) for place in shown])
    return ShownKeys(tuple(key for key, _ in pairs), tuple(count for _, count in pairs), rule.event)


def _sorted(pairs: list[tuple[Key, int]]) -> list[tuple[Key, int]]:
    """Sort by key alone; where keys have no order among them, by how they are written."""

    def by_key(pair: tuple[Any, int]) -> Any:
        return pair[0]

    try:
        return sorted(pairs, key=by_key)
    except TypeError:
        return sorted(pairs, key=lambda pair: repr(pair[0]))


def _tail_begin(scale: Fraction, times: int, delta: float) -> int:
    """Return the least m ≥ 0 with times·P(noise ≥ m) ≤ δ: m ≥ scale·ln(times/(δ·(1 + e^(-1/scale)))).

    The digits are far more than any quotient of these sizes needs, and the last of them are rounded up.
    """
    with localcontext() as context:
        context.prec = _DIGITS
        cells = Decimal(scale.numerator) / Decimal(scale.denominator)
        least = cells * (Decimal(times) / (Decimal(delta) * (1 + (-1 / cells).exp()))).ln()
        least += Decimal(10) ** -(_DIGITS // 2)
        return max(0, math.ceil(least.to_integral_value(rounding=ROUND_CEILING)))
