"""Number plates of the United States: every state has its own layouts, so the words decide."""

from __future__ import annotations

from wuming.deidentification.specification import LEFT, RIGHT, Context, pattern


@pattern(
    kind="US_PLATE",
    country="us",
    layout="5 to 8 letters and digits in one or two groups; beside the words for plates",
    source="AAMVA, License Plate Standard, Edition 2 (2020)",
    pattern=rf"{LEFT}(?:[0-9A-Z]{{2,4}}[ \-][0-9A-Z]{{2,4}}|[0-9A-Z]{{5,8}}){RIGHT}",
    context=(
        "license plate",
        "licence plate",
        "plate number",
        "plate",
        "number plate",
        "car registration",
        "tag number",
    ),
    minimum_digits=2,
    shortest=5,
    priority=40,
)
def plate(value: str, context: Context) -> float:
    """Judge one plate: letters and digits both, beside the words."""
    mixed = any(character.isdigit() for character in value) and any(character.isalpha() for character in value)
    return 0.8 if mixed and context is Context.SUPPORT else 0.0
