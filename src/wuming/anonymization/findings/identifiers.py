"""Identifiers in what is published: as they were, hashed, under another name, or inside free text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from wuming.anonymization.attacks.outcome import Outcome
from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.release import Release
from wuming.core.ports import PersonalDataDetector
from wuming.core.tables import Table

_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b")
_DIGEST = re.compile(r"[0-9A-Fa-f]{16,128}|[A-Za-z0-9+/]{22,86}={0,2}")
_SAMPLE = 200
_DETECTED = 500


def left_in(release: Release) -> Outcome:
    """No column of the subject or of direct identifiers may be published at all."""
    found = tuple(name for name in release.roles.removed if name in release.table.names)
    return Outcome(
        "direct identifiers",
        refused=bool(found),
        columns=found,
        advice="Leave these columns out." if found else "",
        detail=f"{len(found)} of {len(release.roles.removed)} identifying columns are published",
    )


def copies(original: Table, release: Release) -> Outcome:
    """No other column may hold the values of an identifier, or of a quasi-identifier that is generalised."""
    found, of = [], []
    hidden = [n for n in (*release.roles.removed, *release.quasi_identifiers) if n in original.names]
    cells = {name: cells_of(original.columns[name]) for name in hidden}
    counts = {name: Counter(column) for name, column in cells.items()}
    for name in (*release.passed, *release.sensitive):
        if name in release.roles.removed:
            continue
        published = Counter(cells_of(release.table.columns[name]))
        at_home = cells_of(original.columns[name]) if name in original.names else None
        for column in hidden:
            if len(counts[column]) < 2 or sum((published - counts[column]).values()) > 0.05 * release.table.rows:
                continue
            # With the same values, rare or not: where rows can be compared, they must agree as well.
            agree = at_home is None or sum(map(str.__eq__, at_home, cells[column])) >= 0.95 * original.rows
            if agree and (at_home is not None or len(published) > 0.5 * len(counts[column])):
                found.append(name)
                of.append(column)
    return Outcome(
        "copies",
        refused=bool(found),
        columns=tuple(dict.fromkeys(found)),
        advice="Leave these columns out." if found else "",
        detail=f"{len(found)} columns hold the values of: {', '.join(dict.fromkeys(of))}" if found else "none",
    )


def hashes(original: Table, release: Release) -> Outcome:
    """No cell may be a hash without a key of a value of the original: whoever has the list of values undoes it."""
    published = {
        name: {cell.lower() for cell in set(release.table.columns[name].tolist()) if _DIGEST.fullmatch(cell)}
        for name in release.table.names
        if release.table.columns[name].dtype == object
    }
    published = {name: cells for name, cells in published.items() if cells}
    found: dict[str, str] = {}
    if published:
        for column in original.names:
            values = sorted(set(cells_of(original.columns[column])) - {""})
            for value in values[:: max(1, len(values) // _SAMPLE)][:_SAMPLE]:
                for digest in _digests(value):
                    for name, cells in published.items():
                        if name != column or name not in original.names:
                            if digest in cells:
                                found[name] = column
                        elif digest in cells and digest != value.lower():
                            found[name] = column
    return Outcome(
        "unsalted hashes",
        refused=bool(found),
        columns=tuple(found),
        advice="Leave these columns out, or use a pseudonym with a secret key." if found else "",
        detail=f"hashes without a key of: {', '.join(sorted(set(found.values())))}" if found else "none",
    )


def in_text(original: Table, release: Release, detector: PersonalDataDetector | None) -> Outcome:
    """No text may hold the row's own identifiers, nor what a detector takes for personal data.

    A short identifier also stands in other people's texts by chance: it counts where it stands in its own row's text
    more often than in the next row's.
    """
    found: dict[str, int] = {}
    texts = [
        name
        for name in (*release.passed, *release.sensitive)
        if release.table.columns[name].dtype == object and name not in release.roles.removed
    ]
    for name in texts:
        if name in original.names and original.columns[name].dtype == object:
            cells = original.columns[name].tolist()
            published = set(release.table.columns[name].tolist())
            for column in release.roles.removed:
                if column in original.names:
                    values = cells_of(original.columns[column])
                    own = _holding(cells, values, published)
                    others = _holding(cells, [*values[1:], values[0]], published)
                    if own > 2 * others:
                        found[name] = max(found.get(name, 0), own)
        if detector is not None:
            distinct = sorted(set(release.table.columns[name].tolist()))
            sample = distinct[:: max(1, len(distinct) // _DETECTED)][:_DETECTED]
            hits = sum(bool(detector.find(cell)) for cell in sample)
            if hits:
                found[name] = max(found.get(name, 0), hits)
    return Outcome(
        "identifiers in text",
        refused=bool(found),
        columns=tuple(found),
        advice="De-identify the text first, or leave these columns out." if found else "",
        detail=f"{sum(found.values()):,} cells hold personal data" if found else "none",
    )


def _holding(cells: list[str], values: list[str], published: set[str]) -> int:
    return sum(
        len(value) >= 2 and value in cell and cell in published for cell, value in zip(cells, values, strict=True)
    )


def _digests(value: str) -> Iterator[str]:
    for name in _HASHES:
        digest = hashlib.new(name, value.encode(), usedforsecurity=False).digest()
        yield digest.hex()
        yield digest.hex()[:16]
        yield base64.b64encode(digest).decode().lower()


def published_without_role(original: Table, release: Release) -> Outcome:
    """No column may appear that neither the roles nor the original know and that tells single rows apart."""
    found = []
    for name in release.passed:
        if name not in original.names and name not in release.roles.named:
            distinct = len(np.unique(cells_of(release.table.columns[name])))
            if distinct > 1:
                found.append(name)
    return Outcome(
        "unknown columns",
        refused=bool(found),
        columns=tuple(found),
        advice="Give these columns a role, or leave them out." if found else "",
        detail=f"{len(found)} columns are neither in the roles nor in the original",
    )
