"""Which tensors count as the batch: views that read, in each row, that row alone."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from wuming.training.data import UnitData
from wuming.training.loader import ROW_MULTIPLE, _is_view_by_rows, draw

sizes = st.integers(1, 4)


@given(rows=st.integers(2, 5), shape=st.lists(sizes, min_size=1, max_size=3), data=st.data())
def test_a_view_that_passes_reads_each_row_for_itself(rows, shape, data):
    # Every number of the storage is the row it belongs to; -1 is around the batch.
    storage = torch.full((4 + rows * 64 + 200,), -1)
    own = storage[4 : 4 + rows * torch.Size(shape).numel()].view(rows, *shape)
    own.copy_(torch.arange(rows).view(-1, *[1] * len(shape)).expand_as(own))
    count = data.draw(st.integers(0, 3))
    taken = [data.draw(st.integers(1, rows + 1)), *(data.draw(sizes) for _ in range(count))]
    strides = [data.draw(st.integers(0, own.stride(0) + 1)), *(data.draw(st.integers(0, 8)) for _ in range(count))]
    view = storage.as_strided(taken, strides, data.draw(st.integers(0, 12)))
    if _is_view_by_rows(view, own, rows):
        assert len(view) == rows
        assert torch.equal(view, torch.arange(rows).view(-1, *[1] * (view.ndim - 1)).expand_as(view))


@given(rows=st.integers(1, 5), width=sizes, height=sizes)
def test_reshaped_rows_pass(rows, width, height):
    own = torch.randn(rows, height, width)
    for view in (own, own.view(rows, -1), own.transpose(1, 2), own[:, :1], own[..., 0], own.unsqueeze(1), own.detach()):
        assert _is_view_by_rows(view, own, rows)
    for other in (own.clone(), own.double(), own + 0):
        assert not _is_view_by_rows(other, own, rows)


@given(drawn=st.lists(st.integers(0, 9), max_size=150))
def test_a_batch_holds_who_was_drawn_and_copies_that_count_nothing(drawn):
    data = UnitData.of_tensors(torch.arange(10), torch.arange(10))
    batch = draw(data, 0, [[index] for index in drawn], torch.device("cpu"))
    assert batch.rows % ROW_MULTIPLE == 0
    assert 0 < batch.rows - len(drawn) + ROW_MULTIPLE * bool(drawn) <= 2 * ROW_MULTIPLE
    assert batch.inputs[0][batch.present].tolist() == drawn
    assert batch.inputs[0][: len(drawn)].tolist() == drawn
