"""Plan files: what is accepted, and that every problem is named with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import InputTooLarge, MissingFile, PlanError, PrivacyParameterError, WrongEncoding, WumingError
from wuming.core.yaml_positions import YamlProblem, parse
from wuming.lifecycle.loading import LARGEST_PLAN, LoadedPlan, load_plan, load_plan_text, missing_files, plan_digest
from wuming.lifecycle.plan import Plan

GOOD = """\
name: shop
source:
  records: records.jsonl
  consent: consent.jsonl
  origin: us
  licence: internal
  legal_basis: consent
collect:
  as_of: 2026-06-30
review:
  waived: {residual-personal-data: a reason}
train:
  population: 3000
  expected_units_per_step: 300
"""


def load(text: str) -> LoadedPlan:
    return load_plan_text(text, name="plan.yaml", base_folder=Path("/data"))


def test_a_good_plan_equals_the_schema_filled_by_hand() -> None:
    loaded = load(GOOD)
    by_hand = Plan.model_validate(yaml.safe_load(GOOD))
    assert loaded.plan == by_hand
    assert loaded.digest == plan_digest(by_hand)
    assert missing_files(loaded) == [
        ("source.records", Path("/data/records.jsonl")),
        ("source.consent", Path("/data/consent.jsonl")),
    ]


def test_defaults_written_out_change_nothing_and_values_do() -> None:
    assert load(GOOD + "seed: 0\n").digest == load(GOOD).digest
    assert load(GOOD + "seed: 1\n").digest != load(GOOD).digest


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("name: shop", "name: Shop!", "1:1", "name must match pattern"),
        ("name: shop", "nam: shop", "1:1", "nam unknown key; did you mean `name`?"),
        ("name: shop", "zzz: 1\nname: shop", "1:1", "zzz unknown key; known here: name, title"),
        ("  origin: us\n", "", "2:1", "source.origin is missing: Owner"),
        ("  origin: us\n", "  origin: 7\n", "5:3", "source.origin must be a valid string, found 7"),
        ("legal_basis: consent", "legal_basis: contact", "7:3", "'consent', 'contract'"),
        ("  consent: consent.jsonl\n", "", "6:3", "source.consent` must name"),
        ("  records: records.jsonl\n", "", "2:1", "neither is given"),
        ("  origin: us", "  dataset: crosswoz\n  origin: us", "2:1", "both are given"),
        ("  origin: us", "  table: t.csv\n  origin: us", "5:3", "the section `anonymise` must say"),
        ("2026-06-30", "2026-13-30", "9:3", "collect.as_of must be a valid date"),
        ("2026-06-30", "yesterday", "9:3", "collect.as_of must be a valid date"),
        ("population: 3000", "population: yes", "13:3", "must be a valid integer"),
        ("population: 3000", "population: true", "13:3", "must be a valid integer, found true"),
        ("population: 3000", 'population: "3000"', "13:3", "must be a valid integer"),
        ("population: 3000", "population: 3000\n  steps: .inf", "14:3", "train.steps must be"),
        ("population: 3000", "population: 3000\n  max_grad_norm: .nan", "14:3", "must be a finite number"),
        ("population: 3000", "population: 3000\n  model: {heads: 5}", None, "hidden_size must be a multiple"),
        ("review:", "assess: {attributes: {pet: [dog, dogs]}}\nreview:", None, "holds `dog`, which another of its"),
        ("review:", "assess: {attributes: {pet: [dog, dog]}}\nreview:", None, "holds `dog`, which another of its"),
        ("review:", "assess: {attributes: {pet: [dog]}}\nreview:", None, "at least 2 items"),
        ("review:", "assess: {attributes: {pet: [dog, ' cat']}}\nreview:", None, "must match pattern"),
    ],
)
def test_each_problem_is_named_with_its_place(old: str, new: str, place: str | None, words: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    with pytest.raises(PlanError) as caught:
        load(text)
    assert words in caught.value.message
    if place is not None:
        assert f"plan.yaml:{place}: " in caught.value.message


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("  epsilon: 0\n", "train.epsilon must be greater than 0, found 0"),
        ("  epsilon: -1\n", "train.epsilon must be greater than 0, found -1"),
        ("  epsilon: .inf\n", "train.epsilon must be a finite number"),
        ("  epsilon: 21\n", "at most budget.epsilon = 20"),
        ("  delta: 1e-4\n", "at most 1 / (10 x population) = 3.33e-05"),
        ("  delta: 0\n", "train.delta must be greater than 0"),
        ("budget: {delta: 1e-3}\n", "budget.delta must be at most"),
    ],
)
def test_parameters_without_a_guarantee_are_an_error_of_their_own(added: str, words: str) -> None:
    with pytest.raises(PrivacyParameterError) as caught:
        load(GOOD + added)
    assert words in caught.value.message


def test_expected_units_above_the_population_are_refused() -> None:
    with pytest.raises(PrivacyParameterError, match=r"must be at most train\.population = 3000"):
        load(GOOD.replace("expected_units_per_step: 300", "expected_units_per_step: 3001"))
    load(GOOD.replace("expected_units_per_step: 300", "expected_units_per_step: 3000"))


def test_delta_at_its_limit_is_accepted() -> None:
    load(GOOD.replace("3000", "10000") + "  delta: 1e-5\n")
    with pytest.raises(PrivacyParameterError):
        load(GOOD.replace("3000", "10001") + "  delta: 1e-5\n")


def test_a_mistake_of_form_beside_a_privacy_parameter_is_a_plan_error() -> None:
    with pytest.raises(PlanError) as caught:
        load(GOOD + "  epsilon: -1\n  epsilom: 3\n")
    assert caught.value.message.startswith("2 problems")
    assert "train.epsilon must be greater" in caught.value.message
    assert "did you mean `epsilon`?" in caught.value.message


def test_a_document_unit_knows_no_table() -> None:
    text = GOOD.replace("  origin", "  table: t.csv\n  origin") + "unit_of_privacy: document\n"
    with pytest.raises(PlanError, match="unit `document` does not know"):
        load(text + "anonymise: {quasi_identifiers: [age], sensitive: [plan]}\n")


def test_a_column_is_quasi_or_sensitive_not_both() -> None:
    text = GOOD.replace("  origin", "  table: t.csv\n  origin")
    load(text + "anonymise: {quasi_identifiers: [age], sensitive: [plan]}\n")
    with pytest.raises(PlanError, match="`age`, which is a quasi-identifier too"):
        load(text + "anonymise: {quasi_identifiers: [age], sensitive: [plan, age]}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a plan is a mapping of sections, found nothing"),
        ("- a\n- b\n", "found a list"),
        ("name: [1,\n", "not valid YAML"),
        ("name: shop\nname: shop\n", "2:1: the key name is already on line 1"),
        ("source: {origin: a, origin: b}\n", "the key source.origin is already on line 1"),
        ("a: &x 1\nb: *x\n", "1:4: anchors and aliases are not used"),
        ("a: !!python/object/apply:os.system [ls]\n", "tags are not used"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("? [a, b]\n: 1\n", "a key must be a word"),
        ("a: " + "[" * 40 + "]" * 40, "nested deeper than 16"),
        ("a: \x00\n", "not valid YAML"),
    ],
)
def test_yaml_that_a_plan_does_not_need_is_refused(text: str, words: str) -> None:
    with pytest.raises(PlanError) as caught:
        load(text)
    assert words in caught.value.message


def test_an_alias_bomb_costs_nothing() -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
    )
    with pytest.raises(YamlProblem):
        parse(bomb)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        load_plan(tmp_path / "none.yaml")
    with pytest.raises(MissingFile):
        load_plan(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("name: shop\ntitle: caf\xe9\n".encode("latin-1"))
    with pytest.raises(WrongEncoding, match="line 2"):
        load_plan(tmp_path / "latin.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * (LARGEST_PLAN + 1))
    with pytest.raises(InputTooLarge):
        load_plan(tmp_path / "large.yaml")
    (tmp_path / "marked.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load_plan(tmp_path / "marked.yaml").base_folder == tmp_path


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_text_does_more_than_raise_our_errors(text: str) -> None:
    with pytest.raises(WumingError):
        load(text)


_SCALARS = st.one_of(
    st.integers(-(10**6), 10**6), st.text("abcxyz-", min_size=1, max_size=8), st.booleans(), st.none(), st.floats(-9, 9)
)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        _SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=3),
        max_leaves=12,
    )
)
def test_reads_what_the_plain_yaml_reader_reads(value: object) -> None:
    text = yaml.safe_dump(value)
    if "&id" not in text:
        assert parse(text)[0] == yaml.safe_load(text)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["name", "source", "collect", "train", "audit", "assess", "review", "budget", "anonymise", "seed"]),
    st.recursive(
        _SCALARS,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=2),
        max_leaves=4,
    ),
)
def test_a_section_of_the_wrong_shape_is_our_error_or_a_plan(key: str, value: object) -> None:
    plan = yaml.safe_load(GOOD)
    plan[key] = value
    text = yaml.safe_dump(plan)
    accepted = True
    try:
        load(text)
    except WumingError as error:
        accepted = False
        place = "plan.yaml:" in error.message
    assert accepted or place


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("residual-personal-data: a reason", "", "source.ground_truth is not given"),
        ("review:", "audit: {canaries: 3}\nreview:", "audit.canaries must be at least 10"),
        ("review:", "audit: {canaries: 0}\nreview:", "must give a reason for `audit-consistent`"),
    ],
)
def test_what_the_review_would_refuse_is_said_before_anything_is_spent(old: str, new: str, words: str) -> None:
    with pytest.raises(PlanError, match=re.escape(words)):
        load(GOOD.replace(old, new))
