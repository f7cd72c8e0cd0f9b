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


def place_in_silos(data: Path, silo_of: Callable[[int, dict[str, Any]], str | None]) -> None:
    """Write the field `branch` into every record: `silo_of(number of the subject, record)`, None: no field."""
    path, numbers = data / "records.jsonl", dict[str, int]()
    lines = []
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        number = numbers.setdefault(record["subject"], len(numbers))
        silo = silo_of(number, record)
        lines.append(json.dumps(record | ({} if silo is None else {"branch": silo}), ensure_ascii=False) + "\n")
    path.write_text("".join(lines), "utf-8")


@pytest.fixture
def in_silos() -> Callable[..., None]:
    """Return the function that writes silos into a place's records."""
    return place_in_silos


@pytest.fixture
def federated(finished: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A copy of the finished central run, whose records now name a silo; its base model is in the cache."""
    place = finished.copied(tmp_path / "federated")
    monkeypatch.setenv("WUMING_HOME", str(place.home))
    place_in_silos(place.data, lambda number, _: SILOS[number % 3])
    return place
