"""Canaries for models of images: known pictures under a wrong label, and the picture whose gradient is largest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wuming.auditing.canaries.coins import Stream, uniform_below
from wuming.core.errors import PrivacyParameterError


def mislabelled(labels: Sequence[int], classes: int, stream: Stream) -> list[int]:
    """Return for each picture a wrong label, uniform among the others: only training can have taught it.

    Args:
        labels: the right ones, 0 ≤ label < classes, of public pictures that nobody's data hold.
        classes: ≥ 2.
        stream: CSPRNG, used for nothing else.

    Raises:
        PrivacyParameterError: for fewer than two classes, or a label out of range.
    """
    if classes < 2 or any(not 0 <= label < classes for label in labels):
        raise PrivacyParameterError(
            f"classes={classes} does not fit {len(labels)} labels", help="Labels count from 0; two classes at least."
        )
    steps = uniform_below(classes - 1, len(labels), stream)
    return [(label + 1 + step) % classes for label, step in zip(labels, steps, strict=True)]


def worst_case_image(shape: tuple[int, ...], losses: ArrayLike) -> tuple[NDArray[np.float32], int]:
    """Return a blank picture and the label that the start finds least likely for it: one canary with a large gradient.

    For independent runs with one canary each: all such canaries are alike. The gradient stays large while nothing else
    in the data looks like it.

    Args:
        shape: of a picture.
        losses: loss of the blank picture in the start of training under each label, [classes].

    Source: Annamalai and De Cristofaro (NeurIPS 2024).

    Raises:
        PrivacyParameterError: losses that are no list of at least two numbers.
    """
    found = np.asarray(losses, dtype=np.float64)
    if found.ndim != 1 or found.size < 2 or not np.isfinite(found).all():
        raise PrivacyParameterError(
            f"losses has shape {list(found.shape)} or holds what is no number", help="Give one loss for each class."
        )
    return np.zeros(shape, dtype=np.float32), int(found.argmax())
