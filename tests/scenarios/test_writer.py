"""The written scenario: reproducible, of the promised size and mix, with truth that points at what it says."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest
import yaml

from wuming.core.canonical import digest_bytes
from wuming.lifecycle.plan import Plan
from wuming.scenarios.customer_service import dialogues_en, dialogues_zh, generate, plan_yaml, public_corpus
from wuming.scenarios.customer_service.tables import COLUMNS, HEALTH_FLAGS

FILES = (
    "public.jsonl",
    "private.jsonl",
    "customers.csv",
    "consent.jsonl",
    "notices.jsonl",
    "truth/spans.jsonl",
    "truth/secrets.jsonl",
)
KINDS = {
    "PERSON", "ADDRESS", "PHONE", "EMAIL", "CN_RESIDENT_ID", "BANK_CARD", "CREDIT_CARD", "IP_ADDRESS", "CN_USCC",
    "CN_PASSPORT", "PASSPORT", "CN_PLATE", "WECHAT", "QQ", "US_SSN", "IBAN",
}  # fmt: skip
_NUMERALS = str.maketrans("零一二三四五六七八九０１２３４５６７８９", "01234567890123456789")


def canonical(kind: str, text: str) -> str:
    """Undo every surface form of a numeric identifier."""
    text = re.sub(r"[ .\-()·]", "", text.translate(_NUMERALS)).upper()
    return text.removeprefix("+86") if kind == "PHONE" else text


def test_same_seed_same_bytes_other_seed_other_bytes(small, tmp_path):
    generate(tmp_path / "again", seed=3, size="small")
    generate(tmp_path / "other", seed=4, size="small")
    for name in FILES:
        original = (small.folder / name).read_bytes()
        assert (tmp_path / "again" / name).read_bytes() == original, name
        if name != "notices.jsonl":
            assert (tmp_path / "other" / name).read_bytes() != original, name


def test_sizes(small, full):
    assert (len(small.public), len(full.public)) == (1500, 9000)
    assert (len(small.customers), len(full.customers)) == (300, 3000)
    assert (len(small.secrets), len(full.secrets)) == (20, 50)
    assert 1000 <= len(small.private) <= 1600
    assert 11_000 <= len(full.private) <= 13_000
    assert len({record["id"] for record in full.private}) == len(full.private)
    assert {record["subject"] for record in full.private} == {row["subject"] for row in full.customers}


def test_language_length_and_turns(full):
    share = sum(record["language"] == "zh" for record in full.private) / len(full.private)
    assert 0.6 < share < 0.7
    for record in full.private:
        assert 2 <= len(record["text"].splitlines()) <= 6
    assert len({record["text"] for record in full.private}) > 0.99 * len(full.private)


def test_about_seven_of_ten_dialogues_hold_a_personal_item_and_every_kind_occurs(full):
    with_items = sum(bool(full.spans[record["id"]]) for record in full.private) / len(full.private)
    assert 0.65 < with_items < 0.8
    kinds = Counter(kind for spans in full.spans.values() for *_, kind in spans)
    assert set(kinds) == KINDS
    assert min(kinds.values()) > 30


def test_spans_are_in_bounds_apart_and_true(full):
    by_subject = {row["subject"]: row for row in full.customers}
    secret_mobiles = {canonical("PHONE", s["value"]) for s in full.secrets if s["type"] == "mobile"}
    for record in full.private:
        text, row, last = record["text"], by_subject[record["subject"]], 0
        for start, end, kind in full.spans[record["id"]]:
            assert last <= start < end <= len(text)
            last = end
            value = text[start:end]
            assert value == value.strip()
            if kind == "PHONE":
                number = canonical(kind, value)
                assert number in {row["mobile"], *secret_mobiles} or number.startswith("0") or "x" in value
            elif kind == "CN_RESIDENT_ID":
                number = canonical(kind, value)
                assert sum((10 if c == "X" else int(c)) * pow(2, 17 - i, 11) for i, c in enumerate(number)) % 11 == 1
            elif kind in {"BANK_CARD", "CREDIT_CARD"}:
                table = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
                number = reversed(canonical(kind, value))
                assert sum(table[int(d)] if i % 2 else int(d) for i, d in enumerate(number)) % 10 == 0
            elif kind == "EMAIL":
                assert re.fullmatch(r"[a-z0-9._]+@[a-z.]+\.(com|net|org|example)", value)


def test_no_mention_is_left_out_of_the_truth(full):
    """Every user's name, mobile and anything that looks like an e-mail address is inside some span."""
    by_subject = {row["subject"]: row for row in full.customers}
    for record in full.private:
        text, row = record["text"], by_subject[record["subject"]]
        covered = [(start, end) for start, end, _ in full.spans[record["id"]]]
        for needle in (row["name"], row["mobile"], "@"):
            for match in re.finditer(re.escape(needle), text):
                assert any(start <= match.start() and match.end() <= end for start, end in covered)


def test_some_identifiers_are_written_awkwardly(full):
    texts = {record["id"]: record["text"] for record in full.private}
    numeric = [
        (kind, texts[name][start:end])
        for name, spans in full.spans.items()
        for start, end, kind in spans
        if kind in {"PHONE", "CN_RESIDENT_ID", "BANK_CARD", "CREDIT_CARD"}
    ]
    structured = sum(kind not in ("PERSON", "ADDRESS") for spans in full.spans.values() for *_, kind in spans)
    odd = sum(bool(re.search(r"[零一二三四五六七八九]|\d\.\d|\d \d \d|\d \d\d \d", value)) for _, value in numeric)
    assert 0.01 < odd / structured < 0.05


def test_dates_and_retention(full):
    days = [date.fromisoformat(record["created_at"]) for record in full.private]
    assert min(days) >= date(2024, 1, 1)
    assert max(days) <= date(2026, 6, 15)
    old = sum((date(2026, 6, 30) - day).days > 730 for day in days) / len(days)
    assert 0.03 < old < 0.05


def test_consent_shares(full):
    lines = {line["subject"]: line for line in full.consent}
    count = len(full.customers)
    assert count - len(lines) == round(0.03 * count)
    withdrawn = {s for s, line in lines.items() if line["withdrawn_at"]}
    minors = {s for s, line in lines.items() if 2026 - line["birth_year"] < 14}
    narrowed = {s for s, line in lines.items() if "model-training" not in line["purposes"]}
    assert len(withdrawn) == round(0.04 * count)
    assert len(narrowed) == round(0.05 * count)
    assert len(minors) == round(0.03 * count)
    assert not withdrawn & minors | minors & narrowed | withdrawn & narrowed
    assert sum(lines[s]["guardian"] is not None for s in minors) == len(minors) // 2
    assert all(lines[s]["guardian"] is None for s in lines.keys() - minors)
    for line in lines.values():
        assert line["given_at"] <= (line["withdrawn_at"] or "9999")
        assert set(line["purposes"]) <= {"service", "model-training", "statistics", "marketing"}


def test_notices_are_the_ones_that_consent_names(full):
    notices = {notice["version"]: notice for notice in full.notices}
    assert len(notices) >= 2
    assert {line["notice_version"] for line in full.consent} == set(notices)
    for line in full.consent:
        notice = notices[line["notice_version"]]
        assert line["notice_hash"] == notice["hash"] == digest_bytes(notice["text"].encode())
        assert line["given_at"] >= notice["in_force_from"]


def test_customer_table(full):
    assert list(full.customers[0]) == list(COLUMNS)
    assert len({row["subject"] for row in full.customers}) == len(full.customers)
    assert len({row["city"] for row in full.customers}) >= 12
    assert len({row["occupation"] for row in full.customers}) >= 12
    assert {row["health_flag"] for row in full.customers} == set(HEALTH_FLAGS)
    lines = {line["subject"]: line for line in full.consent}
    ill = {True: [], False: []}
    for row in full.customers:
        if row["subject"] in lines:
            assert int(row["age"]) == 2026 - lines[row["subject"]]["birth_year"]
        ill[int(row["age"]) >= 60].append(row["health_flag"] != "none")
    assert sum(ill[True]) / len(ill[True]) > 1.3 * sum(ill[False]) / len(ill[False])


def test_what_only_the_private_corpus_knows_recurs_there_and_is_absent_from_the_public_one(full):
    public = "\n".join(document["text"] for document in full.public).lower()
    for book, language in ((dialogues_zh, "zh"), (dialogues_en, "en")):
        texts = [record for record in full.private if record["language"] == language]
        for word in book.PRIVATE_WORDS:
            assert word.lower() not in public
        for known in (*book.PRODUCTS, *book.POLICIES.values()):
            assert len({record["subject"] for record in texts if known in record["text"]}) >= 20, known


def test_the_public_corpus_holds_nothing_personal(full):
    texts = {record["id"]: record["text"] for record in full.private}
    values = {
        texts[name][start:end]
        for name, spans in full.spans.items()
        for start, end, kind in spans
        if kind != "PERSON" or len(texts[name][start:end]) > 2
    }
    values |= {row[column] for row in full.customers for column in ("name", "mobile") if len(row[column]) > 2}
    public = "\n".join(document["text"] for document in full.public)
    assert not re.search(r"\d{7}", public)
    assert "@" not in re.sub(r"个 @ 符号", "", public)
    # A hand-made corpus that leaks one value is caught by the same search.
    for leaked in (public, public + "\n" + next(iter(values))):
        found = _found(values, leaked)
        assert bool(found) == (leaked is not public), len(found)


def _found(values: set[str], text: str) -> list[str]:
    """Find values that stand in `text`; Latin ones as whole words ("Victor" is not in "Victoria Road")."""
    present = [value for value in values if value in text]
    return [v for v in present if not v.isascii() or re.search(r"(?<!\w)" + re.escape(v) + r"(?!\w)", text)]


def test_public_corpus_alone(full):
    documents = list(public_corpus(0, 50))
    assert documents == full.public[:50]
    assert {document["language"] for document in full.public} == {"zh", "en"}


@pytest.mark.parametrize("size", ["small", "full"])
def test_the_plan_fits_its_schema(size):
    plan = Plan.model_validate(yaml.safe_load(plan_yaml(size=size, seed=2)))
    assert plan.unit_of_privacy == "subject"
    assert plan.seed == 2
    assert plan.train.population == (3000 if size == "full" else 300)
