"""De-identify many records, with counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from wuming.core.ports import NoProgress, Progress
from wuming.core.records import Record
from wuming.deidentification.deidentifier import Deidentifier

_LABEL = "de-identify"
_EVERY = 200
_NO_PROGRESS = NoProgress()


def deidentify_records(
    records: Iterable[Record], deidentifier: Deidentifier, progress: Progress = _NO_PROGRESS
) -> tuple[list[Record], dict[str, int]]:
    """Return the records with new texts, and how many values of each kind were replaced.

    The vault is written once, at the end, in one transaction: after a crash it has all of this call or nothing.

    Raises:
        VerificationFailed: when the vault was changed.
        StorageError: when it cannot be written.
    """
    items = list(records)
    counts: Counter[str] = Counter()
    results: list[Record] = []
    progress.start(_LABEL, len(items))
    with deidentifier.batch():
        for done, record in enumerate(items, 1):
            outcome = deidentifier.deidentify(
                record.text, subject=record.subject, language=record.language, document=record.id
            )
            counts.update(replacement.kind for replacement in outcome.replacements)
            results.append(replace(record, text=outcome.text))
            if done % _EVERY == 0:
                progress.advance(_LABEL, done)
    progress.finish(_LABEL, f"{sum(counts.values())} values in {len(items)} records")
    return results, dict(sorted(counts.items()))
