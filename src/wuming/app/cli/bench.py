"""`wuming bench`: measurements beside peers and beside no protection."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from wuming.benchmarks.house.bench import Bench

_BUSY = 0.7  # processes that want a core, on average over the last minute


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("bench")(bench)


def bench(
    name: Annotated[str, typer.Argument(help="Which bench; without one, all of them.")] = "",
    rows: Annotated[str, typer.Option(metavar="A,B", help="Rows or groups to measure; see --list.")] = "",
    quick: Annotated[bool, typer.Option("--quick", help="Shrunken workloads: shows that all works.")] = False,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where results go (default: runs/bench/NAME-DATE.json).")
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Measured rounds.")] = 5,
    threads: Annotated[str, typer.Option(metavar="N,M", help="Threads of each contestant; one column each.")] = "1",
    resume: Annotated[
        bool, typer.Option("--resume", help="Keep rows that the same code measured on this machine.")
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="List rows with their rough time, and measure nothing.")] = False,
) -> None:
    """Measure speed, memory and quality beside peers and beside no protection.

    Peers run in environments of their own, made on first use under WUMING_HOME/peers. Contestants take turns within
    every round, so that what else the machine does meets all alike. Results are written after each row; goals are those
    of the documentation (docs/benchmarks.md).

    Example: wuming bench training --rows noise --repeats 7
    """
    from wuming.benchmarks.house.registry import bench_names, load_bench
    from wuming.core.errors import PlanError, SelfCheckFailed

    benches = [load_bench(one) for one in ([name] if name else bench_names())]
    if show:
        for one in benches:
            _list(one)
        return
    if json is not None and len(benches) > 1:
        raise PlanError(f"json={json} would hold {len(benches)} benches", help="Name one bench, or leave out --json.")
    failed = [row for one in benches for row in _measure(one, rows, json, quick, repeats, _counts(threads), resume)]
    if failed:
        raise SelfCheckFailed(
            f"{len(failed)} rows could not be measured: {', '.join(failed)}",
            help="The result file says why; --resume measures them again and keeps the others.",
        )


def _measure(
    one: Bench, rows: str, json: Path | None, quick: bool, repeats: int, counts: list[int], resume: bool
) -> list[str]:
    from rich.console import Console

    from wuming.app.display import shown_progress
    from wuming.benchmarks.house.bench import Settings
    from wuming.benchmarks.house.machine import load
    from wuming.benchmarks.house.results import ResultFile, default_path
    from wuming.benchmarks.house.running import run_bench, select_rows
    from wuming.benchmarks.house.table import results_table

    chosen = select_rows(one, rows)
    path = json or default_path(one.name, resume=resume)
    settings = [Settings(repeats, count, quick) for count in counts]
    results = ResultFile(path, one.name, settings[0], resume=resume)
    if results.differs:
        print(f"earlier rows of {path} are not kept: {', '.join(results.differs)} differ", file=sys.stderr)
    if load() > _BUSY:
        print(f"others use this machine (load {load():.1f}): times will vary, ratios less", file=sys.stderr)
    with shown_progress(live=False) as progress:
        failed = [row for each in settings for row in run_bench(chosen, each, results, progress)]
    title = f"{one.title}{' (quick: shrunken, compared with no goal)' if quick else ''}"
    Console(width=None if sys.stdout.isatty() else 140).print(results_table(results, title))
    print(f"results: {path}")
    return failed


def _list(one: Bench) -> None:
    width = max(len(row.name) for row in one.rows)
    print(f"{one.name}: {one.title}")
    for row in one.rows:
        asked = "  only when asked for" if row.optional else ""
        print(f"  {row.name:<{width}}  {'/'.join(row.groups):<22}  about {row.minutes:>4.1f} min  {row.title}{asked}")
    print(f"  all but those only asked for: about {sum(row.minutes for row in one.rows if not row.optional):.0f} min")


def _counts(threads: str) -> list[int]:
    from wuming.core.errors import PlanError

    words = [word.strip() for word in threads.split(",")]
    if not all(word.isdecimal() and 1 <= int(word) <= 1024 for word in words):
        raise PlanError(f"threads={threads!r} is no list of whole numbers", help="Example: --threads 1,2")
    return [int(word) for word in words]
