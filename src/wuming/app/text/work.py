"""What a process does with a chunk: find, replace or restore; built once a process from a small, plain description."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from wuming.app.text.source import Layout
from wuming.core.ports import PersonalDataDetector
from wuming.deidentification.adapters import adapted
from wuming.deidentification.deidentifier import Deidentifier
from wuming.deidentification.entries import Entry
from wuming.deidentification.policy.loading import load_policy_text
from wuming.deidentification.policy.policy import Policy
from wuming.deidentification.structured.chunks import Chunk
from wuming.deidentification.structured.formats import Parsed
from wuming.deidentification.structured.processing import Changed, Fields, deidentified
from wuming.deidentification.vault import Vault


@dataclass(frozen=True, repr=False)
class Task:
    """What is to be done, in plain values that reach another process or machine.

    Attributes:
        policy: text of the policy, YAML.
        policy_name: of the profile or file.
        key: the tenant's; empty for scanning.
        layout: of the records.
        fields: pattern of a path → type, `text` or `keep`.
        languages, types, min_score: as given on the command line; None: as the policy says.
        adapters: names of detectors that join, such as `hf:FOLDER` or `spacy:MODEL`.
        with_entries: whether the vault's entries are wanted.
    """

    policy: str
    policy_name: str
    key: bytes
    layout: Layout
    fields: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    min_score: float | None = None
    adapters: tuple[str, ...] = ()
    with_entries: bool = False

    def loaded(self) -> Policy:
        """Return the policy."""
        return load_policy_text(self.policy, name=self.policy_name)

    def detector(self) -> PersonalDataDetector:
        """Return the detector, with those that join it."""
        own = self.loaded().detector(languages=self.languages, kinds=self.types, min_score=self.min_score)
        return adapted(own, self.adapters)


@dataclass(frozen=True)
class Done:
    """A chunk that is finished.

    Attributes:
        data: the records as they are to be written.
        records: how many.
        counts: kind → how many values were replaced.
        entries: for the vault.
        end: offset in the input, in bytes, of what follows.
        line: number of the line that follows.
    """

    data: bytes
    records: int
    counts: Mapping[str, int]
    entries: tuple[Entry, ...]
    end: int
    line: int


class Worker:
    """Does a task; one a process.

    Args:
        task: what is to be done.
        vault: that values are restored from; nothing is written to it.
    """

    def __init__(self, task: Task, vault: Vault | None = None) -> None:
        policy = task.loaded()
        self.task = task
        self.detector = task.detector()
        self.fields = Fields({**task.fields, **policy.fields}, kinds_of(self.detector))
        self._deidentifier: Deidentifier | None = None
        if task.key:
            self._deidentifier = policy.deidentifier(task.key, detector=self.detector, vault=vault)

    @property
    def replacing(self) -> Deidentifier:
        """The deidentifier; there is one where the task has a key."""
        assert self._deidentifier is not None
        return self._deidentifier

    def changed(self, records: list[Parsed], first: int) -> list[Changed]:
        """De-identify records; `first` is the number of the first of them."""
        names = [name_of(record, number) for number, record in enumerate(records, first)]
        return list(deidentified(records, names, self.replacing, self.fields))

    def deidentify(self, chunk: Chunk) -> Done:
        """De-identify a chunk of a text, JSONL or CSV file."""
        layout = self.task.layout
        writer = layout.format()
        records = layout.parsed(chunk)
        counts: Counter[str] = Counter()
        entries: list[Entry] = []
        pieces: list[str] = []
        for raw, record, one in zip(chunk.raws, records, self.changed(records, chunk.first), strict=True):
            pieces.append(writer.render(raw, record, one.new))
            counts.update(one.found)
            entries += one.entries if self.task.with_entries else []
        line = chunk.line + sum(raw.count("\n") for raw in chunk.raws)
        return Done("".join(pieces).encode(), len(records), counts, tuple(entries), chunk.end, line)


def kinds_of(detector: PersonalDataDetector) -> frozenset[str]:
    """Return the types that a detector looks for."""
    kinds: frozenset[str] = getattr(detector, "kinds", frozenset())
    return kinds


def name_of(record: Parsed, number: int) -> str:
    """Return the name of a record's document in the vault: its id, else its place."""
    return f"#{number}" if record.id is None else str(record.id)


_worker: Worker | None = None


def prepare(task: Task) -> None:
    """Make this process ready."""
    global _worker
    _worker = Worker(task)


def deidentify_chunk(chunk: Chunk) -> Done:
    """De-identify a chunk in a process that was made ready."""
    assert _worker is not None
    return _worker.deidentify(chunk)
