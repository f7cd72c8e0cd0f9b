"""A reviewer's questions: all subjects are there, answers rest on claims that stages make, and none is half given."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wuming
from wuming.auditing.risk.questions import NOT_ANSWERED, Answer, answer_all, questions
from wuming.compliance.dossier.disclosure import public_part
from wuming.core.evidence import Evidence

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CLAIM = re.compile(r"\{([^{}]*)\}")
DIGEST = "sha256:" + "1" * 64

# What the stages of a run claim, as far as questions are concerned; figures are invented.
CLAIMS: dict[str, dict[str, Any]] = {
    "collect": {
        "source": {"name": "letters", "licence": "none", "legal_basis": "consent", "digest": DIGEST},
        "purpose": "model-training",
        "retention_days": 730,
        "admitted": {"records": 1211, "subjects": 303},
    },
    "de-identify": {
        "operator": "surrogate",
        "records": 1211,
        "vault": {"entries": 5120, "cipher": "AES-256-GCM", "apart_from_output": True},
        "acts_on_one_subject_at_a_time": True,
    },
    "anonymise": {"algorithm": "Mondrian", "rows": 303, "k_asked": 10, "l_asked": 2, "k": 11},
    "train": {
        "unit_of_privacy": "subject",
        "neighbouring_relation": "add-or-remove-one",
        "epsilon": 7.9912,
        "delta": 1e-5,
        "sampler": "Poisson over subjects",
        "records_per_unit": 4,
        "divisor": 48,
        "population": 320,
        "accountant": "PLD, rounded up",
        "account": {
            "id": "letters/subject",
            "cap_epsilon": 20.0,
            "spent_epsilon_before": 0.0,
            "spent_epsilon": 9.1234567,
            "delta": 1e-6,
            "filter": "Rényi filter",
        },
        "schedule": DIGEST,
        "self_check": {
            "clipped_within_bound": True,
            "noise_as_claimed": True,
            "sampling_as_claimed": True,
            "equals_plain_loop": True,
            "passed": True,
        },
        "randomness": "coins and noise from a CSPRNG",
        "event": {
            "kind": "poisson-sampled-gaussian",
            "sampling_probability": 0.15,
            "noise_multiplier": 1.2,
            "steps": 20,
        },
        "highest_tpr": "12.5%",
    },
    "audit": {
        "confidence": 0.95,
        "epsilon_lower_bound": 0.42,
        "highest_possible_bound": 2.9664,
        "delta": 1e-5,
        "verdict": "consistent",
    },
    "assess": {"candidates": 256, "gain_kept": 0.72, "groups": {"han": {"units": 40}, "other": {"units": 25}}},
}
# A run without a table claims another thing.
OTHER_CLAIMS = {"anonymise": {"skipped": "no table in the plan"}}
DERIVED = {"train.highest_tpr"}
PACKAGE = Path(wuming.__file__).parent
SOURCES = {
    "collect": ["lifecycle/stages/collect.py"],
    "de-identify": ["lifecycle/stages/deidentify.py"],
    "anonymise": ["lifecycle/stages/anonymise.py", "anonymization/engine.py"],
    "train": ["lifecycle/stages/train.py", "training/step.py", "training/private.py"],
    "audit": ["auditing/one_run.py"],
    "assess": ["lifecycle/stages/assess.py"],
}

SUBJECTS = {
    "ε and δ": ["parameters"],
    "what they mean": ["meaning"],
    "variant": ["variant"],
    "unit of privacy": ["unit"],
    "bounded or unbounded": ["neighbours"],
    "comparison of guarantees": ["comparison"],
    "mixed with other releases": ["other-releases"],
    "composition and budget": ["budget"],
    "correct algorithms": ["correctness"],
    "utility": ["utility"],
    "bias": ["bias"],
    "trust and attackers": ["trust"],
    "floating point, timing, state": ["implementation"],
    "random numbers": ["randomness"],
    "hyper-parameters and preparation": ["preparation"],
    "data security": ["security"],
    "exposure by collection": ["collection"],
}


def answers(claims: Mapping[str, Mapping[str, Any]] = CLAIMS) -> dict[str, Answer]:
    return {answer.id: answer for answer in answer_all(claims)}


def parts() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for question in questions():
        for part in question["parts"]:
            yield question["id"], part


def shown(part: Mapping[str, Any]) -> set[str]:
    return {path for language in ("en", "zh") for path in CLAIM.findall(part[language])}


def rests_on(part: Mapping[str, Any]) -> set[str]:
    return shown(part) | set(part.get("when", {})) | set(part.get("unless", {})) | set(part.get("needs", []))


def value_of(claims: Mapping[str, Any], path: str) -> Any:
    value: Any = claims
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def with_claim(path: str, value: Any) -> dict[str, dict[str, Any]]:
    """Return the claims with one changed; None takes it away."""
    changed = copy.deepcopy(CLAIMS)
    *parents, last = path.split(".")
    inner: dict[str, Any] = changed
    for name in parents:
        inner = inner.setdefault(name, {})
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return changed


# ── the list itself ──


def test_every_subject_of_the_guidelines_is_asked_about_once() -> None:
    asked = [question["id"] for question in questions()]
    assert len(set(asked)) == len(asked)
    assert sorted(asked) == sorted(name for names in SUBJECTS.values() for name in names)


def has_both_languages(text: Mapping[str, Any]) -> None:
    assert text["en"].strip()
    assert not CHINESE.search(text["en"])
    assert CHINESE.search(CLAIM.sub("", text["zh"])) or text["zh"] == "{train.randomness}。"
    assert set(CLAIM.findall(text["en"])) == set(CLAIM.findall(text["zh"]))
    assert sorted(CLAIM.findall(text["en"])) == sorted(CLAIM.findall(text["zh"]))  # nothing said in one alone


def test_questions_and_sentences_are_there_in_both_languages() -> None:
    for question in questions():
        assert set(question) == {"id", "question", "parts"}
        has_both_languages(question["question"])
        assert not CLAIM.search(str(question["question"]["en"]))
    for name, part in parts():
        assert set(part) <= {"en", "zh", "when", "unless", "needs"}, name
        has_both_languages(part)
        assert rests_on(part), name  # nothing is said without evidence


@pytest.mark.parametrize(
    "broken", [{"en": "ε = {train.epsilon}.", "zh": "有。"}, {"en": "Yes.", "zh": "Yes."}, {"en": "", "zh": "有。"}]
)
def test_half_a_translation_fails_the_same_check(broken: dict[str, str]) -> None:
    with pytest.raises(AssertionError):
        has_both_languages(broken)


def are_claims_of_stages(paths: set[str]) -> None:
    for path in paths:
        assert value_of(CLAIMS, path) is not None or value_of(OTHER_CLAIMS, path) is not None, path


def test_every_claim_is_one_that_a_stage_makes() -> None:
    are_claims_of_stages({path for _, part in parts() for path in rests_on(part)})
    for unknown in ("train.epsilom", "anonymise.k_asked.k", "audits.verdict"):
        with pytest.raises(AssertionError):
            are_claims_of_stages({unknown})


def are_shown_in_public(paths: set[str]) -> None:
    left = {
        kind: public_part(Evidence(kind, DIGEST, claims, (), "wuming"))[0].claims
        for source in (CLAIMS, OTHER_CLAIMS)
        for kind, claims in source.items()
    }
    left["anonymise"] = {**left["anonymise"], "k_asked": 10}  # of the run with a table
    for path in paths - DERIVED:
        assert value_of(left, path) is not None, path


def test_answers_show_only_what_a_public_dossier_shows() -> None:
    are_shown_in_public({path for _, part in parts() for path in shown(part)})
    for internal in ("assess.gain_kept", "collect.admitted.subjects", "train.schedule", "anonymise.k"):
        with pytest.raises(AssertionError):
            are_shown_in_public({internal})


def stand_in_the_sources(paths: set[str]) -> None:
    """Each name of a claim is written out where the claim is made, so that a new name there is noticed here."""
    for path in paths - DERIVED:
        kind, *names = path.split(".")
        source = "".join((PACKAGE / file).read_text("utf-8") for file in SOURCES[kind])
        assert all(f'"{name}"' in source for name in names), path


def test_claims_are_named_as_the_stages_name_them() -> None:
    stand_in_the_sources({path for _, part in parts() for path in rests_on(part)})
    for unknown in ("train.epsilom", "audit.bound_of_epsilon", "collect.basis"):
        with pytest.raises(AssertionError):
            stand_in_the_sources({unknown})


# ── answers ──


def test_what_all_stages_claim_answers_every_question() -> None:
    full = answers()
    assert all(answer.answered for answer in full.values())
    for answer in full.values():
        assert not re.search(r"[{}]|None", answer.answer["en"] + answer.answer["zh"]), answer.id
        assert set(answer.as_json()) == {"id", "question", "answer", "evidence"}
        assert json.loads(json.dumps(answer.as_json()))["evidence"] == list(answer.evidence)


def test_answers_word_for_word() -> None:
    found = answers()
    assert found["parameters"].answer == {
        "en": "ε = 7.9912, δ = 1e-05 for each subject, relation add-or-remove-one, sampler: Poisson over subjects. "
        "Accountant: PLD, rounded up.",
        "zh": "ε = 7.9912，δ = 1e-05，每个 subject，相邻关系 add-or-remove-one，采样：Poisson over subjects。"
        "核算：PLD, rounded up。",
    }
    assert found["unit"].answer["en"] == (
        "The unit is the subject; at most 4 of its records enter one step. All records of one person are one unit."
    )
    assert "9.1234567 of 20 spent at δ = 1e-06" in found["budget"].answer["en"]
    assert found["correctness"].evidence == ("train", "audit")
    assert "A low figure proves nothing." in found["correctness"].answer["en"]
    assert (
        "at least 0.42 with confidence 0.95, and could have shown 2.9664 at most" in found["correctness"].answer["en"]
    )
    assert found["preparation"].evidence == ("de-identify", "train")
    assert found["security"].answer["en"] == "Replaced values lie encrypted (AES-256-GCM), apart from the output."
    assert "12.5%" in found["meaning"].answer["zh"]
    assert found["other-releases"].answer["en"].startswith("A table generalised to k = 10")


def test_internal_figures_are_named_and_not_given() -> None:
    told = json.dumps([answer.as_json() for answer in answer_all(CLAIMS)])
    for figure in ("0.72", "1211", "303", "5120", DIGEST):
        assert figure not in told


def test_without_evidence_every_question_is_open() -> None:
    for claims in ({}, {"train": {}}, {"review": {"decision": "release"}}):
        for answer in answer_all(claims):
            assert answer.answer == NOT_ANSWERED
            assert answer.evidence == ()
            assert not answer.answered


# ── nothing is inferred from silence ──


def expected(claims: Mapping[str, Any], name: str) -> list[str]:
    """Return the English sentences that may be said, each whole, by the rules at the head of the list."""
    said = []
    for question, part in parts():
        if question != name or any(value_of(claims, path) is None for path in rests_on(part)):
            continue
        agreed = all(value_of(claims, path) == wanted for path, wanted in part.get("when", {}).items())
        denied = any(value_of(claims, path) == wanted for path, wanted in part.get("unless", {}).items())
        if agreed and not denied:
            sentence = part["en"]
            for path in shown(part):
                value = value_of(claims, path)
                sentence = sentence.replace(f"{{{path}}}", f"{value:.10g}" if isinstance(value, float) else str(value))
            said.append(sentence)
    return said


Answerer = Callable[[Mapping[str, Any]], list[Answer]]
PATHS = sorted(path for path in {path for _, part in parts() for path in rests_on(part)} if value_of(CLAIMS, path))


def is_never_half_answered(answerer: Answerer, claims: Mapping[str, Any]) -> None:
    for answer in answerer(claims):
        sentences = expected(claims, answer.id)
        assert answer.answer["en"] == (" ".join(sentences) or NOT_ANSWERED["en"])
        assert answer.answered is bool(sentences)
        assert (answer.answer["zh"] == NOT_ANSWERED["zh"]) is not bool(sentences)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.sampled_from(PATHS), max_size=8), st.booleans())
def test_a_missing_claim_leaves_out_its_sentences_whole_and_no_other(missing: set[str], null: bool) -> None:
    claims = copy.deepcopy(CLAIMS)
    for path in missing:
        *parents, last = path.split(".")
        inner = value_of(claims, ".".join(parents))
        if null:
            inner[last] = None  # such as a figure that could not be computed
        else:
            del inner[last]
    is_never_half_answered(answer_all, claims)


def test_an_answer_with_holes_fails_the_same_check() -> None:
    def with_holes(claims: Mapping[str, Any]) -> list[Answer]:
        """Fill in nothing where a claim is missing, as a template would."""
        return [
            Answer(
                question["id"],
                question["question"],
                {
                    language: " ".join(
                        CLAIM.sub(lambda match: str(value_of(claims, match[1]) or ""), part[language])
                        for part in question["parts"]
                    )
                    for language in ("en", "zh")
                },
                ("train",),
            )
            for question in questions()
        ]

    def of_the_first_sentence(claims: Mapping[str, Any]) -> list[Answer]:
        """Break off the whole answer where one sentence lacks a claim."""
        return [
            answer if len(expected(claims, answer.id)) == 1 else Answer(answer.id, answer.question, NOT_ANSWERED, ())
            for answer in answer_all(claims)
        ]

    lacking = with_claim("train.divisor", None)
    is_never_half_answered(answer_all, lacking)
    for broken in (with_holes, of_the_first_sentence):
        with pytest.raises(AssertionError):
            is_never_half_answered(broken, lacking)


def test_a_claim_below_a_claim_that_is_no_object_is_missing() -> None:
    found = answers({**CLAIMS, "train": {**CLAIMS["train"], "account": "letters"}})
    assert found["budget"].answer == NOT_ANSWERED
    assert found["parameters"].answered


# ── when, unless, needs ──


def test_when() -> None:
    assert answers()["neighbours"].answer["en"].startswith("Unbounded: one subject is added or removed. Public")
    replaced = answers(with_claim("train.neighbouring_relation", "replace-one"))["neighbours"].answer["en"]
    assert replaced.startswith("Bounded: one subject is replaced by another. Public")
    assert "nbounded" not in replaced
    assert not answers(with_claim("de-identify.vault.apart_from_output", False))["security"].answered
    assert not answers(with_claim("de-identify.vault.cipher", None))["security"].answered


@pytest.mark.parametrize(
    "check", ["clipped_within_bound", "noise_as_claimed", "sampling_as_claimed", "equals_plain_loop"]
)
def test_the_algorithm_is_called_correct_only_where_all_was_checked(check: str) -> None:
    for value in (False, None):
        said = answers(with_claim(f"train.self_check.{check}", value))["correctness"].answer["en"]
        assert "found as claimed" not in said
    failed = with_claim(f"train.self_check.{check}", False)
    failed["train"]["self_check"]["passed"] = False
    assert answers(failed)["correctness"].answer["en"].startswith("The check while it ran did not pass. An audit")


def test_unless() -> None:
    by_record = answers(with_claim("train.unit_of_privacy", "record"))["unit"].answer
    assert by_record["en"].endswith("A person with several of them is protected as a group only.")
    assert "All records of one person" not in by_record["en"]
    assert by_record["zh"].endswith("拥有多个单位的人只得到群组保护。")
    assert "protected as a group" not in answers()["unit"].answer["en"]
    # A claim that is not there is not "something else": nothing is inferred.
    assert not answers(with_claim("train.unit_of_privacy", None))["unit"].answered


def test_needs() -> None:
    assert "figure is internal" in answers()["utility"].answer["en"]
    assert not answers(with_claim("assess.gain_kept", None))["utility"].answered
    assert answers(with_claim("assess.gain_kept", 0.0))["utility"].answered  # nothing kept is a figure, too
    assert not answers(with_claim("train.sampler", None))["trust"].answered


def test_a_run_without_a_table_says_so() -> None:
    found = answers({**CLAIMS, **OTHER_CLAIMS})["other-releases"]
    assert found.answer["en"] == "No table (no table in the plan)."
    assert found.evidence == ("anonymise",)
