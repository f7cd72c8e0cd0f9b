"""Measures of utility: values by hand, plain loops over rows, and twins that are wrong."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from wuming.anonymization import anonymise
from wuming.anonymization.cells import read_column
from wuming.anonymization.quality import (
    average_class_size,
    certainty_penalties,
    cover,
    cover_points,
    discernibility,
    entropy_losses,
    model_accuracy,
    query_errors,
)
from wuming.anonymization.quality.covering import Covered
from wuming.anonymization.quality.learning import _PENALTY, fit
from wuming.anonymization.quality.queries import Query, published_counts, random_queries, true_counts
from wuming.core.errors import InputTooLarge, PrivacyParameterError, TableError

from .conftest import make_table


class Sets:
    """A reading that is given: labels as sets of values, None among them for missing; None alone for every value."""

    def __init__(self, cells, sets):
        labels = list(dict.fromkeys(cells))
        self.size = len(labels)
        self.codes = np.array([labels.index(cell) for cell in cells], dtype=np.int64)
        self._sets = [sets[label] for label in labels]

    def distance(self, values):
        return np.array(
            [
                [0.0 if s is None or v in s or (v != v and None in s) else 1.0 for v in values.tolist()]
                for s in self._sets
            ],
            dtype=np.float32,
        ).reshape(self.size, len(values))


def column_of(cells):
    return next(iter(make_table(x=cells).columns.values()))


def covered(original, cells, sets, name="x"):
    return cover(name, column_of(original), Sets(cells, sets))


# -- classes ----------------------------------------------------------------------------------------------------------


def test_class_sizes_by_hand():
    # Classes of 3 and 2 rows, k = 2: 5/2/2; 9 + 4 pairs, and one suppressed row among six.
    table = make_table(a=["x"] * 3 + ["y"] * 2, b=[1] * 5)
    assert average_class_size(table, ["a", "b"], k=2) == 1.25
    assert discernibility(table, ["a", "b"], rows=5) == 13
    assert discernibility(table, ["a", "b"], rows=6) == 19
    with pytest.raises(TableError, match="5 rows were published of 4"):
        discernibility(table, ["a"], rows=4)


# -- granularity ------------------------------------------------------------------------------------------------------


def test_certainty_penalty_by_hand():
    ages = covered([20, 30, 40, 60], ["low", "low", "low", "60"], {"low": {20, 30, 40}, "60": {60}})
    towns = covered(list("ABCA"), ["AB", "AB", "C", "*"], {"AB": {"A", "B"}, "C": {"C"}, "*": None}, "town")
    # Ages: three cells of (40 - 20)/(60 - 20), one of a value alone. Towns: 2/3 twice, 0, 1.
    assert certainty_penalties([ages, towns]) == {"x": pytest.approx(0.375), "town": pytest.approx(7 / 12)}
    suppressed = covered([20, 30, 40, 60], ["low", "low"], {"low": {20, 30}})
    assert certainty_penalties([suppressed])["x"] == pytest.approx((2 * 0.25 + 2) / 4)
    gaps = covered([1.0, 5.0, math.nan, 9.0], ["*", "?", "?", "low"], {"*": None, "?": {None}, "low": {1.0, 5.0, None}})
    assert certainty_penalties([gaps])["x"] == pytest.approx((1 + 0 + 0 + 0.5) / 4)


def test_agrees_with_what_the_recoding_says():
    rng = np.random.default_rng(0)
    table = make_table(
        age=rng.integers(20, 60, 600).tolist(),
        town=rng.choice(list("ABCDEFGH"), 600, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.045, 0.005]).tolist(),
        pay=rng.integers(0, 9, 600).tolist(),
    )
    result = anonymise(table, quasi_identifiers=["age", "town"], sensitive=["pay"], k=5, l=1)
    columns = [
        cover(name, table.columns[name], read_column(result.table.columns[name], table.columns[name]))
        for name in ("age", "town")
    ]
    mean = float(np.mean(list(certainty_penalties(columns).values())))
    # The recoding counts the width of its cut boxes, whose sides may lie past the last value.
    assert mean == pytest.approx(result.claims["ncp"], abs=0.01)
    assert mean <= result.claims["ncp"] + 1e-6  # which is rounded


# -- entropy ----------------------------------------------------------------------------------------------------------


def test_entropy_by_hand():
    # a a b c: 1.5 bits a row. {b, c} hides 1 bit in two rows: 2 of 6 bits.
    one = covered(list("aabc"), ["a", "a", "bc", "bc"], {"a": {"a"}, "bc": {"b", "c"}})
    assert entropy_losses([one])["x"] == pytest.approx(1 / 3)
    # {a, b}: a is hidden by log2(3/2) bits, b by log2 3.
    two = covered(list("aabc"), ["ab", "ab", "ab", "c"], {"ab": {"a", "b"}, "c": {"c"}})
    assert entropy_losses([two])["x"] == pytest.approx((2 * math.log2(1.5) + math.log2(3)) / 6)
    everything = covered(list("aabc"), ["*"] * 4, {"*": None})
    assert entropy_losses([everything])["x"] == pytest.approx(1.0)
    assert entropy_losses([covered(list("aabc"), [], {})])["x"] == pytest.approx(1.0)
    assert entropy_losses([covered(list("aabc"), list("aabc"), {v: {v} for v in "abc"})])["x"] == 0.0
    assert entropy_losses([covered(list("aa"), ["*"] * 2, {"*": None})])["x"] == 0.0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_entropy_and_granularity_by_rows(values, group_of):
    """Global recoding: each row's own value and label are known to the test."""
    sets = {g: {v for v in range(6) if group_of[v] == g} for g in set(group_of)}
    cells = [group_of[v] for v in values]
    column = covered(values, cells, sets)
    n, counts, groups = len(values), Counter(values), Counter(cells)
    lost = -sum(math.log2(counts[v] / groups[group_of[v]]) for v in values)
    whole = -sum(math.log2(counts[v] / n) for v in values)
    assert entropy_losses([column])["x"] == pytest.approx(lost / whole if whole else 0.0, abs=1e-12)
    width = max(values) - min(values)
    penalty = sum(max(sets[g] & set(values)) - min(sets[g] & set(values)) for g in cells) / (n * width) if width else 0
    assert certainty_penalties([column])["x"] == pytest.approx(penalty, abs=1e-12)


# -- queries ----------------------------------------------------------------------------------------------------------


@st.composite
def recoded(draw):
    rows = draw(st.integers(1, 20))
    columns = []
    for name in "abc"[: draw(st.integers(1, 3))]:
        values = draw(st.lists(st.integers(0, 4), min_size=rows, max_size=rows))
        spans = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=rows, max_size=rows))
        sets = {(a, b): set(range(min(a, v0), max(b, v0) + 1)) for (a, b), v0 in zip(spans, values, strict=True)}
        sets = {key: held | set(values) if not held & set(values) else held for key, held in sets.items()}
        columns.append(covered(values, spans, sets, name))
    return columns


def plain_published(columns, query, *, whole=False):
    """Row by row: the chance that it lies in all ranges; the broken twin counts every row that might."""
    total = 0.0
    for row in range(len(columns[0].labels)):
        chance = 1.0
        for place, (first, last) in query.ranges.items():
            held = np.flatnonzero(columns[place].covers[columns[place].labels[row]]).tolist()
            inside = [v for v in held if first <= v <= last]
            chance *= (len(inside) > 0) if whole else len(inside) / len(held)
        total += chance
    return total


@settings(max_examples=50, deadline=None)
@given(recoded(), st.integers(0, 100))
def test_counts_by_rows(columns, seed):
    workload = random_queries(columns, width=len(columns), selectivity=0.3, queries=5, seed=seed)
    for query, true, published in zip(
        workload, true_counts(columns, workload), published_counts(columns, workload), strict=True
    ):
        rows = zip(*(column.of_row.tolist() for column in columns), strict=True)
        assert true == sum(all(a <= row[p] <= b for p, (a, b) in query.ranges.items()) for row in rows)
        assert published == pytest.approx(plain_published(columns, query))


def test_the_broken_twin_counts_more():
    column = covered([0, 1, 2, 3], ["*"] * 4, {"*": None})
    query = Query({0: (1, 1)})
    assert published_counts([column], [query])[0] == pytest.approx(1.0)
    assert plain_published([column], query, whole=True) == 4


def test_query_errors_by_hand():
    # Two values, half the rows each; all cells are *: one value is asked for (half of 10 rows), 5 is the answer.
    fine = covered([0] * 5 + [1] * 5, ["*"] * 10, {"*": None})
    assert query_errors([fine], width=1, selectivity=0.3, queries=50).quantiles[0] == 0.0
    # Nine rows of one value: the answer is 5 instead of 9, or instead of 1, or all 10.
    skew = covered([0] * 9 + [1], ["*"] * 10, {"*": None})
    found = query_errors([skew], width=1, selectivity=0.05, queries=400)
    assert found.median == pytest.approx(4 / 9)
    assert 0.8 < found.selectivity < 0.95
    assert found == query_errors([skew], width=1, selectivity=0.05, queries=400)
    # The divisor is never below sanity x rows.
    rough = query_errors([skew], width=1, selectivity=0.05, queries=400, sanity=1.0)
    assert rough.median == pytest.approx(0.4)
    same = covered([0, 1, 2, 3], list("abcd"), {"a": {0}, "b": {1}, "c": {2}, "d": {3}})
    assert query_errors([same], width=1, queries=50).quantiles == (0.0,) * 4
    assert query_errors([same], width=1, queries=50).as_json()["quantiles"] == {
        "0.25": 0.0,
        "0.5": 0.0,
        "0.75": 0.0,
        "0.95": 0.0,
    }


def test_selectivity_is_what_was_asked_for():
    rng = np.random.default_rng(0)
    columns = []
    for name in "abc":
        values = rng.integers(0, 200, 5000).tolist()
        columns.append(covered(values, ["*"] * 5000, {"*": None}, name))
    for width, selectivity in itertools.product((1, 2, 3), (0.02, 0.2)):
        found = query_errors(columns, width=width, selectivity=selectivity, queries=200)
        assert found.selectivity == pytest.approx(selectivity, rel=0.2)


# -- learning ---------------------------------------------------------------------------------------------------------


def test_logistic_regression_against_another_optimiser():
    rng = np.random.default_rng(2)
    features = np.concatenate(
        [np.ones((60, 1)), np.eye(4)[rng.integers(0, 4, 60)], np.eye(3)[rng.integers(0, 3, 60)]], 1
    )
    targets, weights = rng.integers(0, 3, 60), rng.integers(1, 5, 60).astype(float)

    def loss(flat):
        scores = features @ flat.reshape(8, 3)
        log_sums = np.log(np.exp(scores).sum(axis=1))
        likelihood = (weights * (scores[np.arange(60), targets] - log_sums)).sum() / weights.sum()
        return -likelihood + _PENALTY / 2 * (flat**2).sum()

    best = optimize.minimize(loss, np.zeros(24), method="BFGS")
    ours = fit(features, targets, weights, classes=3)
    assert loss(ours.ravel()) == pytest.approx(best.fun, abs=2e-5)
    assert loss(fit(features, rng.permutation(targets), weights, classes=3).ravel()) > best.fun + 0.01


def learnt(rows=3000):
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 60, rows), rng.integers(0, 4, rows)
    target = np.where((x >= 30) ^ (rng.random(rows) < 0.1), "yes", "no").astype(object)
    return x, y, target, rng.random(rows) < 0.25


def accuracy(width):
    x, y, target, held = learnt()
    kept = ~held
    labels = {f"[{low}, {low + width})": set(range(low, low + width)) for low in range(0, 60, width)}
    cells = [f"[{v // width * width}, {v // width * width + width})" for v in x[kept].tolist()]
    columns = [
        covered(x.tolist(), cells, labels, "x"),
        covered(y.tolist(), y[kept].tolist(), {v: {v} for v in range(4)}, "y"),
    ]
    return model_accuracy(columns, held_out=held, target=target, published_target=target[kept])


def test_accuracy_falls_with_what_is_hidden():
    fine, coarse, nothing = accuracy(5), accuracy(20), accuracy(60)
    assert fine.rows == int(learnt()[3].sum())
    assert fine.original == pytest.approx(0.9, abs=0.03)
    assert fine.anonymised == pytest.approx(fine.original, abs=0.02)  # 30 is a border of the cells
    assert 0.6 < coarse.anonymised < 0.85  # a third of the rows lie in [20, 40)
    assert nothing.anonymised == pytest.approx(nothing.majority, abs=0.05)
    assert nothing.majority == pytest.approx(0.5, abs=0.05)
    assert fine.as_json()["rows"] == fine.rows


def test_held_out_cells_are_generalised_and_unknown_ones_kept():
    x = [0, 1, 2, 3, 0, 1, 2, 3, 4]
    held = np.array([False] * 8 + [True])
    target = column_of(["a", "a", "b", "b"] * 2 + ["b"])
    column = covered(x, ["01", "01", "23", "23"] * 2, {"01": {0, 1}, "23": {2, 3}})
    found = model_accuracy([column], held_out=held, target=target, published_target=target[:8])
    assert found.rows == 1  # of a value that no label covers: no error
    shuffled = model_accuracy([column], held_out=held, target=target, published_target=target[:8][::-1].copy())
    assert found.original == shuffled.original


def test_many_names_and_missing_values():
    rng = np.random.default_rng(0)
    names = [f"n{v}" for v in rng.integers(0, 300, 900).tolist()]
    numbers = [math.nan if v > 0.9 else v for v in rng.random(900).tolist()]
    held = rng.random(900) < 0.3
    target = np.array([v == v for v in numbers]).astype(np.int64)
    kept = int((~held).sum())
    columns = [
        covered(names, ["*"] * kept, {"*": None}),
        cover_points("y", column_of(numbers), column_of(numbers)[~held]),
    ]
    found = model_accuracy(columns, held_out=held, target=target, published_target=target[~held])
    assert found.original > found.majority - 0.01  # a missing number is the last of twenty bins
    assert found.anonymised > found.majority - 0.01


# -- covering ---------------------------------------------------------------------------------------------------------


def test_means_stand_for_the_nearest_value_and_have_no_granularity():
    column = cover_points("x", column_of([1.0, 4.0, 10.0, math.nan]), column_of([2.4, 2.6, 99.0, math.nan]))
    assert column.covers[:, :3].tolist() == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [False, False, False],
    ]
    assert column.covers[3, 3]
    assert column.as_points
    for measure in (certainty_penalties, entropy_losses):
        with pytest.raises(TableError, match="they cover nothing"):
            measure([column])
    exact = cover_points("x", column_of([1, 4, 10]), column_of([1, 4, 4]))
    assert certainty_penalties([exact])["x"] == 0.0
    with pytest.raises(TableError, match="could stand for"):
        cover_points("x", column_of([1.0, 2.0]), column_of([math.nan, 2.0]))
    with pytest.raises(TableError, match="no column of numbers"):
        cover_points("x", column_of(["a"]), column_of([2.0]))


def test_cells_that_cover_nothing_are_refused():
    with pytest.raises(TableError, match="cells of 2 published rows cover no value") as caught:
        covered(["geheim", "b"], ["c", "c"], {"c": {"c"}})
    assert "geheim" not in str(caught.value)
    wide = Sets([0], {0: None})
    wide.size = 1 << 27
    with pytest.raises(InputTooLarge, match="too many to compare"):
        cover("x", column_of([1, 2]), wide)


def test_spread():
    column = covered([1, 2, 3], ["a", "b"], {"a": {1, 2}, "b": {3}})
    assert isinstance(column, Covered)
    assert column.spread.tolist() == [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]


@pytest.mark.parametrize(
    "change", [{"width": 0}, {"width": 2}, {"queries": 0}, {"selectivity": 0.0}, {"selectivity": 1.1}, {"sanity": 0.0}]
)
def test_query_parameters(change):
    with pytest.raises(PrivacyParameterError):
        query_errors([covered([1, 2], ["*"] * 2, {"*": None})], **({"width": 1} | change))


def test_learning_needs_both_sides():
    column = covered([1, 2], ["*"], {"*": None})
    target = column_of(["a", "b"])
    with pytest.raises(TableError, match="nothing to learn"):
        model_accuracy([column], held_out=np.array([True, True]), target=target, published_target=target[:1])
    with pytest.raises(TableError, match="do not fit"):
        model_accuracy([column], held_out=np.array([True, False]), target=target, published_target=target)
