# ruff: noqa: E741  (k and l are the names the literature uses)
"""k, l, t and risk against published values and plain counting."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization import journalist_risk, k_anonymity, l_diversity, prosecutor_risk, t_closeness
from wuming.anonymization.models import classes_of
from wuming.anonymization.selfcheck import check_published
from wuming.core.errors import SelfCheckFailed, TableError

from .conftest import make_table


def salaries(groups):
    """Li et al., ICDE 2007, table 3: nine people, salaries 3k … 11k."""
    order = [value for group in groups for value in group]
    return make_table(box=[str(i) for i, group in enumerate(groups) for _ in group], salary=order)


def test_t_closeness_of_the_paper():
    # Section 4.2: D[{3k,4k,5k}, Q] = 0.375 and D[{6k,8k,11k}, Q] = 0.167. The other classes here are nearer.
    assert t_closeness(salaries([[3, 4, 5], [6, 8, 11], [7, 9, 10]]), ["box"], "salary") == pytest.approx(0.375)
    whole = salaries([[6, 8, 11], [3, 4, 5, 7, 9, 10]])
    assert t_closeness(whole, ["box"], "salary") == pytest.approx(0.167, abs=5e-4)


def test_t_closeness_of_categories():
    table = make_table(box=["1", "1", "2", "2"], s=["a", "a", "b", "a"])
    # Overall a 3/4, b 1/4; class 1: 1, 0 -> 1/4; class 2: 1/2, 1/2 -> 1/4.
    assert t_closeness(table, ["box"], "s") == pytest.approx(0.25)
    assert t_closeness(make_table(box=["1", "2"], s=["a", "a"]), ["box"], "s") == 0.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from([1.0, 2.0, float("nan")]), st.sampled_from(["x", "y", ""])),
        min_size=1,
        max_size=30,
    )
)
def test_against_plain_counting(rows):
    a, b, s = (list(column) for column in zip(*rows, strict=True))
    table = make_table(a=a, b=b, s=s)
    keys = [(x, y if y == y else None) for x, y in zip(a, b, strict=True)]
    counts = Counter(keys)
    assert k_anonymity(table, ["a", "b"]) == min(counts.values())
    assert l_diversity(table, ["a", "b"], "s") == min(
        len({v for key, v in zip(keys, s, strict=True) if key == wanted and v}) for wanted in counts
    )
    risk = prosecutor_risk(table, ["a", "b"])
    assert risk.maximum == pytest.approx(max(1 / counts[key] for key in keys))
    assert risk.average == pytest.approx(sum(1 / counts[key] for key in keys) / len(keys))
    assert risk.unique_share == pytest.approx(sum(counts[key] == 1 for key in keys) / len(keys))
    assert len(set(classes_of(table, ["a", "b"]).tolist())) == len(counts)


def test_many_columns_do_not_overflow():
    rng = np.random.default_rng(0)
    table = make_table(**{f"c{i}": rng.integers(0, 500, 500).tolist() for i in range(12)})
    assert prosecutor_risk(table, list(table.names)).unique_share == 1.0


def test_journalist():
    sample = make_table(a=["x", "x", "y"])
    population = make_table(a=["x", "x", "x", "x", "y", "z"])
    risk = journalist_risk(sample, population, ["a"])
    assert risk.as_json() == {"maximum": 1.0, "average": pytest.approx((1 / 4 + 1 / 4 + 1) / 3), "unique_share": 1 / 3}
    assert journalist_risk(sample, sample, ["a"]) == prosecutor_risk(sample, ["a"])
    with pytest.raises(TableError, match="does not hold the sample"):
        journalist_risk(population, sample, ["a"])
    with pytest.raises(TableError, match="two types"):
        journalist_risk(sample, make_table(a=[1, 2]), ["a"])


@pytest.mark.parametrize(
    ("k", "l", "rows", "good"), [(2, 2, 4, True), (3, 1, 4, False), (2, 3, 4, False), (2, 1, 5, False)]
)
def test_self_check(k, l, rows, good):
    table = make_table(q=["1", "1", "2", "2"], s=["a", "b", "a", "b"])
    options = {"quasi_identifiers": ["q"], "sensitive": ["s"], "k": k, "l": l, "rows": rows}
    if good:
        assert check_published(table, **options) == (2, 2, 2)
    else:
        with pytest.raises(SelfCheckFailed):
            check_published(table, **options)


CELLS = st.tuples(st.sampled_from("ab"), st.sampled_from([1.0, float("nan")]), st.sampled_from(["x", ""]))


def numbers_of(rows, *, merged=True):
    """Number rows plainly, in the order of their keys; the broken twin numbers each stretch of equal rows anew."""
    keys = [tuple("" if cell != cell else str(cell) for cell in row[:2]) for row in rows]
    if merged:
        return [sorted(set(keys)).index(key) for key in keys]
    return [place - 1 for place in itertools.accumulate(one != two for one, two in itertools.pairwise([None, *keys]))]


@settings(max_examples=80, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=12), st.booleans())
def test_classes_are_the_same_in_whatever_order_rows_stand(rows, in_order):
    rows = sorted(4 * rows, key=str) if in_order else rows  # sorted ones are read stretch by stretch
    table = make_table(**dict(zip("abs", map(list, zip(*rows, strict=True)), strict=True)))
    assert classes_of(table, ["a", "b"]).tolist() == numbers_of(rows)


def test_a_class_in_two_stretches_is_one_class():
    rows = [("a", 1.0, "x")] * 6 + [("b", 1.0, "x")] * 6 + [("a", 1.0, "")] * 6
    table = make_table(**dict(zip("abs", map(list, zip(*rows, strict=True)), strict=True)))
    assert classes_of(table, ["a", "b"]).tolist() == numbers_of(rows) != numbers_of(rows, merged=False)
    text = table.drop(["b"])
    options = {"quasi_identifiers": ["a"], "sensitive": ["s"], "l": 1, "rows": 18}
    assert check_published(text, k=6, **options) == (6, 1, 2)
    apart = text.take(np.argsort(np.arange(18) % 3, kind="stable"))  # no two of a class side by side for long
    assert check_published(apart, k=6, **options) == (6, 1, 2)
    with pytest.raises(SelfCheckFailed):
        check_published(apart, k=7, **options)
