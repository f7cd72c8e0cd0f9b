"""Names that stand in no list: spelled from the letters of real ones; companies, villages, streets, identifiers."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from random import Random

from wuming.deidentification.english.lexicon import BIT, entries, words
from wuming.deidentification.english.pieces import lists, small_towns
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.lexicon.english_world_names import FAMILY, GIVEN

_ORDER = 3  # letters that the next depends on
_LETTERS = "ABCDEFGHIKLMNOPRSTUVWXY"
_SYLLABLES = [
    first + vowel + last
    for first in "b c d f g k l m n p qu r s t v x z tr cl pr".split()
    for vowel in "aeio"
    for last in ("", "", "", "n", "r", "l", "s")
]
_RESPELLINGS = (
    ("er", "r"), ("ck", "k"), ("s", "z"), ("i", "y"), ("c", "k"), ("ee", "i"), ("f", "ph"), ("oo", "u"), ("x", "xx"),
)  # fmt: skip
_GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ"


class Invented:
    """Draws from one source of chance."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._chains: dict[str, dict[str, str]] = {}

    def piece(self, name: str) -> str:
        """Return one of the words of a list of `carriers/pieces.txt`."""
        return self._rng.choice(lists("pieces")[name])

    def name(self, like: str, kind: str) -> str:
        """Return a name spelled as the given or family names of all cultures are; of a length near that of `like`."""
        if " " in like or "-" in like or "'" in like:
            return like
        for _ in range(20):
            found = self._spelled(kind)
            if abs(len(found) - len(like)) < 4:
                return found.capitalize()
        return like

    def _spelled(self, kind: str) -> str:
        """Return letters in the order that given names, family names or ordinary words have them."""
        chain = self._chains.get(kind) or self._chain(kind)
        while True:
            spelled = "^" * _ORDER
            while len(spelled) < 20:
                letter = self._rng.choice(chain[spelled[-_ORDER:]])
                if letter == "$":
                    break
                spelled += letter
            if 3 < len(spelled) - _ORDER < 14:
                return spelled[_ORDER:]

    def _chain(self, kind: str) -> dict[str, str]:
        blocks = [self._ordinary, self._rare] if kind == "word" else (GIVEN if kind == "given" else FAMILY).values()
        following: dict[str, list[str]] = {}
        for block in blocks:
            for name in block:
                spelled = "^" * _ORDER + name.lower().replace(" ", "") + "$"
                for i in range(_ORDER, len(spelled)):
                    following.setdefault(spelled[i - _ORDER : i], []).append(spelled[i])
        self._chains[kind] = {key: "".join(letters) for key, letters in following.items()}
        return self._chains[kind]

    # Words.

    @cached_property
    def _ordinary(self) -> list[str]:
        names = sum(BIT[one] for one in ("F1", "F2", "S1", "S2", "PC", "P1", "P2", "PM", "OK", "DM", "DT", "TI", "OE"))
        return sorted(
            word
            for word, classes in words().items()
            if classes & (BIT["W1"] | BIT["W2"]) and not classes & names and len(word) > 2
        )

    @cached_property
    def _rare(self) -> list[str]:
        names = sum(BIT[one] for one in ("F1", "F2", "S1", "S2", "PC", "P1", "P2"))
        return sorted(
            word for word, classes in words().items() if classes & BIT["W3"] and not classes & names and len(word) > 3
        )

    @cached_property
    def _short(self) -> list[str]:
        return [word for word in self._ordinary if len(word) < 7 and not word.endswith(("ed", "ing"))]

    def word(self) -> str:
        """Return an ordinary word, or now and then one that no list knows."""
        if self._rng.random() < 0.04:
            return self.coined().lower()
        return self._rng.choice(self._ordinary if self._rng.random() < 0.75 else self._rare)

    def title(self) -> str:
        """Return an ordinary word with a capital."""
        return self.word().title()

    def coined(self) -> str:
        """Return an invented word, as companies are named."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.3:
            word = self.piece("stem") + self.piece("ending")
        elif draw < 0.4:
            word = rng.choice(self._short) + self.piece("ending")
        elif draw < 0.5:
            word = self.piece("stem") + rng.choice(self._short)
        elif draw < 0.7:
            word = rng.choice(self._short) + rng.choice(self._short)
        elif draw < 0.85:
            word = self._spelled("word")[: rng.choice([5, 6, 7, 8])] + rng.choice(["", "", self.piece("brandending")])
        elif draw < 0.93:
            word = "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice([2, 2, 3])))
            word += rng.choice(["", self.piece("brandending")])
        else:
            word = self._respelled(rng.choice(self._short))
        if rng.random() < 0.1 and len(word) > 5:
            return word[:4].capitalize() + word[4:].capitalize()
        return word.capitalize()

    def _respelled(self, word: str) -> str:
        """Return a word spelled as no dictionary has it: without its last vowel, with other letters."""
        for old, new in self._rng.sample(_RESPELLINGS, len(_RESPELLINGS)):
            if old in word[1:]:
                return word[0] + word[1:].replace(old, new, 1) + self._rng.choice(["", "", "ly", "o", "r"])
        return word + self.piece("brandending")

    def identifier(self) -> str:
        """Return a name as programs have them."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.35:
            return "".join(self.word().capitalize() for _ in range(rng.choice([2, 2, 3])))
        if draw < 0.55:
            return self.word().upper() + (self.word().upper() if rng.random() < 0.4 else "")
        if draw < 0.65:
            return "".join(rng.choice(_LETTERS) for _ in range(rng.choice([2, 3, 4, 5, 6])))
        if draw < 0.75:
            return self.piece("codestart") + self.piece("codeend")
        if draw < 0.9:
            return self.word().capitalize()
        return self.word().capitalize() + rng.choice(["-", ""]) + self.word() + rng.choice(["", "er", "s", "able"])

    # Organisations.

    def organisation(self, given: Callable[[], str], surname: Callable[[], str]) -> str:
        """Return the name of an organisation."""
        draw = self._rng.random()
        if draw < 0.10:
            return self._rng.choice(entities.ORGANISATIONS.split("|"))
        if draw < 0.36:
            return self._named_after_people(given, surname)
        if draw < 0.76:
            return self._named_by_words()
        return self._named_after_place(given)

    def _named_after_people(self, given: Callable[[], str], surname: Callable[[], str]) -> str:
        form = self._rng.randrange(12)
        if form < 3:
            return f"{surname()} {self._rng.choice([self.piece('company'), self.piece('field')])}"
        if form > 9:
            return f"{surname()} {self._rng.choice(['& ', 'and ', ''])}{self._rng.choice([surname(), self.coined()])}"
        if form in (3, 4):
            return f"{surname()}, {surname()} {self._rng.choice(['and', '&'])} {surname()}"
        if form < 7:
            return f"{surname()}-{surname()}"
        if form == 7:
            return f"{surname()} {self._rng.choice(['& ', '& ', 'and '])}{surname()} {self.piece('company')}"
        if form == 8:
            return f"{surname()} & {self._rng.choice([surname(), 'Sons', 'Daughters', 'Co', 'Partners'])}"
        return self.name("aaaaaa", "family") + self._rng.choice(["", "", f" {given()}", f" {self.piece('field')}"])

    def _named_by_words(self) -> str:
        form = self._rng.randrange(-2, 24)
        tail = self._rng.choice(["", "", "", f" {self.piece('company')}", f" {self.piece('field')}"])
        if form < 9:
            return self.coined() + (tail or self._rng.choice(["", "", "", ".com"]))
        if form < 15:
            second = self.piece("field") if self._rng.random() < 0.6 else self.title()
            return f"{self.title()} {second}{tail}"
        if form == 15:
            return self.title()
        if form == 16:
            letters = [self._rng.choice(_LETTERS) for _ in range(self._rng.choice([2, 3, 3, 4]))]
            return "".join(letters) if self._rng.random() < 0.7 else "".join(f"{letter}." for letter in letters)
        if form == 17:
            return f"{self._rng.randrange(2, 100)} {self.title()}{tail or ' ' + self.piece('company')}"
        if form == 18:
            return f"{self.title()} {self._rng.choice(['and', '&', 'And', 'of', 'for'])} {self.title()}{tail}"
        if form == 19:
            return f"{self.coined()} {self.coined()}{tail}"
        if form == 20:
            return f"{self.title()} {self.coined()}{tail}"
        if form == 21:
            return f"{self.title()}s for {self.title()}s" if tail else f"The {self.title()} {self.piece('field')}"
        return f"{self.title()} {self.title()} {self.piece('field')}"

    def _named_after_place(self, given: Callable[[], str]) -> str:
        form = self._rng.randrange(10)
        place = self._rng.choice(self._large) if self._rng.random() < 0.6 else self.village()
        if form < 4:
            return f"{place} {self.piece('institution')}"
        if form < 6:
            return f"{self.piece('institutionof')} of {place}"
        if form == 6:
            return f"{self.piece('institutionof')} of {self.title()}{self._rng.choice(['', f' and {self.title()}'])}"
        if form == 7:
            return f"St. {given()}'s {self._rng.choice(['Hospital', 'School', 'Church', 'College'])}"
        if form == 8:
            return f"{place} {self.piece('field')}"
        last = self._rng.choice([self.piece("institution"), self.piece("field")])
        return f"{self.piece('adjective')} {self.title()} {last}"

    # Places.

    @cached_property
    def _large(self) -> list[str]:
        return [name.title() for name in entries("P1")] + entities.REGIONS.split("|")

    @cached_property
    def _surnames(self) -> list[str]:
        return [name for block in FAMILY.values() for name in block if name.isalpha() and len(name) > 3]

    def village(self) -> str:
        """Return an invented place."""
        rng = self._rng
        if rng.random() < 0.5:
            return rng.choice(small_towns())
        draw = rng.random()
        if draw < 0.5:
            stem = rng.choice(self._surnames).lower()
            return (stem[: rng.choice([3, 4, 5])] + self.piece("villageending")).capitalize()
        if draw < 0.68:
            return self.word().capitalize() + self.piece("placetail")
        if draw < 0.82:
            return f"{self.piece('placeprefix')} {self.name('aaaaaa', 'given')}"
        if draw < 0.92:
            return f"{self.name('aaaaaa', 'family')} {self.piece('placelink')} {self.name('aaaaaa', 'family')}"
        if draw < 0.94:
            return "".join(rng.choice(_GREEK) for _ in range(rng.randrange(5, 12)))
        if draw < 0.97:
            first, second = self.name("aaaaaa", "given"), self.name("aaaaaa", "family")
            return rng.choice([f"{first}-{second}", f"{first} {rng.randrange(1, 20)}", f"{first} O'{second}"])
        return self.name("aaaaaa", "family" if rng.random() < 0.5 else "given")

    def street(self, name: str) -> str:
        """Return a street line."""
        rng = self._rng
        number = rng.choice([rng.randrange(1, 99), rng.randrange(100, 9999)])
        stem = name if rng.random() < 0.6 else self.title()
        line = rng.choice([
            f"{number} {stem} {self.piece('street')}", f"{number} {stem} {self.piece('street')}",
            f"{stem} {self.piece('street')}", f"{stem}straße {number}", f"Rue de {stem} {number}",
            f"{number} rue {stem}",
            f"Calle {stem} {number}", f"Via {stem} {number}", f"{stem}gatan {number}", f"{stem} {number}",
            f"ul. {stem} {number}", f"{number} {stem}",
        ])  # fmt: skip
        return line + (f"{self.piece('unit')} {rng.randrange(1, 999)}" if rng.random() < 0.25 else "")
