"""Does the noise have the distribution that the mechanism says it has?

Of two outputs on the same data, the difference has a distribution that depends on the noise alone, whatever the true
answer is; so nothing needs to be known of the query. Its size is compared with the claimed one by the largest distance
of the distribution functions.

Source: Massart, "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality" (1990): exact for any number of runs,
and for discrete noise too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from wuming.auditing.mechanism.neighbours import Pair
from wuming.auditing.mechanism.outcomes import Encoder, Floats
from wuming.auditing.mechanism.report import CheckResult, Verdict
from wuming.auditing.mechanism.target import Target
from wuming.core.errors import PrivacyParameterError

Family = Literal["laplace", "gaussian", "discrete-laplace", "discrete-gaussian"]
_MOST_COLUMNS = 8
_TAIL = 45.0  # exponent beyond which a discrete distribution is cut off


@dataclass(frozen=True)
class Noise:
    """A noise distribution.

    Attributes:
        family: `laplace` and `discrete-laplace` have density ∝ exp(-|x|/scale), the others ∝ exp(-x²/(2·scale²)).
        scale: in the output's unit, > 0.
        grid: step of the grid of the discrete ones.
    """

    family: Family
    scale: float
    grid: float = 1.0

    def __str__(self) -> str:
        """Write it as `laplace of scale 2`."""
        grid = f" on multiples of {self.grid:g}" if self.family.startswith("discrete") else ""
        return f"{self.family} of scale {self.scale:g}{grid}"

    def difference(self) -> Callable[[Floats], tuple[Floats, Floats]]:
        """Return sizes t ≥ 0 → P[|X - X'| < t] and P[|X - X'| ≤ t] for two independent ones."""
        if self.family == "laplace":
            return _twice(lambda t: 1 - np.exp(-t / self.scale) * (1 + t / (2 * self.scale)))
        if self.family == "gaussian":
            return _twice(lambda t: np.vectorize(math.erf, otypes=[float])(t / (2 * self.scale)))
        power = 1 if self.family == "discrete-laplace" else 2
        ratio = self.scale / self.grid
        reach = math.ceil(ratio * (_TAIL if power == 1 else math.sqrt(2 * _TAIL))) + 1
        cells = np.arange(-reach, reach + 1) / ratio
        mass = np.exp(-np.abs(cells)) if power == 1 else np.exp(-(cells**2) / 2)
        mass /= mass.sum()
        length = 1 << (4 * reach + 2).bit_length()
        middle = np.fft.irfft(np.abs(np.fft.rfft(mass, length)) ** 2, length)[: 2 * reach + 1]
        below = np.concatenate([[0.0], np.minimum(1.0, np.cumsum(np.where(np.arange(middle.size) > 0, 2, 1) * middle))])

        def both(t: Floats) -> tuple[Floats, Floats]:
            cell = t / self.grid
            near = np.rint(cell)
            on = np.abs(cell - near) < 1e-6  # the grid's step may be no power of two
            under = np.where(on, near, np.ceil(cell)).astype(np.int64)
            upto = np.where(on, near + 1, np.ceil(cell)).astype(np.int64)
            return below[np.minimum(under, below.size - 1)], below[np.minimum(upto, below.size - 1)]

        return both


def parse_noise(text: str) -> Noise:
    """Read `family:scale` or `family:scale:grid`.

    Raises:
        PrivacyParameterError: for anything else.
    """
    family, *numbers = text.split(":")
    try:
        values = [float(number) for number in numbers]
    except ValueError:
        values = []
    right = family in get_args(Family) and 1 <= len(values) <= 2
    if not right or not all(math.isfinite(value) and value > 0 for value in values):
        raise PrivacyParameterError(
            f"noise={text!r} is no distribution", help=f"Give family:scale; families: {', '.join(get_args(Family))}."
        )
    noise = Noise(family, *values)  # type: ignore[arg-type]
    if noise.scale / noise.grid > 1 << 20:
        raise PrivacyParameterError(
            f"noise={text!r} has more than {1 << 20} cells a scale", help="Name the continuous distribution instead."
        )
    return noise


def check_noise(target: Target, pair: Pair, *, level: float, runs: int) -> CheckResult:
    """Compare the noise of the mechanism with what it says.

    Args:
        target: its claim names the noise.
        pair: its right data are used.
        level: of the test.
        runs: pairs of outputs.
    """
    noise = parse_noise(target.claim.noise)
    null = f"the noise of every value is {noise}"
    outputs = target.interleaved(pair.right, pair.right, runs)
    encoder = Encoder()
    first, second = (encoder.encode(part).values for part in outputs)
    width = min(first.shape[1], second.shape[1], _MOST_COLUMNS)
    worst, words = 0.0, "no numbers came out"
    for column in range(width):
        sizes = np.abs(first[:, column] - second[:, column])
        sizes = sizes[np.isfinite(sizes)]
        if sizes.size < runs / 2:
            continue
        distance = _distance(np.sort(sizes), noise) * math.sqrt(sizes.size)
        if distance >= worst:
            worst = distance
            words = f"distance {distance / math.sqrt(sizes.size):.4f} from {noise}, at value {column}"
    p = min(1.0, 2 * width * math.exp(-2 * worst**2))
    verdict: Verdict = "violated" if p <= level else "consistent"
    return CheckResult("declared-noise", verdict, null, words, pair.name, None, p, level, runs)


def _distance(ordered: Floats, noise: Noise) -> float:
    """Return the largest distance between the two distribution functions, at and just below every observed size."""
    values, counts = np.unique(ordered, return_counts=True)
    upto = np.cumsum(counts) / ordered.size
    below = upto - counts / ordered.size
    claimed_below, claimed_upto = noise.difference()(values)
    return float(max(np.abs(upto - claimed_upto).max(), np.abs(below - claimed_below).max()))


def _twice(function: Callable[[Floats], Floats]) -> Callable[[Floats], tuple[Floats, Floats]]:
    def both(t: Floats) -> tuple[Floats, Floats]:
        value = function(t)
        return value, value

    return both
