"""The contestants of the text bench, and how they are asked."""

from __future__ import annotations

from collections.abc import Sequence

from wuming.benchmarks.house.protocol import Contestant
from wuming.benchmarks.text.scanner import Found

OURS = "wuming.benchmarks.text.ours"
ARGUS, PRESIDIO, JIEBA = (f"wuming.benchmarks.peers.{name}" for name in ("argus", "presidio", "jieba"))
EVERYTHING, STRUCTURED_ONLY = (OURS, "everything"), (OURS, "structured")
PRESIDIO_IS_BLANK = "Presidio runs with a blank English pipeline: names, which it leaves to models, are not looked for"
"""What a reader of rows with `PEERS` must know."""
PEERS = ((ARGUS, "argus-redact"), (PRESIDIO, "presidio"))

_AT_ONCE = 2000  # texts in one request, so that a request stays small


def find_all(contestant: Contestant, texts: Sequence[str]) -> list[Found]:
    """Return the spans of each text."""
    found: list[Found] = []
    for start in range(0, len(texts), _AT_ONCE):
        answers = contestant.do("find", texts=list(texts[start : start + _AT_ONCE]))
        found += [[(first, last, kind) for first, last, kind in spans] for spans in answers]
    return found
