"""Scores from files: what is read, and what is refused with the number of its line and never its content."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.auditing.bounds import reading
from wuming.auditing.bounds.reading import read_scores
from wuming.core.errors import EmptyData, InputTooLarge, MalformedRecord, MissingFile, WrongEncoding, WumingError


def written(folder: Path, content: bytes) -> Path:
    path = folder / "scores.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "values"),
    [
        (b"1\n2.5\n-3e-2\n", [1.0, 2.5, -0.03]),
        (b"\xef\xbb\xbf1\r\n\r\n 2 \n", [1.0, 2.0]),
        (b"+1E3", [1000.0]),
        (b"5e-324\n.5\n1.\n", [5e-324, 0.5, 1.0]),
    ],
)
def test_numbers_are_read(tmp_path: Path, content: bytes, values: list[float]) -> None:
    assert read_scores(written(tmp_path, content)).tolist() == values


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"1\nsecret\n", 2),
        (b"nan", 1),
        (b"1\n2\ninf\n", 3),
        (b"1,5\n", 1),
        (b"1 2\n", 1),
        (b"1_000\n", 1),
        (b"1e999\n", 1),
        (b"\xd9\xa1\n", 1),
        (b"1\x0b2\n", 1),
        (b"1\n--2", 2),
    ],
)
def test_what_is_no_number_is_named_by_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    with pytest.raises(MalformedRecord, match=f"line {line}: no finite number") as caught:
        read_scores(written(tmp_path, content))
    assert "secret" not in caught.value.message


def test_other_refusals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingFile):
        read_scores(tmp_path / "none.txt")
    with pytest.raises(EmptyData):
        read_scores(written(tmp_path, b"\n \n"))
    with pytest.raises(WrongEncoding):
        read_scores(written(tmp_path, b"1\n\xff\n"))
    monkeypatch.setattr(reading, "MOST_SCORES", 10)
    with pytest.raises(InputTooLarge):
        read_scores(written(tmp_path, b"1\n" * 15))
    with pytest.raises(InputTooLarge):
        read_scores(written(tmp_path, b"1\n" + b"\n" * 40))
    with pytest.raises(MalformedRecord, match="line 2"):
        read_scores(written(tmp_path, b"1\n" + b"1" * 5000))


@pytest.mark.parametrize("piece", [1, 2, 5, 7])
def test_pieces_do_not_cut_numbers(piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = [float(number) / 7 for number in range(-40, 40)]
    path = written(tmp_path, "\n".join(map(repr, values)).encode())
    monkeypatch.setattr(reading, "_PIECE", piece)
    assert read_scores(path).tolist() == values


ANY = st.binary(max_size=60) | st.text("0123456789.eE+-\n ninfa_", max_size=40).map(str.encode)


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_any_file_gives_finite_numbers_or_a_named_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = written(tmp_path_factory.getbasetemp(), content)
    try:
        values = read_scores(path)
    except WumingError:
        return
    assert values.size > 0
    assert all(math.isfinite(value) for value in values.tolist())
