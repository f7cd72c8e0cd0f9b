"""The dossier's page: one self-contained HTML file, both languages inside, no script, no request to anywhere."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChainableUndefined, Environment, FunctionLoader
from markupsafe import Markup

from wuming import __version__
from wuming.compliance.catalogue import controls
from wuming.compliance.dossier.answers import LISTED, answers_in
from wuming.compliance.dossier.figures import ARMS, KINDS, all_figures, get, membership_interval
from wuming.compliance.dossier.text import LANGUAGES, Language, absent
from wuming.core.evidence import Evidence

SECTIONS = (
    "verdict",
    "certificate",
    "way",
    "attacks",
    "guarantee",
    "releases",
    "answers",
    "controls",
    "untested",
    "verify",
    "glossary",
)
PARAMETERS = (
    "epsilon",
    "delta",
    "unit_of_privacy",
    "neighbouring_relation",
    "sampler",
    "sampling_probability",
    "noise_multiplier",
    "steps",
    "max_grad_norm",
    "records_per_unit",
    "divisor",
    "population",
    "accountant",
    "randomness",
)
KINDS_OF_EVIDENCE = ("collect", "de-identify", "anonymise", "train", "audit", "assess", "review", "ledger")


@cache
def _template(name: str) -> str:
    return files("wuming.compliance.dossier").joinpath("templates", name).read_text(encoding="utf-8")


def _environment() -> Environment:
    # Autoescape is on for every template, whatever its name; a claim that is missing renders as missing.
    return Environment(
        autoescape=True, undefined=ChainableUndefined, loader=FunctionLoader(_template), trim_blocks=True
    )


def facts_of(evidence: Sequence[Evidence]) -> dict[str, Any]:
    """Return the claims by kind of evidence; the last piece of a kind is shown."""
    facts: dict[str, Any] = {kind: {} for kind in KINDS_OF_EVIDENCE}
    for item in evidence:
        facts[item.kind] = dict(item.claims)
    return facts


def decision_of(facts: Mapping[str, Any]) -> str:
    """Return `released`, `refused`, or `undecided` when there is no review."""
    return {"release": "released", "refuse": "refused"}.get(get(facts, "review.decision") or "", "undecided")


def render_page(
    *,
    title: str,
    evidence: Sequence[Evidence],
    releases: Sequence[Mapping[str, Any]],
    fingerprint: str,
    created_at: str,
    public: bool,
    language: str = "en",
    certificate: Mapping[str, Any] | None = None,
) -> str:
    """Return the page as HTML.

    Args:
        title: what the dossier is about; escaped like every other value.
        evidence: what may be shown; for a public page already without internal claims.
        releases: see `build_dossier`.
        fingerprint: of the key that signs. created_at: time in UTC.
        public: whether internal claims were left out. language: what is shown first, `en` or `zh`.
        certificate: what a certificate says; None: the page is no certificate.
    """
    environment = _environment()
    facts, answers = facts_of(evidence), answers_in(evidence)
    left_out = {name for name, part in (("certificate", certificate), ("answers", answers)) if part is None}
    pages = []
    for code in LANGUAGES:
        words = Language(code, public=public)
        body = environment.get_template("body.html.j2").render(
            **_values(facts, words),
            title=title,
            releases=releases,
            fingerprint=fingerprint,
            created_at=created_at,
            public=public,
            version=__version__,
            certificate=certificate,
            answers=answers,
            answers_alone=answers is not None and get(facts, "train.epsilon") is None,
            listed=LISTED,
            sections=[name for name in SECTIONS if name not in left_out],
        )
        pages.append({"code": code, "body": Markup(body)})  # noqa: S704  (rendered with autoescape just above)
    return _whole(environment, title, language, pages)


def render_account(
    account: Mapping[str, Any],
    evidence: Sequence[Evidence],
    events: Sequence[Mapping[str, Any]],
    *,
    head: str,
    created_at: str,
) -> str:
    """Return an account's own page as HTML: caps, spending, every answer on record with its cost, and all that counts.

    Args:
        account: as `AccountStatus.as_json` gives it.
        evidence: all answers on record of it, see `wuming.governance.history.answers_of`.
        events: all that count, see `wuming.governance.history.events_of`.
        head: of the ledger. created_at: time in UTC.
    """
    environment = _environment()
    pages = []
    for code in LANGUAGES:
        words = Language(code, public=False)
        body = environment.get_template("account.html.j2").render(
            account=account,
            answers=answers_in(evidence),
            events=events,
            code=code,
            t=words.text,
            term=words.term,
            n=words.number,
            e=words.exact,
            spent=words.spent,
            left=words.left,
            short=_short,
            head=head,
            created_at=created_at,
            version=__version__,
        )
        pages.append({"code": code, "body": Markup(body)})  # noqa: S704  (rendered with autoescape just above)
    return _whole(environment, str(account["account"]), "en", pages)


def _whole(environment: Environment, title: str, language: str, pages: Sequence[Mapping[str, Any]]) -> str:
    """Put the bodies of both languages into one file with its style."""
    style = _template("style.css").strip()
    style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("page.html.j2").render(
        title=title,
        default=language if language in LANGUAGES else "en",
        style=Markup(style),  # noqa: S704  (our own file)
        style_hash=style_hash,
        pages=pages,
    )


def _values(facts: Mapping[str, Any], words: Language) -> dict[str, Any]:
    """Return what the body's template reads."""
    arms = get(facts, "assess.arms") or {}
    found = get(facts, "de-identify.found")
    epsilon = get(facts, "train.epsilon")
    return {
        "facts": facts,
        "code": words.code,
        "t": words.text,
        "term": words.term,
        "n": words.number,
        "e": words.exact,
        "spent": words.spent,
        "p": words.percent,
        "interval": words.interval,
        "glossary": words.glossary(),
        "charts": all_figures(facts, words),
        "parameters": [name for name in PARAMETERS if get(facts, f"train.{name}") is not None],
        "decision": decision_of(facts),
        "citations": _citations,
        "short": _short,
        "membership": [
            (name, {**arms[name]["membership"], "interval": membership_interval(arms[name]["membership"])})
            for name in ARMS
            if isinstance(get(arms, f"{name}.membership"), Mapping)
        ],
        "unprotected": _extracted(arms.get("raw")),
        "protected": _extracted(arms.get("protected")),
        "replaced": sum(found.values()) if isinstance(found, Mapping) else None,
        "factor": _factor(epsilon),
        "worded": lambda value: _worded(value, words.code),
        "figure_of": lambda value, scale="": _figure_of(value, words, share=scale == "share"),
    }


def _extracted(arm: Any) -> int | None:
    counts = [get(arm, f"extracted.{kind}") for kind in KINDS]
    known = [count for count in counts if isinstance(count, int)]
    return sum(known) if known else None


def _factor(epsilon: Any) -> str:
    """Return e^ε, rounded up to two significant digits, as text."""
    if not isinstance(epsilon, int | float) or epsilon > 600:
        return "∞"
    factor = math.exp(epsilon)
    unit = 10.0 ** (math.floor(math.log10(factor)) - 1)
    rounded = math.ceil(factor / unit - 1e-9) * unit
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.2g}"


def _worded(value: Any, code: str) -> str:
    """Return a text that the evidence holds in one language (text) or in several (`{"en": …, "zh": …}`)."""
    if isinstance(value, Mapping):
        return str(value.get(code) or value.get("en") or "")
    return "" if absent(value) else str(value)


def _figure_of(value: Any, words: Language, *, share: bool) -> str:
    """Write a figure of the risk report: a number, a share, an interval of either, a text, or nothing."""
    form = words.percent if share else words.number
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return _worded(value, words.code)
    if isinstance(value, list | tuple):
        return words.interval(value, form)
    return "–" if absent(value) else form(value)


def _short(value: Any) -> str:
    text = str(value or "")
    return text if len(text) <= 24 else text[:19] + "…"


def _citations(item: Mapping[str, Any], code: str) -> list[tuple[str, str]]:
    """Return (article, a few words) for a control; the words come from the catalogue, if it still has them."""
    for control in controls():
        if control.id == item.get("id"):
            known = {article.label: article for article in control.articles}
            return [
                (known[label].label_in(code), known[label].about[code]) if label in known else (label, "")
                for label in item.get("articles", [])
            ]
    return [(label, "") for label in item.get("articles", [])]
