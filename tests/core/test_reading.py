"""Records in and out: every kind of bad input has its own error, which names the place and never the content."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core import reading
from wuming.core.errors import (
    DuplicateId,
    EmptyData,
    InputTooLarge,
    MalformedRecord,
    MissingFile,
    MissingSubject,
    WrongEncoding,
    WumingError,
)
from wuming.core.reading import decode, read_lines, read_records, read_rows, sniff_separator, write_records
from wuming.core.records import Record

GOOD = {"id": "a", "subject": "u", "text": "hello", "created_at": "2026-03-14"}
SECRET = "Zhang-13800138000"


def write(path, *lines):
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return path


def test_reads_the_five_fields(tmp_path):
    path = write(tmp_path / "r.jsonl", b"\xef\xbb\xbf" + json.dumps({**GOOD, "phone": SECRET}).encode(), b"  ")
    assert read_records(path) == [Record("a", "u", "hello", "2026-03-14", "")]


@pytest.mark.parametrize(
    ("field", "given_value", "kept"),
    [
        ("id", 7, "7"),
        ("subject", " u ", "u"),
        ("created_at", "2026-03-14T23:30:00+08:00", "2026-03-14"),
        ("created_at", "20260314", "2026-03-14"),
        ("language", "zh-Hans-CN", "zh"),
        ("language", "EN_us", "en"),
        ("language", "fr", ""),
        ("language", None, ""),
    ],
)
def test_normalises(tmp_path, field, given_value, kept):
    path = write(tmp_path / "r.jsonl", {**GOOD, field: given_value})
    assert getattr(read_records(path)[0], field) == kept


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        (b"{", MalformedRecord, "line 2: not JSON"),
        (b'"' + SECRET.encode() + b'"', MalformedRecord, "line 2: not a JSON object"),
        (b"[" * 100_000, MalformedRecord, "line 2: nested too deeply"),
        (b'{"a":' * 100_000, MalformedRecord, "line 2: nested too deeply"),
        (b'{"a":1,"a":2}', MalformedRecord, "line 2: a key occurs twice"),
        (b'{"a":NaN}', MalformedRecord, "line 2: NaN"),
        (b'{"a":' + b"9" * 5000 + b"}", MalformedRecord, "line 2: a number"),
        (b'{"id":"\xff"}', WrongEncoding, "line 2: not UTF-8"),
        ('{"id":"你"}'.encode("gb18030"), WrongEncoding, "line 2: not UTF-8"),
        (b'{"x":{"y":["\\ud800"]}}', WrongEncoding, "line 2: holds a lone surrogate"),
        ({**GOOD, "id": ""}, MalformedRecord, "line 2: field 'id' is missing"),
        ({**GOOD, "id": 1.5}, MalformedRecord, "line 2: field 'id' is neither"),
        ({**GOOD, "id": True}, MalformedRecord, "line 2: field 'id' is neither"),
        ({**GOOD, "id": "b", "subject": None}, MissingSubject, "line 2: field 'subject' is missing"),
        ({**GOOD, "id": "b", "subject": "  "}, MissingSubject, "line 2: field 'subject' is missing"),
        ({**GOOD, "id": "b", "text": " "}, MalformedRecord, "line 2: field 'text'"),
        ({**GOOD, "id": "b", "text": [SECRET]}, MalformedRecord, "line 2: field 'text'"),
        ({**GOOD, "id": "b", "created_at": SECRET}, MalformedRecord, "line 2: field 'created_at'"),
        ({**GOOD, "id": "b", "created_at": "2026-02-30"}, MalformedRecord, "line 2: field 'created_at'"),
        ({**GOOD, "id": "b", "language": 3}, MalformedRecord, "line 2: field 'language'"),
        ({**GOOD, "id": " a "}, DuplicateId, "line 2: field 'id' has the same value as line 1"),
    ],
)
def test_refuses(tmp_path, line, error, says):
    path = write(tmp_path / "r.jsonl", GOOD, line)
    with pytest.raises(error) as caught:
        read_records(path)
    assert says in str(caught.value)
    assert SECRET not in str(caught.value) + caught.value.help
    assert caught.value.__context__ is None or isinstance(caught.value.__context__, WumingError)


def test_missing_and_empty(tmp_path):
    for path in (tmp_path / "no.jsonl", tmp_path / "no.csv", tmp_path / "no.parquet"):
        with pytest.raises(MissingFile):
            read_records(path)
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(MissingFile):
        read_records(tmp_path / "folder.jsonl")
    for content in (b"", b"\n \n", b"\xef\xbb\xbf"):
        (tmp_path / "e.jsonl").write_bytes(content)
        with pytest.raises(EmptyData):
            read_records(tmp_path / "e.jsonl")
    (tmp_path / "e.csv").write_text("id,subject,text,created_at\n")
    with pytest.raises(EmptyData):
        read_records(tmp_path / "e.csv")
    (tmp_path / "r.txt").write_text("x")
    with pytest.raises(MalformedRecord, match="unknown kind"):
        read_records(tmp_path / "r.txt")


def test_a_line_over_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_LINE_BYTES", 200)
    path = write(tmp_path / "r.jsonl", GOOD, {**GOOD, "id": "b", "text": "x" * 200})
    with pytest.raises(InputTooLarge, match="line 2"):
        read_records(path)
    (tmp_path / "r.csv").write_text(f"id,subject,text,created_at\na,u,{'x' * 300},2026-01-01\n")
    with pytest.raises(InputTooLarge, match="line 2"):
        read_records(tmp_path / "r.csv")
    write(path, GOOD)
    assert len(read_records(path)) == 1


def test_unit_document_needs_no_subject(tmp_path):
    path = write(tmp_path / "r.jsonl", {k: v for k, v in GOOD.items() if k != "subject"}, {**GOOD, "id": "b"})
    assert [record.subject for record in read_records(path, unit="document")] == ["a", "b"]


def test_lines_come_one_at_a_time(tmp_path):
    path = write(tmp_path / "r.jsonl", GOOD, b"", {"x": 1}, b"{")
    lines = read_lines(path)
    assert next(lines)[0] == 1
    assert next(lines) == (3, {"x": 1})
    with pytest.raises(MalformedRecord, match="line 4"):
        next(lines)


def test_csv(tmp_path):
    path = tmp_path / "r.csv"
    path.write_bytes(
        '\ufeffsubject;id;text;created_at;phone\r\nu;1;"a;""b""\nc";2026-01-02;1\r\n\r\nv;2;d;2026-01-03;\r\n'.encode()
    )
    assert read_records(path) == [Record("1", "u", 'a;"b"\nc', "2026-01-02"), Record("2", "v", "d", "2026-01-03")]


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (f"{SECRET},x\n1,2\n", MalformedRecord, "line 2: field 'id' is missing"),
        ("id,id\n1,2\n", MalformedRecord, "line 1"),
        ("id,\n1,2\n", MalformedRecord, "line 1"),
        (
            'id,subject,text,created_at\n1,u,"a\nb",2026-01-01\n2,u,c\n',
            MalformedRecord,
            "line 4: 3 cells where the header has 4",
        ),
        ('id,subject\n1,"u\n', MalformedRecord, "line 2: quotes"),
        ("", EmptyData, "no header"),
    ],
)
def test_csv_refuses(tmp_path, text, error, says):
    path = tmp_path / "r.csv"
    path.write_text(text)
    with pytest.raises(error) as caught:
        read_records(path)
    assert says in str(caught.value)
    assert SECRET not in str(caught.value)


def test_csv_with_other_encoding(tmp_path):
    (tmp_path / "r.csv").write_bytes("id,subject,text,created_at\n1,张,x,2026-01-01\n".encode("gb18030"))
    with pytest.raises(WrongEncoding, match="line 2"):
        read_records(tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("header", "separator"), [("a,b;c,d", ","), ("a\tb", "\t"), ('"a,b,c";d', ";"), ("a|b|c", "|"), ("a", ",")]
)
def test_separator(header, separator):
    assert sniff_separator(header + "\n1,1,1,1,1,1,1") == separator


def test_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    import datetime

    path = tmp_path / "r.parquet"
    columns = {"id": [1, 2], "subject": ["u", None], "text": ["a", "b"], "created_at": [datetime.date(2026, 1, 2)] * 2}
    parquet.write_table(arrow.table(columns), path)
    with pytest.raises(MissingSubject, match="row 2"):
        read_records(path)
    assert read_records(path, unit="document")[1] == Record("2", "2", "b", "2026-01-02")
    path.write_bytes(b"PAR1 not really")
    with pytest.raises(MalformedRecord, match="not a readable Parquet"):
        read_records(path)


text = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
records = st.builds(
    Record,
    text.map(str.strip),
    text.map(str.strip),
    text,
    st.dates().map(lambda d: d.isoformat()),
    st.sampled_from(["", "zh", "en"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(records, min_size=1, max_size=8, unique_by=lambda record: record.id))
def test_round_trip(tmp_path_factory, made):
    path = tmp_path_factory.mktemp("round") / "r.jsonl"
    write_records(path, made)
    assert read_records(path) == made


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda t: t.encode("utf-8", "surrogatepass"))),
    st.sampled_from(["jsonl", "csv", "parquet"]),
)
def test_any_bytes_give_records_or_a_named_error(tmp_path_factory, data, ending):
    path = tmp_path_factory.mktemp("any") / f"r.{ending}"
    path.write_bytes(data)
    with pytest.raises(WumingError):
        read_records(path)


def test_surrogates_are_not_written(tmp_path):
    with pytest.raises(WrongEncoding, match="record 1"):
        write_records(tmp_path / "r.jsonl", [Record("a", "u", "\ud800", "2026-01-01")])
    assert list(tmp_path.iterdir()) == []


def test_the_limit_of_the_csv_module_is_given_back(tmp_path):
    import csv

    before = csv.field_size_limit()
    read_rows(decode(b"a,b\n1,2\n", tmp_path), tmp_path, max_cell=10)
    assert csv.field_size_limit() == before
