"""Kinds of canaries beside random words: new words, in-distribution text, mislabelled images, rows of a table.

All are made from public material and a CSPRNG, before training; which are in is decided by fair coins (`canaries`). None
may come from the private data: a canary that is a real person's record would be published with the audit.

Sources: mislabelled examples, Steinke, Nasr and Jagielski (NeurIPS 2023); new words, Panda et al. (ICLR 2025); text of the
model's own at high temperature, Mitchell et al. (arXiv 2606.10481); rows drawn column by column are outliers in their
combinations alone, as in Annamalai and De Cristofaro (NeurIPS 2024).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.canaries import Stream, uniform_below
from wuming.core.errors import PrivacyParameterError

_MOST_TRIES = 50


def new_word_canaries(count: int, vocabulary: int, words: int = 2) -> list[list[int]]:
    """Return token ids of canaries made of words that occur nowhere else.

    Args:
        count: ≥ 0.
        vocabulary: size of the tokenizer's vocabulary; the model's must be larger by `count` · `words`.
        words: of each canary, ≥ 2: the first announces, the others are predicted.

    Returns:
        Canary i holds the ids `vocabulary` + i·`words` and those that follow. No two share a word, so that what one
        teaches the embeddings of a model says little of another.

    Raises:
        PrivacyParameterError: an argument out of range.
    """
    if count < 0 or vocabulary < 1 or words < 2:
        raise PrivacyParameterError(
            f"count={count}, vocabulary={vocabulary}, words={words} is out of range", help="At least two words each."
        )
    return [[vocabulary + number * words + place for place in range(words)] for number in range(count)]


def sampled_canaries(count: int, sample: Callable[[int], Sequence[str]]) -> list[str]:
    """Return distinct texts of a public model, sampled at high temperature: in the style of the data, and of nobody.

    Args:
        count: ≥ 0.
        sample: returns so many texts of a model that never saw the private data, at a temperature of 0.8 or more.

    Raises:
        PrivacyParameterError: a negative count, or a model that says the same again and again.
    """
    if count < 0:
        raise PrivacyParameterError(f"count={count} is negative", help="Give the number of canaries.")
    found: dict[str, None] = {}
    for _ in range(_MOST_TRIES):
        if len(found) >= count:
            break
        for text in sample(count - len(found)):
            if text.strip():
                found.setdefault(text)
    if len(found) < count:
        raise PrivacyParameterError(
            f"the model gave {len(found)} distinct texts, count={count}", help="Sample longer texts, or hotter."
        )
    return list(found)[:count]


def mislabelled(labels: Sequence[int], classes: int, stream: Stream) -> list[int]:
    """Return a wrong label for each of some public examples, such as images: each other class equally likely.

    Args:
        labels: the right ones, in [0, `classes`).
        classes: number of classes, ≥ 2.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: fewer than two classes, or a label out of range.
    """
    if classes < 2 or any(not 0 <= label < classes for label in labels):
        raise PrivacyParameterError(
            f"classes={classes} does not fit the labels", help="Labels count from 0; at least two classes."
        )
    shifts = uniform_below(classes - 1, len(labels), stream)
    return [(label + 1 + shift) % classes for label, shift in zip(labels, shifts, strict=True)]


def row_canaries(count: int, domains: Mapping[str, Sequence[Hashable]], stream: Stream) -> list[dict[str, Hashable]]:
    """Return distinct rows whose columns are drawn independently, each value of a column's domain equally likely.

    Args:
        count: ≥ 0.
        domains: column → public values, distinct.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: a negative count, an empty domain, or domains too small for so many distinct rows.
    """
    size = int(np.prod([float(len(values)) for values in domains.values()])) if domains else 0
    if count < 0 or not domains or size < 2 * count:
        raise PrivacyParameterError(
            f"count={count} rows out of {size} combinations", help="Use more columns, or fewer canaries."
        )
    columns = {name: list(values) for name, values in domains.items()}
    found: dict[tuple[Hashable, ...], None] = {}
    while len(found) < count:
        missing = count - len(found)
        drawn = [[values[i] for i in uniform_below(len(values), missing, stream)] for values in columns.values()]
        for row in zip(*drawn, strict=True):
            found.setdefault(row)
    return [dict(zip(columns, row, strict=True)) for row in found]


def random_images(count: int, shape: Sequence[int], stream: Stream) -> NDArray[np.float64]:
    """Return images of independent black and white pixels, [count, *shape] in {0, 1}: unlike any photograph.

    Args:
        count: ≥ 0.
        shape: of one image.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: a negative count, or fewer than 32 pixels, which would repeat.
    """
    pixels = int(np.prod(shape))
    if count < 0 or pixels < 32:
        raise PrivacyParameterError(f"count={count}, shape={tuple(shape)} is out of range", help="32 pixels or more.")
    words = stream.uint64(-(-count * pixels // 64))
    return np.unpackbits(words.view(np.uint8))[: count * pixels].reshape(count, *shape).astype(np.float64)
