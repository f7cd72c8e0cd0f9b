"""Replacement: operators, formats, determinism, independence of other subjects, and the way back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import KeyUnavailable, PlanError, SelfCheckFailed, VerificationFailed
from wuming.core.ports import Span
from wuming.core.records import Record
from wuming.deidentification import KINDS, Deidentified, Deidentifier, Detector, Session, Vault, deidentify_records
from wuming.deidentification.operators import OPERATORS, Stream
from wuming.deidentification.recognizers import checks

KEY = b"0123456789abcdef0123456789abcdef"
DETECTOR = Detector()
EXAMPLES = {
    "person_name": "张伟",
    "address": "北京市朝阳区建国路88号",
    "resident_id": "11010519491231002X",
    "mobile": "138-1234-5678",
    "landline": "010-62345678",
    "bank_card": "6222 0212 3456 7890 128",
    "credit_card": "4111111111111111",
    "email": "zhangwei@corp.cn",
    "ip": "10.1.2.3",
    "uscc": "91350100M000100Y43",
    "passport": "E12345678",
    "plate": "京A·12345",
    "wechat": "lily_2024",
    "qq": "12345678",
    "ssn": "078-05-1120",
    "iban": "GB82 WEST 1234 5698 7654 32",
}


def replaced(kind: str, value: str, *, operator: str = "surrogate", subject: str = "s", key: bytes = KEY) -> str:
    """The replacement of one value that a detector reports as `kind`."""

    class Whole:
        def find(self, text: str) -> list[Span]:
            return [Span(0, len(text), kind)]

    return Deidentifier(Whole(), key, operator).deidentify(value, subject=subject).text


def test_every_kind_has_an_example_and_a_surrogate() -> None:
    assert set(EXAMPLES) == set(KINDS)
    for kind, value in EXAMPLES.items():
        new = replaced(kind, value)
        assert new != value
        assert "⟦" not in new
        assert replaced(kind, value) == new
        assert replaced(kind, value, subject="other") != new
        assert replaced(kind, value, key=b"another key of 32 bytes ........") != new


def test_surrogates_keep_the_format_and_belong_to_nobody() -> None:
    mobile = replaced("mobile", "138-1234-5678")
    assert mobile.startswith("154-")
    assert [len(part) for part in mobile.split("-")] == [3, 4, 4]
    resident = replaced("resident_id", EXAMPLES["resident_id"])
    assert resident.startswith("99")
    assert checks.resident_check(resident[:17]) == resident[17]
    card = replaced("bank_card", EXAMPLES["bank_card"])
    assert card.startswith("9999 ")
    assert checks.luhn(checks.digits_of(card))
    assert replaced("email", "a@b.cn").split("@")[1] in ("example.com", "example.org", "example.net")
    assert replaced("ip", "10.1.2.3").startswith(("198.18.", "198.19."))
    assert replaced("ip", "fe80::1:2:3").startswith("2001:db8:")
    assert replaced("ssn", EXAMPLES["ssn"]).startswith("000-")
    assert checks.mod_97(checks.compact(replaced("iban", EXAMPLES["iban"])))
    assert replaced("mobile", "(303) 555-1234")[5:].startswith(" 555-01")
    assert replaced("person_name", "王先生").endswith("先生")
    assert replaced("mobile", "１３８１２３４５６７８").startswith("１５４")


def test_spellings_of_one_value_become_one_value() -> None:
    plain = replaced("mobile", "13812345678")
    assert replaced("mobile", "138 1234 5678").replace(" ", "") == plain
    assert replaced("mobile", "+8613812345678") == "+86" + plain


def test_a_name_and_its_surname_stay_one_person() -> None:
    assert replaced("person_name", "王小波")[0] == replaced("person_name", "王先生")[0]
    assert replaced("person_name", "Sarah Miller").split()[0] == replaced("person_name", "Sarah")


@pytest.mark.parametrize(("language", "label"), [("zh", "[手机号]"), ("en", "[MOBILE]"), ("", "[手机号]")])
def test_redact(language: str, label: str) -> None:
    result = Deidentifier(DETECTOR, KEY, "redact").deidentify("电话13812345678", subject="s", language=language)
    assert result.text == f"电话{label}"


@pytest.mark.parametrize(("kind", "value"), sorted(EXAMPLES.items()))
def test_mask_keeps_at_most_four_characters(kind: str, value: str) -> None:
    masked = replaced(kind, value, operator="mask")
    kept = [character for character in masked if character.isalnum()]
    assert len(kept) <= 4
    assert kept == [] or len(value) >= 12


def test_hash_is_keyed_and_typed() -> None:
    token = replaced("mobile", "13812345678", operator="hash")
    assert token.startswith("⟦mobile:")
    assert token == replaced("mobile", "138 1234 5678", operator="hash")
    assert token != replaced("mobile", "13812345678", operator="hash", key=b"another key of 32 bytes ........")


def test_exceptions_by_kind() -> None:
    deidentifier = Deidentifier(DETECTOR, KEY, operators={"mobile": "redact"})
    assert "[手机号]" in deidentifier.deidentify("电话13812345678，邮箱a@b.cn", subject="s").text


def test_replacements_point_at_both_texts() -> None:
    text = "我叫张伟，电话13812345678，邮箱a@b.cn"
    result = Deidentifier(DETECTOR, KEY).deidentify(text, subject="s")
    assert [r.kind for r in result.replacements] == ["person_name", "mobile", "email"]
    for one in result.replacements:
        assert result.text[one.start : one.end]
        assert result.text[one.start : one.end] not in text
        assert text[one.original_span.start : one.original_span.end] not in result.text


@pytest.mark.parametrize("operator", ["rot13", ""])
def test_refuses_unknown_operators(operator: str) -> None:
    with pytest.raises(PlanError):
        Deidentifier(DETECTOR, KEY, operator)


def test_refuses_short_keys() -> None:
    with pytest.raises(KeyUnavailable):
        Deidentifier(DETECTOR, b"short")


def test_refuses_a_detector_with_overlaps() -> None:
    class Overlapping:
        def find(self, text: str) -> list[Span]:
            return [Span(0, 4, "qq"), Span(2, 6, "qq")]

    with pytest.raises(SelfCheckFailed) as caught:
        Deidentifier(Overlapping(), KEY).deidentify("12345678", subject="s")
    assert "1234" not in str(caught.value)


# --- one subject leaves: every other byte stays ----------------------------------------------------------------------

RECORDS = [
    Record("1", "anna", "我叫张伟，电话13812345678", "2026-01-01", "zh"),
    Record("2", "ben", "收件人：李娜，电话13912345678，卡号6222021234567890128", "2026-01-02", "zh"),
    Record("3", "anna", "邮箱zhangwei@corp.cn，微信lily_2024", "2026-01-03", "zh"),
    Record("4", "cara", "My name is Sarah Miller, call (303) 555-1234", "2026-01-04", "en"),
    Record("5", "ben", "又是李娜，电话13912345678", "2026-01-05", "zh"),
]


class CountingDeidentifier(Deidentifier):
    """The broken twin: surrogates are numbered in the order of their coming, across subjects."""

    def deidentify(self, text: str, *, subject: str, language: str = "") -> Deidentified:
        counter: Iterator[int] = self.__dict__.setdefault("counter", itertools.count(1))
        pieces, position = [], 0
        for span in self.detector.find(text):
            pieces += [text[position : span.start], f"<{span.kind}-{next(counter)}>"]
            position = span.end
        return Deidentified("".join((*pieces, text[position:])), ())


def others_unchanged(make: type[Deidentifier]) -> bool:
    """Whether every subject can leave without a byte of the others changing."""
    everyone, _ = deidentify_records(RECORDS, make(DETECTOR, KEY))
    for leaver in {record.subject for record in RECORDS}:
        rest, _ = deidentify_records([r for r in RECORDS if r.subject != leaver], make(DETECTOR, KEY))
        if rest != [record for record in everyone if record.subject != leaver]:
            return False
    return True


def test_one_subject_leaves_and_every_other_byte_stays() -> None:
    assert others_unchanged(Deidentifier)
    assert not others_unchanged(CountingDeidentifier)


def test_records_are_counted() -> None:
    results, counts = deidentify_records(RECORDS, Deidentifier(DETECTOR, KEY))
    assert [record.id for record in results] == ["1", "2", "3", "4", "5"]
    assert counts["mobile"] == 4
    assert counts["person_name"] == 4
    assert not any("13812345678" in record.text for record in results)


# --- the way back ----------------------------------------------------------------------------------------------------

PARTS = [
    *EXAMPLES.values(),
    "电话",
    "微信",
    "QQ",
    "身份证",
    "，",
    "。",
    " ",
    "我叫",
    "护照",
    "IBAN ",
    "SSN ",
    "王先生",
    "１３８１２３４５６７８",
]


@pytest.mark.parametrize("operator", ["surrogate", "hash"])
@settings(max_examples=30, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(PARTS), max_size=10).map("".join), min_size=1, max_size=3))
def test_restore_undoes_deidentify(operator: str, texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    vault = Vault(tmp_path_factory.mktemp("vault") / "vault.db", KEY)
    deidentifier = Deidentifier(DETECTOR, KEY, operator, vault=vault)
    results = [deidentifier.deidentify(text, subject="s").text for text in texts]
    assert [deidentifier.restore(result, subject="s") for result in results] == texts
    vault.close()


def test_two_values_that_meet_on_one_surrogate_part_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def narrow(value: str, kind: str, language: str, stream: Stream) -> str:
        return f"x{stream.below(3)}"

    monkeypatch.setitem(OPERATORS, "surrogate", narrow)
    deidentifier = Deidentifier(DETECTOR, KEY, vault=Vault(tmp_path / "v.db", KEY))
    text = "13812345678 13812345679 13812345670"
    result = deidentifier.deidentify(text, subject="s").text
    assert sorted(result.split()) == ["x0", "x1", "x2"]
    assert deidentifier.restore(result, subject="s") == text


def test_restoring_needs_a_vault_and_the_subject(tmp_path: Path) -> None:
    with pytest.raises(VerificationFailed):
        Deidentifier(DETECTOR, KEY).restore("x", subject="s")
    deidentifier = Deidentifier(DETECTOR, KEY, vault=Vault(tmp_path / "v.db", KEY))
    result = deidentifier.deidentify("电话13812345678", subject="s").text
    assert deidentifier.restore(result, subject="other") == result
    deidentifier.forget("s")
    assert deidentifier.restore(result, subject="s") == result


def test_session_conceals_and_reveals_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = Session(Deidentifier(DETECTOR, KEY))
    concealed = session.conceal("我叫张伟，电话13812345678")
    assert "张伟" not in concealed
    assert "13812345678" not in concealed
    assert session.reveal(concealed + "！") == "我叫张伟，电话13812345678！"
    assert Session(Deidentifier(DETECTOR, KEY)).reveal(concealed) == concealed
    assert Session.with_detector(DETECTOR).conceal("13812345678") != "13812345678"
    assert list(tmp_path.iterdir()) == []
