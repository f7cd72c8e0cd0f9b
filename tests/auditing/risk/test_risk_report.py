"""Rows of the risk report: limits and figures by hand, whole sentences in both languages, verdicts, broken twins."""

from __future__ import annotations

import json
import math
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.events import PoissonSampledGaussian
from wuming.auditing.risk import report, words
from wuming.auditing.risk.advice import advise
from wuming.auditing.risk.bounds import Claim, Limits
from wuming.auditing.risk.report import Finding, percent
from wuming.auditing.shares import Share
from wuming.core.errors import PrivacyParameterError

EPSILON, DELTA = 1.0, 1e-5
LIMITS = Limits((EPSILON,), (DELTA,))
NOTHING = Limits((60.0,), (DELTA,))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def limit(rate: float, eps: float = EPSILON, delta: float = DELTA) -> float:
    return min(1.0, math.exp(eps) * rate + delta, 1 - math.exp(-eps) * (1 - rate - delta))


def upper(count: int, total: int) -> float:
    """Return the upper 97.5% confidence limit of a share (Clopper-Pearson) by bisection of the binomial tail."""
    low, high = count / total, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        tail = sum(math.comb(total, k) * middle**k * (1 - middle) ** (total - k) for k in range(count + 1))
        low, high = (middle, high) if tail > 0.025 else (low, middle)
    return high


def share(count: int, total: int) -> dict[str, Any]:
    return Share(count, total).as_json()


MEASURED = {"tpr_at_1_percent_fpr": 0.02, "interval": [0.005, 0.05], "non_members": 300}
UNRESOLVED = {"tpr_at_1_percent_fpr": None, "interval": None, "non_members": 50}
EXPOSED = {"mean": 2.5, "interval": [1.5, 3.5]}
PERSONAL = {
    "texts_with_personal_data": share(40, 100),
    "texts_with_a_value_from_training": share(7, 100),
    "on_equal_amounts": {"training": share(5, 100), "held_out": share(2, 100)},
}
COPIES = {
    "window_characters": 50,
    "training": share(9, 100),
    "on_equal_amounts": {"training": share(8, 100), "held_out": share(1, 100)},
}
GUESSED = {
    "with_model": share(30, 60),
    "without_model": share(24, 60),
    "advantage": {"difference": 0.1, "interval": [-0.05, 0.25]},
    "held_out": share(10, 60),
}


def rows(limits: Limits = LIMITS) -> dict[str, Finding]:
    """Return one row of every kind."""
    training, held_out = Share(9, 30), Share(2, 30)
    found = [
        *(report.membership(MEASURED, limits, by) for by in ("membership", "min_k", "min_k_plus_plus")),
        report.completed("exact", training, held_out, limits),
        report.completed("near", training, held_out, limits, near=0.1),
        report.completed("sampled", training, held_out, limits, n=1000, p=0.5),
        report.personal_data(PERSONAL),
        report.copies(COPIES),
        report.attribute("blood group", GUESSED, limits),
    ]
    for kind in ("structured", "free_text"):
        found.append(report.extraction(kind, Share(3, 25), answers=21, candidates=256, limits=limits))
        found.append(report.exposure(kind, EXPOSED, chance=1.41, candidates=16, limits=limits))
    return {row.id: row for row in found}


ROWS = rows()


def test_there_is_a_row_for_every_attack() -> None:
    assert {name.replace("attribute_blood group", "attribute") for name in ROWS} == set(words.ATTACKS)
    assert "attribute_blood group" in ROWS
    assert ROWS["attribute_blood group"].attack["en"].endswith(": blood group")


# ── figures and limits ──


def test_each_limit_is_that_of_its_attack() -> None:
    exposed = sum(math.log2((r + 1) / r) * limit(r / 16) for r in range(1, 16))
    expected: dict[str, tuple[float | None, float | None]] = {
        "membership": (limit(0.01), 0.01),
        "membership_min_k": (limit(0.01), 0.01),
        "membership_min_k_plus_plus": (limit(0.01), 0.01),
        "extraction_structured": (limit(21 / 256), 0.0),
        "extraction_free_text": (limit(21 / 256), 0.0),
        "exposure_structured": (exposed, 1.41),
        "exposure_free_text": (exposed, 1.41),
        "prefix_exact": (limit(upper(2, 30)), 2 / 30),
        "prefix_near": (limit(upper(2, 30)), 2 / 30),
        "discoverable": (limit(upper(2, 30)), 2 / 30),
        "attribute_blood group": (limit(upper(10, 60)), 0.4),
        "personal_data": (None, 0.02),  # ε sets no limit to what is counted over all people
        "copies": (None, 0.01),
    }
    assert set(expected) == set(ROWS)
    for name, (bound, chance) in expected.items():
        assert ROWS[name].bound == (None if bound is None else pytest.approx(bound, abs=1e-9)), name
        assert ROWS[name].chance == pytest.approx(chance), name
        assert ROWS[name].scale == ("bits" if name.startswith("exposure") else "share")


def test_the_limit_from_the_rate_alone_would_be_too_low() -> None:
    """Broken twin: two of thirty may come from a share of one in five."""
    assert ROWS["prefix_exact"].bound > limit(2 / 30) + 0.1


def test_without_people_who_were_not_trained_on_there_is_no_limit() -> None:
    for row in (
        report.completed("exact", Share(9, 30), None, LIMITS),
        report.attribute("age", {**GUESSED, "held_out": None}, LIMITS),
    ):
        assert row.bound is None
        assert not row.contradicts
        assert "–" in row.meaning["en"]
    drawn = report.attribute("age", {**GUESSED, "held_out": None}, LIMITS, candidates=8)
    assert drawn.bound == pytest.approx(limit(1 / 8))
    assert drawn.contradicts  # 30 of 60, where guessing gives one in eight and ε = 1 not much more


def test_an_attack_that_cannot_be_resolved_says_so() -> None:
    row = report.membership(UNRESOLVED, LIMITS)
    assert (row.value, row.interval, row.contradicts) == (None, None, False)
    assert row.bound == pytest.approx(limit(0.01))
    assert "50 held-out units" in row.meaning["en"]
    assert "50 个" in row.meaning["zh"]
    assert row.as_json()["value"] is None


def test_secrets_of_several_units_have_the_limit_of_a_group() -> None:
    alone, group = ROWS["extraction_structured"], rows(LIMITS.of_group(3))["extraction_structured"]
    assert group.bound == pytest.approx(limit(limit(limit(21 / 256))))
    assert "3 units share" in group.meaning["en"]
    assert "3 个单位共有" in group.meaning["zh"]
    assert "group privacy" not in alone.meaning["en"]
    # Where there is no limit, nothing is said of whom it is for.
    assert "units share" not in report.completed("exact", Share(1, 9), None, LIMITS.of_group(3)).meaning["en"]


def test_a_limit_that_excludes_nothing_is_called_so() -> None:
    for name, row in rows(NOTHING).items():
        vacuous = row.scale == "share" and row.bound is not None
        assert ("excludes nothing" in row.meaning["en"]) is ("不排除任何情况" in row.meaning["zh"]) is vacuous, name
    assert not any("excludes nothing" in row.meaning["en"] for row in ROWS.values())


# ── words ──


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def both_languages(text: dict[str, str]) -> None:
    """Both languages are there, each in its own writing, and name the same figures."""
    assert list(text) == ["en", "zh"]
    assert fields(text["en"]) == fields(text["zh"])
    assert text["en"].strip()
    assert not CHINESE.search(text["en"])
    assert CHINESE.search(text["zh"])


def texts_of(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if set(value) & {"en", "zh"}:
            yield value
        else:
            for inner in value.values():
                yield from texts_of(inner)


ALL_TEXTS = [text for name, value in vars(words).items() if name.isupper() for text in texts_of(value)]


def test_every_sentence_is_there_in_both_languages() -> None:
    assert len(ALL_TEXTS) >= len(words.ATTACKS) + len(words.FIGURES) + len(words.MEANINGS) + len(words.HOW) + 3
    for text in ALL_TEXTS:
        both_languages(text)


@pytest.mark.parametrize(
    "broken",
    [
        {"en": "at most {bound}", "zh": "上限"},
        {"en": "at most {bound}"},
        {"en": "上限 {bound}", "zh": "上限 {bound}"},
        {"en": "at most {bound}", "zh": "at most {bound}"},
    ],
)
def test_half_a_translation_fails_the_same_check(broken: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        both_languages(broken)


@pytest.mark.parametrize("limits", [LIMITS, LIMITS.of_group(2), NOTHING], ids=["one", "group", "nothing"])
def test_every_row_is_filled_and_is_json(limits: Limits) -> None:
    for name, row in rows(limits).items():
        for text in (row.attack, row.figure, row.meaning):
            both_languages(text)
            for sentence in text.values():
                assert not re.search(r"[{}]|None|nan", sentence), name
        shown = json.loads(json.dumps(row.as_json(), allow_nan=False))
        assert set(shown) == {
            "id", "attack", "figure", "value", "interval", "chance", "bound", "scale", "contradicts_claim", "meaning",
            "knobs",
        }  # fmt: skip
        assert shown["interval"][0] <= shown["value"] <= shown["interval"][1]
        assert shown["value"] == round(row.value, 6)


def test_the_sentences_hold_the_figures() -> None:
    said = {name: row.meaning for name, row in ROWS.items()}
    for language in ("en", "zh"):
        for name, figures in {
            "membership": ("2%", "2.72%"),
            "extraction_structured": ("3", "25", "21", "256", percent(limit(21 / 256))),
            "exposure_structured": ("2.50", "16", "1.41", f"{ROWS['exposure_structured'].bound:.2f}"),
            "prefix_exact": ("9", "30", "6.67%", percent(limit(upper(2, 30)))),
            "prefix_near": ("9", "30", "10%"),
            "discoverable": ("1,000", "0.5"),
            "personal_data": ("40%", "7%", "5%", "2%"),
            "copies": ("9%", "8%", "1%"),
            "attribute_blood group": ("50%", "40%", "10%", "-5%", "25%", percent(limit(upper(10, 60)))),
        }.items():
            for figure in figures:
                assert figure in said[name][language], (name, figure)
    assert "50" in ROWS["copies"].figure["zh"]
    assert "n = 1,000, p = 0.5" in ROWS["discoverable"].figure["en"]


def test_rows_name_knobs_that_advice_knows() -> None:
    event = PoissonSampledGaussian(0.5, 4.0, 2)
    claim = Claim(1.0, DELTA, "subject", "add-or-remove-one", "Poisson over subjects", event)
    known = {step.id for step in advise(claim, Limits.of(claim))}
    for name, row in ROWS.items():
        assert row.knobs, name
        assert set(row.knobs) <= known, name
        assert len(set(row.knobs)) == len(row.knobs), name


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "–"), (0.0, "0%"), (0.5, "50%"), (1.0, "100%"), (0.12345, "12.3%"), (0.00012345, "0.0123%"),
        (0.9994, "99.9%"), (0.9995, "99.95%"), (0.99999, "99.999%"), (0.999999, "99.9999%"), (-0.05, "-5%"),
    ],
)  # fmt: skip
def test_percentages(value: float | None, written: str) -> None:
    assert percent(value) == written


@given(st.floats(0.0, 0.999999))
def test_what_is_missing_to_all_is_not_rounded_away(value: float) -> None:
    assert float(percent(value)[:-1]) == pytest.approx(100 * value, rel=6e-3)
    assert percent(value) != "100%"


# ── verdicts ──

Verdict = Callable[[Finding], bool]
EXAMPLE = replace(ROWS["membership"], bound=0.1)


def by_whole_interval(verdict: Verdict) -> None:
    for interval, value, bound, expected in (
        ((0.11, 0.30), 0.20, 0.1, True),
        ((0.05, 0.30), 0.20, 0.1, False),  # the figure is above, its interval is not
        ((0.10, 0.30), 0.20, 0.1, False),  # at the limit is not above it
        ((0.01, 0.05), 0.03, 0.1, False),
        ((0.05, 0.30), 0.20, None, False),
        (None, 0.20, 0.1, False),
        (None, None, 0.1, False),
    ):
        row = replace(EXAMPLE, interval=interval, value=value, bound=bound)
        assert verdict(row) is expected


def test_only_the_whole_interval_contradicts_a_claim() -> None:
    by_whole_interval(lambda row: row.contradicts)
    by_whole_interval(lambda row: bool(row.as_json()["contradicts_claim"]))


@pytest.mark.parametrize(
    "broken",
    [
        lambda row: row.value is not None and row.bound is not None and row.value > row.bound,
        lambda row: row.interval is not None and row.bound is not None and row.interval[1] > row.bound,
        lambda row: row.interval is not None and row.bound is not None and row.interval[0] >= row.bound,
        lambda row: False,
    ],
)
def test_other_verdicts_fail_the_same_check(broken: Verdict) -> None:
    with pytest.raises(AssertionError):
        by_whole_interval(broken)


def wrongly_contradicted(verdict: Verdict, total: int = 40) -> float:
    """Return the exact chance that a claim which holds, with every secret at its limit, is called contradicted."""
    chance = 0.0
    for count in range(total + 1):
        row = report.extraction("structured", Share(count, total), answers=11, candidates=100, limits=LIMITS)
        true = row.bound
        chance += verdict(row) * math.comb(total, count) * true**count * (1 - true) ** (total - count)
    return chance


def test_a_claim_that_holds_is_contradicted_once_in_forty_at_most() -> None:
    assert 0 < wrongly_contradicted(lambda row: row.contradicts) <= 1 / 40
    assert wrongly_contradicted(lambda row: row.value > row.bound) > 0.3  # the broken twin, by the figure alone


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.data(), st.floats(0.01, 6))
def test_a_row_warns_where_it_contradicts_and_nowhere_else(total: int, data: st.DataObject, eps: float) -> None:
    limits = Limits((eps,), (DELTA,))
    found, other = (Share(data.draw(st.integers(0, total)), total) for _ in range(2))
    for row in (
        report.completed("exact", found, other, limits),
        report.extraction("free_text", found, answers=2, candidates=50, limits=limits),
        report.membership({"tpr_at_1_percent_fpr": found.rate, "interval": found.interval}, limits),
    ):
        assert row.contradicts is (found.interval[0] > row.bound)
        assert ("the claim is contradicted" in row.meaning["en"]) is row.contradicts
        assert ("声明不成立" in row.meaning["zh"]) is row.contradicts
        assert row.as_json()["contradicts_claim"] is row.contradicts


def test_out_of_range() -> None:
    with pytest.raises(PrivacyParameterError, match="candidates=0"):
        report.extraction("structured", Share(0, 1), answers=1, candidates=0, limits=LIMITS)


def test_the_verdict_is_that_of_the_numbers_as_stated() -> None:
    low, bound = 0.12345674, 0.12345666
    near = Limits((EPSILON,), (bound - math.exp(EPSILON) * 0.01,))
    found = report.membership({"tpr_at_1_percent_fpr": 0.5, "interval": (low, 0.9), "non_members": 9}, near)
    stated = found.as_json()
    assert stated["contradicts_claim"] == (stated["interval"][0] > stated["bound"])
    assert ("contradicted" in stated["meaning"]["en"]) == stated["contradicts_claim"]


@pytest.mark.parametrize("share", [0.9995, 0.99999998, 1 - 1e-12, 1 - 2**-53])
def test_what_is_missing_to_one_is_not_rounded_away(share: float) -> None:
    assert float(percent(share)[:-1]) < 100
