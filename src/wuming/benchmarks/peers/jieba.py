"""jieba's part-of-speech tagger as a contestant. A server: `python -m wuming.benchmarks.peers.jieba SOCKET`.

Its three tags of people's names (nr, nrt, nrfg) are persons. `jieba-joined` joins neighbours of these tags, as in a
surname and a given name that it took apart; the better of the two counts.
"""

from __future__ import annotations

import logging
import sys

import jieba  # type: ignore[import-not-found]
import jieba.posseg  # type: ignore[import-not-found]

from wuming.benchmarks.house.protocol import Commands, serve
from wuming.benchmarks.text.scanner import Found, Scanner

_NAMES = frozenset({"nr", "nrt", "nrfg"})


def _find(text: str) -> Found:
    found, place = [], 0
    for word in jieba.posseg.cut(text):
        if word.flag in _NAMES:
            found.append((place, place + len(word.word), "PERSON"))
        place += len(word.word)
    return found


def _joined(text: str) -> Found:
    found: Found = []
    for start, end, kind in _find(text):
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end, kind)
        else:
            found.append((start, end, kind))
    return found


def _commands(join: bool) -> Commands:
    return Scanner(_joined if join else _find).commands()


if __name__ == "__main__":
    jieba.setLogLevel(logging.ERROR)
    _find("张伟昨天去了上海")
    serve(sys.argv[1], {"jieba": lambda: _commands(False), "jieba-joined": lambda: _commands(True)})
