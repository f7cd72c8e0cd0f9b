"""Broken twins: the comparison with the plain loop must find each of them."""

from __future__ import annotations

import torch
from torch import nn

from wuming.training.clipping import accumulation, squares
from wuming.training.clipping.contributions import Dense
from wuming.training.clipping.layers.embedding import Embedding
from wuming.training.clipping.layers.linear import Linear


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.places, self.head = nn.Embedding(9, 5), nn.Embedding(8, 5), nn.Linear(5, 9)
        self.head.weight = self.table.weight

    def forward(self, ids):
        return self.head(torch.tanh(self.table(ids) + self.places(torch.arange(ids.shape[1]).unsqueeze(0))))


def test_the_sound_engine_passes(oracle, ids):
    assert not oracle.rejects(Tied(), ids(6, 7, below=9), units=3)


def test_tied_cross_term_left_out(oracle, ids, monkeypatch):
    zero = lambda product, _: squares.Squares.exact(torch.zeros(len(product.left), dtype=torch.float64))  # noqa: E731
    monkeypatch.setattr(squares, "_cross", zero)
    assert oracle.rejects(Tied(), ids(6, 7, below=9), units=3)


def test_bias_forgotten_in_the_norm(oracle, ids, monkeypatch):
    real = accumulation.Accumulation._squares

    def without(self, name, slot):
        found = real(self, name, slot)
        return squares.Squares.exact(torch.zeros_like(found.value)) if name.endswith("bias") else found

    monkeypatch.setattr(accumulation.Accumulation, "_squares", without)
    assert oracle.rejects(Tied(), ids(6, 7, below=9), units=3)


def test_bias_forgotten_in_the_sum(oracle, ids, monkeypatch):
    real = Linear.contributions
    monkeypatch.setattr(Linear, "contributions", lambda *a: (x for x in real(*a) if not isinstance(x[1], Dense)))
    assert oracle.rejects(Tied(), ids(6, 7, below=9), units=3)


def test_broadcast_ids_counted_once_for_the_batch(oracle, ids, monkeypatch):
    """Where the hook sees one gradient for the whole batch, the twin can only share it out evenly."""
    real = Embedding.contributions

    def shared_out(self, kept, gradients, units):
        if kept[0].stride(0) == 0:
            gradients = (gradients[0].mean(0, keepdim=True).expand_as(gradients[0]),)
        return real(self, kept, gradients, units)

    monkeypatch.setattr(Embedding, "contributions", shared_out)
    assert oracle.rejects(Tied(), ids(6, 7, below=9), units=3)


def test_sum_of_norms_instead_of_norm_of_sums(oracle, noise, monkeypatch):
    """Norms taken record by record and added up: the cross terms between a unit's records are lost."""
    real = squares.inner_products

    def by_record(first, second):
        length = first.shape[1] // 2
        mask = torch.block_diag(torch.ones(length, length), torch.ones(length, length))
        return real(first * mask, second)

    monkeypatch.setattr(squares, "inner_products", by_record)
    model = nn.Sequential(nn.Linear(5, 4, bias=False), nn.Tanh(), nn.Linear(4, 3, bias=False))
    assert oracle.rejects(model, noise(6, 4, 5), units=3)
    monkeypatch.undo()
    assert not oracle.rejects(model, noise(6, 4, 5), units=3)
