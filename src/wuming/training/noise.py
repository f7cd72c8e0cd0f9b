"""The noise of one training step: a function of the run's key, the step and the position alone.

Adversary: sees every parameter value that training ever had, and knows everything but the key.

Layout. The tensors of a step, one after another, are cut into chunks of 2¹⁶ positions, and each chunk is drawn from a
stream of its own. So no chunk waits for another, and any number of processes share the work: process r of w adds the
chunks c with c mod w = r. Over all processes that is one share of noise, the same numbers whatever w is.

What this file does not know: the bound on a unit's share of the sum. The caller gives the standard deviation.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream, derive_key
from wuming.mechanisms.discrete_gaussian import discrete_gaussian, distance_from_rounded_gaussian
from wuming.mechanisms.gaussian import gaussian_noise

GRID = 1 << 30  # grid cells in one standard deviation of discrete Gaussian noise
LARGEST_GRID_MODEL = 10**6  # parameters
_CHUNK = 1 << 16  # positions; part of the noise's layout
_GRID_SAMPLES_PER_SECOND = 10**7  # measured on one core, rounded down; only for the message of a refusal


@dataclass(frozen=True)
class NoiseStatistics:
    """Sums over the standardised samples z (noise divided by its standard deviation) that one process drew.

    They are for the check that the noise has the claimed spread and shape; they say nothing about the data.

    Attributes:
        count: number of samples.
        total: Σ z, of mean 0 and variance `count`.
        squares: Σ z², of mean `count` and variance 2·`count`.
        fourth_powers: Σ z⁴, of mean 3·`count` and variance 96·`count`.
        pairs: number of products in `products`.
        products: Σ z[i]·z[i+1] over neighbours in one chunk, of mean 0 and variance `pairs`.
    """

    count: int = 0
    total: float = 0.0
    squares: float = 0.0
    fourth_powers: float = 0.0
    pairs: int = 0
    products: float = 0.0

    def __add__(self, other: NoiseStatistics) -> NoiseStatistics:
        """Return the statistics of both sets of samples: of two steps, or of two processes."""
        return NoiseStatistics(
            *(getattr(self, field.name) + getattr(other, field.name) for field in dataclasses.fields(self))
        )

    def misfit(self, alpha: float = 1e-6) -> str | None:
        """Return which sum is no sum over independent standard Gaussians, in words; None if all may be.

        Args:
            alpha: probability, at most, that right noise is called wrong.

        The bounds hold for any number of samples: Gaussian tails; Laurent & Massart, "Adaptive estimation of a
        quadratic functional by model selection" (2000), Lemma 1, for both quadratic sums; Bernstein's inequality for
        fourth powers, cut off where a quarter of `alpha` bounds the chance of any larger sample.
        """
        n = self.count
        if n == 0:
            return None
        x = math.log(12 / alpha)
        power = (2 * math.log(8 * n / alpha)) ** 2  # fourth power of a size that no sample exceeds but with α/4
        quartic = math.sqrt(2 * 105 * n * x)
        ranges = {
            "mean": (self.total, 0.0, math.sqrt(2 * n * x), math.sqrt(2 * n * x)),
            "variance": (self.squares, n, 2 * math.sqrt(n * x), 2 * math.sqrt(n * x) + 2 * x),
            "fourth moment": (self.fourth_powers, 3 * n, quartic, quartic + power * x / 3),
            "product of neighbours": (
                self.products,
                0.0,
                math.sqrt(2 * self.pairs * x) + 2 * x,
                math.sqrt(2 * self.pairs * x) + 2 * x,
            ),
        }
        for name, (value, expected, below, above) in ranges.items():
            # Written so that NaN does not pass.
            if not expected - below <= value <= expected + above:
                divisor = self.pairs if name == "product of neighbours" else n
                return (
                    f"{name}={value / divisor:.6g} of {n} standardised samples is outside"
                    f" [{(expected - below) / divisor:.6g}, {(expected + above) / divisor:.6g}]"
                )
        return None


def grid_failure_probability(parameters: int = LARGEST_GRID_MODEL) -> float:
    """Return a proven bound on the total variation between one step's grid noise and a rounded continuous Gaussian.

    With τ this bound summed over all steps, what holds for the Gaussian mechanism with (ε, δ) holds for grid noise with
    (ε, δ + (1 + e^ε)·τ); see `distance_from_rounded_gaussian` for the proof. For 10⁶ parameters it is 3.8·10⁻¹⁷.

    Raises:
        PrivacyParameterError: `parameters` is below 1.
    """
    return distance_from_rounded_gaussian(parameters, GRID)


def add_noise(
    sums: Mapping[str, Tensor],
    *,
    key: bytes,
    step: int,
    standard_deviation: float,
    scale: float = 1.0,
    rank: int = 0,
    world: int = 1,
) -> NoiseStatistics:
    """Add this process's part of N(0, standard_deviation²) and multiply by `scale`, in place; return statistics of it.

    Args:
        sums: float32 or float64 tensors of any device, contiguous; order and sizes make the layout, names do not.
        key: the run's key for noise, at least 16 bytes; used for no other data.
        step: number of the step, ≥ 0. Noise of one key and step must meet one sum only: two different sums released
            with the same noise reveal their difference.
        standard_deviation: of the noise on each coordinate, > 0; before it is multiplied.
        scale: factor on sum and noise, such as 1 over the batch size: here, since a pass of its own would read and
            write all parameters once more.
        rank: number of this process, in [0, world).
        world: number of processes whose sums are added up afterwards.

    Raises:
        PrivacyParameterError: for an argument out of range or a tensor that cannot take noise; nothing was changed.
        KeyUnavailable: `key` is too short.

    Guarantee: over all ranks each coordinate gets one sample of `gaussian_noise`, made, added and multiplied in float64
    and rounded once to the tensor's type; the samples are those of one process, bit for bit. Noise of two steps is
    independent.
    """
    if isinstance(standard_deviation, bool) or not math.isfinite(standard_deviation) or standard_deviation <= 0:
        raise PrivacyParameterError(
            f"standard_deviation={standard_deviation} is no finite number above 0",
            help="Noise without spread protects nobody; train without privacy if that is meant.",
        )
    if isinstance(scale, bool) or not math.isfinite(scale) or scale <= 0:
        raise PrivacyParameterError(f"scale={scale} is no finite number above 0", help="Give 1 over the batch size.")
    _check(sums, step, rank, world, (torch.float32, torch.float64))
    statistics = NoiseStatistics()
    step_key = derive_key(key, "noise", "gaussian", step)
    for chunk, parts in _chunks(sums):
        if chunk % world != rank:
            for part in parts:
                part.mul_(scale)
            continue
        samples = gaussian_noise(_stream(step_key, chunk), sum(part.numel() for part in parts), 1.0)
        statistics += _statistics(samples)
        samples *= standard_deviation
        _add(parts, samples, scale)
    return statistics


def add_grid_noise(
    sums: Mapping[str, Tensor], *, key: bytes, step: int, rank: int = 0, world: int = 1
) -> NoiseStatistics:
    """Add this process's part of discrete Gaussian noise of parameter `GRID` in place to int64 sums in grid cells.

    Args:
        sums: int64 tensors of any device, contiguous, in cells of (standard deviation of the noise)/`GRID`; together at
            most `LARGEST_GRID_MODEL` numbers. No sum may come near 2⁶³.
        key, step, rank, world: as for `add_noise`.

    Raises:
        PrivacyParameterError: for an argument out of range, a tensor that cannot take noise, or more parameters, with
            the time that a step would take; nothing was changed.
        KeyUnavailable: `key` is too short.

    Guarantee: over all ranks each coordinate gets one exact sample of `discrete_gaussian`; no floating-point number is
    made. The samples are those of one process. Noise of two steps is independent.
    """
    parameters = sum(tensor.numel() for tensor in sums.values())
    if parameters > LARGEST_GRID_MODEL:
        raise PrivacyParameterError(
            f"parameters={parameters} exceeds {LARGEST_GRID_MODEL}, the most for discrete Gaussian noise; drawing it"
            f" would take about {parameters / _GRID_SAMPLES_PER_SECOND:.1f} s a step",
            help="Train fewer parameters, or use noise='gaussian'.",
        )
    _check(sums, step, rank, world, (torch.int64,))
    statistics = NoiseStatistics()
    step_key = derive_key(key, "noise", "discrete-gaussian", step)
    for chunk, parts in _chunks(sums):
        if chunk % world == rank:
            samples = discrete_gaussian(_stream(step_key, chunk), sum(part.numel() for part in parts), GRID)
            statistics += _statistics(samples / GRID)
            _add(parts, samples)
    return statistics


def _check(sums: Mapping[str, Tensor], step: int, rank: int, world: int, dtypes: tuple[torch.dtype, ...]) -> None:
    for name, value, least in (("step", step, 0), ("rank", rank, 0), ("world", world, 1)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise PrivacyParameterError(
                f"{name}={value!r} must be a whole number, at least {least}", help="Count steps and ranks from 0."
            )
    if rank >= world:
        raise PrivacyParameterError(
            f"rank={rank} must be below world={world}", help="Count ranks from 0; world is the number of processes."
        )
    for name, tensor in sums.items():
        if tensor.dtype not in dtypes:
            raise PrivacyParameterError(
                f"the sum of {name} has dtype={tensor.dtype}, not {' or '.join(map(str, dtypes))}",
                help="Keep sums of gradients in full precision, also where the model computes in less.",
            )
        if not tensor.is_contiguous():
            raise PrivacyParameterError(
                f"the sum of {name} with shape={tuple(tensor.shape)} is not contiguous",
                help="Give tensors as torch.zeros makes them: noise is added in place and by position.",
            )


def _chunks(sums: Mapping[str, Tensor]) -> Iterator[tuple[int, list[Tensor]]]:
    """Yield the number and the pieces of tensors of each chunk."""
    chunk = position = 0
    parts: list[Tensor] = []
    for tensor in (tensor.detach().view(-1) for tensor in sums.values()):
        start = 0
        while start < tensor.numel():
            end = min(tensor.numel(), start + _CHUNK - position)
            parts.append(tensor[start:end])
            position += end - start
            start = end
            if position == _CHUNK:
                yield chunk, parts
                chunk, position, parts = chunk + 1, 0, []
    if parts:
        yield chunk, parts


def _stream(step_key: bytes, chunk: int) -> SecureStream:
    return SecureStream(step_key, f"chunk {chunk}")


def _add(parts: list[Tensor], samples: NDArray[np.float64] | NDArray[np.int64], scale: float = 1.0) -> None:
    """Add the samples to the pieces; they are lost. The sum is made on the CPU, so that every device gets the same."""
    noise = torch.from_numpy(samples)
    start = 0
    for part in parts:
        share = noise[start : start + part.numel()].add_(part.cpu())
        part.copy_(share if scale == 1 else share.mul_(scale))
        start += part.numel()


def _statistics(samples: NDArray[np.float64]) -> NoiseStatistics:
    # torch's products keep to the threads that training was given; numpy's would start their own for each chunk.
    drawn = torch.from_numpy(samples)
    squares = drawn.square()
    return NoiseStatistics(
        count=samples.size,
        total=float(samples.sum()),
        squares=float(squares.sum()),
        fourth_powers=float(torch.dot(squares, squares)),
        pairs=samples.size - 1,
        products=float(torch.dot(drawn[1:], drawn[:-1])),
    )
