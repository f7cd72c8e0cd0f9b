"""The loop's own canaries: audited by check_privacy, and a broken loop is refused."""

from __future__ import annotations

import json

import pytest
import torch
from torch.nn import functional

from wuming import differential_privacy as dp
from wuming.core.errors import ClaimRefused
from wuming.training import step as private_step

from .conftest import private

pytestmark = pytest.mark.usefixtures("accounted")


def trained(**fields):
    net = private(
        torch.nn.Sequential(torch.nn.Linear(8, 60), torch.nn.ReLU(), torch.nn.Linear(60, 2)),
        noise_multiplier=2.5, epochs=5, **fields,
    )  # fmt: skip
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
    for _ in range(5):
        for x, y in net.loader:
            optimizer.zero_grad()
            functional.cross_entropy(net(x), y).backward()
            optimizer.step()
    return net


def test_the_statement_holds_claim_bounds_verdict_and_picture():
    net = trained(canaries=600)
    assert (net.plan.population, net.plan.expected_batch_size) == (800, 200)
    assert net.plan.sampling_probability == 0.25
    statement = net.check_privacy()
    assert isinstance(statement, dp.AuditedStatement)
    audit = statement.audit
    assert audit.tested.verdict == "consistent"
    assert audit.tested.method == "curve"
    assert 0 < audit.gaussian.epsilon_lower_bound < statement.epsilon
    assert audit.tested.confidence == audit.gaussian.confidence == 0.975
    assert audit.picture.startswith("<svg")
    assert "null hypothesis" in repr(statement)
    assert json.dumps(statement.as_json())


def test_a_loop_with_too_little_noise_is_refused(monkeypatch):
    add_noise = private_step.add_noise
    monkeypatch.setattr(
        private_step,
        "add_noise",
        lambda sums, *, standard_deviation, **rest: add_noise(
            sums, standard_deviation=0.1 * standard_deviation, **rest
        ),
    )
    net = trained(canaries=600)
    with pytest.raises(ClaimRefused, match="disproves"):
        net.check_privacy()


def test_without_canaries_and_before_the_end_there_is_no_audit():
    assert not isinstance(trained().check_privacy(), dp.AuditedStatement)
    net = private(canaries=100)
    assert not isinstance(net.check_privacy(), dp.AuditedStatement)
