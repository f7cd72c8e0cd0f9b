"""What every contestant of the text bench offers: find spans, and say how long that takes.

Standard library only: environments of peers import it too.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Sequence

from wuming.benchmarks.house.protocol import Commands

Found = list[tuple[int, int, str]]
"""Start, end (exclusive) and type of each span, in code points."""


class Scanner:
    """Answers the requests of the bench for one way to find.

    Args:
        find: from a text to its spans.
        detect: the same without what is not detection, returning the seconds that took; None: `find`, by the clock.
        many: the quickest way to find in many texts, where there is one of its own; timed in the place of `find`.
    """

    def __init__(
        self,
        find: Callable[[str], Found],
        detect: Callable[[str], float] | None = None,
        many: Callable[[Sequence[str]], Iterable[object]] | None = None,
    ) -> None:
        self._find, self._detect, self._many = find, detect, many

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {"find": self.find, "time": self.time}

    def find(self, texts: Sequence[str]) -> list[Found]:
        """Return the spans of each text."""
        return [self._find(text) for text in texts]

    def time(self, texts: Sequence[str]) -> float:
        """Return the seconds that all texts take together."""
        gc.collect()
        gc.freeze()  # as in the processes of `wuming scan`; for all contestants
        gc.set_threshold(50_000)
        if self._detect is not None:
            return sum(self._detect(text) for text in texts)
        begin = time.perf_counter()
        for _ in self._many(texts) if self._many is not None else map(self._find, texts):
            pass
        return time.perf_counter() - begin
