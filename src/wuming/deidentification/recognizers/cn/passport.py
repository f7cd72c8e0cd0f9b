"""Passports of China, of Hong Kong and of Macao."""

from __future__ import annotations

from wuming.deidentification.specification import Context, number

_WORDS = (
    "护照", "护照号", "护照号码", "因私护照", "公务护照", "特区护照", "passport", "passport number", "passport no",
    "passport_no", "pass port", "出境", "签证", "visa", "passport id",
)  # fmt: skip


_SHAPE = "[EGDSPKH][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|[DSP]E[0-9]{7}|KJ[0-9]{7}|M[AB][0-9]{7}|[DSP][0-9]{7}|1[45][0-9]{7}"


@number(
    kind="CN_PASSPORT",
    country="cn",
    layout="E and 8 digits, or E, a letter without I and O, 7 digits; G, 14, 15: before 2012; D, S, P, DE, SE, PE: "
    "diplomatic and service; K, H, KJ: Hong Kong; MA, MB: Macao",
    source="National Immigration Administration, notices on electronic passports (2012, 2017); Immigration Department "
    "of Hong Kong; Identification Services Bureau of Macao",
    shape=_SHAPE,
    lengths=(8, 9),
    context=_WORDS,
    beside=True,
    priority=66,
)
def passport(value: str, context: Context) -> float:
    """Judge one number: only beside the words for it."""
    del value, context
    return 0.95


@number(
    kind="CN_PASSPORT",
    country="cn",
    layout="E, a letter or digit, 7 digits, standing alone",
    source="as above",
    shape="[EG][0-9A-HJ-NP-Z][0-9]{7}",
    lengths=(9,),
    context=_WORDS,
    priority=48,
)
def bare_passport(value: str, context: Context) -> float:
    """Judge one number: the current layout is rare enough; EP is a European patent."""
    if context is not Context.NONE:
        return 0.0
    return 0.3 if value[:2] == "EP" or value[0] == "G" else 0.6
