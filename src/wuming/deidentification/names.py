"""Names of people in Chinese text: surname, given name and context, weighed.

A candidate begins at a surname; one or two characters after it are tried. What speaks for a name: a surname that begins
few ordinary words, characters usual in given names, a label before ("收件人"), a title after ("女士"), borders on both
sides. What speaks against: an ordinary word across either border. A name found on strong evidence is then found in all
its other mentions in the same text, and nowhere else: nothing is carried from one text to the next.

The weights were set by hand on sentences of our own; they are no probabilities.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wuming.deidentification.lexicon.chinese_names import (
    AMBIGUOUS_SURNAMES,
    CLEAR_SURNAMES,
    COMPOUND_SURNAMES,
    FAMOUS_PLACEHOLDERS,
    FOLLOWERS,
    GIVEN_STRONG,
    GIVEN_WEAK,
    INSTITUTIONS,
    INTRODUCTIONS,
    LABELS,
    NEVER_GIVEN,
    NO_TITLE_SURNAMES,
    ORDINARY_WORDS,
    PERSONAL_TITLES,
    SPEAKERS,
    TITLES,
    WEAK_LABELS,
    WORDS_AFTER_NAMES,
    WORDS_BEFORE,
)
from wuming.deidentification.lexicon.chinese_words import SURNAME_INSIDE, SURNAME_WORDS
from wuming.deidentification.specification import Candidate

THRESHOLD = 3.65
STRONG = 5.0
ANNOUNCED = 3.2
# Two candidates joined by 和 speak for each other; each alone may stay a little below the threshold.
PAIRED = 3.0
_LABELLED = 2.3
_ORDINARY = 3.2
_ORDINARY_ANNOUNCED = 1.2
PRIORITY = 30
_MENTION_PRIORITY = 28

_SURNAME = re.compile(
    "|".join(sorted(COMPOUND_SURNAMES)) + "|[" + "".join(sorted(CLEAR_SURNAMES | AMBIGUOUS_SURNAMES)) + "]"
)
_COLON = re.compile(
    "(?:"
    + "|".join(sorted(LABELS, key=len, reverse=True))
    + r")(?:姓名|名字|名称|名)?[ \"“「(]*(?:[:=]|叫做?|是|为|改成|改为|填的?)[ \"“「]{0,2}$"
    + r"|(?:我叫|名叫|名字叫|名字是|姓名)[ \"“]?$"
)
_LABEL = re.compile("(?:" + "|".join(sorted(LABELS, key=len, reverse=True)) + r")(?:姓名|名字|名)?[ \"“「(]{0,2}$")
_WEAK = re.compile("(?:" + "|".join(sorted(WEAK_LABELS, key=len, reverse=True)) + r")[ \"“「]?$")
_TITLE = re.compile("|".join(sorted(TITLES, key=len, reverse=True)))
_SPEAKER = re.compile("(?:" + "|".join(sorted(SPEAKERS, key=len, reverse=True)) + r") ?(?:[:是为]) ?[\"“]?$")
_INTRODUCED = re.compile("(?:" + "|".join(sorted(INTRODUCTIONS, key=len, reverse=True)) + r")[ \"“]?$")
# Nothing but a name can follow; `客户是` may go on with any word.
_EXPLICIT = re.compile(r"(?:[:=叫]|名叫做|姓名[是为]?|名字[是为]?)[ \"“「]{0,2}$")
_PERSONAL = re.compile(
    "(?:"
    + "|".join(PERSONAL_TITLES)
    + ")(?![一-鿿])|(?:"
    + "|".join(PERSONAL_TITLES)
    + ")(?=[您你好请的已说反来电预要想签收是在])"
)
_TOGETHER = re.compile("一起|一块|一同|共[用同]|合用")
_LINKS = frozenset("和与跟及、,&")
_ORDINARY_WORDS = ORDINARY_WORDS | SURNAME_WORDS
_BEFORE = WORDS_BEFORE | SURNAME_INSIDE
_WORDS = _ORDINARY_WORDS | WORDS_AFTER_NAMES
_TITLE_FIRST = frozenset(title[0] for title in TITLES)
_INSTITUTION = re.compile("|".join(sorted(INSTITUTIONS, key=len, reverse=True)))
_FOLLOWER = re.compile("|".join(sorted(FOLLOWERS, key=len, reverse=True)))
_TITLE_ALONE = re.compile(
    "先生|女士|小姐|太太|老师|师傅|经理|医生|大夫|阿姨|叔叔|教授|律师|主任|总监|警官|护士|老板|夫人|总(?=[,。,!?:, "
    "]|您好|你好)"
)


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    surname: int
    weight: float
    strong: bool = False


def find_chinese_names(text: str) -> list[Candidate]:
    """Return candidates of kind `person_name` in one normalised text."""
    found: list[_Found] = []
    position = 0
    near: _Found | None = None
    for match in _SURNAME.finditer(text):
        start = match.start()
        if start < position:
            continue
        name = _weigh(text, start, len(match.group()))
        if name is None:
            continue
        if near is not None and start == near.end + 1 and text[near.end] in _LINKS:
            found += [near] if near.start >= position else []
        elif name.weight < THRESHOLD and not _joins(text, start, found):
            near = name
            continue
        near = None
        found.append(name)
        position = name.end
    candidates = [
        Candidate(name.start, name.end, "PERSON", min(0.99, 0.5 + (name.weight - PAIRED) / 10), PRIORITY)
        for name in found
    ]
    return candidates + _mentions(text, found)


def _joins(text: str, start: int, found: list[_Found]) -> bool:
    return bool(found) and found[-1].end == start - 1 and text[start - 1] in _LINKS


def _weigh(text: str, start: int, surname: int) -> _Found | None:
    border = start + surname
    # Most surnames begin an ordinary word; this is the cheapest way to see it.
    reach = 0
    while reach < 2 and border + reach < len(text) and _given(text[border + reach]):
        if text[border + reach] in _TITLE_FIRST and _TITLE.match(text, border + reach):
            break
        reach += 1
    if text[start : start + 2] in FAMOUS_PLACEHOLDERS:
        reach = 1
    if reach == 0 and (border >= len(text) or not _TITLE_ALONE.match(text, border)):
        return None
    left, explicit = _left(text, start)
    base = _surname_weight(text, start, surname, labelled=left >= _LABELLED)
    word = surname == 1 and text[start : start + 2] in _ORDINARY_WORDS
    best: _Found | None = None
    for length in range(reach, 0, -1):
        weight = base + left + _span_weight(text, start, border, border + length)
        if word:
            weight -= _word_penalty(text, border + length, explicit=explicit, single=length == 1)
        if weight >= PAIRED and (best is None or weight > best.weight):
            best = _Found(start, border + length, surname, weight, weight >= STRONG or left >= ANNOUNCED)
    if best is None or best.weight < THRESHOLD:
        return _surname_with_title(text, start, border, base - 2.5 * word) or best
    return best


def _surname_weight(text: str, start: int, surname: int, *, labelled: bool) -> float:
    base = 2.3 if surname == 2 else (2.0 if text[start] in CLEAR_SURNAMES else 1.0)
    if start and not labelled and text[start - 1 : start + 1] in _BEFORE:
        base -= 2.5
    return base


def _word_penalty(text: str, end: int, *, explicit: bool, single: bool) -> float:
    """What an ordinary word costs: a title of trade speaks for the word (安装师傅), one of a person not (明白女士)."""
    personal = single and _PERSONAL.match(text, end)
    if not personal and _TITLE.match(text, end):
        return _ORDINARY + 3.0
    return _ORDINARY_ANNOUNCED if explicit or personal else _ORDINARY


def _span_weight(text: str, start: int, border: int, end: int) -> float:
    given = text[border:end]
    weight = _given_weight(given, unknown=-0.3 if text[start] in CLEAR_SURNAMES else -0.7) + _right(text, end)
    if len(given) == 2:
        if given[1] in _LINKS and _SURNAME.match(text, end):
            weight -= 1.5  # 常国和曾明: the link is no part of the name
        telling = _telling(given[0]) + _telling(given[1])
        weight += 1.0 if telling == 2 else (0.4 if telling and all(map(GIVEN_STRONG.__contains__, given)) else 0.0)
    if given in WORDS_AFTER_NAMES:
        weight -= 2.5
    elif given in ORDINARY_WORDS:
        weight -= 0.8
    if text[end - 1 : end + 1] in WORDS_AFTER_NAMES:
        weight -= 2.0
    if text[start:end] in FAMOUS_PLACEHOLDERS:
        weight += 3.0
    return weight


def _surname_with_title(text: str, start: int, border: int, base: float) -> _Found | None:
    """Take `王女士` whole: the surname alone would leave the sentence without a subject."""
    title = _TITLE_ALONE.match(text, border)
    if title is None or base < 0.5 or text[start] in NO_TITLE_SURNAMES:
        return None
    if start and text[start - 1 : start + 1] in _ORDINARY_WORDS:
        return None
    return _Found(start, title.end(), border - start, THRESHOLD)


def _given(character: str) -> bool:
    return "一" <= character <= "鿿" and character not in NEVER_GIVEN


def _given_weight(given: str, *, unknown: float) -> float:
    total = 0.0
    for character in given:
        total += (0.6 if character in GIVEN_WEAK else 1.2) if character in GIVEN_STRONG else unknown
    return total if len(given) == 1 else 0.75 * total


def _left(text: str, start: int) -> tuple[float, bool]:
    """Weigh what stands before; say whether it announces a name and nothing else."""
    before = text[max(0, start - 12) : start]
    if not before:
        return 0.8, False
    if _SPEAKER.search(before):
        return _LABELLED, False
    if _COLON.search(before):
        return ANNOUNCED, bool(_EXPLICIT.search(before))
    if _LABEL.search(before):
        return _LABELLED, False
    if _INTRODUCED.search(before):
        return 1.4, False
    if _WEAK.search(before):
        return 1.0, False
    return (-0.8 if "一" <= before[-1] <= "鿿" else 0.8), False


def _right(text: str, end: int) -> float:
    if end >= len(text) or not ("一" <= text[end] <= "鿿"):
        return 0.8
    if _TITLE.match(text, end):
        return 3.0
    if _INSTITUTION.match(text, end):
        return -2.5
    if _TOGETHER.match(text, end):
        return 1.2
    return 0.8 if _FOLLOWER.match(text, end) else -0.8


def _mentions(text: str, found: list[_Found]) -> list[Candidate]:
    """Find the other mentions of names found on strong evidence: the whole name, or a two-character given name."""
    strong = [name for name in found if name.strong]
    if not strong:
        return []
    wholes = {text[name.start : name.end] for name in strong}
    givens = {text[name.start + name.surname : name.end] for name in strong}
    givens = {given for given in givens if len(given) == 2 and all(map(_telling, given))}
    givens -= _WORDS
    # Set look-ups at every place, so that time stays linear however many names there are.
    lengths = sorted({len(whole) for whole in wholes}, reverse=True)
    candidates: list[Candidate] = []
    for match in _SURNAME.finditer(text):
        start = match.start()
        length = next((length for length in lengths if text[start : start + length] in wholes), 0)
        if length:
            candidates.append(Candidate(start, start + length, "PERSON", 0.8, _MENTION_PRIORITY))
    if givens:
        candidates += [
            Candidate(place, place + 2, "PERSON", 0.6, _MENTION_PRIORITY - 2)
            for place in range(len(text) - 1)
            if text[place : place + 2] in givens and _left(text, place)[0] > 0 and _right(text, place + 2) > 0
        ]
    return candidates


def _telling(character: str) -> bool:
    return character in GIVEN_STRONG and character not in GIVEN_WEAK
