"""The randomness that perturbs: a stream under a fresh secret key, unless one is given."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from wuming.crypto.coins import below
from wuming.crypto.random import SecureStream, new_key
from wuming.mechanisms.gaussian import Stream


def stream_or_fresh(stream: Stream | None) -> Stream:
    """Return the stream given, or a new one whose key is forgotten."""
    return SecureStream(new_key(), "perturbation") if stream is None else stream


def integers_below(stream: Stream, bounds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return one integer in [0, bound) for each bound (1 … 2³² - 1), uniform to within 2⁻⁶⁴."""
    return below(stream.uint64(len(bounds)), bounds)


def permutation(stream: Stream, size: int) -> npt.NDArray[np.intp]:
    """Return the places 0 … size - 1 in random order: that of as many random words (two are alike with 2⁻⁶⁴ a pair)."""
    return np.argsort(stream.uint64(size), kind="stable")
