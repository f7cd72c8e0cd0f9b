"""Telephone numbers of the North American plan; the plan does not tell mobiles from fixed lines."""

from __future__ import annotations

from wuming.deidentification.specification import RIGHT, Context, pattern


@pattern(
    kind="PHONE",
    country="us",
    layout="area code 2-9xx, exchange xxx, 4 digits; with or without 1",
    source="North American Numbering Plan",
    pattern=rf"(?<![0-9A-Za-z.\-])(?:\+?1[ \-.]{{0,2}})?(?:\([2-9][0-9]{{2}}\)[ \-.]{{0,2}}|[2-9][0-9]{{2}}[ \-.]?)"
    rf"[0-9]{{3}}[ \-.]?[0-9]{{4}}(?: ?(?:x|ext\.? ?)[0-9]{{1,5}})?{RIGHT}(?!-[0-9])",
    context=(
        "phone",
        "mobile",
        "cell",
        "call",
        "tel",
        "telephone",
        "text",
        "number is",
        "reach",
        "fax",
        "contact",
        "电话",
        "手机",
    ),
    minimum_digits=10,
    reach=8,
    priority=56,
)
def north_american_phone(value: str, context: Context) -> float:
    """Judge one number: separators, or a word for telephones."""
    if context is Context.DECOY:
        return 0.0
    if context is Context.SUPPORT:
        return 0.9
    return 0.7 if value[0] in "(+" or sum(mark in " -." for mark in value) >= 2 else 0.0
