"""An existing Flower app gets secure aggregation and differential privacy by few changed lines, and runs."""

from __future__ import annotations

import difflib
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from flwr.app import Context, RecordDict

from wuming.app.federation.draft import write_draft
from wuming.app.federation.keys import make_keys
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger

from . import small

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "flower"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_at_most_ten_lines_differ() -> None:
    before, after = ((EXAMPLES / f"app_{name}.py").read_text().splitlines() for name in ("before", "after"))
    changed = [line for line in difflib.ndiff(before, after) if line[:2] in ("- ", "+ ")]
    assert len(changed) <= 10, changed


def keys(folder: Path, **fields: str) -> None:
    """Make keys for four shops, and the agreement for an app of nine numbers."""
    make_keys(folder, name="shops", hosts=(), silos=tuple(f"shop-{place}" for place in range(4)))
    path = write_draft(folder, "shops")
    assert path is not None
    values = {
        "task": "flower\ndimension: 9",
        "rounds": "3",
        "unit": "client",
        "bound": "2.0",
        "sampling_probability": "1.0",
        "divisor": "4.0",
        "epsilon": "30.0",
        "delta": "1.0e-3",
        "least_survivors": "3",
        **fields,
    }
    text = re.sub(r"^vector_norm:.*\n", "", path.read_text(), flags=re.MULTILINE)
    for name, value in values.items():
        text = re.sub(rf"^{name}:.*$", f"{name}: {value}", text, flags=re.MULTILINE)
    path.write_text(text)


@pytest.fixture
def shops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    return tmp_path


def run(name: str, printed: pytest.CaptureFixture[str]) -> float:
    module = load(name)
    grid = small.MemoryGrid(dict.fromkeys(range(4), module.app))
    module.server(grid, Context(run_id=small.RUN, node_id=1, node_config={}, state=RecordDict(), run_config={}))
    return float(re.findall(r"accuracy ([\d.]+)", printed.readouterr().out)[-1])


def test_the_app_learns_as_before_where_no_noise_is_added(shops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys(shops / "keys", noise="none", bound="50.0")
    assert abs(run("app_before", capsys) - run("app_after", capsys)) <= 0.01


def test_with_noise_every_shop_pays_from_its_own_account(shops: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys(shops / "keys")
    assert run("app_after", capsys) > 0.5
    status = {one.account: one for one in Accounts(Ledger()).all()}
    assert sorted(status) == [f"shop-{place}/client/add-or-remove-one" for place in range(4)]
    assert all(0 < one.spent_epsilon <= 40 for one in status.values())
