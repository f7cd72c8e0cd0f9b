"""Identity and tax numbers of countries that have no package of their own here: known by layout and the word beside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from wuming.deidentification.recognizers.labels import beside, valued
from wuming.deidentification.specification import Candidate, keyword


class Form(NamedTuple):
    """How one authority writes its numbers.

    Attributes:
        authority: who issues them.
        words: in lower case, what they are called.
        layout: bounded, without groups.
    """

    authority: str
    words: tuple[str, ...]
    layout: str


_FORMS = (
    Form("Unique Identification Authority of India", ("aadhaar", "aadhar"), "[2-9][0-9]{3}[ -]?[0-9]{4}[ -]?[0-9]{4}"),
    Form(
        "Income Tax Department of India",
        ("pan:", "pan card", "pan number", "pan no"),
        "[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]",
    ),
    Form(
        "Digital Agency of Japan",  # the sign for a long vowel is read as a dash
        ("マイナンバ-", "个人番号", "my number card"),
        "[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}",
    ),
    Form(
        "Ministry of the Interior and Safety of Korea",
        ("주민등록번호", "주민번호", "resident registration number"),
        "[0-9]{6} ?-? ?[1-8][0-9]{6}",
    ),
    Form(
        "Bundeszentralamt für Steuern",
        ("steuer-id", "steueridentifikationsnummer", "steuerliche identifikationsnummer", "steuerid", "idnr"),
        "[1-9][0-9][ .]?[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{3}",
    ),
    Form("Immigration and Checkpoints Authority of Singapore", ("nric", "fin no"), "[STFGM][0-9]{7}[A-Z]"),
    Form("Receita Federal do Brasil", ("cpf",), "[0-9]{3}[.]?[0-9]{3}[.]?[0-9]{3}-?[0-9]{2}"),
    Form("Policía Nacional de España", ("dni", "nie:", "nif"), "[0-9XYZ][0-9]{7}-?[A-Z]"),
    Form("Agenzia delle Entrate", ("codice fiscale",), "[A-Z]{6}[0-9]{2}[A-EHLMPRST][0-9]{2}[A-Z][0-9]{3}[A-Z]"),
)  # fmt: skip
_BY_WORD: dict[str, re.Pattern[str]] = {word: valued(form.layout) for form in _FORMS for word in form.words}


@keyword(
    kind="ORDER_OR_ACCOUNT",
    country="generic",
    layout="as the authority writes it, beside its name: Aadhaar, PAN, マイナンバー, Steuer-ID and others",
    source="the authorities; 45 CFR 164.514(b)(2)(i) (other unique identifying numbers)",
    words=tuple(_BY_WORD),
)
def identity_abroad(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a number after or before its name."""
    found = beside(text, start, end, _BY_WORD[text[start:end].lower()])
    if found:
        yield Candidate(found.start, found.end, "ORDER_OR_ACCOUNT", 0.85 if found.adjacent else 0.7, 71)
