"""Faults that single outputs do not show: seeds, noise that is used again, state, time."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from wuming.benchmarks.audit.planted.samplers import CELLS, cells, discrete_laplace, uniforms

# Seeds and weak generators are what is planted here.
_seeded = np.random.default_rng(20240229)
_pool: list[int] = []
_earlier: list[int] = []


def _with(total: int, noise: float) -> float:
    return (total + round(noise)) / CELLS


def noise_of_a_constant_seed(data: Sequence[float], epsilon: float) -> float:
    """Seeds its generator in every call."""
    generator = random.Random(7)  # noqa: S311
    noise = generator.choice((-1, 1)) * generator.expovariate(epsilon / CELLS)
    return _with(sum(cells(value) for value in data), noise)


def noise_seeded_by_data(data: Sequence[float], epsilon: float) -> float:
    """Seeds its generator with the data, so that an answer never changes."""
    total = sum(cells(value) for value in data)
    generator = random.Random(total)  # noqa: S311
    return _with(total, generator.choice((-1, 1)) * generator.expovariate(epsilon / CELLS))


def noise_seeded_at_the_start(data: Sequence[float], epsilon: float) -> float:
    """Seeds its generator once, when the program starts, with a number that stands in the code."""
    return _with(sum(cells(value) for value in data), _seeded.laplace(0.0, CELLS / epsilon))


def noise_of_the_global_generator(data: Sequence[float], epsilon: float) -> float:
    """Takes its noise from numpy's global generator, which is not for secrets and which anybody may seed."""
    return _with(sum(cells(value) for value in data), np.random.laplace(0.0, CELLS / epsilon))


def noise_used_twice(data: Sequence[float], epsilon: float) -> float:
    """Uses each sample for two calls."""
    if not _pool:
        _pool.extend([discrete_laplace(CELLS / epsilon)] * 2)
    return _with(sum(cells(value) for value in data), _pool.pop())


def sum_with_a_memory(data: Sequence[float], epsilon: float) -> float:
    """Adds what an earlier call left behind."""
    total = sum(cells(value) for value in data)
    left = _earlier.pop() if _earlier else 0
    _earlier.append(total)
    return _with(total + left, discrete_laplace(CELLS / epsilon))


def count_by_flips(data: Sequence[object], epsilon: float) -> int:
    """Draws two geometric numbers by flipping a coin until it falls: the time tells the noise."""
    share = float(np.exp(-epsilon))
    drawn = [0, 0]
    for which in (0, 1):
        while uniforms(1)[0] < share:
            drawn[which] += 1
    return len(data) + drawn[0] - drawn[1]


def count_by_flips_right(data: Sequence[object], epsilon: float) -> int:
    """Draws it by inverting the distribution function, in the same time whatever comes out."""
    return len(data) + discrete_laplace(1 / epsilon)
