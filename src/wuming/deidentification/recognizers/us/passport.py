"""Passports of the United States and others of the same shape."""

from __future__ import annotations

from wuming.deidentification.specification import LEFT, RIGHT, Context, pattern


@pattern(
    kind="PASSPORT",
    country="us",
    layout="9 digits, or one or two letters and 6 to 8 digits; beside the word passport",
    source="ICAO Doc 9303 (numbers of up to nine characters); US Department of State, next generation passport (2021)",
    pattern=rf"{LEFT}(?:[A-Za-z]{{1,2}}[0-9]{{6,8}}|[0-9]{{9}}){RIGHT}",
    context=("passport", "passport number", "护照"),
    minimum_digits=6,
    priority=61,
)
def passport(value: str, context: Context) -> float:
    """Judge one number: only beside the word."""
    del value
    return 0.85 if context is Context.SUPPORT else 0.0
