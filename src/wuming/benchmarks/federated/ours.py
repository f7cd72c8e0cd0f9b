"""Rounds of ours in a process of their own. A server: `python -m wuming.benchmarks.federated.ours SOCKET`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from wuming.benchmarks.federated import one_round
from wuming.benchmarks.federated.round_setup import RoundSetup
from wuming.benchmarks.federated.workload import BITS, CLIPPING_RANGE, LEVELS, mean_error, update
from wuming.benchmarks.house.protocol import Commands, serve
from wuming.crypto.random import new_key
from wuming.federated.account import ScheduledBudget
from wuming.federated.encoding import design
from wuming.federated.federation import Federation
from wuming.federated.plan import FederationPlan
from wuming.federated.secure_aggregation import ServerStage, run_round
from wuming.federated.strategies import FedAvg
from wuming.federated.weighting import FixedWeights
from wuming.mechanisms.clipping import clip


def cost(
    members: int, colluders: int, dimension: int, bits: int, silent_from: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    """Return what one round costs; see `one_round.cost`. `silent_from`: pairs of place and stage."""
    return one_round.cost(one_round.setup(members, colluders, dimension, bits), _stages(silent_from))


def server_memory(
    members: int, colluders: int, dimension: int, bits: int, silent_from: Sequence[tuple[int, int]]
) -> int:
    """Return the most bytes that the server holds; see `one_round.server_memory`."""
    return one_round.server_memory(one_round.setup(members, colluders, dimension, bits), _stages(silent_from))


def encode(members: int, colluders: int, threshold: int, dimension: int, bits: int) -> float:
    """Return the CPU seconds in which one member encodes its update with its share of noise."""
    encoding = design(
        dimension,
        unit="client",
        max_norm=1.0,
        noise_multiplier=1.0,
        members=members,
        threshold=threshold,
        colluders=colluders,
        modulus_bits=bits,
        rotation_seed=bytes(32),
    )
    vector = update(0, dimension)
    vector /= np.linalg.norm(vector)
    begin = time.process_time()
    encoding.encode(vector)
    return time.process_time() - begin


class Beside:
    """Sums quantised updates as the peer does: the same range, levels and bits, no noise."""

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {"prepare": self.prepare, "round": self.round}

    def prepare(self, members: int, dimension: int, dropped: Sequence[int]) -> dict[str, Any]:
        """Make the updates; return `sent`, the most bytes of a member, and the `error` of the mean."""
        self._of = RoundSetup(members, members // 5, dimension, BITS, LEVELS // 2)
        self._updates = [update(place, dimension) for place in range(members)]
        self._silent = dict.fromkeys(dropped, ServerStage.VECTORS)
        server = self._of.server()
        traffic = run_round(server, self._of.clients(), self._encoded, silent_from=self._silent)
        mean = server.total * (2 * CLIPPING_RANGE / LEVELS) / len(server.survivors)
        return {
            "sent": max(traffic.sent.values()),
            "error": mean_error(mean, sorted(server.survivors), dimension),
        }

    def round(self) -> dict[str, float]:
        """Hold a round; return the CPU seconds of `all`, quantisation among them."""
        begin = time.process_time()
        run_round(self._of.server(), self._of.clients(), self._encoded, silent_from=self._silent)
        return {"all": time.process_time() - begin}

    def _encoded(self, place: int) -> np.ndarray[Any, np.dtype[np.int32]]:
        scaled = np.clip(self._updates[place], -CLIPPING_RANGE, CLIPPING_RANGE) * (LEVELS / (2 * CLIPPING_RANGE))
        whole: np.ndarray[Any, np.dtype[np.int32]] = np.rint(scaled).astype(np.int32)
        return whole


def released(rows: Sequence[int], absent: int, dimension: int, noise: float, first: float) -> list[float]:
    """Return what is released of members' updates that are all but zero, as the peer's command of that name does.

    Weights are public constants in proportion to `rows`; the divisor is their sum, whoever is absent.
    """
    names = [f"member-{place}" for place in range(len(rows))]
    weights = {name: count / max(rows) for name, count in zip(names, rows, strict=True)}
    plan = FederationPlan(
        name="bench",
        clients=tuple(names),
        rounds=1,
        unit="client",
        bound=1.0,
        noise_multiplier=noise,
        noise="central" if noise else "none",
        secure=False,
        divisor=sum(weights.values()),
        least_survivors=len(rows) - absent,
        weighting=FixedWeights(weights),
    )
    server = Federation(plan, FedAvg(), np.zeros(dimension), budget=ScheduledBudget(1e6, 1e-5), secret=new_key())
    server.open_round()
    vectors = []
    for name in names[: len(names) - absent]:
        values = np.zeros(dimension)
        values[0], values[-1] = first if name == names[0] else 0.0, 1e-9
        vectors.append((name, clip(values, plan.bound) * weights[name]))
    total, _, _ = server.visible_sum(vectors)
    server.close_with_sums([total])
    found: list[float] = server.weights.tolist()
    return found


def _stages(silent_from: Sequence[tuple[int, int]]) -> Mapping[int, ServerStage]:
    return {place: ServerStage(stage) for place, stage in silent_from}


if __name__ == "__main__":
    serve(
        sys.argv[1],
        {
            "wuming": lambda: Commands(cost=cost, server_memory=server_memory, encode=encode),
            "beside": lambda: Beside().commands(),
            "central-noise": lambda: Commands(released=released),
        },
    )
