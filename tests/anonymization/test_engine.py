# ruff: noqa: E741  (k and l are the names the literature uses)
"""The promise of `anonymise`: by hand, by property, and by broken twins."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wuming.anonymization import anonymise, engine
from wuming.anonymization.mondrian import Boxes, mondrian
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, TableError
from wuming.core.tables import Table

from .conftest import make_table, problems

QUASI, SENSITIVE = ["age", "sex"], ["illness"]


def run(table, *, k=2, l=1, **changes):
    options = {"quasi_identifiers": QUASI, "sensitive": SENSITIVE, "subject": "person", **changes}
    return anonymise(table, k=k, l=l, **options)


def test_by_hand(people):
    # Sex saves 8 rows x 1; age at its median saves 8 - 4 x 8/40 - 4 x 27/40 = 4.5. So sex is cut first, then age: women
    # between 25 and 34, next to the 25 (the roundest cut in (25, 29] is 29), men next to the 29 (in (29, 34] it is 30).
    result = run(people)
    rows = list(zip(*(result.table.columns[name] for name in result.table.names), strict=True))
    assert rows == [
        ("<29", "F", "flu"),
        ("<29", "F", "flu"),
        ("<30", "M", "cold"),
        ("<30", "M", "ulcer"),
        (">=29", "F", "cold"),
        (">=29", "F", "ulcer"),
        (">=30", "M", "cold"),
        (">=30", "M", "flu"),
    ]
    claims = result.claims
    assert (claims["k"], claims["l"], claims["classes"], claims["suppressed"]) == (2, 1, 4, 0)
    # Age: (28 - 21)/40, (61 - 29)/40, (29 - 21)/40 and (61 - 30)/40, a quarter of the rows each; sex costs nothing.
    assert claims["ncp"] == pytest.approx((7 + 32 + 8 + 31) / 40 / 4 / 2)
    assert claims["discernibility"] == 4 * 4
    assert claims["risk_before"] == {"maximum": 1.0, "average": 1.0, "unique_share": 1.0}
    assert claims["risk_after"] == {"maximum": 0.5, "average": 0.5, "unique_share": 0.0}


def test_diversity_by_hand(people):
    # With l = 2 the women under 29, both with flu, may not stand alone; no other cut leaves two women on each side.
    result = run(people, l=2)
    assert result.claims["l"] == 2
    assert set(zip(result.table.columns["age"], result.table.columns["sex"], strict=True)) == {
        ("*", "F"),
        ("<30", "M"),
        (">=30", "M"),
    }


def test_claims_are_those_of_the_evidence(people):
    example = json.loads((Path(__file__).parents[1] / "compliance" / "evidence_example.json").read_text())
    expected = next(item for item in example if item["kind"] == "anonymise")["claims"]
    claims = run(people).claims
    missing = set(expected) - set(claims)
    assert missing <= {"attack", "skipped"}
    json.dumps(claims, allow_nan=False)


def test_everything_undeclared_is_dropped(people):
    result = run(people, direct=["remark"])
    assert result.table.names == ("age", "sex", "illness")
    assert result.claims["removed_identifiers"] == ["person", "remark"]
    assert result.claims["dropped_columns"] == []
    assert run(people).claims["dropped_columns"] == ["remark"]


def test_order_of_rows_leaves_no_trace(people):
    expected = run(people).table
    for order in (np.arange(8)[::-1], np.array([3, 1, 4, 0, 5, 7, 2, 6])):
        again = run(people.take(order)).table
        assert all((again.columns[n] == expected.columns[n]).all() for n in expected.names)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"k": 9}, "k=9"),
        ({"l": 4}, "'illness'"),
        ({"quasi_identifiers": ["age", "city"]}, "'city'"),
        ({"quasi_identifiers": ["age", "illness"]}, "'illness'"),
        ({"quasi_identifiers": ["age", "age"]}, "'age'"),
        ({"quasi_identifiers": []}, "no quasi-identifier"),
        ({"sensitive": []}, "no quasi-identifier"),
        ({"direct": ["phone"]}, "'phone'"),
        ({"subject": "age", "quasi_identifiers": ["sex", "age"]}, "'age'"),
    ],
)
def test_refusals_name_the_column(people, changes, named):
    with pytest.raises(TableError, match=named):
        run(people, **changes)


@pytest.mark.parametrize(("k", "l"), [(1, 1), (0, 1), (True, 1), (2, 0), (2.0, 1)])
def test_parameters_without_meaning(people, k, l):
    with pytest.raises(PrivacyParameterError):
        run(people, k=k, l=l)


def test_a_person_with_two_rows_is_refused_and_not_named():
    table = make_table(person=["zhang", "zhang", "li"], age=[1, 2, 3], sex=["F"] * 3, illness=["a", "b", "c"])
    with pytest.raises(TableError, match="3 rows but 2 people") as caught:
        run(table)
    assert "zhang" not in str(caught.value)
    with pytest.raises(TableError, match="empty in 1 rows"):
        run(make_table(person=["zhang", "", "li"], age=[1, 2, 3], sex=["F"] * 3, illness=["a", "b", "c"]))


@pytest.mark.parametrize("column", ["age", "sex", "illness"])
def test_a_column_without_values_is_refused(people, column):
    empty = [math.nan] * 8 if column == "age" else [""] * 8
    columns = {**people.columns, column: make_table(c=empty).columns["c"]}
    with pytest.raises(TableError, match=f"'{column}' has no value"):
        run(Table(columns))


def test_rare_categories_are_not_named():
    table = make_table(
        city=["北京"] * 4 + ["上海"] * 4 + ["Ürümqi", "=cmd|x"], name=list("abcdefghij"), flag=["y", "n"] * 5
    )
    published = anonymise(table, quasi_identifiers=["city", "name"], sensitive=["flag"], k=2, l=1).table
    text = " ".join(published.columns["city"].tolist() + published.columns["name"].tolist())
    assert "other" in text
    assert "Ürümqi" not in text
    assert set(published.columns["name"]) == {"*"}


def test_outer_sides_are_open(people):
    # Nobody's smallest or largest age can be read from the boxes.
    text = " ".join(run(people).table.columns["age"])
    assert "21" not in text
    assert "61" not in text


cells = st.one_of(st.integers(-3, 3), st.integers(0, 60))
columns = st.sampled_from(["int", "float", "missing", "category", "unique", "alike"])


@st.composite
def tables(draw):
    """Small tables over mixed types, gaps, duplicates and Unicode."""
    rows = draw(st.integers(2, 40))
    made = {}
    for position in range(draw(st.integers(1, 3))):
        match draw(columns):
            case "int":
                values = draw(st.lists(cells, min_size=rows, max_size=rows))
            case "float":
                values = draw(st.lists(st.floats(-1e6, 1e6), min_size=rows, max_size=rows))
            case "missing":
                one = st.one_of(st.just(math.nan), st.floats(-50, 50).map(lambda x: round(x, 1)))
                values = [0.5, *draw(st.lists(one, min_size=rows - 1, max_size=rows - 1))]
            case "category":
                names = ["北京", "a|b", "a", "*", "other", "missing", "\\", "", "é", "e\u0301", "=1", "🙂", "a | b"]
                values = ["x", *draw(st.lists(st.sampled_from(names), min_size=rows - 1, max_size=rows - 1))]
            case "unique":
                values = [f"row {i}" for i in range(rows)]
            case "alike":
                values = ["same"] * rows
        made[f"q{position}"] = values
    made["s"] = draw(st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=rows, max_size=rows))
    return make_table(**made)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables(), st.integers(2, 6), st.integers(1, 3))
def test_the_promise_holds_on_any_table(table, k, l):
    quasi = [name for name in table.names if name.startswith("q")]
    distinct = len(set(table.columns["s"]) - {""})
    if table.rows < k or distinct < l:
        with pytest.raises(TableError):
            anonymise(table, quasi_identifiers=quasi, sensitive=["s"], k=k, l=l)
        return
    result = anonymise(table, quasi_identifiers=quasi, sensitive=["s"], k=k, l=l)
    assert problems(table, result.table, quasi, ["s"], k=k, l=l) == []
    assert result.table.rows == table.rows
    assert sorted(result.table.columns["s"]) == sorted(table.columns["s"])
    assert 0 <= result.claims["ncp"] <= 1


def twin_table() -> Table:
    rng = np.random.default_rng(5)
    return make_table(
        q0=rng.integers(0, 90, 200).tolist(),
        q1=rng.choice(["a", "b", "c", "d"], 200).tolist(),
        s=rng.choice(["x", "y", "z"], 200, p=[0.9, 0.05, 0.05]).tolist(),
    )


@pytest.mark.parametrize(
    ("l", "broken", "found"), [(1, {"k": 4}, "k"), (2, {"l": 1}, "l")], ids=["one row too few", "diversity ignored"]
)
def test_broken_twins_are_rejected(monkeypatch, l, broken, found):
    table, options = twin_table(), {"quasi_identifiers": ["q0", "q1"], "sensitive": ["s"], "k": 5, "l": l}
    good = anonymise(table, **options).table
    assert problems(table, good, ["q0", "q1"], ["s"], k=5, l=l) == []
    monkeypatch.setattr(engine, "mondrian", lambda axes, asked, **o: mondrian(axes, replace(asked, **broken), **o))
    with pytest.raises(SelfCheckFailed):
        anonymise(table, **options)
    monkeypatch.setattr(engine, "check_published", lambda *a, **o: (0, 0, 0))
    bad = anonymise(table, **options).table
    assert found in problems(table, bad, ["q0", "q1"], ["s"], k=5, l=l)


def test_the_twin_with_tight_boxes_is_rejected(monkeypatch):
    table, quasi = twin_table(), ["q0", "q1"]

    def tight(axes, promises, **options):
        boxes = mondrian(axes, promises, **options)
        ages, inside = boxes.states[0].copy(), axes[0].codes
        for number in range(boxes.count):
            ages[number] = inside[boxes.of_row == number].min(), inside[boxes.of_row == number].max()
        return Boxes(boxes.of_row, (ages, *boxes.states[1:]))

    monkeypatch.setattr(engine, "mondrian", tight)
    bad = anonymise(table, quasi_identifiers=quasi, sensitive=["s"], k=5, l=2).table
    assert "boxes do not tile the domain" in problems(table, bad, quasi, ["s"], k=5, l=2)
