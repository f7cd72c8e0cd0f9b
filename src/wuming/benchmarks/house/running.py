"""Runs a bench: servers and contestants come and go here; results are written after every row."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wuming.benchmarks.house.bench import Bench, Outcome, Row, Settings
from wuming.benchmarks.house.machine import load
from wuming.benchmarks.house.peers import our_environment, peer_environment
from wuming.benchmarks.house.protocol import Contestant, ContestantFailed
from wuming.benchmarks.house.results import ResultFile
from wuming.core.errors import PlanError, WumingError
from wuming.core.ports import Progress

_START_SECONDS = 120.0  # for a server to import its framework
# Contestants never fetch anything, and say nothing of their own.
_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONWARNINGS": "ignore",
}
# Every mathematical library counts threads by a variable of its own, and reads it when it is loaded.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Hall:
    """What a row's measurement may use.

    Attributes:
        settings: how to measure.
        say: tells people, on standard error, what is being done.
    """

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings = settings
        self.say = say
        self._folder = tempfile.TemporaryDirectory(prefix="wuming-bench-")
        self._servers: dict[str, tuple[subprocess.Popen[bytes], str]] = {}

    @contextmanager
    def contestants(
        self, wanted: Sequence[tuple[str, str]], *, peers: Sequence[str] = ()
    ) -> Iterator[list[Contestant]]:
        """Have a fresh process for each (module, contestant), for as long as the block runs.

        Args:
            wanted: module that serves, and name of the contestant there.
            peers: those of the modules that belong to `wuming.benchmarks.peers`, and so to an environment of their own.
        """
        present: list[Contestant] = []
        try:
            for module, name in wanted:
                present.append(Contestant(self._server(module, peer=module in peers), name))
            yield present
        finally:
            for one in present:
                one.close()

    def close(self) -> None:
        """End all servers; each ends when its standard input does."""
        for process, _ in self._servers.values():
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
        self._servers.clear()
        self._folder.cleanup()

    @staticmethod
    def _log(path: str) -> Path:
        return Path(f"{path}.log")

    def _server(self, module: str, *, peer: bool) -> str:
        """Return the socket of the server of `module`, started where it is not running yet."""
        if module not in self._servers:
            name = module.rpartition(".")[2]
            if peer:
                self.say(f"environment of {name}")
            environment = peer_environment(name) if peer else our_environment()
            path = str(Path(self._folder.name) / f"{len(self._servers)}")
            process = subprocess.Popen(
                environment.command(module, path),
                env=environment.variables() | _QUIET | dict.fromkeys(_THREADS, str(self.settings.threads)),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._log(path).open("wb"),  # frameworks warn a lot; it is shown where a server does not start
            )
            self._servers[module] = (process, path)
            _wait(process, Path(path), module, self._log(path))
        return self._servers[module][1]


def rounds(
    contestants: Sequence[Contestant], command: str, arguments: Sequence[Mapping[str, Any]]
) -> dict[str, list[Any]]:
    """Have each contestant do `command` once a round, in turn, so that slow drifts of the machine meet all alike.

    Args:
        arguments: of the command, for each round.

    Returns:
        By contestant, its answers in order; a contestant that failed in a round is missing.
    """
    answers: dict[str, list[Any]] = {one.name: [] for one in contestants}
    for given in arguments:
        for one in contestants:
            if one.name in answers:
                try:
                    answers[one.name].append(one.do(command, **given))
                except ContestantFailed:
                    del answers[one.name]
    return answers


def select_rows(bench: Bench, wanted: str) -> list[Row]:
    """Return the rows that `wanted` (names or groups, separated by commas) asks for; all that are not optional if none.

    Raises:
        PlanError: for a word that is neither.
    """
    words = [word.strip() for word in wanted.split(",") if word.strip()]
    if not words:
        return [row for row in bench.rows if not row.optional]
    for word in words:
        if not any(word in (row.name, *row.groups) for row in bench.rows):
            known = sorted({group for row in bench.rows for group in row.groups}) + [row.name for row in bench.rows]
            raise PlanError(f"rows={word!r} is no row of bench {bench.name}", help=f"Known: {', '.join(known)}.")
    return [row for row in bench.rows if not {row.name, *row.groups}.isdisjoint(words)]


def run_bench(rows: Sequence[Row], settings: Settings, results: ResultFile, progress: Progress) -> list[str]:
    """Measure the rows that `results` does not hold yet, and write the file after each.

    Returns:
        Names of rows that could not be measured; the file says why.
    """
    failed = []
    label = "bench"
    hall = Hall(settings, lambda text: progress.start(f"{label}: {text}"))
    try:
        for row in rows:
            if results.holds(row.name, settings.threads):
                progress.finish(row.name, "kept from the result file")
                continue
            label = row.name
            progress.start(row.name)
            begin, busy = time.monotonic(), load()
            try:
                outcome = row.measure(hall)
            except (ContestantFailed, WumingError) as error:
                failed.append(row.name)
                outcome = Outcome((), {}, (f"not measured: {error}",))
            results.add(row, settings.threads, outcome, time.monotonic() - begin, busy)
            progress.finish(row.name, "" if outcome.figures else "not measured")
    finally:
        hall.close()
    return failed


def _wait(process: subprocess.Popen[bytes], path: Path, module: str, log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while not path.exists():
        if process.poll() is not None:
            said = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["nothing"])[-1]
            raise ContestantFailed("Gone", f"{module} ended with {process.returncode}; its last words: {said}")
        if time.monotonic() > end:
            process.kill()
            raise ContestantFailed("Silent", f"{module} did not begin to serve within {_START_SECONDS:.0f} s")
        time.sleep(0.05)
