"""`wuming train`: a language model or a classifier on one file of records, and the MNIST example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from wuming.app.cli import train_mnist
from wuming.app.cli.run import embedded_public
from wuming.app.display import shown_progress
from wuming.app.training_job import Job
from wuming.core.errors import PrivacyParameterError
from wuming.core.ports import Progress

app = typer.Typer(help="Train a model privately on records of your own, or on MNIST.", no_args_is_help=True)
train_mnist.register(app)


class UnitName(StrEnum):
    """Whose whole contribution is hidden."""

    subject = "subject"
    document = "document"
    record = "record"


class CanaryName(StrEnum):
    """What an invented unit is."""

    gradient = "gradient"
    text = "text"


Data = Annotated[Path, typer.Argument(metavar="DATA", help="JSONL: subject, id, text or messages, label.")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the result.")]
Base = Annotated[Path | None, typer.Option("--base", metavar="DIR", help="Folder of a model to start from.")]
Tiny = Annotated[bool, typer.Option("--tiny", help="Start from nothing with a small model.")]
Epsilon = Annotated[float, typer.Option("--epsilon", help="The claim, > 0.")]
Delta = Annotated[float, typer.Option("--delta", help="At most 1 / (10 · population).")]
Population = Annotated[int, typer.Option("--population", help="Number of units; public, never counted from the data.")]
Batch = Annotated[int, typer.Option("--batch", help="Units that a step draws on average.")]
Steps = Annotated[int, typer.Option("--steps", help="Number of steps.")]
UnitOption = Annotated[UnitName, typer.Option("--unit", help="Whose whole contribution is hidden.")]
PerUnit = Annotated[int, typer.Option("--records-per-unit", metavar="K", help="Sequences of one subject a step uses.")]
LoraRank = Annotated[int | None, typer.Option("--lora", metavar="R", help="Train adapters of rank R (with --base).")]
Norm = Annotated[float, typer.Option("--max-grad-norm", metavar="C", help="Bound on one unit's gradient.")]
Rate = Annotated[float, typer.Option("--learning-rate", help="The peak.")]
MaxTokens = Annotated[int, typer.Option("--max-tokens", help="Longest sequence.")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Initialisation only; never sampling or noise.")]
CanaryCount = Annotated[int, typer.Option("--canaries", metavar="N", help="Invented units, for `wuming audit model`.")]
CanaryKindOption = Annotated[
    CanaryName, typer.Option("--canary-kind", help="Directions among the gradients, or texts of random words.")
]
Lineage = Annotated[str | None, typer.Option("--lineage", metavar="NAME", help="Charge this data's account.")]
Cap = Annotated[float | None, typer.Option("--cap", metavar="E", help="Cap of the account, where it is not open yet.")]
Public = Annotated[
    Path | None, typer.Option("--public", metavar="FILE", help="JSONL of public text for the tokenizer of --tiny.")
]
Json = Annotated[bool, typer.Option("--json", help="End standard output with one JSON object.")]


@app.command("language-model")
def language_model(
    data: Data,
    epsilon: Epsilon,
    delta: Delta,
    population: Population,
    batch: Batch,
    steps: Steps,
    output: Output = Path("trained"),
    base: Base = None,
    tiny: Tiny = False,
    unit: UnitOption = UnitName.subject,
    records_per_unit: PerUnit = 1,
    lora: LoraRank = None,
    max_grad_norm: Norm = 1.0,
    learning_rate: Rate = 1e-3,
    max_tokens: MaxTokens = 256,
    seed: Seed = 0,
    lineage: Lineage = None,
    cap: Cap = None,
    canaries: CanaryCount = 0,
    canary_kind: CanaryKindOption = CanaryName.gradient,
    public: Public = None,
    as_json: Json = False,
) -> None:
    """Fine-tune a causal language model under one plan, fixed before the data is seen.

    Texts are learnt whole; of chats, the assistant's turns. The same command again goes on where it stopped, or shows
    what it made; other data, numbers or programs need another folder. Without --lineage nothing is charged: you keep
    the account.

    Example: wuming train language-model records.jsonl --tiny --epsilon 8 --delta 1e-5 --population 4000 --batch 400
    --steps 100 --output runs/model
    """
    with shown_progress() as progress:
        job = Job(
            data, output, "causal-lm", start_of(base, tiny=tiny), (), public_text(public, base, progress), unit.value,
            records_per_unit, epsilon, delta, population, batch, steps, max_grad_norm, lora, learning_rate,
            max_tokens, seed, lineage, cap, canaries, canary_kind.value,
        )  # fmt: skip
        claim = _run(job, progress)
    _show(claim, as_json=as_json)


@app.command()
def classifier(
    data: Data,
    labels: Annotated[str, typer.Option(metavar="A,B", help="All labels, separated by commas; a public list.")],
    epsilon: Epsilon,
    delta: Delta,
    population: Population,
    batch: Batch,
    steps: Steps,
    output: Output = Path("trained"),
    base: Base = None,
    tiny: Tiny = False,
    unit: UnitOption = UnitName.subject,
    records_per_unit: PerUnit = 1,
    lora: LoraRank = None,
    max_grad_norm: Norm = 1.0,
    learning_rate: Rate = 1e-2,
    max_tokens: MaxTokens = 128,
    seed: Seed = 0,
    lineage: Lineage = None,
    cap: Cap = None,
    canaries: CanaryCount = 0,
    public: Public = None,
    as_json: Json = False,
) -> None:
    """Train a text classifier under one plan, fixed before the data is seen.

    With --tiny it is the mean of a text's token vectors and a linear layer; with --base, a transformers model with a
    head. The same command again goes on where it stopped.

    Example: wuming train classifier reviews.jsonl --labels 0,1 --tiny --epsilon 3 --delta 1e-6 --population 60000
    --batch 4096 --steps 200 --unit record --output runs/reviews
    """
    names = tuple(name.strip() for name in labels.split(",") if name.strip())
    with shown_progress() as progress:
        job = Job(
            data, output, "sequence-classification", start_of(base, tiny=tiny), names,
            public_text(public, base, progress), unit.value, records_per_unit, epsilon, delta, population, batch,
            steps, max_grad_norm, lora, learning_rate, max_tokens, seed, lineage, cap, canaries,
        )  # fmt: skip
        claim = _run(job, progress)
    _show(claim, as_json=as_json)


def _run(job: Job, progress: Progress) -> dict[str, Any]:
    from wuming.app.training_job import run

    return run(job, progress)


def start_of(base: Path | None, *, tiny: bool) -> Path | None:
    if (base is None) is not tiny:
        raise PrivacyParameterError(
            f"base given={base is not None}, tiny={tiny}: one of the two is needed",
            help="Give --base DIR to fine-tune a model, or --tiny to start from nothing.",
        )
    return base


def public_text(given: Path | None, base: Path | None, progress: Progress) -> Path:
    """Return the public text for the small model's tokenizer: generated, where none is given."""
    if base is not None:
        return Path()
    return given if given is not None else embedded_public(progress)


def _show(claim: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(claim, ensure_ascii=False, allow_nan=False))
        return
    print(f"{claim['output']}: trained in {claim['seconds']:.0f} s")
    print(
        f"ε ≤ {claim['epsilon']:.4g} with δ = {claim['delta']:g}; unit {claim['unit_of_privacy']}; neighbours "
        f"{claim['neighbouring_relation']}; sampler {claim['sampler']}, q = {claim['sampling_probability']:.4g}"
    )
    print(
        f"σ = {claim['noise_multiplier']:g}, C = {claim['max_grad_norm']:g}, {claim['steps']} steps; self-check passed"
    )
    print(account_line(claim["account"]))


def account_line(account: str | Mapping[str, Any]) -> str:
    """Return, for people, how the account stands that a training was charged to."""
    if isinstance(account, str):
        return f"{account}: what else is made from this data adds up, and nobody counts it"
    return (
        f"account {account['id']}: charged ε {account['spent_epsilon']:.4g} of {account['cap_epsilon']:.4g} in all, "
        f"δ = {account['delta']:g} (Rényi filter)"
    )
