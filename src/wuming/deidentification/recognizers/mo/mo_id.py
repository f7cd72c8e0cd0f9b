"""Identity cards of Macao."""

from __future__ import annotations

from wuming.deidentification.specification import Context, pattern

_GAP = r"[ \-._·/]{0,2}"


@pattern(
    kind="MO_ID",
    country="mo",
    layout="1, 5 or 7, six digits, check digit in brackets: 1234567(8); also 1/234567/8; how the check digit is "
    "computed is not published",
    source="Identification Services Bureau of Macao, Resident Identity Card",
    pattern=rf"[157](?<![0-9A-Za-z].)(?<![0-9][.\-/].){_GAP}[0-9](?:{_GAP}[0-9]){{5}}{_GAP}"
    r"(?:\( ?[0-9] ?\)(?! ?\(? ?[0-9])|[0-9](?![0-9A-Za-z]|[.\-/][0-9]))",
    context=(
        "澳门", "澳门身份证", "bir", "macau", "macao", "macau id", "macao id",
    ),
    minimum_digits=8,
    reach=2,
    priority=66,
)  # fmt: skip
def mo_id(value: str, context: Context) -> float:
    """Judge one number: the words for it, or the layout with brackets."""
    if context is Context.SUPPORT:
        return 0.95
    bracketed = len(value) == 10 and value[-3] == "("
    return 0.6 if bracketed and context is Context.NONE else 0.0
