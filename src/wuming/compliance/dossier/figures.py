"""Which figures of the evidence each chart draws; a missing figure is not drawn, and nothing stands in for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from wuming.compliance.dossier.charts import Axis, Mark, Row, budget_bar, chart, log_ticks, ticks
from wuming.compliance.dossier.text import Language, absent

ARMS = ("base", "raw", "deidentified", "control", "protected")
KINDS = ("structured", "free_text")


def get(value: Any, path: str) -> Any:
    """Return the claim at `path`, or None."""
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return None if absent(value) else value


def membership_interval(measured: Mapping[str, Any]) -> Any:
    """Return the interval of a membership figure: that of the population, which holds the threshold's error, too.

    Evidence that was written before there was one holds only that at the very threshold that was found.
    """
    return measured.get("population_interval", measured.get("interval"))


def _number(value: Any, path: str) -> float | None:
    found = get(value, path)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def _arms(facts: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    arms = get(facts, "assess.arms") or {}
    return [(name, arms[name]) for name in ARMS if isinstance(arms.get(name), Mapping)]


def all_figures(facts: Mapping[str, Any], language: Language) -> dict[str, Markup | None]:
    """Return the page's charts by name; None where the evidence has nothing to draw."""
    return {
        "funnel": funnel(facts, language),
        "extraction": extraction(facts, language),
        "exposure": exposure(facts, language),
        "perplexity": perplexity(facts, language),
        "audit": audit(facts, language),
        "leak": leak(facts, language),
        "risk": risk(facts, language),
        "budget": budget(facts, language),
    }


def _draw(rows: list[Row], axis: Axis, name: str, language: Language) -> Markup:
    return chart(
        rows,
        axis,
        title=language.text(f"{name}_title"),
        description=language.text(f"{name}_desc"),
        identity=f"{name}-{language.code}",
    )


def funnel(facts: Mapping[str, Any], language: Language) -> Markup | None:
    """Draw records collected, dropped by reason, admitted."""
    collected, admitted = _number(facts, "collect.collected.records"), _number(facts, "collect.admitted.records")
    if collected is None or admitted is None:
        return None
    rows = [Row(language.text("bar_collected"), [Mark(collected, "base", language.number(collected))])]
    for reason, counts in (get(facts, "collect.dropped") or {}).items():
        count = _number(counts, "records")
        if count is not None:
            rows.append(Row(language.text(f"reason_{reason}"), [Mark(count, "light", language.number(count))]))
    rows.append(Row(language.text("bar_admitted"), [Mark(admitted, "protected", language.number(admitted))]))
    marks = [(value, f"{value:,.0f}") for value, _ in ticks(collected)]
    return _draw(rows, Axis(0, marks[-1][0], marks), "funnel", language)


def extraction(facts: Mapping[str, Any], language: Language) -> Markup | None:
    """Draw secrets extracted per arm."""
    rows, most = [], 1.0
    for name, arm in _arms(facts):
        marks = []
        for kind in KINDS:
            count, planted = _number(arm, f"extracted.{kind}"), _number(facts, f"assess.secrets.{kind}")
            if count is not None and planted is not None:
                most = max(most, planted)
                text = language.text("of", a=language.number(count), b=language.number(planted))
                marks.append(Mark(count, name, text, hollow=kind == "free_text"))
        if marks:
            rows.append(Row(language.text(f"arm_{name}"), marks))
    marks_at = ticks(most)
    return _draw(rows, Axis(0, marks_at[-1][0], marks_at), "extraction", language) if rows else None


def exposure(facts: Mapping[str, Any], language: Language) -> Markup | None:
    """Draw mean exposure with interval per arm, over the band of chance."""
    rows, most = [], 2.0
    for name, arm in _arms(facts):
        marks = []
        for kind in KINDS:
            mean, ends = _number(arm, f"exposure.{kind}.mean"), get(arm, f"exposure.{kind}.interval")
            if mean is not None and isinstance(ends, list | tuple) and len(ends) == 2:
                most = max(most, mean, ends[1])
                marks.append(Mark(mean, name, f"{mean:.2f}", low=ends[0], high=ends[1], hollow=kind == "free_text"))
        if marks:
            rows.append(Row(language.text(f"arm_{name}"), marks))
    if not rows:
        return None
    band = get(facts, "assess.chance.interval")
    candidates = _number(facts, "assess.candidates")
    top = max(most, math.log2(candidates)) if candidates else most
    marks_at = ticks(top, count=8)
    return _draw(
        rows,
        Axis(
            0,
            marks_at[-1][0],
            marks_at,
            band=(band[0], band[1]) if isinstance(band, list | tuple) and len(band) == 2 else None,
            band_text=language.text("exposure_chance"),
        ),
        "exposure",
        language,
    )


def perplexity(facts: Mapping[str, Any], language: Language) -> Markup | None:
    """Draw perplexity per arm on a logarithmic axis."""
    found = [(name, _number(arm, "perplexity")) for name, arm in _arms(facts)]
    rows = [
        Row(language.text(f"arm_{name}"), [Mark(value, name, f"{value:.3g}")])
        for name, value in found
        if value is not None and value > 0
    ]
    if not rows:
        return None
    values = [row.marks[0].value for row in rows]
    marks = log_ticks(min(1.0, *values), max(values))
    return _draw(rows, Axis(marks[0][0], marks[-1][0], marks, logarithmic=True), "perplexity", language)


def _audit_name(facts: Mapping[str, Any]) -> str:
    """Return the text that names what the auditor saw."""
    return "audit_steps" if get(facts, "audit.access") == "white-box" else "audit_released"


def audit(facts: Mapping[str, Any], language: Language) -> Markup | None:
    """Draw the audited lower bounds, each with the most that it could have shown, against the claimed ε."""
    claimed = _number(facts, "train.epsilon")
    if claimed is None:
        return None
    rows, most = [], claimed
    for key, path, style in (
        (_audit_name(facts), "audit", "protected"),
        ("audit_gaussian", "audit.gaussian", "light"),
        ("audit_control", "audit.control", "control"),
        ("audit_steps", "audit.white_box", "protected"),
        ("audit_gaussian", "audit.white_box.gaussian", "light"),
    ):
        bound = _number(facts, f"{path}.epsilon_lower_bound")
        if bound is not None:
            highest = _number(facts, f"{path}.highest_possible_bound")
            text = f"{bound:.2f}" if highest is None else f"{bound:.2f} / {highest:.2f}"
            most = max(most, bound)
            rows.append(Row(language.text(key), [Mark(bound, style, text)]))
    if not rows:
        return None
    marks = ticks(most * 1.05)
    note = language.text("audit_claim", x=language.number(claimed))
    return _draw(rows, Axis(0, marks[-1][0], marks, line=claimed, line_text=note), "audit", language)


def leak(facts: Mapping[str, Any], language: Language) -> Markup | None:
    """Draw the residual leak by kind, up to its 95% upper bound, against the policy."""
    measured = get(facts, "de-identify.measured") or {}
    groups = [(f"kind_{name}", measured.get(name), "protected") for name in ("structured", "names_and_addresses")]
    groups += [(f"kind_{name}", value, "base") for name, value in sorted((measured.get("by_kind") or {}).items())]
    rows, most = [], 0.0
    for key, value, style in groups:
        upper, true = _number(value, "residual_leak_upper_95"), _number(value, "true")
        if upper is None or not true:
            continue
        share = (_number(value, "missed") or 0.0) / true
        most = max(most, upper)
        label = language.text(key) if language.known(key) else key.removeprefix("kind_").replace("_", " ")
        text = f"{language.percent(share)} ≤ {language.percent(upper)}"
        rows.append(Row(label, [Mark(share, style, text, low=share, high=upper)]))
    if not rows:
        return None
    limit = _number(facts, "review.policy.max_residual_leak")
    marks = ticks(max(most, limit or 0.0) * 1.1, percent=True)
    note = language.text("policy_limit") + (f" {language.percent(limit)}" if limit else "")
    return _draw(rows, Axis(0, marks[-1][0], marks, line=limit, line_text=note), "leak", language)


def risk(facts: Mapping[str, Any], language: Language) -> Markup | None:
    """Draw re-identification risk before and after."""
    rows, most = [], 0.05
    for name in ("maximum", "average", "unique_share"):
        marks = []
        for when, style in (("before", "raw"), ("after", "protected")):
            value = _number(facts, f"anonymise.risk_{when}.{name}")
            if value is not None:
                most = max(most, value)
                marks.append(Mark(value, style, f"{language.percent(value)} {language.text(when)}"))
        if marks:
            rows.append(Row(language.text(f"risk_{name}"), marks))
    if not rows:
        return None
    marks_at = ticks(most, percent=True)
    return _draw(rows, Axis(0, marks_at[-1][0], marks_at), "risk", language)


def budget(facts: Mapping[str, Any], language: Language) -> Markup | None:
    """Draw the account: ε spent before, added by this release, cap."""
    account = get(facts, "train.account") or {}
    cap, spent = _number(account, "cap_epsilon"), _number(account, "spent_epsilon")
    if cap is None or spent is None:
        return None
    before = _number(account, "spent_epsilon_before") or 0.0
    added = max(spent - before, 0.0)
    return budget_bar(
        [
            (before, "light", language.text("budget_before", x=language.number(before))),
            (added, "protected", language.text("budget_added", x=language.number(added))),
        ],
        cap,
        cap_text=language.text("budget_cap", x=language.number(cap)),
        title=language.text("budget_title"),
        description=language.text("budget_desc"),
        identity=f"budget-{language.code}",
    )
