"""The gate as a whole: sound releases pass, planted weaknesses are refused for the right reason, what is returned."""

from __future__ import annotations

import json

import numpy as np
import pytest

from wuming.anonymization.attacks.trial import BLOCKS, run_trials
from wuming.anonymization.gate import examine, gbt_42460_level
from wuming.anonymization.release import Release
from wuming.anonymization.risk import Risk
from wuming.anonymization.roles import Roles
from wuming.benchmarks.tables.broken_plans import K, sound
from wuming.benchmarks.tables.sound import COUNT, sound_releases
from wuming.benchmarks.tables.weaknesses import WEAKNESSES, Stage
from wuming.core.errors import PrivacyParameterError, ReleaseRefused, TableError
from wuming.core.tables import Table

SMOKE = (
    "row order kept",
    "classes of one sensitive value",
    "suppressed rows with stars",
    "cuts at quantiles",
    "PRAM of one cell in a hundred",
    "second release with one person more",
)


@pytest.fixture(scope="module")
def stage():
    return Stage(rows=2000)


@pytest.fixture(scope="module")
def passed(stage):
    return examine(stage.table, sound(stage.hierarchies), k=K, l=2)


def test_the_sound_plan_passes(passed):
    assert passed.refused == ()
    passed.require()
    names = [outcome.name for outcome in passed.outcomes]
    assert len(names) == len(set(names)) == 22
    for outcome in passed.outcomes:
        if outcome.rate is not None:
            assert outcome.trials == outcome.control_trials or outcome.name.startswith(("homogeneity", "minimality"))
            assert outcome.lower_bound <= outcome.rate - outcome.control_rate
            assert outcome.margin == 0.05


def test_a_sound_release_passes():
    one = sound_releases()[4]
    table = one.table()
    assert examine(table, one.publish(table), k=one.k, l=one.l, t=one.t).refused == ()


@pytest.mark.parametrize("name", SMOKE)
def test_planted_weaknesses_are_refused(stage, name):
    (weakness,) = [one for one in WEAKNESSES if one.name == name]
    found = weakness.examine(stage)
    assert weakness.caught(found)
    with pytest.raises(ReleaseRefused, match=weakness.caught_by[0]) as refused:
        found.require()
    assert refused.value.help
    assert all(outcome.advice and outcome.columns for outcome in found.refused)


def test_what_is_said_holds_no_personal_value(stage):
    (weakness,) = [one for one in WEAKNESSES if one.name == "exact spending as sensitive"]
    found = weakness.examine(stage)
    said = json.dumps(found.as_json(), ensure_ascii=False)
    report = json.loads(said)
    assert report["refused"] is True
    assert report["attacks"]["isolation by sensitive values"]["columns"][0] == "spending"
    assert report["gbt_42460"] == {"level": 2, "threshold": 0.05, "threshold_from": "drafts"}
    for name in ("id", "phone", "name", "postcode", "spending", "device"):
        assert not any(f'"{cell}' in said for cell in map(str, stage.table.columns[name].tolist()))


@pytest.mark.full
def test_all_weaknesses_are_refused():
    stage = Stage()
    assert len(WEAKNESSES) >= 30
    assert [one.name for one in WEAKNESSES if not one.caught(one.examine(stage))] == []


@pytest.mark.full
def test_no_sound_release_is_refused():
    refused = []
    for one in sound_releases():
        table = one.table()
        if examine(table, one.publish(table), k=one.k, l=one.l, t=one.t).refused:
            refused.append(one.number)
    assert COUNT == 100
    assert refused == []


def small_plan(rows):
    age = np.where(rows.columns["age"] < 50, "<50", ">=50").astype(object)
    made = Table({"age": age, "plan": rows.columns["plan"]})
    order = np.lexsort((made.columns["plan"].astype(str), age.astype(str)))
    return Release(made.take(order), Roles(subject="id", quasi_identifiers=("age",), sensitive=("plan",)))


def small_table(rows=100, *, people=None):
    rng = np.random.default_rng(2)
    text = np.empty(rows, dtype=object)
    text[:] = [f"p{number}" for number in rng.integers(0, 3, rows)]
    return Table({"id": np.arange(rows) % (people or rows), "age": rng.integers(18, 90, rows), "plan": text})


def test_few_rows_give_few_trials_and_say_so():
    found = examine(small_table(), small_plan, k=5)
    assert found.refused == ()
    trials = {outcome.name: outcome.trials for outcome in found.outcomes if outcome.trials is not None}
    assert trials["inference of plan"] == 100
    assert examine(small_table(), small_plan, k=5).as_json() == found.as_json()  # nothing is left to chance


@pytest.mark.parametrize(("rows", "trials", "runs"), [(100, 2000, 5), (100, 30, 2), (1000, 200, 1), (1000, 201, 2)])
def test_no_row_is_tried_twice_on_one_side(rows, trials, runs):
    table = small_table(rows)
    found = run_trials(table, small_plan, subject="id", trials=trials, seed=1)
    assert len(found) == runs
    members = np.concatenate([one.members.columns["id"] for one in found])
    controls = np.concatenate([one.controls.columns["id"] for one in found])
    assert len(set(members.tolist())) == len(members) == len(controls) == len(set(controls.tolist()))
    assert len(members) >= min(trials, rows)
    for one in found:
        inside = set(one.people.columns["id"].tolist())
        assert one.people.rows == one.view.rows == rows - rows // BLOCKS
        assert set(one.members.columns["id"].tolist()) <= inside
        assert not set(one.controls.columns["id"].tolist()) & inside


def test_the_rows_of_one_person_stay_together():
    for one in run_trials(small_table(300, people=60), small_plan, subject="id", trials=300, seed=1):
        assert not set(one.controls.columns["id"].tolist()) & set(one.people.columns["id"].tolist())


def test_the_level_of_gbt_42460():
    roles = Roles(direct=("name",), quasi_identifiers=("age",))
    text = np.array(["a", "b"], dtype=object)
    clean, named = Release(Table({"age": text}), roles), Release(Table({"age": text, "name": text}), roles)
    assert gbt_42460_level(named, Risk(0.01, 0.01, 0.0)) == 1
    assert gbt_42460_level(clean, Risk(0.06, 0.01, 0.0)) == 2
    assert gbt_42460_level(clean, Risk(0.05, 0.01, 0.0)) == 3
    assert gbt_42460_level(clean, Risk(0.06, 0.01, 0.0), threshold=0.1) == 3


@pytest.mark.parametrize("wrong", [{"margin": -0.1}, {"level": 0.0}, {"trials": 0}, {"threshold": 2.0}])
def test_parameters_out_of_range(wrong):
    with pytest.raises(PrivacyParameterError):
        examine(small_table(), small_plan, k=5, **wrong)


def test_tables_that_cannot_be_examined():
    with pytest.raises(TableError, match="too few"):
        examine(small_table(9), small_plan, k=2)
    with pytest.raises(TableError, match="no quasi-identifier"):
        examine(small_table(), lambda rows: Release(rows.select(["plan"]), Roles(sensitive=("plan",))), k=2)

    def fails_on_fewer(rows):
        if rows.rows < 100:
            raise TableError("k cannot be reached", help="Lower k.")
        return small_plan(rows)

    with pytest.raises(TableError, match="trial run on 80 of 100 rows: k cannot be reached"):
        examine(small_table(), fails_on_fewer, k=2)


def test_the_earlier_release_and_the_population_are_asked(stage, passed):
    again = examine(
        stage.table,
        sound(stage.hierarchies),
        k=K,
        l=2,
        earlier=[passed.release, passed.release],
        population=stage.table,
    )
    assert again.refused == ()
    names = {outcome.name for outcome in again.outcomes}
    assert {"intersection with release 1", "difference with release 2", "journalist"} <= names
