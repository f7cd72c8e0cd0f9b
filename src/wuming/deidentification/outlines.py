"""Where a regular expression cannot match, told by the outline of a run: which characters are digits, which letters.

An outline has `0` for each digit of ASCII, `a` for each letter, and the signs of ASCII, `·` and `、` for themselves.
Many runs share one, so what an outline rules out is found once and tried on none of them. Where digits and letters
alternate hardly two runs are alike: a coarser outline has `e`, for either, there.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

DIGIT, LETTER, EITHER = "0", "a", "e"
"""Stand for any digit, for any letter, and for either, of ASCII."""
OUTLINE: Final = (
    {sign: sign for sign in string.punctuation + " \n·、"}
    | dict.fromkeys(string.digits, DIGIT)
    | dict.fromkeys(string.ascii_letters, LETTER)
)
"""Character of a run → what stands for it in an outline."""
_TABLE = str.maketrans(OUTLINE)
# A label and what may be a word behind many digits stay as they are.
_ALTERNATING = re.compile(r"(\(?a*0{1,13}a)((?=a*0)[a0]{5,})")
# Some character before the run; the one behind it, no digit or letter; and any behind that.
_ANY, _BEHIND, _END = "\x00", "\x01", "\x02"
_KNOWN = str.maketrans(
    {character: chr(0x10 + place) for place, character in enumerate(string.digits)}
    | {character: chr(0xC0 + place % 26) for place, character in enumerate(string.ascii_letters)}
)
_MOST_KNOWN = 1 << 12
_MOST_BEFORE = 10  # characters before a run: so many may be read in many ways
REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_CATEGORIES: Final[dict[Any, Callable[[str], bool]]] = {
    codes.CATEGORY_DIGIT: str.isdigit,
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_WORD: lambda character: character.isalnum() or character == "_",
    codes.CATEGORY_NOT_DIGIT: lambda character: not character.isdigit(),
    codes.CATEGORY_NOT_SPACE: lambda character: not character.isspace(),
    codes.CATEGORY_NOT_WORD: lambda character: not (character.isalnum() or character == "_"),
}

MayMatch = Callable[[str], object]
"""From an outline to whether an expression may match there; False is certain."""


def outline_of(run: str) -> str:
    """Return the outline of a run."""
    return run.translate(_TABLE)


def coarser(outline: str) -> str:
    """Return the outline with `EITHER` behind the letter that follows the first digits of its one group.

    It stays as it is where no digit follows, or little, and where there is more than one group.
    """
    found = _ALTERNATING.fullmatch(outline)
    return f"{found[1]}{EITHER * len(found[2])}" if found else outline


def known(characters: str) -> str:
    """Return what stands in an outline for characters that are known: of letters in either case."""
    return characters.translate(_KNOWN)


class _Unknown(Exception):
    """An operation of expressions that is not understood here, or does not tell what it would have to."""


def may_match(pattern: re.Pattern[str], before: int, reach: int) -> MayMatch:
    """Return what says where `pattern` may match.

    Args:
        before, reach: how many characters before the run a match may begin, and beyond it end.
    """
    if before > _MOST_BEFORE:
        return _always
    try:
        search = re.compile(_sequence(_items(pattern))).search
    except _Unknown:
        return _always
    left, right = _ANY * before, _BEHIND + _END * (reach - 1) if reach else ""

    @lru_cache(_MOST_KNOWN)  # runs of one outline are tried with different sets of patterns
    def may(outline: str) -> bool:
        match = search(f"{left}{outline}{right}")
        return match is not None and match.start() < before + len(outline)  # not all of it behind the run

    return may


def tell(pattern: re.Pattern[str], outline: str) -> bool | None:
    """Say whether `pattern` matches the whole of whatever has an outline; None: of some, or it cannot be told."""
    may, must = _telling(pattern)
    return False if not may(outline) else True if must(outline) else None


@cache
def _telling(pattern: re.Pattern[str]) -> tuple[MayMatch, Callable[[str], object]]:
    try:
        items = _items(pattern)
        return re.compile(_sequence(items)).fullmatch, re.compile(_certain(items)).fullmatch
    except _Unknown:
        return _always, lambda _: False


def _items(pattern: re.Pattern[str]) -> Sequence[tuple[Any, Any]]:
    if (pattern.flags & re.IGNORECASE or "(?i" in pattern.pattern) and not pattern.pattern.isascii():
        raise _Unknown  # ſ matches s, then
    return list(_parser.parse(pattern.pattern, pattern.flags))


def _always(outline: str) -> bool:
    del outline
    return True


def _sequence(items: Iterable[tuple[Any, Any]]) -> str:
    """Return an expression that matches the outline of whatever `items` match."""
    return "".join(_one(operation, argument) for operation, argument in items)


def _one(operation: Any, argument: Any) -> str:
    if operation in REPEATS:
        least, most, items = argument
        return f"(?:{_sequence(items)}){{{least},{'' if most is codes.MAXREPEAT else most}}}"
    if operation is codes.SUBPATTERN:
        return f"(?:{_sequence(argument[-1])})"
    if operation is codes.ATOMIC_GROUP:
        return f"(?:{_sequence(argument)})"
    if operation is codes.BRANCH:
        return f"(?:{'|'.join(dict.fromkeys(map(_sequence, argument[1])))})"
    if operation is codes.ASSERT_NOT:
        return _assertion(*argument)
    if operation is codes.ASSERT and argument[0] > 0:
        return f"(?={_sequence(argument[1])})"
    if operation in (codes.ASSERT, codes.AT):
        return ""
    members = _members(operation, argument)
    whole = {*map(OUTLINE.__getitem__, members), *known("".join(members & _ALPHANUMERIC)), _ANY, _END}
    if not whole.isdisjoint((DIGIT, LETTER)):
        whole.add(EITHER)
    if _may_be_sign(operation, argument):
        whole.add(_BEHIND)
    return _set(whole)


def _may_be_sign(operation: Any, argument: Any) -> bool:
    """Say whether one of an expression may be something else than a digit or letter of ASCII."""
    if not _members(operation, argument) <= _ALPHANUMERIC:
        return True
    if operation is codes.IN:
        return any(sort not in (codes.LITERAL, codes.RANGE) or _highest(one) >= _ASCII for sort, one in argument)
    return operation is not codes.LITERAL or argument >= _ASCII


def _highest(argument: Any) -> int:
    return int(max(argument) if isinstance(argument, tuple) else argument)


def _assertion(direction: int, items: Iterable[tuple[Any, Any]]) -> str:
    """Return what must not stand before or behind, as far as an outline tells that for certain."""
    try:
        return f"(?{'<' if direction < 0 else ''}!{_certain(items)})"
    except _Unknown:
        return ""


def _certain(items: Iterable[tuple[Any, Any]]) -> str:
    """Return an expression that matches only the outlines of what `items` match.

    Raises:
        _Unknown: there is none.
    """
    return "".join(_certainly(operation, argument) for operation, argument in items)


def _certainly(operation: Any, argument: Any) -> str:
    if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        least, most, items = argument
        return f"(?:{_certain(items)}){{{least},{'' if most is codes.MAXREPEAT else most}}}"
    if operation is codes.SUBPATTERN:
        return f"(?:{_certain(argument[-1])})"
    if operation is codes.BRANCH:
        return f"(?:{'|'.join(dict.fromkeys(map(_certain, argument[1])))})"
    if operation is codes.ASSERT and argument[0] > 0:
        return f"(?={_certain(argument[1])})"
    if operation is codes.ASSERT_NOT and argument[0] > 0:
        return f"(?!{_sequence(argument[1])})"
    if operation is codes.AT and argument in (codes.AT_END, codes.AT_END_STRING):
        return r"\Z"
    members = _members(operation, argument) - ({"\n"} if operation is codes.ANY else set())
    whole = {OUTLINE[one] for one in members}
    whole.difference_update(of for of, all_of in _CLASSES if not members.issuperset(all_of))
    if whole.issuperset((DIGIT, LETTER)):
        whole.add(EITHER)
    return _set({*whole, *known("".join(members & _DIGITS))})


_ASCII = 0x80
_ALPHANUMERIC = frozenset(string.digits + string.ascii_letters)
_DIGITS = frozenset(string.digits)
_CLASSES = ((DIGIT, _DIGITS), (LETTER, frozenset(string.ascii_letters)))


def _members(operation: Any, argument: Any) -> frozenset[str]:
    """Return which characters that an outline knows one of an expression may be."""
    if operation is codes.LITERAL:
        return frozenset({chr(argument)} & OUTLINE.keys())
    if operation is codes.NOT_LITERAL:
        return frozenset(OUTLINE.keys() - {chr(argument)})
    if operation is codes.ANY:
        return frozenset(OUTLINE)
    if operation is codes.IN:
        return _of_set(argument)
    raise _Unknown


def _of_set(items: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    negated, found = False, set[str]()
    for operation, argument in items:
        if operation is codes.NEGATE:
            negated = True
        elif operation is codes.LITERAL:
            found.add(chr(argument))
        elif operation is codes.RANGE:
            least, most = map(chr, argument)
            found.update(character for character in OUTLINE if least <= character <= most)
        elif operation is codes.CATEGORY and argument in _CATEGORIES:
            found.update(filter(_CATEGORIES[argument], OUTLINE))
        else:
            raise _Unknown
    return frozenset(OUTLINE.keys() - found if negated else OUTLINE.keys() & found)


def _set(characters: Iterable[str]) -> str:
    """Return an expression for one of some characters; for none at all, one that matches nothing."""
    inner = "".join(map(re.escape, sorted(characters)))
    return f"[{inner}]" if inner else r"[^\s\S]"
