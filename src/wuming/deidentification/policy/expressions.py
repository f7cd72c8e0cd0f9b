"""Regular expressions from a policy: read before they are used, so that none can take more than linear time.

Python's engine tries every way in which a pattern may match. How many it can try from one place in the text is bounded
here: what is repeated without bound is refused, and so is a pattern whose repeats can share characters in too many ways
(`(a{1,20}){1,20}`). A text of n characters then takes at most n times that many steps.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

MOST_STEPS: Final = 5_000
"""Ways that a pattern may be tried in from one place."""
LONGEST: Final = 2_000
"""Characters that a pattern may match."""
_LARGEST = 1_000

# Every class of characters that patterns speak of has members here; two sets share a character if they do so here.
_SAMPLE = frozenset([chr(code) for code in range(128)] + list("éÉßı一中文〇①１Ａ　，。：·—…“”\u200b\u00a0٣Жω"))
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_BOTH_ENDS = (
    r"(?:(?<![0-9A-Za-z])|(?![0-9A-Za-z]))",
    r"(?:(?![0-9A-Za-z])|(?<![0-9A-Za-z]))",
)


class ExpressionProblem(Exception):
    """A regular expression that is refused.

    Attributes:
        what: why.
        help: what to write in its place.
    """

    def __init__(self, what: str, help: str) -> None:
        super().__init__(what)
        self.what, self.help = what, help


def compile_bounded(text: str) -> re.Pattern[str]:
    """Compile a regular expression that takes linear time.

    A match neither begins nor ends within a word or number of ASCII: where it has a letter or digit at an end, none
    stands beside it. (`\\b` is refused: Chinese characters count as word characters there.)

    Raises:
        ExpressionProblem: no regular expression, without bound, or with too many ways to match.
    """
    problem: ExpressionProblem | None = None
    try:
        parsed = _parser.parse(text)
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        problem = ExpressionProblem("is no regular expression of Python", "Check brackets and backslashes.")
    if problem is not None:
        raise problem
    if parsed.getwidth()[0] == 0:
        raise ExpressionProblem("matches the empty text", "Ask for one character at least.")
    if parsed.getwidth()[1] > LONGEST:
        raise ExpressionProblem(
            f"has no bound, or one above {LONGEST:,} characters", "Write {0,64} in the place of * and {1,64} of +."
        )
    if _measure(list(parsed), frozenset())[0] > MOST_STEPS:
        raise ExpressionProblem(
            f"can be tried in more than {MOST_STEPS:,} ways from one place",
            "Do not repeat what is repeated within, nor two parts side by side that share characters.",
        )
    return re.compile(f"{_BOTH_ENDS[0]}(?:{text}){_BOTH_ENDS[1]}")


def _measure(items: Sequence[Any], after: frozenset[str]) -> tuple[int, int]:
    """Return (steps, exits) of a sequence: what its tries cost from one place, and in how many ways it can end.

    `after` holds the characters that may follow it. Whatever comes next is tried once an exit.
    """
    steps, exits = 0, 1
    for place, (code, argument) in enumerate(items):
        rest = items[place + 1 :]
        following = _first(rest) | (after if _may_be_empty(rest) else frozenset())
        cost, ways = _measure_one(code, argument, following)
        steps, exits = _capped(steps + exits * cost), _capped(exits * ways)
    return steps, exits


def _measure_one(code: Any, argument: Any, following: frozenset[str]) -> tuple[int, int]:
    if code in _REPEATS:
        return _measure_repeat(argument, following)
    if code is codes.BRANCH:
        branches = [list(branch) for branch in argument[1]]
        measured = [_measure(branch, following) for branch in branches]
        firsts = [_first(branch) for branch in branches]
        # Where no two branches begin alike, at most one of them matches at a place.
        apart = not any(map(_may_be_empty, branches)) and sum(map(len, firsts)) == len(frozenset().union(*firsts))
        ways = [exits for _, exits in measured]
        return _capped(sum(steps for steps, _ in measured)), max(ways) if apart else _capped(sum(ways))
    if code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
        return _measure(_inside(code, argument), following)
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return _measure(list(argument[1]), frozenset())[0], 1
    if code is codes.AT and argument in (codes.AT_BOUNDARY, codes.AT_NON_BOUNDARY):
        raise ExpressionProblem(
            "uses \\b or \\B, which take Chinese characters for letters",
            "Leave it out: whole words are asked for anyway.",
        )
    if code in (codes.GROUPREF, codes.GROUPREF_EXISTS):
        raise ExpressionProblem("refers back to a group", "Write the part out.")
    return 1, 1


def _measure_repeat(argument: Any, following: frozenset[str]) -> tuple[int, int]:
    least, most, body = argument[0], argument[1], list(argument[2])
    if most > _LARGEST:
        raise ExpressionProblem("repeats without bound", "Write {0,64} in the place of * and {1,64} of +.")
    begins = _first(body)
    steps, exits = _measure(body, following | begins)
    if _may_be_empty(body) and most > 1:
        exits = max(exits, 2)  # one repeat or two can match the same characters
    ends = 1 if exits == 1 and not begins & following else most - least + 1
    total = 0
    ways = 1
    for _ in range(most):
        total = _capped(total + ways * (steps + 1))
        ways = _capped(ways * exits)
    return total, _capped(ends * ways)


def _capped(number: int) -> int:
    return min(number, MOST_STEPS + 1)


def _inside(code: Any, argument: Any) -> list[Any]:
    return list(argument[3] if code is codes.SUBPATTERN else argument)


def _first(items: Sequence[Any]) -> frozenset[str]:
    """Return the characters of the sample that may begin a sequence."""
    found: frozenset[str] = frozenset()
    for code, argument in items:
        found |= _beginning(code, argument)
        if not _may_be_empty([(code, argument)]):
            break
    return found


def _beginning(code: Any, argument: Any) -> frozenset[str]:
    if code in _REPEATS:
        return _first(list(argument[2]))
    if code is codes.BRANCH:
        return frozenset().union(*(_first(list(branch)) for branch in argument[1]))
    if code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
        return _first(_inside(code, argument))
    return _set(code, argument)


def _set(code: Any, argument: Any) -> frozenset[str]:
    """Return the characters of the sample that an item matches; in both cases, since a pattern may ignore case."""
    members = _members(code, argument)
    return members | {character.swapcase() for character in members if len(character.swapcase()) == 1}


def _members(code: Any, argument: Any) -> frozenset[str]:
    if code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return frozenset()
    if code is codes.LITERAL:
        return frozenset({chr(argument)})
    if code is codes.IN:
        members = frozenset().union(*(_set(*item) for item in argument if item[0] is not codes.NEGATE))
        return _SAMPLE - members if argument[0][0] is codes.NEGATE else members
    if code is codes.RANGE:
        low, high = argument
        return frozenset(c for c in _SAMPLE if low <= ord(c) <= high) | {chr(low), chr(high)}
    if code is codes.CATEGORY:
        pattern = {
            codes.CATEGORY_DIGIT: r"\d", codes.CATEGORY_NOT_DIGIT: r"\D", codes.CATEGORY_SPACE: r"\s",
            codes.CATEGORY_NOT_SPACE: r"\S", codes.CATEGORY_WORD: r"\w", codes.CATEGORY_NOT_WORD: r"\W",
        }[argument]  # fmt: skip
        return frozenset(c for c in _SAMPLE if re.fullmatch(pattern, c))
    return _SAMPLE  # any character, or one that is not: whatever is not known may share characters with everything


def _may_be_empty(items: Sequence[Any]) -> bool:
    return all(_width(code, argument) == 0 for code, argument in items)


def _width(code: Any, argument: Any) -> int:
    if code in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return 0
    if code in _REPEATS:
        return int(argument[0]) * (0 if _may_be_empty(list(argument[2])) else 1)
    if code is codes.BRANCH:
        return int(not any(_may_be_empty(list(branch)) for branch in argument[1]))
    if code in (codes.SUBPATTERN, codes.ATOMIC_GROUP):
        return int(not _may_be_empty(_inside(code, argument)))
    return 1
