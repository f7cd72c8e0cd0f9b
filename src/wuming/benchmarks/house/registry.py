"""Finds the benches: every module or package of `wuming.benchmarks` but the house itself and the peers."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import wuming.benchmarks
from wuming.benchmarks.house.bench import Bench
from wuming.core.errors import PlanError

_NO_BENCH = frozenset({"house", "peers"})


def bench_names() -> list[str]:
    """Return the names of all benches; imports none of them."""
    return sorted({found.name for found in pkgutil.iter_modules(wuming.benchmarks.__path__)} - _NO_BENCH)


def load_bench(name: str) -> Bench:
    """Import one bench: `BENCH` of its module, or of the module `bench` in its package.

    Raises:
        PlanError: there is none of this name.
    """
    if name not in bench_names():
        raise PlanError(f"bench={name!r} is not known", help=f"Known: {', '.join(bench_names())}.")
    module = import_module(f"wuming.benchmarks.{name}")
    if not hasattr(module, "BENCH"):
        module = import_module(f"wuming.benchmarks.{name}.bench")
    bench = module.BENCH
    assert isinstance(bench, Bench)
    return bench
