"""Sentences with the places of names in them, made up from lists and templates: all that the model learns from.

Names are drawn by the shares that surnames and characters of given names have among people; foreign ones from a list or
put together from the syllables they are written with. Sentences are no good prose: words are joined by their part of
speech. What they teach is which characters and words stand beside names, and which ordinary words look like one.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

from wuming.deidentification.names.candidates import BEFORE_GIVEN, BEFORE_SURNAME, BEHIND_SURNAME, NEVER_GIVEN
from wuming.deidentification.names.lexicon import pairs, sections

_SECTION = re.compile(r"\[[a-z]+\]")
_SLOT = re.compile(r"\{([A-Za-z])\}")
_PLACEHOLDERS = ("张三", "李四", "王五", "赵六")
_FAMILIAR = {"chat": 0.1, "novel": 0.1, "talk": 0.1}
"""How many of the persons are called by a familiar name."""
_FAMILIES = {"news": 0.36, "chat": 0.12, "talk": 0.17, "novel": 0.05, "nobody": 0.2, "things": 0.1}


@dataclass(frozen=True)
class Sentence:
    """A text, where names are in it, and stretches that are neither right nor wrong."""

    text: str
    names: tuple[tuple[int, int], ...]
    unclear: tuple[tuple[int, int], ...] = ()


class _Ranked:
    """Draws words by their rank: the first most often."""

    def __init__(self, words: Sequence[str], offset: float, power: float) -> None:
        self._words = words
        self._sums = list(accumulate(1 / (rank + offset) ** power for rank in range(1, len(words) + 1)))

    def draw(self, rng: Random) -> str:
        return self._words[min(bisect(self._sums, rng.random() * self._sums[-1]), len(self._words) - 1)]


class Generator:
    """Makes sentences; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(seed)  # noqa: S311  (reproducible training data)
        people, self._roles, world = sections("people.txt"), sections("roles.txt"), sections("world.txt")
        divisions, words = sections("divisions.txt"), sections("words.txt")
        here = Path(__file__).parent
        self._vocabulary = sections(here / "vocabulary.txt")
        self._templates = {
            name: [line for line in lines if line] for name, lines in _lines(here / "templates.txt").items()
        }
        self._surnames = _Ranked(people["surnames"], 5.0, 1.2)
        self._given = (_Ranked(people["male"], 18.0, 0.85), _Ranked(people["female"], 18.0, 0.85))
        self._people, self._syllables = people, sections("foreign_syllables.txt")
        self._common, self._other = words["common"], words["other"]
        surnames = frozenset(people["surnames"])
        self._rare = [word for row in words["rare"] for word in pairs(row)]
        self._alike_rare = [word for word in self._rare if word[0] in surnames]
        self._alike = tuple(word for word in self._common if word[0] in surnames)
        self._alike_other = tuple(word for word in self._other if word[0] in surnames)
        # 小时, 老板, 阿姨
        self._small = [
            word for word in (*self._common, *self._other)
            if word[0] in BEFORE_GIVEN + BEFORE_SURNAME and (len(word) > 2 or word[1] not in surnames)
        ]  # fmt: skip
        nouns = (*self._vocabulary["noun"], *self._vocabulary["code"], *self._common)
        # 连接池, after which 已满 is no given name.
        self._ending = tuple(word for word in nouns if word[-1] in surnames)
        self._characters = sorted({c for word in self._common for c in word} - NEVER_GIVEN)
        self._abroad = (*world["countries"], *world["countries"], *world["world_places"])
        self._home = (*world["china_places"], *divisions["provinces"], *divisions["cities"])
        self._short = divisions["short"]
        self._districts = divisions["districts"]

    def sentences(self, count: int) -> Iterator[Sentence]:
        """Yield texts of one to three sentences each."""
        families, shares = list(_FAMILIES), list(_FAMILIES.values())
        for _ in range(count):
            family = self._rng.choices(families, shares)[0]
            text, names, unclear = "", [], []
            for _ in range(self._rng.choice((1, 1, 1, 2, 3))):
                if text:
                    text += self._rng.choice(("", "", "\n", " "))
                made = self._fill(self._rng.choice(self._templates[family]), family)
                names += [(start + len(text), end + len(text)) for start, end in made.names]
                unclear += [(start + len(text), end + len(text)) for start, end in made.unclear]
                text += made.text
            yield Sentence(text, tuple(names), tuple(unclear))

    # ── slots ──

    def _fill(self, template: str, family: str) -> Sentence:
        """Fill a template; titles after a bare surname belong to the name in dialogues."""
        parts: list[str] = []
        names: list[tuple[int, int]] = []
        unclear: list[tuple[int, int]] = []
        position = length = 0
        bare = False
        for slot in _SLOT.finditer(template):
            fixed = template[position : slot.start()]
            parts.append(fixed)
            length += len(fixed)
            position = slot.end()
            letter = slot.group(1)
            if letter == "T":
                personal = bare or family == "chat"
                word = self._rng.choice(self._vocabulary["personal_title"] if personal else self._roles["titles"])
                if bare and not fixed:
                    start = names.pop()[0]
                    (names if family == "chat" and len(word) == 2 else unclear).append((start, length + len(word)))
            elif letter in "CP" and family in _FAMILIAR and self._rng.random() < _FAMILIAR[family]:
                word = self._familiar()
            else:
                word = self._word(letter)
            bare = letter == "M"
            if letter in "PCFMIh":
                names.append((length, length + len(word)))
            parts.append(word)
            length += len(word)
        if bare:
            unclear.append(names.pop())
        parts.append(template[position:])
        # A bare surname that no title follows is none of the candidates.
        return Sentence("".join(parts), tuple(names), tuple(unclear))

    def _word(self, letter: str) -> str:
        rng = self._rng
        if letter == "Z":
            return self._fill(rng.choice(self._templates["runs"]), "nobody").text
        if letter == "P":
            return self._anybody()
        if letter == "C":
            return self._chinese()
        if letter == "F":
            return self._foreign()
        if letter == "h":
            return self._familiar()
        if letter == "I":
            return rng.choice(self._alike) if rng.random() < 0.7 else self._chinese()
        if letter == "M":
            return self._surnames.draw(rng)
        if letter == "L":
            return self._place()
        if letter == "E":
            return rng.choice(self._vocabulary["club"]) if rng.random() < 0.6 else self._sounds()
        if letter == "p":
            return self._chinese() + rng.choice(self._vocabulary["institution"])
        if letter == "v":
            return self._venue()
        if letter == "m":
            return self._material()
        if letter == "O":
            return self._organisation()
        if letter == "Q":
            return self._quantity()
        if letter == "W":
            draw = rng.random()
            if draw < 0.12:
                return rng.choice(self._vocabulary["function"])
            if draw < 0.17:
                return rng.choice(self._rare)
            if draw < 0.19:
                return rng.choice(self._small)
            return rng.choice(self._alike if draw < 0.32 else self._common)
        if letter == "Y":
            draw = rng.random()
            if draw > 0.9:
                return rng.choice(self._small)
            return rng.choice(self._alike_rare if draw < 0.2 else self._alike_other if draw < 0.4 else self._alike)
        if letter == "X":
            return rng.choice(self._other)
        if letter == "a":
            return rng.choice(self._ending)
        if letter in "RTSAB":
            return rng.choice(self._roles[_LISTS[letter]])
        return rng.choice(self._vocabulary[_LISTS[letter]])

    def _anybody(self) -> str:
        draw = self._rng.random()
        if draw < 0.68:
            return self._chinese()
        return self._foreign() if draw < 0.95 else self._japanese()

    def _chinese(self) -> str:
        rng = self._rng
        draw = rng.random()
        if draw < 0.004:
            return rng.choice(_PLACEHOLDERS)
        if draw < 0.019:
            surname = rng.choice(self._people["compound_surnames"])
        elif draw < 0.12:
            surname = rng.choice(self._people["surnames"])
        else:
            surname = self._surnames.draw(rng)
        given = self._given[rng.random() < 0.36]
        size = 1 if rng.random() < 0.22 else 2
        usual = 0.965 if rng.random() < 0.9 else 0.5
        drawn = [given.draw(rng) if rng.random() < usual else rng.choice(self._characters) for _ in range(size)]
        if size == 2 and rng.random() < 0.02:
            drawn[1] = drawn[0]
        return surname + "".join(drawn)

    def _familiar(self) -> str:
        """Return what somebody is called: 小李, 老王, 阿强, 小宇, 李姐."""
        rng, draw = self._rng, self._rng.random()
        surname, given = self._surnames.draw(rng), self._given[rng.random() < 0.5].draw(rng)
        if draw < 0.4:
            return surname + rng.choice(BEHIND_SURNAME)
        if draw < 0.6:
            return "老" + surname
        return rng.choice(BEFORE_GIVEN[:1] * 3 + BEFORE_GIVEN) + (surname if rng.random() < 0.6 else given)

    def _sounds(self) -> str:
        rng, parts = self._rng, self._syllables
        inner = [rng.choice(parts["inner"]) for _ in range(rng.choice((0, 0, 0, 1, 1, 1, 2, 2, 3)))]
        return rng.choice(parts["first"]) + "".join(inner) + rng.choice(parts["last"])

    def _foreign(self) -> str:
        rng = self._rng
        one = rng.choice(self._people["foreign_people"]) if rng.random() < 0.45 else self._sounds()
        draw = rng.random()
        if draw < 0.2:
            first = rng.choice(self._people["foreign_people"]) if rng.random() < 0.5 else self._sounds()
            return first + rng.choice("····-") + one
        return one

    def _japanese(self) -> str:
        rng = self._rng
        surname = rng.choice([one for one in self._people["japanese_surnames"] if len(one) > 1])
        return surname + rng.choice(self._people["japanese_given"])

    def _place(self) -> str:
        rng = self._rng
        draw = rng.random()
        if draw < 0.35:
            return rng.choice(self._abroad)
        if draw < 0.6:
            return rng.choice(self._home)
        if draw < 0.75:
            return rng.choice(self._districts)
        if draw < 0.9:
            return rng.choice(self._short)
        return self._sounds() + rng.choice(("", "", "", "市", "州", "省", "岛", "河", "机场", "地区"))

    def _organisation(self) -> str:
        rng = self._rng
        draw = rng.random()
        if draw < 0.35:
            head = self._place()
        elif draw < 0.7:
            head = self._given[0].draw(rng) + self._given[rng.random() < 0.5].draw(rng)
        elif draw < 0.8:
            return rng.choice(self._vocabulary["brand"])
        else:
            head = rng.choice(self._common)
        return head + rng.choice(self._vocabulary["organisation_suffix"])

    def _material(self) -> str:
        """Return what things are made of: a word, or one put together as such words are."""
        rng, parts = self._rng, self._vocabulary
        if rng.random() < 0.6:
            return rng.choice(parts["material"])
        inner = "".join(rng.choice(parts["chemical"]) for _ in range(rng.choice((0, 1, 1, 2))))
        return rng.choice(parts["grade"]) + inner + rng.choice(parts["base"])

    def _venue(self) -> str:
        """Return a restaurant, an hotel, a sight: named by anything, also after people."""
        rng, draw = self._rng, self._rng.random()
        if draw < 0.3:
            head = self._chinese()
        elif draw < 0.5:
            head = self._sounds()
        elif draw < 0.8:
            head = self._given[0].draw(rng) + self._given[rng.random() < 0.5].draw(rng)
        else:
            head = rng.choice(self._alike)
        return head + rng.choice(self._vocabulary["venue"])

    def _quantity(self) -> str:
        rng = self._rng
        number = str(rng.randrange(1, 3000)) if rng.random() < 0.6 else rng.choice(self._vocabulary["numeral"])
        return number + rng.choice(self._vocabulary["measure"])


_LISTS = {
    "U": "single", "R": "roles", "T": "titles", "S": "say", "A": "after", "B": "before", "N": "noun", "V": "verb",
    "t": "thing", "j": "quality", "c": "colour", "b": "borrowed", "d": "dish", "k": "code", "y": "idiom", "s": "spec",
    "e": "step", "r": "praise", "J": "adjective", "D": "adverb", "K": "connective", "G": "brand", "H": "function",
}  # fmt: skip


def _lines(path: Path) -> dict[str, list[str]]:
    """Read the templates by section."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if _SECTION.fullmatch(line):
            name = line.strip("[]")
            found[name] = []
        elif line and not line.startswith("#"):
            found[name].append(line)
    return found
