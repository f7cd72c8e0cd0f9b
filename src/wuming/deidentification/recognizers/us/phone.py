"""Telephone numbers of the North American plan; the plan does not tell mobiles from fixed lines."""

from __future__ import annotations

from wuming.deidentification.specification import RIGHT, Context, number, pattern

_WORDS = (
    "phone", "phones", "mobile", "cell", "cellphone", "call", "tel", "telephone", "number is", "my number", "fax",
    "dial", "whatsapp", "voicemail", "text me", "reach me", "reach us", "reached at",
    "contacted at", "ring me", "contact number", "call me", "电话",
    "手机", "我的号码", "联系",
)  # fmt: skip


@pattern(
    kind="PHONE",
    country="us",
    layout="area code 2-9xx, exchange xxx, 4 digits, in groups; with or without 1 or 001; an extension may follow",
    source="North American Numbering Plan",
    pattern=r"(?<![0-9A-Za-z.\-])(?:(?:\+|00)?1[ \-.]{0,2}|(?!400|800[ \-]))"
    r"(?:\([2-9][0-9]{2}\)[ \-.]{0,2}[0-9]{3}[ \-.]?[0-9]{4}|[2-9][0-9]{2}[\-.][0-9]{3}[ \-.][0-9]{4}"
    r"|(?<![0-9] )[2-9][0-9]{2} [2-9][0-9]{2}[ \-][0-9]{4}(?! [0-9]))"
    rf"(?: ?(?:x|ext\.? ?)[0-9]{{1,5}})?{RIGHT}(?![\-.][0-9])",
    context=_WORDS,
    minimum_digits=10,
    reach=10,
    priority=56,
)
def north_american_phone(value: str, context: Context) -> float:
    """Judge one number in groups."""
    del value
    return {Context.DECOY: 0.0, Context.NONE: 0.7, Context.SUPPORT: 0.95}[context]


@number(
    kind="PHONE",
    country="us",
    layout="the same in any grouping, beside a word for telephones; 400 and 800 belong to firms",
    source="North American Numbering Plan",
    shape="1?(?!400|800)[2-9][0-9]{2}[2-9][0-9]{6}",
    lengths=(10, 11),
    context=_WORDS,
    beside=True,
    priority=55,
)
def north_american_phone_in_words(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del value, context
    return 0.9
