"""Candidates: the fast search equals one that looks at every published row for every target."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.attacks.matching import Classes, View
from wuming.anonymization.release import Release
from wuming.anonymization.roles import Roles
from wuming.core.tables import Table

LABELS = ["*", "a", "b", "a | b", "b | c", "other"]
SPANS = ["*", "<3", ">=3", "[1, 5)", "2", "4"]


def column(cells):
    out = np.empty(len(cells), dtype=object)
    out[:] = cells
    return out


def covers_text(label, value, labels):
    named = {part for one in labels for part in one.split(" | ")} - {"*", "other"}
    return label == "*" or value in label.split(" | ") or ("other" in label.split(" | ") and value not in named)


def covers_number(label, value):
    if label == "*":
        return True
    if label[0] == "<":
        return value < 3
    if label[0] == ">":
        return value >= 3
    return 1 <= value < 5 if label[0] == "[" else value == int(label)


rows = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(SPANS)), min_size=1, max_size=25)
targets = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 6)), min_size=1, max_size=25)


@settings(max_examples=50, deadline=None)
@given(rows, targets, st.sampled_from([("x", "y"), ("y", "x"), ("x",), ("y",), ()]))
def test_covering_classes(published, people, known):
    words, spans = zip(*published, strict=True)
    table = Table({"x": column(words), "y": column(spans)})
    names, numbers = zip(*people, strict=True)
    originals = Table({"x": column(names), "y": np.array(numbers)})
    view = View(Release(table, Roles(quasi_identifiers=("x", "y"))), originals)
    classes, found = view.classes(known), view.covering(known, originals)
    for target, (name, number) in enumerate(people):
        expected = {
            row
            for row, (word, span) in enumerate(published)
            if ("x" not in known or covers_text(word, name, words))
            and ("y" not in known or covers_number(span, number))
        }
        got = [row for one in found.of(target).tolist() for row in classes.rows(np.array([one])).tolist()]
        assert sorted(got) == sorted(expected)
        assert found.covered[target] == bool(expected)
        nearest = view.candidates(known, originals).of(target)
        assert len(nearest) > 0
        if expected:
            assert sorted(nearest.tolist()) == sorted(found.of(target).tolist())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=20), st.lists(st.integers(0, 60), min_size=1, max_size=20))
def test_nearest_numbers(published, people):
    originals = Table({"n": np.array(people)})
    view = View(Release(Table({"n": np.array(published)}), Roles(quasi_identifiers=("n",))), originals)
    found, classes = view.candidates(("n",), originals), view.classes(("n",))
    unit = float(np.subtract(*np.quantile(people, [0.95, 0.05]))) or 1.0
    for target, number in enumerate(people):
        distances = [min(abs(number - other) / unit, 1.0) for other in published]
        expected = {row for row, distance in enumerate(distances) if distance <= min(distances) + 1e-6}
        got = {row for one in found.of(target).tolist() for row in classes.rows(np.array([one])).tolist()}
        assert got == expected
        assert found.covered[target] == (min(distances) == 0)


def test_classes_are_those_of_a_plain_grouping():
    rng = np.random.default_rng(1)
    codes = [rng.integers(0, 4, 200), rng.integers(0, 3, 200)]
    classes = Classes.of(codes, 200)
    groups = {}
    for row, key in enumerate(zip(*codes, strict=True)):
        groups.setdefault(key, []).append(row)
    assert classes.count == len(groups)
    for number in range(classes.count):
        members = classes.rows(np.array([number])).tolist()
        assert members == groups[tuple(column[members[0]] for column in codes)]
    assert Classes.of([], 5).sizes.tolist() == [5]
