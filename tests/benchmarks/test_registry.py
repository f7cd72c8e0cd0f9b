"""A bench is one file: found by being there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wuming.benchmarks.house import registry
from wuming.core.errors import PlanError


def test_every_bench_loads_and_its_rows_have_names_of_their_own() -> None:
    assert "training" in registry.bench_names()
    for name in registry.bench_names():
        bench = registry.load_bench(name)
        names = [row.name for row in bench.rows]
        assert bench.name == name
        assert len(set(names)) == len(names)
        assert not {group for row in bench.rows for group in row.groups} & set(names)


def test_a_new_file_is_a_new_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sample_bench.py").write_text(
        "from wuming.benchmarks.house.bench import Bench\nBENCH = Bench('sample_bench', 'A sample', ())\n"
    )
    monkeypatch.setattr("wuming.benchmarks.__path__", [*registry.wuming.benchmarks.__path__, str(tmp_path)])
    assert "sample_bench" in registry.bench_names()
    assert registry.load_bench("sample_bench").title == "A sample"
    sys.modules.pop("wuming.benchmarks.sample_bench")


@pytest.mark.parametrize("name", ["house", "peers", "nothing", "training.bench"])
def test_what_is_no_bench_is_refused(name: str) -> None:
    with pytest.raises(PlanError, match="not known"):
        registry.load_bench(name)


def test_what_peers_import_needs_nothing_of_ours_but_itself() -> None:
    """Peers' environments hold torch, transformers, peft and the peer, and nothing else of ours."""
    code = (
        "import sys\nimport wuming.benchmarks.house.protocol, wuming.benchmarks.training.workloads\n"
        "import wuming.benchmarks.training.contestant\n"
        "print(sorted(name for name in sys.modules if name.startswith('wuming.')"
        " and not name.startswith('wuming.benchmarks')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"
