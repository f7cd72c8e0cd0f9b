"""That the columns of a file can be what they are said to be: there, and not empty."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from wuming.anonymization.partitions.survey import Source, Values
from wuming.anonymization.roles import Roles
from wuming.core.errors import TableError


def check_file(path: Path, roles: Roles) -> tuple[str, ...]:
    """Check names and subjects against a file; return the names of all its columns.

    Raises:
        TableError: a column is not there, no quasi-identifier or sensitive column is named, or a
            person has two rows or no name.
        As `Source`.
    """
    if not roles.quasi_identifiers or not roles.sensitive:
        raise TableError("no quasi-identifier or no sensitive column named", help="Name at least one of each.")
    source = Source(path, roles.named)
    if roles.subject is not None:
        _check_subject(Source(path, [roles.subject]), roles.subject)
    return source.names


def check_values(values: Mapping[str, Values], roles: Roles, *, k: int, l: int) -> None:  # noqa: E741
    """Check that the whole table can keep k and l, and that no column is empty.

    Raises:
        TableError: it cannot, or one is.
    """
    rows = next(iter(values.values())).rows
    if rows < k:
        raise TableError(f"k={k} is larger than the table, rows={rows}", help="Lower k, or collect more rows.")
    for name in (*roles.quasi_identifiers, *roles.sensitive):
        if not len(values[name].distinct):
            raise TableError(f"column '{name}' has no value in any row", help="Leave the column out.")
    for name in roles.sensitive:
        distinct = len(values[name].distinct)
        if distinct < l and l > 1:
            raise TableError(
                f"column '{name}' has {distinct} distinct values, l={l} cannot be reached",
                help="Lower l for this table.",
            )


def _check_subject(source: Source, name: str) -> None:
    """Count people by a digest of 16 bytes each, which is shorter than most names."""
    digests, empty = [], 0
    for batch in source.batches():
        cells = batch[name]
        text = [
            hashlib.blake2b(str(cell).encode(errors="surrogatepass"), digest_size=16).digest()
            for cell in cells.distinct.tolist()
        ]
        empty += int((cells.places < 0).sum())
        digests.append(np.frombuffer(b"".join(text), dtype="V16")[cells.places[cells.places >= 0]])
    if empty:
        raise TableError(f"column '{name}' is empty in {empty} rows", help="Name the person of every row.")
    distinct = len(np.unique(np.concatenate(digests).view(np.dtype([("a", "u8"), ("b", "u8")]))))
    if distinct < source.rows:
        raise TableError(
            f"column '{name}': {source.rows} rows but {distinct} people; k counts rows, so each needs one row",
            help="Bring the table to one row a person first.",
        )
