"""Chinese news with labelled persons, places and organisations: for tests only, nothing made from them is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wuming.datasets.registry import locate

Spans = dict[str, list[tuple[int, int]]]

_MSRA = {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION"}
_CLUENER = {"name": "PERSON", "address": "ADDRESS", "organization": "ORGANIZATION", "company": "ORGANIZATION",
            "government": "ORGANIZATION"}  # fmt: skip


@dataclass(frozen=True)
class Sentence:
    """A sentence and its spans by type; `end` is exclusive."""

    text: str
    spans: Mapping[str, list[tuple[int, int]]]


def msra() -> list[Sentence]:
    """Read the test part of MSRA: one character a line with its label, a blank line after a sentence.

    Raises:
        UnknownDataset: the set is not installed.
    """
    return read_bio((locate("msra-ner") / "msra_test_bio.txt").read_text(encoding="utf-8"))


def read_bio(text: str) -> list[Sentence]:
    """Read sentences of characters labelled B-, I- and O."""
    sentences = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        rows = [line.split("\t") for line in block.split("\n") if line.strip()]
        if rows:
            sentences.append(Sentence("".join(row[0] for row in rows), _spans([row[-1] for row in rows])))
    return sentences


def _spans(labels: list[str]) -> Spans:
    found: Spans = {}
    start, kind = 0, ""
    for place, label in enumerate([*labels, "O"]):
        name = _MSRA.get(label[2:], "")
        if kind and not (label.startswith("I-") and name == kind):
            found.setdefault(kind, []).append((start, place))
            kind = ""
        if label.startswith("B-"):
            start, kind = place, name
    return found


def cluener() -> list[Sentence]:
    """Read the labelled development part of CLUENER.

    Raises:
        UnknownDataset: the set is not installed.
    """
    return read_cluener(locate("cluener") / "dev.jsonl")


def read_cluener(path: Path) -> list[Sentence]:
    """Read one JSON object a line: `text`, and `label`: type → words → places, last character included."""
    sentences = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        spans: Spans = {}
        for label, words in entry["label"].items():
            if label in _CLUENER:
                places = [(start, end + 1) for found in words.values() for start, end in found]
                spans.setdefault(_CLUENER[label], []).extend(places)
        sentences.append(Sentence(entry["text"], {kind: sorted(places) for kind, places in spans.items()}))
    return sentences
