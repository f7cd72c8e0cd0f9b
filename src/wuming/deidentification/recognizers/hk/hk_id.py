"""Identity cards of Hong Kong."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import compact, hong_kong_check
from wuming.deidentification.specification import Context, pattern

_GAP = r"[ \-._·]{0,2}"


@pattern(
    kind="HK_ID",
    country="hk",
    layout="one or two letters, six digits, check character (0-9, A) in brackets",
    source="Immigration Department of Hong Kong, Registration of Persons; weights 9 to 2, modulo 11",
    pattern=rf"(?<![0-9A-Za-z])[A-Za-z]{{1,2}}{_GAP}[0-9](?:{_GAP}[0-9]){{5}}{_GAP}"
    r"(?:\( ?[0-9Aa] ?\)|[0-9Aa](?![0-9A-Za-z]))",
    context=(
        "身份证", "身分证", "身份證", "身分證", "香港", "港人", "永久性居民", "证件", "證件", "证号", "hkid", "hk id",
        "hong kong", "identity card", "id card", "id number", "hkid no",
    ),
    minimum_digits=6,
    reach=6,
    before=4,
    priority=82,
)  # fmt: skip
def hk_id(value: str, context: Context) -> float:
    """Judge one number: brackets and check character, or the words for it."""
    number = compact(value)
    letters, digits = number[:-7], number[-7:-1]
    right = hong_kong_check(letters, digits) == number[-1]
    if context is Context.SUPPORT:
        return 1.0 if right else 0.65
    return 0.95 if right and value[-1] == ")" and context is Context.NONE else 0.0
