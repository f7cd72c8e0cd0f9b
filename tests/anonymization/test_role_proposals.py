"""Proposed roles: what names, contents and uniqueness say, against plain counts."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization import role_proposals
from wuming.anonymization.column_names import read_name
from wuming.anonymization.role_proposals import Found, complete, propose_roles, refuse_forgotten_identifiers
from wuming.anonymization.roles import Roles
from wuming.core.errors import TableError
from wuming.core.tables import Table


def text(cells):
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("姓名", "direct"),
        ("身份证号", "direct"),
        ("手机号码", "direct"),
        ("联系电话", "direct"),
        ("电子邮箱", "direct"),
        ("家庭地址", "direct"),
        ("客户编号", "direct"),
        ("邮编", "quasi_identifier"),
        ("出生日期", "quasi_identifier"),
        ("年龄", "quasi_identifier"),
        ("性别", "quasi_identifier"),
        ("民族", "quasi_identifier"),
        ("所在城市", "quasi_identifier"),
        ("公司名称", "quasi_identifier"),
        ("疾病", "sensitive"),
        ("诊断结果", "sensitive"),
        ("月收入", "sensitive"),
        ("账户余额", "sensitive"),
        ("full_name", "direct"),
        ("customerId", "direct"),
        ("E-Mail", "direct"),
        ("Phone Number", "direct"),
        ("zip_code", "quasi_identifier"),
        ("DateOfBirth", "quasi_identifier"),
        ("Age", "quasi_identifier"),
        ("city_name", "quasi_identifier"),
        ("salary-class", "sensitive"),
        ("diagnosis", "sensitive"),
        ("page", None),
        ("average", None),
        ("usage", None),
        ("产品名称", None),
        ("订单编号", None),
        ("remark", None),
    ],
)
def test_names(name, role):
    found = read_name(name)
    assert (found.role if found else None) == role


@pytest.mark.parametrize(("name", "sure"), [("id", False), ("name", False), ("编号", False), ("user_id", True)])
def test_names_that_people_share_with_things_are_unsure(name, sure):
    assert read_name(name).sure is sure


def table_of(rows, seed=1):
    """Return a table whose columns are told apart by hand."""
    rng = random.Random(seed)
    return Table(
        {
            "id": np.arange(1000, 1000 + 3 * rows, 3),
            "who": text([f"P{rng.random()}" for _ in range(rows)]),
            "age": np.array([rng.randrange(18, 90) for _ in range(rows)]),
            "gender": text([rng.choice("MF") for _ in range(rows)]),
            "illness": text([rng.choice(["flu", "cold"]) for _ in range(rows)]),
            "height_group": np.array([rng.randrange(6) for _ in range(rows)]),
            "tier": text([rng.choice(["gold", "silver"]) for _ in range(rows)]),
            "nothing": text([""] * rows),
            "one": text(["same"] * rows),
            "joined": text([f"20{rng.randrange(10, 25)}-0{rng.randrange(1, 10)}-11" for _ in range(rows)]),
            "row": np.arange(rows),
        }
    )


def test_each_kind_of_evidence():
    found = propose_roles(table_of(300)).by_name
    roles = {name: one.role for name, one in found.items()}
    assert roles["id"] == "direct"
    assert roles["who"] == "direct"  # text, all different
    assert roles["row"] == "direct"
    assert roles["age"] == roles["gender"] == roles["joined"] == "quasi_identifier"
    assert roles["illness"] == "sensitive"
    assert roles["nothing"] == roles["one"] == "insensitive"
    assert all(one.reasons and 0 < one.confidence <= 1 for one in found.values())


def test_an_unsure_name_of_something_that_repeats_is_not_believed():
    table = Table({"name": text(["apple", "pear"] * 50), "age": np.arange(100) % 7})
    assert propose_roles(table).by_name["name"].role != "direct"


def test_the_detector_decides_by_content():
    cells = [f"call {i}" for i in range(40)]
    table = Table({"note": text(cells * 3), "age": np.arange(120) % 50})
    seen = []

    def detect(values):
        seen.append(list(values))
        return Found(sum(value.startswith("call") for value in values) / len(values), "PHONE")

    found = propose_roles(table, detect=detect).by_name
    assert found["note"].role == "direct"
    assert "PHONE" in found["note"].reasons[0]
    assert found["age"].role == "quasi_identifier"
    assert sorted(seen[0]) == sorted(cells)  # different values, each once


def test_some_identifiers_in_remarks_are_enough():
    table = Table({"remark": text(["ok", "fine", "no answer", "call Ann", "late"] * 20), "age": np.arange(100) % 9})
    detect = lambda values: Found(sum("Ann" in value for value in values) / len(values), "PERSON")  # noqa: E731
    assert propose_roles(table, detect=detect).by_name["remark"].role == "direct"


def plain_unique(columns):
    """Share of rows that are alone, by a dictionary."""
    rows = list(zip(*columns, strict=True))
    counts = Counter(rows)
    return sum(counts[row] == 1 for row in rows) / len(rows)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", ""]), st.integers(0, 1)), min_size=5, max_size=60)
)
def test_steps_count_unique_rows(rows):
    age, city, sex = zip(*rows, strict=True)
    table = Table({"age": np.array(age), "city": text(city), "sex": np.array(sex)})
    found = propose_roles(table)
    taken = []
    for step in found.steps:
        taken.append(step.column)
        assert step.unique_share == pytest.approx(plain_unique([table.columns[n].tolist() for n in taken]))
    # Each step is the best that was left.
    for at, step in enumerate(found.steps):
        before = [table.columns[n].tolist() for n in taken[:at]]
        rest = [plain_unique([*before, table.columns[n].tolist()]) for n in taken[at:]]
        assert step.unique_share == pytest.approx(max(rest))


def test_a_count_that_joins_missing_with_a_value_would_be_found():
    rows = [(1, ""), (1, "a"), (2, "a")]
    right = plain_unique(list(zip(*rows, strict=True)))
    broken = plain_unique([[1, 1, 2], ["a", "a", "a"]])
    table = Table({"age": np.array([1, 1, 2]), "city": text(["", "a", "a"])})
    assert propose_roles(table).steps[-1].unique_share == right != broken


def test_the_same_table_gives_the_same_proposals_and_a_sample_says_so(monkeypatch):
    table = table_of(400)
    assert propose_roles(table) == propose_roles(table)
    monkeypatch.setattr(role_proposals, "MOST_ROWS", 50)
    sampled = propose_roles(table)
    assert sampled == propose_roles(table)
    assert (sampled.rows, sampled.rows_combined) == (400, 50)
    assert any("in 50 of 400 rows" in reason for one in sampled.columns for reason in one.reasons)


def test_no_reason_holds_a_cell():
    secrets = [f"zzz{i}qq" for i in range(90)]
    table = Table({"who": text(secrets), "city": text([s[:4] for s in secrets]), "odd": text(secrets[:45] * 2)})
    words = " ".join(reason for one in propose_roles(table).columns for reason in one.reasons)
    assert "zzz" not in words


def test_the_strongest_are_the_first_that_make_most_rows_unique():
    rng = random.Random(2)
    rows = 500
    table = Table(
        {
            "age": np.array([rng.randrange(80) for _ in range(rows)]),
            "zip": text([f"{rng.randrange(10000, 10090)}" for _ in range(rows)]),
            "sex": text([rng.choice("MF") for _ in range(rows)]),
        }
    )
    found = propose_roles(table)
    assert set(found.strongest) <= {step.column for step in found.steps}
    assert {"age", "zip"} <= set(found.strongest)


def test_roles_take_a_subject_that_is_different_in_every_row():
    table = Table({"patient_id": text([f"x{i}" for i in range(30)]), "age": np.arange(30) % 4})
    roles = propose_roles(table).roles()
    assert roles.subject == "patient_id"
    assert roles.direct == ()
    twice = Table({"patient_id": text([f"x{i // 2}" for i in range(30)]), "age": np.arange(30) % 4})
    roles = propose_roles(twice).roles()
    assert roles.subject is None
    assert roles.direct == ("patient_id",)


def test_a_forgotten_identifier_is_refused_and_the_rest_passes():
    table = table_of(100)
    proposals = propose_roles(table)
    given_roles = Roles(quasi_identifiers=("age", "gender"), sensitive=("illness",))
    with pytest.raises(TableError) as caught:
        refuse_forgotten_identifiers(given_roles, table, proposals)
    assert [line.split(":")[0].strip() for line in caught.value.message.splitlines()[1:]] == ["'id'", "'who'", "'row'"]
    told = Roles(subject="id", direct=("who", "row"), quasi_identifiers=("age", "gender"), sensitive=("illness",))
    refuse_forgotten_identifiers(told, table, proposals)
    assert complete(told, table).insensitive == ("height_group", "tier", "nothing", "one", "joined")
    # What is called insensitive by name was thought about: it passes.
    refuse_forgotten_identifiers(Roles(insensitive=("id", "who", "row")), table, proposals)


def test_a_role_for_a_column_that_is_not_there():
    with pytest.raises(TableError, match="no column 'agee'"):
        complete(Roles(quasi_identifiers=("agee",)), table_of(10))
