"""Permits to travel between the mainland and Hong Kong, Macao and Taiwan."""

from __future__ import annotations

from wuming.deidentification.specification import Context, number

_WORDS = (
    "通行证", "港澳证", "港澳", "回乡证", "回乡卡", "返乡证", "台胞证", "台胞", "台湾居民", "往来大陆", "来往大陆",
    "往来内地", "来往内地", "往来台湾", "往来港澳", "赴台证", "入台证", "大通证", "台通证", "台湾通行", "证件号",
    "证件", "出境", "permit", "travel permit", "home return permit", "mtp", "mainland travel permit",
    "taiwan compatriot", "taibaozheng", "exit-entry permit", "entry permit",
    "hong kong and", "taiwan travel",
)  # fmt: skip
_TAIWAN = (
    "台胞证", "台胞", "台湾居民", "大陆通行证", "往来大陆", "来往大陆", "台通证", "taiwan compatriot", "taibaozheng",
    "mainland travel permit", "travel permit", "mtp", "taiwan residents", "compatriot permit",
)  # fmt: skip


_SHAPE = "[HMCWLT][0-9]{8}|[HM][0-9]{10}|C[A-HJ-NP-Z][0-9]{7}"


@number(
    kind="CN_TRAVEL_PERMIT",
    country="cn",
    layout="H or M, 8 digits (old: and 2 of the issue): residents of Hong Kong and Macao; C and 8 digits, or C, a "
    "letter without I and O, 7 digits (old: W): to Hong Kong and Macao; L or T and 8 digits: to Taiwan",
    source="National Immigration Administration, notices on the card permits (1999, 2014, 2017)",
    shape=_SHAPE,
    lengths=(9, 11),
    context=_WORDS,
    priority=66,
)
def travel_permit(value: str, context: Context) -> float:
    """Judge one number: it needs the words for it; alone it may be any serial number."""
    if context is Context.SUPPORT:
        return 0.94
    return 0.3 if context is Context.NONE and value[0] in "HMC" and value[1].isdigit() else 0.0


@number(
    kind="CN_TRAVEL_PERMIT",
    country="cn",
    layout="8 digits; until 2015 10 digits and a letter, often in brackets: residents of Taiwan to the mainland",
    source="Ministry of Public Security, card of 2015",
    shape="[0-9]{8}|[0-9]{10}[A-Z]?",
    lengths=(8, 10, 11),
    grouping="10 1|4 4|2 2 2 2",
    context=_TAIWAN,
    beside=True,
    priority=61,
)
def taiwan_compatriot_permit(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del value, context
    return 0.9
