"""Models as values: what they refuse, what they are called, what they show, and what an empty release is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from wuming.anonymization import models
from wuming.anonymization.models import (
    All,
    Appended,
    AverageRisk,
    BasicLikeness,
    DeltaDisclosure,
    DeltaPresence,
    DistinctDiversity,
    EnhancedLikeness,
    EntropyDiversity,
    EqualDistance,
    HierarchicalDistance,
    KAnonymity,
    KMap,
    MaximumRisk,
    OrderedDistance,
    PopulationUniqueness,
    RecursiveDiversity,
    Sensitive,
    TCloseness,
)
from wuming.core.errors import PrivacyParameterError, TableError

from ..conftest import make_table

COLUMN = Sensitive("illness", np.array([0, 1, -1, 1]), 2)
NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("build", "values"),
    [
        (KAnonymity, [0, -1, 2.0, True, NAN, None]),
        (lambda k: KMap(k, Appended(1)), [0, NAN]),
        (Appended, [0, 1.5]),
        (lambda l: DistinctDiversity(l, COLUMN), [0, 1.5, NAN]),  # noqa: E741
        (lambda l: EntropyDiversity(l, COLUMN), [0.9, NAN, INFINITE, "2"]),  # noqa: E741
        (lambda c: RecursiveDiversity(c, 2, COLUMN), [0, -1, NAN, INFINITE]),
        (lambda l: RecursiveDiversity(1, l, COLUMN), [0, 1.5]),  # noqa: E741
        (lambda t: TCloseness(t, COLUMN, EqualDistance()), [-0.1, 1.1, NAN, True]),
        (lambda d: DeltaDisclosure(d, COLUMN), [0, -1, NAN, INFINITE]),
        (lambda b: BasicLikeness(b, COLUMN), [0, NAN]),
        (lambda b: EnhancedLikeness(b, COLUMN), [0, NAN]),
        (lambda d: DeltaPresence(d, 1, Appended(1)), [-0.1, 1.1, NAN]),
        (lambda d: DeltaPresence(0.5, d, Appended(1)), [0.4, 1.1, NAN]),
        (MaximumRisk, [0, 1.1, NAN]),
        (AverageRisk, [0, 1.1, NAN]),
        (lambda x: PopulationUniqueness(x, 0.5), [-0.1, 1.1, NAN]),
        (lambda f: PopulationUniqueness(0.5, f), [0, 1.1, NAN]),
        (lambda m: PopulationUniqueness(0.5, 0.5, m), ["mu-argus"]),
        (All, [()]),
    ],
)
def test_parameters_without_a_promise(build, values):
    for value in values:
        with pytest.raises(PrivacyParameterError):
            build(value)


@pytest.mark.parametrize(
    "levels",
    [
        [[0, 1]],
        [[0, 0], [0, 0]],
        [[0, 1, 2], [0, 0, 1]],
        [[0, 1, 2], [0, 0, 1], [0, 1, 1], [0, 0, 0]],
        [[0, -1], [0, 0]],
    ],
)
def test_taxonomies_that_are_none(levels):
    with pytest.raises(TableError, match="taxonomy"):
        HierarchicalDistance(np.array(levels))


def test_a_taxonomy_of_another_column():
    with pytest.raises(TableError, match="has 3 values where column 'illness' has 2"):
        TCloseness(0.5, COLUMN, HierarchicalDistance(np.array([[0, 1, 2], [0, 0, 0]])))


def test_columns_that_are_none():
    for codes, size in [([], 0), ([2], 2), ([-2], 2)]:
        with pytest.raises(TableError, match="illness"):
            Sensitive("illness", np.array(codes, dtype=np.int64), size)
    with pytest.raises(TableError, match="column"):
        Sensitive.of(make_table(a=["x"]), "illness")


def models_of(column):
    return [
        KAnonymity(2),
        DistinctDiversity(2, column),
        EntropyDiversity(2, column),
        RecursiveDiversity(3, 2, column),
        TCloseness(0.2, column, EqualDistance()),
        TCloseness(0.2, column, OrderedDistance()),
        TCloseness(0.2, column, HierarchicalDistance(np.array([np.arange(column.size), np.zeros(column.size, int)]))),
        DeltaDisclosure(1, column),
        BasicLikeness(1, column),
        EnhancedLikeness(1, column),
        MaximumRisk(0.5),
        AverageRisk(0.5),
        PopulationUniqueness(0.1, 0.5),
        All((KAnonymity(2), MaximumRisk(0.5))),
    ]


@pytest.mark.parametrize("model", models_of(COLUMN), ids=lambda model: model.name)
def test_class_numbers_out_of_range(model):
    for classes, count in [([0, 1, 2, 3], 3), ([0, 1, -2, 0], 3), ([0.0, 0.0, 0.0, 0.0], 1)]:
        with pytest.raises(TableError):
            model.satisfied(np.array(classes), count)
        with pytest.raises(TableError):
            model.figure(np.array(classes), count)
    if "illness" in model.name:
        with pytest.raises(TableError, match="3 rows, but the model knows 4"):
            model.satisfied(np.array([0, 0, 0]), 1)


@pytest.mark.parametrize("model", models_of(COLUMN), ids=lambda model: model.name)
def test_an_empty_class_keeps_every_promise(model):
    assert model.satisfied(np.array([0, 2, 2, 1]), 5)[3:].all()
    assert model.satisfied(np.full(4, -1), 3).tolist() == [True] * 3
    assert model.figure(np.full(4, -1), 3) in (0.0, 1.0, math.inf)
    assert model.satisfied(np.zeros(4, dtype=np.int32), 1).shape == (1,)


def test_one_value_or_none():
    for codes in ([0, 0], [-1, -1]):
        column = Sensitive("s", np.array(codes), 1)
        for distance in (EqualDistance(), OrderedDistance(), HierarchicalDistance(np.array([[0], [0]]))):
            assert TCloseness(0, column, distance).figure(np.array([0, 1]), 2) == 0.0
        assert DistinctDiversity(1, column).satisfied(np.array([0, 1]), 2).all() == (codes[0] == 0)
        assert RecursiveDiversity(2, 1, column).satisfied(np.array([0, 1]), 2).all() == (codes[0] == 0)
        assert EntropyDiversity(1, column).satisfied(np.array([0, 1]), 2).all() == (codes[0] == 0)


def test_names():
    assert [model.name for model in models_of(COLUMN)] == [
        "2-anonymity",
        "distinct 2-diversity of illness",
        "entropy 2-diversity of illness",
        "recursive (3, 2)-diversity of illness",
        "0.2-closeness of illness (equal distance)",
        "0.2-closeness of illness (ordered distance)",
        "0.2-closeness of illness (hierarchical distance)",
        "1-disclosure privacy of illness",
        "basic 1-likeness of illness",
        "enhanced 1-likeness of illness",
        "risk of each row at most 0.5",
        "average risk at most 0.5",
        "population uniqueness at most 0.1 (sampling fraction 0.5, dankar)",
        "2-anonymity and risk of each row at most 0.5",
    ]
    assert DeltaPresence(0.1, 0.5, Appended(3)).name == "(0.1, 0.5)-presence"


def test_no_value_is_shown():
    column = Sensitive.of(make_table(illness=["hypertension", "flu", "hypertension"]), "illness")
    for model in models_of(column):
        assert "hypertension" not in repr(model)
        assert "array" not in repr(model)


def test_several_sensitive_columns_at_once():
    table = make_table(illness=["flu", "cold", "flu", "cold"], salary=[1, 1, 2, 3])
    both = All(tuple(DistinctDiversity(2, Sensitive.of(table, name)) for name in ("illness", "salary")))
    assert both.satisfied(np.array([0, 0, 1, 1]), 2).tolist() == [False, True]
    assert both.figure(np.array([0, 0, 1, 1]), 2) == 0.5


def test_everything_public_is_there():
    assert all(hasattr(models, name) for name in models.__all__)
    assert models.__all__ == sorted(models.__all__)
