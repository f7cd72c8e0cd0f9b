"""Every model against its plain version, and broken twins that the same comparison rejects."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.models import (
    DeltaDisclosure,
    EntropyDiversity,
    EqualDistance,
    HierarchicalDistance,
    KMap,
    OrderedDistance,
    RecursiveDiversity,
    Sensitive,
    TCloseness,
    t_closeness,
)

from ..conftest import make_table
from .plain import MODELS, POPULATION_MODELS, PresentOnly, answers, cases, expected, seeded

BOTH = MODELS | POPULATION_MODELS


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=15, deadline=None)
@given(cases(), st.data())
def test_against_the_plain_version(name, case, data):
    limit = data.draw(st.sampled_from(BOTH[name][2]))
    model = BOTH[name][0](case, limit)
    assert answers(name, model, case) == expected(name, case, limit)


@pytest.mark.parametrize("name", BOTH)
def test_against_the_plain_version_on_the_tables_of_the_twins(name):
    seen = set()
    for case in seeded(60):
        for limit in BOTH[name][2]:
            wanted = expected(name, case, limit)
            assert answers(name, BOTH[name][0](case, limit), case) == wanted
            seen |= set(wanted)
    assert seen == {True, False}


class ByMean(TCloseness):
    """Distance of the means instead of the distributions."""

    def _distances(self, classes, count):
        values = self.sensitive.with_missing
        out = np.zeros(count)
        for k in set(classes[classes >= 0].tolist()):
            out[k] = abs(values[classes == k].mean() - values.mean()) / max(len(self.sensitive.reference) - 1, 1)
        return out


class WrongBase(EntropyDiversity):
    """Entropy in bits, compared with a natural logarithm."""

    def _effective(self, classes, count):
        figures = super()._effective(classes, count)
        return np.where(figures > 0, np.exp(np.log2(np.maximum(figures, 1))), 0)


class NotStrict(RecursiveDiversity):
    """r1 ≤ c (rl + … + rm)."""

    def satisfied(self, classes, count):
        first, tail = self._first_and_tail(classes, count)
        return first <= self.c * tail


class CountsTheSample(KMap):
    """k rows of the sample instead of k people."""

    def satisfied(self, classes, count):
        ours, _ = self.population.sizes(classes, count)
        return (ours >= self.k) | (ours == 0)


TWINS = {
    "ordered": lambda case, limit: ByMean(limit, case.sensitive, OrderedDistance()),
    "entropy": lambda case, limit: WrongBase(limit, case.sensitive),
    "recursive": lambda case, limit: NotStrict(*limit, case.sensitive),
    "disclosure": lambda case, limit: PresentOnly(limit, case.sensitive),
    "k-map": lambda case, limit: CountsTheSample(limit, BOTH["k-map"][0](case, limit).population),
}


@pytest.mark.parametrize("name", TWINS)
def test_a_broken_twin_is_rejected(name):
    assert any(
        answers(name, TWINS[name](case, limit), case) != expected(name, case, limit)
        for case in seeded(100)
        for limit in BOTH[name][2]
    )


@pytest.mark.parametrize("name", ["equal", "ordered", "hierarchical"])
def test_distances_are_the_cheapest_transport(name):
    """Earth mover's distance as the linear programme that defines it."""
    from scipy.optimize import linprog

    steps = {
        "equal": lambda i, j: float(i != j),
        "ordered": lambda i, j: abs(i - j) / 3,
        "hierarchical": lambda i, j: [[0, 1, 2, 3], [1, 0, 2, 3], [2, 2, 0, 3], [3, 3, 3, 0]][i][j] / 3,
    }[name]
    cost = np.array([steps(i, j) for i in range(4) for j in range(4)])
    constraints = np.array([[i == a for i in range(4) for _ in range(4)] for a in range(4)]
                           + [[j == b for _ in range(4) for j in range(4)] for b in range(4)], dtype=float)  # fmt: skip
    for case in list(seeded(12)):
        if case.codes.min() < 0 or (case.classes < 0).all():
            case = type(case)(np.maximum(case.classes, 0), case.count, np.maximum(case.codes, 0))
        model = MODELS[name][0](case, 0.5)
        worst = 0.0
        for members in case.members()[1:]:
            if members:
                sides = np.concatenate((np.bincount(members, minlength=4) / len(members),
                                        np.bincount(case.codes, minlength=4) / len(case.codes)))  # fmt: skip
                worst = max(worst, linprog(cost, A_eq=constraints, b_eq=sides).fun)
        assert model.figure(case.classes, case.count) == pytest.approx(worst, abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(0, 5)), min_size=1, max_size=20))
def test_the_measures_of_a_table_agree(rows):
    classes = np.array(["xyz".index(box) for box, _ in rows])
    table = make_table(box=[box for box, _ in rows], s=[value for _, value in rows])
    model = TCloseness(0.5, Sensitive.of(table, "s"), OrderedDistance())
    assert model.figure(classes, 3) == pytest.approx(t_closeness(table, ["box"], "s"))


def test_salaries_of_the_paper():
    # Li, Li and Venkatasubramanian, section 4.2: nine salaries 3k … 11k; {3k, 4k, 5k} is 0.375 from them, {6k, 8k,
    # 11k} is 0.167.
    salaries = Sensitive("salary", np.arange(9), 9)
    low = np.array([0, 0, 0, -1, -1, -1, -1, -1, -1])
    spread = np.array([-1, -1, -1, 0, -1, 0, -1, -1, 0])
    model = TCloseness(0.2, salaries, OrderedDistance())
    assert model.figure(low, 1) == pytest.approx(0.375)
    assert model.figure(spread, 1) == pytest.approx(1 / 6)
    assert model.satisfied(low, 1).tolist() == [False]
    assert model.satisfied(spread, 1).tolist() == [True]


def test_diseases_of_the_paper():
    # Section 4.2: in a taxonomy of height 3, flu and bronchitis are 1/3 apart, flu and pulmonary embolism 2/3, flu and
    # stomach cancer 1. Half of the table has the other disease, so half of the mass is moved.
    levels = np.array([[0, 1, 2, 3], [0, 0, 1, 2], [0, 0, 0, 1], [0, 0, 0, 0]])
    for other, distance in ((1, 1 / 3), (2, 2 / 3), (3, 1.0)):
        column = Sensitive("disease", np.array([0, other]), 4)
        model = TCloseness(0.5, column, HierarchicalDistance(levels))
        assert model.figure(np.array([0, 1]), 2) == pytest.approx(distance / 2)


def test_equal_shares_reach_entropy_exactly():
    for number in range(1, 12):
        column = Sensitive("s", np.tile(np.arange(number), 3), number)
        classes = np.zeros(3 * number, dtype=np.int64)
        assert EntropyDiversity(number, column).satisfied(classes, 1).all()
        assert not EntropyDiversity(number + 0.001, column).satisfied(classes, 1).any()
        assert EntropyDiversity(number, column).figure(classes, 1) == pytest.approx(number)


def test_recursive_by_hand():
    column = Sensitive("s", np.array([0, 0, 0, 1, 1, 2]), 3)  # r = 3, 2, 1
    one = np.zeros(6, dtype=np.int64)
    for c, l, kept in [(1, 2, False), (1.01, 2, True), (3, 3, False), (3.01, 3, True), (9, 4, False), (0.51, 1, True)]:  # noqa: E741
        assert RecursiveDiversity(c, l, column).satisfied(one, 1).tolist() == [kept]
    assert RecursiveDiversity(1, 2, column).figure(one, 1) == pytest.approx(1.0)
    assert RecursiveDiversity(1, 4, column).figure(one, 1) == math.inf


def test_disclosure_by_hand():
    column = Sensitive("s", np.array([0, 0, 0, 1, 0, 1, 1, 1]), 2)  # halves; class 0 has 3/4 and 1/4
    classes = np.repeat([0, 1], 4)
    model = DeltaDisclosure(1.0, column)
    assert model.figure(classes, 2) == pytest.approx(1.0)  # |log2 (1/4 / 1/2)|
    assert not model.satisfied(classes, 2).any()  # strictly less
    assert DeltaDisclosure(1.01, column).satisfied(classes, 2).all()
    assert DeltaDisclosure(50.0, column).figure(np.array([0, 0, 0, 1, 1, 1, 1, 1]), 2) == math.inf


def test_many_values_need_no_matrix():
    rng = np.random.default_rng(3)
    column = Sensitive("s", rng.permutation(200_000), 200_000)
    classes = rng.integers(0, 50_000, 200_000)  # the matrix would have 10^10 cells
    for distance in (EqualDistance(), OrderedDistance()):
        assert 0 < TCloseness(0.5, column, distance).figure(classes, 50_000) <= 1
