"""Our detectors as contestants. A server: `python -m wuming.benchmarks.text.ours SOCKET`."""

from __future__ import annotations

import sys

from wuming.benchmarks.house.protocol import Commands, serve
from wuming.benchmarks.text.scanner import Found, Scanner
from wuming.deidentification.engine import Detector
from wuming.deidentification.kinds import STRUCTURED


def commands(detector: Detector) -> Commands:
    """Return what may be asked of a detector."""

    def find(text: str) -> Found:
        return [(span.start, span.end, span.kind) for span in detector.find(text)]

    return Scanner(find, many=detector.find_many).commands()


CONTESTANTS = {
    "everything": lambda: commands(Detector()),
    "structured": lambda: commands(Detector(kinds=STRUCTURED)),
}

if __name__ == "__main__":
    Detector()  # what it loads is loaded once, before contestants are forked
    serve(sys.argv[1], CONTESTANTS)
