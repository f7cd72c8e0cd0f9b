"""What is done with records: find in all leaves of one together, replace in place, restore in place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wuming.core.ports import PersonalDataDetector, Span
from wuming.deidentification.deidentifier import Deidentifier
from wuming.deidentification.engine import Detector
from wuming.deidentification.entries import Entry
from wuming.deidentification.restoring import Restored
from wuming.deidentification.structured.columns import is_empty, pattern_of
from wuming.deidentification.structured.formats import Parsed
from wuming.deidentification.structured.leaves import BORDER, Leaf, LeafSpan, by_leaf, in_joined, joined

BY_FIELD = "field"
"""Recogniser of a value that its field names."""


class Changed(NamedTuple):
    """What became of one record.

    Attributes:
        new: place of a leaf → its new text; leaves that stay are left out.
        found: kinds of what was replaced, one each.
        entries: for the vault.
    """

    new: dict[int, str]
    found: list[str]
    entries: list[Entry]


@dataclass(frozen=True)
class Fields:
    """Which leaves are read how.

    Attributes:
        kinds: pattern of a path (`messages.*.content`) → type of the whole value, `text` or `keep`; others are read.
        wanted: types that are looked for.
    """

    kinds: Mapping[str, str]
    wanted: frozenset[str]

    def of(self, leaf: Leaf) -> str:
        """Return `text`, `keep` or the type of the whole leaf."""
        if not leaf.path or not self.kinds:
            return "text"
        kind = self.kinds.get(pattern_of(leaf.path), "text")
        if kind in ("text", "keep"):
            return kind
        return "text" if kind not in self.wanted else kind


def spans_of(records: Sequence[Parsed], detector: PersonalDataDetector, fields: Fields) -> Iterator[list[LeafSpan]]:
    """Yield the spans of each record, leaf by leaf, in order."""
    read = [[_read(leaf, fields) for leaf in record.leaves] for record in records]
    for leaves, record, found in zip(read, records, _find(map(joined, read), detector), strict=True):
        ways = [fields.of(leaf) for leaf in record.leaves]
        spans = [one for one in by_leaf(leaves, found) if ways[one.leaf] == "text"]
        for place, (leaf, way) in enumerate(zip(record.leaves, ways, strict=True)):
            if way not in ("text", "keep") and not is_empty(leaf.text):
                start = len(leaf.text) - len(leaf.text.lstrip())
                spans.append(LeafSpan(place, Span(start, len(leaf.text.rstrip()), way, 1.0, BY_FIELD)))
        yield sorted(spans)


def deidentified(
    records: Sequence[Parsed], names: Sequence[str], deidentifier: Deidentifier, fields: Fields
) -> Iterator[Changed]:
    """Yield what becomes of each record.

    Args:
        records: as read.
        names: of the documents, for the vault; one a record.
        deidentifier: replaces; its vault is not written.
        fields: which leaves are read how.
    """
    for record, name, found in zip(records, names, spans_of(records, deidentifier.detector, fields), strict=True):
        if not found:
            yield Changed({}, [], [])
            continue
        text = joined(record.leaves)
        result, entries = deidentifier.deidentify_apart(
            text, subject=record.subject, document=name, spans=in_joined(record.leaves, found)
        )
        new: dict[int, str] = {}
        shift = start = 0
        replaced = iter([*result.replacements, None])
        one = next(replaced)
        for place, leaf in enumerate(record.leaves):
            begin, stop = start + shift, start + len(leaf.text)
            while one is not None and one.original_span.start < stop:
                shift += (one.end - one.start) - (one.original_span.end - one.original_span.start)
                one = next(replaced)
            written = result.text[begin : stop + shift]
            if written != leaf.text:
                new[place] = written
            start = stop + len(BORDER)
        yield Changed(new, [span.kind for _, span in found], entries)


def restored(record: Parsed, name: str, deidentifier: Deidentifier) -> tuple[dict[int, str], Restored]:
    """Return the leaves that change when a record's values come back, and the record's counts.

    Entries of the document come first; where there are none (it was renamed, or is an answer), all of the subject's.
    """
    text = joined(record.leaves)
    result = deidentifier.restore(text, subject=record.subject, document=name)
    if not result.restored:
        result = deidentifier.restore(text, subject=record.subject)
    parts = result.text.split(BORDER) if len(record.leaves) > 1 else [result.text]
    if len(parts) != len(record.leaves):
        return {}, Restored(text, 0, result.unknown)
    new = {place: part for place, part in enumerate(parts) if part != record.leaves[place].text}
    return new, result


def _read(leaf: Leaf, fields: Fields) -> Leaf:
    return leaf if fields.of(leaf) == "text" else leaf._replace(text=" " * len(leaf.text))


def _find(texts: Iterable[str], detector: PersonalDataDetector) -> Iterator[Sequence[Span]]:
    if isinstance(detector, Detector):
        return detector.find_many(texts)
    return (detector.find(text) for text in texts)
