"""Tables: types, gaps, round trips, and what a spreadsheet would run."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import EmptyData, MalformedRecord, TableError
from wuming.core.tables import Table, read_table, write_table


def column(*cells):
    made = np.empty(len(cells), dtype=object)
    made[:] = cells
    return made


def same(one, other):
    return one.names == other.names and all(
        a.dtype == b.dtype and (np.array_equal(a, b, equal_nan=True) if a.dtype != object else (a == b).all())
        for a, b in zip(one.columns.values(), other.columns.values(), strict=True)
    )


@pytest.mark.parametrize(
    ("cells", "dtype"),
    [
        (["1", "-2", "0"], np.int64),
        (["1", "", "3"], np.float64),
        (["1.5", "2"], np.float64),
        (["1e-05", "1e+16"], np.float64),
        (["110101199003070000", "1"], np.int64),
        (["110101199003070001", ""], object),
        (["010020", "110000"], object),
        (["+8613800138000"], object),
        (["12e4"], object),
        (["NaN"], object),
        (["1e+999"], object),
        (["9" * 19], object),
        (["-9223372036854775808"], np.int64),
        (["9223372036854775808"], object),
        (["9007199254740993", "0.5"], object),
        (["9" * 5000], object),
        (["１２"], object),
        ([" 1"], object),
        (["", ""], object),
    ],
)
def test_types_of_csv(tmp_path, cells, dtype):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n" + "".join(f"{cell},z\n" for cell in cells))
    table = read_table(path)
    assert table.columns["x"].dtype == dtype
    if dtype is object:
        assert table.columns["x"].tolist() == cells


def test_jsonl(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"a":1,"b":"07","c":true}\n{"b":"x","a":null,"d":1.5}\n{"a":2,"b":3}\n')
    table = read_table(path)
    assert table.names == ("a", "b", "c", "d")
    assert np.array_equal(table.columns["a"], [1, math.nan, 2], equal_nan=True)
    assert table.columns["b"].tolist() == ["07", "x", "3"]
    assert table.columns["c"].tolist() == ["true", "", ""]
    path.write_text('{"a":1}\n{"a":[2]}\n')
    with pytest.raises(MalformedRecord, match="line 2"):
        read_table(path)


@pytest.mark.parametrize("content", ["", "a,b\n"])
def test_empty(tmp_path, content):
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(EmptyData):
        read_table(tmp_path / "t.csv")


def test_checks_of_a_table():
    for columns in (
        {},
        {"a": np.array([1, 2]), "b": np.array([1])},
        {"a": np.array([math.inf])},
        {"a": np.array([True])},
        {"a": column("x", None)},
        {"a": np.array(["x"])},
        {"a": np.array([[1]])},
    ):
        with pytest.raises(TableError):
            Table(columns)


def test_a_table_cannot_be_changed():
    table = Table({"a": np.array([1, 2]), "b": column("x", "y")})
    with pytest.raises(ValueError):
        table.columns["a"][0] = 5
    with pytest.raises(TypeError):
        table.columns["c"] = np.array([1, 2])
    assert (table.rows, table.select(["b", "a"]).names, table.drop(["a"]).names) == (2, ("b", "a"), ("b",))
    assert table.take(np.array([1])).columns["b"].tolist() == ["y"]
    with pytest.raises(TableError, match="'z'") as caught:
        table.select(["z"])
    assert "'b'" not in str(caught.value)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_formulas_are_disarmed(tmp_path, start):
    path = tmp_path / "t.csv"
    write_table(path, Table({"a": column(f"{start}cmd()", "x"), f"{start}n": column("1a", "2b")}))
    table = read_table(path)
    assert table.columns["a"].tolist() == [f"'{start}cmd()", "x"]
    assert table.names[1] == f"'{start}n"


def test_a_lone_empty_cell_is_a_row(tmp_path):
    table = Table({"a": column("x", "", "y")})
    write_table(tmp_path / "t.csv", table)
    assert same(read_table(tmp_path / "t.csv"), table)


def test_numbers_are_never_touched(tmp_path):
    table = Table({"i": np.array([-5, 7]), "f": np.array([-0.5, math.nan]), "s": column("-5", "x")})
    write_table(tmp_path / "t.csv", table)
    assert same(read_table(tmp_path / "t.csv"), table)


number = st.floats(allow_nan=True, allow_infinity=False)
word = st.text(st.characters(codec="utf-8"), min_size=1).map(lambda t: "w" + t)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), number, st.one_of(st.just(""), word)), min_size=1, max_size=8)
)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_round_trip(tmp_path_factory, ending, rows):
    integers, floats, words = zip(*rows, strict=True)
    if all(math.isnan(cell) for cell in floats):
        floats = (0.5, *floats[1:])
    table = Table({"i": np.array(integers), "f": np.array(floats), "s": column(*words)})
    path = tmp_path_factory.mktemp("round") / f"t.{ending}"
    write_table(path, table)
    assert same(read_table(path), table)


def test_nothing_is_left_of_a_failed_write(tmp_path):
    with pytest.raises(MalformedRecord):
        write_table(tmp_path / "t.jsonl", Table({"a": np.array([1])}))
    assert list(tmp_path.iterdir()) == []
