"""`wuming certify text`: how much personal data may have stayed, from a random sample whose truth is known."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wuming.app.text.scan import Scanned, scan_path
from wuming.app.text.source import Kind
from wuming.app.text.work import Task
from wuming.core.canonical import digest, digest_bytes
from wuming.core.errors import EmptyData, MalformedRecord, VerificationFailed
from wuming.core.evidence import Evidence
from wuming.core.intervals import clopper_pearson_upper
from wuming.core.reading import read_lines
from wuming.core.storage import file_digest, write_atomically
from wuming.deidentification.measure import METHOD
from wuming.deidentification.structured.leaves import dotted

SAMPLED: Final = "text-sample"
CERTIFIED: Final = "text-certificate"
_CONFIDENCE = 0.95

Truth = tuple[str, int, int, str]  # field (empty: the text), start, end, type


@dataclass(frozen=True)
class Certificate:
    """What the sample says.

    Attributes:
        documents: how many there are in all.
        sampled: how many were drawn, uniformly and without replacement.
        leaked: in how many of those at least one true value was not covered whole.
        values, missed: true values in the sample, and those that were not covered whole.
        by_type: type → [true values, missed].
        sample_digest: over ids and texts of the sample.
    """

    documents: int
    sampled: int
    leaked: int
    values: int
    missed: int
    by_type: Mapping[str, tuple[int, int]]
    sample_digest: str

    @property
    def upper_95(self) -> float:
        """One-sided 95% Clopper-Pearson bound of the share of documents in which something stays.

        Drawing without replacement makes it larger than it needs to be, never smaller.
        """
        return clopper_pearson_upper(self.leaked, self.sampled, _CONFIDENCE)

    def claims(self) -> dict[str, Any]:
        """Return what goes into the evidence: counts and digests."""
        return {
            "documents": self.documents,
            "sampled": self.sampled,
            "leaked_documents": self.leaked,
            "residual_leak_rate": self.leaked / self.sampled,
            "residual_leak_upper_95": self.upper_95,
            "unit": "document with at least one value that stays",
            "method": METHOD,
            "values": {
                "true": self.values,
                "missed": self.missed,
                "residual_leak_upper_95": clopper_pearson_upper(self.missed, self.values, _CONFIDENCE),
                "note": "takes values as independent; those of one document are not",
            },
            "by_type": {kind: list(counts) for kind, counts in sorted(self.by_type.items())},
            "sample_digest": self.sample_digest,
        }


def draw(source: Path, kind: Kind | None, task: Task, size: int, review: Path) -> Evidence:
    """Draw a random sample and write it as a file for people to complete; return the evidence of the draw.

    Each line holds a document, what was found in it, and `reviewed`: false. People add to `spans` what was not found,
    take out what is not personal, and set `reviewed` to true.

    Raises:
        EmptyData: there is no document.
        StorageError: the file cannot be written.
    """
    total, sample = _sampled(scan_path(source, kind, task), size)
    if not sample:
        raise EmptyData(f"no documents in {source}", help="Name a file that holds some.")
    lines = [json.dumps(_review_line(document), ensure_ascii=False) for document in sample]
    write_atomically(review, ("\n".join(lines) + "\n").encode())
    claims = {"documents": total, "sampled": len(sample), "sample_digest": sample_digest(sample), "drawn_by": "CSPRNG"}
    return Evidence(SAMPLED, _subject(source), claims)


def certify(
    source: Path, kind: Kind | None, task: Task, labels: Path, size: int, drawn: Iterable[Evidence]
) -> Evidence:
    """Compare what is found with the labels of a random sample; return the evidence.

    Args:
        source: the texts before they were de-identified.
        kind: their format; None: by the name.
        task: how they are searched.
        labels: a file of `draw` that people completed; or the truth of all documents, made with them: lines of
            {"id", "spans": [[start, end, type], …]}.
        size: how many documents are drawn where the truth of all is known.
        drawn: evidence of earlier draws; a completed file must be one of them.

    Raises:
        VerificationFailed: the completed file is no sample that was drawn here, or not all of it was reviewed.
        MalformedRecord: a label that is none.
    """
    truth, review = read_labels(labels)
    chosen = (document for document in scan_path(source, kind, task) if str(document.id) in truth)
    if review:
        sample = list(chosen)
        _check_draw(sample, truth, _subject(source), drawn)
        total = next(
            int(one.claims["documents"]) for one in drawn if one.claims["sample_digest"] == sample_digest(sample)
        )
    else:
        total, sample = _sampled(chosen, size)
    if not sample:
        raise EmptyData(f"no document of {source} has a label in {labels}", help="Labels name documents by their id.")
    certificate = compare(total, sample, truth)
    detector = task.detector()
    claims = {
        **certificate.claims(),
        "labels": "reviewed by people" if review else "made with the data",
        "ruleset_digest": getattr(detector, "ruleset_digest", ""),
        "policy_digest": task.loaded().digest,
    }
    return Evidence(CERTIFIED, _subject(source), claims, (file_digest(labels),))


def compare(total: int, sample: Sequence[Scanned], truth: Mapping[str, Sequence[Truth]]) -> Certificate:
    """Count what stays: a true value that spans of any type do not cover whole."""
    by_type: dict[str, tuple[int, int]] = {}
    leaked = 0
    for document in sample:
        missed_here = False
        for field, start, end, kind in truth[str(document.id)]:
            missed = not _covered(document, field, start, end)
            missed_here |= missed
            true, wrong = by_type.get(kind, (0, 0))
            by_type[kind] = (true + 1, wrong + missed)
        leaked += missed_here
    values, missed_values = (sum(counts[place] for counts in by_type.values()) for place in (0, 1))
    return Certificate(total, len(sample), leaked, values, missed_values, by_type, sample_digest(sample))


def read_labels(path: Path) -> tuple[dict[str, list[Truth]], bool]:
    """Return the true spans by document id, and whether the file is one for review.

    Raises:
        MalformedRecord: a line without id or spans, a span out of form.
        VerificationFailed: a document of a review that nobody reviewed.
    """
    truth: dict[str, list[Truth]] = {}
    review, waiting = False, 0
    for number, line in read_lines(path):
        place = f"{path}, line {number}"
        if not isinstance(line.get("id"), str | int) or not isinstance(line.get("spans"), list):
            raise MalformedRecord(f"{place}: no id or no list of spans", help='Write {"id": …, "spans": […]}.')
        if "reviewed" in line:
            review = True
            waiting += line["reviewed"] is not True
        truth[str(line["id"])] = [_truth(span, place) for span in line["spans"]]
    if waiting:
        raise VerificationFailed(
            f"{waiting} documents of {path} were not reviewed", help="Set `reviewed` to true when each is complete."
        )
    return truth, review


def sample_digest(sample: Sequence[Scanned]) -> str:
    """Return the SHA-256 over ids and texts of a sample, in the order of the file."""
    return digest(
        [[str(one.id), digest_bytes(json.dumps([leaf.text for leaf in one.leaves]).encode())] for one in sample]
    )


def _sampled(documents: Iterable[Scanned], size: int) -> tuple[int, list[Scanned]]:
    """Return how many there are, and a uniform sample without replacement, in the order of the file.

    Source: J. S. Vitter, "Random sampling with a reservoir", ACM TOMS 11 (1985), algorithm R; coins from the operating
    system.
    """
    kept: list[tuple[int, Scanned]] = []
    total = 0
    for number, document in enumerate(documents):
        total += 1
        if len(kept) < size:
            kept.append((number, document))
        elif (place := secrets.randbelow(total)) < size:
            kept[place] = (number, document)
    return total, [document for _, document in sorted(kept, key=lambda one: one[0])]


def _check_draw(
    sample: Sequence[Scanned], truth: Mapping[str, Sequence[Truth]], subject: str, drawn: Iterable[Evidence]
) -> None:
    found = sample_digest(sample)
    known = [one for one in drawn if one.claims.get("sample_digest") == found and one.subject == subject]
    if not known or len(sample) != len(truth):
        raise VerificationFailed(
            "this is no sample that was drawn from this input here: documents were added, left out or changed",
            help="Draw one with `wuming certify text IN --draw FILE`; a chosen sample bounds nothing.",
        )


def _covered(document: Scanned, field: str, start: int, end: int) -> bool:
    covered = start
    for leaf, span in document.spans:
        path = dotted(document.leaves[leaf].path)
        if (path == field or (not field and path in ("", "text"))) and span.start <= covered < span.end:
            covered = span.end
    return covered >= end


def _truth(span: Any, place: str) -> Truth:
    if isinstance(span, dict):
        span = [span.get("start"), span.get("end"), span.get("type"), span.get("field", "")]
    parts = [*span, ""][:4] if isinstance(span, list) and len(span) in (3, 4) else [None] * 4
    start, end, kind, field = parts
    if not (isinstance(start, int) and isinstance(end, int) and isinstance(kind, str) and isinstance(field, str)):
        raise MalformedRecord(f"{place}: a span that is none", help="Write [start, end, type] or an object with them.")
    if not 0 <= start < end:
        raise MalformedRecord(f"{place}: a span with start={start}, end={end}", help="`end` is exclusive.")
    return field, start, end, kind


def _review_line(document: Scanned) -> dict[str, Any]:
    line = document.as_json(show_values=False)
    texts: dict[str, Any] = {}
    for leaf in document.leaves:
        texts[dotted(leaf.path) or "text"] = leaf.text
    return {
        "id": line["id"],
        "reviewed": False,
        **({"text": texts["text"]} if set(texts) == {"text"} else {"fields": texts}),
        "spans": line["spans"],
    }


def _subject(source: Path) -> str:
    """Return the digest of a file, or of all files of a folder."""
    if source.is_dir():
        files: Iterator[Path] = (one for one in sorted(source.rglob("*")) if one.is_file())
        return digest([[str(one.relative_to(source)), file_digest(one)] for one in files])
    return file_digest(source)
