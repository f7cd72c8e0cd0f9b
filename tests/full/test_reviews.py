"""Chinese reviews from nothing at ε = 3: what privacy costs, measured."""

from __future__ import annotations

import pytest
import torch

from wuming.benchmarks.training import reviews
from wuming.core.errors import UnknownDataset
from wuming.datasets.registry import locate

pytestmark = pytest.mark.full


def test_the_private_classifier_comes_near_the_ordinary_one():
    try:
        folder = locate("online-shopping-reviews")
    except UnknownDataset:
        pytest.skip("the reviews are not there")
    train, test = reviews.read(folder)
    tokens = reviews.public_tokenizer(3000)
    units, held_out = (
        reviews.classification_units(part, tokens, reviews.LABELS, max_tokens=96) for part in (train, test)
    )
    plan = reviews.private_plan(56_000)
    assert plan.epsilon(reviews.DELTA) <= 3
    torch.manual_seed(0)
    ordinary = reviews.accuracy(reviews.train_ordinarily(reviews._model(tokens, 0), units, 0), held_out)
    private = reviews.accuracy(reviews._private(units, tokens, plan, 0), held_out)
    assert ordinary > 0.88
    assert private > 0.86
    assert private > ordinary - 0.05
