"""Guesses from scores: the order of the canaries, blind to their coins, and which of them are guessed.

How many are guessed is fixed by the number of canaries alone, never by the scores. Where several numbers are tried,
each has its share of the error (Bonferroni).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import InputTooLarge, PrivacyParameterError

MOST_SCORES = 20_000_000
"""More scores than this are refused."""

_FEWEST_GUESSES = 10
_STEP = 3  # each number of guesses is a third of the one before
_MOST_SIZES = 8


@dataclass(frozen=True, slots=True)
class Guess:
    """How many canaries are guessed: the `top` highest scores as "in", the `bottom` lowest as "out"."""

    top: int
    bottom: int

    @property
    def count(self) -> int:
        """Number of guesses."""
        return self.top + self.bottom


def finite_scores(name: str, scores: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores as an array.

    Args:
        name: `included` or `excluded`, for messages.
        scores: at least one, all finite.

    Raises:
        PrivacyParameterError: for an empty list, or a score that is not finite.
        InputTooLarge: for more than 20 million.
    """
    if len(scores) > MOST_SCORES:
        raise InputTooLarge(
            f"{name} holds {len(scores)} scores, above {MOST_SCORES}", help="A random part of the canaries suffices."
        )
    values = np.asarray(scores, dtype=np.float64)
    if values.ndim != 1 or values.size == 0:
        raise PrivacyParameterError(f"{name} is no list of at least one score", help="Give one score for each canary.")
    wrong = int((~np.isfinite(values)).sum())
    if wrong:
        raise PrivacyParameterError(
            f"{wrong} of {values.size} {name} scores are not finite",
            help="Check that the model gives a loss for each canary.",
        )
    return values


def ranked(included: NDArray[np.float64], excluded: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return, by falling score, whether each canary was in.

    Equal scores are ordered by pseudo-random numbers whose key is a hash of all scores together, sorted: the same
    scores always give the same order, and the order knows nothing of who was in.

    Args:
        included: shape (n₁,).
        excluded: shape (n₀,).

    Returns:
        Shape (n₁ + n₀,), True for included ones.
    """
    values = np.concatenate((included, excluded)) + 0.0  # minus zero and zero are one score
    order = np.argsort(values, kind="stable")
    together = values[order]
    if (together[1:] == together[:-1]).any():
        key = int.from_bytes(hashlib.sha256(together.tobytes()).digest()[:8], "big")
        order = np.lexsort((_mixed(values.size, key), values))
    return np.asarray(order[::-1] < included.size)


def default_guesses(canaries: int) -> tuple[Guess, ...]:
    """Return the guesses that are tried where none was fixed: all, a third, a ninth …, on both sides and on top only.

    Args:
        canaries: ≥ 1.

    Returns:
        At most 15; at least one.
    """
    sizes = [canaries]
    while len(sizes) < _MOST_SIZES and sizes[-1] // _STEP >= _FEWEST_GUESSES:
        sizes.append(sizes[-1] // _STEP)
    both = [Guess(size // 2, size // 2) for size in sizes if size >= 2] or [Guess(1, 0)]
    return (*both, *(Guess(size, 0) for size in sizes[1:]))


def fixed_guess(canaries: int, guesses: int) -> Guess:
    """Return the guess for a number that was fixed beforehand: half "in", half "out".

    Raises:
        PrivacyParameterError: for an odd number, or one outside [2, canaries].
    """
    if isinstance(guesses, bool) or guesses < 2 or guesses > canaries or guesses % 2:
        raise PrivacyParameterError(
            f"guesses={guesses} is no even number within [2, {canaries}]",
            help="Fix an even number before the scores are seen.",
        )
    return Guess(guesses // 2, guesses // 2)


def correct_guesses(labels: NDArray[np.bool_], guess: Guess) -> int:
    """Return how many guesses are right.

    Args:
        labels: from `ranked`.
        guess: how many are guessed.
    """
    right = int(labels[: guess.top].sum())
    return right + guess.bottom - int(labels[labels.size - guess.bottom :].sum())


def _mixed(count: int, key: int) -> NDArray[np.uint64]:
    """Return `count` pseudo-random 64-bit numbers for a key. Source: Steele et al., SplitMix64 (OOPSLA 2014)."""
    with np.errstate(over="ignore"):
        state = np.uint64(key) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(state ^ (state >> np.uint64(31)))
