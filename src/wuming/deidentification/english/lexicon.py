"""The word lists of English, loaded once, when first needed: from a word in lower case to its classes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

PATH = Path(__file__).parents[1] / "lexicon" / "english.txt"

CLASSES = (
    "W1", "W2", "W3", "W4", "F1", "F2", "S1", "S2", "S3", "PC", "P1", "P2", "PM", "OK", "OM", "OE", "DM", "DT", "JB",
    "NS", "PR", "RL", "TI",
)  # fmt: skip
"""W ordinary words, F given names, S surnames, P places (C countries), from common to rare, M parts of several words; O
organisations (E their endings); DM demonyms, DT days and months, JB jobs, NS what follows a name, PR products, RL
relatives, TI titles."""

BIT = {name: 1 << place for place, name in enumerate(CLASSES)}


@lru_cache(maxsize=1)
def words() -> dict[str, int]:
    """Return the classes of each word, as the sum of their bits."""
    found: dict[str, int] = {}
    for name, entries in _lists():
        bit = BIT[name]
        for entry in entries:
            found[entry] = found.get(entry, 0) | bit
    return found


def entries(name: str) -> list[str]:
    """Return the entries of one class, of several words too, in lower case."""
    return next(found for one, found in _lists() if one == name)


def names_of(classes: int) -> list[str]:
    """Return the names of the classes in a sum of bits."""
    return [name for name, bit in BIT.items() if classes & bit]


def _lists() -> list[tuple[str, list[str]]]:
    lines = PATH.read_text(encoding="utf-8").splitlines()
    return [(name, entries.split("|")) for name, _, entries in (line.partition("\t") for line in lines)]


def plain(word: str) -> str:
    """Return a word without accents."""
    return "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))
