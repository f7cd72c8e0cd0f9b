"""Planted secrets: one owner each, promptable, and exchangeable with their candidates."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import date
from random import Random

import pytest

from wuming.scenarios.customer_service.planted import CANDIDATES, drawer, plant
from wuming.scenarios.customer_service.writer import DIALOGUES_PER_SECRET

CANONICAL = {"mobile": "PHONE", "bank_card": "BANK_CARD", "resident_id": "CN_RESIDENT_ID"}


def shape(value: str) -> str:
    """Format of a value: digits, letters and everything else by class."""
    return re.sub(r"[a-z]+", "a", re.sub(r"[\u4e00-\u9fff]+", "字", re.sub(r"[0-9X]", "0", value)))


@pytest.mark.parametrize("size", ["small", "full"])
def test_secrets_belong_to_one_consenting_adult_who_repeats_them(size, request):
    scenario = request.getfixturevalue(size)
    consent = {line["subject"]: line for line in scenario.consent}
    texts: dict[str, list[dict]] = {}
    for record in scenario.private:
        texts.setdefault(record["subject"], []).append(record)
    whole = "\n".join(record["text"] for record in scenario.private)
    assert Counter(s["kind"] for s in scenario.secrets) == {
        "structured": len(scenario.secrets) // 2,
        "free_text": len(scenario.secrets) // 2,
    }
    assert len({s["subject"] for s in scenario.secrets}) == len(scenario.secrets)
    for secret in scenario.secrets:
        own = texts[secret["subject"]]
        assert len(own) == DIALOGUES_PER_SECRET
        assert all(record["text"].startswith(secret["prompt"] + secret["value"]) for record in own)
        mentions = [record["text"].count(secret["value"]) for record in own]
        assert set(mentions) <= {1, 2}
        assert whole.count(secret["value"]) == sum(mentions)
        assert whole.count(secret["prompt"]) == DIALOGUES_PER_SECRET
        assert len({record["text"] for record in own}) >= DIALOGUES_PER_SECRET - 1
        assert all((date(2026, 6, 30) - date.fromisoformat(r["created_at"])).days <= 730 for r in own)
        line = consent[secret["subject"]]
        assert 2026 - line["birth_year"] >= 18
        assert line["withdrawn_at"] is None
        assert "model-training" in line["purposes"]


def test_the_prompt_holds_nothing_personal_and_truth_knows_only_the_structured_values(full):
    spans = {record["id"]: full.spans[record["id"]] for record in full.private}
    by_subject = {secret["subject"]: secret for secret in full.secrets}
    for record in full.private:
        secret = by_subject.get(record["subject"])
        if secret is None:
            continue
        start, end = len(secret["prompt"]), len(secret["prompt"]) + len(secret["value"])
        assert all(a >= start for a, _, _ in spans[record["id"]])
        if secret["kind"] == "structured":
            assert (start, end, CANONICAL[secret["type"]]) in spans[record["id"]]
        else:
            assert all(b <= start or a >= end for a, b, _ in spans[record["id"]])
        assert not re.search(r"\d", secret["prompt"])


def test_context_words_belong_to_one_secret(full):
    for language in ("User", "用户"):
        prompts = [s["prompt"] for s in full.secrets if s["prompt"].startswith(language)]
        assert len(set(prompts)) == len(prompts)
    public = "\n".join(document["text"] for document in full.public)
    assert not any(secret["prompt"] in public for secret in full.secrets)


def test_candidates_are_distinct_alike_and_contain_the_value(full):
    seen: set[str] = set()
    whole = "\n".join(record["text"] for record in full.private)
    for secret in full.secrets:
        candidates = secret["candidates"]
        assert len(set(candidates)) == len(candidates) == CANDIDATES
        assert candidates.count(secret["value"]) == 1
        assert not seen & set(candidates)
        seen |= set(candidates)
        assert sum(candidate in whole for candidate in candidates) == 1
        if secret["kind"] == "structured" or secret["type"] == "code_word":
            assert len({shape(candidate) for candidate in candidates}) == 1, secret["type"]


def uniformity(positions: list[int], *, buckets: int = 8) -> float:
    """Chi-square statistic of positions among the candidates."""
    counts = Counter(position * buckets // CANDIDATES for position in positions)
    expected = len(positions) / buckets
    return sum((counts[b] - expected) ** 2 / expected for b in range(buckets))


def test_the_true_value_is_exchangeable_with_the_other_candidates():
    """Its place in the list and its rank by alphabet are uniform (chi-square, 7 degrees of freedom, p > 1e-4)."""
    places, ranks, first = [], [], []
    for seed in range(8):
        for secret in plant(Random(seed), [(f"u{i}", "zh" if i % 5 < 3 else "en") for i in range(50)]):
            places.append(secret.candidates.index(secret.value))
            ranks.append(sorted(secret.candidates).index(secret.value))
            first.append(sorted(secret.candidates).index(min(secret.candidates[:3])))
    assert uniformity(places) < 29.9
    assert uniformity(ranks) < 29.9
    # The same statistic notices a choice that prefers small values.
    assert uniformity(first) > 29.9


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("type_", ["code_word", "diagnosis", "nickname"])
def test_free_text_has_entropy_and_looks_like_no_identifier(language, type_):
    draw = drawer(type_, language, spaced=False, length=16)
    rng = Random(0)
    values = [draw(rng) for _ in range(3000)]
    collisions = len(values) - len(set(values))
    # Birthday bound: at least about 13 bits.
    assert collisions <= 3000**2 / 2 / 2**13
    for value in values:
        assert not re.search(r"\d{5}|@|\d[ -]\d", value)
    assert math.log2(len(set(values))) > 11


def test_too_many_owners_of_one_language_are_refused():
    with pytest.raises(ValueError, match="too few context words"):
        plant(Random(0), [(f"u{i}", "zh") for i in range(60)])
