"""Who rated what: pairs of a subject and an item of a public catalogue, generated or read from MovieLens files.

Only that somebody rated an item counts here, not how many stars were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wuming.core.canonical import digest
from wuming.core.errors import EmptyData, InputTooLarge, MalformedRecord, MissingFile
from wuming.core.reading import open_file

Codes = NDArray[np.int64]
MOST_ITEMS = 5_000
"""Largest catalogue: the recommender without privacy, for comparison, inverts a matrix of this size."""
MOST_SUBJECTS = 1_000_000


@dataclass(frozen=True)
class Ratings:
    """Pairs of a subject and an item, each once.

    Attributes:
        catalogue: names of all items there are. Public: a list that does not come from the ratings.
        subjects: number of subjects; they are numbered from 0.
        subject, item: [pairs] numbers, sorted by subject, then item.
    """

    catalogue: tuple[str, ...]
    subjects: int
    subject: Codes
    item: Codes

    def without(self, pairs: NDArray[np.bool_]) -> Ratings:
        """Return the ratings but those that are marked."""
        return Ratings(self.catalogue, self.subjects, self.subject[~pairs], self.item[~pairs])

    def dense(self, first: int, last: int, items: Codes | None = None) -> NDArray[np.float64]:
        """Return the rows of subjects `first` to `last` - 1 as zeros and ones, [last - first, items]."""
        begin, end = np.searchsorted(self.subject, [first, last])
        found = np.zeros((last - first, len(self.catalogue)))
        found[self.subject[begin:end] - first, self.item[begin:end]] = 1.0
        return found if items is None else found[:, items]

    @property
    def digest(self) -> str:
        """Digest under which evidence names these ratings; internal."""
        return digest([list(self.catalogue), self.subjects, self.subject.tolist(), self.item.tolist()])


def as_ratings(catalogue: tuple[str, ...], subject: Codes, item: Codes) -> Ratings:
    """Return pairs as ratings: each pair once, subjects numbered anew without gaps, in their order.

    A pair that stands twice would count twice for its subject, beyond what the noise is made for.

    Raises:
        EmptyData: there are none.
        InputTooLarge: too large a catalogue, or too many subjects.
    """
    if not len(subject):
        raise EmptyData("there are no ratings", help="Give a folder with u.data and u.item.")
    if len(catalogue) > MOST_ITEMS:
        raise InputTooLarge(f"a catalogue of {len(catalogue):,} items; at most {MOST_ITEMS:,}")
    people, numbers = np.unique(subject, return_inverse=True)
    if len(people) > MOST_SUBJECTS:
        raise InputTooLarge(f"{len(people):,} subjects; at most {MOST_SUBJECTS:,}")
    pairs = np.unique(numbers.astype(np.int64) * len(catalogue) + item)
    return Ratings(catalogue, len(people), pairs // len(catalogue), pairs % len(catalogue))


def read_movielens(folder: Path) -> Ratings:
    """Read MovieLens 100k: `u.data` (user, item, rating, time) and `u.item`, whose list of films is the catalogue.

    Fields may be separated by tabs, as published, or by `|`, with or without a line of headings.

    Raises:
        MissingFile: the folder has not both files.
        MalformedRecord: a line that is no rating, or names an item that is not in `u.item`.
        EmptyData, InputTooLarge: see `as_ratings`.
    """
    for name in ("u.data", "u.item"):
        if not (folder / name).is_file():
            raise MissingFile(
                f"no file {name} in {folder}", help="Give the folder of MovieLens 100k, with u.data and u.item."
            )
    catalogue = tuple(fields[0] for _, fields in _lines(folder / "u.item"))
    places = {name: place for place, name in enumerate(catalogue)}
    if len(places) != len(catalogue):
        raise MalformedRecord("u.item names an item twice", help="Repair the file.")
    subject, item = [], []
    for number, fields in _lines(folder / "u.data"):
        if len(fields) < 2 or not fields[0].isdigit() or fields[1] not in places:
            raise MalformedRecord(
                f"u.data, line {number}: no rating of an item in u.item", help="Each line: user, item, rating, time."
            )
        subject.append(int(fields[0]))
        item.append(places[fields[1]])
    return as_ratings(catalogue, np.array(subject, dtype=np.int64), np.array(item, dtype=np.int64))


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines with their numbers, without headings; names of films are in Latin-1, and of no matter here."""
    with open_file(path) as file:
        text = file.read().decode("latin-1")
    rows = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    separator = "\t" if rows and "\t" in rows[0][1] else "|"
    found = [(number, line.rstrip("\r").split(separator)) for number, line in rows]
    return found[1:] if found and not found[0][1][0].isdigit() else found
