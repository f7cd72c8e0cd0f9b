"""How far a run has come, for people: a live list on a terminal, plain lines elsewhere; both are a `Progress`.

Labels name a stage (`train`) or a piece of one (`train: raw`); pieces run side by side and are shown below their stage.
This module does not know what a stage does, and never sees data.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from wuming.core.ports import Progress

STAGES = ("collect", "de-identify", "anonymise", "train", "audit", "assess", "review", "release")
_MARKS = {
    "waiting": ("·", "dim"),
    "skipped": ("–", "dim"),
    "running": ("▸", "cyan"),
    "finished": ("✓", "green"),
    "stopped": ("✗", "red"),
}
_PLAIN_INTERVAL = 15.0  # seconds between two plain lines about the same work


@dataclass
class _Work:
    """One line of the display."""

    label: str
    total: int | None = None
    done: int = 0
    note: str = ""
    state: str = "waiting"  # a key of _MARKS
    by_piece: bool = False  # began with one of its pieces, so nobody will say that it ended
    started: float = 0.0
    ended: float = 0.0
    shown: float = field(default=0.0, repr=False)

    @property
    def seconds(self) -> float:
        """Time since the start, or the time that it took."""
        return (self.ended or time.monotonic()) - self.started if self.started else 0.0


def duration(seconds: float) -> str:
    """Write seconds as `7 s`, `1:05` or `1:02:03`."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


class PlainProgress:
    """Lines for logs and pipes: one when work begins to take long, one when it ends."""

    def __init__(self, file: IO[str] | None = None) -> None:
        self._file = file or sys.stderr
        self._works: dict[str, _Work] = {}
        self._lock = threading.Lock()

    def start(self, label: str, total: int | None = None) -> None:
        """Begin a piece of work."""
        now = time.monotonic()
        with self._lock:
            if label in self._works:
                self._works[label].total = total
                return
            self._works[label] = _Work(label, total, state="running", started=now, shown=now)
            self._say(f"… {label}")

    def advance(self, label: str, done: int) -> None:
        """Say how many units are finished, at most every 15 seconds."""
        with self._lock:
            work = self._works.get(label)
            if work is None:
                return
            work.done = done
            if time.monotonic() - work.shown >= _PLAIN_INTERVAL:
                work.shown = time.monotonic()
                self._say(f"  {label} {_share(work)}")

    def finish(self, label: str, note: str = "") -> None:
        """End a piece of work."""
        with self._lock:
            work = self._works.pop(label, None)
            if work is None and not note:
                return  # ended before, with more to say
            took = f"  [{duration(work.seconds)}]" if work is not None else ""
            self._say(f"✓ {label}{f': {note}' if note else ''}{took}")

    def close(self, *, failed: bool) -> None:
        """Name the work that did not end."""
        if failed:
            for label in self._works:
                self._say(f"✗ {label}")

    def _say(self, line: str) -> None:
        try:
            print(line, file=self._file, flush=True)
        except UnicodeEncodeError:  # a terminal that is not UTF-8
            print(line.encode("ascii", "replace").decode(), file=self._file, flush=True)


class LiveProgress:
    """A list of stages that changes in place."""

    def __init__(self, console: Console, stages: Sequence[str] = STAGES) -> None:
        self._works: dict[str, _Work] = {name: _Work(name) for name in stages}
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._live = Live(self, console=console, refresh_per_second=4, transient=False, redirect_stdout=False)

    def open(self) -> None:
        """Begin to draw."""
        self._live.start(refresh=True)

    def start(self, label: str, total: int | None = None) -> None:
        """Begin a piece of work; its stage, where it names one, begins with it."""
        now = time.monotonic()
        with self._lock:
            self._begin_stage(_stage_of(label), now, by_piece=_stage_of(label) != label)
            work = self._works.setdefault(label, _Work(label))
            work.started = work.started or now
            work.total, work.done, work.state, work.ended, work.by_piece = total, 0, "running", 0.0, False

    def advance(self, label: str, done: int) -> None:
        """Say how many units are finished."""
        with self._lock:
            if label in self._works:
                self._works[label].done = done

    def finish(self, label: str, note: str = "") -> None:
        """End a piece of work."""
        with self._lock:
            self._begin_stage(_stage_of(label), time.monotonic(), by_piece=_stage_of(label) != label)
            work = self._works.setdefault(label, _Work(label, started=time.monotonic()))
            work.state, work.note, work.ended = "finished", note or work.note, time.monotonic()

    def close(self, *, failed: bool) -> None:
        """Draw the last state and stop."""
        with self._lock:
            for work in self._works.values():
                if work.state == "running":
                    work.state, work.ended = "stopped" if failed else "finished", time.monotonic()
                elif work.state == "waiting" and not failed:
                    work.state = "skipped"
        self._live.stop()

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the list; called by Rich at each refresh."""
        with self._lock:
            works = self._in_order()
            elapsed = duration(time.monotonic() - self._begun)
            grid = Table.grid(padding=(0, 1), expand=True)
            grid.add_column(width=24, no_wrap=True, overflow="ellipsis")
            grid.add_column(width=8, no_wrap=True, justify="right")
            grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
            bar_width = max(10, min(30, options.max_width - 24 - 8 - 4 - 20))
            for work in works:
                grid.add_row(*_row(work, bar_width))
        yield Group(grid, Text(f"  {elapsed} so far", style="dim"))

    def _begin_stage(self, name: str, now: float, *, by_piece: bool) -> None:
        """Begin a stage that was waiting; stages before it that nobody will end are over, or were skipped."""
        stage = self._works.get(name)
        if stage is None or stage.state != "waiting":
            return
        stage.state, stage.started, stage.by_piece = "running", now, by_piece
        for earlier in self._works.values():
            if earlier is stage:
                return
            if earlier.state == "running" and earlier.by_piece:
                earlier.state, earlier.ended = "finished", now
            elif earlier.state == "waiting":
                earlier.state = "skipped"

    def _in_order(self) -> list[_Work]:
        """Return stages in their order, each followed by its pieces; a finished stage hides its finished pieces."""
        rows: list[_Work] = []
        taken: set[str] = set()
        for stage in [work for work in self._works.values() if _stage_of(work.label) == work.label]:
            rows.append(stage)
            pieces = [w for w in self._works.values() if w is not stage and _stage_of(w.label) == stage.label]
            taken.update(piece.label for piece in [stage, *pieces])
            rows += pieces if stage.state != "finished" else []
        return rows + [work for work in self._works.values() if work.label not in taken]


def _row(work: _Work, bar_width: int) -> tuple[Text, Text, Table | Text]:
    mark, style = _MARKS[work.state]
    piece = _stage_of(work.label) != work.label
    name = f"  {work.label.partition(':')[2].strip()}" if piece else work.label
    rest: Table | Text = Text(work.note, style="dim")
    if work.state == "skipped":
        rest = Text("not part of this plan", style="dim")
    if work.state == "running" and work.total:
        rest = Table.grid(padding=(0, 1))
        bar = ProgressBar(total=work.total, completed=min(work.done, work.total), width=bar_width)
        rest.add_row(bar, Text(_share(work), style="dim"))
    took = duration(work.seconds) if work.started else ""
    label = Text.assemble((f"{mark} ", style), (name, "dim" if piece or not work.started else "bold"))
    return label, Text(took, style="dim"), rest


def _share(work: _Work) -> str:
    return f"{work.done:,} of {work.total:,}" if work.total else f"{work.done:,}"


def _stage_of(label: str) -> str:
    return label.partition(":")[0].strip()


@contextmanager
def shown_progress(*, live: bool | None = None) -> Iterator[Progress]:
    """Show progress on standard error while the block runs.

    Args:
        live: draw in place; by default when standard error is a terminal.
    """
    console = Console(stderr=True)
    progress: LiveProgress | PlainProgress
    if console.is_terminal if live is None else live:
        progress = LiveProgress(console)
        progress.open()
    else:
        progress = PlainProgress()
    try:
        yield progress
    except BaseException:
        progress.close(failed=True)
        raise
    progress.close(failed=False)
