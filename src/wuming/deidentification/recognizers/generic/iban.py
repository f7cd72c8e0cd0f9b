"""International bank account numbers."""

from __future__ import annotations

from wuming.deidentification.recognizers.checks import compact, mod_97
from wuming.deidentification.specification import LEFT, RIGHT, Context, pattern

# Lengths from the SWIFT IBAN registry.
LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28,
    "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18,
    "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24,
    "XK": 20,
}  # fmt: skip
_BY_LENGTH: dict[int, list[str]] = {}
for _country, _length in LENGTHS.items():
    _BY_LENGTH.setdefault(_length, []).append(_country)


def _alternative(length: int) -> str:
    countries = "|".join(_BY_LENGTH[length])
    return rf"(?i:{countries})[0-9]{{2}}(?:[ \-]?[0-9A-Za-z]){{{length - 4}}}{RIGHT}"


@pattern(
    kind="IBAN",
    country="generic",
    layout="country, two check digits, account of a length fixed by the country; printed in groups of four",
    source="ISO 13616-1; SWIFT IBAN registry",
    pattern=LEFT + "(?:" + "|".join(_alternative(length) for length in sorted(_BY_LENGTH, reverse=True)) + ")",
    context=("iban", "账户", "账号", "account"),
    minimum_digits=2,
    reach=42,
    priority=80,
)
def iban(value: str, context: Context) -> float:
    """Judge one number: MOD 97-10, or a failing check beside the word IBAN."""
    if mod_97(compact(value)):
        return 1.0
    return 0.7 if context is Context.SUPPORT else 0.0
