"""One self-contained page with what was found, highlighted in its text: for people who review, not for publishing."""

from __future__ import annotations

import html
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from wuming.app.text.scan import Scanned
from wuming.core.storage import storage_errors
from wuming.deidentification.kinds import ATTRIBUTES, NAMED
from wuming.deidentification.structured.leaves import dotted

_STYLE = """
body{font:16px/1.7 system-ui,"Noto Sans SC",sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#222}
h1{font-size:1.3rem}.note{background:#fff4e5;border-left:4px solid #d97706;padding:.5rem 1rem}
article{border-top:1px solid #ddd;padding:1rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
h2{font-size:.9rem;color:#555;margin:0 0 .5rem;white-space:normal}h3{font-size:.8rem;color:#777;margin:.5rem 0 0}
mark{border-radius:.2rem;padding:0 .15rem;background:#cfe8ff;color:#000}mark.named{background:#d9f2d0}
mark.attribute{background:#eadcff}mark.weak{outline:2px dashed #d97706}
mark small{font-size:.65rem;color:#333;margin-left:.25rem;vertical-align:super}
table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left}td:last-child{text-align:right}
""".strip()
_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Personal data found</title>'
    f"<style>{_STYLE}</style></head><body><h1>Personal data found</h1>"
    '<p class="note">This page holds the texts with all their personal data. Keep it as you keep them.</p>'
)
_WEAK = 0.7


class ReviewPage:
    """A page that is written as documents come; it is there when the block ends well, and readable by its owner only.

    Args:
        path: to write.

    Raises:
        StorageError: it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._part = path, path.with_name(f".{path.name}.part")
        self._counts: Counter[str] = Counter()
        self._documents = 0

    def __enter__(self) -> ReviewPage:
        """Begin the page."""
        with storage_errors(self._part):
            self._file = os.fdopen(
                os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            )
        self._write(_HEAD)
        return self

    def add(self, document: Scanned) -> None:
        """Write one document."""
        self._write(f"<article><h2>{html.escape(str(document.id))}</h2>", *_leaves(document), "</article>")
        self._counts.update(span.kind for _, span in document.spans)
        self._documents += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the page with its counts, or remove what was written."""
        if kind is None:
            rows = "".join(f"<tr><td>{html.escape(k)}</td><td>{n:,}</td></tr>" for k, n in self._counts.most_common())
            self._write(
                f"<h1>Counts</h1><table><tr><th>type</th><th>found</th></tr>{rows}</table><p>"
                f"{self._counts.total():,} values in {self._documents:,} documents. What is not marked may still be "
                "personal.</p></body></html>\n"
            )
        self._file.close()
        if kind is None:
            self._part.replace(self.path)
        else:
            self._part.unlink(missing_ok=True)

    def _write(self, *pieces: str) -> None:
        with storage_errors(self._part):
            self._file.writelines(piece.encode("utf-8", "replace").decode() for piece in pieces)


def _leaves(document: Scanned) -> Iterator[str]:
    for place, leaf in enumerate(document.leaves):
        spans = [span for at, span in document.spans if at == place]
        if len(document.leaves) > 1:
            if not leaf.text.strip():
                continue
            yield f"<h3>{html.escape(dotted(leaf.path))}</h3>"
        position = 0
        for span in spans:
            yield html.escape(leaf.text[position : span.start])
            value = html.escape(leaf.text[span.start : span.end])
            title = html.escape(f"{span.kind}, score {span.score:.2f}, {span.recognizer}", quote=True)
            classes = _class(span.kind, span.score)
            yield f'<mark class="{classes}" title="{title}">{value}<small>{span.kind}</small></mark>'
            position = span.end
        yield html.escape(leaf.text[position:])


def _class(kind: str, score: float) -> str:
    kinds = "named" if kind in NAMED else "attribute" if kind in ATTRIBUTES else "structured"
    return f"{kinds} weak" if score < _WEAK else kinds
