"""Results as people read them: one table a bench, a column for each number of threads."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from wuming.benchmarks.house.bench import Figure
from wuming.benchmarks.house.results import ResultFile


def results_table(results: ResultFile, title: str) -> Table:
    """Return the table: each figure's median with its quartiles, its goal, and whether it was reached."""
    counts = sorted({entry["threads"] for entry in results.rows.values()})
    table = Table(title=title, title_justify="left", show_lines=False, expand=False)
    table.add_column("what", overflow="fold")
    for count in counts:
        table.add_column("1 thread" if count == 1 else f"{count} threads", justify="right", no_wrap=True)
    table.add_column("goal", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for row in dict.fromkeys(entry["row"] for entry in results.rows.values()):
        keys = {e["threads"]: key for key, e in results.rows.items() if e["row"] == row}
        table.add_section()
        table.add_row(Text(results.rows[next(iter(keys.values()))]["title"], style="bold"))
        shown = {count: {f.what: f for f in results.figures(key)} for count, key in keys.items()}
        for what in dict.fromkeys(what for figures in shown.values() for what in figures):
            found = [shown.get(count, {}).get(what) for count in counts]
            promised = next((f for f in found if f is not None and f.goal is not None), None)
            table.add_row(
                f"  {what}",
                *(_value(figure) for figure in found),
                str(promised.goal) if promised else "",
                _mark(promised),
            )
        for note in dict.fromkeys(note for key in keys.values() for note in results.rows[key]["notes"]):
            table.add_row(Text(f"  {note}", style="dim"))
    return table


def _value(figure: Figure | None) -> str:
    if figure is None:
        return ""
    lower, upper = figure.quartiles
    spread = "" if len(figure.values) == 1 else f" ({_number(lower)}–{_number(upper)})"
    return f"{_number(figure.median)}{spread} {figure.unit}".rstrip()


def _number(value: float) -> str:
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 20 else f"{value:.3f}"


def _mark(figure: Figure | None) -> Text:
    if figure is None:
        return Text("")
    return Text("reached", style="green") if figure.reached else Text("missed", style="red")
