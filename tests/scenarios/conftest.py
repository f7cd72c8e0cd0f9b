"""One small scenario, generated once for all tests of the room, and a reader of its files."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wuming.scenarios.customer_service import generate


@dataclass(frozen=True)
class Scenario:
    """The files of a generated scenario, read."""

    folder: Path
    public: list[dict[str, Any]]
    private: list[dict[str, Any]]
    spans: dict[str, list[tuple[int, int, str]]]
    secrets: list[dict[str, Any]]
    consent: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    customers: list[dict[str, str]]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def read(folder: Path) -> Scenario:
    with (folder / "customers.csv").open(encoding="utf-8", newline="") as file:
        customers = list(csv.DictReader(file))
    spans = {row["id"]: [tuple(span) for span in row["spans"]] for row in lines(folder / "truth" / "spans.jsonl")}
    return Scenario(
        folder,
        lines(folder / "public.jsonl"),
        lines(folder / "private.jsonl"),
        spans,
        lines(folder / "truth" / "secrets.jsonl"),
        lines(folder / "consent.jsonl"),
        lines(folder / "notices.jsonl"),
        customers,
    )


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("small")
    generate(folder, seed=3, size="small")
    return read(folder)


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("full")
    generate(folder, seed=0, size="full")
    return read(folder)
