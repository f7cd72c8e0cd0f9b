# ruff: noqa: E741  (k and l are the names the literature uses)
"""All boxes at once must give what one box after the other gives, and broken twins are told apart."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wuming.anonymization import mondrian as module
from wuming.anonymization.axes import OrderedAxis, SetAxis
from wuming.anonymization.dated import Dates, is_dated
from wuming.anonymization.domains import Categories, Numbers, roundest_between
from wuming.anonymization.hierarchies import Hierarchy
from wuming.anonymization.models import EqualDistance, OrderedDistance, Sensitive
from wuming.anonymization.mondrian import mondrian
from wuming.anonymization.promises import Promises
from wuming.anonymization.tree_axis import TreeAxis
from wuming.core.tables import Coded

PATHS = (("a1", "A", "*"), ("a2", "A", "*"), ("b1", "B", "*"), ("c1", "C", "*"), ("c2", "C", "*"), ("c3", "C", "*"))
TREE = Hierarchy("tree", tuple(path[0] for path in PATHS), tuple(zip(*PATHS, strict=True)))


class Plain:
    """Cuts one box at a time, by recursion over rows in lists. It shares no code with the room."""

    def __init__(self, columns, sensitive, *, k, l, t, balance, kept=None):
        self.columns, self.sensitive, self.k, self.l, self.t, self.balance = columns, sensitive, k, l, t, balance
        self.kept = kept or self.keeps

    def keeps(self, rows):
        if len(rows) < self.k:
            return False
        table = Counter(self.sensitive)
        here = Counter(self.sensitive[row] for row in rows)
        far = sum(abs(here[v] / len(rows) - table[v] / len(self.sensitive)) for v in table) / 2
        return (self.l == 1 or len(set(here) - {-1}) >= self.l) and (self.t is None or far <= self.t + 1e-9)

    def loss(self, kind, size, side):
        if kind == "ordered":
            return (side[1] - side[0]) / max(size - 1, 1)
        if kind == "set":
            return len(side) / size if len(side) > 1 else 0.0
        held = [path for path in PATHS if side in path]
        return len(held) / size if len(held) > 1 else 0.0

    def ways(self, rows, place, side):
        """Yield (parts, sides) in the order of preference among equals."""
        kind, _, codes = self.columns[place]
        here = Counter(codes[row] for row in rows)
        if kind == "tree":
            if side in TREE.values:
                return
            depth = next(level for level in (2, 1) for path in PATHS if path[level] == side)
            children = sorted({PATHS[code][depth - 1] for code in here}, key=lambda n: [side in p for p in PATHS] and n)
            children = [narrowest(child) for child in children]
            yield [[row for row in rows if child in PATHS[codes[row]]] for child in children], children
            return
        order = sorted(here) if kind == "ordered" else sorted(here, key=lambda code: (-here[code], code))
        for cut in range(1, len(order)):
            left = [row for row in rows if codes[row] in order[:cut]]
            right = [row for row in rows if codes[row] in order[cut:]]
            if kind == "set":
                yield [left, right], [frozenset(order[:cut]), side - frozenset(order[:cut])]
            else:
                last = order[cut - 1] if len(left) >= len(right) else order[cut] - 1
                yield [left, right], [(side[0], last), (last + 1, side[1])]

    def cut(self, rows, sides, leaves):
        found = []
        for place, (kind, size, _) in enumerate(self.columns):
            whole = self.loss(kind, size, sides[place]) * len(rows)
            for number, (parts, new) in enumerate(self.ways(rows, place, sides[place])):
                if all(len(part) >= self.k for part in parts):
                    saved = whole - sum(self.loss(kind, size, s) * len(p) for p, s in zip(parts, new, strict=True))
                    shares = [len(part) / len(rows) for part in parts]
                    mix = -sum(share * math.log(share) for share in shares)
                    power = 1.0 if len(rows) < module.LAST_ROWS * self.k else self.balance
                    score = saved / mix**power if len(parts) > 1 else math.inf
                    found.append((-round(score, 9), place, number, parts, new))
        for _, place, _, parts, new in sorted(found, key=lambda way: way[:3]):
            if all(self.kept(part) for part in parts):
                for part, side in zip(parts, new, strict=True):
                    self.cut(part, [*sides[:place], side, *sides[place + 1 :]], leaves)
                return
        leaves.append((frozenset(rows), tuple(sides)))

    def total(self, leaves):
        kinds = [(kind, size) for kind, size, _ in self.columns]
        return sum(
            len(rows) * sum(self.loss(kind, size, side) for (kind, size), side in zip(kinds, sides, strict=True))
            for rows, sides in leaves
        )

    def run(self):
        roots = {
            "ordered": lambda size: (0, size - 1),
            "set": lambda size: frozenset(range(size)),
            "tree": lambda _: "*",
        }
        leaves = []
        sides = [roots[kind](size) for kind, size, _ in self.columns]
        self.cut(list(range(len(self.sensitive))), sides, leaves)
        return leaves


def narrowest(name):
    """Return the name of the lowest node that covers what a node does: B covers b1 alone."""
    return "b1" if name == "B" else name


def axes_of(columns):
    made = []
    for kind, size, codes in columns:
        array = np.array(codes, dtype=np.int64)
        if kind == "ordered":
            places = np.arange(size) / max(size - 1, 1)
            made.append(OrderedAxis(array, places, places))
        else:
            made.append(SetAxis(array, np.ones(size, dtype=np.int64)) if kind == "set" else TreeAxis(array, TREE))
    return made


def read(boxes, axes):
    """Return the leaves as the plain way writes them."""
    sides = []
    for states, axis in zip(boxes.states, axes, strict=True):
        if isinstance(axis, OrderedAxis):
            sides.append([tuple(state) for state in states.tolist()])
        elif isinstance(axis, SetAxis):
            sides.append([frozenset(np.flatnonzero(held).tolist()) for held in axis.members(states)])
        else:
            sides.append(axis.labels(states))
    rows = [frozenset(np.flatnonzero(boxes.of_row == box).tolist()) for box in range(boxes.count)]
    return set(zip(rows, zip(*sides, strict=True), strict=True))


@st.composite
def problems(draw, kinds=("ordered", "set", "tree"), most=60):
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    rows = draw(st.integers(4, most))
    columns = []
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3)):
        size = 6 if kind == "tree" else int(rng.choice([1, 2, 5, 9]))
        columns.append((kind, size, rng.choice(size, rows, p=rng.dirichlet(np.ones(size))).tolist()))
    return columns, rng.integers(-1, 3, rows).tolist()


def promises_of(sensitive, *, k, l=1, t=None, distance=None):
    column = Sensitive("s", np.array(sensitive, dtype=np.int64), max(max(sensitive) + 1, 1))
    return Promises(k, l, t, ((column, distance or EqualDistance()),))


@settings(max_examples=80, deadline=None)
@given(problems(), st.integers(1, 5), st.integers(1, 2), st.sampled_from([None, 0.2, 0.4]))
def test_equals_the_plain_way(problem, k, l, t):
    columns, sensitive = problem
    if len(sensitive) < k or len(set(sensitive) - {-1}) < l:
        return
    axes = axes_of(columns)
    plain = Plain(columns, sensitive, k=k, l=l, t=t, balance=module.BALANCES[0])
    # One attempt; tables are too small to look ahead.
    boxes = mondrian_once(axes, promises_of(sensitive, k=k, l=l, t=t))
    assert read(boxes, axes) == set(plain.run())


def mondrian_once(axes, promises):
    before = module.BALANCES
    module.BALANCES = before[:1]
    try:
        return mondrian(axes, promises)
    finally:
        module.BALANCES = before


# Cutting these 27 rows before or after code 2 saves the same, 13 of them on one side: the first way is to be taken.
EQUAL = [1, 1, 3, 3, 3, 1, 3, 3, 1, 1, 1, 0, 1, 3, 1, 3, 3, 0, 3, 3, 0, 2, 1, 3, 3, 3, 1]


@settings(max_examples=30, deadline=None)
@given(problems(), st.integers(1, 3))
@example(([("ordered", 5, EQUAL)], [0] * len(EQUAL)), 2)
def test_of_two_attempts_the_better_is_taken(problem, k):
    columns, sensitive = problem
    if len(sensitive) >= module.TWICE_ROWS * k:  # then attempts are compared part by part
        return
    axes = axes_of(columns)
    plain = [Plain(columns, sensitive, k=k, l=1, t=None, balance=balance) for balance in module.BALANCES]
    leaves = read(mondrian(axes, promises_of(sensitive, k=k)), axes)
    assert plain[0].total(leaves) == pytest.approx(min(p.total(p.run()) for p in plain))


def test_large_boxes_are_cut_looking_ahead(monkeypatch):
    rng = np.random.default_rng(3)
    rows = 4000
    codes = [rng.integers(0, 30, rows), rng.integers(0, 6, rows), rng.integers(0, 5, rows)]
    axes = [OrderedAxis(codes[0], np.arange(30) / 29, np.arange(30) / 29)]
    axes += [SetAxis(column, np.ones(6, dtype=np.int64)) for column in codes[1:]]
    promises = Promises(5, 1, None, ())

    ahead = mondrian(axes, promises)
    assert np.bincount(ahead.of_row).min() >= 5
    order = rng.permutation(rows)
    moved = mondrian([replace(axis, codes=axis.codes[order]) for axis in axes], promises)
    assert read(ahead, axes) == {(frozenset(order[list(rows)].tolist()), sides) for rows, sides in read(moved, axes)}
    monkeypatch.setattr(module, "AHEAD_ROWS", 10**9)
    assert read(mondrian(axes, promises), axes) != read(ahead, axes)


@settings(max_examples=60, deadline=None)
@given(problems(), st.integers(2, 5), st.integers(1, 2), st.sampled_from([None, 0.3]))
def test_relaxed_boxes_hold_their_rows_and_keep_the_promises(problem, k, l, t):
    columns, sensitive = problem
    if len(sensitive) < k or len(set(sensitive) - {-1}) < l:
        return
    axes = axes_of(columns)
    rank = np.lexsort([np.array(codes) for _, _, codes in columns] + [np.array(sensitive)])
    rank = np.argsort(rank)
    promises = promises_of(sensitive, k=k, l=l, t=t)
    boxes = mondrian(axes, promises, overlapping=True, rank=rank)
    plain = Plain(columns, sensitive, k=k, l=l, t=t, balance=0.5)
    for rows, sides in read(boxes, axes):
        assert plain.keeps(list(rows))
        for row in rows:
            for (kind, _, codes), side in zip(columns, sides, strict=True):
                if kind == "ordered":
                    assert side[0] <= codes[row] <= side[1]
                else:
                    assert codes[row] in side if kind == "set" else side in PATHS[codes[row]]


def test_relaxed_boxes_overlap_where_strict_ones_cannot_be_cut():
    # Ten rows of one middle value: strictly no cut leaves 8 on each side; the middle is dealt, half to either side.
    codes = np.array([0] * 3 + [1] * 10 + [2] * 3)
    axis = OrderedAxis(codes, np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.5, 1.0]))
    promises = Promises(8, 1, None, ())
    assert mondrian([axis], promises).states[0].tolist() == [[0, 2]]
    boxes = mondrian([axis], promises, overlapping=True, rank=np.arange(16))
    assert boxes.states[0].tolist() == [[0, 1], [1, 2]]
    assert np.bincount(boxes.of_row).tolist() == [8, 8]
    assert boxes.of_row[3:13].tolist() == [1, 0] * 5  # dealt in turn, so neither side gets all of one kind


def test_children_that_are_too_few_stay_under_the_name_of_the_node():
    codes = np.array([0] * 6 + [1] * 6 + [2] * 2 + [3] * 3 + [5] * 3)  # A 12, B 2, C 6
    axis, promises = TreeAxis(codes, TREE), Promises(4, 1, None, ())
    assert axis.labels(mondrian([axis], promises).states[0]) == ["*"]  # B has 2 rows
    boxes = mondrian([axis], promises, overlapping=True, rank=np.arange(20))
    named = Counter(axis.labels(boxes.states[0])[box] for box in boxes.of_row.tolist())
    # B joins C, the smallest that could stand alone; A is cut further.
    assert named == {"a1": 6, "a2": 6, "*": 8}


def test_a_node_whose_rows_are_all_below_one_child_is_narrowed():
    codes = np.array([3, 4, 3, 4, 4])
    axis = TreeAxis(codes, TREE)
    boxes = mondrian([axis], Promises(3, 1, None, ()))
    assert axis.labels(boxes.states[0]) == ["C"]


@pytest.mark.parametrize("numbers", [True, False])
def test_distances_are_those_from_the_whole_table(numbers):
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 20, 300)
    sensitive = np.where(rng.random(300) < 0.5, codes // 2, rng.integers(0, 10, 300))
    limit = 0.15 if numbers else 0.35
    places = np.arange(20) / 19
    axis = OrderedAxis(codes, places, places)
    distance = OrderedDistance() if numbers else EqualDistance()
    boxes = mondrian([axis], promises_of(sensitive.tolist(), k=5, t=limit, distance=distance))
    table = np.bincount(sensitive, minlength=10) / 300

    def far(rows, reference):
        apart = np.bincount(sensitive[rows], minlength=10) / len(rows) - reference
        return np.abs(np.cumsum(apart)).sum() / 9 if numbers else np.abs(apart).sum() / 2

    members = [np.flatnonzero(boxes.of_row == box) for box in range(boxes.count)]
    assert len(members) > 1
    assert max(far(rows, table) for rows in members) <= limit + 1e-9

    class FromTheParent(Promises):
        """The broken twin: distances from the box that is cut, which let a box drift away step by step."""

        def kept(self, rows, part, count):
            parents = [np.bincount(sensitive[rows[part // 2 == n]], minlength=10) for n in range(count // 2)]
            return np.array(
                [far(rows[part == n], parents[n // 2] / parents[n // 2].sum()) <= limit for n in range(count)]
            )

    promises = promises_of(sensitive.tolist(), k=5, t=limit, distance=distance)
    broken = mondrian([axis], FromTheParent(promises.k, promises.l, promises.t, promises.sensitive))
    members = [np.flatnonzero(broken.of_row == box) for box in range(broken.count)]
    assert max(far(rows, table) for rows in members) > limit


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
    domain = Numbers(Coded.of(np.array([1.0, np.nan, 2.0, 5.0, 30.0])))
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
    whole = domain.axis
    assert whole.losses(np.array([[0, 4], [0, 0], [0, 1], [2, 3]])).tolist() == pytest.approx([1, 0, 0, 27 / 29])


def test_labels_of_categories():
    column = np.array(["b"] * 3 + ["a"] * 2 + ["", "", "x", "y"], dtype=object)
    domain = Categories(Coded.of(column), rare_below=2)
    assert domain.codes.tolist() == [0, 0, 0, 2, 2, 1, 1, 3, 3]
    states = np.array([[2, 0b0011], [3, 0b1100], [5, 0b1111], [2, 0b1000], [1, 0b0001], [3, 0b1001]])
    assert domain.labels(states) == ["b | missing", "a | other", "*", "other", "b", "b | other"]
    assert domain.losses(states).tolist() == pytest.approx([2 / 5, 3 / 5, 1, 2 / 5, 0, 3 / 5])
    assert domain.axis.root().tolist() == [[5, 0b1111]]


def test_sets_of_many_categories():
    rng = np.random.default_rng(1)
    codes = rng.integers(0, 100, 4000)
    axis = SetAxis(codes, np.ones(100, dtype=np.int64))
    boxes = mondrian([axis], Promises(60, 1, None, ()))
    held = axis.members(boxes.states[0])
    assert (held.sum(axis=0) == 1).all()  # every category in one box
    assert held[boxes.of_row, codes].all()
    assert (held.sum(axis=1) == boxes.states[0][:, 0]).all()


def test_labels_of_dates():
    column = np.array(["2024-02-03", "", "2024-02-17", "2025-07-30", "2026-01-02"], dtype=object)
    coded = Coded.of(column)
    assert is_dated(coded.values)
    domain = Dates(coded)
    assert domain.codes.tolist() == [1, 0, 2, 3, 4]
    assert domain.label(0, 4) == "*"
    assert domain.label(1, 4) == "any date"
    assert domain.label(0, 1) == "<2024-02-17 or missing"
    assert domain.label(2, 3) == "[2024-02-17, 2026-01-01)"
    assert domain.label(3, 4) == ">=2025-01-01"
    assert domain.loss(3, 3) == pytest.approx(364 / 699)


@pytest.mark.parametrize("cell", ["2024-02-30", "2024-2-3", "20240203", "2024-02-03T10:00", "x"])
def test_other_text_is_no_date(cell):
    assert not is_dated(np.array(["2024-02-03", cell], dtype=object))
    assert not is_dated(Coded.of(np.array(["", ""], dtype=object)).values)
