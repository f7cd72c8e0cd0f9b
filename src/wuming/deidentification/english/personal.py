"""Age and nationality told in a sentence, without a word that names them: "when she was 41", "I am Dutch"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.specification import Candidate

_RELATIVES = "|".join(
    (*entities.RELATIVES, "grandma", "grandpa", "granny", "grandad", "mummy", "daddy", "widow", "widower")
)
_NUMBER = re.compile(
    r"[1-9](?:(?<=[a-z,] [1-9])|(?<=\([1-9]))[0-9]?(?=[.,;!?)](?![0-9])|\n|$"
    r"| (?:and|but|or|when|while|now|today|tomorrow|yesterday|already|next|this|with|from|living|as|so|because|he|she"
    r"|I)(?![a-z]))"
)
_SPOKEN = re.compile(
    rf"(?<![A-Za-z])(?:(?:I|[Hh]e|[Ss]he|who|(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir) (?:[a-z]+ )?(?:{_RELATIVES}))"
    r"(?:['’][ms]| am| is| was| turned| turns| turn| will be| would be| will turn| just turned"
    r"| (?:is|am) about to turn| looks(?: like)?| became| will soon be)"
    r"(?: (?:only|just|about|almost|already|now|still|nearly|barely|over|under|turning|maybe|around|not even))?"
    r"|[Aa]ge(?: of)?|(?:died|dead|passed away|retired|married|widowed|orphaned|pregnant) at(?: age)?"
    r"|(?:^|[.!?,] |\n)[Aa]t) $"
)
_AT = re.compile("(?:^|[.!?,] |\n)[Aa]t $")
_BEHIND_AT = re.compile(",? (?:I|he|she|you)(?![A-Za-z])")
_NAMED = re.compile(r"(?<![^\W\d_])([A-Z][^\W\d_]+) (?:[A-Z]\.? )?([A-Z][^\W\d_]+)(?:, | \()$")
_GIVEN_ALONE = re.compile(r"(?:^|[^\w ] ?| )([A-Z][a-zà-öø-ÿ]+)(, | \(| is | was | turned )$")
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
    rf"(?<![A-Za-z])(?:(?:I|we|he|she|who|{_RELATIVES})(?:['’](?:m|s|re)| am| is| was| are| were)"
    r"(?: (?:also|half|part|originally|actually|not|both|ethnically|a|an|by birth|a proud|a native"
    r"|a naturali[sz]ed))?"
    r"|(?:am|are|is|was|were) (?:I|you|he|she)(?: (?:also|half|part|originally|actually|really|a|an))?"
    rf"|(?:as|being|marr(?:y|ied)|dat(?:e|es|ed|ing)|adopted by|hired) an?) $",
    re.IGNORECASE,
)
_GIVEN_SUBJECT = re.compile(
    r"(?<![^\W\d_])([A-Z][a-zà-öø-ÿ]+)(?:['’]s| is| was)(?: (?:also|half|part|originally|an?))? $"
)
_CLOSED = re.compile(
    r"[.,;!?)\n]|$| (?:and|but|or|by|from|who|so|because|too|though|while|citizen|national|with)(?![a-z])"
)
_PEOPLE = (
    "man|men|woman|women|boy|girl|guy|lady|gentleman|male|female|people|person|couple|family|citizen|national|expat|"
    "immigrant|emigrant|migrant|refugee|exile|tourist|visitor|resident|passenger|traveller|traveler|pensioner|widow|"
    "soldier|sailor|nun|priest|monk|pupil|teenager|toddler|footballer|golfer|swimmer|cyclist|striker|chancellor|"
    "billionaire|businessman|businesswoman|businessmen|entrepreneur|prisoner|suspect|victim|nanny|au pair"
)
_TAUGHT = "teacher tutor translator lecturer trainer"  # what they teach may be meant
_PROFESSIONS = "|".join(one for one in entities.JOBS if one not in f"agent model operator partner {_TAUGHT}".split())
_SOMEBODY = re.compile(
    r"(?:-born| by birth)(?![A-Za-z])|(?: (?:[a-z]+-[a-z]+|young|old|elderly|former|retired|tennis|football|chess"
    rf"|foreign|film|prime|exchange|software|ex)){{0,2}} (?:{_PROFESSIONS}|{_PEOPLE}|{_RELATIVES})(?:s|es)?"
    r"(?![A-Za-z'’\-])"
    r"| (?:descent|ancestry|heritage|parentage|citizenship|passport|nationality|roots|extraction)(?![A-Za-z])"
)

_APPOSED = re.compile(rf"(?<![A-Za-z])(?:{_PROFESSIONS}|{_PEOPLE}|{_RELATIVES}), $")


def find_english_ages(text: str) -> Iterator[Candidate]:
    """Yield ages that are told without a unit."""
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        before = text[max(0, start - _REACH) : start]
        closed = text[end : end + 1] == (")" if before[-1] == "(" else ",")
        spoken = _SPOKEN.search(before) and (not _AT.search(before) or _BEHIND_AT.match(text, end))
        if (
            spoken
            or (closed and (_behind_name(before) or _APPOSED.search(before)))
            or _behind_given(before, closed=closed)
        ):
            yield Candidate(start, end, "AGE", 0.65, 24)


def _behind_name(before: str) -> bool:
    """Tell whether a given name and one more that is no ordinary word stand before the comma or bracket."""
    match = _NAMED.search(before)
    if match is None:
        return False
    given, family = (words().get(name.lower(), 0) for name in match.groups())
    return bool(given & _GIVEN) and not given & _PLACE and not family & _NO_NAME


def _behind_given(before: str, *, closed: bool) -> bool:
    """Tell whether a given name that is no word or place stands before, as in "Anna, 34," and "Anna is 34"."""
    match = _GIVEN_ALONE.search(before)
    return match is not None and (closed or match.group(2)[-2] in "sd") and _given(match.group(1))


def _given(name: str) -> bool:
    classes = words().get(name.lower(), 0)
    return bool(classes & BIT["F1"]) and not classes & (_NO_NAME | BIT["W2"])


def nationality_of_somebody(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the nationality between two places, where it is said of a person."""
    before = text[max(0, start - _REACH) : start]
    said = _SUBJECT.search(before) or ((given := _GIVEN_SUBJECT.search(before)) and _given(given.group(1)))
    if _SOMEBODY.match(text, end) or (said and _CLOSED.match(text, end)):
        yield Candidate(start, end, "NATIONALITY", 0.65, 24)
