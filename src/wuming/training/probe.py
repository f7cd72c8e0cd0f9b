"""Canaries among the gradients: units invented in the space of the gradients, to audit the training as it runs.

A canary is one direction. It is in by a fair coin; then it takes part in steps as the plan's sampler says, and adds its
direction, of length C, to the clipped sum before there is noise. Its score is what the released sums say of it: the
logarithm of the likelihood ratio between "in" and "out", to an auditor who knows everybody else, the direction and the
noise's distribution, but neither coin nor the steps it took part in. That is the adversary of the guarantee.

What it audits: sampler, noise and accounting, as they ran. What it does not: whether real units are clipped to C; the
self-check does that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import SecureStream, derive_key
from wuming.training.plan import TrainingPlan
from wuming.training.ranks import Ranks
from wuming.training.sampling import UnitSampler

_MOST_COORDINATES = 64  # of one canary: enough to average over what single coordinates hold


def probe_coins(run_key: bytes, count: int) -> tuple[bool, ...]:
    """Return the fair coins of a run's canaries: which are in.

    Args:
        run_key: 32 secret bytes of this run alone.
        count: number of canaries.
    """
    words = SecureStream(derive_key(run_key, "gradient-canaries"), "coins").uint64(count)
    return tuple(bool(word >> 63) for word in words.tolist())


class GradientCanaries:
    """The canaries of one training.

    They are units beside the data's: the caller's plan counts them in `population`. No direction shares a coordinate
    with another, so that canaries do not disturb each other.

    Args:
        plan: the claim.
        parameters: trainable, by name; their order and sizes fix the directions.
        run_key: 32 secret bytes; coins, directions and participation are functions of it.
        count: number of canaries, at least 2 and at most one for each parameter value.
        ranks: this process among those that train together; the first one adds the canaries.

    Attributes:
        coins: which canaries are in.
        scores: log-likelihood ratios so far, [count] float64; higher looks more like in.

    Raises:
        PrivacyParameterError: a count out of range, or a sampler whose draws depend on other units.
    """

    def __init__(
        self, plan: TrainingPlan, parameters: Mapping[str, nn.Parameter], run_key: bytes, count: int, ranks: Ranks
    ) -> None:
        size = sum(parameter.numel() for parameter in parameters.values())
        if not 2 <= count <= size:
            raise PrivacyParameterError(
                f"canaries={count} must be 2 to {size}, the number of trained values",
                help="Canaries need directions that share nothing; 1,000 to 10,000 are usual.",
            )
        if plan.sampler == "truncated-poisson":
            raise PrivacyParameterError(
                "canaries do not go with sampler='truncated-poisson'",
                help="Whether a canary takes part would depend on who else was drawn. Use poisson.",
            )
        key = derive_key(run_key, "gradient-canaries")
        self.coins, self.scores = probe_coins(run_key, count), np.zeros(count)
        self._plan, self._ranks, self._count = plan, ranks, count
        self._each = plan.records_per_unit if plan.sampled == "records" else 1
        labels = [f"{canary}\x00{record}" for canary in range(count) for record in range(self._each)]
        self._sampler = UnitSampler(key, plan, labels)
        self._coordinates = min(size // count, _MOST_COORDINATES)
        slots = count * self._coordinates
        words = SecureStream(key, "signs").uint64(-(-slots // 64))
        bits = np.unpackbits(words.view(np.uint8))[:slots]
        self._direction = (2.0 * bits - 1.0) / math.sqrt(self._coordinates)
        self._places = _places(parameters, (np.arange(slots, dtype=np.int64) * size) // slots)
        self._others: Tensor | None = None

    def join(self, sums: Mapping[str, Tensor], step: int, length: float) -> None:
        """Add what the canaries bring to a step, before its noise.

        Args:
            sums: clipped sums of the real units, in place; in grid cells where they are integers.
            step: 0-based.
            length: C, in the unit of `sums`.
        """
        self._others = self._gather(sums)
        if self._ranks.rank != 0:
            return
        times = self._times(step)
        values = (np.tile(times, self._coordinates) * self._direction) * length
        for name, (places, slots) in self._places.items():
            flat = sums[name].view(-1)
            added = torch.from_numpy(values[slots])
            # Truncated where sums are integers, so that the length stays at most C.
            flat[places.to(flat.device)] += added.to(flat.device, flat.dtype)

    def read(self, sums: Mapping[str, Tensor], length: float, scale: float) -> None:
        """Update the scores by a step's noised sums, added up over processes.

        Args:
            sums: as released.
            length: as of `join`.
            scale: what the sums have been multiplied by since then.
        """
        others, self._others = self._others, None
        assert others is not None
        self._ranks.add_up([others])
        seen = (self._gather(sums) / scale - others).numpy() * self._direction
        signal = seen.reshape(self._coordinates, self._count).sum(axis=0) / length
        self.scores += self._log_likelihood(signal)
        if self._plan.neighbouring_relation == "replace-one":
            self.scores -= self._log_likelihood(-signal)

    def _times(self, step: int) -> NDArray[np.float64]:
        """Return how often each canary's direction is added in a step; negative for one that was replaced."""
        drawn = np.bincount(self._sampler.sample(step) // self._each, minlength=self._count).astype(np.float64)
        out = -1.0 if self._plan.neighbouring_relation == "replace-one" else 0.0
        return drawn * np.where(np.array(self.coins), 1.0, out)

    def _log_likelihood(self, signal: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-likelihood ratio of taking part by the sampler's coins against never, of one step."""
        variance = self._plan.gradient_noise_multiplier**2
        q, most = self._probability, self._each
        terms = []
        for times in range(most + 1):
            chance = math.comb(most, times) * q**times * (1 - q) ** (most - times)
            if chance > 0:
                terms.append(math.log(chance) + (times * signal - times**2 / 2) / variance)
        total: NDArray[np.float64] = np.logaddexp.reduce(np.broadcast_arrays(*terms), axis=0)
        return total

    @property
    def _probability(self) -> float:
        plan = self._plan
        if plan.sampler == "poisson":
            return plan.sampling_probability
        return (plan.participations if plan.sampler == "random-allocation" else 1) / plan.steps_per_epoch

    def _gather(self, sums: Mapping[str, Tensor]) -> Tensor:
        """Return the sums at the canaries' coordinates, [coordinates · count] float64 on the CPU."""
        found = torch.zeros(len(self._direction), dtype=torch.float64)
        for name, (places, slots) in self._places.items():
            flat = sums[name].view(-1)
            found[slots] = flat[places.to(flat.device)].to("cpu", torch.float64)
        return found


def _places(parameters: Mapping[str, nn.Parameter], coordinates: NDArray[np.int64]) -> dict[str, tuple[Tensor, slice]]:
    """Return for each tensor which of its values are coordinates of canaries, and which slots these are.

    Args:
        parameters: by name.
        coordinates: ascending places in all parameters, one after another.
    """
    found: dict[str, tuple[Tensor, slice]] = {}
    start = 0
    for name, parameter in parameters.items():
        first, last = np.searchsorted(coordinates, [start, start + parameter.numel()]).tolist()
        if last > first:
            found[name] = torch.from_numpy(coordinates[first:last] - start), slice(first, last)
        start += parameter.numel()
    return found
