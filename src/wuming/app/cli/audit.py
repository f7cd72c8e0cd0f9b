"""`wuming audit`: lower bounds of what really leaks, each with the hypothesis that it tests."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

if TYPE_CHECKING:
    from wuming.accounting.events import Event
    from wuming.auditing.bounds.bound import Bound

app = typer.Typer(help="Measure what really leaks, and test it against the claim.", no_args_is_help=True)

# The same words as wuming.auditing.bounds.bound, which needs numpy; a test compares them.
DESIGNS = ("one-run-independent-coins", "independent-runs")
METHODS = ("steinke", "fdp", "gaussian", "clopper-pearson", "curve")

for _name in ("mechanism", "model"):
    if find_spec(f"wuming.app.cli.audit_{_name}") is not None:
        app.command(_name)(getattr(import_module(f"wuming.app.cli.audit_{_name}"), _name))


@app.command()
def scores(
    included: Annotated[Path, typer.Option(metavar="FILE", help="Scores of included canaries, one number a line.")],
    excluded: Annotated[Path, typer.Option(metavar="FILE", help="Scores of the other canaries.")],
    delta: Annotated[float, typer.Option(help="Delta of bound and claim.")],
    design: Annotated[
        str, typer.Option(click_type=click.Choice(DESIGNS), help="How the scores came about; see below.")
    ],
    method: Annotated[str, typer.Option(click_type=click.Choice(METHODS), help="What is tested; see below.")],
    confidence: Annotated[float, typer.Option(help="Chance, at least, that the bound is not too high.")] = 0.95,
    claimed_epsilon: Annotated[float | None, typer.Option(help="The claim that is put to the test.")] = None,
    event: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The claimed event as JSON; needed for the method curve.")
    ] = None,
    relation: Annotated[str, typer.Option(help="add-or-remove-one or replace-one.")] = "add-or-remove-one",
    guesses: Annotated[
        int | None, typer.Option(help="One run: number of guesses, fixed before the scores were seen.")
    ] = None,
    false_alarms: Annotated[
        int | None, typer.Option(help="Independent runs: rank of the one threshold, fixed beforehand.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Bound epsilon from below by scores of included and excluded canaries; a higher score looks more trained on.

    Designs: one-run-independent-coins (one training run, each canary included by its own fair coin; methods steinke,
    fdp, gaussian, curve) and independent-runs (each score from a run of its own, with or without the canary; methods
    clopper-pearson, gaussian, curve). A method outside its design is refused.

    Methods: steinke and clopper-pearson test (epsilon, delta); curve tests the trade-off curve of the claimed event;
    fdp and gaussian test the hypothesis that training is like one Gaussian mechanism.

    Example: wuming audit scores --included in.txt --excluded out.txt --delta 1e-5 --design independent-runs
    --method clopper-pearson --claimed-epsilon 4
    """
    from wuming.auditing.bounds.reading import read_scores
    from wuming.auditing.bounds.scores import bound_from_scores

    bound = bound_from_scores(
        read_scores(included),
        read_scores(excluded),
        design=design,  # type: ignore[arg-type]  # checked there
        method=method,  # type: ignore[arg-type]
        delta=delta,
        confidence=confidence,
        claimed_epsilon=claimed_epsilon,
        event=None if event is None else _event(event),
        relation=relation,
        guesses=guesses,
        false_alarms=false_alarms,
    )
    print(json.dumps(bound.as_json(), ensure_ascii=False, allow_nan=False) if as_json else text(bound))


def text(bound: Bound) -> str:
    """Return a bound for people."""
    highest = bound.highest_possible_bound
    limit = "no limit" if highest == float("inf") else f"{highest:.4f}"
    claim = "none" if bound.claimed_epsilon is None else f"epsilon {bound.claimed_epsilon:g} with delta {bound.delta:g}"
    lines = [
        f"lower bound       epsilon {bound.epsilon_lower_bound:.4f} with delta {bound.delta:g}, "
        f"confidence {bound.confidence:.4g}",
        f"highest possible  {limit}",
        f"claim             {claim}",
        f"verdict           {bound.verdict}",
        f"null hypothesis   {bound.null_hypothesis}",
        f"scores            {bound.included} included, {bound.excluded} excluded; {bound.design}, {bound.method}",
    ]
    for name, value in bound.details.items():
        if name != "warnings":
            shown = f"{value:.6g}" if isinstance(value, float) else "more than 4 million" if value is None else value
            lines.append(f"  {name.replace('_', ' ')}: {shown}")
    return "\n".join([*lines, *(f"warning: {warning}" for warning in bound.details.get("warnings", ()))])


def _event(path: Path) -> Event:
    from wuming.accounting.events import event_from_json
    from wuming.core.errors import MalformedRecord
    from wuming.core.reading import decode, open_file

    with open_file(path) as file:
        content = decode(file.read(2**20), path)
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise MalformedRecord(f"{path} is no JSON object", help="Write the event as `as_json` does.")
    return event_from_json(value)
