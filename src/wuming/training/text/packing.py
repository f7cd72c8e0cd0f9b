"""Sequences for language models that never hold two units of privacy, and depend on nobody else.

A sequence joins records of ONE unit. Where each record begins, position ids start again at 0; transformers' causal
models read that as the border between two texts and let no token attend across it (a block-diagonal mask), so that
joining changes speed alone: each token's loss is what it would be in a sequence of its own. A record longer than the
window is cut into windows that overlap by one token, so that every token but the first is predicted exactly once; all
its windows belong to its unit. The plan's `records_per_unit` counts sequences.

Which pieces go together is found from the lengths of one unit's records alone. Hence the guarantee: adding or removing
a unit leaves the sequences of all others as they are, byte by byte.

Legend: N sequences, T tokens of the longest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wuming.core.errors import PrivacyParameterError
from wuming.training.language_model import IGNORE


@dataclass(frozen=True, slots=True)
class Encoded:
    """One record as tokens.

    Attributes:
        ids: all tokens, with those that begin and end the text.
        learnt: for each token whether the model is taught to predict it; the first never is.
    """

    ids: tuple[int, ...]
    learnt: tuple[bool, ...]

    @classmethod
    def whole(cls, ids: Sequence[int]) -> Encoded:
        """Tokens that are all predicted, but for the first."""
        return cls(tuple(ids), (False, *([True] * (len(ids) - 1)))[: len(ids)])


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens [start, stop) of one record."""

    record: int
    start: int
    stop: int

    @property
    def length(self) -> int:
        """Number of tokens."""
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class Packed:
    """One sequence: pieces of records of one unit, one behind the other.

    Attributes:
        ids: tokens.
        learnt: for each token whether it is predicted; the first of a piece never is.
        starts: where each piece begins; the first is 0.
    """

    ids: tuple[int, ...]
    learnt: tuple[bool, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, pieces: Sequence[Encoded]) -> Packed:
        """Join pieces."""
        ids: list[int] = []
        learnt: list[bool] = []
        starts: list[int] = []
        for piece in pieces:
            starts.append(len(ids))
            ids += piece.ids
            learnt += (False, *piece.learnt[1:])
        return cls(tuple(ids), tuple(learnt), tuple(starts))


def layout(lengths: Sequence[int], max_tokens: int, *, join: bool = True) -> list[tuple[Piece, ...]]:
    """Cut one unit's records into windows and say which windows share a sequence.

    First fit decreasing (Johnson 1973): windows from long to short, each into the first sequence with room; at most
    11/9 of the least possible number of sequences, plus one.

    Args:
        lengths: tokens of each record of the unit, ≥ 1.
        max_tokens: longest sequence, ≥ 2.
        join: False leaves every window in a sequence of its own.

    Raises:
        PrivacyParameterError: `max_tokens` below 2.
    """
    if max_tokens < 2:
        raise PrivacyParameterError(f"max_tokens={max_tokens} must be at least 2", help="Usual are 128 to 2048.")
    windows = [window for record, length in enumerate(lengths) for window in _windows(record, length, max_tokens)]
    if not join:
        return [(window,) for window in windows]
    sequences: list[list[Piece]] = []
    room: list[int] = []
    for window in sorted(windows, key=lambda w: -w.length):  # stable: equal lengths stay in order
        place = next((i for i, free in enumerate(room) if free >= window.length), len(room))
        if place == len(room):
            sequences.append([])
            room.append(max_tokens)
        sequences[place].append(window)
        room[place] -= window.length
    return [tuple(sequence) for sequence in sequences]


def pack(units: Mapping[str, Sequence[Encoded]], max_tokens: int, *, join: bool = True) -> dict[str, list[Packed]]:
    """Pack each unit's records into sequences of at most `max_tokens` tokens.

    Formal guarantee: the sequences of a unit are a function of that unit's records alone.

    Args:
        units: records by unit; records without a token to predict are left out.
        max_tokens: longest sequence.
        join: False: one record (or window) a sequence.
    """
    packed: dict[str, list[Packed]] = {}
    for unit, records in units.items():
        kept = [record for record in records if len(record.ids) > 1]
        placed = layout([len(record.ids) for record in kept], max_tokens, join=join)
        packed[unit] = [Packed.of([cut(kept[p.record], p) for p in pieces]) for pieces in placed]
    return packed


def cut(record: Encoded, piece: Piece) -> Encoded:
    """Return one piece of a record."""
    return Encoded(record.ids[piece.start : piece.stop], record.learnt[piece.start : piece.stop])


def collate(sequences: Sequence[Packed], pad_id: int) -> dict[str, Tensor]:
    """Stack sequences, padded at the right.

    Returns:
        `input_ids` [N, T]; `targets` [N, T]: the next token, IGNORE where none is predicted (padding, prompts, across a
        border); `position_ids` [N, T], from 0 for each piece. Padding goes on counting, so that it opens no new text;
        it stands behind every real token, where no causal model sees it.
    """
    length = max(len(sequence.ids) for sequence in sequences)
    shape = (len(sequences), length)
    ids, targets = torch.full(shape, pad_id), torch.full(shape, IGNORE)
    positions = torch.arange(length).repeat(len(sequences), 1)
    for row, sequence in enumerate(sequences):
        tokens, learnt = torch.tensor(sequence.ids), torch.tensor(sequence.learnt)
        ids[row, : len(tokens)] = tokens
        targets[row, : len(tokens) - 1] = torch.where(learnt[1:], tokens[1:], IGNORE)
        for start in sequence.starts[1:]:
            positions[row, start:] = torch.arange(length - start)
    return {"input_ids": ids, "targets": targets, "position_ids": positions}


def _windows(record: int, length: int, max_tokens: int) -> list[Piece]:
    if length <= max_tokens:
        return [Piece(record, 0, length)]
    starts = range(0, length - 1, max_tokens - 1)
    return [Piece(record, start, min(start + max_tokens, length)) for start in starts]
