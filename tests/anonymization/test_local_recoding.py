# ruff: noqa: E741  (k and l are the names the literature uses)
"""What `anonymise` can be asked for beyond k and l: t, hierarchies, weights, relaxed partitions, columns that pass."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wuming.anonymization import anonymise, engine
from wuming.anonymization.closeness_check import furthest
from wuming.anonymization.hierarchies import intervals_from_width, tree_from_mapping
from wuming.anonymization.models import EqualDistance, HierarchicalDistance, OrderedDistance, Sensitive, TCloseness
from wuming.anonymization.mondrian import mondrian
from wuming.anonymization.promises import Promises
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, TableError
from wuming.core.tables import Table

from .conftest import covers, make_table

QUASI = ["age", "city", "day"]
CITIES = {"north": ["Oslo", "Bergen"], "south": ["Rome", "Bari", "Pisa"]}
TREES = {
    "city": tree_from_mapping("city", CITIES),
    "age": intervals_from_width("age", [str(age) for age in range(18, 90)], low=0, high=120, width=10),
}
ILLNESSES = tree_from_mapping("illness", {"lung": ["flu", "cold"], "other": ["ulcer", "none"]}, missing=True)


def people(rows, seed=0):
    rng = np.random.default_rng(seed)
    return make_table(
        age=rng.integers(18, 90, rows).tolist(),
        city=rng.choice(
            [city for some in CITIES.values() for city in some], rows, p=[0.4, 0.3, 0.1, 0.1, 0.1]
        ).tolist(),
        day=[f"20{year}-0{month}-1{day}" for year, month, day in rng.integers(1, 10, (rows, 3)).tolist()],
        illness=rng.choice(["flu", "cold", "ulcer", "none", ""], rows).tolist(),
        income=rng.integers(0, 40, rows).tolist(),
        note=[f"n{number}" for number in rng.permutation(rows)],
    )


def run(table, *, k=4, l=1, **changes):
    options = {"quasi_identifiers": QUASI, "sensitive": ["illness", "income"], **changes}
    return anonymise(table, k=k, l=l, **options)


def grouped(published, quasi=QUASI):
    found = defaultdict(list)
    for row, key in enumerate(zip(*(published.columns[name].tolist() for name in quasi), strict=True)):
        found[key].append(row)
    return found


def distances(table, published, name):
    """Return the distance of each class from the table, one value after the other."""
    whole = table.columns[name].tolist()
    values = sorted(set(whole))
    for rows in grouped(published).values():
        here = published.columns[name][rows].tolist()
        apart = [here.count(value) / len(here) - whole.count(value) / len(whole) for value in values]
        if table.columns[name].dtype == object:
            yield sum(map(abs, apart)) / 2
        else:
            yield sum(abs(sum(apart[: end + 1])) for end in range(len(apart))) / (len(values) - 1)


@pytest.mark.parametrize("partitioning", ["strict", "relaxed"])
@pytest.mark.parametrize("hierarchies", [{}, TREES])
@pytest.mark.parametrize("seed", range(3))
def test_a_plain_group_by_finds_what_is_claimed(partitioning, hierarchies, seed):
    table = people(150, seed)
    result = run(
        table,
        k=4,
        l=2,
        t=0.45,
        partitioning=partitioning,
        hierarchies=hierarchies,
        insensitive=["note"],
        weights={"age": 2},
    )
    claims, published = result.claims, result.table
    json.dumps(dict(claims), allow_nan=False)
    assert published.names == (*QUASI, "illness", "income", "note")
    classes = grouped(published)
    assert min(map(len, classes.values())) == claims["k"] >= 4
    assert len(classes) == claims["classes"] > 3
    assert claims["discernibility"] == sum(len(rows) ** 2 for rows in classes.values())
    for name in ("illness", "income"):
        held = [{published.columns[name][row] for row in rows} - {""} for rows in classes.values()]
        assert min(map(len, held)) >= claims["l"] >= 2
        furthest_class = max(distances(table, published, name))
        assert furthest_class == pytest.approx(claims["t_closeness"][name], abs=1e-5)
        assert furthest_class <= 0.45 + 1e-9
    assert claims["t"] == max(claims["t_closeness"].values())
    # The notes tell which row is whose: every row's values are covered by what is published for it.
    place = {note: row for row, note in enumerate(table.columns["note"])}
    tree = {name: dict(zip(h.values, zip(*h.labels, strict=True), strict=True)) for name, h in hierarchies.items()}
    for row, note in enumerate(published.columns["note"]):
        for name in QUASI:
            value, label = table.columns[name][place[note]], published.columns[name][row]
            if name in tree:
                assert label in tree[name][str(value)]
            elif name == "day":
                assert covers_day(label, value)
            else:
                assert covers(label, value, rare=frozenset())
        assert published.columns["income"][row] == table.columns["income"][place[note]]


def covers_day(label, day):
    if label.startswith("["):
        low, high = label[1:-1].split(", ")
        return low <= day < high
    if label[0] in "<>":
        return day < label[1:] if label[0] == "<" else day >= label[2:]
    return label in ("*", day)


@pytest.mark.parametrize("partitioning", ["strict", "relaxed"])
def test_order_of_rows_leaves_no_trace(partitioning):
    table = people(120)
    options = {"partitioning": partitioning, "t": 0.5, "insensitive": ["note"], "hierarchies": {"city": TREES["city"]}}
    expected = run(table, **options).table
    for seed in range(3):
        again = run(table.take(np.random.default_rng(seed).permutation(120)), **options).table
        assert all((again.columns[name] == expected.columns[name]).all() for name in expected.names)


def test_a_weight_keeps_more_of_its_column():
    table = people(400)

    def lost(**weights):
        labels = run(table, weights=weights).table.columns["age"].tolist()
        held = {label: sum(covers(label, age, rare=frozenset()) for age in range(18, 90)) for label in set(labels)}
        return sum(held[label] for label in labels)

    assert lost(age=20) < min(lost(), lost(age=0.05))
    claims = run(table, weights={"age": 2}).claims
    assert claims["weights"] == {"age": 2.0, "city": 1.0, "day": 1.0}
    assert claims["ncp_weighted"] != claims["ncp"]
    assert "ncp_weighted" not in run(table).claims


@pytest.mark.parametrize("weights", [{"age": 0}, {"age": -1}, {"age": float("nan")}, {"illness": 1}, {"no": 1}])
def test_weights_without_meaning(weights):
    with pytest.raises(PrivacyParameterError, match="weight"):
        run(people(20), weights=weights)


@pytest.mark.parametrize("t", [-0.1, 1.1, float("nan"), True])
def test_a_closeness_without_meaning(t):
    with pytest.raises(PrivacyParameterError, match="t="):
        run(people(20), t=t)


def test_refusals_of_hierarchies_and_roles():
    table = people(40)
    with pytest.raises(TableError, match="'city' does not know the values of"):
        run(table, hierarchies={"city": tree_from_mapping("city", {"north": ["Oslo"], "south": ["Rome"]})})
    flat = replace(TREES["city"], labels=TREES["city"].labels[:-1])
    with pytest.raises(TableError, match="'city' does not end in one group"):
        run(table, hierarchies={"city": flat})
    with pytest.raises(TableError, match="'income' is named twice"):
        run(table, insensitive=["income"])
    with pytest.raises(TableError, match="'nobody'"):
        run(table, insensitive=["nobody"])


def test_distance_by_a_tree():
    table = people(200)
    found = run(table, t=0.25, hierarchies={"illness": ILLNESSES}, sensitive=["illness"])
    column = Sensitive.of(found.table, "illness")
    values = sorted(set(table.columns["illness"]) - {""})
    distance = HierarchicalDistance(np.take(ILLNESSES.groups, ILLNESSES.codes(values), axis=1))
    classes = np.empty(200, dtype=np.int64)
    for number, rows in enumerate(grouped(found.table).values()):
        classes[rows] = number
    figure = TCloseness(0.25, column, distance).figure(classes, int(classes.max()) + 1)
    assert found.claims["t"] == pytest.approx(figure, abs=1e-6)
    assert figure <= 0.25 + 1e-9
    assert found.claims["classes"] > run(table, t=0.25, sensitive=["illness"]).claims["classes"]  # a finer distance


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 60), st.sampled_from(["text", "numbers", "gaps", "tree"]))
def test_closeness_is_measured_twice_alike(seed, rows, kind):
    rng = np.random.default_rng(seed)
    if kind in ("text", "tree"):
        cells = make_table(s=["flu", *rng.choice(["flu", "cold", "ulcer", "none", ""], rows - 1).tolist()])
    else:
        numbers = rng.integers(0, 7, rows).astype(float)
        numbers[1:][rng.random(rows - 1) < 0.3 * (kind == "gaps")] = np.nan
        cells = Table({"s": numbers})
    classes = np.unique(rng.integers(0, 4, rows), return_inverse=True)[1].astype(np.int64)
    column = Sensitive.of(cells, "s")
    if kind == "tree":
        values = sorted(set(cells.columns["s"]) - {""})
        distance = HierarchicalDistance(np.take(ILLNESSES.groups, ILLNESSES.codes(values), axis=1))
    else:
        distance = EqualDistance() if kind == "text" else OrderedDistance()
    tree = ILLNESSES if kind == "tree" else None
    ours = furthest(cells.columns["s"], classes, cells.columns["s"], tree)
    assert ours == pytest.approx(TCloseness(1.0, column, distance).figure(classes, int(classes.max()) + 1), abs=1e-9)


class MissingCounts(Promises):
    """The broken twin: a missing value counts as one of l values."""

    def kept(self, rows, part, count):
        held = [len(set(self.sensitive[0][0].codes[rows[part == n]].tolist())) for n in range(count)]
        return np.array(held) >= self.l


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda asked: replace(asked, k=3), "rows where k=4"),
        (lambda asked: MissingCounts(asked.k, asked.l, asked.t, asked.sensitive), "sensitive values where l=2"),
        (lambda asked: replace(asked, t=None), "from the table in a class, t=0.4"),
    ],
    ids=["one row too few", "missing counts", "no closeness"],
)
def test_the_last_look_rejects_broken_twins(monkeypatch, broken, message):
    rng = np.random.default_rng(4)
    table = make_table(
        age=rng.integers(18, 90, 200).tolist(),
        illness=rng.choice(["flu", "cold", "", ""], 200, p=[0.4, 0.2, 0.2, 0.2]).tolist(),
    )
    options = {"quasi_identifiers": ["age"], "sensitive": ["illness"], "k": 4, "l": 2, "t": 0.4}
    anonymise(table, **options)
    monkeypatch.setattr(engine, "mondrian", lambda axes, asked, **more: mondrian(axes, broken(asked), **more))
    with pytest.raises(SelfCheckFailed, match=message):
        anonymise(table, **options)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.integers(4, 80), st.integers(2, 6), st.sampled_from(["strict", "relaxed"]))
def test_the_promise_holds_on_any_table(seed, rows, k, partitioning):
    if rows < k:
        return
    table = people(rows, seed)
    tree = {"city": TREES["city"]} if seed % 2 else {}
    result = run(table, k=k, t=0.6, partitioning=partitioning, hierarchies=tree)
    classes = grouped(result.table)
    assert min(map(len, classes.values())) >= k
    assert max(max(distances(table, result.table, name)) for name in ("illness", "income")) <= 0.6 + 1e-9
    for name in ("illness", "income"):
        assert Counter(result.table.columns[name].tolist()) == Counter(table.columns[name].tolist())
    assert 0 <= result.claims["ncp"] <= 1
