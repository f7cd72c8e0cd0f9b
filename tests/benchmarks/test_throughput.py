"""Ratios from known times; contestants that compute the same as a plain loop; twins that do not are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from wuming.benchmarks.house.bench import Goal, Settings  # noqa: E402
from wuming.benchmarks.house.running import Hall  # noqa: E402
from wuming.benchmarks.training import throughput  # noqa: E402
from wuming.benchmarks.training.contestant import MAX_GRAD_NORM, norm_of  # noqa: E402
from wuming.benchmarks.training.workloads import Workload, batches, build, sequence_losses, words_of  # noqa: E402
from wuming.core.errors import SelfCheckFailed  # noqa: E402

SECONDS = {
    "plain": [1.0, 2.0, 1.0],
    "flat": [1.25, 2.0, 1.0],
    "per-layer": [1.0, 4.0, 1.0],
    "opacus-hooks": [2.0, 4.0, 3.0],
    "opacus-ghost": [2.5, 3.0, 5.0],
}


def test_ratios_are_taken_within_a_round_and_their_median_is_the_figure() -> None:
    found = {figure.what: figure for figure in throughput.speed_figures(SECONDS, {"flat": Goal(">=", 0.9)})}
    flat = found["flat: throughput / non-private"]
    assert flat.values == (0.8, 1.0, 1.0)
    assert (flat.median, flat.reached) == (1.0, True)
    best = found["flat: throughput / Opacus's best mode"]  # hooks: median 3 against 3 of ghost; the first of equals
    assert best.values == (1.6, 2.0, 3.0)
    assert found["flat: throughput / Opacus's ghost mode"].values == (2.0, 1.5, 5.0)
    assert found["per-layer: throughput / non-private"].median == 1.0
    assert best.reached is None


def test_without_the_peer_its_figures_are_missing_and_the_others_stay() -> None:
    ours = {name: SECONDS[name] for name in ("plain", "flat", "per-layer")}
    assert [figure.what for figure in throughput.speed_figures(ours, {})] == [
        "flat: throughput / non-private",
        "per-layer: throughput / non-private",
    ]


def test_memory_is_compared_in_both_ways_of_counting() -> None:
    memory = {
        "plain": {"process": 200, "tensors": 100, "unexplained": 0},
        "flat": {"process": 210, "tensors": 120, "unexplained": 0},
    }
    found = throughput.memory_figures(memory, {"memory": Goal("<=", 1.10)})
    assert [(figure.values, figure.reached) for figure in found] == [((1.2,), False), ((1.05,), True)]
    assert throughput.memory_figures({"flat": memory["flat"]}, {}) == []  # the other ended for want of memory


def prepared(norm: float, *notes: str) -> dict[str, Any]:
    return {"norm": norm, "notes": list(notes)}


def test_contestants_that_compute_something_else_are_refused() -> None:
    ours = {"plain": prepared(9.0), "flat": prepared(1.0)}
    throughput._same_work(ours | {"opacus-hooks": prepared(1.0005)})
    throughput._same_work(ours | {"opacus-ghost": prepared(1.1, "embedding untied")})  # a parameter more: not compared
    with pytest.raises(SelfCheckFailed, match="clipped sums differ"):
        throughput._same_work(ours | {"opacus-hooks": prepared(1.002)})


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    made = Hall(Settings(), lambda text: None)
    yield made
    made.close()


def plain_clipped_norm(load: Workload, bound: float) -> float:
    """Return the norm of the sum of clipped gradients by the slow way: one sequence, one backward pass."""
    model = build(load)
    trained = [p for p in model.parameters() if p.requires_grad]
    sums = [torch.zeros_like(p) for p in trained]
    for batch in batches(load, words_of(model)):
        for one in range(load.micro_batch):
            loss = sequence_losses(model, tuple(t[one : one + 1] for t in batch)).sum()  # type: ignore[arg-type]
            gradients = torch.autograd.grad(loss, trained)
            factor = min(1.0, bound / norm_of(list(gradients)))
            for total, gradient in zip(sums, gradients, strict=True):
                total.add_(gradient, alpha=factor)
    return norm_of(sums)


@pytest.mark.parametrize("model", ["gpt2", "qwen2"])
def test_our_contestants_compute_what_a_plain_loop_does(hall: Hall, model: Any) -> None:
    load = Workload(model, tokens=16, micro_batch=3, micro_batches=2, quick=True)
    ours = [(throughput.OURS, name) for name in ("plain", "flat", "per-layer")]
    with hall.contestants(ours) as (plain, flat, layers):
        ready = {one.name: one.do("prepare", workload=load.as_json()) for one in (plain, flat, layers)}
        assert plain.do("step")["seconds"] > 0
        assert flat.do("noise", step=1)["samples"] > 100_000
        process = flat.do("peak")
        tensors = {one.name: one.do("tensors") for one in (plain, flat)}
    norms = {name: one["norm"] for name, one in ready.items()}
    assert norms["flat"] == pytest.approx(plain_clipped_norm(load, MAX_GRAD_NORM), rel=2e-5)
    # Broken twins: no clipping, and another bound, are far off and would be refused.
    assert norms["plain"] == pytest.approx(plain_clipped_norm(load, 1e9), rel=2e-5)
    assert norms["plain"] > 1.1 * norms["flat"]
    assert norms["flat"] > 1.1 * plain_clipped_norm(load, MAX_GRAD_NORM / 2)
    assert process > tensors["flat"]["tensors"] > tensors["plain"]["tensors"] / 2 > 0
    assert tensors["flat"]["unexplained"] < tensors["flat"]["tensors"] / 100
