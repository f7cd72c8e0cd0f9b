"""A release told to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import east_asian_width

from wuming.anonymization.attacks.outcome import Outcome


def report(found: Mapping[str, Any]) -> str:
    """Return the figures of a release as lines."""
    return "\n".join(_lines(found))


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    claims, risk = found["claims"], found["risk"]
    before, after = risk["before"], risk["prosecutor"]
    published = claims["rows"] - found["suppressed"]
    yield (
        f"{found['output']}: {published:,} rows in {found['classes']:,} classes, "
        f"k = {found['k']}, l = {found['l']}, t = {found['t']:.3f}"
    )
    for words, name, form in (
        ("highest risk for one row ", "maximum", ".3f"),
        ("mean risk                ", "average", ".3f"),
        ("rows nobody else matches ", "unique_share", ".1%"),
    ):
        earlier = f"{before[name]:{form}} before, " if before else ""
        yield f"{words} {earlier}{after[name]:{form}} after"
    if "attacked_rows" in claims:
        yield f"attacked                  on {claims['attacked_rows']:,} rows, by the same plan"
    yield f"information lost          {found['ncp']:.1%} (normalised certainty penalty)"
    if "levels" in claims:
        levels = ", ".join(f"{name} {level}" for name, level in claims["levels"].items())
        proved = "the least there is" if claims["optimal"] else f"at least {claims['ncp_lower_bound']:.1%} is lost"
        yield f"levels                    {levels}; {proved}"
    if found["suppressed"]:
        yield f"suppressed                {found['suppressed']:,} of {claims['rows']:,} rows"
    yield f"removed                   {', '.join(claims['removed_identifiers']) or 'nothing'}"
    yield f"passed unchanged          {', '.join(found['passed_unchanged']) or 'nothing'}"
    if found["released_before"]:
        yield (
            f"released before           {found['released_before']} more times, by the ledger; "
            "hold this release against those with --earlier"
        )
    level, threshold = found["gbt_42460"]["level"], found["gbt_42460"]["threshold"]
    yield f"GB/T 42460                level {level} of 4 (level 3 allows a risk of {threshold:g}, by its drafts)"
    yield from attack_lines(found["attacks"])


def attack_lines(attacks: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield attacks with their control, then what succeeded and what to change."""
    compared = {name: one for name, one in attacks.items() if "rate" in one}
    findings = [name for name in attacks if name not in compared]
    width = max([places(name) for name in compared], default=0)
    yield ""
    if compared:
        yield f"{padded('attack is right', width)}  of members  of others  excess at least"
    for name, one in compared.items():
        sign = "  <- succeeds" if one["refused"] else ""
        rate = f"{one['rate']:.1%}" if one["trials"] else "no try"
        control = f"{one['control_rate']:.1%}" if one.get("control_trials") else "–"
        bound = f"{max(one['lower_bound'], 0.0):.3f}" if "lower_bound" in one else "no control"
        yield f"{padded(name, width)}  {rate:>10} {control:>10} {bound:>16}{sign}"
    passed = sum(not attacks[name]["refused"] for name in findings)
    yield f"{passed} of {len(findings)} other checks passed" if findings else "no other checks"
    for name, one in attacks.items():
        if one["refused"]:
            columns = f" ({', '.join(one['columns'])})" if one.get("columns") else ""
            yield f"succeeds: {name}{columns}. {one.get('advice') or one.get('detail', '')}".rstrip()


def refusal_line(outcome: Outcome) -> str:
    """Return what succeeded, by how much, and what to change."""
    columns = f" ({', '.join(outcome.columns)})" if outcome.columns else ""
    if outcome.rate is None or outcome.control_rate is None or outcome.lower_bound is None:
        return f"{outcome.name}{columns}: {outcome.detail}. {outcome.advice}".strip()
    return (
        f"{outcome.name}{columns}: right about {outcome.rate:.1%} of members and {outcome.control_rate:.1%} of others, "
        f"at least {outcome.lower_bound:.3f} more where {outcome.margin:g} is allowed. {outcome.advice}"
    ).strip()


def padded(text: str, width: int) -> str:
    """Pad a text to a width on the screen, where a Chinese character takes two places."""
    return text + " " * (width - places(text))


def places(text: str) -> int:
    """Return how many places a text takes on the screen."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
