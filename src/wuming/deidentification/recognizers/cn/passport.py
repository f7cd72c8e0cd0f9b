"""Passports, and permits to travel to Hong Kong, Macao and Taiwan."""

from __future__ import annotations

from wuming.deidentification.specification import LEFT, RIGHT, Context, pattern


@pattern(
    kind="CN_PASSPORT",
    country="cn",
    layout="E and 8 digits, or E, a letter without I and O, 7 digits; G, D, S, P: older and service passports; C, "
    "W, H, M, "
    "L, T: travel permits",
    source="National Immigration Administration, notices on electronic passports (2012, 2017)",
    pattern=rf"{LEFT}(?:[EeGgDdSsPpKk][0-9]{{8}}|[Ee][A-HJ-NP-Za-hj-np-z][0-9]{{7}}|1[45][0-9]{{7}}"
    rf"|[CcHhMmWwLlTt][0-9A-HJ-NP-Z][0-9]{{7}}(?:[0-9]{{2}})?){RIGHT}",
    context=("护照", "通行证", "passport", "证件", "港澳", "回乡证", "台胞证", "permit", "出境"),
    minimum_digits=7,
    priority=66,
)
def passport(value: str, context: Context) -> float:
    """Judge one number: the current layout stands alone, the others need the words for it."""
    if context is Context.DECOY:
        return 0.0
    if context is Context.SUPPORT:
        return 0.95
    return 0.6 if (value[0] in "EG" and value[1:].isdigit()) or value[0] == "E" else 0.0
