"""`wuming train mnist`: the usual example, with an accuracy that can be compared."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from wuming.app.display import shown_progress

_LABEL = "train"


class ModelOption(StrEnum):
    """Which recipe."""

    tutorial = "tutorial"
    best = "best"


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("mnist")(mnist)


def mnist(
    epsilon: Annotated[float, typer.Option("--epsilon", help="What ε may be at most, > 0.")] = 1.0,
    delta: Annotated[float, typer.Option("--delta", help="At most 1 / 60,000.")] = 1e-5,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Initialisation only; never sampling or noise.")] = 0,
    model: Annotated[
        ModelOption, typer.Option("--model", help="tutorial: 784-256-128-10 on pixels; best: scattering features.")
    ] = ModelOption.tutorial,
    as_json: Annotated[bool, typer.Option("--json", help="End standard output with one JSON object.")] = False,
) -> None:
    """Train on the MNIST digits privately and measure accuracy on the test images.

    Unit of privacy: one record (an image with its label), for adding or removing one; Poisson sampling. Coins and noise
    come from the operating system's random generator and are never seeded: two runs differ.

    Example: wuming train mnist --epsilon 1 --delta 1e-5 --seed 0 --model tutorial --json
    """
    from wuming.training.digits.recipes import train_mnist

    with shown_progress() as progress:

        def step(done: int, total: int) -> None:
            if done <= 1:
                progress.start(_LABEL, total)
            progress.advance(_LABEL, done)

        progress.start(_LABEL)
        result, _ = train_mnist(
            epsilon,
            delta,
            seed=seed,
            model="best" if model is ModelOption.best else "tutorial",
            on_step=step,
        )
        progress.finish(_LABEL)
    if as_json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
        return
    print(
        f"accuracy {result.accuracy:.4f} on 10,000 test images\n"
        f"ε = {result.epsilon:.4f} at δ = {result.delta:g} (unit: {result.unit_of_privacy}; relation: "
        f"{result.neighbouring_relation}; sampler: {result.sampler}); {result.seconds:.0f} s"
    )
