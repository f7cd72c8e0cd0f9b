"""The house: layers, names, sizes, and what `wuming --help` may import."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from importlinter.api import read_configuration
from importlinter.application.use_cases import lint_imports

ROOT = Path(__file__).resolve().parents[2]
LARGEST_FILE = 600  # lines; a file reads in one sitting

# What people may import, by module. A name that leaves this list is a broken promise; add names when they are meant.
PUBLIC_NAMES = {
    "wuming": {"__version__"},
    "wuming.core.errors": {"WumingError", "PlanError", "InputError", "BudgetExceeded", "ReleaseRefused"},
    "wuming.core.evidence": {"Evidence", "now"},
    "wuming.core.ports": {"Budget", "EvidenceSink", "NoProgress", "PersonalDataDetector", "Progress", "Reservation"},
    "wuming.core.records": {"Record"},
    "wuming.lifecycle.loading": {"LoadedPlan", "load_plan", "load_plan_text", "plan_digest"},
    "wuming.lifecycle.plan": {"Plan"},
    "wuming.app.cli": {"main"},
    "wuming.governance.ledger": {"Ledger"},
    "wuming.governance.accounts": {"Accounts"},
    "wuming.governance.consent": {"ConsentRegistry"},
    "wuming.crypto.signatures": {"SigningKey", "VerifyingKey", "sign_envelope", "open_envelope"},
    "wuming.crypto.merkle": {"MerkleTree", "leaf_hash", "verify_inclusion"},
    "wuming.differential_privacy": {
        *("PrivateSGDNet", "PrivacyStatement", "PrivateTrainer", "TrainingPlan"),
        *("UnitData", "Optimisation", "Execution"),
        *("Flat", "PerLayer", "Automatic", "AdaptiveQuantile"),
        *("epsilon", "delta_of", "rdp", "noise_multiplier", "clip", "gaussian_mechanism"),
    },
    "wuming.federated.secure_aggregation": {
        "Client",
        "Cohort",
        "RoundConfiguration",
        "RoundRegister",
        "Server",
        "run_round",
    },
    "wuming.federated.encoding": {"Encoding", "design"},
    "wuming.scenarios.customer_service": {"generate", "public_corpus", "plan_yaml"},
}


def test_arrows_point_down_only() -> None:
    assert read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None)


def test_an_arrow_that_points_up_would_be_found(tmp_path: Path) -> None:
    package = tmp_path / "upside"
    for room in ("core", "app"):
        (package / room).mkdir(parents=True)
        (package / room / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "core" / "wrong.py").write_text("import upside.app\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_package = "upside"\n[[tool.importlinter.contracts]]\nname = "layers"\n'
        'type = "layers"\ncontainers = ["upside"]\nlayers = ["app", "core"]\n'
    )
    found = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", "--config", tmp_path / "pyproject.toml"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode != 0
    assert "upside.core.wrong -> upside.app" in found.stdout


@pytest.mark.parametrize("module", PUBLIC_NAMES)
def test_public_names_stay(module: str) -> None:
    loaded = importlib.import_module(module)
    assert not [name for name in PUBLIC_NAMES[module] if not hasattr(loaded, name)]


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "src" / "wuming" / "py.typed").exists()


def _sources() -> list[Path]:
    return [path for folder in ("src", "tests", "scripts") for path in (ROOT / folder).rglob("*.py")]


def test_no_file_is_longer_than_one_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _sources()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LARGEST_FILE
    }
    assert not long


def test_every_module_says_what_it_is_for() -> None:
    silent = []
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text(encoding="utf-8").lstrip()
        if text and not text.startswith('"""'):
            silent.append(str(path.relative_to(ROOT)))
    assert not silent


HEAVY = ("torch", "transformers", "sqlalchemy", "numpy", "pydantic", "cryptography", "rich", "jinja2", "dp_accounting")


def test_help_imports_nothing_heavy_and_is_quick() -> None:
    code = (
        "import sys\nfrom wuming.app.cli.entry import invoke\ncode = invoke(['--help'])\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])\nsys.exit(code)"
    )
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - begin
    assert done.stdout.splitlines()[-1] == "loaded []"
    print(f"wuming --help took {seconds:.2f} s")
    assert seconds < 5.0  # the promise is 0.5 s on a quiet machine; this only catches what is far off


@pytest.mark.parametrize("command", ["run", "plan", "ask", "ledger", "verify"])
def test_help_of_a_command_imports_no_framework(command: str) -> None:
    code = (
        f"import sys\nfrom wuming.app.cli.entry import invoke\ncode = invoke([{command!r}, '--help'])\n"
        "print('loaded', [name for name in ('torch', 'transformers', 'sqlalchemy') if name in sys.modules])\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_the_core_needs_no_framework() -> None:
    code = (
        "import importlib, pkgutil, sys, wuming.core, wuming.lifecycle.loading\n"
        "for found in pkgutil.walk_packages(wuming.core.__path__, 'wuming.core.'):\n"
        "    importlib.import_module(found.name)\n"
        "print([name for name in ('torch', 'transformers', 'pyarrow', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
