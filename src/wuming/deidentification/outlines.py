"""Where a regular expression cannot match, told by the outline of a run: which characters are digits, which letters.

An outline has `0` for each digit of ASCII, `a` for each letter, and the signs of ASCII, `·` and `、` for themselves.
Many runs share one, so what an outline rules out is found once and tried on none of them. Where digits and letters
alternate hardly two runs are alike: a coarser outline has `e`, for either, there.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence
from functools import cache
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
_ALTERNATING = re.compile(r"(\(?a*0{1,13})((?=a+0)[a0]{6,})")
# Some character before the run; the one behind it, no digit or letter; and any behind that.
_ANY, _BEHIND, _END = "\x00", "\x01", "\x02"
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

MayMatch = Callable[[str], bool]
"""From an outline to whether an expression may match there; False is certain."""


def outline_of(run: str) -> str:
    """Return the outline of a run."""
    return run.translate(_TABLE)


def coarser(outline: str) -> str:
    """Return the outline with `EITHER` from where the letters behind the first digits of its one group alternate.

    It stays as it is where they do not, or not for long, and where there is more than one group.
    """
    found = _ALTERNATING.fullmatch(outline)
    return f"{found[1]}{EITHER * len(found[2])}" if found else outline


class _Unknown(Exception):
    """An operation of expressions that is not understood here, or does not tell what it would have to."""


def may_match(pattern: re.Pattern[str], before: int, reach: int) -> MayMatch:
    """Return what says where `pattern` may match.

    Args:
        before, reach: how many characters before the run a match may begin, and beyond it end.
    """
    folded = pattern.flags & re.IGNORECASE or "(?i" in pattern.pattern
    if before > _MOST_BEFORE or (folded and not pattern.pattern.isascii()):  # ſ matches s, then
        return _always
    try:
        search = re.compile(_sequence(_parser.parse(pattern.pattern, pattern.flags))).search
    except _Unknown:
        return _always
    left, right = _ANY * before, _BEHIND + _END * (reach - 1) if reach else ""

    def may(outline: str) -> bool:
        match = search(f"{left}{outline}{right}")
        return match is not None and match.start() < before + len(outline)  # not all of it behind the run

    return may


@cache
def telling(pattern: re.Pattern[str], length: int) -> int:
    """Return how many of the first digits of a value of digits alone, so long, tell whether `pattern` matches it."""
    try:
        return min(length, _telling(_parser.parse(pattern.pattern, pattern.flags), 0, length)[1])
    except _Unknown:
        return length


def _telling(items: Iterable[tuple[Any, Any]], at: int, length: int) -> tuple[int, int]:
    """Return where the items end, if they begin at `at`, and how many digits tell of them; both at the latest."""
    told = 0
    for operation, argument in items:
        if operation in REPEATS:
            _, most, inner = argument
            last = min(length, at + max(0, int(most) - 1) * inner.getwidth()[1])
            at, deep = _telling(inner, last, length)
        elif operation in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            at, deep = _telling(argument[-1] if operation is codes.SUBPATTERN else argument, at, length)
        elif operation is codes.BRANCH:
            ends, deeps = zip(*(_telling(one, at, length) for one in argument[1]), strict=True)
            at, deep = max(ends), max(deeps)
        elif operation in (codes.ASSERT, codes.ASSERT_NOT):
            deep = _telling(argument[1], at, length)[1] if argument[0] > 0 else at
        elif operation is codes.AT:
            deep = 0
        else:
            at += 1
            digits = _members(operation, argument) & _DIGITS
            deep = at if digits and digits != _DIGITS else 0
        told = max(told, deep)
    return at, told


def beginnings(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Return with which characters a match begins, if it begins where no letter or digit of ASCII stands before.

    None: it may begin anywhere, or with anything.
    """
    items = list(_parser.parse(pattern.pattern, pattern.flags))
    asserted = [argument for operation, argument in items if operation in (codes.ASSERT, codes.ASSERT_NOT)]
    try:
        apart = items[0] == (codes.ASSERT_NOT, asserted[0]) and asserted[0][0] < 0 and len(asserted[0][1]) == 1
        if pattern.flags & re.IGNORECASE or not apart or not _members(*asserted[0][1][0]) >= _ALPHANUMERIC:
            return None
        first, empty = _first(items)
    except (_Unknown, IndexError):
        return None
    return None if empty else first


def _first(items: Iterable[tuple[Any, Any]]) -> tuple[frozenset[str], bool]:
    """Return the characters with which a match of the items begins, and whether it may be empty."""
    found: frozenset[str] = frozenset()
    for operation, argument in items:
        if operation in (codes.ASSERT, codes.ASSERT_NOT, codes.AT):
            continue
        if operation in REPEATS:
            first, empty = _first(argument[2])
            empty = empty or argument[0] == 0
        elif operation in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
            first, empty = _first(argument[-1] if operation is codes.SUBPATTERN else argument)
        elif operation is codes.BRANCH:
            branches = [_first(one) for one in argument[1]]
            first, empty = frozenset().union(*(one for one, _ in branches)), any(none for _, none in branches)
        else:
            first, empty = _members(operation, argument), False
        found |= first
        if not empty:
            return found, False
    return found, True


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
    whole = {*map(OUTLINE.__getitem__, _members(operation, argument)), _ANY, _END}
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
    if operation is codes.SUBPATTERN:
        return f"(?:{_certain(argument[-1])})"
    if operation is codes.BRANCH:
        return f"(?:{'|'.join(_those_certain(argument[1]))})"
    members = _members(operation, argument) - ({"\n"} if operation is codes.ANY else set())
    whole = {OUTLINE[one] for one in members}
    if any(of in whole and not members.issuperset(all_of) for of, all_of in _CLASSES):
        raise _Unknown
    if whole.issuperset((DIGIT, LETTER)):
        whole.add(EITHER)
    return _set(whole)


def _those_certain(branches: Iterable[Sequence[tuple[Any, Any]]]) -> list[str]:
    found = []
    for branch in branches:
        try:
            found.append(_certain(branch))
        except _Unknown:
            continue
    if not found:
        raise _Unknown
    return found


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
    return f"[{inner}]" if inner else "(?!)"
