"""Our contestants find what the detector finds; generated files and addresses are what they claim to be."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from wuming.benchmarks.house.bench import Settings
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text.postal import address
from wuming.benchmarks.text.scanner import Scanner
from wuming.benchmarks.text.scanning import EVERYTHING, STRUCTURED_ONLY, find_all
from wuming.benchmarks.text.volume import family, write
from wuming.deidentification.engine import Detector

TEXT = "联系人王芳，电话13912345678，mail ann.lee@example.com"


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    made = Hall(Settings(), lambda text: None)
    yield made
    made.close()


def test_contestants_find_what_the_detector_finds(hall: Hall) -> None:
    with hall.contestants([EVERYTHING, STRUCTURED_ONLY]) as (everything, structured):
        (found,) = find_all(everything, [TEXT])
        assert found == [(span.start, span.end, span.kind) for span in Detector().find(TEXT)]
        (fewer,) = find_all(structured, [TEXT])
        assert fewer == [span for span in found if span[2] in ("PHONE", "EMAIL")]
        assert structured.do("time", texts=[TEXT] * 3) > 0


def test_a_contestant_may_count_its_own_seconds() -> None:
    scanner = Scanner(lambda text: [(0, len(text), "X")], lambda text: 0.25)
    assert scanner.commands()["time"](["a", "b"]) == 0.5
    assert scanner.commands()["find"](["ab"]) == [[(0, 2, "X")]]


def test_many_texts_are_timed_together_where_that_is_offered() -> None:
    asked: list[object] = []

    def many(texts: Sequence[str]) -> list[object]:
        asked.append(list(texts))
        return []

    scanner = Scanner(lambda text: [(0, len(text), "X")], many=many)
    assert scanner.commands()["time"](["a", "b"]) >= 0
    assert asked == [["a", "b"]]


def test_a_file_of_dialogues_has_the_size_asked_for_and_a_subject_a_line(tmp_path: Path) -> None:
    path = tmp_path / "source.jsonl"
    written = write(path, 30_000)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert 30_000 <= written == path.stat().st_size < 33_000
    assert len({line["id"] for line in lines}) == len(lines)


def test_a_process_belongs_to_its_family() -> None:
    assert family(os.getpid())[0] == os.getpid()


def test_addresses_end_with_a_room_or_a_house() -> None:
    rng = Random(1)
    drawn = [address(rng) for _ in range(300)]
    assert len(set(drawn)) > 290
    assert all(one[-1] in "室号" or one[-1].isdigit() for one in drawn)
    assert sum(one.startswith(("浙江", "广东", "北京", "上海")) for one in drawn) > 20
