"""International bank account numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.checks import compact, mod_97
from wuming.deidentification.specification import LEFT, RIGHT, Candidate, Context, keyword, number, pattern

# Lengths from the SWIFT IBAN registry.
LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30,
}  # fmt: skip


def _in_fours(length: int) -> str:
    """Return the pattern of all such numbers of one length."""
    countries = "|".join(country for country in LENGTHS if LENGTHS[country] == length)
    groups, rest = divmod(length - 4, 4)
    return rf"(?:{countries})[0-9]{{2}}(?:[ \-][0-9A-Za-z]{{4}}){{{groups}}}" + (
        rf"[ \-][0-9A-Za-z]{{{rest}}}" if rest else ""
    )


_IN_FOURS = "|".join(_in_fours(length) for length in sorted(set(LENGTHS.values()), reverse=True))
_WORDS = ("iban", "账户", "账号", "account", "swift", "bic", "konto", "compte", "汇款", "收款")


@number(
    kind="IBAN",
    country="generic",
    layout="country, two check digits, account of a length fixed by the country; printed in groups of four",
    source="ISO 13616-1; SWIFT IBAN registry",
    shape="[A-Z]{2}[0-9]{2}[0-9A-Z]{11,29}",
    lengths=tuple(sorted(set(LENGTHS.values()))),
    context=_WORDS,
    priority=85,
)
def iban(value: str, context: Context) -> float:
    """Judge one number: length and MOD 97-10, or a failing check beside the words for it."""
    if LENGTHS.get(value[:2]) != len(value):
        return 0.0
    if mod_97(value):
        return 1.0
    return 0.7 if context is Context.SUPPORT else 0.0


@pattern(
    kind="IBAN",
    country="generic",
    layout="the same, where a group of four holds letters alone",
    source="ISO 13616-1; SWIFT IBAN registry",
    pattern=rf"{LEFT}(?=[A-Za-z]{{2}}[0-9]{{2}}[ \-])(?i:{_IN_FOURS}){RIGHT}",
    context=_WORDS,
    minimum_digits=6,
    reach=34,
    before=10,
    lettered=True,
    priority=85,
)
def lettered_iban(value: str, context: Context) -> float:
    """Judge one number as above."""
    return iban(compact(value), context)


_NAMED = re.compile(
    rf"[^0-9A-Za-z]{{0,3}}(?:(?:is|no\.?|number|号码?|是|为)[^0-9A-Za-z]{{0,3}})?"
    rf"(?=[A-Z]{{2}}[0-9]{{2}}[ \-])(?P<value>{_IN_FOURS}){RIGHT}",
    re.IGNORECASE,
)


@keyword(
    kind="IBAN",
    country="generic",
    layout="the same after the word, where most groups hold letters alone",
    source="ISO 13616-1; SWIFT IBAN registry",
    words=("iban",),
)
def named_iban(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the number after the word."""
    del start
    match = _NAMED.match(text, end)
    if match:
        yield Candidate(*match.span("value"), "IBAN", 1.0 if mod_97(compact(match.group("value"))) else 0.7, 85)
