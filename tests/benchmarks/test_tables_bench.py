"""The tables bench counts rightly by hand and against the models, and what breaks a promise does not pass it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wuming.anonymization.engine import Anonymised
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.models import k_anonymity, l_diversity, t_closeness
from wuming.app.cli.entry import invoke
from wuming.benchmarks.house.bench import Settings
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.tables import customers, gate, recheck
from wuming.benchmarks.tables.beside import loss_of_labels
from wuming.benchmarks.tables.plain_check import Counted, count
from wuming.benchmarks.tables.random_tables import Case, random_case
from wuming.benchmarks.tables.sound import sound_releases
from wuming.core.errors import SelfCheckFailed, UnknownDataset
from wuming.core.tables import Table
from wuming.datasets.registry import locate

AGES = ["<30", "<30", "<30", ">=30", ">=30"]


def text(*cells: str) -> np.ndarray[Any, Any]:
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def test_counted_by_hand() -> None:
    """Two classes of 3 and 2; in the first a, a, missing, in the second a, b."""
    columns = {"age": AGES, "illness": ["a", "a", "", "a", "b"]}
    counted = count(columns, columns, quasi=["age"], sensitive=["illness"])
    # a 3/5, b 1/5, missing 1/5. First class 2/3, 0, 1/3: half of 1/15 + 3/15 + 2/15.
    # Second class 1/2, 1/2, 0: half of 1/10 + 3/10 + 2/10.
    assert counted == Counted(2, 1, Fraction(3, 10))


def test_numbers_are_counted_by_rank() -> None:
    """Li et al. 2007, section 4.1: {3k, 4k, 5k} and {6k, 8k, 11k} of 3k, 4k, …, 11k are 0.375 and 0.167 away."""
    whole = [1000 * n for n in (3, 4, 5, 6, 11, 8, 7, 9, 10)]
    counted = count(
        {"age": ["x"] * 3, "income": [3000, 4000, 5000]}, {"income": whole}, quasi=["age"], sensitive=["income"]
    )
    assert counted.t == Fraction(375, 1000)
    counted = count(
        {"age": ["x"] * 3, "income": [6000, 8000, 11000]}, {"income": whole}, quasi=["age"], sensitive=["income"]
    )
    assert float(counted.t) == pytest.approx(0.167, abs=5e-4)


@pytest.mark.parametrize("nothing", [None, math.nan, ""])
def test_missing_is_no_value_and_comes_first(nothing: Any) -> None:
    columns: dict[str, list[Any]] = {"age": ["x", "x", "y", "y"], "n": [nothing, 5, 5, 7]}
    counted = count(columns, columns, quasi=["age"], sensitive=["n"])
    # Ranks missing < 5 < 7, shares 1/4, 1/2, 1/4; x has 1/2, 1/2, 0: (1/4 + 1/4) / 2.
    assert counted == Counted(2, 1, Fraction(1, 4))


def test_the_models_count_the_same_on_random_tables() -> None:
    generator = np.random.default_rng(1)
    for _ in range(150):
        case = random_case(generator)
        columns = {name: column.tolist() for name, column in case.table.columns.items()}
        # To the models missing agrees with missing; NaN does not with itself in a dictionary.
        grouped = columns | {name: [None if c != c else c for c in columns[name]] for name in case.quasi}
        counted = count(grouped, columns, quasi=case.quasi, sensitive=case.sensitive)
        assert counted.k == k_anonymity(case.table, case.quasi)
        assert counted.l == min(l_diversity(case.table, case.quasi, name) for name in case.sensitive)
        closeness = max(t_closeness(case.table, case.quasi, name) for name in case.sensitive)
        assert float(counted.t) == pytest.approx(closeness, abs=1e-9)


def test_random_tables_are_the_same_each_time_and_of_every_kind() -> None:
    cases = [random_case(np.random.default_rng(seed)) for seed in (3, 3)]
    assert repr(cases[0].table.columns) == repr(cases[1].table.columns)
    generator = np.random.default_rng(5)
    cases = [random_case(generator) for _ in range(300)]
    assert {case.shape for case in cases} == {"ordinary", "duplicates", "all rows alike", "one row"}
    columns = [column for case in cases for column in case.table.columns.values()]
    assert {column.dtype for column in columns} == {np.dtype(object), np.dtype(np.int64), np.dtype(np.float64)}
    assert any((column == "").any() for column in columns if column.dtype == object)
    assert any(np.isnan(column).any() for column in columns if column.dtype == np.float64)
    assert any("北京" in column.tolist() for column in columns)
    for case in cases:
        assert case.shape != "one row" or case.table.rows == 1
        cells = [column.tolist() for column in case.table.columns.values()]
        assert case.shape != "all rows alike" or len(set(map(repr, zip(*cells, strict=True)))) == 1


CASE = Case(
    "ordinary",
    Table({"age": np.array([21, 22, 23, 51, 52]), "illness": text("a", "b", "a", "a", "b")}),
    ("age",),
    ("illness",),
    k=2,
    l=2,
    t=0.2,
    suppression=0.0,
)


def released(ages: list[str], illness: str, *, suppressed: int = 0) -> recheck.Release:
    table = Table({"age": text(*ages), "illness": text(*illness)})
    return recheck.Release("local", CASE, Anonymised(table, {"suppressed": suppressed}))


@pytest.mark.parametrize(
    ("release", "broken"),
    [
        (released(AGES, "abaab"), []),
        (released(["<30", "<30", "<30", "<40", ">=30"], "abaab"), ["k", "l", "t"]),
        (released(AGES, "aaabb"), ["l", "t"]),
        (released(AGES[:4], "abab"), ["rows"]),
        (released(AGES[:3], "aba", suppressed=2), []),
        (recheck.Release("local", CASE, None, "cannot"), ["refused, though it can be kept"]),
        (recheck.Release("local", replace(CASE, l=3), None, "cannot"), []),
        (recheck.Release("local", replace(CASE, k=6), None, "cannot"), []),
    ],
)
def test_broken_promises_and_needless_refusals_are_told(release: recheck.Release, broken: list[str]) -> None:
    assert recheck.plainly(release) == broken


class _Peer:
    """Answers as the environment of pycanon does."""

    def __init__(self, answer: dict[str, Any], asis: dict[str, Any] | None = None) -> None:
        self.answer = {"prepared": answer, "asis": asis or answer}

    def do(self, command: str, tables: list[Any]) -> list[dict[str, Any]]:
        assert command == "count"
        json.dumps(tables)
        return [self.answer for _ in tables]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"k": 2, "l": 2, "t": 0.1}, []),
        ({"k": 1, "l": 2, "t": 0.1}, ["breaks k", "differs in k", "as it comes: another k"]),
        ({"k": 2, "l": 2, "t": 0.3}, ["breaks t", "differs in t", "as it comes: another t"]),
    ],
)
def test_what_the_peer_says_is_compared(answer: dict[str, Any], told: list[str]) -> None:
    assert list(recheck._by_peer(_Peer(answer), [released(AGES, "abaab")])) == told  # type: ignore[arg-type]


def test_what_the_peer_cannot_count_is_told() -> None:
    right = {"k": 2, "l": 2, "t": 0.1}
    peer = _Peer(right, right | {"t": "ZeroDivisionError"})
    told = list(recheck._by_peer(peer, [released(AGES, "abaab")]))  # type: ignore[arg-type]
    assert told == ["as it comes: ZeroDivisionError for t"]


HIERARCHY = Hierarchy("c", ("a", "b", "c", "d"), (("a", "b", "c", "d"), ("ab", "ab", "c", "d"), ("*", "*", "*", "*")))


def test_loss_of_labels_by_hand() -> None:
    assert loss_of_labels({"c": ["a", "d"]}, {"c": HIERARCHY}, rows=2) == 0.0
    assert loss_of_labels({"c": ["ab", "d"]}, {"c": HIERARCHY}, rows=2) == 0.25
    assert loss_of_labels({"c": ["ab", "d"]}, {"c": HIERARCHY}, rows=4) == pytest.approx((0.5 + 0 + 1 + 1) / 4)
    assert loss_of_labels({}, {"c": HIERARCHY}, rows=3) == 1.0
    with pytest.raises(SelfCheckFailed, match="no one level"):
        loss_of_labels({"c": ["ab", "*"]}, {"c": HIERARCHY}, rows=2)


@pytest.mark.full
def test_peers_take_part(tmp_path: Path) -> None:
    try:
        locate("arx")
    except UnknownDataset as error:
        pytest.skip(f"data set arx: {error.message}")
    path = tmp_path / "quick.json"
    assert invoke(["bench", "tables", "--quick", "--rows", "global,recheck", "--json", str(path)]) == 0
    rows = json.loads(path.read_text())["rows"]
    figures = {figure["what"]: figure["median"] for entry in rows.values() for figure in entry["figures"]}
    assert figures["pycanon and plain group-by differ"] == 0
    assert figures["promises broken, pycanon"] == 0
    assert figures["anjana, k=10, suppression 5%: NCP"] >= figures["k=10, suppression 5%: NCP"]


def test_the_gate_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three weak releases one is refused rightly, one for another reason, one never; one of two sound ones is."""

    class Examined:
        def __init__(self, *refused: str) -> None:
            self.refused = [type("Outcome", (), {"name": name}) for name in refused]

    class Weak:
        def __init__(self, name: str, *refused: str) -> None:
            self.name, self._refused = name, refused

        def examine(self, stage: object) -> Examined:
            return Examined(*self._refused)

        def caught(self, examination: Examined) -> bool:
            return self.name in {outcome.name for outcome in examination.refused}

    monkeypatch.setattr(gate, "WEAKNESSES", (Weak("order", "order"), Weak("hash", "order"), Weak("copy")))
    monkeypatch.setattr(gate, "sound_releases", lambda: sound_releases()[:2])
    monkeypatch.setattr(gate, "examine", lambda table, plan, **asked: Examined(*["order"] * (table.rows == first)))
    first = sound_releases()[0].rows
    outcome = gate.measure(Hall(Settings(), lambda text: None))
    assert [figure.median for figure in outcome.figures[:3]] == [1.0, 2.0, 1.0]
    assert outcome.notes == ("let pass: copy", "for another reason: hash")
    assert outcome.raw["wrongly"] == {"0": ["order"]}


def test_customers_are_the_same_in_blocks_and_at_once() -> None:
    blocks = list(customers.blocks_of(250_000))
    assert [block.rows for block in blocks] == [100_000, 100_000, 50_000]
    again = next(customers.blocks_of(100_000))
    for name in (*customers.QUASI, *customers.SENSITIVE):
        assert (blocks[0].columns[name] == again.columns[name]).all()
    assert (blocks[0].columns["age"] != blocks[1].columns["age"]).any()
