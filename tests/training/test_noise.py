"""Noise of a step: its place, share and spread; reuse, a share too many and float32 are told apart."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import KeyUnavailable, PrivacyParameterError
from wuming.crypto.random import SecureStream, derive_key
from wuming.mechanisms.gaussian import gaussian_noise
from wuming.training import noise
from wuming.training.noise import GRID, NoiseStatistics, add_grid_noise, add_noise, grid_failure_probability

KEY = b"a key of thirty-two bytes, test."


def zeros(*shapes, dtype=torch.float64):
    return {f"layer {i}": torch.zeros(shape, dtype=dtype) for i, shape in enumerate(shapes)}


def flat(sums):
    return torch.cat([tensor.reshape(-1) for tensor in sums.values()])


def drawn(shapes, *, dtype=torch.float64, **arguments):
    """Noise alone, as one vector."""
    sums = zeros(*shapes, dtype=dtype)
    if dtype == torch.int64:
        add_grid_noise(sums, key=KEY, **arguments)
    else:
        add_noise(sums, key=KEY, standard_deviation=1.0, **arguments)
    return flat(sums)


KINDS = pytest.mark.parametrize("dtype", [torch.float64, torch.int64], ids=["gaussian", "grid"])


def test_layout_is_the_documented_one():
    samples = drawn([(70_000,)], step=5)
    step_key = derive_key(KEY, "noise", "gaussian", 5)
    chunks = [gaussian_noise(SecureStream(step_key, f"chunk {c}"), n, 1.0) for c, n in ((0, 65_536), (1, 4_464))]
    np.testing.assert_array_equal(samples.numpy(), np.concatenate(chunks))


@KINDS
@settings(max_examples=15, deadline=None)
@given(sizes=st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_how_tensors_are_cut_does_not_matter(dtype, sizes):
    whole = drawn([(sum(sizes),)], dtype=dtype, step=1)
    assert torch.equal(drawn([(size,) for size in sizes], dtype=dtype, step=1), whole)


@KINDS
@pytest.mark.parametrize("world", [2, 3, 7])
def test_ranks_carry_one_share_together(dtype, world):
    shapes = [(300, 217), (), (65_536 * 2,), (5, 0)]
    alone = drawn(shapes, dtype=dtype, step=2)
    shares = [drawn(shapes, dtype=dtype, step=2, rank=rank, world=world) for rank in range(world)]
    assert torch.equal(torch.stack(shares).sum(dim=0), alone)
    assert (torch.stack(shares) != 0).sum(dim=0).max() == 1
    # The twin that ignores the number of processes gives every coordinate `world` times the noise.
    twins = torch.stack([drawn(shapes, dtype=dtype, step=2) for _ in range(world)]).sum(dim=0)
    assert not torch.equal(twins, alone)


def test_statistics_of_ranks_add_up():
    shapes = [(200_000,)]
    parts = [add_noise(zeros(*shapes), key=KEY, step=2, standard_deviation=9.0, rank=r, world=3) for r in range(3)]
    alone = add_noise(zeros(*shapes), key=KEY, step=2, standard_deviation=9.0)
    together = parts[0] + parts[1] + parts[2]
    assert (together.count, together.pairs) == (alone.count, alone.pairs) == (200_000, 199_996)
    for name in ("total", "squares", "fourth_powers", "products"):
        assert getattr(together, name) == pytest.approx(getattr(alone, name), rel=1e-9)
    samples = drawn(shapes, step=2).numpy()
    assert alone.squares == pytest.approx(float(samples @ samples))
    assert alone.fourth_powers == pytest.approx(float((samples**4).sum()))


@pytest.mark.parametrize("world", [1, 3])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_sum_and_noise_are_multiplied_together(dtype, world):
    shapes, scale = [(300, 217), (), (65_536 * 2,)], 1 / 37
    values = [torch.randn(shape, dtype=dtype, generator=torch.Generator().manual_seed(1)) for shape in shapes]
    shares = []
    for rank in range(world):
        sums = {str(i): v.clone() if rank == 0 else torch.zeros_like(v) for i, v in enumerate(values)}
        add_noise(sums, key=KEY, step=2, standard_deviation=3.0, scale=scale, rank=rank, world=world)
        shares.append(torch.cat([total.flatten() for total in sums.values()]))
    noise = zeros(*shapes, dtype=torch.float64)
    add_noise(noise, key=KEY, step=2, standard_deviation=3.0)
    expected = torch.cat([(v + n).flatten() * scale for v, n in zip(values, noise.values(), strict=True)])
    found = torch.stack(shares).sum(dim=0)
    assert found.double() == pytest.approx(expected, rel=1e-6, abs=1e-7)
    if world == 1:
        assert torch.equal(found, expected.to(dtype))  # one rounding
    # The twin that leaves what lies in other ranks' chunks as it was.
    values = torch.cat([value.flatten() for value in values])[65_536:131_072].double()
    twin = found[65_536:131_072].double() + values * (1 - scale)
    assert twin != pytest.approx(expected[65_536:131_072], rel=1e-6, abs=1e-7)


@KINDS
def test_steps_keys_and_kinds_are_independent(dtype):
    shape, n = [(100_000,)], 100_000
    unit = GRID if dtype == torch.int64 else 1.0

    def correlation(first, second):
        return abs(float((first.double() / unit) @ (second.double() / unit)) / math.sqrt(n))

    first = drawn(shape, dtype=dtype, step=1)
    assert torch.equal(first, drawn(shape, dtype=dtype, step=1))
    assert correlation(first, drawn(shape, dtype=dtype, step=2)) < 5
    assert correlation(first[:-1], first[1:]) < 5
    assert correlation(first[: n // 2], drawn(shape, dtype=dtype, step=1)[n // 2 :]) < 5
    assert correlation(first, drawn(shape, dtype=dtype, step=1)) > 5  # the twin that reuses a step's noise


def test_two_keys_and_both_kinds_differ():
    other = zeros((1000,))
    add_noise(other, key=KEY + b"!", step=1, standard_deviation=1.0)
    first = drawn([(1000,)], step=1)
    assert abs(float(flat(other) @ first)) < 6 * math.sqrt(1000)
    grid = drawn([(1000,)], dtype=torch.int64, step=1).double() / GRID
    assert abs(float(grid @ first)) < 6 * math.sqrt(1000)


def test_float32_sums_are_rounded_once():
    sums = {"a": torch.linspace(-3, 3, 70_001, dtype=torch.float32), "b": torch.full((3, 5), 1e-3)}
    exact = flat(sums).double() + 0.7 * drawn([(70_001,), (15,)], step=4)
    half = flat(sums) + (0.7 * drawn([(70_001,), (15,)], step=4)).float()  # twin: noise rounded before it is added
    add_noise(sums, key=KEY, step=4, standard_deviation=0.7)
    assert torch.equal(flat(sums), exact.float())
    assert not torch.equal(half, exact.float())


def test_grid_noise_is_whole_cells_around_the_sum():
    sums = {"a": torch.full((50_000,), 10**15, dtype=torch.int64)}
    statistics = add_grid_noise(sums, key=KEY, step=1)
    cells = sums["a"] - 10**15
    assert statistics.squares == pytest.approx(float((cells.double() / GRID).square().sum()))
    assert statistics.misfit() is None
    assert 0.4 < float((cells & 1).double().mean()) < 0.6


def of(samples):
    return noise._statistics(np.asarray(samples))


@pytest.mark.parametrize("size", [1, 2, 30, 1000, 2_000_000])
def test_right_noise_fits(size):
    assert add_noise(zeros((size,)), key=KEY, step=7, standard_deviation=0.01).misfit() is None


def test_false_alarms_are_rare():
    alarms = sum(of(gaussian_noise(SecureStream(KEY, f"try {i}"), 50, 1.0)).misfit(0.1) is not None for i in range(500))
    assert alarms <= 50


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("variance", lambda z: z * 1.003),
        ("variance", lambda z: z * 0.997),
        ("variance", lambda z: z * math.sqrt(2)),
        ("variance", lambda z: z * 0),
        ("mean", lambda z: z + 0.004),
        ("fourth moment", lambda z: np.sign(z) * 1.0),
        ("fourth moment", lambda z: np.concatenate([z[: z.size // 2] * 1.2, z[z.size // 2 :] * math.sqrt(0.56)])),
        ("product", lambda z: np.repeat(z[::2], 2)),
        ("mean", lambda z: z * math.nan),
    ],
)
def test_broken_twins_do_not_fit(name, change):
    samples = gaussian_noise(SecureStream(KEY, "twin"), 1 << 22, 1.0)
    assert of(samples).misfit() is None
    assert name in str(of(change(samples)).misfit())


def test_nothing_drawn_says_nothing():
    assert add_noise({}, key=KEY, step=0, standard_deviation=1.0) == NoiseStatistics()
    assert add_noise(zeros((10,)), key=KEY, step=0, standard_deviation=1.0, rank=1, world=2) == NoiseStatistics()
    assert NoiseStatistics().misfit() is None


def test_failure_probability():
    assert grid_failure_probability() == grid_failure_probability(10**6) < 1e-16
    assert grid_failure_probability(100) == pytest.approx(grid_failure_probability() / 100)
    with pytest.raises(PrivacyParameterError):
        grid_failure_probability(0)


def test_grid_noise_for_too_many_says_how_long_it_would_take(monkeypatch):
    monkeypatch.setattr(noise, "LARGEST_GRID_MODEL", 10)
    sums = zeros((11,), dtype=torch.int64)
    with pytest.raises(PrivacyParameterError, match=r"parameters=11 exceeds 10.* s a step"):
        add_grid_noise(sums, key=KEY, step=0)
    assert not flat(sums).any()


@pytest.mark.parametrize(
    "wrong",
    [
        {"standard_deviation": 0.0},
        {"standard_deviation": math.inf},
        {"standard_deviation": True},
        {"step": -1},
        {"step": True},
        {"rank": 2, "world": 2},
        {"world": 0},
        {"sums": {"a": torch.zeros(3), "half": torch.zeros(3, dtype=torch.bfloat16)}},
        {"sums": {"a": torch.zeros(3), "turned": torch.zeros(3, 4).t()}},
        {"sums": {"a": torch.zeros(3, dtype=torch.int64)}},
    ],
)
def test_refusals_change_nothing(wrong):
    arguments = {"sums": {"a": torch.zeros(3)}, "key": KEY, "step": 1, "standard_deviation": 1.0} | wrong
    with pytest.raises(PrivacyParameterError):
        add_noise(**arguments)
    assert all(not tensor.any() for tensor in arguments["sums"].values())


def test_other_refusals():
    with pytest.raises(PrivacyParameterError, match="float32"):
        add_grid_noise({"a": torch.zeros(3)}, key=KEY, step=1)
    with pytest.raises(KeyUnavailable):
        add_noise(zeros((3,)), key=b"short", step=1, standard_deviation=1.0)
