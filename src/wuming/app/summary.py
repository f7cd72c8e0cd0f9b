"""What a run came to, in words and one table that a person understands without the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from wuming.app.display import duration

_UNITS = {"subject": "person", "document": "document"}
_ARMS = {
    "unprotected": "fine-tuned without protection",
    "deidentified": "personal data removed from the text, ordinary training",
    "protected": "released: personal data removed, trained with differential privacy",
}


def print_summary(summary: Mapping[str, Any], *, run_folder: Path, console: Console | None = None) -> None:
    """Print the summary of a run.

    Args:
        summary: the JSON object of `wuming run --json`; parts that were not measured are left out or None.
        run_folder: folder of the run, named in the commands that follow.
        console: where to print; standard output by default.
    """
    console = console or Console(highlight=False)
    console.print()
    _verdict(console, summary)
    _protection(console, summary)
    _secrets(console, summary)
    _quality(console, summary)
    _next_steps(console, summary, run_folder)


def _verdict(console: Console, summary: Mapping[str, Any]) -> None:
    released = summary.get("released")
    verdict = Text("Released" if released else "Not released", style="bold green" if released else "bold red")
    seconds = summary.get("seconds")
    if isinstance(seconds, int | float):
        verdict.append(f"  after {duration(seconds)}", style="dim")
    console.print(verdict)


def _protection(console: Console, summary: Mapping[str, Any]) -> None:
    one = _UNITS.get(str(summary.get("unit_of_privacy")), "unit")
    records = summary.get("records") or {}
    if records:
        collected, admitted = records.get("collected"), records.get("admitted")
        line = f"{_count(collected)} records were collected; {_count(admitted)} may be used for this purpose."
        _paragraph(console, "Data", line)
    epsilon, delta = summary.get("epsilon"), summary.get("delta")
    if epsilon is not None and delta is not None:
        # Poisson sampling over the unit of privacy is the only sampler that the trainer has.
        sampler = summary.get("sampler") or f"Poisson over {summary.get('unit_of_privacy')}s"
        relation = str(summary.get("neighbouring_relation") or "add-or-remove-one").replace("-", " ")
        _paragraph(
            console,
            "Protected",
            f"each {one}: all of one {one}'s records together. Whether they were in the training data or not changes "
            f"what the released model can be by at most ε = {_number(epsilon)} with δ = {_small(delta)} "
            f"(unit: {summary.get('unit_of_privacy')}; neighbours: {relation}; sampler: {sampler}). "
            f"Smaller ε protects more. ε covers the released model only.",
        )
    bound = summary.get("epsilon_lower_bound")
    if bound is not None:
        highest = summary.get("highest_possible_bound")
        seen = f"; this audit could see at most {_number(highest)}" if highest is not None else ""
        _paragraph(
            console,
            "Audited",
            f"an attack with planted canaries shows ε ≥ {_number(bound)}{seen}. "
            + ("It found nothing, which is no proof that there is nothing." if bound == 0 else ""),
        )


def _secrets(console: Console, summary: Mapping[str, Any]) -> None:
    secrets = summary.get("secrets") or {}
    if not secrets.get("planted"):
        return
    planted = secrets["planted"]
    total = sum(planted.values()) if isinstance(planted, Mapping) else planted
    perplexity = summary.get("perplexity") or {}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("model", ratio=1)
    for heading in ("numbers", "free text", "perplexity"):
        table.add_column(heading, justify="right", no_wrap=True)
    if perplexity.get("base") is not None:
        table.add_row(Text("before fine-tuning", style="dim"), "", "", _number(perplexity["base"]))
    for arm, words in _ARMS.items():
        extracted = secrets.get(f"extracted_{arm}")
        found = [_count(extracted.get(kind)) for kind in ("structured", "free_text")] if extracted else ["–", "–"]
        style = "bold" if arm == "protected" else ""
        if not extracted and perplexity.get(arm) is None:
            continue
        table.add_row(Text(words), *found, _number(perplexity.get(arm)), style=style)
    console.print()
    console.print(Text(f"Of {total} planted secrets, an attacker who asks the model finds:", style="bold"))
    console.print(Padding(table, (0, 0, 0, 2)))


def _quality(console: Console, summary: Mapping[str, Any]) -> None:
    kept = summary.get("gain_kept")
    if kept is not None:
        against = summary.get("gain_kept_against_deidentified")
        more = f"; {against:.0%} of what it gains on de-identified text" if against is not None else ""
        _paragraph(
            console,
            "Quality",
            f"{kept:.0%} of what fine-tuning without protection gains is kept{more} (in log-perplexity on "
            "de-identified text of held-out people; lower perplexity is better).",
        )


def _next_steps(console: Console, summary: Mapping[str, Any], run_folder: Path) -> None:
    dossier = summary.get("dossier")
    console.print()
    rows = []
    if dossier:
        rows += [("Read", str(Path(str(dossier)) / "index.html")), ("Verify", f"wuming verify {_quoted(dossier)}")]
    if summary.get("released"):
        rows.append(("Ask", f'wuming ask {_quoted(run_folder)} "…"'))
    for name, command in rows:
        # soft_wrap: a path or command that is cut in two cannot be copied
        console.print(Text.assemble((f"{name:<10}", "bold"), command), soft_wrap=True)


def _paragraph(console: Console, heading: str, text: str) -> None:
    grid = Table.grid(padding=(0, 0))
    grid.add_column(width=10)
    grid.add_column(ratio=1, max_width=100)
    grid.add_row(Text(heading, style="bold"), Text(text.strip()))
    console.print(grid)


def _quoted(path: Any) -> str:
    text = str(path)
    return f'"{text}"' if " " in text else text


def _count(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else "–"


def _number(value: Any) -> str:
    if not isinstance(value, int | float):
        return "–"
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def _small(value: float) -> str:
    mantissa, _, exponent = f"{value:.3g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa
