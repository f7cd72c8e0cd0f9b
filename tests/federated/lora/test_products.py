"""Adapters of several clients: the mean of the products, exactly; and the broken twin that averages factors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import PrivacyParameterError
from wuming.federated.lora import Factors, product, refactor

CLIENTS, M, N, RANK, SCALE = 4, 9, 7, 2, 1.5


def clients(seed: int = 0):
    generator = np.random.default_rng(seed)
    return [Factors(generator.normal(size=(RANK, N)), generator.normal(size=(M, RANK))) for _ in range(CLIENTS)]


def exact_mean(adapters):
    """The sum of products by plain loops over single numbers."""
    total = [[0.0] * N for _ in range(M)]
    for one in adapters:
        for i in range(M):
            for j in range(N):
                total[i][j] += SCALE * sum(one.b[i, k] * one.a[k, j] for k in range(RANK)) / len(adapters)
    return np.array(total)


def naive(adapters):
    """The broken twin: the product of the mean factors."""
    return product(Factors(sum(one.a for one in adapters) / CLIENTS, sum(one.b for one in adapters) / CLIENTS), SCALE)


def test_the_mean_of_products_is_exact_and_the_product_of_means_is_not() -> None:
    adapters = clients()
    ours = sum(product(one, SCALE) for one in adapters) / CLIENTS
    assert np.allclose(ours, exact_mean(adapters), atol=1e-12)
    assert np.linalg.norm(naive(adapters) - exact_mean(adapters)) > 0.5 * np.linalg.norm(exact_mean(adapters))


def test_with_one_common_a_the_mean_of_b_is_exact() -> None:
    common = clients()[0].a
    adapters = [Factors(common, one.b) for one in clients()]
    assert np.allclose(naive(adapters), exact_mean(adapters), atol=1e-12)


def test_refactoring_loses_nothing_when_the_residual_is_kept() -> None:
    change = exact_mean(clients())
    found = refactor(change, RANK, SCALE)
    assert np.allclose(product(found.factors, SCALE) + found.residual, change, atol=1e-12)
    assert 0 < found.lost < 1
    assert refactor(change, min(M, N), SCALE).lost < 1e-25


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_no_factors_of_that_rank_are_nearer(seed: int, rank: int) -> None:
    """Eckart and Young: what is lost are exactly the squares of the singular values that are left out."""
    change = np.random.default_rng(seed).normal(size=(M, N))
    found = refactor(change, rank, SCALE)
    values = np.linalg.eigvalsh(change.T @ change)[::-1]
    assert found.lost == pytest.approx(values[rank:].sum() / values.sum(), abs=1e-9)
    assert found.factors.a.shape == (rank, N)
    assert found.factors.b.shape == (M, rank)


def test_a_change_of_nothing_stays_nothing() -> None:
    found = refactor(np.zeros((M, N)), RANK, SCALE)
    assert found.lost == 0
    assert not product(found.factors, SCALE).any()


@pytest.mark.parametrize(
    "call",
    [
        lambda: refactor(np.zeros((2, 2)), 0, 1.0),
        lambda: refactor(np.zeros((2, 2)), 1, 0.0),
        lambda: refactor(np.array([[np.inf]]), 1, 1.0),
        lambda: refactor(np.zeros(3), 1, 1.0),
        lambda: Factors(np.zeros((2, 3)), np.zeros((4, 3))),
    ],
)
def test_what_is_no_adapter_is_refused(call) -> None:
    with pytest.raises(PrivacyParameterError):
        call()
