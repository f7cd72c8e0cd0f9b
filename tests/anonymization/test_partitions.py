# ruff: noqa: E741  (k and l are the names the literature uses)
"""Tables past memory: what is published is what `anonymise` would publish, or keeps its promises by a plain count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.engine import anonymise
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.models import EqualDistance
from wuming.anonymization.partitions import anonymise_file, spool, survey, whole_check
from wuming.anonymization.partitions.counted import Counted
from wuming.anonymization.promises import Promises
from wuming.benchmarks.tables.plain_check import count
from wuming.core.errors import (
    EmptyData,
    MalformedRecord,
    MissingFile,
    PrivacyParameterError,
    SelfCheckFailed,
    TableError,
    WumingError,
)
from wuming.core.tables import Table, read_table, write_table

from .conftest import make_table, problems

pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.parquet")

QUASI = ["age", "city", "born", "income"]
PROMISE: dict[str, Any] = {"quasi_identifiers": QUASI, "sensitive": ["illness", "visits"], "k": 4, "l": 2, "t": 0.4}


@pytest.fixture
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "BATCH", 37)
    monkeypatch.setattr(spool, "CHUNK", 23)


def people(rows: int, seed: int = 1) -> Table:
    rng = np.random.default_rng(seed)
    cities = ["北京", "上海", "Zürich", "a | b", "*", "", *(f"rare {number}" for number in range(30))]
    share = np.array([8, 8, 6, 4, 2, 2, *([0.1] * 30)])
    income = np.where(rng.random(rows) < 0.1, np.nan, np.round(rng.normal(3000, 900, rows), -1))
    days = np.datetime64("1960-01-01") + rng.integers(0, 15_000, rows)
    return make_table(
        age=rng.integers(18, 80, rows).tolist(),
        city=[cities[code] for code in rng.choice(len(cities), rows, p=share / share.sum())],
        born=["" if lost else str(day) for day, lost in zip(days, rng.random(rows) < 0.05, strict=True)],
        income=income.tolist(),
        illness=[["flu", "cold", "none", ""][code] for code in rng.integers(0, 4, rows)],
        visits=[float("nan") if number < 0 else float(number) for number in rng.integers(-1, 5, rows)],
        person=[f"p{number}" for number in rng.permutation(rows)],
        remark=[f"r{number}" for number in rng.integers(0, 9, rows)],
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "people.parquet"
    path.parent.mkdir()
    write_table(path, people(600))
    return path


def same(first: Table, second: Table) -> bool:
    """Tell whether two tables are equal; missing is equal to missing, and 3 to 3.0."""

    def cells(table: Table) -> list[list[Any]]:
        return [[None if cell != cell or cell == "" else cell for cell in c.tolist()] for c in table.columns.values()]

    return first.names == second.names and cells(first) == cells(second)


@pytest.mark.usefixtures("_small_batches")
def test_what_fits_is_published_as_it_would_be_from_memory(source: Path, tmp_path: Path) -> None:
    claims = anonymise_file(source, tmp_path / "out.parquet", subject="person", insensitive=["remark"], **PROMISE)
    expected = anonymise(read_table(source), subject="person", insensitive=["remark"], **PROMISE)
    assert same(read_table(tmp_path / "out.parquet"), expected.table)
    assert (claims.pop("parts"), claims.pop("largest_part")) == (1, 600)
    assert "first cuts" in claims.pop("algorithm")
    assert claims == {
        name: pytest.approx(expected.claims[name], abs=2e-6) if name == "ncp" else expected.claims[name]
        for name in claims
    }


@pytest.mark.usefixtures("_small_batches")
@pytest.mark.parametrize(("k", "l", "t"), [(4, 1, None), (4, 2, 0.4), (10, 3, 0.25)])
def test_parts_keep_the_promises_together(source: Path, tmp_path: Path, k: int, l: int, t: float | None) -> None:
    asked = PROMISE | {"k": k, "l": l, "t": t}
    claims = anonymise_file(source, tmp_path / "out.parquet", **asked, rows_in_memory=90)
    original, published = read_table(source), read_table(tmp_path / "out.parquet")
    assert claims["parts"] > 3
    assert published.names == (*QUASI, "illness", "visits")
    assert sorted(published.columns["illness"]) == sorted(original.columns["illness"])
    columns = {name: column.tolist() for name, column in published.columns.items()}
    whole = {name: column.tolist() for name, column in original.columns.items()}
    counted = count(columns, whole, quasi=QUASI, sensitive=asked["sensitive"])
    assert counted.k == claims["k"] >= k
    assert counted.l == claims["l"]
    assert counted.l >= l or l == 1
    assert float(counted.t) == pytest.approx(claims["t"], abs=1e-6)
    assert t is None or counted.t <= t + 1e-9
    memory = anonymise(original, **asked).claims
    assert claims["ncp"] < 1.15 * memory["ncp"] + 0.01


@pytest.mark.usefixtures("_small_batches")
def test_boxes_of_parts_tile_the_domain(tmp_path: Path) -> None:
    table = people(240, seed=3).select(["age", "city", "income", "illness"])
    write_table(tmp_path / "in.parquet", table)
    roles = {"quasi_identifiers": ["age", "city", "income"], "sensitive": ["illness"]}
    anonymise_file(tmp_path / "in.parquet", tmp_path / "out.parquet", **roles, k=5, l=2, rows_in_memory=50)
    published = read_table(tmp_path / "out.parquet")
    assert problems(table, published, roles["quasi_identifiers"], ["illness"], k=5, l=2) == []


@pytest.mark.usefixtures("_small_batches")
def test_columns_with_a_hierarchy_and_weights(source: Path, tmp_path: Path) -> None:
    cities = sorted(set(read_table(source).columns["city"]))
    groups = tuple("rare" if city.startswith("rare") else "large" for city in cities)
    tree = Hierarchy("city", tuple(cities), (tuple(cities), groups, ("*",) * len(cities)))
    asked = PROMISE | {"hierarchies": {"city": tree}, "weights": {"age": 3.0}}
    claims = anonymise_file(source, tmp_path / "out.parquet", **asked, rows_in_memory=100)
    assert claims["parts"] > 2
    assert set(read_table(tmp_path / "out.parquet").columns["city"]) <= {*cities, *groups, "*"}
    whole = anonymise_file(source, tmp_path / "whole.parquet", **asked)
    assert same(read_table(tmp_path / "whole.parquet"), anonymise(read_table(source), **asked).table)
    assert whole["ncp_weighted"] == pytest.approx(
        anonymise(read_table(source), **asked).claims["ncp_weighted"], abs=2e-6
    )


@pytest.mark.usefixtures("_small_batches")
def test_the_order_of_the_rows_changes_nothing(source: Path, tmp_path: Path) -> None:
    table = read_table(source)
    write_table(tmp_path / "other.parquet", table.take(np.random.default_rng(0).permutation(table.rows)))
    for name, path in (("a", source), ("b", tmp_path / "other.parquet")):
        anonymise_file(path, tmp_path / f"{name}.parquet", **PROMISE, rows_in_memory=90)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert (tmp_path / "a.parquet").stat().st_mode & 0o777 == 0o600


COLUMNS = st.sampled_from(["whole", "fraction", "text", "flag", "day", "dictionary", "decimal"])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(COLUMNS, min_size=1, max_size=4),
    st.integers(1, 40),
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.3, 1.0]),
)
def test_a_survey_reads_a_file_as_a_table_is_read(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], rows: int, seed: int, missing: float
) -> None:
    rng = np.random.default_rng(seed)
    makers: dict[str, Callable[[], Any]] = {
        "whole": lambda: pyarrow.array(rng.integers(-5, 5, rows), mask=rng.random(rows) < missing),
        "fraction": lambda: pyarrow.array(
            rng.choice([np.nan, -0.0, 0.0, 1.5, 1e300], rows), mask=rng.random(rows) < missing
        ),
        "text": lambda: pyarrow.array(rng.choice(["", "a", "北京", "A"], rows), mask=rng.random(rows) < missing),
        "flag": lambda: pyarrow.array(rng.random(rows) < 0.5, mask=rng.random(rows) < missing),
        "day": lambda: pyarrow.array(rng.integers(0, 3, rows).astype("datetime64[D]"), mask=rng.random(rows) < missing),
        "dictionary": lambda: pyarrow.array(
            rng.choice(["x", "", "y"], rows), mask=rng.random(rows) < missing
        ).dictionary_encode(),
        "decimal": lambda: pyarrow.array(np.round(rng.random(rows), 1)).cast(pyarrow.decimal128(9, 1)),
    }
    path = tmp_path_factory.mktemp("survey") / "in.parquet"
    names = [f"c{number}" for number in range(len(kinds))]
    pyarrow.parquet.write_table(pyarrow.table({n: makers[kind]() for n, kind in zip(names, kinds, strict=True)}), path)
    expected = read_table(path)
    source = survey.Source(path, names)
    found = survey.survey(source)
    read: dict[str, list[Any]] = {name: [] for name in names}
    for batch in source.batches():
        for name, cells in batch.items():
            read[name] += found[name].column(found[name].codes(cells)).tolist()
    for name, column in expected.columns.items():
        values = found[name]
        assert values.rows == rows
        cells = [None if c != c or c == "" else c for c in column.tolist()]
        assert [None if c != c or c == "" else c for c in read[name]] == cells
        assert values.distinct.tolist() == sorted({c for c in cells if c is not None})
        assert values.counts.tolist() == [cells.count(value) for value in values.distinct.tolist()]
        if values.missing < rows:
            assert values.distinct.dtype == column.dtype


def wrong(**changes: Any) -> dict[str, Any]:
    return PROMISE | changes


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        (wrong(quasi_identifiers=["age", "nowhere"]), TableError, "no column 'nowhere'"),
        (wrong(quasi_identifiers=["age", "age"]), TableError, "'age' is named twice"),
        (wrong(quasi_identifiers=["age", "illness"]), TableError, "'illness' is named twice"),
        (wrong(sensitive=[]), TableError, "no sensitive column"),
        (wrong(subject="remark"), TableError, "600 rows but 9 people"),
        (wrong(subject="born"), TableError, "'born' is named twice"),
        (wrong(subject="gaps"), TableError, "'gaps' is empty in 300 rows"),
        (wrong(sensitive=["nothing"]), TableError, "'nothing' has no value"),
        (wrong(quasi_identifiers=["nested"]), MalformedRecord, "'nested' is nested"),
        (wrong(quasi_identifiers=["endless"]), TableError, "'endless' holds an infinite number"),
        (wrong(quasi_identifiers=["long"]), TableError, "'long' holds whole numbers beyond"),
        (wrong(k=601), TableError, "k=601 is larger"),
        (wrong(l=4, sensitive=["illness"]), TableError, "l=4 cannot be reached"),
        (wrong(k=1), PrivacyParameterError, "k=1"),
        (wrong(t=1.5), PrivacyParameterError, "t=1.5"),
        (wrong(weights={"illness": 1.0}), PrivacyParameterError, "no quasi-identifier"),
        (wrong(rows_in_memory=7), PrivacyParameterError, "rows_in_memory=7"),
        (wrong(hierarchies={"city": Hierarchy("city", ("x",), (("x",),))}), TableError, "does not know"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(
    source: Path, tmp_path: Path, asked: dict[str, Any], error: type[WumingError], says: str
) -> None:
    table = pyarrow.parquet.read_table(source)
    added = {
        "nothing": pyarrow.nulls(600, pyarrow.string()),
        "gaps": pyarrow.array([None if row % 2 else f"g{row}" for row in range(600)]),
        "nested": pyarrow.array([[1]] * 600),
        "endless": pyarrow.array([1.0] * 599 + [float("inf")]),
        "long": pyarrow.array([2**60] * 599 + [None]),
    }
    for name, column in added.items():
        table = table.append_column(name, column)
    pyarrow.parquet.write_table(table, source)
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(error, match=says) as raised:
        anonymise_file(source, folder / "out.parquet", **asked)
    assert raised.value.help
    assert list(folder.iterdir()) == []


def test_what_is_no_such_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        anonymise_file(tmp_path / "none.parquet", tmp_path / "out.parquet", **PROMISE)
    (tmp_path / "text.parquet").write_text("age,city\n")
    with pytest.raises(MalformedRecord, match="not a readable Parquet file"):
        anonymise_file(tmp_path / "text.parquet", tmp_path / "out.parquet", **PROMISE)
    with pytest.raises(MalformedRecord, match="written as Parquet"):
        anonymise_file(tmp_path / "text.parquet", tmp_path / "out.csv", **PROMISE)
    pyarrow.parquet.write_table(
        pyarrow.table({name: pyarrow.array([], type="string") for name in [*QUASI, "illness", "visits"]}),
        tmp_path / "empty.parquet",
    )
    with pytest.raises(EmptyData):
        anonymise_file(tmp_path / "empty.parquet", tmp_path / "out.parquet", **PROMISE)


def checked(
    folder: Path, labels: list[str | None], illness: list[str], *, k: int = 2, l: int = 2, t: float = 0.3
) -> whole_check.Found:
    """Check a published file of eight rows against the values that it should have: a, b four times each."""
    path = folder / "published.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"age": pyarrow.array(labels), "illness": illness}), path)
    write_table(folder / "original.parquet", make_table(illness=["a", "b"] * 4))
    values = survey.survey(survey.Source(folder / "original.parquet", ["illness"]))
    promises = Promises(k, l, t, ((Counted.of_values(values["illness"]), EqualDistance()),))
    return whole_check.check_whole(path, quasi_identifiers=["age"], values=values, promises=promises)


HALVES: list[str | None] = ["<30"] * 4 + [">=30"] * 4


@pytest.mark.parametrize("batch", [3, 4, 100])
def test_the_whole_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(survey, "BATCH", batch)
    found = checked(tmp_path, HALVES, list("aababbab"))
    assert (found.k, found.l, found.classes, found.squares) == (4, 2, 2, 32)
    assert found.t == {"illness": pytest.approx(0.25)}


@pytest.mark.parametrize("batch", [3, 4, 100])
@pytest.mark.parametrize(
    ("labels", "illness", "says"),
    [
        ([*HALVES[:7], "35"], "abababab", "a class has 1 rows where k=2"),
        (HALVES, "aaaabbbb", "a class has 1 distinct"),
        (["<30"] * 3 + [">=30"] * 4 + ["<30"], "abababab", "stands in two places"),
        (HALVES, "abababaa", "has other values than before"),
        (HALVES[:7], "abababa", "other columns or rows"),
        ([*HALVES[:7], None], "abababab", "cells without a label"),
        (["<30"] * 6 + [">=30"] * 2, "aabbabab", ""),
    ],
)
def test_what_breaks_a_promise_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, labels: list[str | None], illness: str, says: str, batch: int
) -> None:
    """Broken twins of the published file."""
    monkeypatch.setattr(survey, "BATCH", batch)
    if not says:
        checked(tmp_path, labels, list(illness))
    else:
        with pytest.raises(SelfCheckFailed, match=says):
            checked(tmp_path, labels, list(illness))


def test_a_class_too_far_from_the_whole_does_not_pass(tmp_path: Path) -> None:
    checked(tmp_path, HALVES, list("aaabbbba"), t=0.25)
    with pytest.raises(SelfCheckFailed, match="away where t"):
        checked(tmp_path, HALVES, list("aaabbbba"), t=0.2)
