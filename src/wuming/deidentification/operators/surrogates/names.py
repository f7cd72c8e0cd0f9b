"""Surrogates of persons' names, Chinese and English, part by part.

Parts are replaced each by itself, so that what a text calls one person (张伟, 张先生, 小张; Sarah, Ms Miller) stays one
person. Each part goes to its successor in a ring of its own (`Stream.successor`): two listed surnames never meet, and
none stays what it was. A made-up name may be that of somebody; it says nothing about whom it stands for.
"""

from __future__ import annotations

import re

from wuming.deidentification.lexicon.chinese_names import AMBIGUOUS_SURNAMES, CLEAR_SURNAMES, COMPOUND_SURNAMES, TITLES
from wuming.deidentification.operators.setting import Setting, Value
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.operators.surrogates import words
from wuming.deidentification.operators.surrogates.layout import in_case, is_chinese

_TITLE = re.compile(
    "(?:" + "|".join(sorted({*TITLES, "总", "哥", "姐", "叔", "姨", "工", "太"}, key=len, reverse=True)) + ")$"
)
_SURNAMES = CLEAR_SURNAMES | AMBIGUOUS_SURNAMES | set(words.SURNAMES)
_COMPOUND = COMPOUND_SURNAMES | set(words.COMPOUND)
_FAMILIAR = "小老阿大"
_MIDDLE_DOTS = "·•・"
_WORD = re.compile(r"[A-Za-zÀ-ɏ'’\-]+\.?")
_ENGLISH_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam", "lady", "lord", "rev", "captain"}
)
_ENGLISH_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md", "esq"})
_PARTICLES = frozenset({"de", "da", "di", "van", "von", "der", "den", "la", "le", "del", "bin", "al", "y", "e"})
_MALE_TITLES, _FEMALE_TITLES = (
    ("先生", "叔", "哥", "大爷"),
    ("女士", "小姐", "太太", "太", "夫人", "姐", "姨", "阿姨", "大妈"),
)


class ChineseName:
    """The parts of a Chinese name as written: 小张, 张伟, 欧阳先生, 建国.

    Attributes:
        prefix: 小, 老, 阿, 大 or nothing.
        surname, given: one of them may be empty.
        title: 先生, 经理 or nothing.
    """

    def __init__(self, plain: str) -> None:
        found = _TITLE.search(plain)
        self.title = found.group() if found and found.start() else ""
        name = plain[: len(plain) - len(self.title)]
        self.prefix = name[0] if len(name) in (2, 3) and name[0] in _FAMILIAR and not self.title else ""
        name = name[len(self.prefix) :]
        length = 2 if name[:2] in _COMPOUND else 1 if name[:1] in _SURNAMES else 0
        if self.prefix and len(name) > length:
            length = 0  # 小建国: what follows is a given name
        if not self.prefix and not self.title and len(name) == length == 1:
            length = 1
        self.surname, self.given = name[:length], name[length:]

    @property
    def gender(self) -> str:
        """`male`, `female`, or empty where the name does not say."""
        if self.title.endswith(_FEMALE_TITLES):
            return "female"
        if self.title.endswith(_MALE_TITLES):
            return "male"
        male = sum(character in words.GIVEN_MALE for character in self.given)
        female = sum(character in words.GIVEN_FEMALE for character in self.given)
        return "" if male == female else "male" if male > female else "female"


def person(value: Value, stream: Stream, setting: Setting) -> str:
    """A name in the same language, of the same parts."""
    plain = value.plain.strip()
    if not is_chinese(plain):
        return _english(plain, value.persons, stream, setting)
    if any(dot in plain for dot in _MIDDLE_DOTS):
        return re.sub(
            rf"[^{_MIDDLE_DOTS}]+",
            lambda match: stream.successor(words.TRANSLITERATED, match.group(), "transliterated"),
            plain,
        )
    name = ChineseName(plain)
    return name.prefix + _surname(name.surname, stream) + _given(name, stream, setting) + name.title


def _surname(surname: str, stream: Stream) -> str:
    if not surname:
        return ""
    return stream.successor(words.COMPOUND if len(surname) == 2 else words.SURNAMES, surname, "surname")


def _given(name: ChineseName, stream: Stream, setting: Setting) -> str:
    characters = words.GIVEN
    if "gender" in setting.keep and name.gender:
        characters = words.GIVEN_MALE if name.gender == "male" else words.GIVEN_FEMALE
    last = len(name.given) - 1
    return "".join(
        stream.successor(characters, character, "given, last" if place == last else f"given, {place}")
        for place, character in enumerate(name.given)
    )


def _english(plain: str, persons: tuple[str, ...], stream: Stream, setting: Setting) -> str:
    """Replace word by word; titles, initials' dots, suffixes and particles stay."""
    matches = list(_WORD.finditer(plain))
    names = [match for match in matches if _is_name(match.group())]
    if not names:
        return stream.choose(words.FIRST)
    inverted = "," in plain[names[0].end() : names[-1].start()] if len(names) > 1 else False
    titled = matches[0].group().rstrip(".").lower() in _ENGLISH_TITLES
    pieces, position = [], 0
    for place, match in enumerate(names):
        last = place == (0 if inverted else len(names) - 1)
        if len(names) == 1:
            last = _is_last(match.group(), persons, titled=titled)
        pieces += [plain[position : match.start()], _english_word(match.group(), stream, setting, last=last)]
        position = match.end()
    return "".join((*pieces, plain[position:]))


def english_words(plain: str) -> tuple[str, ...]:
    """Return the words of an English name in small letters, surname last, without titles and suffixes."""
    matches = [match for match in _WORD.finditer(plain) if _is_name(match.group())]
    spelled = tuple(match.group().rstrip(".").casefold() for match in matches)
    if len(matches) > 1 and "," in plain[matches[0].end() : matches[-1].start()]:
        return (*spelled[1:], spelled[0])
    return spelled


def _is_name(word: str) -> bool:
    bare = word.rstrip(".").lower()
    return (
        bare not in _ENGLISH_TITLES and bare not in _ENGLISH_SUFFIXES and (bare not in _PARTICLES or word[0].isupper())
    )


def _is_last(word: str, persons: tuple[str, ...], *, titled: bool) -> bool:
    """Say whether a word that stands alone is a surname: as in a whole name of the same text, else as listed."""
    bare = word.casefold()
    for whole in persons:
        parts = [part.casefold() for part in whole.split()]
        if len(parts) > 1 and bare in (parts[0], parts[-1]):
            return bare == parts[-1]
    capital = word.capitalize()
    return titled or (capital in words.LAST and capital not in words.FIRST)


def _english_word(word: str, stream: Stream, setting: Setting, *, last: bool) -> str:
    bare = word.rstrip(".")
    dot = word[len(bare) :]
    if len(bare) == 1:
        return stream.successor("ABCDEFGHIJKLMNOPRSTVW", bare.upper(), "initial") + dot
    capital = bare.capitalize()
    if last:
        pinyin = capital in words.PINYIN_SURNAMES and capital not in words.LAST
        return in_case(bare, stream.successor(words.PINYIN_SURNAMES if pinyin else words.LAST, capital, "last")) + dot
    if capital in words.PINYIN_GIVEN:
        return in_case(bare, stream.successor(words.PINYIN_GIVEN, capital, "pinyin")) + dot
    listed = words.FIRST
    if "gender" in setting.keep:
        listed = (
            words.FIRST_MALE
            if capital in words.FIRST_MALE
            else words.FIRST_FEMALE
            if capital in words.FIRST_FEMALE
            else listed
        )
    return in_case(bare, stream.successor(listed, capital, "first")) + dot
