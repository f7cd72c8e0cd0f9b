"""A tiny plan that is trained as a federation of three silos."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SILOS = ["north", "south", "west"]
PLANNED: dict[str, Any] = {
    "federation": {"silo": "branch", "silos": SILOS},
    "assess__arms": [],
    "source__lineage": "silos",
}


def write_silos(data: Path, silo_of: Callable[[int, str], str | None]) -> None:
    """Write the field `branch` into every record: `silo_of(number of the subject, record id)`; None: no field."""
    path, numbers, lines = data / "records.jsonl", dict[str, int](), []
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        record.pop("branch", None)
        silo = silo_of(numbers.setdefault(record["subject"], len(numbers)), record["id"])
        lines.append(json.dumps(record | ({} if silo is None else {"branch": silo}), ensure_ascii=False) + "\n")
    path.write_text("".join(lines), "utf-8")


@pytest.fixture
def in_silos() -> Callable[..., None]:
    """Return the function that writes silos into the records of a folder."""
    return write_silos


@pytest.fixture
def planned() -> dict[str, Any]:
    """Return the changes that make the tiny plan a federated one."""
    return dict(PLANNED)


class Enough(Exception):
    """The train stage is over, and a test needs no more."""


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return the function that carries out a plan in a place until its model is trained."""

    def call(place: Any, run: str, **changes: Any) -> None:
        import wuming.lifecycle.run as lifecycle

        def stop(*_: Any) -> None:
            raise Enough

        with monkeypatch.context() as patch, pytest.raises(Enough):
            patch.setattr(lifecycle, "measure", stop)
            place.run(run, **changes)

    return call


@pytest.fixture(scope="session")
def federated_once(finished: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The tiny plan, trained as a federation once in the run `federated`; its people have a central account, too."""
    place = finished.copied(tmp_path_factory.mktemp("silos") / "place")
    write_silos(place.data, lambda number, _: SILOS[number % 3])
    place.run("federated", **PLANNED)
    return place


@pytest.fixture
def federated(federated_once: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A copy of it, whose home is also that of commands: change what you like."""
    copy = federated_once.copied(tmp_path / "place")
    monkeypatch.setenv("WUMING_HOME", str(copy.home))
    return copy
