"""`wuming anonymize` as a person uses it."""

from __future__ import annotations

import json
import random
import re
import sqlite3
from contextlib import closing

import pytest

from wuming.anonymization import publishing
from wuming.app.cli.entry import invoke
from wuming.core.errors import StorageError
from wuming.core.storage import file_digest
from wuming.core.tables import read_table
from wuming.governance.ledger import Ledger

SMALL = "id,name,age,city,plan,flag\n" + "".join(
    f"{i},Person {i},{20 + 10 * (i % 4)},{'北京' if i % 4 < 2 else '上海'},x,{'yn'[i // 4 % 2]}\n" for i in range(1, 25)
)
ROWS = 400
HEADER = "tier,age,编号,city,illness"


def rows_of(count, seed=3):
    """People whose illness has nothing to do with what is known about them, so that a release is sound."""
    rng = random.Random(seed)
    for i in range(count):
        illness = rng.choice(["flu", "cold", "none"])
        yield f"{rng.choice(['gold', 'silver'])},{rng.randrange(20, 60)},{7 * i},{rng.choice('ABCD')},{illness}"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(SMALL)
    return path


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    path = tmp_path_factory.mktemp("many") / "many.csv"
    path.write_text(HEADER + "\n" + "\n".join(rows_of(ROWS)) + "\n")
    return path


def command(source, output, *more):
    roles = ["--quasi", "age,city", "--sensitive", "flag", "--subject", "id", "--direct", "name"]
    return ["anonymize", str(source), "-o", str(output), *roles, *more]


def people(source, output, *more):
    roles = ["--quasi", "age,city", "--sensitive", "illness", "--subject", "编号"]
    return ["anonymize", str(source), "-o", str(output), *roles, "--k", "40", *more]


def last(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_writes_a_table_in_the_order_of_its_header(many, tmp_path, capsys):
    output = tmp_path / "out.csv"
    assert invoke(people(many, output, "--json")) == 0
    found = last(capsys)
    assert list(found)[:9] == ["k", "l", "t", "ncp", "suppressed", "classes", "risk", "attacks", "seconds"]
    assert found["k"] >= 40
    assert found["passed_unchanged"] == ["tier"]
    assert found["risk"]["prosecutor"]["maximum"] <= 1 / 40
    assert len(found["attacks"]) >= 10
    assert not found["refused"]
    table = read_table(output)
    assert table.names == ("tier", "age", "city", "illness")
    original = read_table(many)
    assert sorted(table.columns["tier"].tolist()) == sorted(original.columns["tier"].tolist())


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_any_separator(source, tmp_path, separator, capsys):
    source.write_text(SMALL.replace(",", separator))
    output = tmp_path / "out.csv"
    assert invoke(command(source, output, "--k", "2", "--l", "1", "--gate", "report", "--json")) == 0
    assert output.read_text().splitlines()[0] == "age,city,plan,flag"


def test_the_report_is_for_people(source, tmp_path, capsys):
    assert invoke(command(source, tmp_path / "out.csv", "--k", "2", "--l", "1", "--gate", "report")) == 0
    out = capsys.readouterr().out
    for words in ("highest risk for one row", "information lost", "passed unchanged          plan", "removed"):
        assert words in out
    assert "Person" not in out


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["--k", "25", "--l", "1"], 32, "k=25 is larger than the table"),
        (["--k", "2", "--l", "3"], 32, "l=3 cannot be reached"),
        (["--k", "2", "--quasi", "age,agee"], 32, "no column 'agee'"),
        (["--k", "2", "--sensitive", "flag,age"], 32, "column 'age' is named twice"),
        (["--k", "1"], 30, "k=1"),
        (["--k", "2", "--t", "2"], 30, "t="),
        (["--suppression", "0.1"], 30, "--suppression belongs to model: global"),
        (["--model", "global"], 30, "global recoding needs one for every quasi-identifier"),
        (["--weights", "age"], 30, "--weights"),
        (["--weights", "plan=2"], 30, "is no quasi-identifier"),
        (["--weights", "age=x"], 30, "--weights"),
        (["--picture", "x.png"], 30, "'.png'"),
        (["--quasi", ""], 30, "no quasi-identifier"),
        (["--hierarchies", "nowhere"], 30, "no such folder"),
        (["--query", "SELECT 1"], 21, "--query"),
    ],
)
def test_writes_nothing_where_it_refuses(source, tmp_path, capsys, more, code, words):
    output = tmp_path / "out.csv"
    assert invoke(command(source, output, *more, "--json")) == code
    body = last(capsys)["error"]
    assert words in body["message"]
    assert body["help"]
    assert not output.exists()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ([""] * 24, "has no value"),
        (["21", "n/a"] + ["34"] * 22, "is mixed: 1 of 24 cells"),
    ],
)
def test_columns_that_cannot_be_cut(tmp_path, capsys, column, words):
    path, output = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text("age,city,flag\n" + "".join(f"{cell},A,{'yn'[i % 2]}\n" for i, cell in enumerate(column)))
    code = invoke(["anonymize", str(path), "-o", str(output), "--quasi", "age,city", "--sensitive", "flag", "--json"])
    assert code == 32
    assert words in last(capsys)["error"]["message"]
    assert not output.exists()


def test_a_column_without_a_role_that_names_people_is_asked_about(source, tmp_path, capsys):
    output = tmp_path / "out.csv"
    roles = ["--quasi", "age,city", "--sensitive", "flag", "--k", "2", "--l", "1", "--gate", "report", "--json"]
    assert invoke(["anonymize", str(source), "-o", str(output), *roles]) == 32
    error = last(capsys)["error"]
    assert "'id'" in error["message"]
    assert "'name'" in error["message"]
    assert "Person" not in error["message"]
    assert not output.exists()
    # Named as insensitive, they were thought about; the gate has its own word on them.
    assert invoke(["anonymize", str(source), "-o", str(output), *roles, "--insensitive", "id,name"]) == 0
    assert {"id", "name"} <= set(last(capsys)["passed_unchanged"])


def test_a_refused_release_is_not_written_and_a_reported_one_says_why(many, tmp_path, capsys):
    # A column that finds every person passes as insensitive: the attacks with it succeed.
    text = many.read_text().splitlines()
    rng = random.Random(1)
    leaky = tmp_path / "leaky.csv"
    leaky.write_text("\n".join([text[0] + ",balance", *(f"{line},{rng.randrange(10**6)}" for line in text[1:])]) + "\n")
    output = tmp_path / "out.csv"
    assert invoke(people(leaky, output, "--insensitive", "balance", "--json")) == 50
    error = last(capsys)["error"]
    assert error["name"] == "ReleaseRefused"
    assert "balance" in error["message"]
    assert not output.exists()
    assert invoke(people(leaky, output, "--insensitive", "balance", "--gate", "report", "--json")) == 0
    found = last(capsys)
    assert found["refused"]
    assert any(one["refused"] for one in found["attacks"].values())
    assert output.exists()


def test_a_plan_and_its_draft(many, tmp_path, capsys):
    draft, output = tmp_path / "plan.yaml", tmp_path / "out.csv"
    assert invoke(["anonymize", str(many), "--propose-plan", str(draft)]) == 0
    shown = capsys.readouterr().out
    assert "编号" in shown
    assert "flu" not in shown + draft.read_text()
    assert invoke(["anonymize", str(many), "--propose-plan", str(draft)]) == 70  # never over a confirmed plan
    assert invoke(["anonymize", str(many), "-o", str(output), "--plan", str(draft), "--k", "3"]) == 30
    capsys.readouterr()
    draft.write_text(draft.read_text().replace("k: 10", "k: 40"))
    assert invoke(["anonymize", str(many), "-o", str(output), "--plan", str(draft), "--json"]) == 0
    found = last(capsys)
    assert found["claims"]["removed_identifiers"] == ["编号"]
    assert "illness" in read_table(output).names
    again = tmp_path / "again.csv"
    assert invoke(["anonymize", str(many), "-o", str(again), "--plan", str(draft), "--json"]) == 0
    assert last(capsys)["plan"] == found["plan"]
    assert again.read_bytes() == output.read_bytes()


def test_global_recoding_with_files_of_hierarchies(many, tmp_path, capsys):
    levels, output = tmp_path / "levels", tmp_path / "out.csv"
    assert invoke(["hierarchy", "suggest", str(many), "--all", "-o", str(levels)]) == 0
    capsys.readouterr()
    more = ["--model", "global", "--hierarchies", str(levels), "--suppression", "0.02", "--json"]
    assert invoke(people(many, output, *more)) == 0
    found = last(capsys)
    assert found["claims"]["optimal"]
    assert set(found["claims"]["levels"]) == {"age", "city"}
    (levels / "city.csv").write_text("A;*\nB;*\n")
    output.unlink()
    assert invoke(people(many, output, *more)) == 32
    assert "does not know the values" in last(capsys)["error"]["message"]
    assert not output.exists()


def test_a_query_is_read_and_never_writes(many, tmp_path, capsys):
    database, output = tmp_path / "shop.db", tmp_path / "out.csv"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE customers (tier, age INTEGER, number INTEGER, city, illness)")
        rows = [line.split(",") for line in many.read_text().splitlines()[1:]]
        connection.executemany("INSERT INTO customers VALUES (?, ?, ?, ?, ?)", rows)
        connection.commit()
    before = database.read_bytes()
    url, query = f"sqlite:///{database}", "SELECT tier, age, number AS 编号, city, illness FROM customers"
    assert invoke(people(url, output, "--query", query, "--json")) == 0
    assert last(capsys)["claims"]["rows"] == ROWS
    output.unlink()
    assert invoke(people(f"{url}?query={query}", output, "--json")) == 0
    output.unlink()
    capsys.readouterr()
    for bad, code, words in (
        ("DELETE FROM customers", 21, "readonly database"),
        ("SELECT nobody FROM customers", 21, "no such column"),
        ("SELECT * FROM customers WHERE age > 900", 25, "no rows"),
        ("SELECT age, age FROM customers", 21, "share a name"),
        ("SELECT 1; SELECT 2", 21, "one statement"),
        ("SELECT x'00' AS b", 21, "binary"),
    ):
        assert invoke(people(url, output, "--query", bad, "--json")) == code
        assert words in last(capsys)["error"]["message"]
    assert invoke(people(url, output, "--json")) == 21
    assert "a database needs one query" in last(capsys)["error"]["message"]
    for other in ("postgresql://host/db", "sqlite://host/db", "mysql://u:secret@h/d", "nonsense://"):
        assert invoke(people(other, output, "--query", query, "--json")) == 21
        error = last(capsys)["error"]
        assert "SQLite" in error["help"]
        assert "secret" not in str(error)
    assert invoke(people(f"sqlite:///{tmp_path}/no.db", output, "--query", query, "--json")) == 20
    assert database.read_bytes() == before
    assert not output.exists()


def test_a_second_release_is_held_against_the_first(many, tmp_path, capsys):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert invoke(people(many, first, "--json")) == 0
    found = last(capsys)
    attacks = set(found["attacks"])
    assert found["released_before"] == 0
    assert invoke(people(many, second, "--earlier", str(first), "--gate", "report", "--json")) == 0
    found = last(capsys)
    assert set(found["attacks"]) > attacks
    assert found["released_before"] == 0  # held against the only one
    one, two = (entry.body for entry in Ledger().entries())
    assert (one["kind"], one["subject"], one["inputs"]) == ("anonymise", file_digest(first), [file_digest(many)])
    assert two["inputs"] == [file_digest(many), file_digest(first)]
    assert "gate" in two["claims"]
    assert invoke(people(many, tmp_path / "third.csv", "--k", "50")) == 0
    assert "released before" in capsys.readouterr().out
    assert invoke(people(many, first, "--earlier", str(first))) == 70


def test_what_is_not_in_the_books_does_not_go_out(many, tmp_path, monkeypatch):
    def full(self, evidence):
        raise StorageError("the disk is full", help="")

    monkeypatch.setattr(Ledger, "record", full)
    output = tmp_path / "out.csv"
    assert invoke(people(many, output)) == 70
    assert list(tmp_path.glob("*.csv")) == list(tmp_path.glob(".*.csv")) == []
    output.write_text("an earlier release")
    assert invoke(people(many, output)) == 70
    assert output.read_text() == "an earlier release"


def test_a_picture_of_what_k_l_and_t_cost(many, tmp_path, capsys, monkeypatch):
    drawn = tmp_path / "cost.svg"
    assert invoke(people(many, tmp_path / "out.csv", "--picture", str(drawn), "--json")) == 0
    text = drawn.read_text()
    assert text.startswith("<svg")
    assert [name for name in "klt" if f"information lost against {name}" in text] == list("klt")
    lost = [float(one) for one in re.findall(r"k = \d+: ([0-9.]+)%", text)]
    assert len(lost) == 7
    assert lost == sorted(lost)  # more k never loses less here


@pytest.mark.parametrize(("name", "code"), [("out.jsonl", 21), ("out.txt", 21), ("nowhere/out.csv", 70)])
def test_an_output_that_cannot_be_written_is_refused_before_any_work(tmp_path, capsys, name, code):
    assert invoke(command(tmp_path / "not-read.csv", tmp_path / name, "--json")) == code
    assert last(capsys)["error"]["help"]
    away = str(tmp_path / "nowhere" / "plan.yaml")
    assert invoke(["anonymize", str(tmp_path / "not-read.csv"), "--propose-plan", away]) == 70


def test_never_writes_over_what_it_reads(source):
    assert invoke(command(source, source, "--k", "2", "--l", "1")) == 70
    assert source.read_text() == SMALL


def test_a_failing_recoding_writes_nothing(source, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(publishing, "anonymise", lambda *args, **kwargs: 1 / 0)
    output = tmp_path / "out.csv"
    assert invoke(command(source, output, "--k", "2", "--l", "1", "--json")) == 1
    assert not output.exists()
