"""What is certain of capitalised words without learning: titles, legal forms, kinds of institution, code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from wuming.deidentification.english.lexicon import BIT, words
from wuming.deidentification.lexicon import english_entities as entities

_FORMS = frozenset(
    "inc incorporated llc llp ltd limited corp corporation plc gmbh oyj oy spa srl sarl pty pte bhd kft kk aps "
    "asa".split()
)
_WITHIN = frozenset(("&", "and", ",", "-", "of", "de", "for", "the", "'s", "’s"))
_CODE = re.compile(
    r"[{}\[\]=<>\\|`]|;(?! [A-Za-z\"'])|[A-Za-z0-9]_[A-Za-z0-9_]|\w\(|\.\w+\(|\w\._\w|->|::"
    r"|^[ \t]*(?:def|class|import|from|return|raise|except|elif|assert|yield|del)[ (]|^[ \t]*(?:#|//|\*)"
)
_MAIL = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_QUOTED = re.compile(r"(?:>(?!>>) ?)+")  # mail that is quoted; three are the prompt of an interpreter
_AGE_BEHIND = re.compile(
    r"(?: is| was|,) (?:now |currently )?(?:an? |the )?[0-9]{1,3}[ -]years?[ -]old(?! (?:[a-z]+ )?(?:bridge|building|"
    r"business|church|club|company|festival|firm|house|institution|newspaper|restaurant|school|ship|temple|tower|tradition|tree))"
)
_LONGEST_NAME = 4  # words
_REACH = 90  # characters of a line
_ORDINARY = BIT["W1"] | BIT["W2"]
_NAMES = sum(BIT[one] for one in ("F1", "F2", "S1", "S2", "S3"))
_PLACES = sum(BIT[one] for one in ("PC", "P1", "P2"))
_JOINED = frozenset(("&", "'s", "’s", ".", "St"))
OPENINGS = frozenset(
    "the a an at in on from for by with to and or but our your my his her their its this that these those i we he "
    "she they it is are was were when where why how if as dear hello hi hey please thanks".split()
)
_REST_OF_PERSON = 2  # the tag of a further word of a person
_PARTNERS = frozenset("Sons Daughters Co Company Brothers Associates Partners Family".split())
VERBS = frozenset(
    "does do did has have had can could will would should may might must call ask tell contact email visit join "
    "leave trust try see meet sue pay send thank hire let get give remind show text ping notify invite follow "
    "add remove block help find bring take make put keep wait watch read play love hate miss wake stop start was "
    "is are were isn't wasn't doesn't didn't won't can't hasn't remember congratulate welcome introducing "
    "featuring starring meanwhile yesterday today tonight tomorrow suddenly perhaps maybe because since while "
    "although though unless until before after then so yet who whom whose what which".split()
)
"""What stands before a name at the beginning of a sentence: verbs and conjunctions."""
_PARTICLES = frozenset("de la le du da do dos das di del della van von der den ten ter zu bin ibn al el y".split())


def legal_form(word: str) -> bool:
    """Tell whether a word is the legal form of a company."""
    return word.lower() in _FORMS


def organisation_start(text: str, bounds: Sequence[tuple[int, int]], tags: Sequence[int], place: int) -> int:
    """Return the first word of the organisation whose legal form is word number `place` of a group."""
    spelled = [text[first:last] for first, last in bounds]
    first = place
    if spelled[place].islower() and all(word.islower() or not word.isalpha() for word in spelled):
        # Nothing is capitalised: the words that are no ordinary ones, three at most.
        while first > max(0, place - 3) and not words().get(spelled[first - 1], 0) & BIT["W1"]:
            first -= 1
        return first if any(spelled[first:place]) and spelled[first][:1].isalnum() else place
    while first > 0:
        word = spelled[first - 1]
        if legal_form(word) or not (word[:1].isupper() or word[:1].isdigit() or word in _WITHIN):
            break
        if word in ("and", "of", ",", "for") and not tags[first - 1]:
            break
        if word == "," and first > 2 and tags[first - 2] == tags[first - 3] + 1 and tags[first - 2] == _REST_OF_PERSON:
            break  # "According to Levi Galijn, Hartmann GmbH"
        if word == "and" and first > 1 and coined_before_and(spelled[first - 2], spelled[first]):
            break
        first -= 1
    while first < place and (not spelled[first][:1].isalnum() or spelled[first] in _WITHIN or _opens(spelled, first)):
        first += 1
    if (
        first == 0
        and place > 1
        and (spelled[0].lower() in VERBS or (not tags[0] and tags[1] and _plain_word(spelled[0])))
    ):
        first = 1  # "Ask Gradient Research LLC"
    if first and spelled[first - 1].isdigit():
        first -= 1
    return first


def coined_before_and(before: str, behind: str) -> bool:
    """Tell whether "and" divides two organisations, the first a word in no list: not in "Marlow and Sons"."""
    return before[:1].isupper() and before.lower() not in words() and behind not in _PARTNERS


def _plain_word(word: str) -> bool:
    return bool(words().get(word.lower(), 0) & BIT["W1"])


def _opens(spelled: Sequence[str], place: int) -> bool:
    """Tell whether a word only begins the sentence: "The", "At", "Shareholders of"."""
    return place == 0 and (spelled[0].lower() in OPENINGS or spelled[1:2] == ["of"])


def institutions(text: str, bounds: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield organisations named by their kind: "Hawthorn Primary School", "University of Ibadan".

    At least one word must be no ordinary word: "Customer Service" names nobody.
    """
    spelled = [text[first:last] for first, last in bounds]
    place = 0
    while place < len(spelled):
        lowered = spelled[place].lower()
        if place and lowered in KINDS and spelled[place][0].isupper():
            # The last of several kinds ends the name: "Springfield General Hospital Foundation".
            while place + 1 < len(spelled) and (spelled[place + 1].lower() in KINDS or legal_form(spelled[place + 1])):
                place += 1
            first = place
            while first and (spelled[first - 1][:1].isupper() or spelled[first - 1] in _JOINED):
                first -= 1
            while first < place and (not spelled[first][:1].isupper() or _opens(spelled, first)):
                first += 1
            if first == 0 and place > 1 and spelled[0].lower() in VERBS:
                first = 1
            if any(_telling(word) for word in spelled[first:place]):
                yield bounds[first][0], bounds[place][1]
        elif lowered in _HEADS and spelled[place + 1 : place + 2] == ["of"]:
            last = place + (3 if spelled[place + 2 : place + 3] == ["the"] else 2)
            start = last
            while last < len(spelled) and spelled[last][:1].isupper():
                last += 1
            if last > start:
                yield bounds[place][0], bounds[last - 1][1]
                place = last - 1
        place += 1


def _telling(word: str) -> bool:
    classes = words().get(word.lower(), 0)
    return word[:1].isupper() and not classes & BIT["DT"] and (not classes & _ORDINARY or bool(classes & _PLACES))


def titled(text: str, bounds: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the names that follow a title: "Mr. Villanueva", "Officer Delgado", "Baroness Elke von Thann"."""
    known = words()
    spelled = [text[first:last] for first, last in bounds]
    place = 0
    while place < len(spelled):
        title = spelled[place].lower()
        first = place + 1
        place += 1
        if title not in _TITLES or not spelled[place - 1][0].isupper():
            continue
        if spelled[first : first + 1] == ["."]:
            first += 1
        if spelled[first + 1 : first + 2] == ["."] and spelled[first].lower() in _SHORTENED:
            continue  # "Prof. Dr. Meyer", "Lt. Col. Harrow"
        last, end = first, first
        while last < len(spelled):
            word = spelled[last]
            if word in _PARTICLES or (word == "." and len(spelled[last - 1]) == 1):
                last += 1
                continue
            classes = known.get(word.lower(), 0)
            if not word[0].isupper() or word.lower() in KINDS or legal_form(word) or _breaks(text, bounds, last, first):
                break
            if classes & _ORDINARY and not classes & _NAMES and (title not in _CLEAR_TITLES or last > first):
                break
            last += 1
            end = last
        if end > first:
            yield bounds[first][0], bounds[end - 1][1]
            place = end


def aged(text: str, bounds: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the words at the end of a group of whom an age is told: "Robin Cox is a 36-year-old"."""
    if not _AGE_BEHIND.match(text, bounds[-1][1]):
        return None
    known, first = words(), len(bounds)
    while first and text[bounds[first - 1][0]].isupper() and text[slice(*bounds[first - 1])].isalpha():
        first -= 1
        if text[bounds[first][0] - 1 : bounds[first][0]] != " ":
            break
    while first < len(bounds) and text[slice(*bounds[first])].lower() in OPENINGS | VERBS | _TITLES:
        first += 1
    spelled = [text[slice(*one)].lower() for one in bounds[first:]]
    named = any(known.get(word, 0) & _NAMES or word not in known for word in spelled)
    if not 2 <= len(spelled) <= _LONGEST_NAME or not named or any(word in KINDS for word in spelled):
        return None
    return bounds[first][0], bounds[-1][1]


def _breaks(text: str, bounds: Sequence[tuple[int, int]], place: int, first: int) -> bool:
    """Tell whether something other than a space, or the dot of an initial, stands before a word of a name."""
    if place == first:
        return False
    between = text[bounds[place - 1][1] : bounds[place][0]]
    return between not in (" ", "")


def countries(text: str, bounds: Sequence[tuple[int, int]], tags: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the words of a group that name a country, and seldom a person, where no name was found."""
    known = words()
    for (start, end), tag in zip(bounds, tags, strict=True):
        classes = known.get(text[start:end].lower(), 0)
        if not tag and classes & BIT["PC"] and not classes & BIT["F1"] and text[start + 1 : end].islower():
            yield start, end


def places_of_several_words(text: str, bounds: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the countries and regions of several words within a group, longer ones first."""
    known = _several()
    place = 0
    while place < len(bounds) - 1:
        start = bounds[place][0]
        for last in range(min(place + 4, len(bounds) - 1), place, -1):
            if text[start : bounds[last][1]].lower() in known:
                yield start, bounds[last][1]
                place = last
                break
        place += 1


@lru_cache(maxsize=1)
def _several() -> frozenset[str]:
    names = [*entities.COUNTRIES.split("|"), *entities.REGIONS.split("|"), *entities.CITIES.split("|")]
    return frozenset(name.lower() for name in names if " " in name)


def code_around(text: str, start: int, end: int) -> bool:
    """Tell whether the line around a stretch reads as the code of a program, or a stretch touches marks of one."""
    first = max(text.rfind("\n", max(0, start - _REACH), start) + 1, start - _REACH, 0)
    last = text.find("\n", end, end + _REACH)
    if (quoted := _QUOTED.match(text, first, start)) and (first == 0 or text[first - 1] == "\n"):
        first = quoted.end()
    line = text[first : last if last >= 0 else end + _REACH]
    return _CODE.search(_MAIL.sub("", line) if "@" in line else line) is not None


_CLEAR_TITLES = frozenset(
    "mr mrs ms mx dr prof herr frau monsieur madame mme mlle señor señora signora smt shri".split()
)
_SHORTENED = frozenset("mr mrs ms dr prof capt col maj lt sgt cpl gen adm rev hon cmdr insp supt".split())
_TITLES = _CLEAR_TITLES | frozenset(
    "miss professor doctor sir dame rev reverend father sister pastor rabbi imam bishop judge justice senator "
    "congressman congresswoman captain capt colonel col major lieutenant lt sergeant sgt officer detective "
    "inspector constable nurse uncle aunt auntie grandma grandpa queen baroness baron countess duchess "
    "mademoiselle señorita don doña signor sheikh".split()
)
KINDS = frozenset(
    "group groups company companies corporation agency hotels movers lines university college school academy "
    "institute hospital clinic hotel bank gazette herald tribune foundation society association federation "
    "council committee commission authority ministry bureau holdings partners associates consulting consultants "
    "consultancy robotics technologies systems solutions laboratories labs foods airlines airways aerospace "
    "pharmaceuticals pharma therapeutics insurance logistics freight shipping energy capital ventures studios "
    "records pictures publishing orchestra choir theatre museum library church cathedral motors industries "
    "enterprises dairy bakery brewery restaurant cafe café bistro club fc rovers wanderers services bancorp "
    "securities realty electronics semiconductors chemicals telecom communications networks analytics software "
    "entertainment supermarkets railways railroad petroleum mining constructions builders engineering cooperative "
    "alliance trust union".split()
)
_HEADS = frozenset("university college bank ministry department institute academy museum bureau".split())
