"""What one machine that holds all silos can check of a federation: what the noise in each sum was, and who was drawn.

Internal: computed on private data, never released. Over a network nobody sees a vector without noise, and nobody could.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import nn

from wuming.core.errors import SelfCheckFailed
from wuming.federated.codes import Vector
from wuming.federated.simulation import SimulationResult
from wuming.federated.strategies import Memory, Strategy
from wuming.lifecycle.federation.claim import FederatedTraining
from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
from wuming.training.checks import RuntimeChecks
from wuming.training.noise import NoiseStatistics

_ROUNDING = 1 / 6  # mean variance of rounding a value at random to one of two neighbours, in cells²


class Watch:
    """Counts over all rounds.

    Args:
        federated: the claim.
        parameters: of the model, in the vector's order.
        sums: what all silos train with.
    """

    def __init__(self, federated: FederatedTraining, parameters: Mapping[str, nn.Parameter], sums: SharedSum) -> None:
        self._federated, self._sums = federated, sums
        sizes = np.cumsum([0, *(parameter.numel() for parameter in parameters.values())])
        self._slices = {n: slice(a, b) for n, a, b in zip(parameters, sizes[:-1], sizes[1:], strict=True)}
        self._checks = RuntimeChecks(never_reached=set(parameters))
        self._plain: Vector = np.zeros(int(sizes[-1]))
        self._drawn = self.units = 0
        encoding, members = federated.code.encoding, len(federated.plan.clients)
        self._deviation = math.sqrt(members * (float(encoding.member_variance) + _ROUNDING)) / encoding.scale

    def contributed(self, vector: Vector, drawn: int) -> None:
        """Take note of one silo's vector of the round, without noise."""
        self._plain += vector
        self._drawn += drawn

    def summed(self, average: Vector) -> None:
        """Take note of the round's average as the server has it, with noise."""
        plan, checks = self._federated.plan, self._checks
        noise = (average * plan.divisor - self._plain) / self._deviation
        squares = noise * noise
        checks.noise += NoiseStatistics(
            noise.size, float(noise.sum()), float(squares.sum()), float((squares * squares).sum())
        )
        checks.draw(self._drawn, self.units * plan.sampling_probability)
        checks.never_reached -= {name for name in checks.never_reached if self._plain[self._slices[name]].any()}
        self._plain[:] = 0
        self._drawn = 0

    def report(self, result: SimulationResult) -> dict[str, Any]:
        """Return what was measured, with a verdict for each check, as the private trainer does.

        Raises:
            SelfCheckFailed: rounds are missing, a silo dropped out, or a check failed; nothing may be released.
        """
        plan, checks, sums = self._federated.plan, self._checks, self._sums
        held = [found for found in result.reports if not found.aborted]
        ratio, tolerance = checks.noise_ratio()
        verdicts: dict[str, bool | None] = {
            "all_rounds_held": result.rounds == plan.rounds and len(result.reports) == plan.rounds,
            "everybody_stayed": all(found.survivors == len(plan.clients) for found in held),
            "sums_exact": result.sums_exact is True,
            "clipped_within_bound": sums.largest_clipped_share <= 1,
            "noise_as_claimed": checks.noise.count == plan.rounds * self._plain.size and checks.noise.misfit() is None,
            "sampling_as_claimed": checks.sampling_holds(self.units, plan.sampling_probability),
            "equals_plain_loop": True if sums.compared else None,  # it raised otherwise
            "every_parameter_moved": not checks.never_reached,
        }
        failed = [name for name, value in verdicts.items() if value is False]
        if failed:
            raise SelfCheckFailed(
                f"the federation's self-check failed: {', '.join(failed)}",
                help="The model gives no guarantee and was not released.",
            )
        return {
            "largest_clipped_share": round(sums.largest_clipped_share, 6),
            "noise_ratio": round(ratio, 6),
            "noise_ratio_interval": [round(1 - tolerance, 6), round(1 + tolerance, 6)],
            "units_compared_with_plain_loop": sums.compared,
            **verdicts,
            "passed": True,
        }


class WatchedTrainer:
    """A silo's `LocalTrainer`, and a watch that sees what it gives."""

    def __init__(self, trainer: RecordTrainer, sums: SharedSum, watch: Watch) -> None:
        self._trainer, self._sums, self._watch = trainer, sums, watch
        self.record_bound, self.sampling_probability = trainer.record_bound, trainer.sampling_probability
        watch.units += trainer.units

    def contribution(self, weights: Vector, round_number: int) -> Vector:
        """See `wuming.core.ports.LocalTrainer.contribution`."""
        vector = self._trainer.contribution(weights, round_number)
        self._watch.contributed(vector, self._sums.drawn)
        return vector


class WatchedStrategy:
    """A `Strategy`, a watch that sees each average, and the mean of the weights over rounds, which is released.

    Args:
        strategy: the server's step.
        watch: see `Watch`.
        decay: of the mean; 0: the last weights. The mean forgets its start, as in the private trainer.
    """

    def __init__(self, strategy: Strategy, watch: Watch, decay: float) -> None:
        self._strategy, self._watch, self._decay = strategy, watch, decay
        self.name, self.proximal = strategy.name, strategy.proximal
        self.mean: Vector = np.zeros(0)
        self._steps = 0

    def begin(self, dimension: int) -> Memory:
        """See `Strategy.begin`."""
        self.mean = np.zeros(dimension)
        return self._strategy.begin(dimension)

    def step(self, weights: Vector, update: Vector, memory: Memory, *, progress: float) -> tuple[Vector, Memory]:
        """See `Strategy.step`."""
        self._watch.summed(update)
        weights, memory = self._strategy.step(weights, update, memory, progress=progress)
        self._steps += 1
        self.mean = self.mean + max(1 - self._decay, 1 / self._steps) * (weights - self.mean)
        return weights, memory

    def as_json(self) -> dict[str, Any]:
        """See `Strategy.as_json`."""
        return self._strategy.as_json()
