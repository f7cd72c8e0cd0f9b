# ruff: noqa: E741  (k and l are the names the literature uses)
"""All boxes at once must give what one box after the other gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.domains import Categories, Numbers, roundest_between
from wuming.anonymization.mondrian import mondrian


def plain(codes, sensitive, sizes, k, l):
    """Mondrian as in the paper: one box, one cut, recursion; every code has length 1/size (categories)."""
    leaves = set()

    def fits(rows):
        return len(rows) >= k and all(len({c[r] for r in rows if c[r] >= 0}) >= l or l == 1 for c in sensitive)

    def cut(rows, low, high):
        order = sorted(range(len(codes)), key=lambda d: (-(high[d] - low[d] + 1) / sizes[d], d))
        for d in order:
            best = None
            for code in sorted({codes[d][r] for r in rows})[:-1]:
                left = [r for r in rows if codes[d][r] <= code]
                right = [r for r in rows if codes[d][r] > code]
                if fits(left) and fits(right):
                    score = (abs(len(left) - len(right)), code)
                    best = min(best, (score, code, left, right)) if best else (score, code, left, right)
            if best:
                _, code, left, right = best
                cut(left, low, [code if i == d else h for i, h in enumerate(high)])
                cut(right, [code + 1 if i == d else x for i, x in enumerate(low)], high)
                return
        leaves.add((tuple(sorted(rows)), tuple(low), tuple(high)))

    cut(list(range(len(codes[0]))), [0] * len(codes), [s - 1 for s in sizes])
    return leaves


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 60), st.integers(1, 3), st.integers(1, 5), st.integers(1, 2))
def test_equals_the_plain_way(seed, rows, columns, k, l):
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1, 2, 4, 8], columns)
    codes = [rng.integers(0, size, rows) for size in sizes]
    sensitive = [rng.integers(-1, 3, rows)]
    if rows < k or len(set(sensitive[0]) - {-1}) < l:
        return
    ends = [np.arange(1, size + 1) / size for size in sizes]
    scales = [(end - end[0], end) for end in ends]
    boxes = mondrian(codes, scales, sensitive, k=k, l=l)
    ours = {
        (tuple(np.flatnonzero(boxes.of_row == b).tolist()), tuple(boxes.low[b].tolist()), tuple(boxes.high[b].tolist()))
        for b in range(len(boxes.low))
    }
    assert ours == plain([c.tolist() for c in codes], [s.tolist() for s in sensitive], sizes.tolist(), k, l)


@pytest.mark.parametrize(
    ("below", "above", "integral", "cut"),
    [
        (34, 52, True, 50),
        (34, 35, True, 35),
        (-3, 4, True, 0),
        (-9, -5, True, -5),
        (-35, -12, True, -20),
        (999, 1001, True, 1000),
        (1234.56, 1250.1, False, 1250.0),
        (0.123, 0.124, False, 0.124),
        (-0.5, 0.25, False, 0.0),
        (1e-300, 2e-300, False, 2e-300),
        (2**62, 2**62 + 1, True, 2**62 + 1),
    ],
)
def test_cuts_are_round(below, above, integral, cut):
    assert roundest_between(below, above, integral=integral) == cut


@given(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300))
def test_a_cut_parts_its_neighbours(one, other):
    below, above = min(one, other), max(one, other)
    if below < above:
        assert below < roundest_between(below, above, integral=False) <= above


def test_labels_of_numbers():
    domain = Numbers(np.array([1.0, np.nan, 2.0, 5.0, 30.0]))
    assert domain.codes.tolist() == [1, 0, 2, 3, 4]
    assert domain.label(0, 4) == "*"
    assert domain.label(0, 0) == "missing"
    assert domain.label(1, 4) == "any number"
    assert domain.label(0, 1) == "<2 or missing"
    assert domain.label(2, 3) == "[2, 30)"
    assert domain.label(4, 4) == ">=30"
    assert domain.loss(0, 4) == 1.0
    assert domain.loss(0, 0) == 0.0
    assert domain.loss(2, 3) == pytest.approx(27 / 29)


def test_labels_of_categories():
    column = np.array(["b"] * 3 + ["a"] * 2 + ["", "", "x", "y"], dtype=object)
    domain = Categories(column, rare_below=2)
    assert domain.codes.tolist() == [0, 0, 0, 2, 2, 1, 1, 3, 3]
    assert domain.label(0, 1) == "b | missing"
    assert domain.label(2, 3) == "a | other"
    assert domain.label(0, 3) == "*"
    assert domain.loss(3, 3) == pytest.approx(2 / 5)
    assert domain.loss(0, 0) == 0.0
    assert domain.loss(0, 2) == pytest.approx(3 / 5)
