"""The table that is asked: a row for each message, with subject, product, week and the opinion read from its text."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wuming.core.reading import read_lines
from wuming.core.records import Record
from wuming.core.storage import write_atomically
from wuming.scenarios.finance.opinions import READER, read_opinion
from wuming.scenarios.finance.public import OPINIONS, PRODUCTS, WEEKS, Opinion, week_of
from wuming.statistics.contract import Contract
from wuming.statistics.source import polars_library

CONTRACT = Contract(
    "subject",
    max_rows=4,
    max_groups=4,
    keys={"product": tuple(product.code for product in PRODUCTS), "week": WEEKS, "opinion": OPINIONS},
)
"""At most four messages of one customer count in one answer; keys are public lists, not read off the data."""


def write_table(path: Path, records: Sequence[Record], messages: Path) -> dict[str, Opinion]:
    """Write the table of de-identified records; return what was read, by record id.

    Args:
        path: Parquet.
        records: admitted and de-identified.
        messages: the source, which says what product each record is about.

    Raises:
        MissingExtra: without Polars.
    """
    products = {line["id"]: line["product"] for _, line in read_lines(messages)}
    found = {record.id: read_opinion(record.text, language=record.language) for record in records}
    frame = polars_library().DataFrame(
        {
            "subject": [record.subject for record in records],
            "product": [products[record.id] for record in records],
            "week": [week_of(record.created_at) for record in records],
            "opinion": [found[record.id] for record in records],
        }
    )
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    write_atomically(path, buffer.getvalue())
    return found


def reading_claims(found: Mapping[str, Opinion], truth: Path) -> dict[str, Any]:
    """Return how the texts were read, and how well where the truth is known.

    Args:
        found: by record id.
        truth: `opinions.jsonl`, used only to measure.
    """
    known = {line["id"]: line["opinion"] for _, line in read_lines(truth) if line["id"] in found}
    pairs = Counter((known[name], opinion) for name, opinion in found.items())
    right = sum(count for (true, read), count in pairs.items() if true == read)
    return {
        "reader": READER,
        "acts_on_one_subject_at_a_time": True,
        "measured": {
            "messages": len(found),
            "right": right,
            "accuracy": right / len(found),
            "by_opinion": {true: {read: pairs[true, read] for read in OPINIONS} for true in OPINIONS},
        },
    }
