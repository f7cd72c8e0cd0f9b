# ruff: noqa: E741  (k and l are the names the literature uses)
"""Global recoding of whole tables: what is published keeps what is claimed, by a plain group-by, and by the command."""

from __future__ import annotations

import json
from collections import defaultdict

import numpy as np
import pytest

from wuming.anonymization.global_engine import anonymise_globally
from wuming.anonymization.hierarchies import Hierarchy, intervals_from_width, redacted
from wuming.app.cli.entry import invoke
from wuming.core.errors import PrivacyParameterError, TableError

from .conftest import make_table

QUASI, SENSITIVE = ["age", "city"], ["illness"]
CITIES = ("Bern", "Oslo", "Rome")


def table_of(rows, seed=0):
    generator = np.random.default_rng(seed)
    return make_table(
        person=[f"p{n}" for n in range(rows)],
        age=generator.integers(18, 90, rows).tolist(),
        city=[CITIES[n] for n in generator.integers(0, 3, rows)],
        illness=[("flu", "cold", "ulcer")[n] for n in generator.integers(0, 3, rows)],
    )


HIERARCHIES = {
    "age": intervals_from_width("age", [str(age) for age in range(18, 90)], low=0, high=120, width=10),
    "city": redacted("city", CITIES),
}


def run(table, *, k=3, l=1, **changes):
    options = {"quasi_identifiers": QUASI, "sensitive": SENSITIVE, "subject": "person", "hierarchies": HIERARCHIES}
    return anonymise_globally(table, k=k, l=l, **{**options, **changes})


def classes(table):
    found = defaultdict(list)
    for *quasi, illness in zip(*(table.columns[name].tolist() for name in (*QUASI, *SENSITIVE)), strict=True):
        found[tuple(quasi)].append(illness)
    return list(found.values())


@pytest.mark.parametrize("seed", range(5))
def test_a_plain_group_by_finds_what_is_claimed(seed):
    table = table_of(200, seed)
    result = run(table, k=5, l=2, t=0.35, suppression=0.1)
    groups = classes(result.table)
    assert result.table.names == (*QUASI, *SENSITIVE)
    assert min(map(len, groups)) == result.claims["k"] >= 5
    assert min(len(set(group)) for group in groups) == result.claims["l"] >= 2
    whole = table.columns["illness"].tolist()
    for group in groups:
        distance = sum(abs(group.count(one) / len(group) - whole.count(one) / 200) for one in set(whole)) / 2
        assert distance <= 0.35 + 1e-9
    assert result.claims["suppressed"] == 200 - result.table.rows <= 20
    assert result.claims["optimal"]
    assert result.claims["risk_after"]["maximum"] == 1 / result.claims["k"]
    assert set(result.claims["levels"]) == set(QUASI)


def test_the_order_of_rows_says_nothing():
    table = table_of(60)
    other = table.take(np.random.default_rng(1).permutation(60))
    one, two = run(table, suppression=0.1).table, run(other, suppression=0.1).table
    assert all(np.array_equal(one.columns[name], two.columns[name]) for name in one.names)


def test_what_is_refused():
    table = table_of(40)
    with pytest.raises(TableError, match="'city' has no hierarchy"):
        run(table, hierarchies={"age": HIERARCHIES["age"]})
    with pytest.raises(TableError, match="does not know the values of") as caught:
        run(table, hierarchies={**HIERARCHIES, "city": redacted("city", ("Bern", "Oslo"))})
    assert "Rome" not in str(caught.value)
    with pytest.raises(TableError, match="no node"):
        run(
            table, k=20, hierarchies={**HIERARCHIES, "age": Hierarchy("age", A := tuple(map(str, range(18, 90))), (A,))}
        )
    for changes in ({"k": 1}, {"l": 0}, {"t": 1.5}, {"suppression": 1.0}):
        with pytest.raises(PrivacyParameterError):
            run(table, **changes)


PEOPLE = ["20,Bern,y", "30,Bern,n", "40,Oslo,y", "50,Oslo,n"] * 5 + ["90,Rome,n"]
TABLE = "id,age,city,flag\n" + "".join(f"{number},{person}\n" for number, person in enumerate(PEOPLE))
AGES = "20;young;*\n30;young;*\n40;old;*\n50;old;*\n90;old;*\n"


def test_the_command(tmp_path, capsys):
    (tmp_path / "in.csv").write_text(TABLE)
    folder = tmp_path / "hierarchies"
    folder.mkdir()
    (folder / "age.csv").write_text(AGES)
    (folder / "city.csv").write_text("Bern;*\nOslo;*\nRome;*\n")
    base = ["anonymize", str(tmp_path / "in.csv"), "-o", str(tmp_path / "out.csv"), "--quasi", "age,city"]
    base += ["--sensitive", "flag", "--k", "2", "--l", "2", "--subject", "id"]
    whole = [*base, "--model", "global", "--hierarchies", str(folder), "--suppression", "0.2"]
    assert invoke([*whole, "--json"]) == 0
    claims = json.loads(capsys.readouterr().out)["claims"]
    assert (claims["levels"], claims["suppressed"], claims["k"]) == ({"age": 1, "city": 0}, 1, 10)
    published = ["old,Oslo,n\n", "old,Oslo,y\n", "young,Bern,n\n", "young,Bern,y\n"]
    assert (tmp_path / "out.csv").read_text() == "age,city,flag\n" + "".join(5 * row for row in published)
    assert invoke(whole) == 0
    said = capsys.readouterr().out
    assert "age 1, city 0; the least there is" in said
    assert "1 of 21 rows" in said
    (tmp_path / "out.csv").unlink()
    assert invoke([*base, "--suppression", "0.2"]) == 30
    assert invoke([*base, "--model", "global"]) == 30
    assert invoke([*whole, "--k", "22"]) == 32
    (folder / "city.csv").unlink()
    assert invoke(whole) == 20
    assert not (tmp_path / "out.csv").exists()
