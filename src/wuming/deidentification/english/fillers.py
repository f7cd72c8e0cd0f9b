"""What fills the gaps of generated sentences that hold no name: days, numbers, jobs, headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from wuming.deidentification.english.invented import Invented
from wuming.deidentification.lexicon import english_entities as entities


class Fillers:
    """Fills gaps by their letter.

    Args:
        rng: the source of chance.
        invented: of words.
    """

    def __init__(self, rng: Random, invented: Invented) -> None:
        self._rng, self._invented = rng, invented
        self._by_letter: Mapping[str, Callable[[], str]] = {
            "T": lambda: invented.piece("title"),
            "D": lambda: rng.choice(entities.DEMONYMS[:140]),
            "R": lambda: rng.choice(entities.RELATIVES),
            "B": lambda: rng.choice(entities.PRODUCTS),
            "I": invented.identifier,
            "J": self._job,
            "X": lambda: " ".join(invented.title() for _ in range(rng.choice([1, 1, 2, 2, 3]))),
            "w": invented.word,
            "y": lambda: str(rng.randrange(1850, 2027)),
            "n": lambda: str(rng.choice([rng.randrange(1, 13), rng.randrange(1, 100), rng.randrange(100, 99999)])),
            "d": self._day,
            "t": self._time,
            "p": self._telephone,
            "e": lambda: f"{invented.word()}{rng.randrange(99)}@{invented.word()}.com",
            "m": self._money,
        }

    def fill(self, letter: str) -> str:
        """Return what a gap may hold."""
        return self._by_letter[letter]()

    def _job(self) -> str:
        job = self._rng.choice(entities.JOBS)
        if self._rng.random() < 0.4:
            job = f"{self._invented.piece('joblevel')} {job}"
        return self._rng.choice([job, job, job.capitalize(), job.title()])

    def _day(self) -> str:
        rng, month = self._rng, self._invented.piece("month")
        day = rng.randrange(1, 29)
        return rng.choice(
            [month, f"{month} {day}", f"{day} {month}", f"{day}/{rng.randrange(1, 13)}/{rng.randrange(1940, 2027)}"]
        )

    def _time(self) -> str:
        rng = self._rng
        hour = rng.randrange(1, 13)
        return rng.choice([f"{hour} pm", f"{hour}:{rng.randrange(10, 60)}", f"{hour}:30 AM", "noon"])

    def _telephone(self) -> str:
        rng = self._rng
        last = rng.randrange(1000, 9999)
        return rng.choice(
            [
                f"{rng.randrange(200, 999)}-{rng.randrange(200, 999)}-{last}",
                f"+44 20 {rng.randrange(1000, 9999)} {last}",
            ]
        )

    def _money(self) -> str:
        amount = self._rng.randrange(5, 900)
        return self._rng.choice([f"${amount}", f"EUR {amount} mn", f"£{amount} million", f"{amount} dollars"])
