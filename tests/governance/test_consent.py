"""The consent registry: decisions, history, and files that cannot be accepted."""

from __future__ import annotations

import json
import stat
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import ConsentError, LedgerCorrupt, MissingFile, WrongEncoding
from wuming.governance.consent import ConsentRegistry, Decision
from wuming.governance.consent_record import ConsentRecord

DAY = "2026-06-30"


def line(subject: str = "u1", **changes: Any) -> dict[str, Any]:
    return {
        "subject": subject,
        "notice_version": "2025-01",
        "notice_hash": "sha256:" + "a" * 64,
        "purposes": ["model-training", "service"],
        "given_at": "2025-03-01",
        "withdrawn_at": None,
        "birth_year": 1990,
        "guardian": None,
        **changes,
    }


def write(folder: Path, *lines: Any) -> Path:
    path = folder / "consent.jsonl"
    path.write_text("".join((item if isinstance(item, str) else json.dumps(item)) + "\n" for item in lines), "utf-8")
    return path


@pytest.fixture
def registry(tmp_path: Path) -> ConsentRegistry:
    return ConsentRegistry(tmp_path / "registry.sqlite", lineage="shop")


def decide(registry: ConsentRegistry, purpose: str = "model-training", day: str = DAY) -> Decision:
    return registry.decide("u1", purpose, day, 14)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"purposes": ["service"]}, "purpose-not-covered"),
        ({"purposes": []}, "purpose-not-covered"),
        ({"withdrawn_at": "2026-01-01"}, "withdrawn"),
        ({"withdrawn_at": "2027-01-01"}, "withdrawn"),
        ({"given_at": "2026-07-01"}, "no-consent"),
        ({"given_at": "2026-06-30T23:59:59Z"}, None),
        ({"given_at": "2026-07-01T01:00:00+08:00"}, None),
        ({"subject": "u2"}, "no-consent"),
        ({"birth_year": 2013}, "minor-without-guardian"),
        ({"birth_year": 2012}, "minor-without-guardian"),
        ({"birth_year": 2011}, None),
        ({"birth_year": None}, None),
        ({"birth_year": 2015, "guardian": {"given_at": "2025-03-01"}}, None),
        ({"birth_year": 2015, "guardian": {"given_at": "2026-12-01"}}, "minor-without-guardian"),
    ],
)
def test_decisions(registry: ConsentRegistry, tmp_path: Path, changes: dict[str, Any], reason: str | None) -> None:
    registry.import_file(write(tmp_path, line(**changes)))
    decision = decide(registry)
    assert (decision.allowed, decision.reason) == (reason is None, reason)


def test_no_registry_no_consent(registry: ConsentRegistry) -> None:
    assert decide(registry) == Decision(False, "no-consent")
    assert registry.show("u1") == []
    assert registry.lineages_of("u1") == []


def test_a_withdrawal_counts_at_once_and_an_older_record_never_undoes_it(
    registry: ConsentRegistry, tmp_path: Path
) -> None:
    path = write(tmp_path, line())
    registry.import_file(path)
    assert decide(registry).allowed
    registry.withdraw("u1")
    assert decide(registry).reason == "withdrawn"  # although the plan's day lies before the withdrawal
    registry.import_file(path)
    registry.import_file(write(tmp_path, line(notice_version="2025-02"), line(given_at="2025-04-01")))
    assert decide(registry).reason == "withdrawn"


def _latest_record_wins(history: list[dict[str, Any]]) -> bool:
    """A broken twin: what was imported last decides."""
    return history[-1]["withdrawn_at"] is None


def test_a_twin_that_trusts_the_last_import_would_undo_it(registry: ConsentRegistry, tmp_path: Path) -> None:
    registry.import_file(write(tmp_path, line(withdrawn_at="2026-01-01")))
    registry.import_file(write(tmp_path, line()))
    assert decide(registry).reason == "withdrawn"
    assert _latest_record_wins(registry.show("u1"))


def test_new_consent_after_a_withdrawal(registry: ConsentRegistry, tmp_path: Path) -> None:
    registry.import_file(write(tmp_path, line()))
    registry.withdraw("u1", "2026-01-10")
    registry.import_file(write(tmp_path, line(given_at="2026-01-10T12:00:00Z")))
    assert decide(registry).reason == "withdrawn"  # a day covers all of itself
    registry.import_file(write(tmp_path, line(given_at="2026-01-11", notice_version="2026-01")))
    assert decide(registry) == Decision(True, None, "2026-01")
    assert [entry["kind"] for entry in registry.show("u1")] == ["record", "withdrawal", "record", "record"]


def test_withdrawal_before_any_record(registry: ConsentRegistry, tmp_path: Path) -> None:
    registry.withdraw("u1", "2026-01-10")
    registry.withdraw("u1", "2026-01-10")
    assert len(registry.show("u1")) == 1
    registry.import_file(write(tmp_path, line()))
    assert decide(registry).reason == "withdrawn"


def test_narrowed_purposes(registry: ConsentRegistry, tmp_path: Path) -> None:
    registry.import_file(write(tmp_path, line()))
    registry.import_file(write(tmp_path, line(given_at="2026-01-01", purposes=["service"])))
    assert decide(registry).reason == "purpose-not-covered"
    assert decide(registry, day="2025-06-01").allowed  # as it was on that day
    assert decide(registry, "service").allowed


def test_of_two_records_of_one_time_the_narrower_counts(registry: ConsentRegistry, tmp_path: Path) -> None:
    registry.import_file(write(tmp_path, line(purposes=["service"])))
    registry.import_file(write(tmp_path, line()))
    assert decide(registry).reason == "purpose-not-covered"


def test_lineages_are_apart(registry: ConsentRegistry, tmp_path: Path) -> None:
    registry.import_file(write(tmp_path, line()))
    other = ConsentRegistry(tmp_path / "registry.sqlite", lineage="bank")
    assert decide(other).reason == "no-consent"
    other.withdraw("u1")
    assert decide(registry).allowed
    assert registry.lineages_of("u1") == ["bank", "shop"]


def test_counts(registry: ConsentRegistry, tmp_path: Path) -> None:
    path = write(tmp_path, line(), "", line("u2", withdrawn_at="2026-01-01"), line())
    assert registry.import_file(path).as_json() == {
        "lines": 3,
        "added": 2,
        "already_known": 1,
        "subjects": 2,
        "withdrawn": 1,
    }
    assert registry.import_file(path).added == 0


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("{", "no JSON"),
        ("[1]", "no JSON object"),
        ("[" * 100_000, "nested"),
        (line(subject=""), "subject"),
        (line(subject=7), "subject"),
        (line(subject="\ud800"), "subject"),
        (line(purposes="model-training"), "purposes"),
        (line(purposes=[1]), "purposes"),
        (line(given_at="yesterday"), "given_at"),
        (line(given_at=None), "given_at"),
        (line(given_at="2026-02-30"), "given_at"),
        (line(withdrawn_at=True), "withdrawn_at"),
        (line(birth_year="1990"), "birth_year"),
        (line(birth_year=True), "birth_year"),
        (line(birth_year=90), "birth_year"),
        (line(guardian=True), "guardian"),
        (line(guardian={"given_at": "?"}), "guardian"),
        (line(notice_version=1), "notice_version"),
        (line(Zhang_San=1), "1 unknown fields"),
        ({"subject": "u1"}, "lacks given_at, purposes"),
    ],
)
def test_bad_lines_are_named_by_number_and_nothing_is_added(
    registry: ConsentRegistry, tmp_path: Path, bad: Any, said: str
) -> None:
    with pytest.raises(ConsentError, match=rf"line 3: .*{said}") as error:
        registry.import_file(write(tmp_path, line(), "", bad))
    assert "Zhang" not in str(error.value)
    assert "yesterday" not in str(error.value)
    assert decide(registry).reason == "no-consent"


def test_bad_files(registry: ConsentRegistry, tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        registry.import_file(tmp_path / "absent.jsonl")
    with pytest.raises(ConsentError, match="no consent record"):
        registry.import_file(write(tmp_path, ""))
    (tmp_path / "gbk.jsonl").write_bytes("同意".encode("gbk"))
    with pytest.raises(WrongEncoding):
        registry.import_file(tmp_path / "gbk.jsonl")
    (tmp_path / "registry.sqlite").write_bytes(b"damaged" * 1000)
    with pytest.raises(LedgerCorrupt):
        decide(registry)


@pytest.mark.parametrize(
    "act", [lambda r: r.withdraw("u1", "soon"), lambda r: r.withdraw(""), lambda r: decide(r, day="x")]
)
def test_bad_arguments(registry: ConsentRegistry, act: Any) -> None:
    with pytest.raises(ConsentError):
        act(registry)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda x: st.lists(x, max_size=3), max_leaves=4
)


@given(changes=st.dictionaries(st.sampled_from(sorted(line())), _JSON, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_record_is_read_back_or_refused(changes: dict[str, Any]) -> None:
    try:
        record = ConsentRecord.from_json({**line(), **changes})
    except ValueError:
        return
    assert ConsentRecord.from_json(record.as_json()) == record


def test_ten_thousand_lines(registry: ConsentRegistry, tmp_path: Path) -> None:
    path = write(tmp_path, *(line(f"u{i}", birth_year=1950 + i % 60) for i in range(10_000)))
    start = time.monotonic()
    assert registry.import_file(path).added == 10_000
    decisions = registry.decide_many((f"u{i}" for i in range(10_000)), "model-training", date(2026, 6, 30), 14)
    assert time.monotonic() - start < 20
    assert all(decision.allowed for decision in decisions.values())
    assert stat.S_IMODE((tmp_path / "registry.sqlite").stat().st_mode) == 0o600
