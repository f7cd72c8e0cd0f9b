"""Our own commands, run as a user would: for rows that measure a whole command."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wuming.benchmarks.house.protocol import ContestantFailed


def last_json_line(text: str) -> dict[str, Any]:
    """Return the JSON object in the last line of a command's output.

    Raises:
        ContestantFailed: there is none.
    """
    lines = text.strip().splitlines()
    try:
        found = json.loads(lines[-1])
    except (IndexError, ValueError) as error:
        raise ContestantFailed("NoResult", "the command's last line is no JSON") from error
    if not isinstance(found, dict):
        raise ContestantFailed("NoResult", "the command's last line is no JSON object")
    return found


def run_wuming(arguments: Sequence[str]) -> str:
    """Run a command in a process of its own, as a user would, and return its output.

    Raises:
        ContestantFailed: it ended with an error.
    """
    program = Path(sys.executable).with_name("wuming")
    done = subprocess.run([str(program), *arguments], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise ContestantFailed("Exit", f"`wuming {' '.join(arguments)}` ended with {done.returncode}")
    return done.stdout
