"""`wuming tune`: advice that costs nothing, then a private choice among settings, charged in full."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from wuming.app.cli.train import (
    Base,
    Batch,
    Cap,
    Data,
    Delta,
    Epsilon,
    Json,
    Lineage,
    MaxTokens,
    Output,
    PerUnit,
    Population,
    Public,
    Seed,
    Steps,
    Tiny,
    UnitName,
    UnitOption,
    account_line,
    public_text,
    start_of,
)
from wuming.app.display import shown_progress
from wuming.app.training_job import Job
from wuming.core.errors import PrivacyParameterError


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("tune")(tune)


def tune(
    data: Data,
    epsilon: Epsilon,
    delta: Delta,
    population: Population,
    batch: Batch,
    steps: Steps,
    learning_rates: Annotated[str, typer.Option(metavar="A,B", help="Learning rates to choose from.")] = "1e-3,1e-2",
    max_grad_norms: Annotated[str, typer.Option(metavar="A,B", help="Clipping bounds to choose from.")] = "1.0",
    labels: Annotated[
        str, typer.Option(metavar="A,B", help="Labels: tune a classifier; without, a language model.")
    ] = "",
    mean: Annotated[
        float, typer.Option(help="Expected number of runs, above 1; the number itself stays secret.")
    ] = 10.0,
    score_noise: Annotated[float, typer.Option(help="Noise on a run's score, in held-out units.")] = 10.0,
    held_out: Annotated[float, typer.Option(help="Share of units that scores are taken on.")] = 0.1,
    output: Output = Path("tuned"),
    base: Base = None,
    tiny: Tiny = False,
    unit: UnitOption = UnitName.subject,
    records_per_unit: PerUnit = 1,
    max_tokens: MaxTokens = 256,
    seed: Seed = 0,
    lineage: Lineage = None,
    cap: Cap = None,
    public: Public = None,
    as_json: Json = False,
) -> None:
    """Choose learning rate and clipping bound privately; epsilon is that of the whole choice.

    First prints what arithmetic alone says about batch and noise, which costs nothing. Then trains a secret number of
    times, scores each run on held-out units with noise, and stores the best alone. Charged in full, whichever wins.

    Example: wuming tune reviews.jsonl --labels 0,1 --tiny --epsilon 3 --delta 1e-6 --population 60000 --batch 4096
    --steps 200 --unit record --learning-rates 0.003,0.01,0.03 --max-grad-norms 0.3,1 --output runs/tuned
    """
    from wuming.app.tuning_job import TuningJob, run
    from wuming.training.tuning import Tuning

    names = tuple(name.strip() for name in labels.split(",") if name.strip())
    rates, bounds = _numbers("learning_rates", learning_rates), _numbers("max_grad_norms", max_grad_norms)
    tuning = Tuning(mean, 0.0, score_noise, held_out)
    print(advice(population, batch, steps, epsilon, delta), file=sys.stderr)
    with shown_progress() as progress:
        job = Job(
            data, output, "sequence-classification" if names else "causal-lm", start_of(base, tiny=tiny), names,
            public_text(public, base, progress), unit.value, records_per_unit, epsilon, delta, population, batch,
            steps, bounds[0], None, rates[0], max_tokens, seed, lineage, cap,
        )  # fmt: skip
        claim = run(TuningJob(job, tuning, rates, bounds), progress)
    print(json.dumps(claim, ensure_ascii=False, allow_nan=False) if as_json else summary(claim))


def advice(population: int, batch: int, steps: int, epsilon: float, delta: float) -> str:
    """Return what arithmetic says before anything is spent: batch sizes by their noise-to-batch ratio."""
    from wuming.accounting.advice import Schedule, advise

    found = advise(Schedule(population, delta, batch, steps * batch / population, epsilon, None))
    rows = "\n".join(
        f"  batch {row.batch:>7}, {row.steps:>6} steps: noise-to-batch {row.ratio:.2e}"
        + ("  <- asked" if row.batch == batch else "")
        for row in found.rows
    )
    return f"Free advice, for one run at the same epsilon and as many passes (smaller is better):\n{rows}"


def summary(claim: dict[str, Any]) -> str:
    """Return what was chosen and what it cost, for people."""
    chosen = claim["chosen"]
    lines = [
        f"{claim['output']}: learning rate {chosen['learning_rate']:g}, clipping bound {chosen['max_grad_norm']:g}, "
        f"out of {len(claim['settings'])} settings",
        f"ε ≤ {claim['epsilon']:.4g} with δ = {claim['delta']:g} for the whole choice; unit "
        f"{claim['unit_of_privacy']}; neighbours {claim['neighbouring_relation']}; sampler {claim['sampler']}, "
        f"q = {claim['sampling_probability']:.4g}",
        "The number of runs, and how long they took, must stay secret.",
        account_line(claim["account"]),
    ]
    return "\n".join(lines)


def _numbers(name: str, given: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in given.split(",") if part.strip())
    except ValueError as error:
        raise PrivacyParameterError(
            f"{name}={given!r} is no list of numbers", help="Separate them by commas, such as 0.001,0.01."
        ) from error
