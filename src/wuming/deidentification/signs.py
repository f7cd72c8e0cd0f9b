"""Signs that a text must hold for a recogniser to read it: sought in a whole block of texts at once."""

from __future__ import annotations

import string
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes

_HEXADECIMAL = np.zeros(0x80, dtype=bool)  # the last stands for all beyond
_HEXADECIMAL[[*map(ord, string.hexdigits)]] = True


class Sign(NamedTuple):
    """Some characters, or one that stands several times with nothing but hexadecimal digits between.

    Attributes:
        written: the characters, sought in any case of letters.
        times: one character: how often it stands.
        least, most: one character that stands more than once: digits between it and the next one.
    """

    written: str
    times: int = 1
    least: int = 0
    most: int = 0

    def rows(self, codes: Codes) -> NDArray[np.intp]:
        """Return where it stands in a text of such code points with the others behind it, ascending."""
        places = np.flatnonzero(codes == ord(self.written))
        digits = places[1:] - places[:-1] - 1
        near = np.flatnonzero((digits >= self.least) & (digits <= self.most))
        for place in range(self.most):
            behind = codes.take(places[near] + 1 + place, mode="clip")
            near = near[_HEXADECIMAL.take(behind, mode="clip") | (digits[near] <= place)]
        goes_on = np.zeros(places.size, dtype=bool)
        goes_on[near] = True
        for _ in range(self.times - 2):
            goes_on = goes_on[:-1] & goes_on[1:]
        return places[np.flatnonzero(goes_on)]
