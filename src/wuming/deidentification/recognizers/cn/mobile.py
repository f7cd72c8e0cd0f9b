"""Mobile numbers."""

from __future__ import annotations

from wuming.deidentification.specification import Context, number, pattern

_WORDS = (
    "手机", "电话", "我的号码", "联系", "微信", "致电", "回电", "拨打", "短信", "打我", "来电", "同号", "手机号",
    "本机", "收件人", "phone", "mobile", "call", "tel", "cell", "text", "reach", "whatsapp", "contact", "phone number",
    "cellphone", "telephone", "sms", "phone_number", "mobile_phone", "wechat", "dial",
)  # fmt: skip
_SOURCE = "Telecommunication network numbering plan (2017 edition), MIIT; prefixes not yet assigned are accepted too"
_UNASSIGNED = ("154", "160", "161", "163", "164", "168", "169", "179", "194")
_MEBIBYTE = 1 << 20
_SHAPE = "(?:(?:00)?86)?1[3-9][0-9]{9}"


@number(
    kind="PHONE",
    country="cn",
    layout="11 digits from 13 to 19, with or without +86 or 0086; whole, in the usual groups, or in many small ones",
    source=_SOURCE,
    shape=_SHAPE,
    lengths=(11, 13, 15),
    grouping="(?:[24] )?(?:11|3 4 4|3 8|7 4|3 3 5|4 3 4|4 4 3|3 5 3|5 6|3 2 2 2 2|3 2 3 3|3 4 2 2)|[57] (?:4 4|8)"
    "|[1-4](?: [1-4]){3,14}",
    context=_WORDS,
    priority=64,
)
def mobile(value: str, context: Context) -> float:
    """Judge one number: 11 digits standing alone are a mobile unless named as something else."""
    if context is Context.DECOY:
        return 0.0
    if context is Context.SUPPORT:
        return 1.0
    if int(value[-11:]) % _MEBIBYTE == 0:  # a size in bytes
        return 0.0
    return 0.7 if value[-11:-8] in _UNASSIGNED else 0.85


@number(
    kind="PHONE",
    country="cn",
    layout="the same, in groups of any size; each digit alone for instance",
    source=_SOURCE,
    shape=_SHAPE,
    lengths=(11, 13, 15),
    context=_WORDS,
    beside=True,
    priority=63,
)
def scattered_mobile(value: str, context: Context) -> float:
    """Judge one number beside the words for telephones."""
    del value, context
    return 0.9


@number(
    kind="PHONE",
    country="cn",
    layout="11 digits from 10 to 12 beside a word for telephones: not assigned to people, written by slip",
    source="as above",
    shape="1[0-2][0-9]{9}",
    lengths=(11,),
    context=("手机号", "手机", "电话", "mobile", "phone"),
    beside=True,
    priority=54,
)
def unassigned_mobile(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del value, context
    return 0.6


@pattern(
    kind="PHONE",
    country="cn",
    layout="the 11 digits right behind the number of an item of a list: 3.13812345678",
    source=_SOURCE,
    pattern=r"(?<![0-9A-Za-z.])[1-9][0-9]?\.(1[3-9][0-9]{9})(?![0-9A-Za-z])(?!\.[0-9]{1,3}(?![0-9]))",
    context=_WORDS,
    minimum_digits=12,
    needs=".",
    priority=61,
)
def listed_mobile(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it, since it reads as a decimal fraction too."""
    del value
    return 0.85 if context is Context.SUPPORT else 0.0
