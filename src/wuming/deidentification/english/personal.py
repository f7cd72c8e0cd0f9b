"""Age and nationality told in a sentence, without a word that names them: "when she was 41", "I am Dutch"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.english.groups import UPPER
from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.specification import Candidate

_RELATIVES = "|".join(
    (*entities.RELATIVES, "grandma", "grandpa", "granny", "grandad", "mummy", "daddy", "widow", "widower")
)
_NUMBER = re.compile(
    r"[1-9](?:(?<=[a-z,] [1-9])|(?<=\([1-9]))[0-9]?(?=[.,;!?)](?![0-9])|\n|$"
    r"| (?:and|but|or|when|while|now|today|tomorrow|yesterday|already|next|this|with|from|living|as|so|because|he|she"
    r"|I|again|at the time|in [A-Z][a-z]{2,8}|soon|last|before|after|since|if|though|although|who|which|male|female"
    r"|(?<=[0-9][0-9] )(?:in|on|at|for)|yrs|years(?! (?:ago|later|in|of)))"
    r"(?![a-z]))"
)
_SPOKEN = re.compile(
    rf"(?<![A-Za-z])(?:(?:[Ii]|[Yy]ou|[Hh]e|[Ss]he|who|(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Tt]he|[Yy]our) "
    rf"(?:[a-z]+ )?(?:{_RELATIVES}|oldest|youngest|eldest|boy|girl|man|woman|patient|victim|suspect))"
    r"(?:['’](?:m|s|re)| am| is| are| was| were| turned| turns| turn| will be| would be| will turn| just turned"
    r"|(?: is| am|['’]s|['’]m) about to (?:turn|be)| looks?(?: like)?| feels?(?: like)?| became| will soon be"
    r"|['’]ll be|(?: has|['’]s) (?:just )?turned|(?: have|['’]ve) (?:just )?turned)"
    r"(?: (?:only|just|about|almost|already|now|still|nearly|barely|over|under|turning|maybe|around|not even))?"
    r"|(?:boy|girl|man|woman|lad|lady|child|widow|widower) of|[Hh]ow old (?:is|are|was) [a-z ]{2,20}\?"
    r"|[Ii]m(?: (?:only|almost|just|about))?|(?:does|do|did)(?:n['’]t| not) look(?: a day over)?"
    r"|[Aa]ge(?: of)?|(?:died|dead|passed away|retired|married|widowed|orphaned|pregnant) at(?: age)?"
    r"|(?:^|[.!?,] |\n)[Aa]t) $"
)
_AT = re.compile("(?:^|[.!?,] |\n)[Aa]t $")
_BEHIND_AT = re.compile(",? (?:I|he|she|you)(?![A-Za-z])|, ([A-Z][a-z]+)")
_NAMED = re.compile(
    rf"(?<![^\W\d_])([{UPPER}][^\W\d_]+)(?: (?:[A-Z]\.? )?([{UPPER}][^\W\d_]+(?:-[{UPPER}][^\W\d_]+)?))?"
    r"(, (?:(?:then|now|only|just|already|aged) )?| \((?:aged )?"
    r"|(?: is| was| will be| turned| turns| just turned|['’]s)(?: (?:now|only|just|about|almost))? )$"
)
"""A name, and what stands between it and an age: a comma or a bracket, or that somebody is, or turned, so old."""
_TITLED = re.compile(
    rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? (?:[{UPPER}][^\W\d_]+ )?[{UPPER}][^\W\d_]+(?:, | \()$"
)
_GIVEN, _PLACE = BIT["F1"] | BIT["F2"], BIT["PC"] | BIT["P1"]
_NO_NAME = BIT["W1"] | BIT["OE"] | BIT["OK"] | BIT["DT"] | _PLACE
_OTHER_THINGS = _NO_NAME | BIT["W2"] | BIT["W3"] | BIT["W4"] | BIT["P2"] | BIT["PR"] | BIT["DM"] | BIT["TI"]
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
    rf"|(?:himself|herself|myself|themselves|(?<![a-z])half)"
    rf"|(?:as|being|marr(?:y|ied)|dat(?:e|es|ed|ing)|adopted by|hired) an?) $",
    re.IGNORECASE,
)
_GIVEN_SUBJECT = re.compile(
    r"(?<![^\W\d_])([A-Z][a-zà-öø-ÿ]+)(?:['’]s| is| was)(?: (?:also|half|part|originally|an?))? $"
)
_CLOSED = re.compile(
    r"[.,;!?)\n]|$| (?:and|but|or|by|from|who|so|because|too|though|while|citizen|national|with|living|residing|born|"
    r"working)(?![a-z])"
)
_PEOPLE = (
    "man|men|woman|women|boy|girl|guy|lady|gentleman|male|female|people|person|couple|family|citizen|national|expat|"
    "immigrant|emigrant|migrant|refugee|exile|tourist|visitor|resident|passenger|traveller|traveler|pensioner|widow|"
    "soldier|sailor|nun|priest|monk|pupil|teenager|toddler|footballer|golfer|swimmer|cyclist|striker|chancellor|"
    "billionaire|businessman|businesswoman|businessmen|entrepreneur|prisoner|suspect|victim|nanny|au pair|star|hero|"
    "champion|fisherman|spokesman|spokeswoman|policeman|policewoman|fan|newcomer|neighbour|neighbor|owner|speaker|native"
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
        spoken = _SPOKEN.search(before) and (not _AT.search(before) or _behind_at(text, end))
        if spoken or _behind_name(before, closed=closed) or (closed and _APPOSED.search(before)):
            yield Candidate(start, end, "AGE", 0.65, 24)


def _behind_at(text: str, end: int) -> bool:
    """Tell whether somebody is named behind "At 34,"."""
    match = _BEHIND_AT.match(text, end)
    return match is not None and (match.group(1) is None or _given(match.group(1)))


def _behind_name(before: str, *, closed: bool) -> bool:
    """Tell whether somebody is named before, as in "Anna, 34,", "Anna Moss is 34", "Ubul Csonka (34)".

    One name is a common given name that is no word or place. Of two, the first is a given name and the second no
    ordinary word, or no list knows either.
    """
    if closed and _TITLED.search(before):
        return True
    match = _NAMED.search(before)
    if match is None or not (
        closed or (match.group(3)[0] == " " and match.group(3)[1] != "(") or match.group(3)[0] in "'’"
    ):
        return False
    if match.group(2) is None:
        return _given(match.group(1))
    given, family = (words().get(name.lower(), 0) for name in match.group(1, 2))
    if given & _GIVEN:
        return not given & _PLACE and not family & _NO_NAME
    return not (given | family) & _OTHER_THINGS


def _given(name: str) -> bool:
    classes = words().get(name.lower(), 0)
    return bool(classes & BIT["F1"]) and not classes & (_NO_NAME | BIT["W2"])


def nationality_of_somebody(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Yield the nationality between two places, where it is said of a person."""
    before = text[max(0, start - _REACH) : start]
    said = _SUBJECT.search(before) or ((given := _GIVEN_SUBJECT.search(before)) and _given(given.group(1)))
    if _SOMEBODY.match(text, end) or (said and _CLOSED.match(text, end)):
        yield Candidate(start, end, "NATIONALITY", 0.65, 24)
