"""Measurement: a value is found only when all of it is, and the claims have the agreed shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wuming.core.ports import Span
from wuming.deidentification import measure

TRUTH = {"a": [(0, 4, "PHONE"), (6, 8, "PERSON")], "b": [(0, 3, "QQ")], "c": []}


def test_recall_precision_and_bound() -> None:
    found = {
        "a": [Span(0, 4, "PHONE"), Span(6, 7, "PERSON")],
        "b": [Span(0, 3, "PHONE")],
        "c": [Span(1, 2, "QQ")],
    }
    result = measure(TRUTH, found)
    assert (result["structured"]["true"], result["structured"]["found"]) == (2, 2)
    assert result["structured"]["precision"] == pytest.approx(2 / 3)
    # Half a name is a leak.
    assert result["names_and_addresses"]["missed"] == 1
    assert result["names_and_addresses"]["recall"] == 0.0
    # Kinds may be confused: what is covered does not leak.
    assert result["by_kind"]["QQ"]["recall"] == 1.0
    assert result["structured"]["residual_leak_upper_95"] == pytest.approx(1 - 0.05**0.5)


def test_two_spans_may_cover_one_value_together() -> None:
    assert (
        measure({"a": [(0, 4, "QQ")]}, {"a": [Span(0, 2, "QQ"), Span(2, 4, "IP_ADDRESS")]})["structured"]["found"] == 1
    )


def test_nothing_true_bounds_nothing() -> None:
    result = measure({"a": []}, {})
    assert result["structured"]["recall"] is None
    assert result["structured"]["residual_leak_upper_95"] == 1.0


def test_shape_is_that_of_the_evidence() -> None:
    path = Path(__file__).parents[1] / "compliance" / "evidence_example.json"
    example: dict[str, Any] = next(e for e in json.loads(path.read_text()) if e["kind"] == "de-identify")["claims"][
        "measured"
    ]
    result = measure(TRUTH, {"a": [Span(0, 4, "PHONE")]})
    assert set(result) == set(example)
    assert result["method"] == example["method"]
    for summary in (result["structured"], result["names_and_addresses"], *result["by_kind"].values()):
        assert set(summary) == set(example["structured"])
    json.dumps(result, allow_nan=False)
