"""Another product's cases: what counts as agreement, and that nothing disagrees without a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from wuming.benchmarks.text.fixtures import KINDS, NOT_OURS, cases, disagreements
from wuming.benchmarks.text.fixtures_reasons import REASONS
from wuming.benchmarks.text.scanner import Found
from wuming.core.errors import UnknownDataset
from wuming.datasets.registry import locate
from wuming.deidentification.engine import Detector
from wuming.deidentification.kinds import KINDS as OURS


def judged(folder: Path, found: Found, **entry: Any) -> bool | None:
    (folder / "one.json").write_text(json.dumps([{"id": "x", "input": "电话13812345678在北京", **entry}]), "utf-8")
    (case,) = cases(folder)
    return None if case.agrees is None else case.agrees(found)


PHONE = [(2, 13, "PHONE")]


def test_what_is_to_be_found_must_be_covered_by_its_type(tmp_path: Path) -> None:
    expected = {"should_match": True, "type": "phone", "expected_text": "13812345678"}
    assert judged(tmp_path, PHONE, **expected)
    assert not judged(tmp_path, [(2, 12, "PHONE")], **expected)
    assert not judged(tmp_path, [(2, 13, "BANK_CARD")], **expected)
    assert not judged(tmp_path, PHONE, should_match=False, type="phone")
    assert judged(tmp_path, [], should_match=False, type="phone")


def test_types_that_are_not_ours_are_left_out_unless_nothing_is_expected(tmp_path: Path) -> None:
    assert judged(tmp_path, [], should_match=True, type="cpf") is None
    assert judged(tmp_path, PHONE, should_match=False, type="cpf")
    assert judged(tmp_path, PHONE, pii_values=["13812345678", "北京"], pii_types=["phone", "cpf"])
    assert not judged(tmp_path, PHONE, pii_values=["13812345678", "北京"])


def test_words_that_carry_the_meaning_must_stay(tmp_path: Path) -> None:
    assert judged(tmp_path, PHONE, pii_values=["13812345678"], semantic_tokens=["北京"])
    assert not judged(tmp_path, [*PHONE, (14, 16, "LOCATION")], pii_values=["13812345678"], semantic_tokens=["北京"])


def test_all_listed_entities_must_be_found(tmp_path: Path) -> None:
    listed = [{"text": "13812345678", "type": "phone"}, {"text": "北京", "type": "location"}]
    assert not judged(tmp_path, PHONE, entities=listed)
    assert judged(tmp_path, [*PHONE, (14, 16, "ADDRESS")], entities=listed)


def test_cases_of_a_limit_say_so_themselves(tmp_path: Path) -> None:
    described = ("Bare name — L2 NER's job", "+81 may not be caught", "valid phone", "")
    entries = [
        {"id": "x", "input": "张三", "should_match": False, "type": "person", "description": one} for one in described
    ]
    (tmp_path / "some.json").write_text(json.dumps(entries), "utf-8")
    assert [case.of_a_limit for case in cases(tmp_path)] == [True, True, False, False]


def test_types_are_ours() -> None:
    assert set().union(*KINDS.values()) <= set(OURS)
    assert not NOT_OURS & set(KINDS)


# Names of people, organisations and places are measured on corpora of their own; here they may be found or not.
NAMES = ("ner_zh:", "zh_organization:", "zh_school:", "zh_workplace:", "zh_person:", "uk_patterns:postcode")
NAMES_WITHIN = frozenset({
    "adversarial_tests:adv_german_tax_id_edge", "realistic_scenarios:zh_ecommerce_01",
    "realistic_scenarios:uk_letting_agent_01",
})  # fmt: skip


def test_every_disagreement_has_a_reason_and_every_reason_a_case() -> None:
    try:
        everything = cases(locate("argus-redact-fixtures"))
    except UnknownDataset as error:
        pytest.skip(error.message)
    ours = [case for case in everything if case.agrees is not None]
    detector = Detector()
    found = [[(span.start, span.end, span.kind) for span in detector.find(case.text)] for case in ours]
    others = [key for key in disagreements(ours, found) if not key.startswith(NAMES) and key not in NAMES_WITHIN]
    assert set(others) <= set(REASONS)
    assert set(REASONS) <= {case.key for case in everything}
    assert all(reason.strip() for reason in REASONS.values())
