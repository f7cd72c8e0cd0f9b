"""The way back: what stands in a text for a value becomes the value again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wuming.deidentification.entries import Entry
from wuming.deidentification.normalisation import canonical_value
from wuming.deidentification.occurrences import occurrences
from wuming.deidentification.operators.encrypt import SEALED, Sealer

# Tokens as models return them: other case, spaces, full-width brackets, escaped underscores.
_TOKEN = re.compile(r"[<＜]\s{0,3}([A-Za-z](?:[A-Za-z0-9]|\\?_){0,40})\\?_([0-9A-Za-z]{8})\s{0,3}[>＞]")
_HASH = re.compile(r"⟦[A-Z][A-Z0-9_]{1,40}:[0-9a-f]{12}⟧")
_LEFT = re.compile(f"{_TOKEN.pattern}|{_HASH.pattern}|{SEALED.pattern}")


@dataclass(frozen=True, slots=True)
class Restored:
    """A text with its values back.

    Attributes:
        text: Unicode.
        restored: how many values were put back.
        unknown: how many tokens, hashes and sealed values were left as they are: unknown here, changed, of another
            subject or key, or with two meanings. An unknown surrogate looks like any other text and is not counted.
    """

    text: str
    restored: int
    unknown: int


def restore(text: str, entries: Iterable[Entry], *, sealer: Sealer, subject: str) -> Restored:
    """Return the text with what `entries` name, and what `sealer` opens, put back.

    Guarantee: a text that was only de-identified comes back as it was, character by character, when `entries` are those
    of its document. In a changed text each replacement becomes the first spelling of its value.
    """
    meanings = _meanings(entries)
    found = occurrences(text, meanings.keys()) if meanings else []
    times: dict[str, int] = {}
    for _, word in found:
        times[word] = times.get(word, 0) + 1
    counters = dict.fromkeys(times, 0)
    gaps = _Gaps(meanings, sealer, subject)
    pieces: list[str] = []
    position = 0
    for start, word in found:
        originals = meanings[word]
        pieces += [
            gaps.restored(text[position:start]),
            originals[counters[word] if times[word] == len(originals) else 0],
        ]
        counters[word] += 1
        position = start + len(word)
    pieces.append(gaps.restored(text[position:]))
    return Restored("".join(pieces), len(found) + gaps.opened, gaps.unknown)


class _Gaps:
    """What stands between known replacements: sealed values, and tokens in another spelling."""

    def __init__(self, meanings: Mapping[str, tuple[str, ...]], sealer: Sealer, subject: str) -> None:
        self._meanings, self._sealer, self._subject = meanings, sealer, subject
        self.opened = self.unknown = 0

    def restored(self, text: str) -> str:
        """Return the text between two replacements with what can be read put back."""
        if "⟦" not in text and "<" not in text and "＜" not in text:
            return text
        return _LEFT.sub(self._read, text)

    def _read(self, match: re.Match[str]) -> str:
        kind, code, sealed_kind, body = match.groups()
        value: str | None = None
        if body is not None:
            value = self._sealer.open(sealed_kind, body, self._subject)
        elif code is not None:
            known = self._meanings.get(f"<{kind.replace(chr(92), '').upper()}_{code.upper()}>")
            value = known[0] if known else None
        if value is None:
            self.unknown += 1
            return match.group()
        self.opened += 1
        return value


def _meanings(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Return replacement → originals, without those that mean two things."""
    meanings: dict[str, tuple[str, ...]] = {}
    doubtful = set()
    for entry in entries:
        known = meanings.setdefault(entry.replacement, entry.originals)
        if known != entry.originals:
            first, other = (canonical_value(originals[0], entry.kind) for originals in (known, entry.originals))
            if first != other:
                doubtful.add(entry.replacement)
            # Documents of one subject spell it differently: which spelling was where is not known here.
            meanings[entry.replacement] = known[:1]
    return {word: originals for word, originals in meanings.items() if word not in doubtful}
