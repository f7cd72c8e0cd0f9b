"""What the stages of one run share: the plan, the folder, the books, and the evidence so far."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from wuming import __version__
from wuming.core.canonical import digest
from wuming.core.errors import RunConflict
from wuming.core.evidence import Evidence
from wuming.core.ports import Progress
from wuming.core.storage import file_digest, home, private_folder, read_json, storage_errors, write_json
from wuming.crypto.keys import KeyStore
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger
from wuming.lifecycle.plan import DataPlan, Plan

PRODUCER = f"wuming {__version__}"


@dataclass
class DataContext:
    """The part of a run that makes data ready, whatever is made of it.

    Attributes:
        plan: where the data comes from.
        folder: the run's own folder; readable by its owner only.
        base_folder: relative paths of the plan start here.
        progress: shows how far the work has come.
        keys: secrets, apart from all data.
        ledger: evidence and spending, shared by all runs.
        evidence: what the finished stages said, in order.
    """

    plan: DataPlan
    folder: Path
    base_folder: Path
    progress: Progress
    keys: KeyStore
    ledger: Ledger
    evidence: dict[str, Evidence] = field(default_factory=dict)

    @property
    def plan_digest(self) -> str:
        """Digest of the plan's content; where its files lie does not matter."""
        return digest(self.plan.model_dump(mode="json"))

    @property
    def lineage(self) -> str:
        """Name of the data lineage whose account is charged."""
        return self.plan.source.lineage or self.plan.name

    @property
    def account(self) -> str:
        """Id of the account: lineage, unit and neighbouring relation."""
        return f"{self.lineage}/{self.plan.unit_of_privacy}/{self.plan.neighbouring_relation}"

    @property
    def accounts(self) -> Accounts:
        """The accounts in the ledger."""
        return Accounts(self.ledger)

    def resolve(self, path: Path) -> Path:
        """Return a path of the plan, absolute."""
        return path if path.is_absolute() else self.base_folder / path

    def path(self, *parts: str) -> Path:
        """Return a path in the run's folder, whose parent exists."""
        path = self.folder.joinpath(*parts)
        private_folder(path.parent)
        return path

    def claims(self, kind: str) -> Mapping[str, Any]:
        """Return the claims of a finished stage."""
        return self.evidence[kind].claims

    def state_path(self) -> Path:
        """Return where finished stages are noted."""
        return self.folder / "run.json"

    def finished(self, kind: str, inputs: str, artefact: Path | None = None) -> bool:
        """Take up a stage that an earlier call finished on the same inputs; say whether there was one.

        The run's folder is not believed: evidence that the ledger does not hold word for word is not taken up, so that
        whoever can write there cannot have other claims signed.

        Args:
            kind: of the stage's evidence.
            inputs: from `chain`.
            artefact: the file that the evidence is about. Lost or changed since, it is made again.
        """
        state = self._state()
        stored = state["stages"].get(kind)
        if stored is None or stored["inputs"] != inputs:
            return False
        body = stored["evidence"]
        if not any(entry.kind == "evidence" and entry.body == body for entry in self.ledger.entries()):
            return False
        if body["kind"] != kind:
            return False
        if artefact is not None and not (artefact.exists() and file_digest(artefact) == body["subject"]):
            return False
        self.evidence[kind] = Evidence(
            kind=body["kind"],
            subject=body["subject"],
            claims=body["claims"],
            inputs=tuple(body["inputs"]),
            produced_by=body["produced_by"],
            at=body["at"],
        )
        return True

    def finish(self, evidence: Evidence, inputs: str) -> None:
        """Put a stage's evidence into the ledger first, then note that the stage is done."""
        self.ledger.record(evidence)
        self.evidence[evidence.kind] = evidence
        state = self._state()
        state["stages"][evidence.kind] = {"inputs": inputs, "evidence": evidence.as_json()}
        write_json(self.state_path(), state)

    def chain(self, *extra: str) -> str:
        """Digest of everything a stage depends on: the plan, the data's digest, and all stages before it."""
        return digest([self.plan_digest, PRODUCER, [e.digest for e in self.evidence.values()], list(extra)])

    def _state(self) -> dict[str, Any]:
        if self.state_path().exists():
            try:
                state = read_json(self.state_path())
            except ValueError:
                state = None
            if not isinstance(state, dict) or not {"plan", "name", "stages"} <= set(state):
                raise RunConflict(
                    f"{self.state_path()} is damaged",
                    help="Delete it to run all stages again; what the ledger holds as charged is not charged twice.",
                )
            return state
        return {"plan": self.plan_digest, "name": self.plan.name, "stages": {}}


@dataclass
class Context(DataContext):
    """One run of a whole plan.

    Attributes:
        plan: what to do.
        embedded_public: the public corpus that `public: embedded` means.
    """

    plan: Plan
    embedded_public: Path | None = None


@contextmanager
def opened(
    plan: Plan, folder: Path, *, base_folder: Path, embedded_public: Path | None, progress: Progress
) -> Iterator[Context]:
    """Open a run's folder for this process alone.

    Raises:
        RunConflict: another process works there, or the folder holds a run of another plan.
        StorageError: the folder cannot be written.
    """
    context = Context(
        plan, folder, base_folder, progress, KeyStore(home() / "keys"), Ledger(), embedded_public=embedded_public
    )
    with _held(context):
        yield context


@contextmanager
def opened_data(plan: DataPlan, folder: Path, *, base_folder: Path, progress: Progress) -> Iterator[DataContext]:
    """Open a folder in which data is made ready, for this process alone; raises as `opened`."""
    context = DataContext(plan, folder, base_folder, progress, KeyStore(home() / "keys"), Ledger())
    with _held(context):
        yield context


@contextmanager
def _held(context: DataContext) -> Iterator[None]:
    folder = context.folder
    private_folder(folder)
    with storage_errors(folder), (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunConflict(
                f"another process is working in {folder}", help="Wait for it, or choose another folder with --out."
            ) from error
        state = context._state()
        if state["plan"] != context.plan_digest:
            raise RunConflict(
                f"{folder} holds a run of another plan ({state['name']})",
                help="Choose another folder with --out; the earlier run stays as it is.",
            )
        yield


def workers() -> int:
    """Return how many training processes run side by side: `WUMING_WORKERS`, else the cores, at most 4."""
    wanted = os.environ.get("WUMING_WORKERS", "")
    return int(wanted) if wanted.isdigit() and int(wanted) > 0 else min(4, os.cpu_count() or 1)
