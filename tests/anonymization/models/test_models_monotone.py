"""What the flags claim holds on random tables; each False has its counterexample; a wrong True is found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.models import (
    All,
    Appended,
    AverageRisk,
    BasicLikeness,
    Counted,
    DeltaDisclosure,
    DeltaPresence,
    EnhancedLikeness,
    EntropyDiversity,
    EqualDistance,
    HierarchicalDistance,
    KAnonymity,
    KMap,
    Monotone,
    OnSample,
    OrderedDistance,
    PopulationUniqueness,
    RecursiveDiversity,
    Sensitive,
    TCloseness,
)

from .plain import MODELS, POPULATION_MODELS, Case, PresentOnly, appended, cases, seeded

BOTH = MODELS | POPULATION_MODELS
EVERYTHING = Monotone(True, True, True)
NO_ADDITION = Monotone(True, True, False)
FLAGS = {
    "k": EVERYTHING,
    "distinct": EVERYTHING,
    "entropy": NO_ADDITION,
    "recursive": NO_ADDITION,
    "equal": NO_ADDITION,
    "ordered": NO_ADDITION,
    "hierarchical": NO_ADDITION,
    "disclosure": NO_ADDITION,
    "basic": NO_ADDITION,
    "enhanced": NO_ADDITION,
    "maximum risk": EVERYTHING,
    "average risk": Monotone(True, False, False),
    "k-map": EVERYTHING,
    "presence": NO_ADDITION,
}


def broken_flags(model, flags, case, rng, *, population=False):
    """Return the names of the flags that one random step refutes."""

    def kept(classes):
        moved = Case(classes, case.count, case.codes)
        return model.satisfied(appended(moved) if population else classes, case.count)

    found = []
    up = rng.integers(0, case.count, case.count)
    returned = np.where(case.classes >= 0, up[case.classes], rng.integers(-1, case.count, len(case.classes)))
    good = np.flatnonzero(kept(case.classes) & (np.bincount(case.classes + 1, minlength=case.count + 1)[1:] > 0))
    if population:  # a class without rows of the sample is empty to k-map
        sampled = case.classes[: case.sample]
        good = np.intersect1d(good, sampled)
    if flags.addition and not kept(returned)[up[good]].all():
        found.append("addition")
    classes = case.classes
    for _ in range(case.count + 1):
        classes = np.where((classes >= 0) & ~kept(classes)[classes], -1, classes)
    if not kept(classes).all():
        return found  # nothing can be kept: the flags claim nothing
    if flags.generalisation and not kept(np.where(classes >= 0, up[classes], -1)).all():
        found.append("generalisation")
    gone = rng.random(case.count) < 0.4
    if flags.suppression and not kept(np.where(gone[classes], -1, classes)).all():
        found.append("suppression")
    return found


@pytest.mark.parametrize("name", BOTH)
@settings(max_examples=12, deadline=None)
@given(cases(rows=20), st.integers(0, 2**32 - 1), st.data())
def test_the_flags_hold(name, case, seed, data):
    model = BOTH[name][0](case, data.draw(st.sampled_from(BOTH[name][2])))
    rng = np.random.default_rng(seed)
    assert model.monotone == FLAGS[name]
    assert broken_flags(model, model.monotone, case, rng, population=name in POPULATION_MODELS) == []


@pytest.mark.parametrize("name", BOTH)
def test_the_flags_hold_on_many_tables(name):
    rng = np.random.default_rng(1)
    for case in seeded(30):
        for limit in BOTH[name][2]:
            model = BOTH[name][0](case, limit)
            assert broken_flags(model, model.monotone, case, rng, population=name in POPULATION_MODELS) == []


@pytest.mark.parametrize(
    ("name", "flag"),
    [(name, flag) for name, flags in FLAGS.items() for flag in ("generalisation", "suppression", "addition")
     if not getattr(flags, flag)],
)  # fmt: skip
def test_a_wrong_flag_is_found(name, flag):
    """Were the False flags True, the same check would say so."""
    rng = np.random.default_rng(0)
    assert any(
        flag in broken_flags(BOTH[name][0](case, limit), EVERYTHING, case, rng, population=name in POPULATION_MODELS)
        for case in seeded(400)
        for limit in BOTH[name][2]
    )


class ReleasedReference(TCloseness):
    """Compares with the released rows; then suppression moves the reference."""

    def satisfied(self, classes, count):
        rest = Sensitive("illness", self.sensitive.codes[classes >= 0], self.sensitive.size) if max(classes) >= 0 else 0
        if not rest:
            return np.ones(count, dtype=bool)
        return TCloseness(self.t, rest, self.distance).satisfied(classes[classes >= 0], count)


def test_closeness_to_the_released_rows_is_not_monotone_in_suppression():
    rng = np.random.default_rng(0)
    twins = ((ReleasedReference(t, case.sensitive, EqualDistance()), case) for case in seeded(400) for t in (0.2, 0.5))
    assert any("suppression" in broken_flags(twin, NO_ADDITION, case, rng) for twin, case in twins)


def test_ignoring_what_a_class_lacks_is_not_monotone_in_generalisation():
    rng = np.random.default_rng(0)
    twins = ((PresentOnly(delta, case.sensitive), case) for case in seeded(400) for delta in (0.5, 1, 2))
    assert any("generalisation" in broken_flags(twin, NO_ADDITION, case, rng) for twin, case in twins)


# One class with each of two values, and many rows of the first value that join it.
BALANCED = Sensitive("s", np.array([0, 1, *([0] * 20), *([1] * 20)]), 2)
APART = np.array([0, 1, *([1] * 20), *([2] * 20)])
APART[1] = 0
JOINED = np.where(APART == 1, 0, APART)


@pytest.mark.parametrize(
    "model",
    [
        EntropyDiversity(2, BALANCED),
        RecursiveDiversity(2, 2, BALANCED),
        TCloseness(0.1, BALANCED, EqualDistance()),
        TCloseness(0.1, BALANCED, OrderedDistance()),
        TCloseness(0.1, BALANCED, HierarchicalDistance(np.array([[0, 1], [0, 0]]))),
        DeltaDisclosure(0.5, BALANCED),
        BasicLikeness(0.5, BALANCED),
        EnhancedLikeness(0.5, BALANCED),
    ],
    ids=lambda model: model.name,
)
def test_rows_that_join_may_break_a_kept_promise(model):
    assert not model.monotone.addition
    assert model.satisfied(APART, 3)[0]
    assert not model.satisfied(JOINED, 3)[0]


def test_presence_breaks_when_people_who_are_all_in_the_table_join():
    # Sample: rows 0 … 3, of people 0 … 4; class 0 has one of two, class 1 three of three.
    model = DeltaPresence(0, 0.6, Appended(4))
    assert model.satisfied(np.array([0, 1, 1, 1, 0, 1, 1, 1, 0]), 2).tolist() == [True, False]
    assert model.satisfied(np.array([0, 0, 0, 0, 0, 0, 0, 0, 0]), 2).tolist() == [False, True]


def test_average_risk_rises_without_the_largest_class_and_with_rows_that_come_back():
    model = AverageRisk(0.3)
    classes = np.array([0, *([1] * 9)])
    assert model.satisfied(classes, 2).all()  # 2 classes, 10 rows
    assert not model.satisfied(np.where(classes == 1, -1, classes), 2).all()
    few = np.array([-1, -1, *([0] * 4)])
    assert model.satisfied(few, 3).all()  # 1 / 4
    assert not model.satisfied(np.array([1, 2, 0, 0, 0, 0]), 3).any()


def rows_of(*sizes):
    return np.repeat(np.arange(len(sizes)), sizes)


@pytest.mark.parametrize(
    ("method", "fraction", "sizes"),
    [
        ("pitman", 0.05, [1, 1, 1, 1, 1, 8, 4, 3, 7]),
        ("snb", 0.3, [1, 1, 1, 1, 1, 6, 5, 2, 2, 8]),
        ("dankar", 0.3, [1, 1, 1, 1, 1, 1, 1, 2, 4, 4, 8, 3, 5, 3, 2]),
    ],
)
def test_joining_may_raise_an_estimate_of_uniqueness(method, fraction, sizes):
    fine = rows_of(*sizes)
    coarse = np.where(fine == len(sizes) - 1, len(sizes) - 2, fine)
    before = PopulationUniqueness(0.5, fraction, method).estimate(fine, len(sizes))
    after = PopulationUniqueness(0.5, fraction, method).estimate(coarse, len(sizes))
    assert before.converged
    assert after.converged
    model = PopulationUniqueness((before.share + after.share) / 2, fraction, method)
    assert not model.monotone.generalisation
    assert model.satisfied(fine, len(sizes)).all()
    assert not model.satisfied(coarse, len(sizes) - 1).any()


def test_suppressing_may_raise_an_estimate_of_uniqueness():
    classes = rows_of(*([1] * 5), *([2] * 5), 40)
    without = np.where(classes == 10, -1, classes)
    figures = [PopulationUniqueness(0.5, 0.05).figure(c, 11) for c in (classes, without)]
    assert figures[0] < figures[1]
    model = PopulationUniqueness(sum(figures) / 2, 0.05)
    assert model.monotone == Monotone(False, False, False)
    assert model.satisfied(classes, 11).all()
    assert not model.satisfied(without, 11)[:10].any()
    # Rows that come back as classes of their own raise it too.
    assert not model.satisfied(rows_of(*([1] * 25), *([2] * 5), 20), 31).any()


def test_flags_of_combinations():
    assert All((KAnonymity(2), EntropyDiversity(2, BALANCED))).monotone == NO_ADDITION
    assert All((KAnonymity(2), AverageRisk(0.5))).monotone == Monotone(True, False, False)
    assert OnSample(AverageRisk(0.5), 3).monotone == Monotone(True, False, False)
    for additive in (True, False):
        flags = KMap(2, Counted(lambda classes, count: np.zeros(count, dtype=int), additive=additive)).monotone
        assert flags == Monotone(additive, additive, additive)


def test_a_population_that_does_not_add_up_is_not_monotone():
    def shared_out(classes, count):
        """An estimate that knows of eleven people for everybody who is alone, where all are."""
        sizes = np.bincount(classes + 1, minlength=count + 1)[1:]
        return sizes + 10 * (sizes == sizes.max()) * (sizes == 1)

    model = KMap(5, Counted(shared_out, additive=False))
    assert model.satisfied(np.array([0, 1, 2, 3]), 4).all()
    assert not model.satisfied(np.array([0, 0, 1, 2]), 3)[0]
