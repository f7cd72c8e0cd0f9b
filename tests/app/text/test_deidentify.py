"""`wuming deidentify`, `restore` and `vault`: same output however it is run, taken up after a kill, exact way back."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wuming.app.cli import entry
from wuming.app.text import parquet as app_parquet
from wuming.app.text import pool
from wuming.app.text.pool import in_order
from wuming.core.errors import MalformedRecord, WumingError
from wuming.deidentification.structured import chunks


def run(*arguments: str | Path, code: int = 0) -> None:
    assert entry.invoke([str(argument) for argument in arguments]) == code


def corpus(path: Path, records: int = 300) -> Path:
    """Dialogues of forty subjects."""
    draw = random.Random(5)
    with path.open("w", encoding="utf-8") as file:
        for number in range(records):
            subject = number % 40
            text = f"收件人：张伟，电话138{draw.randrange(10**8):08}，邮箱u{subject}@corp.cn。"
            text += "请尽快处理，谢谢。" * (number % 30)
            line = {"id": f"d{number}", "subject": f"u{subject}", "messages": [{"role": "user", "content": text}]}
            file.write(json.dumps(line, ensure_ascii=number % 3 == 0) + ("\r\n" if number % 5 == 0 else "\n"))
    return path


def test_the_output_is_the_same_for_any_number_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 8192)
    source = corpus(tmp_path / "a.jsonl")
    run("deidentify", source, "-o", tmp_path / "one.jsonl", "--jobs", "1")
    run("deidentify", source, "-o", tmp_path / "two.jsonl", "--jobs", "2")
    new = (tmp_path / "one.jsonl").read_bytes()
    assert new == (tmp_path / "two.jsonl").read_bytes()
    assert new.count(b"\r\n") == source.read_bytes().count(b"\r\n")
    assert b"@corp.cn" not in new
    assert sorted(path.name for path in tmp_path.glob("*.jsonl*")) == ["a.jsonl", "one.jsonl", "two.jsonl"]
    assert not list(tmp_path.glob(".*"))


def test_one_subject_leaves_or_all_come_in_another_order(tmp_path: Path) -> None:
    source = corpus(tmp_path / "a.jsonl", 200)
    lines = source.read_text(encoding="utf-8").splitlines()
    run("deidentify", source, "-o", tmp_path / "all.jsonl", "--jobs", "1")
    new = dict(zip(lines, (tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines(), strict=True))
    rest = [line for line in lines if json.loads(line)["subject"] != "u7"]
    random.Random(1).shuffle(rest)
    (tmp_path / "rest.jsonl").write_text("\n".join(rest) + "\n", encoding="utf-8")
    run("deidentify", tmp_path / "rest.jsonl", "-o", tmp_path / "rest-new.jsonl", "--jobs", "1")
    assert (tmp_path / "rest-new.jsonl").read_text(encoding="utf-8").splitlines() == [new[line] for line in rest]


@pytest.mark.parametrize("profile", ["training", "prompt", "analytics"])
def test_restoring_is_exact_and_needs_vault_key_and_subject(
    profile: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, new, back, vault = (tmp_path / name for name in ("a.jsonl", "new.jsonl", "back.jsonl", "v.db"))
    corpus(source, 150)
    run("deidentify", source, "-o", new, "--profile", profile, "--vault", vault, "--jobs", "1")
    run("restore", new, "-o", back, "--profile", profile, "--vault", vault)
    assert back.read_bytes() == source.read_bytes()
    run("vault", "erase", "u3", "--vault", vault, "--json")
    run("restore", new, "-o", back, "--profile", profile, "--vault", vault, "--json")
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["restored"] == 450 - 3 * len([n for n in range(150) if n % 40 == 3])
    assert last["unknown"] == (0 if profile == "training" else 450 - last["restored"])
    run("vault", "show", "--vault", vault)
    assert "39 subjects" in capsys.readouterr().out
    monkeypatch.setenv("WUMING_TENANT_KEY", "00" * 32)
    run("restore", new, "-o", back, "--profile", profile, "--vault", vault, code=61)
    run("restore", new, "-o", back, "--vault", tmp_path / "none.db", code=20)


def test_encrypted_files_need_the_key_alone(tmp_path: Path) -> None:
    policy = tmp_path / "p.yaml"
    policy.write_text("default: encrypt\n")
    source, new, back = corpus(tmp_path / "a.jsonl", 60), tmp_path / "new.jsonl", tmp_path / "back.jsonl"
    run("deidentify", source, "-o", new, "--policy", policy, "--jobs", "1")
    run("restore", new, "-o", back, "--policy", policy)
    assert back.read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "我叫张伟。\n\n电话13812345678\n" * 30),
        ("a.csv", 'id,姓名,备注\n1,张伟,"a ""b""\n电话13812345678"\n2,李娜,\n'),
        ("a.tsv", "id\tphone\n1\t13812345678\n"),
        ("a.json", '[ {"id": 1,  "a": {"b": ["电话13812345678", 13912345678, null]}},\n "a@corp.cn" ]\n'),
        ("a.json", '{"text": "电话13812345678"}'),
    ],
)
def test_every_format_there_and_back(name: str, text: str, tmp_path: Path) -> None:
    source, new, back, vault = tmp_path / name, tmp_path / f"new-{name}", tmp_path / f"back-{name}", tmp_path / "v.db"
    for mark in (b"", b"\xef\xbb\xbf"):
        source.write_bytes(mark + text.encode())
        run("deidentify", source, "-o", new, "--vault", vault, "--jobs", "1")
        data = new.read_bytes()
        for value in ("张伟", "13812345678", "a@corp.cn"):
            assert value.encode() not in data
        assert data.startswith(mark)
        run("restore", new, "-o", back, "--vault", vault)
        assert back.read_bytes() == source.read_bytes()


def test_parquet_there_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_parquet, "BATCH", 64)
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")

    rows = 200
    table = pyarrow.table(
        {
            "id": [f"d{number}" for number in range(rows)],
            "text": pyarrow.array([f"电话138{number:08}" if number % 3 else None for number in range(rows)]),
            "amount": pyarrow.array([number / 4 for number in range(rows)], type=pyarrow.float32()),
            "turns": pyarrow.array(
                [[{"role": "user", "content": "邮箱a@corp.cn"}]] * rows,
                type=pyarrow.list_(pyarrow.struct([("role", pyarrow.string()), ("content", pyarrow.string())])),
            ),
            "mobile": pyarrow.array([13812345678] * rows),
        }
    )
    source, new, back, vault = (tmp_path / name for name in ("a.parquet", "new.parquet", "back.parquet", "v.db"))
    parquet.write_table(table, source)
    run("deidentify", source, "-o", new, "--vault", vault, "--jobs", "2")
    changed = parquet.read_table(new)
    assert changed.schema.equals(table.schema)
    assert changed.column("amount").equals(table.column("amount"))
    assert changed.column("text").null_count == table.column("text").null_count
    assert not set(changed.column("text").to_pylist()) & (set(table.column("text").to_pylist()) - {None})
    assert set(map(str, changed.column("mobile").to_pylist()[:5])) != {"13812345678"}
    assert "corp.cn" not in str(changed.column("turns").to_pylist())
    run("restore", new, "-o", back, "--vault", vault)
    assert parquet.read_table(back).equals(table)


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    source = corpus(tmp_path / "a.jsonl", 300)
    run("deidentify", source, "-o", tmp_path / "whole.jsonl", "--jobs", "1")
    out = tmp_path / "out.jsonl"
    arguments = ["deidentify", str(source), "-o", str(out), "--jobs", "1", "--vault", str(tmp_path / "v.db")]
    program = "from wuming.app.text import state; from wuming.deidentification.structured import chunks; "
    program += "state._EVERY = 0.0; chunks.CHUNK_BYTES = 4096; from wuming.app.cli.entry import main; "
    command = [sys.executable, "-c", program + f"main({arguments!r})"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (tmp_path / ".out.jsonl.state").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not out.exists()
    state = json.loads((tmp_path / ".out.jsonl.state").read_text())
    assert 0 < state["records"] < 300
    # What was written after the state was saved is cut off again.
    with (tmp_path / ".out.jsonl.part").open("ab") as file:
        file.write(b"half a rec")
    run("deidentify", source, "-o", out, "--jobs", "1", "--policy", tmp_path / "p.yaml", code=20)
    run("deidentify", source, "-o", out, "--jobs", "1", "--profile", "prompt", code=71)
    run("deidentify", source, "-o", out, "--jobs", "2", "--vault", tmp_path / "v.db")
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    run("restore", out, "-o", tmp_path / "back.jsonl", "--vault", tmp_path / "v.db")
    assert (tmp_path / "back.jsonl").read_bytes() == source.read_bytes()
    assert not list(tmp_path.glob(".out*"))


def test_a_bad_line_stops_at_its_place_and_the_rest_goes_on_from_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = corpus(tmp_path / "a.jsonl", 40)
    good = source.read_bytes()
    source.write_bytes(good + b'{"id": 1, "text": "13812345678"\n')
    run("deidentify", source, "-o", tmp_path / "o.jsonl", "--jobs", "1", code=21)
    err = capsys.readouterr().err
    assert "line 41" in err
    assert "138" not in err
    assert not (tmp_path / "o.jsonl").exists()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.jsonl", b'{"text": "\xff13812345678"}\n', 22),
        ("a.jsonl", b'{"text": "\\ud83813812345678"}\n', 22),
        ("a.jsonl", b'{"a":' * 50_000 + b"\n", 21),
        ("a.jsonl", b'{"a": "' + b"x" * (17 << 20) + b'"}\n', 27),
        ("a.txt", b"13812345678\xff", 22),
        ("a.json", b"[" * 200_000, 21),
        ("a.json", b'{"a": 13812345678, "a": 1}', 21),
        ("a.json", b'{"a": NaN}', 21),
        ("a.csv", b"", 25),
        ("a.csv", b"a,a\n1,2\n", 21),
        ("a.csv", b'a,b\n"13812345678\n', 21),
        ("a.parquet", b"no parquet 13812345678", 21),
    ],
)
def test_bad_input_has_a_name_and_leaks_nothing(
    name: str, data: bytes, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / name
    source.write_bytes(data)
    run("deidentify", source, "-o", tmp_path / "out", "--jobs", "1", code=code)
    captured = capsys.readouterr()
    assert "138" not in captured.err + captured.out
    assert "unexpected" not in captured.err
    assert not (tmp_path / "out").exists()


def test_output_is_never_the_input(tmp_path: Path) -> None:
    source = corpus(tmp_path / "a.jsonl", 3)
    before = source.read_bytes()
    run("deidentify", source, "-o", source, code=70)
    run("restore", source, "-o", source, "--vault", tmp_path / "v.db", code=20)
    assert source.read_bytes() == before


def test_columns_and_fields_of_a_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.csv"
    rows = "".join(f"{name},苹果,X{n}\n" for n, name in enumerate(["张伟", "李娜", "王芳", "刘洋", "陈静"]))
    source.write_text("name,product,code\n" + rows)
    policy = tmp_path / "p.yaml"
    policy.write_text("default: redact\nfields: {code: USERNAME, product: keep}\n")
    run("deidentify", source, "-o", tmp_path / "o.csv", "--policy", policy, "--jobs", "1", "--json")
    assert json.loads(capsys.readouterr().out)["fields"] == {"name": "PERSON"}
    assert (tmp_path / "o.csv").read_text() == "name,product,code\n" + "[姓名],苹果,[用户名]\n" * 5


def test_a_folder_of_shards_lists_those_that_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    corpus(folder / "a.jsonl", 30)
    (folder / "b.jsonl").write_text('{"text": 13812345678\n')
    corpus(folder / "c.jsonl", 20)
    run("deidentify", folder, "-o", out, "--jobs", "1", code=21)
    err = capsys.readouterr().err
    assert "1 of 3 shards failed" in err
    assert "b.jsonl, line 1" in err
    assert "138" not in err
    assert sorted(path.name for path in out.iterdir() if not path.name.startswith(".")) == ["a.jsonl", "c.jsonl"]
    run("deidentify", folder / "a.jsonl", "-o", tmp_path / "alone.jsonl", "--jobs", "1")
    assert (out / "a.jsonl").read_bytes() == (tmp_path / "alone.jsonl").read_bytes()


def test_ray_gives_the_same_bytes_and_lists_what_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ray", reason="Ray is not installed")
    folder = tmp_path / "in"
    folder.mkdir()
    corpus(folder / "a.jsonl", 30)
    corpus(folder / "b.jsonl", 50)
    run("deidentify", folder, "-o", tmp_path / "here", "--jobs", "1")
    run("deidentify", folder, "-o", tmp_path / "there", "--engine", "ray")
    for name in ("a.jsonl", "b.jsonl"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()
    (folder / "c.jsonl").write_text("{\n")
    run("deidentify", folder, "-o", tmp_path / "there2", "--engine", "ray", code=21)
    assert "1 of 3 shards failed" in capsys.readouterr().err


def test_without_ray_the_error_says_what_to_install(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        import ray  # noqa: F401
    except ImportError:
        run("deidentify", corpus(tmp_path / "a.jsonl", 2), "-o", tmp_path / "o", "--engine", "ray", code=72)
        assert "wuming[ray]" in capsys.readouterr().err


# --- the pool ------------------------------------------------------------------------------------------------------

_prepared = ""


def prepare(word: str) -> None:
    global _prepared
    _prepared = word


def work(number: int) -> tuple[int, str, int]:
    if number == 13:
        raise MalformedRecord("number 13", help="leave it out")
    if number == 99:
        os._exit(3)
    time.sleep(0.01 * (number % 3))
    return number, _prepared, os.getpid()


def test_the_collector_is_given_back_as_it_was() -> None:
    before = gc.get_threshold()
    results = in_order(work, range(3), jobs=1, prepare=prepare, arguments=("yes",))
    next(results)
    assert gc.get_threshold() != before
    results.close()  # type: ignore[attr-defined]
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_order_and_errors_at_their_turn(jobs: int) -> None:
    seen = []
    with pytest.raises(MalformedRecord) as caught:
        for number, word, _ in in_order(work, range(20), jobs=jobs, prepare=prepare, arguments=("yes",)):
            seen.append(number)
            assert word == "yes"
    assert seen == list(range(13))
    assert caught.value.help == "leave it out"


def test_no_more_is_read_ahead_than_is_bounded() -> None:
    read = []

    def numbers() -> object:
        for number in range(12):
            read.append(number)
            yield number

    results = in_order(work, numbers(), jobs=2, prepare=prepare, arguments=("x",))  # type: ignore[arg-type]
    next(results)
    assert len(read) <= 2 * pool._AHEAD
    assert len(list(results)) == 11


def test_a_killed_process_is_an_error_with_a_name() -> None:
    with pytest.raises(WumingError, match="ended unexpectedly"):
        list(in_order(work, [1, 99, 2], jobs=2, prepare=prepare, arguments=("x",)))
