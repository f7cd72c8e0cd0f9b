"""A Hugging Face model for token classification as a detector; imported when it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from wuming.core.errors import MissingExtra, MissingFile
from wuming.core.ports import Span

_NAMES = {
    "PERSON": "PER PERSON NAME PRIVATE_PERSON",
    "LOCATION": "LOC LOCATION GPE",
    "ADDRESS": "ADDRESS PRIVATE_ADDRESS",
    "ORGANIZATION": "ORG ORGANIZATION COMPANY",
    "EMAIL": "EMAIL PRIVATE_EMAIL",
    "PHONE": "PHONE PRIVATE_PHONE",
    "SECRET": "SECRET",
    "URL": "URL PRIVATE_URL",
}
LABELS: Mapping[str, str] = MappingProxyType(
    {label: kind for kind, labels in _NAMES.items() for label in labels.split()}
)
"""A model's label, without B-, I-, E-, S-, → entity type; other labels are left out."""

_WINDOW, _STEP = 400, 300  # characters: within the 512 tokens of most encoders, also in Chinese


class HuggingFaceDetector:
    """Finds what a model for token classification labels.

    Args:
        model: called with input ids, gives logits [1, tokens, labels]; has `config.id2label`.
        tokenizer: a fast one, which knows offsets.
        labels: of the model → entity type.
        name: of the recogniser.
        min_score: mean probability of a span's tokens, at least.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        *,
        labels: Mapping[str, str] = LABELS,
        name: str = "hf",
        min_score: float = 0.5,
    ) -> None:
        self._model, self._tokenizer, self._labels = model, tokenizer, labels
        self._name, self._min_score = name, min_score

    @classmethod
    def load(cls, folder: str) -> HuggingFaceDetector:
        """Load a model from a folder; nothing is downloaded.

        Raises:
            MissingExtra: transformers is not installed.
            MissingFile: there is no such model.
        """
        try:
            from transformers import AutoModelForTokenClassification, AutoTokenizer
        except ImportError:
            raise MissingExtra("a Hugging Face model needs transformers", help="pip install 'wuming[train]'") from None
        try:
            model = AutoModelForTokenClassification.from_pretrained(folder, local_files_only=True).eval()
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except (OSError, ValueError) as error:
            raise MissingFile(f"no model for token classification in {folder}", help="Give its folder.") from error
        return cls(model, tokenizer, name="hf")

    def find(self, text: str) -> list[Span]:
        """Return the spans that the model labels, window by window."""
        found: dict[tuple[int, int], Span] = {}
        for start in range(0, max(1, len(text) - _WINDOW + _STEP), _STEP):
            window = text[start : start + _WINDOW]
            for span in self._in_window(window):
                # What a window cuts off is whole in the next, but at the ends of the text.
                cut = (span.start == 0 and start > 0) or (span.end == len(window) and start + len(window) < len(text))
                if not cut:
                    moved = Span(span.start + start, span.end + start, span.kind, span.score, span.recognizer)
                    found.setdefault((moved.start, moved.end), moved)
        position, disjoint = 0, []
        for span in sorted(found.values()):
            if span.start >= position:
                disjoint.append(span)
                position = span.end
        return disjoint

    def _in_window(self, text: str) -> Iterator[Span]:
        import torch

        encoded = self._tokenizer(text, return_offsets_mapping=True, return_tensors="pt", truncation=True)
        offsets = encoded.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            probabilities = self._model(**encoded).logits[0].softmax(-1)
        best = probabilities.max(-1)
        names = self._model.config.id2label
        current: tuple[int, int, str, list[float]] | None = None
        for (start, end), label, score in zip(offsets, best.indices.tolist(), best.values.tolist(), strict=True):
            if start == end:  # a special token
                continue
            prefix, _, rest = str(names[label]).partition("-")
            kind = self._labels.get(
                (rest if prefix in ("B", "I", "E", "S", "L", "U") and rest else names[label]).upper()
            )
            if current is not None and kind == current[2] and prefix not in ("B", "S", "U") and start <= current[1] + 1:
                current = (current[0], end, kind, [*current[3], score])
                continue
            yield from self._ended(current)
            current = (start, end, kind, [score]) if kind is not None else None
        yield from self._ended(current)

    def _ended(self, current: tuple[int, int, str, list[float]] | None) -> Iterator[Span]:
        if current is not None:
            start, end, kind, scores = current
            score = sum(scores) / len(scores)
            if score >= self._min_score:
                yield Span(start, end, kind, score, self._name)
