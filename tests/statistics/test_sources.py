"""Databases and JSON lines: the same numbers as a plain reading of declared types, and no error that tells of a row."""

from __future__ import annotations

import json
import math
import sqlite3
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.databases import database_address, read_database
from wuming.core.errors import MalformedRecord, MissingFile, QueryRefused, WumingError
from wuming.statistics import Contract, MemoryBudget, Session
from wuming.statistics.databases import table_address
from wuming.statistics.exact import compute
from wuming.statistics.noise_plan import make_noise_plan
from wuming.statistics.query import Aggregate, Compare, Query
from wuming.statistics.source import collected, open_source

pl = pytest.importorskip("polars")

CONTRACT = Contract("person", max_rows=50, max_groups=9, bounds={"spend": (0, 10)}, keys={"city": ("a", "b")})
CELLS = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=4) | st.binary(max_size=4)
CELLS |= st.sampled_from(
    ["a", "b", "7", "2026-01-31", "2026-02-30", "2026-01-31 10:00:00", "2026-01-31T10:00:00.5", 0, 1]
)


def database(path, rows, types=("INTEGER", "VARCHAR(9)", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "BLOB")):
    names = ("person", "city", "spend", "member", "day", "moment", "extra")
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(names, types, strict=True))
        connection.execute(f"CREATE TABLE orders ({columns})")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    return f"sqlite:///{path}?table=orders"


def plain(path, column, counts):
    """Read one column by hand: what SQLite stored, and by a plain rule whether it counts."""
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    stored = connection.execute(f'SELECT "{column}", typeof("{column}") FROM orders').fetchall()  # noqa: S608
    connection.close()
    return [counts(cell, kind.decode()) for cell, kind in stored]


def decoded(cell):
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return None


def moment(text, *, whole_day):
    forms = ["%Y-%m-%d"] if whole_day else ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d"]
    for form in forms:
        try:
            found = datetime.strptime(text or "", form)
        except ValueError:
            continue
        return found.date() if whole_day else found
    return None


RULES = {
    "person": lambda cell, kind: cell if kind == "integer" else None,
    "city": lambda cell, kind: decoded(cell) if kind == "text" else None,
    "spend": lambda cell, kind: float(cell) if kind in ("integer", "real") else None,
    "member": lambda cell, kind: bool(cell) if kind == "integer" and cell in (0, 1) else None,
    "day": lambda cell, kind: moment(decoded(cell), whole_day=True) if kind == "text" else None,
    "moment": lambda cell, kind: moment(decoded(cell), whole_day=False) if kind == "text" else None,
}


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.tuples(*[CELLS] * 7), max_size=8))
def test_a_cell_that_is_not_of_its_declared_type_is_missing(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("db") / "shop.db"
    source = open_source(database(path, rows), CONTRACT)
    assert dict(source.columns) == {
        "person": "integer",
        "city": "text",
        "spend": "real",
        "member": "boolean",
        "day": "date",
        "moment": "date",
    }
    frame = collected(source.frame)
    for column, rule in RULES.items():
        assert frame[column].to_list() == plain(path, column, rule)


def test_only_the_columns_of_the_question_are_read(tmp_path, monkeypatch):
    url = database(tmp_path / "shop.db", [(n, "ab"[n % 2], n % 13, 1, None, None, b"x") for n in range(100)])
    asked = []

    def noted(path, query, *rest, **options):
        asked.append(query)
        return read_database(path, query, *rest, **options)

    monkeypatch.setattr("wuming.statistics.sqlite_tables.read_database", noted)
    query = Query((Aggregate("mean", "spend", "m"),), ("city",))
    plan = make_noise_plan(query, CONTRACT, epsilon=1, delta=0, noise="laplace")
    found = compute(open_source(url, CONTRACT), CONTRACT, query, plan)
    (sums,) = found.tallies.values()
    assert sums.sum(axis=1).tolist() == [50 << 20, 50 << 20]
    scans = [text for text in asked if 'FROM "orders"' in text]
    assert not any(name in text for text in scans for name in ("member", "day", "moment", "extra"))


@pytest.mark.parametrize("kind", ["db", "jsonl"])
def test_many_parts_and_passes_give_the_numbers_of_the_frame(tmp_path, monkeypatch, kind):
    rows = [(n % 40, "abx"[n % 3], float(n % 13), n % 2, None, None, None) for n in range(500)]
    frame = pl.DataFrame({"person": [r[0] for r in rows], "city": [r[1] for r in rows], "spend": [r[2] for r in rows]})
    if kind == "db":
        source = database(tmp_path / "shop.db", rows)
    else:
        source = tmp_path / "shop.jsonl"
        frame.write_ndjson(source)
    query = Query((Aggregate("mean", "spend", "m"), Aggregate("distinct", "person", "p")), ("city",))
    query = Query(query.aggregates, query.keys, where=Compare("spend", ">", 2))
    plan = make_noise_plan(query, CONTRACT, epsilon=1, delta=0, noise="laplace")
    whole = compute(open_source(frame, CONTRACT), CONTRACT, query, plan)
    monkeypatch.setattr("wuming.statistics.exact._ROWS_OF_A_PASS", 90)
    monkeypatch.setattr("wuming.statistics.json_lines._ROWS", 64)
    found = compute(open_source(source, CONTRACT), CONTRACT, query, plan)
    for tally, values in whole.tallies.items():
        assert (found.tallies[tally] == values).all()


def test_a_view_is_a_table_and_nothing_can_be_written(tmp_path):
    path = tmp_path / "shop.db"
    url = database(path, [(n, "a", 1.0, 1, None, None, None) for n in range(30)])
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIEW some AS SELECT person, city, spend, spend * 2 AS twice FROM orders")
    connection.close()
    before = path.read_bytes()
    source = open_source(url.replace("orders", "some"), CONTRACT)
    assert set(source.columns) == {"person", "city", "spend"}  # an expression has no declared type
    answer = Session(source, CONTRACT, MemoryBudget(5, 1e-6)).ask("SELECT COUNT(*) FROM t", epsilon=4)
    assert abs(answer.rows[0].figures[0].value - 30) < 300
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("rest", "error"),
    [
        ("", QueryRefused),
        ("?table=", QueryRefused),
        ("?table=nothing", QueryRefused),
        ("?table=sqlite_master", QueryRefused),
        ('?table=orders"; DROP TABLE orders; --', QueryRefused),
        ("?table=orders--", QueryRefused),
        ("?query=SELECT 1", QueryRefused),
        ("?table=orders&query=SELECT 1", QueryRefused),
    ],
)
def test_what_names_no_table_is_refused(tmp_path, rest, error):
    url = database(tmp_path / "shop.db", [(1, "a", 1.0, 1, None, None, None)])
    with pytest.raises(error):
        open_source(url.partition("?")[0] + rest, CONTRACT)
    assert open_source(url, CONTRACT).columns["person"] == "integer"


def test_names_with_quotes_and_question_marks_are_names(tmp_path):
    odd = 'a"b?; DROP TABLE x'
    quoted = odd.replace('"', '""')
    with sqlite3.connect(tmp_path / "odd.db") as connection:
        connection.execute(f'CREATE TABLE "{quoted}" ("{quoted}" TEXT, n INT)')
        connection.execute(f'INSERT INTO "{quoted}" VALUES (?, 3)', ("p",))  # noqa: S608
    connection.close()
    from urllib.parse import quote

    source = open_source(f"sqlite:///{tmp_path}/odd.db?table={quote(odd)}", Contract(odd, max_rows=1))
    assert collected(source.frame).rows() == [("p", 3)]


def test_other_databases_and_missing_files_are_named(tmp_path):
    for url in ("mssql://me:hunter2@host/shop?table=orders", "mysql://host/x?table=y", "nonsense://"):
        with pytest.raises(MalformedRecord, match="no database of this kind") as refusal:
            open_source(url, CONTRACT)
        assert "hunter2" not in str(refusal.value)
    with pytest.raises(MissingFile):
        open_source(f"sqlite:///{tmp_path}/none.db?table=orders", CONTRACT)
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text("no database, but long enough to be looked at " * 30)
    with pytest.raises(MalformedRecord) as refusal:
        open_source(f"sqlite:///{tmp_path}/text.db?table=orders", CONTRACT)
    assert refusal.value.__context__ is None


@given(st.text(max_size=60))
def test_any_url_is_read_or_refused_by_name(text):
    for begin in (
        "",
        "sqlite:///",
        "sqlite:///a.db?",
        "sqlite:///a.db?table=",
        "postgresql://",
        "postgresql://h/d?table=",
    ):
        try:
            address = table_address(begin + text)
        except WumingError:
            continue
        assert address.table
        assert address.database or address.kind == "sqlite"
        if address.kind == "sqlite":
            assert dict(database_address(begin + text, example="x").options) == {"table": address.table}
        else:
            assert address.server not in repr(address)


LINES = [
    '\ufeff{"person": 1, "city": "a", "spend": 5}',
    '{"person": "1", "city": "b", "spend": 2.5, "else": {"deep": [1]}}',
    '{"person": 2, "city": 3, "spend": "7"}',
    '{"person": true, "city": "a", "spend": 1}',
    '{"person": 12345678901234567890123, "city": "a", "spend": 1e999}',
    '{"person": "\\ud800", "city": "a", "spend": NaN}',
    "not json, and a secret",
    "",
    "[1, 2]",
    '{"city": "a"}',
    '{"person": 4, "spend": ' + "9" * 5000 + "}",
    "[" * 100_000,
    '{"person": 5, "city": "a", "spend": 12345678901234567890123}',
    '{"person": 6, "city": "a", "spend": 1',
]


def test_json_lines_are_typed_by_the_contract_alone(tmp_path):
    path = tmp_path / "shop.jsonl"
    path.write_bytes("\n".join(LINES).encode() + b'\n{"person": "\xff"}')
    source = open_source(path, CONTRACT)
    assert dict(source.columns) == {"person": "text", "city": "text", "spend": "real"}
    rows = collected(source.frame).rows()
    assert rows[:5] == [("1", "a", 5.0), ("1", "b", 2.5), ("2", "3", None), (None, "a", 1.0), (None, "a", math.inf)]
    assert rows[5][:2] == (None, "a")
    assert rows[6:] == [(None, "a", None), ("5", "a", None)]
    with pytest.raises(QueryRefused):
        Session(path, CONTRACT, MemoryBudget(1, 1e-6)).quote("SELECT COUNT(else) FROM t", epsilon=1)
    typed = Contract("person", max_rows=1, keys={"flag": (True, False), "size": (1, 2), "share": (0.5,)})
    path.write_text('{"person": "p", "flag": true, "size": 2, "share": 0.5}\n{"person": "q", "flag": 1, "size": 2.0}\n')
    source = open_source(str(path), typed)
    assert collected(source.frame).select("person", "flag", "size", "share").rows() == [
        ("p", True, 2, 0.5),
        ("q", None, None, None),
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.binary(max_size=30) | st.dictionaries(st.sampled_from(["person", "spend", "city"]), CELLS), max_size=6)
)
def test_no_line_makes_an_error(tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("lines") / "x.jsonl"
    kept = [
        line if isinstance(line, bytes) else json.dumps(line, default=repr).encode("utf-8", "surrogatepass")
        for line in lines
    ]
    path.write_bytes(b"\n".join(kept))
    frame = collected(open_source(path, CONTRACT).frame)
    objects = []
    for line in path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        objects += [found] if isinstance(found, dict) else []
    assert frame.height == len(objects)


def test_a_line_beyond_the_limit_counts_for_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("wuming.statistics.json_lines.MAX_LINE_BYTES", 40)
    path = tmp_path / "x.jsonl"
    good = '{"person": "p", "city": "a"}'
    path.write_text("\n".join([good, '{"person": "q", "city": "' + "z" * 60 + '"}', good + " " * 11, good]))
    assert collected(open_source(path, CONTRACT).frame)["person"].to_list() == ["p", "p", "p"]


def test_days_of_a_database_are_grouped_by_public_days(tmp_path):
    rows = [(n, "a", 1.0, 1, "2026-01-31" if n < 60 else "2026-02-01", None, None) for n in range(100)]
    contract = Contract("person", max_rows=1, keys={"day": ("2026-01-31", "2026-02-01", "2026-02-02")})
    query = Query((Aggregate("count", None, "n"),), ("day",))
    plan = make_noise_plan(query, contract, epsilon=1, delta=0, noise="laplace")
    found = compute(open_source(database(tmp_path / "d.db", rows), contract), contract, query, plan)
    (counts,) = found.tallies.values()
    assert counts[:, 0].tolist() == [60, 40, 0]
    assert date(2026, 1, 31).isoformat() == found.groups[0][0]
