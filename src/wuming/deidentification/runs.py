"""Runs of digits in a text, and the values that their groups make.

A run is a row of words that hold a digit, joined by what people put between groups of digits; single letters may stand
among them (`E 1 2 3 …`). It is found once; every `number` recogniser then sees only values of its own length, without
separators.
"""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, repeat
from typing import NamedTuple

# The number of an item of a list begins a line and no group; within brackets there is no list.
_ITEM, _ITEM_IN_BRACKETS = r"[0-9]{1,2}(?:、|[.)] ?[^\s0-9])", r"[0-9]{1,2}(?:、|[.] ?[^\s0-9])"


def _compiled(item: str) -> re.Pattern[str]:
    separator = rf"(?:[ \-._/·,、()+]{{1,3}}|[ \-_/,(]?\n(?: ?(?!{item})|\())"
    group = "(?:[A-Za-z]{0,40}+[0-9][0-9A-Za-z]*+|[A-Za-z](?![0-9A-Za-z]))"
    # Possessive: nothing is tried twice.
    return re.compile(rf"(?:[A-Z]{{1,10}}\n)?[0-9A-Za-z]*+(?:{separator}{group})*+")


_RUN, _RUN_IN_BRACKETS = _compiled(_ITEM), _compiled(_ITEM_IN_BRACKETS)
LONGEST_LABEL = 40
"""Letters before the first digit of a run that belong to it, at most."""
_GROUP = re.compile("[0-9A-Za-z]+")
_CAPITALS = re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,10}\n$")  # letters of a value that the end of a line cuts off
_BEFORE_LETTER = frozenset(" -._/·")
# What is written together with a number; other letters before digits are a part of a code (SF1234…).
_LABELS = frozenset({
    "aba", "account", "acct", "bic", "call", "card", "cell", "cvv", "dl", "fax", "hkid", "hotline", "iban", "id",
    "imei", "ip", "itin", "mac", "meid", "mob", "mobile", "nhs", "ni", "nino", "no", "num", "number", "passport",
    "phone", "pin", "qq", "routing", "sfz", "sfzh", "sms", "ssn", "swift", "tel", "tin", "vin", "vx", "wechat",
    "whatsapp", "wx", "zip",
})  # fmt: skip
_LETTERS_BEFORE = re.compile(rf"[A-Za-z]{{1,{max(map(len, _LABELS))}}}+(?=[0-9])")
_TRAILED = re.compile("[0-9]{14,}[0-9Xx](?=[A-Wa-wYyZz][A-Za-z])")  # a word glued behind a long number
_MAY_BE_TRAILED = re.compile("0{14,}a*aa")  # the outline of such
_SHORTEST_TRAILED = 16
_LOOKALIKES = str.maketrans("OoIlSBZ", "0011582")
_LOOKALIKE = re.compile("(?=.{0,40}[OoIlSBZ])[0-9OoIlSBZ]+[Xx]?")
_FEWEST_READ = 11  # characters of a value in which letters are read as digits: shorter ones begin with letters
_DAY = r"(?:19|20)[0-9]{2}([\-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12][0-9]|3[01])"
_WHOLE_DATE = re.compile(_DAY)
_DATE = re.compile(_DAY + r"(?![0-9]|\1)(?=[^A-SU-Za-z]|$)")
_BORN = (18, 6)  # length of the one value that holds a date, a resident identity number, and where it does
CLOSING = re.compile(r"[ \-._·/]?\)")
"""What closes a value in which a bracket was opened."""
_LETTERS = frozenset(string.ascii_letters)
_TIGHT = frozenset("-_.")
_LOOSE = frozenset("\n,、+")
_MOST_GROUPS = 40  # of one value; a longer run is a table, of which single cells are read
_SHORTEST_ROW = 7
_PRINTED = ((3, 4, 4), (4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (3, 3, 4), (3, 2, 4), (6, 8, 4), (2, 3, 4, 4))
_LONGEST_DECIMAL = 4
JOINING = " -._/·,、()+\n"
"""What may stand between the groups of a run."""


class Value(NamedTuple):
    """Some neighbouring groups of a run.

    Attributes:
        start, end: in the text.
        compact: the groups joined, as written; letters that look like digits may have been read as those.
        sizes: characters of each group.
        loose: a line break or comma lies between groups, or the run goes on in the same way; such a value is taken
            on strong evidence only.
    """

    start: int
    end: int
    compact: str
    sizes: tuple[int, ...]
    loose: bool


def is_date(text: str, start: int, end: int) -> bool:
    """Say whether `text[start:end]` is a day of the last or this century, in digits."""
    return 8 <= end - start <= 10 and _WHOLE_DATE.fullmatch(text, start, end) is not None


def runs(
    text: str, firsts: Iterable[int], lasts: Iterable[int] = repeat(sys.maxsize)
) -> Iterator[tuple[int, int, int]]:
    """Yield the bounds of each run, with the letters, `+` or bracket before its first digit; and which row begins it.

    Args:
        text: normalised.
        firsts: where each row of digits begins, ascending; all rows of a run, or none.
        lasts: behind which character nothing is read, for each row.
    """
    position = 0
    for row, (first, last) in enumerate(zip(firsts, lasts, strict=False)):
        if first < position:
            continue
        start = first
        while start > position and first - start < LONGEST_LABEL and text[start - 1] in _LETTERS:
            start -= 1
        start = _letters_before(text, start, position)
        run = _RUN_IN_BRACKETS if text[start] == "(" else _RUN
        match = run.match(text, start + (text[start] in "+("), last)
        position = max(match.end() if match else 0, first + 1)
        yield start, position, row


def _letters_before(text: str, start: int, position: int) -> int:
    """Return where a run that begins at `start`, or later than `position`, really begins."""
    if start > position and text[start - 1] in "+(":
        return start - 1
    if start > position and text[start - 1] == "\n":
        capitals = _CAPITALS.search(text, max(position, start - 12), start)
        return capitals.start() if capitals else start
    while start > position + 1 and text[start - 1] in _BEFORE_LETTER and text[start - 2] in _LETTERS:
        before = text[start - 3] if start > position + 2 else " "
        if before < "\u2e80" and (before.isalnum() or before in "'’"):
            break
        start -= 2
    return start


def _tied(text: str, stop: int) -> bool:
    """Say whether `-`, `_` or `.` ties what ends at `stop` to the next group; the full stop of a sentence does not."""
    return text[stop] in _TIGHT and text[stop + 1 : stop + 2] not in (" ", "\n")


def values(text: str, start: int, end: int, lengths: Container[int]) -> Iterator[Value]:
    """Yield the values of a run whose length is among `lengths`.

    Args:
        text: normalised.
        start, end: of the run.
        lengths: those that any recogniser knows.

    A value never begins or ends inside a word, nor where `-`, `_` or `.` ties it to a further word of the run
    (a part of a UUID, the decimals of a number); letters before the first digit may be a label (`tel138…`).

    Guarantee: time and the number of values are linear in the length of the run.
    """
    if text[start:end].isalnum():
        yield from _solid(text, start, end, lengths)
        return
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    signs = [_sign(text[one[1] : other[0]]) for one, other in pairwise(groups)]
    for place, (begin, stop) in enumerate(groups):
        if (not place or text[begin - 1] not in _TIGHT) and (place == len(signs) or not _tied(text, stop)):
            yield from _solid(text, begin, stop, lengths)
    run = _Run(text, groups, signs, lengths)
    yield from run.of_a_table() if len(groups) > _MOST_GROUPS else run.of_a_row()


def _solid(text: str, begin: int, stop: int, lengths: Container[int]) -> Iterator[Value]:
    """Yield what one group may be: itself, without its label, without a word behind it, with letters as digits."""
    size = stop - begin
    if size in lengths:
        yield Value(begin, stop, text[begin:stop], (size,), False)
        if size >= _FEWEST_READ and (read := _LOOKALIKE.fullmatch(text, begin, stop)):
            yield Value(begin, stop, read.group().translate(_LOOKALIKES), (size,), False)
    if text[begin] in _LETTERS:
        label = _labelled(text, begin, stop)
        if label and size - label in lengths:
            yield Value(begin + label, stop, text[begin + label : stop], (size - label,), False)
    elif size > _SHORTEST_TRAILED and (long := _TRAILED.match(text, begin, stop)) and long.end() - begin in lengths:
        yield Value(begin, long.end(), long.group(), (long.end() - begin,), False)


def _labelled(text: str, begin: int, stop: int) -> int:
    """Return how many characters of a group are a label before a digit."""
    letters = _LETTERS_BEFORE.match(text, begin, stop)
    return len(letters.group()) if letters and letters.group().lower() in _LABELS else 0


def told_by_letters(outline: str, lengths: Container[int]) -> Callable[[str], bool] | None:
    """Return what says of a group of letters and digits, of such an outline, whether it may be more than itself.

    None: none of them is; see `_solid`.
    """
    size = len(outline)
    before = _LETTERS_BEFORE.match(outline)
    label = len(before.group()) if before and size - len(before.group()) in lengths else 0
    read = size >= _FEWEST_READ and size in lengths
    trailed = _MAY_BE_TRAILED.match(outline) is not None

    def more(group: str) -> bool:
        return trailed or group[:label].lower() in _LABELS or (read and _LOOKALIKE.fullmatch(group) is not None)

    return more if label or read or trailed else None


class _Run(NamedTuple):
    """A run of several groups.

    Attributes:
        text: normalised.
        groups: bounds of each.
        signs: what separates each from the next; empty: nothing that joins.
        lengths: of the values that are wanted.
    """

    text: str
    groups: Sequence[tuple[int, int]]
    signs: Sequence[str]
    lengths: Container[int]

    def of_a_row(self) -> Iterator[Value]:
        """Yield every stretch that may be a value."""
        text, signs, last = self.text, self.signs, len(self.signs)
        dated = {
            place for place, (begin, stop) in enumerate(self.groups) if stop - begin == 4 and _DATE.match(text, begin)
        }
        for first, (begin, stop) in enumerate(self.groups):
            if first == last or not signs[first]:
                continue
            if not first or text[begin - 1] not in _TIGHT:
                yield from self._from(first, begin, dated)
            if text[begin] in _LETTERS and (label := _labelled(text, begin, stop)):
                yield from self._from(first, begin + label, dated)

    def of_a_table(self) -> Iterator[Value]:
        """Yield cells whose groups are joined by one sign that joins nothing beside them, and printed numbers."""
        count, first = len(self.groups), 0
        while first < count - 1:
            last = first + 1
            while last < count - 1 and self.signs[last] == self.signs[first]:
                last += 1
            if last - first < _MOST_GROUPS and self.signs[first]:
                yield from self._one(first, last)
            first = last
        sizes = [stop - begin for begin, stop in self.groups]
        for printed in _PRINTED:
            for first in range(count - len(printed) + 1):
                if sizes[first] == printed[0] and tuple(sizes[first : first + len(printed)]) == printed:
                    yield from self._one(first, first + len(printed) - 1, loose=True)

    def _one(self, first: int, last: int, *, loose: bool = False) -> Iterator[Value]:
        begin, stop = self.groups[first][0], self.groups[last][1]
        signs = set(self.signs[first:last])
        compact = "".join(self.text[a:b] for a, b in self.groups[first : last + 1])
        decimal = last == first + 1 and signs == {"."}
        if len(signs) == 1 and "" not in signs and len(compact) in self.lengths and not decimal:
            sizes = tuple(b - a for a, b in self.groups[first : last + 1])
            yield Value(begin, stop, compact, sizes, loose or not _LOOSE.isdisjoint(signs))

    def _from(self, first: int, begin: int, dated: Container[int]) -> Iterator[Value]:
        """Yield the values of two groups and more that begin at `begin`, within the group `first`."""
        text, groups, signs = self.text, self.groups, self.signs
        compact = text[begin : groups[first][1]]
        sizes = [len(compact)]
        lettered, ended = compact.isalpha(), False
        date = 0 if first in dated else -1  # where in the value a date begins
        for place in range(first + 1, len(groups)):
            sign = signs[place - 1]
            if not sign:
                return
            if place in dated:
                date = len(compact)
            group = text[groups[place][0] : groups[place][1]]
            compact += group
            sizes.append(len(group))
            # An X may end a number of digits; other letters stand apart only where every character does.
            lettered, ended = lettered or ended or (group.isalpha() and group not in "Xx"), group in "Xx"
            if len(compact) > _LONGEST:
                return
            if len(compact) not in self.lengths or (place + 1 < len(groups) and _tied(text, groups[place][1])):
                continue
            if (date >= 0 and (len(compact), date) != _BORN) or first - 1 in dated or first - 2 in dated:
                continue
            if lettered and max(sizes) > 1 and (sign != "\n" or place > first + 1):
                continue
            kept = self._kept(first, place, sizes)
            if kept is not None:
                stop = groups[place][1]
                if "(" in text[begin:stop] and (closing := CLOSING.match(text, stop)):
                    stop = closing.end()
                yield Value(begin, stop, compact, kept[0], kept[1])
                if len(compact) >= _FEWEST_READ and _LOOKALIKE.fullmatch(compact):
                    yield Value(begin, stop, compact.translate(_LOOKALIKES), kept[0], kept[1])

    def _kept(self, first: int, last: int, sizes: Sequence[int]) -> tuple[tuple[int, ...], bool] | None:
        """Return the groups' sizes and whether they hang together loosely; None where they are no value."""
        signs = self.signs[first:last]
        different = set(signs)
        if signs.count(".") == 1 and (len(signs) == 1 or sizes[signs.index(".") + 1] > _LONGEST_DECIMAL):
            return None  # a decimal point
        beside = (self.signs[first - 1] if first else "", self.signs[last] if last < len(self.signs) else "")
        goes_on = (
            bool(beside[0]) and beside[0] in different and self._counts(first - 1),
            bool(beside[1]) and beside[1] in different and self._counts(last + 1),
        )
        if max(sizes) == 1:
            # A row of single characters is one value, whole, with one sign all along.
            if len(sizes) < _SHORTEST_ROW or len(different - {"("}) > 1:
                return None
            before = goes_on[0] and self._size(first - 1) == 1
            after = goes_on[1] and self._size(last + 1) == 1
            return None if before or after else (tuple(sizes), not _LOOSE.isdisjoint(different))
        if different == {"\n"} and len(signs) == 1 and not any(beside):
            return (sum(sizes),), False  # broken by the end of a line, and nothing else there
        loose = not _LOOSE.isdisjoint(different) or different == {"/"}
        if any(goes_on):
            uneven = min(sizes) < 3
            even = len(sizes) > 2 and len(set(sizes)) == 1
            size = sizes[0]
            listed = even and (
                (goes_on[0] and self._size(first - 1) == size) or (goes_on[1] and self._size(last + 1) == size)
            )
            if not different.isdisjoint(_LOOSE | {"/"}):
                return None  # a list of numbers
            loose = loose or uneven or listed
        return tuple(sizes), loose

    def _size(self, place: int) -> int:
        return self.groups[place][1] - self.groups[place][0]

    def _counts(self, place: int) -> bool:
        """Say whether a group is no word of English."""
        return self._size(place) > 1 or self.text[self.groups[place][0]] not in "aAI"


_LONGEST = 34  # characters of a value


@lru_cache(maxsize=4096)
def _sign(separator: str) -> str:
    """Return what joins two groups, without blanks and brackets around it; empty where it separates values."""
    bare = separator.replace("(", "").replace(")", "")
    core = bare.strip(" ")
    if not core:
        return "(" if not bare else " " if len(bare) < 3 else ""
    if len(core) == 1:
        return core if core not in ".,、+" or core == bare else ""
    if len(core) == 2 and (core in ("--", "__", "··") or (core[1] == "\n" and core[0] in "-_/,")):
        return core[1]
    return ""
