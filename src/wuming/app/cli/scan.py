"""`wuming scan`: find personal data."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from wuming.app.text.options import Also, Format, Languages, MinScore, Types


def scan(
    path: Annotated[str, typer.Argument(metavar="PATH|-", help="File or folder; - reads standard input.")],
    format: Format = None,
    summary: Annotated[bool, typer.Option("--summary", help="Print counts by type in the place of documents.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each span was taken, and what gave way.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with the texts and highlights.")
    ] = None,
    min_score: MinScore = None,
    languages: Languages = None,
    types: Types = None,
    policy: Annotated[
        str | None, typer.Option("--policy", metavar="FILE", help="Policy file or profile with rules of your own.")
    ] = None,
    also: Also = None,
    show_values: Annotated[bool, typer.Option("--show-values", help="Print the values themselves too.")] = False,
) -> None:
    """Find personal data in text, JSON, CSV and Parquet files.

    One JSON object a document, in the order of the input: {"id", "spans": [{"start", "end", "type", "score",
    "recognizer"}]}. Offsets count Unicode characters; `end` is exclusive. Standard input is JSONL with id and text
    where its first line is such an object. Spans of other fields name their `field`. Nothing found does not mean
    nothing there.

    Example: wuming scan chats.jsonl --summary
    """
    from wuming.app.text.options import kind_from, task_from
    from wuming.app.text.review_page import ReviewPage
    from wuming.app.text.scan import scan_path, scan_stream
    from wuming.deidentification.engine import Detector

    task = task_from(policy=policy, languages=languages, types=types, min_score=min_score, also=also)
    kind = kind_from(format)
    if path == "-":
        documents = scan_stream(sys.stdin.buffer, kind, task)
    else:
        documents = scan_path(Path(path), kind, task, keep_text=bool(explain or html or show_values))
    detector = task.detector() if explain else None
    explained = detector if isinstance(detector, Detector) else None
    counts: Counter[str] = Counter()
    documents_read = 0
    with nullcontext() if html is None else ReviewPage(html) as page:
        for document in documents:
            documents_read += 1
            counts.update(span.kind for _, span in document.spans)
            if page is not None:
                page.add(document)
            if not summary:
                line = document.as_json(show_values=show_values, explained=explained)
                print(json.dumps(line, ensure_ascii=False), flush=True)
    if summary:
        _print_summary(counts, documents_read)


def _print_summary(counts: Counter[str], documents: int) -> None:
    width = max((len(kind) for kind in counts), default=0)
    for kind, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"{kind.ljust(width)}  {count:>10,}")
    print(f"{counts.total():,} values in {documents:,} documents; what was not found may still be there")
