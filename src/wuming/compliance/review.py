"""The review: every control against the evidence, and one decision.

What it promises: a release is decided only on what the evidence says; a mandatory control without evidence fails; a
waiver is shown with its reason, never silent. What it cannot promise: that the evidence is true (the ledger's chain and
the dossier's signature say who claimed it), or that a duty which needs judgement (necessity, fairness) is met.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from wuming.compliance.catalogue import Control, catalogue_digest, controls, fill
from wuming.compliance.conditions import Context, Unmet, lookup, unmet
from wuming.core.errors import PlanError
from wuming.core.evidence import Evidence

Status = Literal["pass", "fail", "not-applicable", "waived"]
CHAIN_KIND = "chain"
POLICY_KEYS = ("max_residual_leak", "max_reidentification_risk", "max_epsilon", "ledger")
_NO_SUBJECT = "sha256:" + "0" * 64

_NOT_STATED = {"en": "(not stated)", "zh": "（未说明）"}
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_OPERATOR_WORDS: dict[str, dict[str, str]] = {
    "equals": {"en": "must equal", "zh": "必须等于"},
    "not_equals": {"en": "must differ from", "zh": "不得等于"},
    "one_of": {"en": "must be one of", "zh": "必须是以下之一："},
    "at_most": {"en": "must be at most", "zh": "不得大于"},
    "at_least": {"en": "must be at least", "zh": "不得小于"},
    "above": {"en": "must be above", "zh": "必须大于"},
    "below": {"en": "must be below", "zh": "必须小于"},
    "between": {"en": "must lie within", "zh": "必须落在区间"},
    "subset_of": {"en": "must lie within", "zh": "必须包含于"},
    "matches": {"en": "must be of the form", "zh": "格式必须为"},
    "mentions": {"en": "must mention", "zh": "必须写明"},
    "exists": {"en": "presence must be", "zh": "是否存在必须为"},
    "not": {"en": "must not hold:", "zh": "不得成立："},
}


@dataclass(frozen=True)
class ControlResult:
    """What one control found.

    Attributes:
        control: the duty.
        status: `pass`, `fail`, `not-applicable` or `waived`.
        reason: why, in `en` and `zh`, with the figures.
        evidence: digests of the evidence that was read.
    """

    control: Control
    status: Status
    reason: Mapping[str, str]
    evidence: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The control's id."""
        return self.control.id

    @property
    def mandatory(self) -> bool:
        """Whether a failure refuses the release."""
        return self.control.mandatory

    @property
    def advice(self) -> Mapping[str, str]:
        """What to change when it fails, in `en` and `zh`."""
        return self.control.advice

    @property
    def refuses(self) -> bool:
        """Whether this result alone refuses the release."""
        return self.control.mandatory and self.status == "fail"

    def as_json(self) -> dict[str, Any]:
        """Return the result as it stands in the review's claims."""
        value: dict[str, Any] = {
            "id": self.control.id,
            "title": dict(self.control.title),
            "mandatory": self.control.mandatory,
            "status": self.status,
            "reason": dict(self.reason),
            "articles": [article.label for article in self.control.articles],
            "evidence": list(self.evidence),
        }
        if self.status in ("fail", "waived"):
            value["advice"] = dict(self.control.advice)
        return value


@dataclass(frozen=True)
class Reviewed:
    """The review's outcome."""

    controls: tuple[ControlResult, ...]
    decision: Literal["release", "refuse"]
    policy: Mapping[str, Any] = field(default_factory=dict)

    def claims(self) -> dict[str, Any]:
        """Return the claims of the `review` evidence."""
        counts = {
            status: sum(result.status == status for result in self.controls)
            for status in ("pass", "fail", "not-applicable", "waived")
        }
        return {
            "decision": self.decision,
            "passed": counts["pass"],
            "failed": counts["fail"],
            "not_applicable": counts["not-applicable"],
            "waived": counts["waived"],
            "policy": dict(self.policy),
            "catalogue": catalogue_digest(),
            "controls": [result.as_json() for result in self.controls],
        }

    @property
    def refusals(self) -> tuple[ControlResult, ...]:
        """The mandatory controls that failed."""
        return tuple(result for result in self.controls if result.refuses)


def review(
    evidence: Sequence[Evidence], policy: Mapping[str, Any], *, waived: Mapping[str, str] | None = None
) -> Reviewed:
    """Judge `evidence` by every control of the catalogue.

    Args:
        evidence: what the steps of one run emitted; earlier `review` and `release` evidence is not read, nor are
            answers drawn from the same account (`query`), which no step of the run made.
        policy: `max_residual_leak`, `max_reidentification_risk`, `max_epsilon` (numbers); `ledger`
            (`{"consistent": bool, "entries": int}`), which stands for evidence of the kind `ledger`.
        waived: control id → reason; `policy["waived"]` serves when it is None.

    Raises:
        PlanError: a waiver for a control that does not exist, or without a reason.
    """
    reasons = _waivers(policy.get("waived") if waived is None else waived)
    read = [item for item in evidence if item.kind not in ("review", "release", "query")]
    if isinstance(policy.get("ledger"), Mapping):
        read.append(_ledger(policy["ledger"]))
    read.append(_chain([item for item in read if item.kind != "ledger"]))
    results = tuple(_judge(control, read, policy, reasons.get(control.id)) for control in controls())
    kept = {key: policy[key] for key in POLICY_KEYS if policy.get(key) is not None}
    decision: Literal["release", "refuse"] = "refuse" if any(result.refuses for result in results) else "release"
    return Reviewed(results, decision, {**kept, "waived": reasons})


def _waivers(given: Mapping[str, str] | None) -> dict[str, str]:
    waived = dict(given or {})
    known = {control.id for control in controls()}
    for name, reason in waived.items():
        if name not in known:
            raise PlanError(f"review.waived: no control '{name}'", help=f"Known: {', '.join(sorted(known))}.")
        if not isinstance(reason, str) or not reason.strip():
            raise PlanError(
                f"review.waived.{name}: a waiver needs a reason", help="Say why, for those who will read it."
            )
    return waived


def _ledger(status: Mapping[str, Any]) -> Evidence:
    """Write the ledger's status as evidence."""
    claims = {"verified": status.get("consistent"), "entries": status.get("entries")}
    return Evidence("ledger", _NO_SUBJECT, claims, produced_by="review", at="")


def _chain(evidence: Sequence[Evidence]) -> Evidence:
    """Say how the pieces hang together: each but the first step must be made from what another piece speaks of."""
    unlinked = []
    for position, item in enumerate(evidence):
        others = [other for index, other in enumerate(evidence) if index != position]
        known = {name for other in others for name in (other.subject, other.digest)}
        known |= _digests([dict(other.claims) for other in others])
        if item.kind != "collect" and not known.intersection(item.inputs):
            unlinked.append(item.kind)
    claims = {"pieces": len(evidence), "unlinked": unlinked}
    return Evidence(CHAIN_KIND, _NO_SUBJECT, claims, produced_by="review", at="")


def _digests(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return {name for child in value.values() for name in _digests(child)}
    if isinstance(value, list | tuple):
        return {name for child in value for name in _digests(child)}
    return {value} if isinstance(value, str) and value.startswith("sha256:") else set()


def _judge(
    control: Control, evidence: Sequence[Evidence], policy: Mapping[str, Any], waiver: str | None
) -> ControlResult:
    pieces = [item for item in evidence if item.kind == control.reads]
    digests = tuple(item.digest for item in pieces if item.produced_by != "review")
    if not pieces:
        status: Status = "fail"
        reason = {
            "en": f"No evidence of the step “{control.reads}”, so nothing shows that this holds.",
            "zh": f"没有“{control.reads}”步骤的证据，无法证明此项成立。",
        }
    else:
        # Every piece must pass: a second, better run of a step does not hide the first one.
        verdicts = [_judge_piece(control, Context(piece, evidence, policy)) for piece in pieces]
        worst = {"fail": 0, "pass": 1, "not-applicable": 2}
        status, reason = min(verdicts, key=lambda verdict: worst[verdict[0]])
    if waiver is not None and status == "fail":
        status = "waived"
        reason = {
            "en": f"Waived by the plan: “{waiver}”. Without the waiver: {reason['en']}",
            "zh": f"已由计划豁免，理由：“{waiver}”。若不豁免：{reason['zh']}",
        }
    return ControlResult(control, status, reason, digests)


def _judge_piece(control: Control, context: Context) -> tuple[Status, dict[str, str]]:
    for exception in control.not_applicable:
        if not unmet(exception["when"], context):
            return "not-applicable", explain(exception["reason"], context)
    problems = unmet(control.test, context)
    if problems:
        return "fail", {language: _complaint(problems, language) for language in ("en", "zh")}
    return "pass", explain(control.reason, context)


def explain(texts: Mapping[str, str], context: Context, *, missing: Mapping[str, str] = _NOT_STATED) -> dict[str, str]:
    """Fill a control's reason texts with the figures that `context` holds; `missing` stands where there is none."""
    return {
        language: fill(text, lambda path, form, lang=language: _shown(context, path, form, lang, missing))
        for language, text in texts.items()
    }


def _complaint(problems: Sequence[Unmet], language: str) -> str:
    parts = [_one_complaint(problem, language) for problem in problems]
    return {"en": "; ".join(parts) + ".", "zh": "；".join(parts) + "。"}[language]


def _one_complaint(problem: Unmet, language: str) -> str:
    path = problem.path
    if problem.found is None:
        return {"en": f"{path} is not stated or not measured", "zh": f"{path} 未说明或未测量"}[language]
    if problem.asked is None and problem.operator != "not":
        return {"en": f"{path} has nothing to be held against", "zh": f"{path} 缺少可比较的依据"}[language]
    words = _OPERATOR_WORDS[problem.operator][language]
    asked = "" if problem.asked is None else " " + show(problem.asked, exact=True)
    found = show(problem.found, exact=True)
    return {"en": f"{path} is {found}, {words}{asked}", "zh": f"{path} 为 {found}，{words}{asked}"}[language]


def _shown(context: Context, path: str, form: str, language: str, missing: Mapping[str, str]) -> str:
    kind, _, name = path.partition(":")
    value = context.policy.get(name) if kind == "policy" else lookup(context, path)
    if value is None:
        return missing[language]
    if form == "percent" and isinstance(value, int | float):
        return f"{100 * value:.3g}%"
    if form == "count" and isinstance(value, list | dict):
        return f"{len(value):,}"
    if form == "sum" and isinstance(value, list):
        return f"{sum(value):,}"
    if form == "list" and isinstance(value, list):
        return {"en": ", ", "zh": "、"}[language].join(show(item) for item in value)
    return show(value, exact=form == "exact")


def _show_float(value: float, *, exact: bool) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}"
    text = repr(value) if exact else f"{value:.4g}"
    mantissa, _, exponent = text.partition("e")
    if not exponent:
        return text
    power = str(int(exponent)).translate(_SUPERSCRIPT)
    return f"10{power}" if mantissa == "1" else f"{mantissa}×10{power}"


def show(value: Any, *, exact: bool = False) -> str:
    """Write a claim's value for people; `exact` keeps every digit (for ε and δ, and for what fails by a hair)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return _show_float(value, exact=exact)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(show(item, exact=exact) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {show(item, exact=exact)}" for key, item in value.items()) + "}"
    text = str(value)
    return text[:19] + "…" if text.startswith("sha256:") else text
