"""Identity cards of Hong Kong."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import compact, hong_kong_check
from wuming.deidentification.specification import Context, number, pattern

_GAP = r"[ \-._·\n]{0,2}"
_LAYOUT = "one or two letters, six digits, check character (0-9, A) in brackets"
_SOURCE = "Immigration Department of Hong Kong, Registration of Persons; weights 9 to 2, modulo 11"
_HONG_KONG = (
    "香港", "hk身份证", "hk身分证", "hk identity", "hk card", "港人", "港身份", "永久性居民", "港籍", "港证",
    "港居民", "港区", "特区身份证", "港澳身份证", "港府", "智能身份证", "hkid", "hk id", "hong kong",
    "hkid no", "hongkong",
)  # fmt: skip
_SHAPE = "[A-Z]{1,2}[0-9]{6}[0-9A]"


def _right(value: str) -> bool:
    return hong_kong_check(value[:-7], value[-7:-1]) == value[-1]


@pattern(
    kind="HK_ID",
    country="hk",
    layout=_LAYOUT,
    source=_SOURCE,
    pattern=r"(?<![0-9A-Za-z])(?:[A-Z][ \-._·](?=[A-Z][ \-._·][0-9][ \-._·]))?"
    rf"[A-Za-z]{{1,2}}{_GAP}[0-9](?:{_GAP}[0-9]){{5}}{_GAP}\([ \n]?[0-9Aa] ?\)",
    context=(
        *_HONG_KONG,
        "身份证",
        "身分证",
        "证件",
        "证号",
        "identity card",
        "id card",
        "id number",
    ),
    minimum_digits=6,
    needs="(",
    reach=6,
    before=4,
    lettered=True,
    priority=82,
)
def hk_id(value: str, context: Context) -> float:
    """Judge one number: the brackets and the check character, or the words for it."""
    right = _right(compact(value))
    if context is Context.SUPPORT:
        return 1.0 if right else 0.65
    return 0.95 if right and context is Context.NONE else 0.0


@number(
    kind="HK_ID",
    country="hk",
    layout=f"{_LAYOUT}; written without them",
    source=_SOURCE,
    shape=_SHAPE,
    lengths=(8, 9),
    context=_HONG_KONG,
    priority=66,
)
def hk_id_without_brackets(value: str, context: Context) -> float:
    """Judge one number: only beside the words for Hong Kong."""
    if context is not Context.SUPPORT:
        return 0.0
    return 0.9 if _right(value) else 0.6
