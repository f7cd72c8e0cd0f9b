"""Replacement as a whole: determinism, independence of other subjects and of order, distinctness, positions."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import KeyUnavailable, PlanError, SelfCheckFailed, VerificationFailed
from wuming.core.ports import Span
from wuming.core.records import Record
from wuming.deidentification import (
    KINDS,
    Deidentified,
    Deidentifier,
    Detector,
    Session,
    Setting,
    Vault,
    deidentify_records,
)
from wuming.deidentification.kinds import ATTRIBUTES
from wuming.deidentification.operators.surrogate import MAKERS

from .examples import EXAMPLES, VALUES, Marked, Whole, marked

KEY = b"0123456789abcdef0123456789abcdef"
OTHER_KEY = b"another key of 32 bytes ........"
DETECTOR = Detector()


def replaced(kind: str, value: str, operator: str | Setting = "surrogate", subject: str = "s", key: bytes = KEY) -> str:
    """The replacement of one value that a detector reports as `kind`."""
    return Deidentifier(Whole(kind), key, operator).deidentify(value, subject=subject).text


def test_every_kind_has_an_example_and_a_surrogate() -> None:
    assert set(EXAMPLES) == set(KINDS) == set(MAKERS)
    for kind, value in VALUES:
        new = replaced(kind, value)
        assert "⟦" not in new
        assert replaced(kind, value) == new
        if kind in ATTRIBUTES:  # few values: one may stay by chance
            continue
        assert new != value
        assert len({replaced(kind, value, subject=str(number)) for number in range(8)}) > 4
        assert any(
            replaced(kind, value, subject=str(n), key=OTHER_KEY) != replaced(kind, value, subject=str(n))
            for n in range(3)
        )


def test_exceptions_by_kind_and_settings() -> None:
    deidentifier = Deidentifier(DETECTOR, KEY, operators={"PHONE": "redact", "EMAIL": Setting("keep")})
    text = deidentifier.deidentify("电话13812345678，邮箱a@b.cn", subject="s").text
    assert text == "电话[电话]，邮箱a@b.cn"


def test_replacements_point_at_both_texts() -> None:
    text = "我叫张伟，电话13812345678，邮箱a@b.cn"
    result = Deidentifier(DETECTOR, KEY).deidentify(text, subject="s")
    assert [r.kind for r in result.replacements] == ["PERSON", "PHONE", "EMAIL"]
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
            return [Span(0, 4, "QQ"), Span(2, 6, "QQ")]

    with pytest.raises(SelfCheckFailed) as caught:
        Deidentifier(Overlapping(), KEY).deidentify("12345678", subject="s")
    assert "1234" not in str(caught.value)


# --- one subject leaves, or all come in another order: every other byte stays ----------------------------------------

RECORDS = [
    Record("1", "anna", "我叫张伟，电话13812345678", "2026-01-01", "zh"),
    Record("2", "ben", "收件人：李娜，电话13912345678，卡号6222021234567890128", "2026-01-02", "zh"),
    Record("3", "anna", "邮箱zhangwei@corp.cn，微信lily_2024", "2026-01-03", "zh"),
    Record("4", "cara", "My name is Sarah Miller, call (303) 555-1234", "2026-01-04", "en"),
    Record("5", "ben", "又是李娜，电话13912345678", "2026-01-05", "zh"),
    Record("6", "ben", "收件人：王芳，电话13712345678", "2026-01-06", "zh"),
]


class CountingDeidentifier(Deidentifier):
    """The broken twin: surrogates are numbered in the order of their coming, across subjects."""

    def deidentify(self, text: str, *, subject: str, language: str = "", document: str = "") -> Deidentified:
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


def order_is_nothing(make: type[Deidentifier]) -> bool:
    """Whether the texts come out the same in every order."""
    everyone, _ = deidentify_records(RECORDS, make(DETECTOR, KEY))
    expected = {record.id: record for record in everyone}
    for seed in range(5):
        shuffled = random.Random(seed).sample(RECORDS, len(RECORDS))
        results, _ = deidentify_records(shuffled, make(DETECTOR, KEY))
        if {record.id: record for record in results} != expected:
            return False
    return True


def test_one_subject_leaves_and_every_other_byte_stays() -> None:
    assert others_unchanged(Deidentifier)
    assert not others_unchanged(CountingDeidentifier)


def test_the_order_of_documents_changes_nothing() -> None:
    assert order_is_nothing(Deidentifier)
    assert not order_is_nothing(CountingDeidentifier)


def test_records_are_counted() -> None:
    results, counts = deidentify_records(RECORDS, Deidentifier(DETECTOR, KEY))
    assert [record.id for record in results] == ["1", "2", "3", "4", "5", "6"]
    assert counts["PHONE"] == 5
    assert counts["PERSON"] == 5
    assert not any("13812345678" in record.text for record in results)


# --- distinct within a document --------------------------------------------------------------------------------------


@pytest.mark.parametrize("operator", ["surrogate", "token", "hash"])
def test_two_things_of_one_text_have_two_replacements(operator: str) -> None:
    """Many surnames with titles: a choice from 230 surnames would give 60 of them fewer than 53 on the average."""
    from wuming.deidentification.operators.surrogates import words

    parts: list[str | tuple[str, str]] = []
    for surname in (*words.SURNAMES[:60], *"昌乜佴伯仝"):  # the last five are in no ring
        parts += [("PERSON", f"{surname}先生"), "，"]
    text, spans = marked(*parts)
    result, _ = Deidentifier(Marked({text: spans}), KEY, operator).deidentify_apart(text, subject="s")
    new = [result.text[one.start : one.end] for one in result.replacements]
    assert len(set(new)) == 65


def test_where_the_order_within_a_text_changes_its_replacements_stay() -> None:
    values = [("PERSON", f"{surname}先生") for surname in "昌乜佴伯仝厍丌"]
    seen = set()
    for order in itertools.islice(itertools.permutations(values), 0, 5040, 500):
        text, spans = marked(*itertools.chain.from_iterable((value, "，") for value in order))
        result, _ = Deidentifier(Marked({text: spans}), KEY).deidentify_apart(text, subject="s")
        seen.add(frozenset((text[r.original_span.start], result.text[r.start]) for r in result.replacements))
    assert len(seen) == 1


def test_a_surrogate_that_stands_in_the_text_already_is_not_taken(tmp_path: Path) -> None:
    first = replaced("PHONE", "13812345678")
    text, spans = marked("这不是电话：", first, "，这是：", ("PHONE", "13812345678"))
    deidentifier = Deidentifier(Marked({text: spans}), KEY, vault=Vault(tmp_path / "v.db", KEY))
    result = deidentifier.deidentify(text, subject="s").text
    assert result.count(first) == 1
    assert deidentifier.restore(result, subject="s").text == text


# --- the way back ----------------------------------------------------------------------------------------------------

PARTS = [
    *(value for _, value in VALUES), "电话", "微信", "QQ", "身份证", "，", "。", " ", "我叫", "护照", "IBAN ", "SSN ",
    "王先生", "张先生", "小张", "１３８１２３４５６７８", "138 1234 5678", "Sarah", "Ms. Miller", "<PERSON_7K2Q9MXD>",
]  # fmt: skip


@pytest.mark.parametrize("operator", ["surrogate", "token", "hash", "encrypt"])
@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.lists(st.sampled_from(PARTS), max_size=12).map("".join), min_size=1, max_size=3))
def test_restore_undoes_deidentify(operator: str, texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    vault = Vault(tmp_path_factory.mktemp("vault") / "vault.db", KEY)
    attributes = dict.fromkeys(ATTRIBUTES, "token") if operator == "surrogate" else {}
    deidentifier = Deidentifier(DETECTOR, KEY, operator, attributes, vault=vault)
    results = [deidentifier.deidentify(text, subject="s", document=str(i)).text for i, text in enumerate(texts)]
    back = [deidentifier.restore(text, subject="s", document=str(i)).text for i, text in enumerate(results)]
    assert back == texts


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=5),
            st.tuples(st.sampled_from(sorted(set(KINDS) - set(ATTRIBUTES))), st.text(min_size=1, max_size=12)),
            st.sampled_from([(kind, value) for kind, value in VALUES if kind not in ATTRIBUTES]),
        ),
        max_size=12,
    ),
    st.sampled_from(["surrogate", "token", "hash", "encrypt"]),
)
def test_restore_undoes_whatever_a_detector_may_call_personal(
    parts: list[str | tuple[str, str]], operator: str
) -> None:
    from wuming.deidentification.operators import Sealer
    from wuming.deidentification.restoring import restore

    text, spans = marked(*parts)
    deidentifier = Deidentifier(Marked({text: spans}), KEY, operator)
    result, entries = deidentifier.deidentify_apart(text, subject="s")
    sealer = deidentifier._sealer
    assert isinstance(sealer, Sealer)
    assert restore(result.text, entries, sealer=sealer, subject="s").text == text


def test_restoring_needs_a_vault_and_the_subject(tmp_path: Path) -> None:
    with pytest.raises(VerificationFailed):
        Deidentifier(DETECTOR, KEY).restore("x", subject="s")
    deidentifier = Deidentifier(DETECTOR, KEY, vault=Vault(tmp_path / "v.db", KEY))
    result = deidentifier.deidentify("电话13812345678", subject="s").text
    assert deidentifier.restore(result, subject="other").text == result
    deidentifier.forget("s")
    assert deidentifier.restore(result, subject="s").text == result


def test_what_is_encrypted_needs_no_vault_but_the_key() -> None:
    deidentifier = Deidentifier(DETECTOR, KEY, "encrypt")
    result = deidentifier.deidentify("电话13812345678", subject="s").text
    assert "138" not in result
    assert deidentifier.restore(result, subject="s").text == "电话13812345678"
    for other, subject in ((Deidentifier(DETECTOR, OTHER_KEY, "encrypt"), "s"), (deidentifier, "another")):
        left = other.restore(result, subject=subject)
        assert (left.text, left.restored, left.unknown) == (result, 0, 1)


@pytest.mark.parametrize("operator", ["surrogate", "token"])
def test_session_conceals_and_reveals_in_memory(operator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = Session(Deidentifier(DETECTOR, KEY), operator)
    concealed = session.conceal("我叫张伟，电话13812345678")
    assert "张伟" not in concealed
    assert "13812345678" not in concealed
    assert session.reveal(concealed + "！") == "我叫张伟，电话13812345678！"
    assert Session(Deidentifier(DETECTOR, KEY)).reveal(concealed) == concealed
    assert Session.with_detector(DETECTOR).conceal("13812345678") != "13812345678"
    assert list(tmp_path.iterdir()) == []
