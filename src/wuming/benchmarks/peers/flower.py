"""Flower's SecAgg+ and its central differential privacy. A server: `python -m wuming.benchmarks.peers.flower SOCKET`.

SecAgg+: its own workflow and its own client mod, over a grid that hands messages over in this process: no Ray, no
network, no serialising of messages in the times. Differential privacy: its own strategy around its own FedAvg, with
what that has by default.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace
from typing import Any

os.environ["FLWR_TELEMETRY_ENABLED"] = "0"

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Context, Message, MetricRecord, RecordDict
from flwr.common.secure_aggregation import secaggplus_utils
from flwr.common.secure_aggregation.secaggplus_constants import RECORD_KEY_CONFIGS, Key, Stage
from flwr.compat.common import recorddict_compat as compat
from flwr.compat.common.parameter import ndarrays_to_parameters, parameters_to_ndarrays
from flwr.compat.common.typing import Code, FitRes, Status
from flwr.server.compat.legacy_context import LegacyContext
from flwr.server.strategy import FedAvg
from flwr.server.workflow import SecAggPlusWorkflow
from flwr.serverapp import strategy as current
from flwr.supercore.inflatable.inflatable_object import get_all_nested_objects
from flwr.supercore.task_identity import TaskIdentity

from wuming.benchmarks.federated.workload import BITS, CLIPPING_RANGE, LEVELS, mean_error, update
from wuming.benchmarks.house.protocol import Commands, serve

# Its package names a function like this module, so an import statement finds the function.
client_side: Any = import_module("flwr.client.mod.secure_aggregation.secaggplus_mod")

_RUN = 7
_WEIGHT = 1000  # of each member, which is the largest that is allowed by default


class _Grid:
    """Hands messages to members in this process, and answers back."""

    def __init__(self, updates: dict[int, Any], dropped: Iterable[int]) -> None:
        self._updates, self._dropped = updates, set(dropped)
        self._contexts = {
            node: Context(run_id=_RUN, node_id=node, node_config={}, state=RecordDict(), run_config={})
            for node in updates
        }
        self.weighing = False
        self.sent: dict[int, int] = dict.fromkeys(updates, 0)

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> list[Message]:  # noqa: ARG002
        answers = []
        for number, message in enumerate(messages):
            node = message.metadata.dst_node_id
            stage = message.content.config_records[RECORD_KEY_CONFIGS][Key.STAGE]
            if stage == Stage.COLLECT_MASKED_VECTORS and node in self._dropped:
                continue
            message.metadata.__dict__["_message_id"] = f"{stage}-{number}"
            message.content = _copied(message.content)
            answers.append(client_side.secaggplus_mod(message, self._contexts[node], self._fit))
            if self.weighing:
                objects = get_all_nested_objects(answers[-1])
                self.sent[node] += sum(len(one.deflate()) for one in objects.values())
        return answers

    def _fit(self, message: Message, context: Context) -> Message:
        parameters = ndarrays_to_parameters([self._updates[context.node_id]])
        result = FitRes(Status(Code.OK, ""), parameters, _WEIGHT, {})
        return Message(compat.fitres_to_recorddict(result, keep_input=False), reply_to=message)


def _copied(content: RecordDict) -> RecordDict:
    """Return the records with settings of their own: members take theirs apart, and some are sent to all."""
    return RecordDict(
        {name: ConfigRecord(dict(one)) if isinstance(one, ConfigRecord) else one for name, one in content.items()}
    )


class _Proxy:
    def __init__(self, node: int) -> None:
        self.node_id, self.cid = node, str(node)


class _Everybody:
    """What the strategy asks of its manager of clients."""

    def __init__(self, nodes: Sequence[int]) -> None:
        self._proxies = [_Proxy(node) for node in nodes]

    def num_available(self) -> int:
        return len(self._proxies)

    def sample(self, num_clients: int, min_num_clients: int | None = None) -> list[_Proxy]:  # noqa: ARG002
        return self._proxies


class SecAggPlus:
    """Holds rounds with the complete graph of masks, as ours have it."""

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {"prepare": self.prepare, "round": self.round}

    def prepare(self, members: int, dimension: int, dropped: Sequence[int]) -> dict[str, Any]:
        """Hold the first round.

        Returns:
            `sent`: most bytes of a member. `error`: of the mean. `pair_bits`, `own_bits`: bits of the seeds of masks
            that were not the same in all seeds of the round.
        """
        TaskIdentity.run_id, TaskIdentity.node_id, TaskIdentity.task_id = _RUN, 1, 1
        logging.getLogger("flwr").setLevel(logging.ERROR)
        self._members, self._dropped = members, dropped
        self._updates = {node + 1: update(node, dimension) for node in range(members)}
        with _seeds() as seeds:
            mean, grid = self._hold(weighing=True)
        left = [place for place in range(members) if place not in dropped]
        return {
            "sent": max(grid.sent.values()),
            "error": mean_error(mean, left, dimension),
            "pair_bits": _varying(seeds["pair"]),
            "own_bits": _varying(seeds["own"]),
        }

    def round(self) -> dict[str, float]:
        """Hold a round; return the CPU seconds of `all`, quantisation among them."""
        begin = time.process_time()
        self._hold(weighing=False)
        return {"all": time.process_time() - begin}

    def _hold(self, *, weighing: bool) -> tuple[Any, _Grid]:
        grid = _Grid(self._updates, [place + 1 for place in self._dropped])
        grid.weighing = weighing
        everybody: Any = _Everybody(list(self._updates))
        zeros = ndarrays_to_parameters([np.zeros(1, dtype=np.float32)])  # the model travels apart from the protocol
        state = RecordDict()
        context = LegacyContext(
            Context(run_id=_RUN, node_id=0, node_config={}, state=state, run_config={}),
            strategy=FedAvg(min_fit_clients=self._members, min_available_clients=self._members),
            client_manager=everybody,
        )
        state.config_records["config"] = ConfigRecord({"current_round": 1})
        state.array_records["parameters"] = compat.parameters_to_arrayrecord(zeros, keep_input=True)
        workflow = SecAggPlusWorkflow(
            1.0, 0.7, clipping_range=CLIPPING_RANGE, quantization_range=LEVELS, modulus_range=1 << BITS
        )
        workflow(grid, context)
        found = compat.arrayrecord_to_parameters(context.state.array_records["parameters"], keep_input=True)
        return parameters_to_ndarrays(found)[0], grid


class CentralNoise:
    """Aggregates once with Flower's strategy for differential privacy at the server, with fixed clipping."""

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {"released": self.released}

    def released(self, rows: Sequence[int], absent: int, dimension: int, noise: float, first: float) -> list[float]:
        """Return what is released of members' updates that are all but zero, but for the first value of the first's.

        An update of exactly zero ends this strategy with a division by zero, so each has one value of 10⁻⁹.

        Args:
            rows: of each member, by which the mean is weighted.
            absent: members at the end that were asked and do not answer.
            dimension: values of an update.
            noise: noise multiplier; updates are clipped to 1.
            first: the first value.
        """
        logging.getLogger("flwr").setLevel(logging.CRITICAL)
        TaskIdentity.run_id, TaskIdentity.node_id, TaskIdentity.task_id = _RUN, 1, 1
        chosen = current.DifferentialPrivacyServerSideFixedClipping(current.FedAvg(), noise, 1.0, len(rows))
        chosen.current_arrays = ArrayRecord([np.zeros(dimension)])
        replies = []
        for member, count in enumerate(rows[: len(rows) - absent]):
            values = np.zeros(dimension)
            values[0], values[-1] = first if member == 0 else 0.0, 1e-9
            content = RecordDict({"arrays": ArrayRecord([values]), "metrics": MetricRecord({"num-examples": count})})
            replies.append(Message(content, dst_node_id=member + 1, message_type="train"))
        arrays, _ = chosen.aggregate_train(1, replies)
        assert arrays is not None
        found: list[float] = arrays.to_numpy_ndarrays()[0].tolist()
        return found


@contextmanager
def _seeds() -> Iterator[dict[str, list[int]]]:
    """Write down what members' masks are drawn from: by whose secret, the number that the generator is given."""
    found: dict[str, list[int]] = {"pair": [], "own": []}
    given: list[int] = []
    draw, numpy = client_side.pseudo_rand_gen, secaggplus_utils.np

    def state(seed: int) -> Any:
        given.append(seed)
        return np.random.RandomState(seed)

    def watched(seed: bytes, num_range: int, dimensions_list: Any) -> Any:
        before = len(given)
        drawn = draw(seed, num_range, dimensions_list)
        found["own" if len(seed) == 32 else "pair"] += given[before:]  # pairs' secrets are written in 44 characters
        return drawn

    client_side.pseudo_rand_gen = watched
    secaggplus_utils.np = SimpleNamespace(random=SimpleNamespace(RandomState=state), array=np.array, int64=np.int64)
    try:
        yield found
    finally:
        client_side.pseudo_rand_gen, secaggplus_utils.np = draw, numpy


def _varying(seeds: list[int]) -> int:
    """Return how many bits are not the same in all seeds."""
    differ = 0
    for seed in seeds:
        differ |= seed ^ seeds[0]
    return differ.bit_count()


if __name__ == "__main__":
    serve(sys.argv[1], {"secagg+": lambda: SecAggPlus().commands(), "central-noise": lambda: CentralNoise().commands()})
