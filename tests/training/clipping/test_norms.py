"""Float32 norms err by less than what is made up for; naive ones do not."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wuming.training.clipping import blas, contributions, norms
from wuming.training.clipping.accumulation import Clipping
from wuming.training.clipping.blas import half_products
from wuming.training.clipping.contributions import Panels, Product, Scatter
from wuming.training.clipping.rules import Automatic, Flat, PerLayer
from wuming.training.clipping.squares import GramCache, joined, squares_of_one


def test_row_norms_are_exact_enough_at_the_size_of_real_models():
    row = torch.randn(1, 4_000_000, generator=torch.Generator().manual_seed(0))
    exact = float(row.double().square().sum().sqrt())
    margin = 1 - norms.ROUND_DOWN
    assert abs(float(norms.row_squares(row).sqrt()) / exact - 1) < margin / 4
    assert abs(float(torch.linalg.vector_norm(row, dim=1)) / exact - 1) > margin  # the twin: 8·10⁻⁵ here


def rows(kind, k, m, n, generator):
    left, right = torch.randn(k, m, generator=generator), torch.randn(k, n, generator=generator)
    signs = (torch.arange(k) % 2 * 2 - 1)[:, None]
    if kind == "nearly equal inputs, gradients that cancel":
        return left - left.mean(0), right * 1e-3 + right[:1]
    if kind == "equal rows":
        return left[:1].expand(k, m).contiguous(), right[:1].expand(k, n).contiguous()
    if kind == "two groups of rows that cancel":
        return left[:1] * signs, right[:1] * (1 + 1e-3 * (signs > 0))
    if kind == "alternating signs":
        return left.abs() * signs, right.abs()
    return left, right


@pytest.mark.parametrize(
    "kind",
    ["random", "nearly equal inputs, gradients that cancel", "equal rows", "two groups of rows that cancel",
     "alternating signs"],
)  # fmt: skip
@pytest.mark.parametrize("shape", [(2, 8, 8), (16, 30, 50), (128, 300, 200), (512, 96, 128), (64, 20_000, 32)])
def test_gram_norms_stay_within_their_doubt(kind, shape):
    generator = torch.Generator().manual_seed(1)
    for _ in range(2):
        left, right = rows(kind, *shape, generator)
        exact = float((left.double().T @ right.double()).square().sum())
        found = squares_of_one(Product(left.unsqueeze(0), right.unsqueeze(0)), GramCache())
        assert abs(float(found.value) - exact) <= float(found.doubt) + 2e-6 * exact


def test_the_doubt_alone_covers_equal_rows_and_half_of_it_would_not():
    """Nothing is added to the doubt here: equal rows are where a Gram product errs most."""
    generator, shares = torch.Generator().manual_seed(1), []
    for shape in [(2, 8, 8), (16, 30, 50), (128, 300, 200), (512, 96, 128), (64, 20_000, 32)]:
        for _ in range(10):
            left, right = rows("equal rows", *shape, generator)
            exact = float((left.double().T @ right.double()).square().sum())
            found = squares_of_one(Product(left.unsqueeze(0), right.unsqueeze(0)), GramCache())
            shares.append(abs(float(found.value) - exact) / float(found.doubt))
    assert 0.5 < max(shares) <= 1


def test_one_float32_dot_product_would_not():
    """The twin: Gram matrices of equal rows, contracted in one go, err by up to 10⁻⁴."""
    generator = torch.Generator().manual_seed(1)
    left, right = (norms.grams(torch.randn(1, 1, 300, generator=generator).expand(1, 512, 300)) for _ in range(2))
    exact = float((left.double() * right.double()).sum())
    assert abs(float(torch.dot(left.flatten(), right.flatten())) / exact - 1) > 1e-5


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 3), st.integers(1, 8), st.integers(1, 6), st.integers(1, 6), st.integers(0, 999))
def test_ghost_norms_equal_instantiated_ones(units, k, m, n, seed):
    generator = torch.Generator().manual_seed(seed)
    product = Product(torch.randn(units, k, m, generator=generator), torch.randn(units, k, n, generator=generator))
    ids = torch.randint(0, m, (units, k), generator=generator)
    scatter = Scatter(ids, torch.randn(units, k, n, generator=generator), m)
    for parts in ([product], [scatter], [product, scatter], [scatter, product]):
        room = torch.empty(units, m * n)
        for number, part in enumerate(parts):
            part.write(room, fresh=number == 0)
        found = joined(parts, [squares_of_one(part, GramCache()) for part in parts])
        torch.testing.assert_close(found.value, room.double().square().sum(1), rtol=1e-5, atol=1e-4)
    own = squares_of_one(product, GramCache())
    assert joined([product, product], [own, own]) is None


@given(st.floats(0, 1e30), st.floats(1e-6, 1e6), st.integers(1, 50))
def test_the_clipped_norm_is_never_above_the_bound(size, bound, groups):
    for rule in (Flat(bound), Automatic(bound)):
        clipping = Clipping(rule, bound, groups, 1.0, None)
        factor = float(clipping.factors(torch.tensor([size], dtype=torch.float64)))
        assert size * factor <= clipping.group_bound
        assert 0 <= factor < float("inf")


def test_a_unit_in_doubt_is_instantiated():
    """Near total cancellation, Gram matrices leave the norm open; then the unit's gradient itself is formed."""
    from torch import nn

    from wuming.training.clipping.engine import ClippedGradients

    model = nn.Linear(64, 1, bias=False)
    x = torch.randn(1, 2, 64, generator=torch.Generator().manual_seed(2)).expand(1, 2, 64).clone()
    x[0, 1] = x[0, 0] * (1 + 1e-5)
    weights = torch.tensor([[1e6, -1e6]])
    engine = ClippedGradients(model, Flat(1e-3), method="ghost")
    engine.begin(1)
    (model(x).squeeze(2) * weights).sum().backward()
    norm = float(engine.end())
    exact = float((x.double() * weights.double().unsqueeze(2)).sum((0, 1)).norm())
    assert norm == pytest.approx(exact, rel=1e-3)  # float32 itself cancels to 10⁻⁴ here; Gram matrices to 10³
    assert float(engine.sums["weight"].double().norm()) <= 1e-3


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 40, 700), (2, 128, 8192), (2, 33, 512)])
def test_half_products_are_the_upper_triangle_of_gram_matrices(shape):
    generator, threads = torch.Generator().manual_seed(4), torch.get_num_threads()
    wide = torch.randn(shape[0], shape[1], 2 * shape[2], generator=generator)
    torch.set_num_threads(1)
    try:
        for rows in (
            wide[:, :, : shape[2]].contiguous(),
            wide[:, :, : shape[2]],
            wide[:, :, ::2],
        ):  # also where rows do not lie together
            found = torch.full((shape[0], shape[1], shape[1]), 7.0)
            if not half_products(rows, found):
                pytest.skip("scipy was built on another BLAS here")
            exact = rows.double() @ rows.double().mT
            torch.testing.assert_close(found.triu().double(), exact.triu(), rtol=1e-5, atol=1e-4)
            assert (found.tril(-1) == torch.full_like(found, 7.0).tril(-1)).all()
            assert not half_products(rows.double(), found)
    finally:
        torch.set_num_threads(threads)


def test_threads_of_the_blas_are_kept_to_one_and_given_back():
    count = [4]
    library = blas._Blas(lambda: None, lambda: 0.0, lambda: count[0], lambda number: count.__setitem__(0, number))
    with library.one_thread():
        assert count == [1]
    assert count == [4]


def test_both_ways_to_gram_matrices_give_the_same_norms(monkeypatch):
    generator = torch.Generator().manual_seed(5)
    product = Product(torch.randn(2, 64, 300, generator=generator), torch.randn(2, 64, 500, generator=generator))
    quick = squares_of_one(product, GramCache())
    monkeypatch.setattr(norms, "half_products", lambda _rows, _out: False)
    plain = squares_of_one(product, GramCache())
    torch.testing.assert_close(quick.value, plain.value, rtol=2e-6, atol=0)
    torch.testing.assert_close(quick.doubt, plain.doubt, rtol=1e-5, atol=0)


def single(size, first, _one, second, _other):
    """The twin: a dot product in float32, as it would be read from memory."""
    import ctypes

    one, other = (
        torch.frombuffer((ctypes.c_float * size).from_address(x), dtype=torch.float32) for x in (first, second)
    )
    return float(torch.dot(one, other))


def test_dot_products_in_double_are_told_from_those_in_single():
    library = blas._blas()
    if library is None:
        pytest.skip("scipy was built on another BLAS here")
    assert blas._sums_in_double(library.dot)
    assert not blas._sums_in_double(single)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.integers(1, 6000), st.floats(0, 12), st.integers(0, 999))
def test_row_squares_err_by_less_than_is_made_up_for(units, size, spread, seed):
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randn(units, size, generator=generator) * 10 ** (
        -spread * torch.rand(units, size, generator=generator)
    )
    exact = rows.double().square().sum(1)
    torch.testing.assert_close(norms.row_squares(rows), exact, rtol=3e-6, atol=0)
    torch.testing.assert_close(norms.row_squares(rows.double()), exact, rtol=1e-12, atol=0)
    torch.testing.assert_close(norms.inner_products(rows[:, :, None], rows[:, :, None]), exact, rtol=3e-6, atol=0)


@pytest.mark.parametrize(("units", "rows", "m", "n"), [(3, 5, 128, 7), (5, 7, 300, 40), (1, 1, 1, 1), (2, 300, 140, 9)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_product_is_formed_and_measured_panel_by_panel(units, rows, m, n, dtype, threads):
    generator = torch.Generator().manual_seed(m)
    left, right = (torch.randn(units, rows, size, generator=generator).to(dtype) for size in (m, n))
    wide = torch.float64 if dtype == torch.float64 else torch.float32
    exact = torch.bmm(left.double().transpose(1, 2), right.double()).flatten(1)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        room = torch.full((2, m * n), float("nan"), dtype=wide)  # what lies there counts nothing
        panels = Panels(Product(left, right), room)
        for start in range(0, units, 2):
            here = range(start, min(start + 2, units))
            found, gradients = panels.form(here), room[: len(here)].double()
            torch.testing.assert_close(gradients, exact[start : here.stop], rtol=1e-4, atol=1e-4)
            assert found == pytest.approx(gradients.square().sum(1).tolist(), rel=3e-6)
    finally:
        torch.set_num_threads(before)


def test_a_panel_left_out_of_the_norm_is_seen(monkeypatch):
    measure = blas.squaring

    @contextmanager
    def twin(room):
        with measure(room) as square:
            yield lambda panel: square(panel) if len(panel) == 128 else 0.0

    monkeypatch.setattr(contributions, "squaring", twin)
    room = torch.empty(1, 300 * 4)
    (found,) = Panels(Product(torch.ones(1, 5, 300), torch.ones(1, 5, 4)), room).form(range(1))
    assert found == 256 * 4 * 25.0  # of 300·4·25, which the test above would demand


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.floats(), st.floats(0, 10), st.just(0.0)), min_size=1, max_size=6),
    st.sampled_from([PerLayer(0.7), Flat(1e-3), Automatic(0.5)]),
    st.sampled_from([1.0, 0.25, 3.0]),
    st.integers(1, 5),
)
@example([-0.0], PerLayer(0.7), 1.0, 1)
def test_one_gradient_is_clipped_as_many_are(squares, rule, scale, groups):
    clipping = Clipping(rule, rule.max_grad_norm, groups, scale, None)
    present = torch.arange(len(squares)) % 3 != 1
    clipped = clipping.clip(torch.tensor(squares, dtype=torch.float64), present)
    alone = [clipping.clip_one(s, present=p) for s, p in zip(squares, present.tolist(), strict=True)]
    assert [before for before, _ in alone] == clipped.before.tolist()
    assert [factor for _, factor in alone] == pytest.approx(clipped.factors.tolist(), rel=1e-15, abs=0)
