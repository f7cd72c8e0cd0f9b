"""The bench of attacks: stacked nets are the nets trained one by one, and its rows come out whole."""

from __future__ import annotations

import pytest
import torch

from wuming.benchmarks.audit import lira, shadow
from wuming.benchmarks.audit.shadow import Recipe
from wuming.benchmarks.audit.shadow_data import load
from wuming.benchmarks.house.bench import Settings
from wuming.benchmarks.house.running import Hall
from wuming.core.errors import EmptyData, UnknownDataset

RECIPE = Recipe(hidden=6, epochs=3, batch=8, learning_rate=1e-2)


def data():
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(60, 5, generator=generator)
    own = torch.stack([torch.randperm(60, generator=generator)[:20] for _ in range(4)])
    return inputs, (inputs[:, 0] > 0).long() + (inputs[:, 1] > 0).long(), own


def test_nets_trained_at_once_are_those_trained_one_by_one():
    inputs, labels, own = data()
    together = shadow.train_together(inputs, labels, own, RECIPE, seeds=[1, 2, 3, 4])
    alone = shadow.train_one_by_one(inputs, labels, own, RECIPE, seeds=[1, 2, 3, 4])
    assert together.keys() == alone.keys()
    for name in together:
        torch.testing.assert_close(together[name], alone[name], atol=1e-5, rtol=1e-4)
    other = shadow.train_one_by_one(inputs, labels, own.flip(0), RECIPE, seeds=[1, 2, 3, 4])
    assert max(float((together[name] - other[name]).abs().max()) for name in together) > 1e-2  # the parts matter
    model = shadow.net(5, 3, RECIPE, 0)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(together[name][2])
        torch.testing.assert_close(shadow.logits(together, inputs)[2], model(inputs))


def test_nothing_passes_from_one_net_to_another():
    inputs, labels, own = data()
    before = shadow.train_together(inputs, labels, own, RECIPE, seeds=[1, 2, 3, 4])
    changed = own.clone()
    changed[0] = torch.arange(40, 60)
    after = shadow.train_together(inputs, labels, changed, RECIPE, seeds=[1, 2, 3, 4])
    for name in before:
        torch.testing.assert_close(before[name][1:], after[name][1:])
        assert not torch.equal(before[name][0], after[name][0])


@pytest.mark.parametrize("name", ["mnist", "table", "text"])
def test_tasks_hold_no_record_twice(name):
    try:
        task = load(name, candidates=600, population=300)
    except UnknownDataset as error:
        pytest.skip(f"the data are not here: {error.message}")
    rows = torch.cat([task.inputs, task.labels[:, None]], dim=1)
    copies = len(rows) - len(torch.unique(rows, dim=0))
    assert copies <= (0 if name == "mnist" else 3)  # distinct people and sentences may still get equal columns
    queries = task.queries(task.inputs[:7])
    assert torch.equal(queries[0], task.inputs[:7])
    with pytest.raises(EmptyData):
        load(name, candidates=10**6, population=0)


def test_the_rows_come_out_whole(monkeypatch):
    monkeypatch.setattr(lira, "_TASKS", ("mnist",))
    hall = Hall(Settings(repeats=1, quick=True), lambda _: None)
    try:
        found = lira.attacks(hall)
    except UnknownDataset as error:
        pytest.skip(f"the data are not here: {error.message}")
    finally:
        hall.close()
    names = [figure.what for figure in found.figures]
    assert "mnist: loss, TPR at 1% FPR" in names
    assert "mnist: RMIA offline above loss" in names
    assert "language model: LiRA online, subjects, TPR at 1% FPR" in names
    assert all(figure.goal is None for figure in found.figures)
    reports = found.raw["mnist"]["LiRA online"]
    assert [report["members"] for report in reports] == [200, 200]
    assert all(report["void"] is None and 0 <= report["rates"][0]["tpr"] <= 1 for report in reports)
    timed = lira.lira(Hall(Settings(repeats=1, quick=True), lambda _: None))
    together, alone = (timed.raw["rates"][way] for way in ("together", "one by one"))
    assert together == pytest.approx(alone, abs=0.02)
    assert timed.figures[2].what == "one by one / at once"
