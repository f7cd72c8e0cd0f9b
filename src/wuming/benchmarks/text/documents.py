"""Short documents that hold one value each, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from wuming.benchmarks.text import carriers
from wuming.benchmarks.text.values import Value

_SLOT = "\0"


@dataclass(frozen=True)
class Document:
    """A text and the value in it.

    Attributes:
        text: with the value.
        start, end: of the value; `end` is exclusive.
        value: what is meant, spelled plainly.
        worded: a word beside it names it.
    """

    text: str
    start: int
    end: int
    value: Value
    worded: bool


class Sentences(NamedTuple):
    """A set of sentences and words; see `wuming.benchmarks.text.carriers`."""

    with_word: carriers.Carriers = carriers.WITH_WORD
    bare: carriers.Carriers = carriers.BARE
    labels: carriers.Labels = carriers.LABELS


SHOWN = Sentences()


def place(
    value: Value,
    rng: Random,
    *,
    sentences: Sentences = SHOWN,
    languages: Sequence[str] = ("zh", "en"),
    worded: bool | None = None,
    written: str | None = None,
) -> Document | None:
    """Put a value into a sentence.

    Args:
        value: to be carried.
        rng: chooses sentence and word.
        sentences: to choose from.
        languages: of the sentence.
        worded: whether a word beside it names it; None: always where it must, else in one of two.
        written: how the value is spelled; None: plainly. The frame around it stays.

    Returns:
        The document; None where no word in these languages names the value, but one must.
    """
    framed = value.frame != "{value}"
    with_word = not framed and (not value.bare or (rng.random() < 0.5 if worded is None else worded))
    choice = [one for one in languages if value.language in ("", one)]
    if with_word:
        choice = [one for one in choice if sentences.labels[value.labels].get(one)]
    if not choice:
        return None
    language = rng.choice(choice)
    text = value.text if written is None else written
    if with_word:
        label = rng.choice(sentences.labels[value.labels][language])
        sentence = rng.choice(sentences.with_word[language])
        # A word of letters and a value that begins with a letter are never written together.
        if "{label}{value}" in sentence and label[-1].isascii() and not text[0].isdigit():
            label += " "
        carrier = sentence.format(label=label, value=_SLOT)
    else:
        carrier = rng.choice(sentences.bare[language]).format(value=_SLOT)
    before, after = carrier.replace(_SLOT, value.frame.replace("{value}", _SLOT)).split(_SLOT)
    return Document(before + text + after, len(before), len(before) + len(text), value, with_word)


def place_all(values: Iterable[Value], seed: int, *, sentences: Sentences = SHOWN) -> list[Document]:
    """Put each value into a sentence of its own; values that no word names are left out."""
    rng = Random(seed)  # noqa: S311  (reproducible test data)
    placed = (place(value, rng, sentences=sentences) for value in values)
    return [document for document in placed if document is not None]
