"""How much personal data stayed: recall, precision, and the share that may have stayed, with its confidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from wuming.core.intervals import clopper_pearson_upper
from wuming.core.ports import Span
from wuming.deidentification.kinds import ATTRIBUTES, NAMED

METHOD = "one-sided Clopper-Pearson, 95%"
_CONFIDENCE = 0.95

TrueSpan = tuple[int, int, str]


def measure(truth: Mapping[str, Sequence[TrueSpan]], found: Mapping[str, Sequence[Span]]) -> dict[str, Any]:
    """Compare found spans with true ones.

    Args:
        truth: record id → (start, end, kind) of each true value. A record without personal data has an empty list.
        found: record id → spans found, in the same text.

    Returns:
        `structured`, `names_and_addresses` (places and organisations too), `by_kind` and `method`; attributes (age,
        gender) are in `by_kind` only. A true value counts as found only if every one of
        its characters is covered, by spans of any kind; a found span is precise if it touches a true value. The bound
        takes misses as independent draws; values of one template are not, so it speaks for texts like these only.
    """
    true: list[tuple[str, bool]] = []
    claimed: list[tuple[str, bool]] = []
    for identifier, spans in truth.items():
        covered = {place for span in found.get(identifier, ()) for place in range(span.start, span.end)}
        real = {place for start, end, _ in spans for place in range(start, end)}
        true += [(kind, all(place in covered for place in range(start, end))) for start, end, kind in spans]
        claimed += [
            (span.kind, any(place in real for place in range(span.start, span.end)))
            for span in found.get(identifier, ())
        ]
    kinds = sorted({kind for kind, _ in true} | {kind for kind, _ in claimed})
    return {
        "structured": _summary(true, claimed, lambda kind: kind not in NAMED and kind not in ATTRIBUTES),
        "names_and_addresses": _summary(true, claimed, NAMED.__contains__),
        "by_kind": {kind: _summary(true, claimed, kind.__eq__) for kind in kinds},
        "method": METHOD,
    }


def _summary(
    true: list[tuple[str, bool]], claimed: list[tuple[str, bool]], belongs: Callable[[str], bool]
) -> dict[str, int | float | None]:
    hits = [hit for kind, hit in true if belongs(kind)]
    precise = [hit for kind, hit in claimed if belongs(kind)]
    total, got = len(hits), sum(hits)
    return {
        "true": total,
        "found": got,
        "missed": total - got,
        "recall": got / total if total else None,
        "precision": sum(precise) / len(precise) if precise else None,
        "residual_leak_upper_95": clopper_pearson_upper(total - got, total, _CONFIDENCE),
    }
