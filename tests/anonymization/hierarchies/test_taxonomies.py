"""Categories as leaves of a tree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.hierarchies import Hierarchy, tree_from_mapping, tree_from_parents
from wuming.core.errors import TableError

from .conftest import problems

WORK = {"employed": {"private": None, "public": ["federal", "local"]}, "none": ["student"], "unknown": None}
PARENTS = {
    "private": "employed",
    "public": "employed",
    "federal": "public",
    "local": "public",
    "student": "none",
    "employed": "any work",
    "none": "any work",
    "unknown": "any work",
}


def below(label: str, value: str) -> bool:
    """Tell from the pairs above whether a node is at or above a leaf."""
    while value in PARENTS and value != label:
        value = PARENTS[value]
    return value == label or label == "*"


def test_by_hand():
    hierarchy = tree_from_mapping("work", WORK)
    assert hierarchy.labels == (
        ("private", "federal", "local", "student", "unknown"),
        ("private", "public", "public", "student", "unknown"),
        ("employed", "employed", "employed", "none", "unknown"),
        ("*",) * 5,
    )
    assert hierarchy.losses[1].tolist() == [0, 0.4, 0.4, 0, 0]
    assert hierarchy.losses[2].tolist() == [0.6, 0.6, 0.6, 0, 0]
    assert not problems(hierarchy, below)


def test_pairs_mappings_and_a_named_root_are_one_tree():
    expected = tree_from_mapping("work", WORK)
    assert tree_from_mapping("work", {"any work": WORK}) == expected
    assert tree_from_mapping("work", {"*": WORK}) == expected
    by_value = dict(zip(expected.values, zip(*expected.labels, strict=True), strict=True))
    for pairs in (PARENTS, list(PARENTS.items()), {c: "*" if p == "any work" else p for c, p in PARENTS.items()}):
        built = tree_from_parents("work", pairs)
        assert dict(zip(built.values, zip(*built.labels, strict=True), strict=True)) == by_value


def test_a_missing_cell():
    assert [level[-1] for level in tree_from_mapping("work", WORK, missing=True).labels] == ["", "", "", "*"]


def test_a_leaf_under_the_wrong_node_is_found_out():
    right = tree_from_mapping("work", WORK)
    labels = list(right.labels)
    labels[2] = ("none", "employed", "employed", "employed", "unknown")
    assert any(
        "does not cover" in problem for problem in problems(Hierarchy("work", right.values, tuple(labels)), below)
    )


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"a": {}},
        {"a": []},
        {"a": 7},
        {7: ["a", "b"]},
        {"a": ["x", "secret"], "b": ["secret", "y"]},
        {"secret": ["secret", "x"], "b": None},
        {"a": ["secret", "secret"], "b": None},
        {"a": ["", "x"], "b": None},
        {"a": ["*", "x"], "b": None},
    ],
)
def test_a_mapping_that_is_no_tree(tree, no_value_shown):
    with pytest.raises(TableError) as caught:
        tree_from_mapping("work", tree)
    no_value_shown(caught.value, "secret")


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([], "no leaf"),
        ([("secret", "a"), ("secret", "b")], "a child twice"),
        ([("secret", "secret")], "a circle"),
        ([("a", "b"), ("b", "a"), ("secret", "a")], "a circle"),
        ([("a", "b"), ("b", "a"), ("secret", "x")], "a circle"),
        ([(str(n), str(n + 1)) for n in range(40)], "more than 32 levels"),
        ([(str(n), str(n + 1)) for n in range(5000)], "more than 32 levels"),
    ],
)
def test_pairs_that_are_no_tree(pairs, said, no_value_shown):
    with pytest.raises(TableError, match=said) as caught:
        tree_from_parents("work", pairs)
    no_value_shown(caught.value, "secret")


def test_a_mapping_nested_too_deeply():
    tree: dict = {"leaf": None, "other": None}
    for n in range(5000):
        tree = {f"n{n}": tree, f"m{n}": None}
    with pytest.raises(TableError, match="more than 32 levels"):
        tree_from_mapping("work", tree)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=25))
@settings(max_examples=40, deadline=None)
def test_any_tree_gives_a_hierarchy(choices):
    """Node n hangs below one of the nodes before it."""
    parents = {f"n{n}": f"n{choice % n}" for n, choice in enumerate(choices, start=1)}

    def covers(label: str, value: str) -> bool:
        while value in parents and value != label:
            value = parents[value]
        return value == label or label == "*"

    assert not problems(tree_from_parents("x", parents), covers)
