"""examples/mnist.py runs, on generated pictures in MNIST's format."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "mnist.py"


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Ten kinds of pictures, each with a bright line of its own."""
    generator = np.random.default_rng(0)
    for part, number in (("train", 600), ("t10k", 100)):
        labels = generator.integers(0, 10, number).astype(np.uint8)
        pixels = generator.integers(0, 60, (number, 28, 28)).astype(np.uint8)
        pixels[np.arange(number), 2 * labels + 3] = 255
        header = b"\0\0\x08\x03" + b"".join(int(n).to_bytes(4, "big") for n in (number, 28, 28))
        with gzip.open(tmp_path / f"{part}-images-idx3-ubyte.gz", "wb") as file:
            file.write(header + pixels.tobytes())
        with gzip.open(tmp_path / f"{part}-labels-idx1-ubyte.gz", "wb") as file:
            file.write(b"\0\0\x08\x01" + number.to_bytes(4, "big") + labels.tobytes())
    return tmp_path


def test_the_example_runs_and_says_what_it_cost(digits):
    arguments = ["--data", str(digits), "--examples", "600", "--epochs", "3", "--batch-size", "300"]
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = re.search(r"accuracy on the test pictures: ([01]\.\d+)", done.stdout)
    assert found
    assert re.search(r"epsilon, delta +\((0\.99\d*|1\.0), 1e-05\)", done.stdout)
    assert "steps                         6 of 6" in done.stdout
    assert done.stdout.count("holds") == 5


def test_it_differs_from_the_loop_without_privacy_in_five_lines():
    assert EXAMPLE.read_text(encoding="utf-8").count("# ←") == 5
