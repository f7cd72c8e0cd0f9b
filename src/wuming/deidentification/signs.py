"""Signs that a text must hold for a recogniser to read it: sought in a whole block of texts at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wuming.deidentification.codepoints import Codes


class Sign(NamedTuple):
    """Some characters, or one that stands twice.

    Attributes:
        written: the characters, sought in any case of letters.
        least, most: one character: how far behind it the next one stands; 0: it need not stand twice.
    """

    written: str
    least: int = 0
    most: int = 0

    def twice(self, codes: Codes) -> NDArray[np.intp]:
        """Return where it stands in a text whose code points are `codes` with the next one behind it, ascending."""
        alike = np.flatnonzero(codes == ord(self.written))
        near = alike[:-1][alike[1:] - alike[:-1] <= self.most]
        behind = near + np.arange(self.least, self.most + 1)[:, None]
        again = (behind < codes.size) & (codes.take(behind, mode="clip") == ord(self.written))
        found: NDArray[np.intp] = near[again.any(axis=0)]
        return found
