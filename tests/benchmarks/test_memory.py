"""The peak of tensors, where it is known; a count of what lives at the end would not find it."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from wuming.benchmarks.training.memory import process_peak, tensor_peak  # noqa: E402

KIB = 1024


def test_the_peak_counts_what_lived_before_and_at_once() -> None:
    kept = torch.zeros(512 * KIB)  # 2 MiB of float32
    alias = kept[:10]  # shares its storage: not counted again
    idle = tensor_peak(lambda: None)["tensors"]

    def step() -> None:
        first = torch.zeros(1024 * KIB)  # 4 MiB
        second = first + 1  # 4 MiB more
        del first
        third = torch.zeros(256 * KIB)  # 1 MiB, after 4 were freed
        del second, third

    found = tensor_peak(step)
    assert 0 <= found["tensors"] - idle - 8 * 1024 * KIB < KIB  # and the scalar 1
    assert found["unexplained"] == 0
    assert idle >= 2 * 1024 * KIB
    assert alias.numel() == 10


def test_what_begins_before_and_ends_within_is_reported_as_unexplained() -> None:
    holder = [torch.zeros(1024 * KIB)]
    found = tensor_peak(holder.clear)
    assert found["unexplained"] == 4 * 1024 * KIB


def test_the_process_peak_never_falls() -> None:
    before = process_peak()
    block = torch.ones(16 * 1024 * KIB)  # 64 MiB, touched
    during = process_peak()
    del block
    assert during >= before
    slack = 4 * 1024 * KIB  # the kernel counts pages in batches
    assert process_peak() + slack >= during >= 64 * 1024 * KIB
