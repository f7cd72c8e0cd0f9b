"""Age and nationality told in a sentence, without a word that names them: "when she was 41", "I am Dutch"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.specification import Candidate

_NUMBER = re.compile(
    r"[1-9](?:(?<=[a-z,] [1-9])|(?<=\([1-9]))[0-9](?=[.,;!?)](?![0-9])|\n|$| (?:and|but|or|when|now|today)(?![a-z]))"
)
_SPOKEN = re.compile(
    r"(?<![A-Za-z])(?:I|[Hh]e|[Ss]he|who)(?:['’][ms]| am| is| was| turned| turns| will be| will turn)"
    r"(?: (?:only|just|about|almost|already|now|still|nearly|barely|over|under|turning))? $"
)
_NAMED = re.compile(r"(?<![^\W\d_])([A-Z][^\W\d_]+) (?:[A-Z]\.? )?([A-Z][^\W\d_]+)(?:, | \()$")
_GIVEN, _PLACE = BIT["F1"] | BIT["F2"], BIT["PC"] | BIT["P1"]
_NO_NAME = BIT["W1"] | BIT["OE"] | BIT["OK"] | BIT["DT"] | _PLACE
_REACH = 36  # characters before and behind

_NO_NATIONALITIES = frozenset(
    "Arabic Latin Hispanic Latino Caucasian Jewish Muslim Islamic Christian Catholic Protestant Orthodox Buddhist "
    "Hindu Sikh Mormon Anglican Lutheran Baptist Methodist Roman Celtic Nordic Slavic Balkan Mediterranean Democrat "
    "Republican Democratic Conservative Labour Liberal Communist Socialist Soviet Nazi Marxist Yorker Hebrew Yiddish "
    "Gaelic Mandarin Urdu Hindi".split()
)
_OTHERS = (
    "belizian|kazakhstani|south african|south korean|north korean|new zealander|costa rican|puerto rican|sri lankan|"
    "greenlander|icelander|dutchman|frenchman|englishman|irishman|swede|dane|spaniard|liechtensteiner|luxembourger|"
    "saudi arabian"
).split("|")
NATIONALITIES = (
    *(one.lower() for one in entities.DEMONYMS if one not in _NO_NATIONALITIES and (one == "Swiss" or one[-1] != "s")),
    *_OTHERS,
)
_SUBJECT = re.compile(
    rf"(?<![A-Za-z])(?:I|we|he|she|who|{'|'.join(entities.RELATIVES)})(?:['’](?:m|s|re)| am| is| was| are| were)"
    r"(?: (?:also|half|part|originally|actually|not|both|ethnically|a|an|by birth))? $",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"[.,;!?)\n]|$| (?:and|but|or|by|from|who|so|because|too|though|while|citizen|national|with)(?![a-z])"
)
_PEOPLE = "man|woman|boy|girl|citizen|national|expat|immigrant|footballer|golfer|swimmer|chancellor"
_PROFESSIONS = "|".join(one for one in entities.JOBS if one not in ("agent", "model", "operator", "partner"))
_SOMEBODY = re.compile(
    r"(?:-born| by birth)(?![A-Za-z])|(?: (?:[a-z]+-[a-z]+|young|old|former|retired|tennis|football|chess|foreign|film"
    rf"|prime|exchange|software)){{0,2}} (?:{_PROFESSIONS}|{_PEOPLE})(?![A-Za-z])"
)


def find_english_ages(text: str) -> Iterator[Candidate]:
    """Yield ages that are told without a unit."""
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        before = text[max(0, start - _REACH) : start]
        closed = text[end : end + 1] == (")" if before[-1] == "(" else ",")
        if _SPOKEN.search(before) or (closed and _behind_name(before)):
            yield Candidate(start, end, "AGE", 0.65, 24)


def _behind_name(before: str) -> bool:
    """Tell whether a given name and one more that is no ordinary word stand before the comma or bracket."""
    match = _NAMED.search(before)
    if match is None:
        return False
    given, family = (words().get(name.lower(), 0) for name in match.groups())
    return bool(given & _GIVEN) and not given & _PLACE and not family & _NO_NAME


def nationality_of_somebody(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the nationality between two places, where it is said of a person."""
    if _SOMEBODY.match(text, end) or (
        _CLOSED.match(text, end) and _SUBJECT.search(text[max(0, start - _REACH) : start])
    ):
        yield Candidate(start, end, "NATIONALITY", 0.65, 24)
