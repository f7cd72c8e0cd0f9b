"""A gigabyte through `wuming deidentify` and back: how fast, in how much memory, and whether all comes back."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import zip_longest
from pathlib import Path

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.protocol import ContestantFailed
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.text.dialogues import dialogues
from wuming.core.storage import file_digest

SIZE, _QUICK_SIZE = 1_000_000_000, 1_000_000
_DISTINCT = 20_000_000  # bytes of dialogues that differ; they come again under other subjects
_SEED = 41
_JOBS = 2
_PROFILE = "prompt"  # every value becomes a token that the vault can turn back
_EVERY = 0.5  # seconds between two looks at the memory
_MOST = Goal("<=", 500.0)


def measure(hall: Hall) -> Outcome:
    """De-identify a file of dialogues on two cores, restore it, and compare.

    Raises:
        ContestantFailed: a command failed.
    """
    quick = hall.settings.quick
    size = _QUICK_SIZE if quick else SIZE
    with tempfile.TemporaryDirectory(prefix="wuming-bench-") as folder:
        place = Path(folder)
        source, clean, back = (place / f"{name}.jsonl" for name in ("source", "clean", "back"))
        hall.say("writing")
        written = write(source, size)
        shared = ["--vault", str(place / "vault.sqlite"), "--profile", _PROFILE, "--key-file", str(place / "key")]
        (place / "key").touch(mode=0o600)
        (place / "key").write_bytes(bytes(range(32)))
        hall.say(f"{written / 1e6:,.0f} MB: deidentify")
        there, memory = _timed(["deidentify", str(source), "-o", str(clean), *shared, "--jobs", str(_JOBS)], place)
        hall.say("restore")
        again, memory_again = _timed(["restore", str(clean), "-o", str(back), *shared], place)
        different = _same(source, back)
        kept = file_digest(source) != file_digest(clean)
    tenth = max(1, len(memory) // 10)
    growth = statistics.median(memory[-tenth:]) / statistics.median(memory[tenth : 2 * tenth] or memory)
    goal = None if quick else _MOST
    figures = (
        Figure("deidentify: throughput on two cores", "MB/s", (written / 1e6 / there,)),
        Figure("deidentify: largest memory of all its processes", "MB", (max(memory),), goal),
        Figure("deidentify: memory at the end / after a tenth", "×", (growth,), None if quick else Goal("<=", 1.2)),
        Figure("restore: throughput", "MB/s", (written / 1e6 / again,)),
        Figure("restore: largest memory", "MB", (max(memory_again),), goal),
        Figure("documents that differ after restoring", "", (float(different),), Goal("<=", 0.0)),
    )
    notes = (f"profile {_PROFILE} with a vault; memory is the sum of proportional sizes, looked at twice a second",)
    return Outcome(figures, {"memory": memory, "changed": kept}, notes)


def write(path: Path, size: int) -> int:
    """Write dialogues as JSON lines, each of a subject of its own, so many bytes or a line more; return the bytes."""
    texts = dialogues(_SEED, min(size, _DISTINCT), per_kilobyte=5.0)
    written = number = 0
    with path.open("w", encoding="utf-8") as stream:
        while written < size:
            line = json.dumps({"id": f"d{number}", "text": texts[number % len(texts)]}, ensure_ascii=False) + "\n"
            stream.write(line)
            written += len(line.encode())
            number += 1
    return written


def _timed(arguments: list[str], folder: Path) -> tuple[float, list[float]]:
    """Run a command; return its seconds, and megabytes of all its processes over time."""
    code = "from wuming.app.cli import main; main()"
    memory: list[float] = []
    begin = time.perf_counter()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=said, stderr=subprocess.STDOUT)
        while process.poll() is None:
            memory.append(sum(map(_proportional, family(process.pid))) / 1e6)
            time.sleep(_EVERY)
    if process.returncode != 0:
        raise ContestantFailed("Exit", (folder / "said").read_text(encoding="utf-8", errors="replace")[-500:])
    return time.perf_counter() - begin, memory


def family(process: int) -> list[int]:
    """Return a process and all below it, as Linux lists them."""
    return [process, *(one for child in _children(process) for one in family(child))]


def _children(process: int) -> list[int]:
    found: list[int] = []
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, path.read_text(encoding="ascii").split())
        except OSError:  # it ended meanwhile
            continue
    return found


def _proportional(process: int) -> float:
    """Return the bytes that a process holds, a page that several share counted in parts; 0 once it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _same(first: Path, second: Path) -> int:
    """Return the number of lines that differ as JSON."""
    with first.open(encoding="utf-8") as one, second.open(encoding="utf-8") as other:
        return sum(json.loads(a) != json.loads(b) for a, b in zip_longest(one, other, fillvalue="null"))
