"""The job that holds a run's federation on this machine: every silo with its own data, coins, noise and identity.

All messages are those of the protocol. All secrets derive from the run key, so that the same schedule on the same data
ends, bit by bit, where it ended before: a job that was killed begins anew, and its replay costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wuming.core.storage import private_folder, read_json
from wuming.crypto.random import derive_key
from wuming.crypto.signatures import SigningKey
from wuming.federated.account import ReservedRounds
from wuming.federated.crowd import LocalCrowd
from wuming.federated.federation import Federation
from wuming.federated.participant import Participant
from wuming.federated.secure_aggregation import RoundsInMemory
from wuming.federated.simulation import simulate
from wuming.lifecycle.arms import ArmFiles, load_units
from wuming.lifecycle.commitments import coins_key
from wuming.lifecycle.federation.claim import FederatedTraining
from wuming.lifecycle.plan import Train
from wuming.lifecycle.pool import report
from wuming.training.plan import TrainingPlan


def train_federated(
    files: ArmFiles,
    silos: Path,
    federated: FederatedTraining,
    plan: TrainingPlan,
    settings: Train,
    run_key: bytes,
    label: str,
) -> dict[str, Any]:
    """Hold all rounds and store the mean of the weights; return what `arms.train_private` returns.

    Args:
        files: base, units of all silos together, and where the model goes.
        silos: file of each silo's units, by name.
        federated: the claim.
        plan: how a silo draws and clips its units.
        settings: of the training.
        run_key: 32 secret bytes; a machine that holds all silos holds all their secrets.
        label: of the progress.

    Raises:
        SelfCheckFailed: something was not as claimed.
    """
    from wuming.lifecycle.federation.parameters import set_vector, to_vector, trainable
    from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
    from wuming.lifecycle.federation.watch import Watch, WatchedStrategy, WatchedTrainer
    from wuming.training import language_model as lm
    from wuming.training.data import UnitData
    from wuming.training.drawn_sum import DrawnSum
    from wuming.training.execution import Execution

    started = time.monotonic()
    network, tokenizer = lm.load(files.base)
    units = load_units(files.units)
    sums = SharedSum(DrawnSum(network, plan, lm.record_losses, Execution(micro_batch_tokens=1024)), network)
    watch = Watch(federated, trainable(network), sums)
    strategy = WatchedStrategy(federated.strategy, watch, settings.average_decay)

    def participant(name: str, members: Sequence[str]) -> Participant:
        texts = {unit: lm.encode(tokenizer, units[unit], settings.model.max_tokens) for unit in members}
        coins = derive_key(coins_key(run_key), "silo", name)
        trainer = RecordTrainer(sums, UnitData.of_sequences(texts, lm.pad), plan, coins)
        event = federated.plan.server_event(1)
        assert event is not None
        return Participant(
            name,
            WatchedTrainer(trainer, sums, watch),
            secret=derive_key(run_key, "silo", name, "noise"),
            budget=ReservedRounds(event, federated.plan.rounds),
            register=RoundsInMemory(),
            identity=_identity(run_key, name),
            least_colluders=federated.plan.colluders,
        )

    crowd = LocalCrowd([participant(name, members) for name, members in read_json(silos).items()])
    federation = Federation(
        federated.plan,
        strategy,
        to_vector(trainable(network)),
        budget=ReservedRounds(federated.plan.public_event(1), federated.plan.rounds),
        secret=derive_key(run_key, "server"),
        keys={name: _identity(run_key, name).public for name in federated.plan.clients},
    )
    result = simulate(federation, crowd, progress=_Reports(label))
    check = watch.report(result)
    set_vector(network, strategy.mean)
    private_folder(files.output.parent)
    weights = lm.save(network, tokenizer, files.output)
    return {
        "seconds": time.monotonic() - started,
        "self_check": check,
        "signals": [],
        "weights": weights,
        "parameters": sum(p.numel() for p in network.parameters()),
        "architecture": type(network).__name__,
        "survivors": [found.survivors for found in result.reports],
    }


def _identity(run_key: bytes, name: str) -> SigningKey:
    return SigningKey.from_bytes(derive_key(run_key, "silo", name, "identity"))


class _Reports:
    """A `Progress` of the federation that reports under the job's own label."""

    def __init__(self, label: str) -> None:
        self._label, self._total = label, 0

    def start(self, label: str, total: int | None = None) -> None:  # noqa: ARG002 - the job has its own
        self._total = total or 0

    def advance(self, label: str, done: int) -> None:  # noqa: ARG002
        report(self._label, done, self._total)

    def finish(self, label: str, note: str = "") -> None: ...
