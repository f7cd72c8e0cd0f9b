"""From documents to `UnitData`: sequences for language models, labelled texts for classifiers.

All that is kept of a document is its length; its tokens are made again when a step draws it, unless documents lie in
memory anyhow. Nothing here depends on more than one unit: no vocabulary, no statistics, no order among units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from wuming.core.errors import MalformedRecord, PrivacyParameterError
from wuming.training.data import UnitData
from wuming.training.text.chat import encode_chat
from wuming.training.text.documents import Document, Documents, OnDisk, Unit, document_of
from wuming.training.text.encoding import Coder, encode_for_classification, encode_text
from wuming.training.text.packing import Encoded, Packed, Piece, collate, cut, layout

Given = Documents | Sequence[Mapping[str, Any]]
"""Documents, or mappings with the same fields."""


def as_documents(data: Given, unit: Unit) -> Documents:
    """Return documents; mappings are checked one by one, and named in errors by position alone."""
    if isinstance(data, OnDisk) or (len(data) and isinstance(data[0], Document)):
        return data  # type: ignore[return-value]
    return [
        document_of(fields, unit=unit, place=f"record {position}", position=position)
        for position, fields in enumerate(data, start=1)  # type: ignore[arg-type]
    ]


def language_units(documents: Documents, tokens: Coder, *, max_tokens: int, join: bool = True) -> UnitData:
    """Arrange documents for a causal language model.

    Args:
        documents: texts or chats.
        tokens: the tokenizer; learnt from public text alone.
        max_tokens: longest sequence; longer documents are cut into windows.
        join: whether several records of one unit may share a sequence.

    Returns:
        Sequences by unit; inputs are what `packing.collate` returns.
    """
    in_memory = not isinstance(documents, OnDisk)
    kept: list[Encoded] = []
    by_unit: dict[str, list[tuple[int, int]]] = {}
    for position in range(len(documents)):
        document = documents[position]
        encoded = encode(tokens, document)
        if in_memory:
            kept.append(encoded)
        if len(encoded.ids) > 1:
            by_unit.setdefault(document.subject, []).append((position, len(encoded.ids)))
    sequences: list[tuple[Piece, ...]] = []
    owners: list[str] = []
    for unit, records in by_unit.items():
        for pieces in layout([length for _, length in records], max_tokens, join=join):
            sequences.append(tuple(Piece(records[p.record][0], p.start, p.stop) for p in pieces))
            owners.append(unit)

    def read(position: int) -> Encoded:
        return kept[position] if in_memory else encode(tokens, documents[position])

    def fetch(indices: Sequence[int]) -> Any:
        chosen = [Packed.of([cut(read(p.record), p) for p in sequences[i]]) for i in indices]
        return collate(chosen, tokens.pad_id)

    lengths = [sum(piece.length for piece in pieces) for pieces in sequences]
    return UnitData(len(sequences), fetch, units=owners, lengths=lengths)


def classification_units(documents: Documents, tokens: Coder, labels: Sequence[str], *, max_tokens: int) -> UnitData:
    """Arrange labelled texts for a classifier; each is one example, cut to `max_tokens`.

    Args:
        documents: with labels.
        tokens: the tokenizer.
        labels: all labels, a public list; taking them from the data would tell who is in it.
        max_tokens: longest example.

    Raises:
        MalformedRecord: a label outside the list.
        PrivacyParameterError: fewer than two labels, or one twice.
    """
    number = {label: place for place, label in enumerate(labels)}
    if len(labels) < 2 or len(number) < len(labels):
        raise PrivacyParameterError(
            f"labels has {len(labels)} entries, {len(number)} different", help="Name each label once, at least two."
        )
    in_memory = not isinstance(documents, OnDisk)
    kept: list[list[int]] = []
    lengths, owners, classes = [], [], []
    for position in range(len(documents)):
        document = documents[position]
        if document.label not in number:
            raise MalformedRecord(
                f"record {position + 1}: field 'label' is missing or not in the list of labels",
                help="Name all labels; the list is public.",
            )
        ids = encode_for_classification(tokens, document.text, max_tokens)
        if in_memory:
            kept.append(ids)
        lengths.append(len(ids))
        owners.append(document.subject)
        classes.append(number[document.label])

    def read(position: int) -> list[int]:
        return kept[position] if in_memory else encode_for_classification(tokens, documents[position].text, max_tokens)

    def fetch(indices: Sequence[int]) -> Any:
        rows = [read(i) for i in indices]
        return {**pad_right(rows, tokens.pad_id), "labels": torch.tensor([classes[i] for i in indices])}

    return UnitData(len(lengths), fetch, units=owners, lengths=lengths)


def pad_right(rows: Sequence[Sequence[int]], pad_id: int) -> dict[str, torch.Tensor]:
    """Return `input_ids` and `attention_mask`, both [N, T]."""
    length = max(len(row) for row in rows)
    ids = torch.full((len(rows), length), pad_id)
    mask = torch.zeros(len(rows), length, dtype=torch.long)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = torch.tensor(row)
        mask[place, : len(row)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def encode(tokens: Coder, document: Document) -> Encoded:
    """Return a document's tokens: a chat by its template, a text as it is."""
    return encode_chat(tokens, document.messages) if document.messages else encode_text(tokens, document.text)
