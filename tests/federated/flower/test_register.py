"""The register of rounds on disk: once, in rising order, whatever process asks."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from wuming.core.errors import RoundRefused, StorageError
from wuming.federated.flower.register import RoundsOnDisk


def test_rounds_rise_and_outlive_the_object(tmp_path: Path) -> None:
    path = tmp_path / "silo" / "rounds.json"
    RoundsOnDisk(path).begin("a", 3)
    RoundsOnDisk(path).begin("b", 1)
    for number in (3, 2):
        with pytest.raises(RoundRefused, match="replayed-round"):
            RoundsOnDisk(path).begin("a", number)
    RoundsOnDisk(path).begin("a", 4)
    assert path.stat().st_mode & 0o777 == 0o600


def test_of_many_that_begin_one_round_one_does(tmp_path: Path) -> None:
    begun = []

    def begin() -> None:
        try:
            RoundsOnDisk(tmp_path / "rounds.json").begin("a", 1)
            begun.append(1)
        except RoundRefused:
            pass

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun == [1]


@pytest.mark.parametrize("text", ["", "[]", '{"a": "1"}', '{"a": true}', "{"])
def test_a_damaged_register_lets_nothing_begin(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rounds.json"
    path.write_text(text)
    with pytest.raises(StorageError, match="cannot be read"):
        RoundsOnDisk(path).begin("a", 1)
