"""The file of a bench's results: written after each row, taken up again only where code, machine and settings agree."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from wuming import __version__
from wuming.benchmarks.house.bench import Figure, Outcome, Row, Settings
from wuming.benchmarks.house.machine import code_digest, machine
from wuming.core.errors import MalformedRecord
from wuming.core.storage import private_folder, read_json, write_json

FORMAT = 1
FOLDER = Path("runs") / "bench"


class ResultFile:
    """Rows measured by one version of the code on one machine.

    Args:
        path: of the JSON file; written when the first row is added.
        bench: name of the bench.
        settings: repeats and size are part of what was measured; threads are told apart row by row.
        resume: keep the rows that are there, if they were measured by the same code, machine and settings.

    Raises:
        MalformedRecord: `resume` and the file is not one that was written here.
    """

    def __init__(self, path: Path, bench: str, settings: Settings, *, resume: bool = False) -> None:
        self.path = path
        self._head = {
            "format": FORMAT,
            "bench": bench,
            "wuming": __version__,
            "code": code_digest(),
            "machine": machine(),
            "settings": {"repeats": settings.repeats, "quick": settings.quick},
        }
        self.rows: dict[str, dict[str, Any]] = {}
        self.differs: list[str] = []  # why earlier rows were not kept
        if resume and path.exists():
            try:
                self._take_up(read_json(path))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise MalformedRecord(f"{path} is no result file", help="Name another file.") from error

    def holds(self, row: str, threads: int) -> bool:
        """Tell whether the row was measured with so many threads; one that failed was not."""
        return bool(self.rows.get(_key(row, threads), {}).get("figures"))

    def add(self, row: Row, threads: int, outcome: Outcome, seconds: float, load_before: float) -> None:
        """Add what a row measured, how long that took and how busy the machine was before, and write the file."""
        self.rows[_key(row.name, threads)] = {
            "row": row.name,
            "groups": list(row.groups),
            "title": row.title,
            "threads": threads,
            "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": round(seconds, 1),
            "load_before": round(load_before, 2),
            "figures": [figure.as_json() for figure in outcome.figures],
            "notes": list(outcome.notes),
            "raw": outcome.raw,
        }
        private_folder(self.path.absolute().parent)
        write_json(self.path, self._head | {"rows": self.rows})

    def figures(self, key: str) -> list[Figure]:
        """Return the figures of one entry of `rows`."""
        return [Figure.from_json(value) for value in self.rows[key]["figures"]]

    def _take_up(self, earlier: Any) -> None:
        if not isinstance(earlier, dict) or earlier.get("format") != FORMAT:
            raise MalformedRecord(f"{self.path} is no result file of format={FORMAT}", help="Name another file.")
        self.differs = [name for name, value in self._head.items() if earlier.get(name) != value]
        if self.differs:
            return
        for key, entry in earlier["rows"].items():
            self.rows[key] = entry
            self.figures(key)  # raises where the file was changed by hand


def default_path(bench: str, *, resume: bool, folder: Path = FOLDER) -> Path:
    """Return `runs/bench/NAME-DATE.json`: a new file, or with `resume` the newest that is there."""
    if resume and (found := list(folder.glob(f"{bench}-*.json"))):
        return max(found, key=lambda path: (path.stat().st_mtime_ns, len(path.name)))  # then the later number
    stem = f"{bench}-{datetime.datetime.now(datetime.UTC).date().isoformat()}"
    path, number = folder / f"{stem}.json", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}.json", number + 1
    return path


def _key(row: str, threads: int) -> str:
    return f"{row}@{threads}"
