"""Generates labelled English text from the sentences of `carriers` and the word lists, reproducibly from a seed.

Each line of `carriers/*.txt` is a sentence with gaps: {P} person, {F} given name, {L} surname, {T} title, {O}
organisation, {G} place, {C} city, {N} country or region, {D} demonym, {J} job, {R} relative, {A} street line, {B}
product, {I} identifier of a program, {K} surname that stands for a thing, {X} capitalised words that name nothing
personal, {w} ordinary word, {y} year, {n} number, {d} day and month, {t} time, {p} telephone number, {e} e-mail
address, {m} money. <said> is one of the words of that name in `words.txt`, [a|b] is a choice, \\n a line end. All are
written for this project; none is taken from a data set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from random import Random
from typing import NamedTuple

from wuming.deidentification.english.fillers import Fillers
from wuming.deidentification.english.invented import Invented
from wuming.deidentification.english.lexicon import BIT, entries, words
from wuming.deidentification.english.pieces import CARRIERS, lists
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.lexicon.english_world_names import FAMILY, GIVEN

Labelled = tuple[int, int, str]
_INITIALS = "ABCDEFGHJKLMNOPRSTVWZ"
_SUFFIXES = ("Jr", "Jr.", "Sr.", "II", "III")
_GAP = re.compile(r"\{([A-Za-z])\}")
_WORDS = re.compile("<([a-z]+)>")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_PLACE_IN_CAPITALS = 0.1  # as addresses of many countries have them
_SHARES = {"persons": 0.36, "organisations": 0.19, "places": 0.15, "nothing": 0.30}


class Sentence(NamedTuple):
    """Generated text, its spans, and words whose classes the learner shall not know."""

    text: str
    spans: list[Labelled]
    hidden: frozenset[str]


class Generator:
    """Draws sentences.

    Args:
        seed: of everything drawn.
    """

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)
        self._invented = Invented(self._rng)
        self._fillers = Fillers(self._rng, self._invented)
        self._words = lists("words")
        self._carriers = [(CARRIERS / f"{name}.txt").read_text(encoding="utf-8").splitlines() for name in _SHARES]
        self._hidden: set[str] = set()

    def sentences(self, count: int) -> Iterator[Sentence]:
        """Yield so many sentences."""
        shares = list(_SHARES.values())
        for _ in range(count):
            block = self._rng.choices(self._carriers, shares)[0]
            yield self._cased(
                self._joined(
                    [self._rng.choice(block)]
                    if self._rng.random() < 0.7
                    else [self._rng.choice(self._rng.choices(self._carriers, shares)[0]) for _ in range(2)]
                )
            )

    def _joined(self, lines: Sequence[str]) -> Sentence:
        self._hidden = set()
        text, spans = "", []
        for line in lines:
            if text:
                text += self._rng.choice([" ", " ", "\n", "\n\n"])
            if text and self._rng.random() < 0.1:
                text += self._rng.choice(["??? ", "> ", "- ", "* "])
            filled, found = self._filled(self._chosen(line).replace("\\n", "\n"))
            spans += [(start + len(text), end + len(text), kind) for start, end, kind in found]
            text += filled
        return Sentence(text, spans, frozenset(self._hidden))

    def _chosen(self, line: str) -> str:
        while _CHOICE.search(line):
            line = _CHOICE.sub(lambda match: self._rng.choice(match.group(1).split("|")), line)
        return _WORDS.sub(lambda match: self._rng.choice(self._words[match.group(1)]), line)

    def _filled(self, line: str) -> tuple[str, list[Labelled]]:
        text, spans, place = "", [], 0
        self._last: tuple[str, str] | None = None
        for gap in _GAP.finditer(line):
            text += line[place : gap.start()]
            place = gap.end()
            for piece, kind in self._gap(gap.group(1)):
                if kind:
                    spans.append((len(text), len(text) + len(piece), kind))
                text += piece
        return text + line[place:], spans

    def _gap(self, letter: str) -> list[tuple[str, str]]:
        invented = self._invented
        match letter:
            case "P":
                return [(self._person(), "PERSON")]
            case "F":
                return [(self._given(), "PERSON")]
            case "L":
                return [(self._surname(), "PERSON")]
            case "O":
                return [(self._note(invented.organisation(self._given_plain, self._surname_plain)), "ORGANIZATION")]
            case "G" | "C" | "N":
                return self._place(letter)
            case "K":
                return [(self._note(self._surname_plain()), "")]
            case "A":
                return [(invented.street(self._surname_plain()), "")]
            case _:
                return [(self._fillers.fill(letter), "")]

    # Names.

    def _culture(self) -> str:
        return self._rng.choice(self._cultures)

    @cached_property
    def _cultures(self) -> list[str]:
        return sorted(GIVEN)

    @cached_property
    def _census(self) -> tuple[list[str], list[str], list[str], list[str]]:
        by_class = {
            name: sorted(w for w, c in words().items() if c & BIT[name]) for name in ("F1", "F2", "S1", "S2", "S3")
        }
        return by_class["F1"], by_class["F2"], by_class["S1"] + by_class["S2"], by_class["S3"]

    def _given_plain(self) -> str:
        common, rare, _, _ = self._census
        draw = self._rng.random()
        if draw < 0.4:
            return _title(self._rng.choice(common))
        if draw < 0.5:
            return _title(self._rng.choice(rare))
        name = self._rng.choice(GIVEN[self._culture()])
        return self._invented.name(name, "given") if draw > 0.8 else name

    def _surname_plain(self) -> str:
        _, _, common, rare = self._census
        draw = self._rng.random()
        if draw < 0.4:
            return _surname(self._rng.choice(common))
        if draw < 0.55:
            return _surname(self._rng.choice(rare))
        name = self._rng.choice(FAMILY[self._culture()])
        if name[0].islower():
            name = f"{name} {self._rng.choice(FAMILY['dutch'])}" if " " not in name else name
        return self._invented.name(name, "family") if draw > 0.8 else name

    def _given(self) -> str:
        if self._last and self._rng.random() < 0.3:
            return self._last[0]
        return self._note(self._given_plain())

    def _surname(self) -> str:
        if self._last and self._rng.random() < 0.3:
            return self._last[1]
        return self._note(self._surname_plain())

    def _person(self) -> str:
        rng = self._rng
        if rng.random() < 0.4:
            culture = self._culture()
            family = [name for name in FAMILY[culture] if name[0].isupper()]
            first, last = rng.choice(GIVEN[culture]), rng.choice(family)
            if rng.random() < 0.5:
                first, last = self._invented.name(first, "given"), self._invented.name(last, "family")
        else:
            first, last = self._given_plain(), self._surname_plain()
        self._last = first, last
        self._note(first)
        self._note(last)
        first_letter, second_letter = rng.choice(_INITIALS), rng.choice(_INITIALS)
        forms = {
            f"{first} {last}": 46, first: 10, last: 9, f"{first} {first_letter}. {last}": 10,
            f"{first} {first_letter} {last}": 4, f"{first} {self._given_plain()} {last}": 5,
            f"{first} {last}-{self._surname_plain()}": 3, f"{first_letter}. {last}": 3,
            f"{first_letter}.{second_letter}. {last}": 2, f"{first} {self._invented.piece('particle')} {last}": 2,
            f"{first} {last} {self._surname_plain()}": 2, f"{first} {last} {rng.choice(_SUFFIXES)}": 1,
            f"{first} O'{last}": 1, f"{last} {first}": 2,
        }  # fmt: skip
        return rng.choices(list(forms), list(forms.values()))[0]

    def _note(self, name: str) -> str:
        """Hide the words of some names from the learner, so that it does not lean on the lists."""
        if self._rng.random() < 0.25:
            self._hidden.update(name.split())
        return name

    def _place(self, letter: str) -> list[tuple[str, str]]:
        rng = self._rng
        if letter == "N" or (letter == "G" and rng.random() < 0.45):
            name = rng.choice(self._countries if rng.random() < 0.7 else self._regions)
        else:
            name = self._invented.village() if rng.random() < 0.3 else rng.choice(self._cities)
        if rng.random() < _PLACE_IN_CAPITALS:
            name = name.upper()
        return [(self._note(name), "LOCATION")]

    @cached_property
    def _countries(self) -> list[str]:
        return entities.COUNTRIES.split("|")

    @cached_property
    def _regions(self) -> list[str]:
        return entities.REGIONS.split("|")

    @cached_property
    def _cities(self) -> list[str]:
        return [_title(name) for one in ("P1", "P2") for name in entries(one)] + entities.CITIES.split("|")

    def _cased(self, sentence: Sentence) -> Sentence:
        draw = self._rng.random()
        if draw < 0.10:
            return sentence._replace(text=_same_length(sentence.text, str.lower))
        if draw < 0.14:
            return sentence._replace(text=_same_length(sentence.text, str.upper))
        return sentence


def _same_length(text: str, change: object) -> str:
    changed = [change(one) for one in text]  # type: ignore[operator]
    return "".join(new if len(new) == 1 else old for new, old in zip(changed, text, strict=True))


def _title(name: str) -> str:
    return re.sub(r"(?<![^\W\d_])(?<!['’])[^\W\d_]", lambda match: match.group().upper(), name)


def _surname(name: str) -> str:
    if name.startswith("mc") and len(name) > 4:
        return "Mc" + name[2:].title()
    return _title(name)


__all__ = ["Generator", "Sentence"]
