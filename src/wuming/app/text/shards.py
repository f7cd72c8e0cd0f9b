"""A folder of files, each a shard that is worked on alone: on this machine, or by the same function on many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from wuming.app.text.deidentify import Result, deidentify_file
from wuming.app.text.source import Kind, Source, kind_of
from wuming.app.text.work import Task
from wuming.core.errors import EmptyData, StorageError, WumingError
from wuming.core.ports import NoProgress, Progress
from wuming.core.storage import private_folder
from wuming.deidentification.vault import Vault

TRIES: Final = 3
LABEL = "de-identify"


@dataclass(frozen=True)
class Shard:
    """One file of many.

    Attributes:
        source, output: paths that every machine knows.
        kind: format.
        subject: field that names the subject; empty: found by its name.
    """

    source: str
    output: str
    kind: Kind
    subject: str


@dataclass(frozen=True)
class ShardResult:
    """What became of a shard: its counts, or after the last try its error."""

    source: str
    records: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    error: WumingError | None = None


def list_shards(source: Path, output: Path, kind: Kind | None, subject: str) -> list[Shard]:
    """Return the shards of a folder, or a file as the only one, in the order of their names.

    Raises:
        EmptyData: there is none.
        StorageError: the output folder is the input folder.
    """
    files = (
        sorted(one for one in source.iterdir() if one.is_file() and not one.name.startswith("."))
        if source.is_dir()
        else [source]
    )
    if not files:
        raise EmptyData(f"no files in {source}", help="Name a file, or a folder that holds some.")
    if output.exists() and output.samefile(files[0].parent):
        raise StorageError(f"{output} is the folder that is read", help="Write to another folder.")
    private_folder(output)
    return [
        Shard(str(file.resolve()), str(output.resolve() / file.name), kind or kind_of(file), subject) for file in files
    ]


def deidentify_shard(
    shard: Shard, task: Task, *, jobs: int = 1, progress: Progress | None = None, vault: Vault | None = None
) -> ShardResult:
    """De-identify one shard, trying three times; a shard that was finished before is left as it is.

    What was written of a shard that fails stays, so that the next try goes on from there.
    """
    error: WumingError | None = None
    for _ in range(TRIES):
        try:
            opened = Source.open(Path(shard.source), shard.kind, shard.subject)
            result = deidentify_file(
                opened, Path(shard.output), replace(task, layout=opened.layout), jobs=jobs,
                progress=progress or NoProgress(), vault=vault,
            )  # fmt: skip
        except WumingError as caught:
            error = caught
        else:
            return ShardResult(shard.source, result.records, dict(result.counts))
    return ShardResult(shard.source, error=error)


def deidentify_here(shards: list[Shard], task: Task, *, jobs: int, progress: Progress, vault: Vault | None) -> Result:
    """De-identify the shards one after another, each on several processes. Raises as `gathered`."""
    return gathered(shards, (deidentify_shard(one, task, jobs=jobs, progress=progress, vault=vault) for one in shards))


def gathered(shards: list[Shard], results: Iterable[ShardResult]) -> Result:
    """Return the counts of all shards.

    Raises:
        WumingError: one or more failed; the message lists each with its reason. All others are finished.
    """
    by_source = {result.source: result for result in results}
    failed: list[tuple[str, WumingError]] = []
    records = 0
    counts: Counter[str] = Counter()
    for shard in shards:
        result = by_source.get(shard.source)
        if result is None:
            failed.append((shard.source, WumingError("its process ended each time it was tried")))
        elif result.error is not None:
            failed.append((shard.source, result.error))
        else:
            records += result.records
            counts.update(result.counts)
    if failed:
        lines = "\n  ".join(f"{source}: {error.message}" for source, error in failed)
        message = (
            f"{len(failed)} of {len(shards)} shards failed after {TRIES} tries; the others are finished\n  {lines}"
        )
        raise type(failed[0][1])(message, help="Repair them and run the same command again.")
    return Result(records, dict(sorted(counts.items())), {}, 0)
