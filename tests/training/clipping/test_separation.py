"""What couples units is found by trying."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from wuming.core.errors import SelfCheckFailed
from wuming.training.clipping.separation import check_separation


def test_separate_units_pass(noise, oracle):
    model = nn.Sequential(nn.Linear(5, 4), nn.LayerNorm(4), nn.Linear(4, 3))
    x = noise(4, 3, 5)
    check_separation(model, lambda: oracle.squares(model, x), 4)


def test_coupling_is_found(noise, oracle):
    x = noise(4, 4, 5)
    model = nn.Sequential(nn.Linear(5, 4), nn.Linear(4, 3))

    def contrastive():
        found = functional.normalize(model(x)[:, 0], dim=1)
        return functional.cross_entropy(found @ found.T, torch.arange(4), reduction="none")

    def balanced():
        losses = oracle.squares(model, x)
        return losses + losses.mean()

    def tokens_in_front():
        return oracle.squares(model, x.transpose(0, 1)).new_zeros(4) + model(x.transpose(0, 1)).square().sum((0, 2))

    batch_norm = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4))
    for coupled in (contrastive, balanced, tokens_in_front):
        with pytest.raises(SelfCheckFailed, match="depends on another"):
            check_separation(model, coupled, 4)
    with pytest.raises(SelfCheckFailed, match="layer 0"):
        check_separation(batch_norm, lambda: oracle.squares(batch_norm, x), 4)


def test_a_loss_over_the_batch_is_refused(noise):
    model = nn.Linear(5, 3)
    with pytest.raises(SelfCheckFailed, match="shape"):
        check_separation(model, lambda: model(noise(4, 5)).sum(), 4)
