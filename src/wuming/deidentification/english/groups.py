"""Where names may stand in a text: groups of capitalised words, or of uncommon words where nothing is capitalised.

A group is a run of words with what may stand between the words of a name ("of the", "van der", a comma). The words
around it come along as context. Code, identifiers, addresses of the net and lone ordinary words are left out
here, at no cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from wuming.deidentification.english.lexicon import BIT, words

_UPPER = "".join(
    rf"\u{code:04x}" for block in ((0xC0, 0x250), (0x386, 0x3D0), (0x400, 0x530), (0x1E00, 0x1F00))
    for code in range(*block) if chr(code).isupper()
)  # fmt: skip
UPPER = "A-Z\u2126\u2206" + _UPPER
_LOWER_LETTERS = "a-zß-öø-ÿ" + "".join(rf"\u{code:04x}" for code in range(0x100, 0x250) if chr(code).islower())
LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1eff\u2126\u2206"
_ABBREVIATED = "Mr|Mrs|Ms|Dr|Prof|St|Rev|Jr|Sr|Inc|Ltd|Co|Corp|Capt|Col|Gen|Lt|Sgt|Hon|Fr|Mt|Ft"
_LINK = (
    "of the|de la|de los|de las|van der|van den|van de|von der|of|and|&|de|le|du|des|da|do|dos|das|di|del|della|van|"
    "von|den|ter|bin|ibn|al|el|y|e|og|och|und|et|for|the|a"
)


def _patterns(upper: str, letter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of a token and of a group. The latter begins with a set, which the engine seeks quickly."""
    tail = rf"(?:-[{letter}]+|['’](?!s(?![{letter}]))[{letter}]+)*+"
    token = rf"[{letter}]++{tail}|['’]s(?![{letter}])|[0-9]++(?:[.,:/\-][0-9]++)*+|[^ \t\r]"
    rest = rf"(?:\.(?:[{upper}]\.){{0,2}}|(?:{_rests()})\.|[{letter}]*+{tail})"
    before = rf"(?<![{letter}0-9_@/\\#$\-.+][{upper}])"
    return (
        re.compile(token),
        re.compile(rf"[{upper}]{before}{rest}(?:(?:(?:['’]s)?,?  ?(?:(?:{_LINK}) )?|(?<=\.))[{upper}]{rest}){{0,30}}+"),
    )


def _rests() -> str:
    """Return what follows the capital of an abbreviated title or form."""
    return "|".join(sorted({f"(?<={one[0]}){one[1:]}" for one in _ABBREVIATED.split("|")}))


TOKEN, _GROUP = _patterns(UPPER, LETTER)
_ASCII_TOKEN, _ASCII_GROUP = _patterns("A-Z", "A-Za-z")
_LOWER_WORD = re.compile(
    rf"(?<![{LETTER}0-9_@/\\#$\-.'’])[{_LOWER_LETTERS}]{{3,}}+(?:[-'’][{_LOWER_LETTERS}]{{2,}})?"
    rf"(?!['’](?!s(?![a-z]))[a-z]|[{LETTER}0-9_@/\\(=.:]?[{LETTER}0-9_@/\\(=])"
)
MIXED = re.compile(f"(?:Mc|Mac|De|Le|La|Di|Da|Du|Van|Von|Fitz|St|[ODL]['’])[{UPPER}]")
CONTRACTED = tuple(mark + end for mark in "'’" for end in ("re", "ll", "ve", "m", "d", "t", "mon", "all"))
_JOINING = re.compile(r" (?:(?:and|of|de|la|von|van|der|&|[a-z]\.?) )?|, ")
_CAPITAL = re.compile(f"[{UPPER}]")
LETTERS = re.compile(f"[{LETTER}]")
"""What a text must hold for anything here to stand in it."""
_CODE_AFTER = frozenset("_(=@\\$+0123456789")
_BEFORE, _AFTER = 48, 32  # characters of context
BEFORE, AFTER = 3, 2  # words of context
LONGEST = 24  # words of a group

_ORDINARY = BIT["W1"] | BIT["W2"]
_WORDS = _ORDINARY | BIT["W3"] | BIT["W4"]
_NAMING = sum(BIT[one] for one in ("F1", "F2", "S1", "PC", "P1", "OK"))
_NEVER = sum(BIT[one] for one in ("DM", "DT", "PR", "TI", "NS", "OE", "JB", "RL"))
_KNOWN_LOWER = sum(BIT[one] for one in ("F1", "F2", "S1", "S2", "PC", "P1"))
LOWER, CAPITALS = "\x00", "\x01"
"""Marks before a word of a text without capitals, and of one in capitals only."""


class Group(NamedTuple):
    """Words that may hold names, between `BEFORE` and `AFTER` words of context.

    Attributes:
        words: tokens, context included; empty where the text ends.
        bounds: of each word of the group proper, in the text.
    """

    words: list[str]
    bounds: list[tuple[int, int]]


def groups(text: str) -> Iterator[Group]:
    """Yield the groups of a text, in order."""
    known = words()
    token, group = (_ASCII_TOKEN, _ASCII_GROUP) if text.isascii() else (TOKEN, _GROUP)
    idle = _LONE
    for match in group.finditer(text):
        word = match.group()
        lone = idle.get(word)
        if lone:
            continue
        start, end = match.span()
        if end < len(text) and text[end] in _CODE_AFTER and not (text[end] == "(" and " " in word):
            continue  # David Wang(CEO) is no code
        if lone is None and (" " in word or "." in word):
            yield from _cut(text, start, end, token)
        elif not (_remembered(word, known) if lone is None else lone):
            yield _group(text, [(start, end)], "")
    yield from _uncapitalised(text, known)


_LONE: dict[str, bool] = {}
_MOST_REMEMBERED = 1 << 16


def _remembered(word: str, known: dict[str, int]) -> bool:
    """Tell whether a lone word needs no look, and remember it: most come again."""
    if len(_LONE) >= _MOST_REMEMBERED:
        _LONE.clear()
    found = _LONE[word] = _idle(word, known)
    return found


def _idle(word: str, known: dict[str, int]) -> bool:
    """Tell whether a lone word needs no look: an ordinary word, an abbreviation, an identifier."""
    if len(word) < 2 or word.endswith(CONTRACTED):
        return True
    lowered = word.lower()
    classes = known.get(lowered, 0)
    if classes & _NAMING:
        return False
    if classes & (_ORDINARY | _NEVER):
        return True
    if word.isupper():
        return len(word) < 5 or bool(classes & BIT["W3"])
    inner = word[1:]
    if not inner.islower() and "-" not in word and "'" not in word and "’" not in word:
        return not (classes or MIXED.match(word))
    return False


def _cut(text: str, start: int, end: int, token: re.Pattern[str], mark: str = "") -> Iterator[Group]:
    """Yield the group between two places, in pieces of bounded length."""
    bounds = [one.span() for one in token.finditer(text, start, end)]
    for first in range(0, len(bounds), LONGEST):
        yield _group(text, bounds[first : first + LONGEST], mark)


def _group(text: str, bounds: list[tuple[int, int]], mark: str) -> Group:
    inside = [text[first:last] for first, last in bounds]
    if not mark and len(inside) > 2:
        long = [word for word in inside if len(word) > 1 and word[0].isalpha()]
        if len(long) > 2 and all(word.isupper() for word in long):
            mark = CAPITALS
    start, end = bounds[0][0], bounds[-1][1]
    before: list[str] = []
    for chunk in reversed(text[max(0, start - _BEFORE) : start].split(" ")):
        if chunk:
            before[:0] = _tokens(chunk)
        if len(before) >= BEFORE:
            break
    after: list[str] = []
    for chunk in text[end : end + _AFTER].split(" "):
        if chunk:
            after += _tokens(chunk)
        if len(after) >= AFTER:
            break
    padded = [*[""] * (BEFORE - len(before)), *before[-BEFORE:], *inside, *after[:AFTER], *[""] * (AFTER - len(after))]
    return Group([_marked(word, mark) for word in padded] if mark else padded, bounds)


_CHUNKS: dict[str, list[str]] = {}


def _tokens(chunk: str) -> list[str]:
    """Return the tokens of a stretch without spaces; remembered, since most come again."""
    found = _CHUNKS.get(chunk)
    if found is None:
        if len(_CHUNKS) >= _MOST_REMEMBERED:
            _CHUNKS.clear()
        found = _CHUNKS[chunk] = TOKEN.findall(chunk)
    return found


def _marked(word: str, mark: str) -> str:
    return mark + word.lower() if word[:1].isalpha() else word


def _uncapitalised(text: str, known: dict[str, int]) -> Iterator[Group]:
    """Yield runs of uncommon words, or of names, of a text that has no capital letter."""
    if len(text) > 4000 or _CAPITAL.search(text) or text.count("_") + text.count("=") + text.count("(") > 2:
        return
    run: list[tuple[int, int]] = []
    for match in _LOWER_WORD.finditer(text):
        classes = known.get(match.group(), 0)
        if classes & (_WORDS | _NEVER) and not classes & _KNOWN_LOWER:
            continue
        if run and not _JOINING.fullmatch(text, run[-1][1], match.start()):
            yield from _cut(text, run[0][0], run[-1][1], TOKEN, LOWER)
            run = []
        run.append(match.span())
    if run:
        yield from _cut(text, run[0][0], run[-1][1], TOKEN, LOWER)
