"""`wuming audit mechanism`: tests any noise mechanism for its claimed (ε, δ), by its outputs alone."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wuming.core.errors import ClaimRefused, SelfCheckFailed

if TYPE_CHECKING:
    from wuming.auditing.mechanism.report import Report
    from wuming.auditing.mechanism.target import Target

_STYLES = {"violated": "bold red", "finding": "yellow", "consistent": "green", "not tested": "dim"}


def mechanism(
    target: Annotated[str, typer.Argument(metavar="MODULE:FUNCTION", help="Also file.py:function.")],
    epsilon: Annotated[float | None, typer.Option(help="Claimed ε; replaces what the function declares.")] = None,
    delta: Annotated[float | None, typer.Option(help="Claimed δ (default 0).")] = None,
    data: Annotated[
        str, typer.Option(metavar="KIND", help="First argument: numbers, rows, labels, answer, vector or counts.")
    ] = "",
    relation: Annotated[str, typer.Option(metavar="NAME", help="add-remove (default) or replace-one.")] = "",
    lower: Annotated[float | None, typer.Option(help="Least meant number (default 0).")] = None,
    upper: Annotated[float | None, typer.Option(help="Greatest meant number (default 1).")] = None,
    bound: Annotated[float | None, typer.Option(help="Meant norm of a row (default 1).")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Numbers, or the answer, are whole numbers.")] = False,
    sensitivity: Annotated[float | None, typer.Option(help="Of an answer or a vector (default 1).")] = None,
    norm: Annotated[str, typer.Option(metavar="NAME", help="l1, l2 (default) or linf, of rows and vectors.")] = "",
    dimension: Annotated[int | None, typer.Option(help="Of rows, vectors and counts (default 4).")] = None,
    categories: Annotated[str, typer.Option(metavar="A,B", help="Public labels; without, any label may occur.")] = "",
    noise: Annotated[
        str, typer.Option(metavar="FAMILY:SCALE", help="Declared noise, such as laplace:1 or discrete-gaussian:4.")
    ] = "",
    pairs: Annotated[
        str, typer.Option(metavar="MODULE:FUNCTION", help="Yields (name, data, neighbouring data) of your own.")
    ] = "",
    only_pairs: Annotated[bool, typer.Option("--only-pairs", help="Generate no neighbouring data.")] = False,
    in_range: Annotated[
        bool, typer.Option("--in-range", help="Test no records outside the meant range, no NaN, no infinity.")
    ] = False,
    checks: Annotated[str, typer.Option(metavar="A,B", help="Checks to make; see the documentation.")] = "",
    seconds: Annotated[float, typer.Option(help="Processor time to spend, about.")] = 20.0,
    call_seconds: Annotated[float, typer.Option(help="After which a single call is given up.")] = 30.0,
    alpha: Annotated[float, typer.Option(help="Chance of blaming a mechanism that has no fault.")] = 1e-6,
    strict: Annotated[bool, typer.Option("--strict", help="Also fail on findings, such as timing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End standard output with one JSON object.")] = False,
) -> None:
    """Test a noise mechanism for its claimed epsilon and delta, and print a table.

    The function is called as f(data, …), with those of epsilon, delta, lower, upper, … that its signature names. It is
    code of yours and is run; nothing else is. Exit code 51 when the claim is violated, with --strict 33 for findings.
    "Consistent" means that nothing was found, not that nothing is there.

    Example: wuming audit mechanism my_module:noisy_sum --epsilon 1 --data numbers --lower 0 --upper 1
    """
    from wuming.auditing.mechanism.audit import CHECKS, audit_mechanism
    from wuming.auditing.mechanism.target import load_function, target_of

    given: dict[str, Any] = {
        "epsilon": epsilon,
        "delta": delta,
        "data": data or None,
        "relation": relation or None,
        "lower": lower,
        "upper": upper,
        "bound": bound,
        "whole": True if whole else None,
        "sensitivity": sensitivity,
        "norm": norm or None,
        "dimension": dimension,
        "categories": tuple(_words(categories)) or None,
        "noise": noise or None,
        "pairs": load_function(pairs) if pairs else None,
        "generated": False if only_pairs else None,
        "hostile": False if in_range else None,
    }
    asked = target_of(target, **{name: value for name, value in given.items() if value is not None})
    _check_noise(asked)
    report = audit_mechanism(
        asked, seconds=seconds, alpha=alpha, checks=_words(checks) or CHECKS, call_seconds=call_seconds
    )
    _show(report)
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    _judge(report, strict=strict)


def _judge(report: Report, *, strict: bool) -> None:
    """Turn the verdict into an exit code; what is said was said in the table and the JSON line."""
    try:
        report.require()
        if strict and (findings := report.of("finding")):
            raise SelfCheckFailed(
                f"findings about the mechanism: {', '.join(findings)}", help="The table says what was seen."
            )
        if report.verdict == "not tested":
            raise SelfCheckFailed("nothing was tested", help="Choose checks that fit the mechanism; see --checks.")
    except (ClaimRefused, SelfCheckFailed) as error:
        print(f"error: {error.message}\nhelp: {error.help}", file=sys.stderr)
        raise typer.Exit(error.exit_code) from error


def _check_noise(target: Target) -> None:
    """Refuse a noise that cannot be read before anything is run."""
    from wuming.auditing.mechanism.noise import parse_noise

    if target.claim.noise:
        parse_noise(target.claim.noise)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _show(report: Report) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{report.target}: {report.verdict}", caption=_caption(report), caption_justify="left")
    for heading in ("check", "", "null hypothesis", "seen", "ε ≥", "p"):
        table.add_column(heading, overflow="fold")
    for check in report.checks:
        bound = "" if check.lower_bound_epsilon is None else f"{check.lower_bound_epsilon:.2f}"
        p = "" if check.p_value is None else f"{check.p_value:.1e}"
        where = f"{check.pair}: " if check.pair else ""
        verdict = Text(check.verdict, style=_STYLES[check.verdict])
        table.add_row(check.check, verdict, Text(check.null_hypothesis), Text(where + check.statistic), bound, p)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _caption(report: Report) -> str:
    return (
        f"claim: {report.claim}\n"
        f"{report.pairs} neighbouring pairs, {report.calls:,} outputs, {report.seconds:.1f} s; "
        f"each p-value counts all tests of its check; a mechanism without fault is blamed with probability ≤ "
        f"{report.alpha:g}.\n“ε ≥” is the largest ε that the runs refute at the claimed δ; "
        "“consistent” means not found, which is not “not there”."
    )
