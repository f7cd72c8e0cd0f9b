"""Names of people in English text, and of people with English names in Chinese text: lexicon, capitals and context."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.lexicon.english_names import FIRST_NAMES, LAST_NAMES, NEVER_FIRST, NOT_NAMES
from wuming.deidentification.lexicon.places import STATE_NAMES
from wuming.deidentification.specification import Candidate

PRIORITY = 29
_UPPER, _SMALL = "A-ZÀ-ÖØ-ÞŚŠŽŁČĆĐŞĞİÇ", "a-zß-öø-ÿā-ſșț"
_WORD = rf"(?:[ODL]['’])?[{_UPPER}][{_SMALL}]+(?:['’\-]?[{_UPPER}][{_SMALL}]+)?"
_GROUP = re.compile(rf"(?<![A-Za-z0-9@._\-/]){_WORD}(?:(?: [A-Z]\.?)? {_WORD}){{0,3}}(?![A-Za-z0-9@])")
_NAMED = re.compile(
    r"(?:my name is|my name['’]s|the name is|full name:?|name:|(?<![a-z])(?:mr|mrs|ms|mx|dr|prof)\.?|attn:?|account "
    r"holder:?|"
    r"cardholder:?|passenger:?|patient:?|recipient:?|in the name of|under the name(?: of)?|sincerely,|regards,|"
    r"我叫|姓名:?|名字[是叫:]|收件人:?|联系人:?|持卡人:?)[ \n:]*$",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"(?<![A-Za-z0-9@._\-]){_WORD}(?![A-Za-z0-9@])")
_PART = re.compile(rf"{_WORD}|[A-Z]\.")
_INTRODUCED = re.compile(
    r"(?:my name is|name['’]s|the name is|i am|i['’]m|this is|it['’]s|call me|name:|name is|speaking (?:to|with)|"
    r"spoke (?:to|with)|"
    r"talk(?:ing|ed)? (?:to|with)|dear|hi|hello|hey|mr\.?|mrs\.?|ms\.?|miss|mx\.?|dr\.?|prof\.?|sir|madam|attn:?|"
    r"recipient:?|"
    r"account holder:?|cardholder:?|passenger:?|patient:?|customer:?|contact:?|agent:?|registered to|addressed to|"
    r"in the name of|under the name(?: of)?|under|belongs to|husband|wife|son|daughter|brother|sister|mother|father|"
    r"partner|colleague|friend|roommate|mom|dad|regards,?|sincerely,?|cheers,?|best,?|thanks,|ship(?:ped)? (?:it )?to|"
    r"我叫|我是|姓名:?|名字是?|叫|客服|收件人:?|联系人:?|用户:?|客户:?|找|持卡人:?)[ \n:]*$",
    re.IGNORECASE,
)
_LOWER = re.compile(r"(?:my name is|my name['’]s|i['’]m|i am|this is) ([a-z]{2,14})(?: ([a-z]{2,14}))?(?![A-Za-z])")
_CAPITALS = re.compile(
    r"(?i:name|holder|passenger|recipient|attn)[ :]{1,3}([A-Z]{2,14}(?: [A-Z]{2,14}){1,2})(?![A-Za-z])"
)
_PINYIN = re.compile(
    r"(?:[bpmfdtnlgkhjqxzcsryw]|[zcs]h)?(?:[aoeiu]|ai|ei|ao|ou|an|en|ang|eng|ong|ia|ie|iao|iu|ian|in|iang|ing|iong|"
    r"ua|uo|uai|ui|"
    r"uan|un|uang|ue|ve)(?:(?:[bpmfdtnlgkhjqxzcsryw]|[zcs]h)(?:[aoeiu]|ai|ei|ao|ou|an|en|ang|eng|ong|ia|ie|iao|iu|"
    r"ian|in|iang|"
    r"ing|iong|ua|uo|uai|ui|uan|un|uang|ue))?",
    re.IGNORECASE,
)
# Given names that are ordinary words, months or places: alone they need an introduction.
_AMBIGUOUS = frozenset({
    "Will", "May", "Mark", "Rose", "Grace", "Amber", "Jordan", "Taylor", "Dean", "Max", "Chase", "Hunter", "Austin",
    "Brooklyn", "Madison", "Savannah", "Drew", "Ray", "Robin", "Bill", "Frank", "Pat", "Sue", "Chad", "Violet",
    "Hazel", "Ivy", "Iris", "Ruby", "Pearl", "Daisy", "Poppy", "Holly", "Virginia", "Victoria", "Florence",
    "Charlotte", "Cole", "Miles", "Carter", "Jackson", "Morgan", "Min", "Jin", "Mei", "Wei", "Chen", "Xiao", "Art",
    "Don", "Sam", "Jack", "Faith", "Hope", "Joy", "Angel", "Summer", "Autumn", "Christian", "Leo", "Luna", "Aurora",
    "Scott", "Dakota", "Israel", "Troy", "Lincoln", "Sydney", "Paris", "London", "Chelsea", "April", "June",
    "August", "Dawn", "Crystal", "Guadalupe", "Georgia", "Carolina", "Lance", "Rex", "Rick", "Jay", "Guy", "Perry",
    "Porter", "Reid", "Sterling", "Spencer", "Warren", "Lee", "Kim", "Jan", "Kay", "Gail", "Melody", "Harmony",
    "Willow", "Opal", "Olive", "Laurel", "Mercedes", "Orlando", "Ned", "Moses", "Basil", "Viola", "Ira", "Davis",
    "Marina", "Athena", "Harley", "Marshall", "Chester", "Lila", "Shannon", "Devon", "Harrison", "Nelson",
    "Preston", "Clinton", "Lewis", "Ariel", "Selena", "Jude", "Ida", "Prudence", "Constance", "Felicity",
    "Rosemary", "Sally", "Mick", "Duncan", "Franklin", "Bradford", "Wallace", "Francis",
})  # fmt: skip
_HARD = NOT_NAMES | frozenset(STATE_NAMES)
_STREETS = re.compile(
    r" (?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Way|Place|Bank|Inc|Ltd|LLC|University|"
    r"Hotel|Airport)\b",
    re.ASCII,
)


def find_english_names(text: str) -> list[Candidate]:
    """Return candidates of kind `person_name` in one normalised text."""
    candidates: list[Candidate] = []
    parts: set[str] = set()
    for match in _GROUP.finditer(text):
        for start, end, score in _judge(text, match.start(), match.end()):
            candidates.append(Candidate(start, end, "PERSON", score, PRIORITY))
            parts.update(word for word in _words(text[start:end]) if word not in _AMBIGUOUS)
    for pattern in (_LOWER, _CAPITALS):
        for match in pattern.finditer(text):
            bounds = _other_spelling(match)
            if bounds:
                candidates.append(Candidate(*bounds, "PERSON", 0.7, PRIORITY))
                parts.update(word for word in _words(text[bounds[0] : bounds[1]].title()) if word not in _AMBIGUOUS)
    return candidates + _mentions(text, parts)


def _judge(text: str, start: int, end: int) -> Iterator[tuple[int, int, float]]:
    """Weigh the words of one capitalised group; give the stretch of it that is a name, if any."""
    words = [(match.start() + start, match.end() + start) for match in _PART.finditer(text[start:end])]
    while words and (text[slice(*words[0])] in _HARD or (len(words) > 1 and text[slice(*words[0])] in NEVER_FIRST)):
        words.pop(0)
    while words and (text[slice(*words[-1])] in _HARD or text[slice(*words[-1])].endswith(".")):
        words.pop()
    for index, (first, last) in enumerate(words):
        if text[first:last] in _HARD:
            words = words[:index] if index else []
            break
    if not words:
        return
    before = text[max(0, words[0][0] - 24) : words[0][0]]
    named = bool(_NAMED.search(before))
    introduced = named or bool(_INTRODUCED.search(before))
    values = [text[first:last] for first, last in words]
    weight = 4.2 * named + 2.5 * (introduced and not named) + _lexical(values)
    if _STREETS.match(text, words[-1][1]):
        weight -= 3.0
    if len(words) > 1 and not introduced and values[0] not in FIRST_NAMES and values[1] in FIRST_NAMES:
        # "Then Sarah Miller" with an unknown first word: take it from the known given name on.
        yield from _judge(text, words[1][0], words[-1][1])
        return
    if weight >= 2.0:
        yield words[0][0], words[-1][1], min(0.95, weight / 6)


def _lexical(values: list[str]) -> float:
    first, last = values[0], values[-1]
    if len(values) == 1:
        if first in FIRST_NAMES:
            return 0.8 if first in _AMBIGUOUS else 2.0
        return 0.8 if first in LAST_NAMES else -2.0
    weight = (2.0 if first in FIRST_NAMES else -0.5) + (1.2 if last in LAST_NAMES else 0.0)
    if len(values) == 2 and first in LAST_NAMES and _PINYIN.fullmatch(last) and _PINYIN.fullmatch(first):
        weight = max(weight, 2.0)
    if len(values) == 2 and last in LAST_NAMES and _PINYIN.fullmatch(last) and _PINYIN.fullmatch(first):
        weight = max(weight, 2.2)
    return weight - 0.5 * max(0, len(values) - 3)


def _other_spelling(match: re.Match[str]) -> tuple[int, int] | None:
    """Return the bounds of a name in small or capital letters, when its first word is a known given name."""
    words = match.group(1).title().split()
    if match.re is _CAPITALS:
        return match.span(1) if any(word in FIRST_NAMES or word in LAST_NAMES for word in words) else None
    if words[0] not in FIRST_NAMES:
        return None
    second = match.group(2)
    if second and second.title() in LAST_NAMES:
        return match.start(1), match.end(2)
    return match.span(1) if words[0] not in _AMBIGUOUS or "name" in match.group() else None


def _words(name: str) -> list[str]:
    return [word for word in re.findall(_WORD, name) if len(word) > 2 and word not in NOT_NAMES]


def _mentions(text: str, parts: set[str]) -> list[Candidate]:
    """Find every other mention of a part of a name found in this text."""
    if not parts:
        return []
    return [
        Candidate(match.start(), match.end(), "PERSON", 0.6, PRIORITY - 4)
        for match in _SINGLE.finditer(text)
        if match.group() in parts
    ]
