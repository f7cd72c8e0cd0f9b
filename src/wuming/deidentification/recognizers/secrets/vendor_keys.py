"""Credentials known by a vendor's prefix; the table is in `prefixes`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.recognizers.secrets.forms import crossed_out
from wuming.deidentification.recognizers.secrets.prefixes import FORMS, Form, compiled
from wuming.deidentification.specification import RIGHT, Candidate, Context, Sign, free, keyword, pattern

_PLACEHOLDER = re.compile(r"your|x{6,}|\*{3}|<|placeholder|example_?(?:key|token)|api_?key", re.IGNORECASE)
_LEAST_DIFFERENT = 8
_BY_WORD: dict[str, list[re.Pattern[str]]] = {}
_LETTERED: list[Form] = []
# Short, or with other marks: looked for by themselves, for they may hold no digit.
_SOUGHT = {
    form.prefix: compiled(form) for form in FORMS if form.prefix in ("AKIA", "ASIA", "LTAI", "AIza", "AKID", "AKLT")
}
for _form in FORMS:
    if not _form.prefix[-1].isalpha():
        _BY_WORD.setdefault(_form.prefix.lower(), []).append(compiled(_form))
    elif _form.prefix not in _SOUGHT:
        _LETTERED.append(_form)


def _is_key(value: str) -> bool:
    return not _PLACEHOLDER.search(value) and not crossed_out(value[4:])


def _is_mixed(value: str) -> bool:
    """Say whether a value holds a digit, or both capitals and small letters: no word does."""
    return any("0" <= character <= "9" for character in value) or not (value.islower() or value.isupper())


@keyword(
    kind="SECRET",
    country="generic",
    layout="prefix of the vendor, then letters and digits of a fixed alphabet and length",
    source="the vendors' documentation; see `prefixes`",
    words=tuple(_BY_WORD),
)
def vendor_key(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read on from a prefix that ends with a mark."""
    for form in _BY_WORD[text[start:end].lower()]:
        match = form.match(text, start)
        if match and _is_key(match.group()) and _is_mixed(match.group()[end - start :]):
            yield Candidate(*match.span(), "SECRET", 0.98, 95)


@free(
    kind="SECRET",
    country="generic",
    layout="AKIA, ASIA, LTAI, AIza, AKID or AKLT, then capitals and digits, or letters and digits",
    source="AWS, IAM identifiers; Alibaba Cloud, AccessKey; Google Cloud, API keys; Tencent Cloud, SecretId; "
    "Volcengine, AccessKey",
    signs=tuple(map(Sign, _SOUGHT)),
)
def access_key(text: str) -> Iterator[Candidate]:
    """Find keys that may hold no digit at all."""
    for prefix, form in _SOUGHT.items():
        place = text.find(prefix)
        while place >= 0:
            match = form.match(text, place)
            if match and _is_key(match.group()) and not match.group()[len(prefix) :].islower():
                yield Candidate(*match.span(), "SECRET", 0.98, 95)
            place = text.find(prefix, place + len(prefix))


@pattern(
    kind="SECRET",
    country="generic",
    layout="prefix of the vendor in letters, then letters and digits",
    source="the vendors' documentation; see `prefixes`",
    pattern=rf"(?:{'|'.join(form.prefix + form.rest for form in _LETTERED)}){RIGHT}",
    decoys=(),
    minimum_digits=1,
    shortest=16,
    lettered=True,
    priority=95,
)
def lettered_vendor_key(value: str, context: Context) -> float:
    """Judge one value by its form."""
    del context
    return 0.95 if _is_key(value) and len(set(value)) > _LEAST_DIFFERENT else 0.0


@pattern(
    kind="SECRET",
    country="generic",
    layout="Zhipu: 32 hexadecimal digits, a dot, 16 letters and digits; Mailchimp: 32 hexadecimal digits, -us, the "
    "centre; Telegram: the bot's number, :AA, 33 letters, digits, _ or -",
    source="Zhipu, HTTP API authentication; Mailchimp, API keys; Telegram Bot API, authorizing your bot",
    pattern=r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z_]-)(?:[0-9a-f]{32}(?:\.[0-9A-Za-z]{16}|-us[0-9]{1,2})|[0-9]{8,10}:AA[0-9A-Za-z_\-]{33})"
    rf"{RIGHT}",
    decoys=(),
    minimum_digits=8,
    reach=40,
    priority=94,
)
def key_of_parts(value: str, context: Context) -> float:
    """Judge one value by its form."""
    del context
    return 0.9 if _is_key(value) and len(set(value)) > _LEAST_DIFFERENT else 0.0


@pattern(
    kind="SECRET",
    country="generic",
    layout="3 characters, a digit, Q~, 31 to 34 characters",
    source="Microsoft Entra, application credentials",
    pattern=r"(?<![0-9A-Za-z_~.\-])[0-9A-Za-z_~.\-]{3}[0-9]Q~[0-9A-Za-z_~.\-]{31,34}(?![0-9A-Za-z_~\-])",
    decoys=(),
    minimum_digits=1,
    needs="Q",
    reach=64,
    before=3,
    lettered=True,
    priority=95,
)
def azure_secret(value: str, context: Context) -> float:
    """Judge one value by its form."""
    del value, context
    return 0.95
