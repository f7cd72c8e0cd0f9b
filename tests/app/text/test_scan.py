"""`wuming scan`: one object a document, in order, without values; every format; standard input as it comes."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wuming.app.cli import entry


class Stdin:
    """Standard input with given bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def scan(
    capsys: pytest.CaptureFixture[str], *arguments: str | Path, stdin: bytes | None = None, code: int = 0
) -> list[dict[str, Any]]:
    capsys.readouterr()
    before = sys.stdin
    if stdin is not None:
        sys.stdin = Stdin(stdin)  # type: ignore[assignment]
    try:
        assert entry.invoke(["scan", *map(str, arguments)]) == code
    finally:
        sys.stdin = before
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


LINES = [
    {"id": "a", "text": "我叫张伟，电话13812345678"},
    {"id": 7, "text": "nothing here"},
    {"id": "c", "text": "mail a@corp.cn, 10.1.2.3"},
]
JSONL = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in LINES).encode()


def test_standard_input_in_order_sorted_and_without_values(capsys: pytest.CaptureFixture[str]) -> None:
    found = scan(capsys, "-", stdin=JSONL)
    assert [one["id"] for one in found] == ["a", 7, "c"]
    types = [[span["type"] for span in one["spans"]] for one in found]
    assert types == [["PERSON", "PHONE"], [], ["EMAIL", "IP_ADDRESS"]]
    phone = found[0]["spans"][1]
    assert set(phone) == {"start", "end", "type", "score", "recognizer"}
    assert LINES[0]["text"][phone["start"] : phone["end"]] == "13812345678"  # type: ignore[index]
    assert "13812345678" not in json.dumps(found)
    assert "张伟" not in json.dumps(found, ensure_ascii=False)


def test_values_explanations_types_and_scores_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    [one] = scan(capsys, "-", "--show-values", "--types", "PHONE", stdin=JSONL.splitlines()[0])
    assert [span["value"] for span in one["spans"]] == ["13812345678"]
    [one] = scan(capsys, "-", "--explain", "--min-score", "0.995", stdin=JSONL.splitlines()[0])
    assert [span["type"] for span in one["spans"]] == ["PHONE"]
    explanation = one["spans"][0]["explanation"]
    assert set(explanation) == {"layout", "source", "checked", "context", "competing"}
    assert explanation["context"] == "support"


def test_text_on_standard_input_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    [one] = scan(capsys, "-", stdin="第一行\n电话13812345678\n".encode())
    assert (one["id"], one["spans"][0]["start"]) == ("-", 6)
    assert scan(capsys, "-", stdin=b"") == []
    [one] = scan(capsys, "-", "--format", "text", stdin=JSONL)
    assert one["id"] == "-"


def test_answers_come_as_lines_come() -> None:
    """Who writes a line may wait for its answer before writing the next."""
    command = [sys.executable, "-c", "from wuming.app.cli.entry import main; main(['scan', '-'])"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in LINES:
            process.stdin.write(json.dumps(line).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == line["id"]
        process.stdin.close()
    assert process.returncode == 0


def test_files_of_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("电话13812345678\n" * 3)
    (tmp_path / "b.jsonl").write_bytes(b"\xef\xbb\xbf" + JSONL)
    (tmp_path / "c.csv").write_text('id;phone;note\n1;13812345678;x\n2;;"a\nb@corp.cn"\n')
    (tmp_path / "d.json").write_text('[{"id": 1, "a": {"b": ["13812345678"]}}, {"a": "x"}]')
    (tmp_path / ".hidden").write_text("13812345678")
    [text] = scan(capsys, tmp_path / "a.txt")
    assert (text["id"], len(text["spans"])) == (str(tmp_path / "a.txt"), 3)
    assert [one["id"] for one in scan(capsys, tmp_path / "b.jsonl")] == ["a", 7, "c"]
    rows = scan(capsys, tmp_path / "c.csv")
    assert [[span["field"] for span in row["spans"]] for row in rows] == [["phone"], ["note"]]
    records = scan(capsys, tmp_path / "d.json")
    assert records[0]["spans"][0]["field"] == "a.b.0"
    everything = scan(capsys, tmp_path)
    assert [one["id"] for one in everything] == ["a.txt", "a", 7, "c", "1", "2", 1, "d.json#2"]


def test_parquet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    table = pyarrow.table({"id": [1, 2], "text": ["电话13812345678", None], "n": [1.5, 2.5]})
    parquet.write_table(table, tmp_path / "a.parquet")
    found = scan(capsys, tmp_path / "a.parquet")
    assert found[0]["spans"][0]["type"] == "PHONE"
    assert "field" not in found[0]["spans"][0]


def test_summary_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(JSONL)
    assert entry.invoke(["scan", str(path), "--summary"]) == 0
    out = capsys.readouterr().out
    assert "PHONE" in out
    assert "4 values in 3 documents" in out


def test_the_page_is_self_contained_escaped_and_private(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    scan(capsys, "-", "--html", page, stdin=b'{"id": "<b>", "text": "<script>alert(1)</script> 13812345678"}\n')
    text = page.read_text()
    assert "<mark" in text
    assert "13812345678" in text
    assert "<script" not in text
    assert "&lt;b&gt;" in text
    assert "http" not in text
    assert page.stat().st_mode & 0o077 == 0
    scan(capsys, "-", "--html", tmp_path / "no.html", stdin=JSONL + b"{", code=21)
    assert not (tmp_path / "no.html").exists()
    assert len(list(tmp_path.iterdir())) == 1


POLICY = """
types: [PHONE, STAFF]
recognizers: [{name: staff, type: STAFF, regex: 'S-[0-9]{4}'}]
allow: {PHONE: ['13812345678']}
"""


def test_a_policy_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "p.yaml"
    policy.write_text(POLICY)
    data = json.dumps({"id": 1, "text": "S-1234 13812345678 13912345678 a@b.cn"}).encode()
    [one] = scan(capsys, "-", "--policy", policy, stdin=data)
    assert [(span["start"], span["type"]) for span in one["spans"]] == [(0, "STAFF"), (19, "PHONE")]


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (["-", "--languages", "fr"], b"x", 10),
        (["-", "--types", "NOTHING"], b"x", 10),
        (["-", "--min-score", "2"], b"x", 10),
        (["-", "--format", "xml"], b"x", 10),
        (["-", "--policy", "none.yaml"], b"x", 20),
        (["-", "--also", "x:y"], b"x", 10),
        (["none.jsonl"], None, 20),
        (["-", "--format", "parquet"], b"x", 20),
        (["-"], JSONL + b'{"id": 1, "text": "138\xff"}\n', 22),
        (["-"], JSONL + b'{"id": 1, "text": "\\ud800"}\n', 22),
        (["-"], JSONL + b'{"id": 1, "text": "13812345678"\n', 21),
        (["-"], JSONL + b"[" * 100_000 + b"\n", 21),
        (["-"], JSONL + b'{"a":' * 100_000 + b"\n", 21),
        (["-"], b"text \xff\xfe", 22),
        (["-"], JSONL + b'{"id": 1, "text": "' + b"a" * (17 << 20) + b'"}\n', 27),
        (["-", "--format", "csv"], b"a,b\n1,2,3\n", 21),
        (["-", "--format", "csv"], b'a,b\n1,"2\n', 21),
    ],
)
def test_bad_input_has_a_name_and_leaks_nothing(
    arguments: list[str], stdin: bytes | None, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    scan_code = code
    monkeypatch.setattr(sys, "stdin", Stdin(stdin or b""))
    assert entry.invoke(["scan", *arguments]) == scan_code
    _, err = capsys.readouterr()
    assert "unexpected" not in err
    assert "138" not in err


def test_odd_text_is_processed(capsys: pytest.CaptureFixture[str]) -> None:
    odd = "".join(map(chr, range(1, 32))) + "\u202e\ufeff\u200b🙂\U0010ffff" + "电话13812345678"
    [one] = scan(capsys, "-", stdin=json.dumps({"id": 1, "text": odd}).encode())
    assert odd[one["spans"][0]["start"] : one["spans"][0]["end"]] == "13812345678"
