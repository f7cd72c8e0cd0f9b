"""`wuming federate simulate`: a whole federation on this machine, by the real protocol."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from wuming.app.display import shown_progress


class ScenarioName(StrEnum):
    """What is learnt, and at whom."""

    digits = "digits"
    shops = "shops"


class UnitName(StrEnum):
    """Whose whole contribution is hidden."""

    record = "record"
    client = "client"


class NoiseName(StrEnum):
    """Who adds the noise."""

    distributed = "distributed"
    central = "central"
    none = "none"


class StrategyName(StrEnum):
    """What the server does with an average."""

    fedavg = "fedavg"
    fedprox = "fedprox"
    fedadam = "fedadam"
    fedyogi = "fedyogi"


class RuleName(StrEnum):
    """How updates become one."""

    mean = "mean"
    group_median = "group-median"
    trimmed_mean = "trimmed-mean"
    median = "median"
    krum = "krum"


SUMMARY = (
    "sums_exact",
    "epsilon_server",
    "epsilon_public",
    "delta",
    "unit_of_privacy",
    "accuracy",
    "rounds",
    "seconds",
)


def register(app: typer.Typer) -> None:
    """Add the command to a group."""
    app.command("simulate")(simulate)


def simulate(
    scenario: Annotated[
        ScenarioName, typer.Option("--scenario", help="Digits at many clients, or ten shops with reviews.")
    ] = ScenarioName.digits,
    clients: Annotated[
        int | None, typer.Option("--clients", min=2, help="Of digits; with --secure at most 128. [100]")
    ] = None,
    rounds: Annotated[int, typer.Option("--rounds", min=1, help="Rounds that end with a sum.")] = 20,
    drop: Annotated[float, typer.Option("--drop", help="Chance of a client to fall silent in a round.")] = 0.0,
    secure: Annotated[bool, typer.Option("--secure/--masks-off", help="Sums under masks, or in the clear.")] = True,
    unit: Annotated[UnitName, typer.Option("--unit", help="Whose whole contribution is hidden.")] = UnitName.record,
    epsilon: Annotated[float, typer.Option("--epsilon", help="What no epsilon may exceed, > 0.")] = 4.0,
    delta: Annotated[float, typer.Option("--delta", help="At most 1 / (10 · units).")] = 1e-6,
    noise: Annotated[
        NoiseName,
        typer.Option("--noise", help="By the clients; by a trusted aggregator (central); or none, and no claim."),
    ] = NoiseName.distributed,
    colluders: Annotated[
        int | None, typer.Option("--colluders", min=0, metavar="C", help="Clients on the server's side. [a tenth]")
    ] = None,
    strategy: Annotated[
        StrategyName | None, typer.Option("--strategy", help="The server's step. [the scenario's usual one]")
    ] = None,
    aggregation: Annotated[
        RuleName, typer.Option("--aggregation", help="The mean, or a rule that bears bad clients.")
    ] = RuleName.mean,
    groups: Annotated[int, typer.Option("--groups", min=1, help="Sums of a round, with group-median.")] = 1,
    bad_clients: Annotated[
        int, typer.Option("--bad-clients", min=0, help="How many trimmed-mean and krum are planned for.")
    ] = 0,
    modulus_bits: Annotated[
        int, typer.Option("--bits", min=2, max=62, help="Bits of a value, with distributed noise.")
    ] = 20,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Processes. [one a core]")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Split, start and dropouts; never coins or noise.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print two JSON objects: details, then the summary.")] = False,
) -> None:
    """Hold a whole federation on this machine, by the real protocol.

    Digits: MNIST where it is found, else generated; 600 images a client, few of the ten labels each (Dirichlet 0.5).
    Shops: ten categories of Chinese reviews (a test-only set), sentiment; each shop sells one.
    Every sum is compared with the plain sum of its survivors. Coins and noise are never seeded: two runs differ.

    Example: wuming federate simulate --clients 100 --rounds 20 --drop 0.2 --secure --unit record --epsilon 4 --json
    """
    from wuming.app.federation_job import Simulation, run

    job = Simulation(
        scenario.value, clients, rounds, drop, secure, unit.value, noise.value, epsilon, delta, colluders,
        None if strategy is None else strategy.value, aggregation.value, groups, bad_clients, modulus_bits,
        workers, seed,
    )  # fmt: skip
    with shown_progress() as progress:
        result = run(job, progress)
    if as_json:
        # The last line is the summary that programs read; the one before holds all else.
        print(json.dumps({name: result[name] for name in result if name not in SUMMARY}, allow_nan=False))
        print(json.dumps({name: result[name] for name in SUMMARY}, allow_nan=False))
        return
    _show(result)


def _show(result: dict[str, Any]) -> None:
    for number, accuracy in result["curve"]:
        print(f"round {number:4d}  accuracy {accuracy:.4f}")
    accuracy = "none" if result["accuracy"] is None else f"{result['accuracy']:.4f}"
    print(f"{result['data']}: accuracy {accuracy} on held-out data")
    print(f"{result['rounds']} rounds with {result['clients']} clients in {result['seconds']:.0f} s")
    if result["stopped"]:
        print(f"stopped before its last round: {result['stopped']}")
    sums = {True: "exact in every round", False: "NOT EXACT", None: "of real numbers, not compared"}
    print(f"sums {sums[result['sums_exact']]}; {len(result['aborted'])} rounds ended without one")
    if result["epsilon_public"] is None:
        print("no claim of privacy")
        return
    server = result["epsilon_server"]
    against = "nothing is claimed" if server is None else f"ε ≤ {server:.4f}"
    print(
        f"unit {result['unit_of_privacy']}, neighbours {result['neighbouring_relation']}, δ = {result['delta']:g}, "
        f"sampler {result['sampler']}, noise {result['noise']}"
    )
    print(f"against the server with {result['colluders']} clients on its side: {against}")
    print(f"against those who see the released models alone: ε ≤ {result['epsilon_public']:.4f}")
