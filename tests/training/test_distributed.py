"""Several processes train one model: the same result as one, one share of noise in total."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
import torch
from torch import multiprocessing

PATH = Path(__file__).with_name("distributed_worker.py")


def _worker():
    spec = importlib.util.spec_from_file_location("distributed_worker", PATH)
    module = importlib.util.module_from_spec(spec)
    sys.modules["distributed_worker"] = module
    spec.loader.exec_module(module)
    return module


def _run(rank, world, rendezvous, precision, adaptive, output):
    _worker().main(rank, world, rendezvous, precision, adaptive, output)


def together(tmp_path, world, precision, adaptive=False):
    processes = [
        multiprocessing.get_context("fork").Process(
            target=_run, args=(rank, world, str(tmp_path / "meet"), precision, adaptive, str(tmp_path))
        )
        for rank in range(world)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    return [torch.load(tmp_path / f"{rank}.pt") for rank in range(world)]


@pytest.mark.parametrize(
    ("world", "precision", "tolerance"), [(2, "float32", 1e-5), (2, "float64", 1e-6), (4, "float32", 1e-5)]
)
def test_several_processes_equal_one(tmp_path, world, precision, tolerance):
    alone, count = _worker().train(precision)
    found = together(tmp_path, world, precision)
    for result in found:
        assert torch.equal(result["weights"], found[0]["weights"])
        assert float((result["weights"] - alone).norm() / alone.norm()) <= tolerance
    assert sum(result["count"] for result in found) == count


def test_the_adaptive_bound_is_the_same_everywhere(tmp_path):
    alone, _ = _worker().train("float32", adaptive=True)
    for result in together(tmp_path, 2, "float32", adaptive=True):
        assert float((result["weights"] - alone).norm() / alone.norm()) <= 1e-5
