"""Mechanisms whose ε is known, as an auditor sees them: scores of canaries, in one run or in many.

Randomness comes from NumPy's generator: these simulations protect nobody.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import Event, Gaussian, PoissonSampledGaussian
from wuming.accounting.gaussian import gaussian_mean

DELTA = 1e-5
REVEALED = 0.2  # δ of the mechanism that reveals all, large enough to be seen in 500 repetitions

Array = NDArray[np.float64]
Coins = NDArray[np.bool_]
Simulation = Callable[[np.random.Generator, Coins], Array]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """A mechanism with its true ε.

    Attributes:
        name: in words.
        epsilon: true ε at `delta`.
        delta: δ.
        one_run: scores of canaries in one run, given their coins; higher for those that were in.
        one_of_many: scores of independent runs with one canary each, given whether it was in.
        event: what an accountant calls it; None where it has no name for it.
        gaussian: whether the Gaussian hypothesis holds for it.
    """

    name: str
    epsilon: float
    delta: float
    one_run: Simulation
    one_of_many: Simulation
    event: Event | None = None
    gaussian: bool = False


def mechanisms() -> tuple[Mechanism, ...]:
    """Return the six mechanisms of the validity table."""
    return (
        _gaussian(2.0),
        _randomised_response(1.0),
        _laplace(1.0),
        _subsampled(0.1, 0.7),
        _reveals_all(REVEALED),
        _correlated(2.0, 0.5),
    )


def gaussian_scores(generator: np.random.Generator, coins: Coins, mean: float) -> Array:
    """Return scores of the Gaussian mechanism: N(μ, 1) for included canaries, N(0, 1) for the others."""
    return generator.normal(size=coins.size) + mean * coins


def randomised_response(generator: np.random.Generator, coins: Coins, epsilon: float) -> Array:
    """Return each coin, right with probability e^ε/(1 + e^ε)."""
    kept = generator.random(coins.size) < 1 / (1 + math.exp(-epsilon))
    return np.where(kept, coins, ~coins).astype(np.float64)


def _gaussian(claimed: float) -> Mechanism:
    mean = gaussian_mean(claimed, DELTA)

    def scores(generator: np.random.Generator, coins: Coins) -> Array:
        return gaussian_scores(generator, coins, mean)

    return Mechanism("Gaussian", claimed, DELTA, scores, scores, Gaussian(1 / mean), gaussian=True)


def _randomised_response(pure: float) -> Mechanism:
    right = 1 / (1 + math.exp(-pure))

    def scores(generator: np.random.Generator, coins: Coins) -> Array:
        return randomised_response(generator, coins, pure)

    return Mechanism("randomised response", math.log((right - DELTA) / (1 - right)), DELTA, scores, scores)


def _laplace(pure: float) -> Mechanism:
    def scores(generator: np.random.Generator, coins: Coins) -> Array:
        return generator.laplace(scale=1 / pure, size=coins.size) + coins

    # δ(ε') = 1 − e^((ε' − ε)/2) for one Laplace mechanism.
    return Mechanism("Laplace", pure + 2 * math.log1p(-DELTA), DELTA, scores, scores)


def _subsampled(probability: float, noise: float) -> Mechanism:
    event = PoissonSampledGaussian(probability, noise, 1)

    def scores(generator: np.random.Generator, coins: Coins) -> Array:
        drawn = generator.random(coins.size) < probability
        return generator.normal(scale=noise, size=coins.size) + (coins & drawn)

    return Mechanism("Poisson-subsampled Gaussian q=0.1", epsilon(event, DELTA), DELTA, scores, scores, event)


def _reveals_all(chance: float) -> Mechanism:
    def one_run(generator: np.random.Generator, coins: Coins) -> Array:
        revealed = generator.random() < chance
        return coins.astype(np.float64) if revealed else generator.random(coins.size)

    def one_of_many(generator: np.random.Generator, coins: Coins) -> Array:
        revealed = generator.random(coins.size) < chance
        return np.where(revealed, np.where(coins, 2.0, -1.0), generator.random(coins.size))

    return Mechanism("reveals all with probability δ", 0.0, chance, one_run, one_of_many)


def _correlated(claimed: float, share: float) -> Mechanism:
    """Gaussian noise of which a part is common to all; what one canary adds to it is seen against the other part."""
    mean = gaussian_mean(claimed, DELTA)

    def one_run(generator: np.random.Generator, coins: Coins) -> Array:
        own = 1 - share
        # (Σ⁻¹)_jj of Σ = own·I + share·11ᵀ; the canary's step is scaled so that it is seen with mean μ.
        seen = math.sqrt((1 - share / (own + share * coins.size)) / own)
        noise = math.sqrt(own) * generator.normal(size=coins.size) + math.sqrt(share) * generator.normal()
        return noise + mean / seen * coins

    def one_of_many(generator: np.random.Generator, coins: Coins) -> Array:
        first = generator.normal(size=coins.size)
        second = share * first + math.sqrt(1 - share**2) * generator.normal(size=coins.size)
        canary = mean * math.sqrt(1 - share**2) * coins
        return first + canary - share * second  # the likelihood ratio of the pair (first + canary, second)

    return Mechanism("correlated noise", claimed, DELTA, one_run, one_of_many, Gaussian(1 / mean), gaussian=True)
