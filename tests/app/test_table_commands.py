"""`wuming hierarchy suggest` and `wuming assess table`."""

from __future__ import annotations

import json
import random

import pytest

from wuming.app.cli.entry import invoke

RARE = "Zzyzx"


def write(path, lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """300 people; one of them lives where nobody else does."""
    rng = random.Random(5)
    rows = [
        f"{i},{rng.randrange(20, 70)},{rng.choice(['Aville', 'Btown'])},{rng.choice(['flu', 'cold'])}"
        for i in range(299)
    ]
    folder = tmp_path_factory.mktemp("people")
    return write(folder / "people.csv", ["id,age,city,illness", *rows, f"299,44,{RARE},flu"])


@pytest.fixture(scope="module")
def public(people):
    """The same people by decades, without their numbers."""
    lines = people.read_text().splitlines()[1:]
    rows = [line.split(",") for line in lines]
    made = [f'"[{int(age) // 10 * 10}, {int(age) // 10 * 10 + 10})",*,{illness}' for _, age, _, illness in rows]
    return write(people.parent / "public.csv", ["age,city,illness", *sorted(made)])


def found(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_suggestion_says_why_and_is_a_file_of_arx(people, tmp_path, capsys):
    target = tmp_path / "levels" / "age.csv"
    assert invoke(["hierarchy", "suggest", str(people), "--column", "age", "-o", str(target)]) == 0
    out = capsys.readouterr().out
    assert "every value is a number" in out
    assert "builder: intervals" in out
    first = target.read_text().splitlines()[0].split(";")
    assert first[0] == "20"
    assert first[-1] == "*"


def test_labels_of_few_rows_are_not_printed(people, capsys):
    assert invoke(["hierarchy", "suggest", str(people), "--column", "city"]) == 0
    assert invoke(["hierarchy", "suggest", str(people), "--column", "city", "--json"]) == 0
    out = capsys.readouterr().out
    assert RARE not in out
    assert "Aville" not in out  # level 0 is not shown at all
    assert json.loads(out.splitlines()[-1])["suggestions"][0]["levels"][0]["groups"] == 3


def test_all_quasi_identifiers_into_a_folder(people, tmp_path, capsys):
    assert invoke(["hierarchy", "suggest", str(people), "--all", "-o", str(tmp_path / "levels"), "--json"]) == 0
    assert {path.name for path in (tmp_path / "levels").iterdir()} == {"age.csv", "city.csv"}
    assert [one["column"] for one in found(capsys)["suggestions"]] == ["age", "city"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([], 30),
        (["--all", "--column", "age"], 30),
        (["--column", "nothing"], 32),
    ],
)
def test_suggestions_that_cannot_be_made(people, capsys, more, code):
    assert invoke(["hierarchy", "suggest", str(people), *more, "--json"]) == code
    assert found(capsys)["error"]["help"]


def test_a_column_cannot_lead_out_of_the_folder(tmp_path, capsys):
    path = write(tmp_path / "in.csv", ["../age,sex", *(f"{20 + i % 40},{'mf'[i % 2]}" for i in range(60))])
    assert invoke(["hierarchy", "suggest", str(path), "--all", "-o", str(tmp_path / "a" / "b"), "--json"]) == 32
    assert "cannot name a file" in found(capsys)["error"]["message"]
    assert not (tmp_path / "a" / "age.csv").exists()


def test_an_original_is_never_overwritten(people, capsys):
    before = people.read_bytes()
    assert invoke(["hierarchy", "suggest", str(people), "--column", "age", "-o", str(people)]) == 70
    assert people.read_bytes() == before


def test_a_table_as_it_is(people, capsys):
    roles = ["--quasi", "age,city", "--sensitive", "illness"]
    assert invoke(["assess", "table", str(people), *roles, "--json"]) == 0
    figures = found(capsys)
    assert figures["k"] == 1
    assert figures["risk"]["prosecutor"]["maximum"] == 1.0
    assert set(figures["columns"]["illness"]) == {
        *("alpha", "l", "entropy_l", "recursive_c", "t", "basic_beta", "enhanced_beta", "delta")
    }
    assert "skipped" in figures["population_uniqueness"]
    assert "attacks" not in figures
    assert invoke(["assess", "table", str(people), *roles]) == 0
    out = capsys.readouterr().out
    for words in ("prosecutor", "marketer", "not estimated", "GB/T 42460 level 2", "illness"):
        assert words in out
    assert RARE not in out


def test_roles_are_proposed_where_none_are_named(people, capsys):
    assert invoke(["assess", "table", str(people), "--json"]) == 0
    figures = found(capsys)
    assert figures["roles_proposed"]
    assert figures["quasi_identifiers"] == ["age", "city"]
    assert figures["sensitive"] == ["illness"]
    assert figures["gbt_42460"] == 1  # `id` is there


def test_a_published_table_is_attacked_with_its_original(people, public, capsys):
    roles = ["--quasi", "age,city", "--sensitive", "illness", "--subject", "id"]
    assert invoke(["assess", "table", str(public), "--against", str(people), *roles, "--json"]) == 0
    attacks = found(capsys)["attacks"]
    assert not attacks["isolation by quasi-identifiers"]["rate"]
    assert not any(one["refused"] for one in attacks.values())
    # The original as its own release: everybody is found.
    assert invoke(["assess", "table", str(people), "--against", str(people), *roles, "--json"]) == 0
    attacks = found(capsys)["attacks"]
    assert attacks["direct identifiers"]["refused"]
    assert attacks["prosecutor"]["refused"]
    assert invoke(["assess", "table", str(people), "--against", str(people), *roles]) == 0
    assert "succeeds: direct identifiers (id)" in capsys.readouterr().out


def test_with_people_who_are_not_in_the_table_attacks_are_judged(people, public, tmp_path, capsys):
    lines = people.read_text().splitlines()
    members = write(tmp_path / "members.csv", lines[:151])
    others = write(tmp_path / "others.csv", [lines[0], *lines[151:300]])
    roles = ["--quasi", "age,city", "--sensitive", "illness", "--subject", "id", "--control", str(others)]
    assert invoke(["assess", "table", str(members), "--against", str(members), *roles, "--json"]) == 0
    attacks = found(capsys)["attacks"]
    assert attacks["singling out"]["control_trials"] > 0
    assert attacks["singling out"]["refused"]


def test_a_population_gives_the_journalist(people, tmp_path, capsys):
    roles = ["--quasi", "age,city", "--sensitive", "illness"]
    assert invoke(["assess", "table", str(people), *roles, "--population", str(people), "--json"]) == 0
    figures = found(capsys)
    assert figures["risk"]["journalist"] == figures["risk"]["prosecutor"]
    assert invoke(["assess", "table", str(people), *roles, "--control", str(people), "--json"]) == 30
    assert invoke(["assess", "table", str(people), *roles, "--k", "0", "--json"]) == 30
    assert invoke(["assess", "table", str(people), "--quasi", "agee", "--json"]) == 32
    other = write(tmp_path / "other.csv", ["age,illness", "30,flu", "40,cold"])
    capsys.readouterr()
    assert invoke(["assess", "table", str(people), *roles, "--against", str(other), "--json"]) == 32
    assert "the original has no column 'city'" in found(capsys)["error"]["message"]


def test_uniqueness_in_the_population_is_estimated_where_the_fraction_is_known(people, capsys):
    pytest.importorskip("scipy")
    assert invoke(["assess", "table", str(people), "--quasi", "age,city", "--fraction", "0.05", "--json"]) == 0
    share = found(capsys)["population_uniqueness"]["share"]
    assert 0 <= share <= 1
    assert invoke(["assess", "table", str(people), "--quasi", "age,city", "--fraction", "2", "--json"]) == 30
