"""Above-threshold, the sparse vector technique: which of many answers lie above a line, for the price of few.

Statement. A noisy line is drawn once, noise of scale Δ/ε₁ around the threshold. Each answer gets fresh noise of scale
2cΔ/ε₂, or cΔ/ε₂ where answers are monotonic, and only whether it reaches the noisy line is told. After the c-th time
that one does, nothing more is answered. All of it together is ε-differentially private, ε = ε₁ + ε₂, however many
answers were below, and also where questions are chosen after seeing the results so far.

Sensitivity. One unit moves each answer by at most Δ. Take a sequence of results, the answers q on D and q' on D', and
compare the line at z on D with the line at z + Δ on D': the chance of that line changes by a factor of at most e^ε₁.
Given it, each "below" is at least as probable on D', since q' - Δ ≤ q: below costs nothing. Each "above" compares a
distance that differs by at most 2Δ, so it costs at most ε₂/c, and there are at most c. Monotonic: where all q' ≥ q, the
distance differs by at most Δ; where all q' ≤ q, the line at z on both does, below still costs nothing, and the distance
differs by at most Δ again.

Exactness. All noise is discrete Laplace on whole numbers, and whole numbers are compared; the proof needs of the noise
only that a shift by Δ changes its probabilities by a factor of e^(Δ/scale). Scales are rounded up to multiples of 2⁻¹⁰.

Adversary: chooses the questions one by one, sees all results, knows everything but the stream's key.

Limits. The noisy answers themselves are never told, nor may the noise of an answer be used for anything else: versions
that do so, or that leave the noise of answers out, divide it by c, or never stop, have been published and protect
nobody (Lyu, Su & Li, Figure 1; the tests hold them). What an answer is must not depend on the data by another way.

Source: Dwork and Roth, "The algorithmic foundations of differential privacy" (2014), section 3.6; Lyu, Su & Li,
"Understanding the sparse vector technique for differential privacy" (2017): Algorithm 7 with its division of ε,
ε₁ : ε₂ = 1 : (2c)^(2/3), or 1 : c^(2/3) where answers are monotonic.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError, QueryRefused
from wuming.mechanisms.exact import (
    LARGEST_SENSITIVITY,
    laplace_noise,
    noise_scale,
    pure_event,
    rational_epsilon,
    require_whole,
)
from wuming.mechanisms.gaussian import Stream

_LARGEST_THRESHOLD = 1 << 62
_LARGEST_POSITIVES = 1 << 20
_BLOCK = 1 << 10  # noise of as many answers is drawn together


class AboveThreshold:
    """Tells of one answer after another whether it lies above the threshold, about, until it has done so c times.

    Args:
        stream: CSPRNG, used for nothing else.
        threshold: public whole number.
        sensitivity: Δ, by how much one unit changes one answer at most; from 1 to 2²⁰.
        epsilon: of everything together, from 2⁻³⁰ to 2¹⁰; rounded down to a multiple of 2⁻³⁰.
        positives: c, the number of answers above after which it stops; ≥ 1.
        monotonic: one unit that comes changes all answers in the same direction.

    Attributes:
        event: what is spent, whatever is asked; to be charged before the first answer.
        threshold_scale, answer_scale: of the noise.

    Raises:
        PrivacyParameterError: for a parameter out of range.
    """

    def __init__(
        self,
        stream: Stream,
        *,
        threshold: int,
        sensitivity: int,
        epsilon: float,
        positives: int = 1,
        monotonic: bool = False,
    ) -> None:
        """Draw the noisy line."""
        exact = rational_epsilon(epsilon)
        threshold = require_whole("threshold", threshold, -_LARGEST_THRESHOLD, _LARGEST_THRESHOLD)
        sensitivity = require_whole("sensitivity", sensitivity, 1, LARGEST_SENSITIVITY)
        self._left = require_whole("positives", positives, 1, _LARGEST_POSITIVES)
        weight = self._left if monotonic else 2 * self._left
        share = Fraction(1 / (1 + weight ** (2 / 3)))  # of ε, for the line
        self.threshold_scale: Final = noise_scale(sensitivity / (exact * share))
        self.answer_scale: Final = noise_scale(weight * sensitivity / (exact * (1 - share)))
        self.event: Final[EpsilonDelta] = pure_event(exact)
        self._stream = stream
        self._line = threshold + int(laplace_noise(stream, 1, self.threshold_scale)[0])
        self._noise: list[int] = []

    @property
    def finished(self) -> bool:
        """Tell whether it has stopped."""
        return self._left == 0

    def above(self, answer: int) -> bool:
        """Tell whether an answer lies above the threshold, about.

        Args:
            answer: private whole number of any size.

        Raises:
            QueryRefused: it has stopped.
            PrivacyParameterError: the answer is no whole number; the error does not hold it.
        """
        if self.finished:
            raise QueryRefused(
                "the sparse vector has told its last answer above the threshold",
                help="Make a new one, which is charged again.",
            )
        if isinstance(answer, bool) or not isinstance(answer, int | np.integer):
            raise PrivacyParameterError(
                f"the answer is no whole number, it is a {type(answer).__name__}", help="Put answers on a grid."
            )
        if not self._noise:
            self._noise = laplace_noise(self._stream, _BLOCK, self.answer_scale).tolist()
        above = int(answer) + self._noise.pop() >= self._line
        self._left -= above
        return above
