"""The condition language: absence never helps, types are not mixed, unknown words are refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.compliance.conditions import OPERATORS, Context, check_condition, unmet
from wuming.core.errors import PlanError
from wuming.core.evidence import Evidence

CLAIMS: dict[str, Any] = {
    "n": 5,
    "yes": True,
    "nothing": None,
    "bad": float("nan"),
    "text": "CSPRNG stream",
    "list": ["a", "b"],
    "ends": [1, 9],
    "parts": {"x": {"records": 2}, "y": {"records": 3}},
}


def holds(condition: dict[str, Any], claims: dict[str, Any] = CLAIMS) -> bool:
    check_condition(condition, where="test")
    item = Evidence("collect", "sha256:" + "a" * 64, claims)
    other = Evidence("train", "sha256:" + "b" * 64, {"n": 7})
    return not unmet(condition, Context(item, [item, other], {"cap": 5}))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"claim": "n", "equals": 5}, True),
        ({"claim": "n", "equals": 5.0}, True),
        ({"claim": "n", "equals": "5"}, False),
        ({"claim": "yes", "equals": 1}, False),
        ({"claim": "yes", "at_most": 5}, False),
        ({"claim": "n", "at_most": {"policy": "cap"}}, True),
        ({"claim": "n", "at_most": {"policy": "absent"}}, False),
        ({"claim": "n", "at_most": {"claim": "train:n"}}, True),
        ({"claim": "n", "at_least": {"claim": "train:n"}}, False),
        ({"claim": "n", "equals": {"sum": [{"claim": "parts.*.records"}]}}, True),
        ({"claim": "n", "at_most": {"ratio": [10, {"product": [2, 1]}]}}, True),
        ({"claim": "n", "at_most": {"ratio": [10, 0]}}, False),
        ({"claim": "n", "between": {"claim": "ends"}}, True),
        ({"claim": "n", "between": [6, 9]}, False),
        ({"claim": "n", "between": "ends"}, False),
        ({"claim": "parts.*.records", "at_least": 3}, False),
        ({"claim": "list", "subset_of": ["a", "b", "c"]}, True),
        ({"claim": "list", "subset_of": ["a"]}, False),
        ({"claim": "list", "subset_of": "ab"}, False),
        ({"claim": "list.1", "equals": "b"}, True),
        ({"claim": "list.2", "equals": "b"}, False),
        ({"claim": "text", "mentions": "CSPRNG"}, True),
        ({"claim": "n", "mentions": "5"}, False),
        ({"claim": "@subject", "matches": "digest"}, True),
        ({"claim": "text", "matches": "digest"}, False),
        ({"claim": "bad", "at_most": 1e9}, False),
        ({"claim": "bad", "not_equals": 1}, False),
        ({"claim": "nothing", "exists": False}, True),
        ({"claim": "nothing.deeper", "exists": True}, False),
        ({"not": {"claim": "n", "equals": 6}}, True),
        ({"not": {"claim": "absent", "equals": 6}}, False),
        ({"any": [{"claim": "absent", "equals": 1}, {"claim": "n", "equals": 5}]}, True),
        ({"all": [{"claim": "absent", "equals": 1}, {"claim": "n", "equals": 5}]}, False),
    ],
)
def test_conditions(condition: dict[str, Any], expected: bool) -> None:
    assert holds(condition) is expected


@given(st.sampled_from(sorted(OPERATORS)), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_missing_never_holds(operator: str, negated: bool) -> None:
    operand = {"matches": "text", "one_of": [1], "between": [0, 1], "subset_of": []}.get(operator, 0)
    condition: dict[str, Any] = {"claim": "absent.path", operator: operand}
    assert not holds({"not": condition} if negated else condition)


def test_other_evidence_that_disagrees_counts_as_missing() -> None:
    item = Evidence("collect", "sha256:" + "a" * 64, CLAIMS)
    trains = [Evidence("train", "sha256:" + "b" * 64, {"n": n}) for n in (7, 8)]
    assert unmet({"claim": "train:n", "at_least": 1}, Context(item, [item, *trains], {}))


@pytest.mark.parametrize(
    "condition",
    [
        {},
        [],
        {"claim": "n"},
        {"claim": "n", "equals": 1, "at_most": 2},
        {"claim": "n", "eval": "1"},
        {"claim": "n", "matches": ".*"},
        {"claim": "n", "exists": 1},
        {"claim": "n", "equals": {"call": "x"}},
        {"claim": "n", "equals": {"ratio": [1]}},
        {"all": []},
        {"all": [{"claim": "n", "equals": 1}], "claim": "n"},
        {"not": {"claim": "n", "equals": 1}, "any": [{}]},
    ],
)
def test_unknown_words_are_refused(condition: Any) -> None:
    with pytest.raises(PlanError):
        check_condition(condition, where="test")


@pytest.mark.parametrize("operator", ["at_most", "at_least", "above", "below"])
def test_all_of_nothing_holds_no_comparison(operator: str) -> None:
    item = Evidence("train", "sha256:" + "1" * 64, {"dropped": {}, "list": []}, (), "test", "")
    context = Context(item, [item], {})
    assert unmet({"claim": "list", operator: 1}, context)
    assert unmet({"claim": "dropped.*.records", operator: 1}, context)
    assert unmet({"not": {"claim": "dropped.*.records", operator: 1}}, context)
