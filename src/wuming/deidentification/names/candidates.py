"""Stretches of Chinese text that may name a person, and what speaks for and against each, as numbers of features.

A candidate begins at a surname (one or two characters, also Japanese ones) with one or two characters of a given name
behind it, or lies in a run of characters that foreign names are written with, or is what people call each other: 小李,
阿强, 李姐. Each feature of a candidate (the
characters at its ends, those beside it, which words cross its borders) becomes one row of a table of weights, by hash.
All candidates of a text are looked at together: the work is done by whole arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.names.lexicon import Classes, Codes, Words, key, sections, words

TABLE_BITS = 20
MARGIN = 6
"""Characters that are looked at beyond either end of a candidate, at most; texts are padded by so many."""

SHORT, LONG, COMPOUND, JAPANESE, TRANSLITERATED, FAMILIAR, ADDRESSED = range(7)
"""Surname and one character; and two; surname of two characters; Japanese; written by sound; 小李; 李姐."""

BEFORE_GIVEN, BEFORE_SURNAME = "小阿", "老"
"""What familiar names begin with: before part of a name, and before surnames only."""
BEHIND_SURNAME = "哥姐叔婶嫂伯姨总工董导"
"""How people are addressed by their surname, in one character."""

LONGEST = 15
"""Characters of the longest candidate, a name written by sound."""
_JOINTS = "·•・‧∙-"
NEVER_GIVEN = frozenset(
    "的了是我你您他她它吗呢吧啊哦嗯呀嘛把被给这那哪个们都就还没不很什么怎每些次件份张条台部款种块角斤店馆街桥菜请"
    "到从说问买卖收寄找打换退查看听吃喝坐走跑住址号码机点且或但所因此而等着过得氏另叫帮替跟又再更最太几两只做错未使"
    "购付单据副某哥姐者性处票钱货吵臭掉坏脏拆洗擦闻疼卡写谁啥咋讲聊唱去让骂催喊揍赔陪递欠借"
)

Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Characters:
    """What a code point can be in a name; tables over all code points of 16 bits.

    Attributes:
        surname: begins a Chinese name.
        given: may be part of a given name.
        sound: foreign names are written with it; `begins`, `ends`: at their beginning or end.
        called: follows 小 and 阿 in what people are called.
        familiar, elder, address: `BEFORE_GIVEN`, `BEFORE_SURNAME`, `BEHIND_SURNAME`.
        compound, japanese: surnames of two characters as keys, ascending.
    """

    surname: NDArray[np.bool_]
    given: NDArray[np.bool_]
    sound: NDArray[np.bool_]
    begins: NDArray[np.bool_]
    ends: NDArray[np.bool_]
    called: NDArray[np.bool_]
    familiar: NDArray[np.bool_]
    elder: NDArray[np.bool_]
    address: NDArray[np.bool_]
    compound: Codes
    japanese: Codes


def _flags(members: Iterable[str]) -> NDArray[np.bool_]:
    table = np.zeros(1 << 16, dtype=np.bool_)
    table[[ord(character) for character in members]] = True
    return table


@lru_cache(maxsize=1)
def characters() -> Characters:
    """Return the tables, made from the lists."""
    people, syllables = sections("people.txt"), sections("foreign_syllables.txt")
    han = np.zeros(1 << 16, dtype=np.bool_)
    han[0x4E00:0x9FA6] = True
    given = han & ~_flags(NEVER_GIVEN)
    begins = {word[0] for word in (*syllables["first"], *people["foreign_people"])}
    ends = {word[-1] for word in (*syllables["last"], *people["foreign_people"])}
    inner = {c for section in syllables.values() for word in section for c in word}
    inner |= {c for word in people["foreign_people"] for c in word}
    compound = np.sort(np.array([key(word) for word in people["compound_surnames"] if len(word) == 2], dtype=np.uint64))
    japanese = np.array([key(word) for word in people["japanese_surnames"] if len(word) == 2], dtype=np.uint64)
    called = _flags({*people["surnames"], *people["male"], *people["female"]}) & given
    return Characters(
        _flags(people["surnames"]), given, _flags((*inner, *_JOINTS)), _flags(begins), _flags(ends), called,
        _flags(BEFORE_GIVEN), _flags(BEFORE_SURNAME), _flags(BEHIND_SURNAME), compound, np.sort(japanese),
    )  # fmt: skip


@dataclass(frozen=True)
class Candidates:
    """Candidates of one text, in no order.

    Attributes:
        starts, ends: `ends` exclusive.
        kinds: one of the seven.
        features: a row of table indices each; `NO_FEATURE` where a feature does not apply.
    """

    starts: Indices
    ends: Indices
    kinds: Indices
    features: Indices


def code_points(text: str) -> Codes:
    """Return the code points of a text, those beyond 16 bits as the last one, with `MARGIN` zeros on both sides."""
    codes = np.zeros(len(text) + 2 * MARGIN, dtype=np.uint64)
    read = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes[MARGIN : MARGIN + len(text)] = np.minimum(read, 0xFFFF)
    return codes


def candidates(text: str) -> Candidates:
    """Return all candidates of a text with their features."""
    codes = code_points(text)
    found = spans(codes, len(text))
    rows = features(codes, borders(codes), *found)
    return Candidates(found[0] - MARGIN, found[1] - MARGIN, found[2], rows)


def _member(codes: Codes, sorted_keys: Codes) -> NDArray[np.bool_]:
    pairs = codes[:-1] << np.uint64(16) | codes[1:]
    places = np.searchsorted(sorted_keys, pairs)
    places[places == len(sorted_keys)] = 0
    return np.append(sorted_keys[places] == pairs, False)


def spans(codes: Codes, length: int) -> tuple[Indices, Indices, Indices]:
    """Return starts, ends and kinds of all candidates, counted in padded code points."""
    table = characters()
    points = codes.astype(np.int64)
    surname, given = table.surname[points], table.given[points]
    last = MARGIN + length
    surname[last:] = False  # what follows may be the next piece of a long text
    starts, ends, kinds = [], [], []

    def add(places: Indices, width: int, kind: int) -> None:
        starts.append(places)
        ends.append(places + width)
        kinds.append(np.full(len(places), kind, dtype=np.int64))

    first = np.flatnonzero(table.familiar[points[:last]])
    add(first[table.called[points[first + 1]]], 2, FAMILIAR)
    first = np.flatnonzero(table.elder[points[:last]])
    add(first[surname[first + 1]], 2, FAMILIAR)
    first = np.flatnonzero(surname)
    add(first[table.address[points[first + 1]]], 2, ADDRESSED)
    one = first[given[first + 1]]
    two = one[given[one + 2]]
    add(one, 2, SHORT)
    add(two, 3, LONG)
    for keys, kind, longest in ((table.compound, COMPOUND, 2), (table.japanese, JAPANESE, 3)):
        double = np.flatnonzero(_member(codes, keys)[:last])
        for size in range(1, longest + 1):
            double = double[given[double + 1 + size]]
            add(double, 2 + size, kind)
    _add_sounds(points, table, add)
    joined = np.concatenate(starts), np.concatenate(ends), np.concatenate(kinds)
    inside = joined[1] <= last
    return joined[0][inside], joined[1][inside], joined[2][inside]


_LONGEST_SOUND = 40  # characters of a run


def _add_sounds(points: Indices, table: Characters, add: Callable[[Indices, int, int], None]) -> None:
    """Add the stretches of characters that write sounds: any part of a run that begins and ends as names do."""
    sound = table.sound[points]
    sound[len(points) - MARGIN :] = False
    edges = np.flatnonzero(sound[1:] != sound[:-1]) + 1
    runs = np.concatenate(([0], edges, [len(sound)]))
    for start, end in zip(
        runs[:-1][np.diff(runs) > _LONGEST_SOUND], runs[1:][np.diff(runs) > _LONGEST_SOUND], strict=True
    ):
        sound[start:end] = False  # nobody's name, and every part of it would be looked at
    begins, ends = table.begins[points] & sound, table.ends[points] & sound
    place = np.flatnonzero(begins)
    alive = np.ones(len(place), dtype=np.bool_)
    limit = len(points) - MARGIN
    for size in range(2, LONGEST + 1):
        reach = np.minimum(place + size - 1, limit)
        alive &= sound[reach]
        place, alive = place[alive], alive[alive]
        if not len(place):
            return
        add(place[ends[place + size - 1]], size, TRANSLITERATED)


NO_FEATURE = (1 << TABLE_BITS) - 1
"""The row of features too rare to tell anything; its weight stays 0."""

_MIX, _STIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_SPREAD = np.uint64(29)


def _hash(values: Codes) -> Indices:
    """Mix each row of numbers with its own salt and return rows of the table."""
    salts = np.arange(1, len(values) + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93 >> 8)
    values += salts[:, None]
    values *= _MIX
    values ^= values >> _SPREAD
    values *= _STIR
    values >>= np.uint64(64 - TABLE_BITS)
    return values.T.astype(np.int64)


@dataclass(frozen=True)
class Borders:
    """Words around each place: which class crosses the border before it, begins at it, ends before it.

    Attributes:
        keys: the characters two by two.
        pairs, triples, fours: of the word of so many characters that begins at the place.
    """

    keys: Codes
    pairs: Classes
    triples: Classes
    fours: Classes
    crossing: Classes
    beginning: Classes
    ending: Classes

    def whole(self, starts: Indices, ends: Indices) -> Classes:
        """Return the class of the word that each stretch is, `NONE` where it is none."""
        size = ends - starts
        found = np.where(size == 2, self.pairs[starts], np.where(size == 3, self.triples[starts], 0))
        return np.where(size == 4, self.fours[starts], found).astype(np.uint8)


def _looked_up(table: Words, keys: Codes, places: Indices) -> Classes:
    """Return the class of the word at each place, looked up at some places only."""
    classes = np.zeros(len(keys), dtype=np.uint8)
    classes[places] = table.at(keys[places])
    return classes


def borders(codes: Codes) -> Borders:
    """Look up the words around each place of a text."""
    table = words()
    size = len(codes)
    shifted = [np.concatenate((codes[n:], np.zeros(n, dtype=np.uint64))) for n in range(4)]
    two = shifted[0] << np.uint64(16) | shifted[1]
    three = two << np.uint64(16) | shifted[2]
    four = three << np.uint64(16) | shifted[3]
    han = (codes >= 0x3400) & (codes <= 0x9FFF)
    written = np.flatnonzero(han[:-3] & han[1:-2])  # words have Chinese characters only
    by_length = {2: _looked_up(table, two, written)}
    written = written[han[written + 2]]
    by_length[3] = _looked_up(table, three, written)
    by_length[4] = _looked_up(table, four, written[han[written + 3]])
    crossing, beginning, ending = (np.zeros(size, dtype=np.uint8) for _ in range(3))
    for length, classes in by_length.items():
        np.maximum(beginning, classes, out=beginning)
        np.maximum(ending[length:], classes[:-length], out=ending[length:])
        for offset in range(1, length):
            np.maximum(crossing[offset:], classes[:-offset], out=crossing[offset:])
    return Borders(two, by_length[2], by_length[3], by_length[4], crossing, beginning, ending)


def features(codes: Codes, around: Borders, starts: Indices, ends: Indices, kinds: Indices) -> Indices:
    """Return a row of table indices for each candidate."""
    kind = kinds.astype(np.uint64)
    b8, b16, b32 = np.uint64(8), np.uint64(16), np.uint64(32)

    def at(places: Indices) -> Codes:
        return codes[places]

    first, second, last, before_last = at(starts), at(starts + 1), at(ends - 1), at(ends - 2)
    l1, l2, l3 = at(starts - 1), at(starts - 2), at(starts - 3)
    r1, r2, r3 = at(ends), at(ends + 1), at(ends + 2)
    size = (ends - starts).astype(np.uint64)
    left_cross = around.crossing[starts].astype(np.uint64)
    right_cross = around.crossing[ends].astype(np.uint64)
    left_word = around.ending[starts].astype(np.uint64)
    right_word = around.beginning[ends].astype(np.uint64)
    head = around.pairs[starts].astype(np.uint64)
    tail = around.pairs[ends - 2].astype(np.uint64)
    whole = around.whole(starts, ends).astype(np.uint64)
    inner = np.where(size == 2, np.uint64(0), tail)
    shape = kind << b8 | size
    sounds = characters().sound[codes.astype(np.int64)].astype(np.uint64)
    open_left, open_right = sounds[starts - 1], sounds[ends]
    is_sound = kind == TRANSLITERATED
    after_next = around.crossing[ends + 1].astype(np.uint64)
    values = (
        shape, shape << b16 | first, shape << b16 | last, kind << b16 | second,
        np.where(is_sound, first << b16 | second, np.uint64(7)) | kind << np.uint64(40),
        np.where(is_sound, before_last << b16 | last, np.uint64(7)) | kind << np.uint64(40),
        kind << b32 | l1, l2 << b16 | l1, (l3 << b16 | l2) << b16 | l1,
        kind << b32 | r1, r1 << b16 | r2, (r1 << b16 | r2) << b16 | r3,
        kind << b8 | left_cross, kind << b8 | right_cross,
        (kind << b8 | left_word) << b8 | left_cross, (kind << b8 | right_word) << b8 | right_cross,
        (kind << b8 | head) << b8 | inner, (kind << b8 | whole) << b8 | size,
        ((left_cross << b8 | head) << b8 | right_cross) << b16 | (kind << b8 | inner),
        (((left_word << b8 | left_cross) << b8 | right_word) << b8 | right_cross) << b16 | (kind << b8 | head),
        (open_left << b8 | open_right) << b16 | shape,
        (after_next << b8 | right_cross) << b16 | shape,
        (is_sound.astype(np.uint64) << b32) | at(starts + 2) | (kind << np.uint64(40)),
        (l1 << b32) | first << b16 | kind, (r1 << b32) | last << b16 | kind,
    )  # fmt: skip
    return _hash(np.stack(values))
