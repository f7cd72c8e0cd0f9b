"""`wuming anonymize` on a Parquet file that is not read into memory: the plan is attacked on a sample."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

from wuming.anonymization.models import k_anonymity, l_diversity
from wuming.anonymization.partitions.sample import sample_rows, values_of
from wuming.app.cli.entry import invoke
from wuming.app.tables import past_memory
from wuming.core.storage import file_digest
from wuming.core.tables import Table, read_table, write_table
from wuming.governance.ledger import Ledger

pytest.importorskip("pyarrow")
ROWS, SAMPLE = 600, 300


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setattr(past_memory, "MOST_IN_MEMORY", ROWS - 1)
    monkeypatch.setattr(past_memory, "SAMPLE", SAMPLE)
    rng = random.Random(5)
    columns = {
        "id": np.arange(ROWS),
        "age": np.array([rng.randrange(20, 60) for _ in range(ROWS)]),
        "pay": np.array([rng.choice([1.5, 2.5, np.nan]) for _ in range(ROWS)]),
        "city": np.array([rng.choice(["Bern", "Oslo", ""]) for _ in range(ROWS)], dtype=object),
        "illness": np.array([rng.choice(["flu", "cold", "none"]) for _ in range(ROWS)], dtype=object),
    }
    path = tmp_path / "in.parquet"
    write_table(path, Table(columns))
    return path


def command(source, output, *more):
    roles = ["--quasi", "age,city", "--sensitive", "illness", "--subject", "id", "--direct", "pay", "--k", "40"]
    return ["anonymize", str(source), "-o", str(output), *roles, "--l", "2", *more]


def test_the_whole_file_is_released_and_a_sample_attacked(source, tmp_path, capsys):
    output = tmp_path / "out.parquet"
    assert invoke(command(source, output, "--json")) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(found)[:9] == ["k", "l", "t", "ncp", "suppressed", "classes", "risk", "attacks", "seconds"]
    table = read_table(output)
    assert table.rows == ROWS
    assert k_anonymity(table, ["age", "city"]) == found["k"] >= 40
    assert l_diversity(table, ["age", "city"], "illness") >= 2
    assert found["claims"]["attacked_rows"] == SAMPLE
    assert found["attacks"]["singling out"]["trials"] <= SAMPLE
    assert (found["risk"]["before"], found["gbt_42460"]["level"]) == (None, 3)
    (entry,) = (entry.body for entry in Ledger().entries())
    assert (entry["subject"], entry["inputs"]) == (file_digest(output), [file_digest(source)])
    assert invoke(command(source, output)) == 0
    assert f"attacked                  on {SAMPLE} rows" in capsys.readouterr().out


def test_hierarchies_know_the_values_that_the_sample_lacks(source, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(past_memory, "SAMPLE", 100)
    (tmp_path / "plan.json").write_text(
        json.dumps(
            {
                "roles": {"subject": "id", "direct": ["pay"], "quasi_identifiers": ["age"], "sensitive": ["illness"]},
                "k": 20,
                "l": 1,
                "hierarchies": {"age": {"builder": "intervals", "low": 0, "high": 80, "width": 10, "levels": 3}},
            }
        )
    )
    asked = ["anonymize", str(source), "-o", str(tmp_path / "out.parquet"), "--plan", str(tmp_path / "plan.json")]
    assert invoke([*asked, "--json"]) in (0, 50)
    shown = capsys.readouterr().out
    assert "does not know" not in shown


@pytest.mark.parametrize("more", [["--model", "global"], ["--picture", "cost.svg"], ["--relaxed"]])
def test_what_needs_the_whole_table_is_refused(source, tmp_path, capsys, monkeypatch, more):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "levels").mkdir()
    for name, values in (("age", range(20, 60)), ("city", ["Bern", "Oslo", ""])):
        (tmp_path / "levels" / f"{name}.csv").write_text("".join(f"{value};*\n" for value in values))
    folder = ["--hierarchies", "levels"] if "global" in more else []
    assert invoke(command(source, tmp_path / "out.parquet", *more, *folder, "--json")) == 30
    assert "in memory" in capsys.readouterr().out
    assert not (tmp_path / "out.parquet").exists()


def test_a_release_that_is_refused_is_not_written(source, tmp_path):
    asked = ["--quasi", "age", "--sensitive", "illness", "--subject", "id", "--k", "2", "--l", "1"]
    output = tmp_path / "out.parquet"
    assert invoke(["anonymize", str(source), "-o", str(output), *asked, "--insensitive", "pay,city"]) == 50
    assert not output.exists()


def test_the_sample_is_of_the_file_and_the_same_each_time(source):
    whole, some = read_table(source), sample_rows(source, 50)
    assert some.rows == 50
    assert {name: column.dtype for name, column in some.columns.items()} == {
        name: column.dtype for name, column in whole.columns.items()
    }
    rows = {tuple(map(str, row)) for row in zip(*whole.columns.values(), strict=True)}
    drawn = [tuple(map(str, row)) for row in zip(*some.columns.values(), strict=True)]
    assert len(set(drawn)) == 50
    assert set(drawn) <= rows
    assert drawn == [tuple(map(str, row)) for row in zip(*sample_rows(source, 50).columns.values(), strict=True)]
    assert sample_rows(source, 10 * ROWS).rows == ROWS
    values = values_of(source, ("age", "city"))
    assert set(values.columns["age"]) == set(whole.columns["age"])
    assert set(values.columns["city"]) | {""} == set(whole.columns["city"])
