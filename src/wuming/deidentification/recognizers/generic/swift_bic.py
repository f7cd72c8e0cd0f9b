"""Business identifier codes of banks (SWIFT codes)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.checks import compact
from wuming.deidentification.recognizers.generic.countries import COUNTRIES
from wuming.deidentification.specification import RIGHT, Candidate, keyword

# Eight letters are a word more often than a bank: capitals are needed, and a bank's words or a digit.
# Looks behind after the first character: the search then skips to the next capital at once.
_CODE = re.compile(
    rf"[A-Z](?<![0-9A-Za-z_].)[A-Z]{{3}}[ \-]?[A-Z]{{2}}[ \-]?[A-Z0-9]{{2}}(?:[ \-]?[A-Z0-9]{{3}})?{RIGHT}"
)
_AFTER_WORD = re.compile(
    r"(?:[ _/]?(?:code|number|no\.?|bic|swift|号码?|代码|编码|是|为|is)){0,3}[ \n]{0,2}"
    r"(?P<mark>[:=(#|\-]{0,2})[ \n\"']{0,2}"
    rf"(?P<code>[A-Za-z]{{6}}[A-Za-z0-9]{{2}}(?:[A-Za-z0-9]{{3}})?){RIGHT}",
    re.IGNORECASE,
)
_BANKS = re.compile(r"bic|iban|bank|银行|transfer|wire|汇款|账|account", re.IGNORECASE)
_BEFORE, _AFTER, _SHORTEST_LINK = 40, 64, 2
_WORDS = frozenset(["TRANSFER", "PAYMENTS", "ACCOUNTS", "CUSTOMER", "BANKCODE", "ROUTINGS", "REQUIRED"])


@keyword(
    kind="SWIFT_BIC",
    country="generic",
    layout="4 letters, country, 2 letters or digits, at will 3 for the branch; near the words for it, or an IBAN",
    source="ISO 9362:2022",
    words=(
        "swift",
        "bic",
        "swiftcode",
        "swift_code",
        "bic_code",
        "_swift",
        "_bic",
        "iban",
        "国际汇款代码",
        "银行识别码",
    ),
)
def swift_bic(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find codes right after the word, or within a line around it."""
    named = _AFTER_WORD.match(text, end) if text[start:end].lower() != "iban" else None
    if named and named.group("code")[4:6].upper() in COUNTRIES:
        code = named.group("code")
        linked = named.group("mark") or named.start("code") - end > _SHORTEST_LINK
        if (
            not code.isalpha()
            or (code.isupper() and text[start:end].isupper())
            or (linked and (code.isupper() or named.group("mark")))
        ):
            yield Candidate(*named.span("code"), "SWIFT_BIC", 0.9, 76)
    first, last = max(0, start - _BEFORE), min(len(text), end + _AFTER)
    for match in _CODE.finditer(text, first, last):
        code = compact(match.group())
        about_banks = (
            not code.isalpha()
            or text[start:end].isupper()
            or _BANKS.search(text, first, start)
            or _BANKS.search(text, end, last)
        )
        if code[4:6] in COUNTRIES and code not in _WORDS and about_banks:
            yield Candidate(*match.span(), "SWIFT_BIC", 0.8, 75)
