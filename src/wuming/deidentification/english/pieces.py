"""Words that generated text is put together from: the lists of `carriers`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

CARRIERS = Path(__file__).parent / "carriers"


@lru_cache(maxsize=2)
def lists(name: str) -> dict[str, list[str]]:
    """Return the lists of one file: a name, a tabulator and words divided by bars, one list a line."""
    lines = (CARRIERS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {key: words.split("|") for key, _, words in (line.partition("\t") for line in lines)}


@lru_cache(maxsize=1)
def small_towns() -> list[str]:
    """Return names of towns and villages, as an example of how such are spelled."""
    return (CARRIERS / "towns.txt").read_text(encoding="utf-8").splitlines()
