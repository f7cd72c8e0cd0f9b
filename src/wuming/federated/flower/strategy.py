"""The server's side in a ServerApp: a strategy that gets the average of updates that it never sees one by one.

It wraps any strategy that works on the mean of the clients' models: FedAvg, FedAvgM, FedProx, FedAdam, FedYogi,
FedAdagrad. Those of Flower that look at single updates (Krum, median, trimmed mean, Bulyan, trees, its own differential
privacy) cannot work where no single update is seen, and are refused.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from logging import WARNING
from typing import Any, Final, cast

from flwr.app import ArrayRecord, ConfigRecord, Message, MetricRecord, RecordDict
from flwr.common.logger import log
from flwr.serverapp import Grid
from flwr.serverapp.strategy import Result, Strategy

from wuming.core.errors import PrivacyParameterError, RoundAborted
from wuming.federated.flower import wire
from wuming.federated.flower.agreement import Agreement
from wuming.federated.flower.arrays import asked_digest, to_vector, with_vector
from wuming.federated.flower.rounds import Outcome, RoundWatcher, Timeouts, hold_round
from wuming.federated.secure_aggregation import Server, ServerStage

_NEED_SINGLE_UPDATES: Final = (
    *("FedMedian", "FedTrimmedAvg", "MultiKrum", "Bulyan", "QFedAvg", "FedXgbBagging", "FedXgbCyclic"),
    *("DifferentialPrivacyFixedClippingBase", "DifferentialPrivacyAdaptiveBase"),
)


@dataclass(frozen=True, slots=True)
class HeldRound:
    """One round, as the server saw it.

    Attributes:
        number: of this run, from 1.
        round_number: in the federation.
        survivors: names of the members in the sum; empty where there is none.
        aborted: why there is no sum, or None.
        blamed: name → how a member lied about shares, by its own signatures; see `Server.blamed`.
        outcome: seconds and bytes, where it ended with a sum.
    """

    number: int
    round_number: int
    survivors: tuple[str, ...]
    aborted: str | None
    outcome: Outcome | None
    blamed: Mapping[str, str] = field(default_factory=dict)


class SecureAggregation(Strategy):  # type: ignore[misc]  # Flower is not looked into
    """A strategy whose training rounds are held under secure aggregation.

    Args:
        strategy: one of Flower's that works on the mean.
        agreement: of the federation; the server needs no secret of it.
        timeouts: of the stages.
        watcher: is told how each stage goes.
        on_round: is told how each round ended.

    Raises:
        PrivacyParameterError: a strategy that looks at single updates, or a plan with central noise: that one needs
            the server of `wuming federate serve`, which adds it.

    Members count as the plan says, and the sum is divided by its divisor, a public constant: weights by number of
    examples are not used, because an average under them has the sensitivity of its largest member. A round without a
    sum leaves the model as it is. The clients' own training figures are not reported: each of them would be an exact
    figure about one silo's data.
    """

    def __init__(
        self,
        strategy: Strategy,
        agreement: Agreement,
        *,
        timeouts: Timeouts | None = None,
        watcher: RoundWatcher | None = None,
        on_round: Callable[[HeldRound], None] | None = None,
    ) -> None:
        name = type(strategy).__name__
        if any(base.__name__ in _NEED_SINGLE_UPDATES for base in type(strategy).__mro__):
            raise PrivacyParameterError(
                f"{name} works on single updates, which secure aggregation hides",
                help="Use FedAvg, FedAvgM, FedProx, FedAdam, FedYogi or FedAdagrad.",
            )
        if agreement.plan.noise == "central":
            raise PrivacyParameterError("noise=central is not added by a strategy", help="Use distributed noise.")
        self._strategy = strategy
        self._agreement = agreement
        self._timeouts = timeouts or Timeouts()
        self._watcher = watcher
        self._on_round = on_round
        self._rounds = 0
        self._last_number = 0

    def summary(self) -> None:
        """Log the wrapped strategy's summary."""
        self._strategy.summary()

    def configure_train(
        self, server_round: int, arrays: ArrayRecord, config: ConfigRecord, grid: Grid
    ) -> Iterable[Message]:
        """See the wrapped strategy."""
        messages: Iterable[Message] = self._strategy.configure_train(server_round, arrays, config, grid)
        return messages

    def aggregate_train(
        self, server_round: int, replies: Iterable[Message]
    ) -> tuple[ArrayRecord | None, MetricRecord | None]:
        """See the wrapped strategy; it gets one reply, the average."""
        aggregated: tuple[ArrayRecord | None, MetricRecord | None] = self._strategy.aggregate_train(
            server_round, replies
        )
        return aggregated

    def configure_evaluate(
        self, server_round: int, arrays: ArrayRecord, config: ConfigRecord, grid: Grid
    ) -> Iterable[Message]:
        """See the wrapped strategy. Members answer only where they allow it themselves."""
        messages: Iterable[Message] = self._strategy.configure_evaluate(server_round, arrays, config, grid)
        return messages

    def aggregate_evaluate(self, server_round: int, replies: Iterable[Message]) -> MetricRecord | None:
        """See the wrapped strategy."""
        return self._strategy.aggregate_evaluate(server_round, replies)

    def start(self, grid: Grid, *args: Any, **options: Any) -> Result:
        """Run the federation as `Strategy.start` does, with secure rounds."""
        return super().start(cast(Grid, _SecureGrid(grid, self)), *args, **options)

    def train(self, grid: Grid, messages: list[Message]) -> list[Message]:
        """Hold one round; return one reply that holds the average, or none where there was no sum."""
        self._rounds += 1
        # Rising over restarts of the server without a memory of its own; members refuse what does not rise.
        self._last_number = number = max(time.time_ns() // 1_000_000, self._last_number + 1)
        arrays = wire.model_of(messages[0].content)
        vector = to_vector(arrays)
        asked = asked_digest(messages[0].metadata.message_type, messages[0].content, leave_out=wire.RECORD)
        offer = self._agreement.offer(number, vector, asked)
        server = Server(self._agreement.cohort, offer.configuration())
        try:
            outcome = hold_round(grid, server, messages, number, timeouts=self._timeouts, watcher=self)
        except RoundAborted as error:
            log(WARNING, "round %s ended without a sum: %s", self._rounds, error.message)
            self._report(HeldRound(self._rounds, number, (), error.message, None, self._blamed(server)))
            return []
        plan = self._agreement.plan
        assert plan.code is not None  # sums are secure
        mean = plan.code.decode(server.total, number) / plan.divisor
        names = tuple(plan.clients[place] for place in sorted(server.survivors))
        self._report(HeldRound(self._rounds, number, names, None, outcome, self._blamed(server)))
        return [self._reply(messages[0], with_vector(arrays, vector + mean))]

    def stage_ended(self, stage: ServerStage, answered: Mapping[int, int], problems: Mapping[int, str]) -> None:
        """See `RoundWatcher.stage_ended`; problems are logged."""
        for node, reason in problems.items():
            log(WARNING, "node %s at stage %s: %s", node, stage.name.lower(), reason)
        if self._watcher is not None:
            self._watcher.stage_ended(stage, answered, problems)

    def _reply(self, message: Message, arrays: ArrayRecord) -> Message:
        weighted_by = getattr(self._strategy, "weighted_by_key", "num-examples")
        name = getattr(self._strategy, "arrayrecord_key", "arrays")
        content = RecordDict({name: arrays, "metrics": MetricRecord({weighted_by: 1.0})})
        return Message(content, reply_to=message)

    def _blamed(self, server: Server) -> dict[str, str]:
        blamed = {self._agreement.plan.clients[place]: reason for place, reason in server.blamed.items()}
        for name, reason in blamed.items():
            log(WARNING, "%s lied about shares: %s", name, reason)
        return blamed

    def _report(self, held: HeldRound) -> None:
        if self._on_round is not None:
            self._on_round(held)


class _SecureGrid:
    """A grid whose training messages are answered by one round of secure aggregation."""

    def __init__(self, grid: Grid, secure: SecureAggregation) -> None:
        self._grid = grid
        self._secure = secure

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> Iterable[Message]:
        """Hold a round for training messages; pass on all others."""
        outgoing = list(messages)
        if outgoing and outgoing[0].metadata.message_type.partition(".")[0] == "train":
            return self._secure.train(self._grid, outgoing)
        replies: Iterable[Message] = self._grid.send_and_receive(outgoing, timeout=timeout)
        return replies

    def __getattr__(self, name: str) -> Any:
        return getattr(self._grid, name)
