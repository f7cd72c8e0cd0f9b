"""A reviewer's questions about a differential privacy guarantee, answered from evidence or left open.

The subjects are those of NIST SP 800-226, "Guidelines for evaluating differential privacy guarantees" (2025); the
wording is ours. An answer states only what evidence holds, and only public parts of it: what was fixed before the data
was seen, and what was computed from the protected model and from canaries. A figure about private data is named, not
given. Where evidence lacks, the answer is "not answered": nothing is inferred from silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from wuming.auditing.risk.words import Text

Claims = Mapping[str, Mapping[str, Any]]
"""Kind of evidence → its claims."""

NOT_ANSWERED: Final[Text] = {"en": "not answered", "zh": "未回答"}
_CLAIM = re.compile(r"\{([a-z][a-z0-9_.-]*)\}")
_LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its answer.

    Attributes:
        id: of the question.
        question: in words.
        answer: in words; `NOT_ANSWERED` where evidence lacks.
        evidence: kinds of evidence that the answer was drawn from.
    """

    id: str
    question: Text
    answer: Text
    evidence: tuple[str, ...]

    @property
    def answered(self) -> bool:
        """Does evidence hold an answer?"""
        return bool(self.evidence)

    def as_json(self) -> dict[str, Any]:
        """Return the question and its answer as a JSON object."""
        return {"id": self.id, "question": self.question, "answer": self.answer, "evidence": list(self.evidence)}


def answer_all(claims: Claims) -> list[Answer]:
    """Answer every question from the claims of a run's evidence; a question without evidence stays open.

    Args:
        claims: by kind; beside what stages claim, `train.highest_tpr` may hold the highest true positive rate at 1%
            false alarms, as a text, which follows from what `train` claims.
    """
    return [_answer(question, claims) for question in questions()]


@cache
def questions() -> tuple[Mapping[str, Any], ...]:
    """Return all questions with the sentences that may answer them."""
    return tuple(yaml.safe_load(files("wuming.auditing.risk").joinpath("questions.yaml").read_bytes()))


def _answer(question: Mapping[str, Any], claims: Claims) -> Answer:
    said: dict[str, list[str]] = {language: [] for language in _LANGUAGES}
    used: dict[str, None] = {}
    for part in question["parts"]:
        paths = _paths(part)
        values = {path: _claim(claims, path) for path in paths}
        if any(value is None for value in values.values()) or not _applies(part, values):
            continue
        for language in _LANGUAGES:
            said[language].append(_CLAIM.sub(lambda match: _shown(_claim(claims, match[1])), part[language]))
        used |= dict.fromkeys(path.partition(".")[0] for path in paths)
    if not used:
        return Answer(question["id"], question["question"], NOT_ANSWERED, ())
    return Answer(
        question["id"], question["question"], {"en": " ".join(said["en"]), "zh": "".join(said["zh"])}, tuple(used)
    )


def _paths(part: Mapping[str, Any]) -> list[str]:
    """Return all claims that a sentence rests on, in order."""
    named = [*part.get("when", {}), *part.get("unless", {}), *part.get("needs", [])]
    return list(dict.fromkeys([*named, *(path for name in _LANGUAGES for path in _CLAIM.findall(part[name]))]))


def _applies(part: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(values[path] == wanted for path, wanted in part.get("when", {}).items()) and not any(
        values[path] == wanted for path, wanted in part.get("unless", {}).items()
    )


def _claim(claims: Claims, path: str) -> Any:
    value: Any = claims
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def _shown(value: Any) -> str:
    # As many digits as ε of a claim ever has: an answer must not state less than the claim.
    return f"{value:.10g}" if isinstance(value, float) else str(value)
