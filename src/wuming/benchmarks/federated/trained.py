"""Whole federations by the command a user has, beside training at one place; slow, so only when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.command import last_json_line, run_wuming
from wuming.benchmarks.house.running import Hall

_EPSILON, _DELTA = 4.0, 1e-6
_SEEDS = 3
_MNIST_ROUNDS, _MNIST_BITS = 293, 18  # as many rounds as central training of this net takes steps
_SHOPS_ROUNDS, _SHOPS_PRIVATE_ROUNDS = 800, 100
_CROWD, _CROWD_ROUNDS = 3000, 40


def mnist(hall: Hall) -> Outcome:
    """Train the tutorial's net at a hundred clients and at one place, at equal ε, one seed a run."""
    quick = hall.settings.quick
    clients, rounds = (5, 3) if quick else (100, _MNIST_ROUNDS)
    federated, central = [], []
    for seed in range(1 if quick else _SEEDS):
        hall.say(f"seed {seed}, {clients} clients")
        options = ["--clients", str(clients), "--rounds", str(rounds), "--bits", str(_MNIST_BITS), "--secure"]
        federated.append(_simulated([*options, "--unit", "record", *_private(), "--seed", str(seed)]))
        if not quick:
            hall.say(f"seed {seed}, one place")
            central.append(_central(seed))
    figures = [
        Figure(f"accuracy, {clients} clients, each seed", "", _accuracies(federated)),
        Figure("time of a federation", "s", tuple(float(run["seconds"]) for run in federated)),
        Figure("sums that were not exact", "", (float(sum(not run["sums_exact"] for run in federated)),)),
    ]
    if central:
        behind = [100 * (b - a) for a, b in zip(_accuracies(federated), _accuracies(central), strict=True)]
        mean = sum(behind) / len(behind)
        figures.insert(0, Figure(f"points behind one place, mean of {_SEEDS} seeds", "", (mean,), Goal("<=", 0.5)))
        figures.insert(2, Figure("accuracy at one place, each seed", "", _accuracies(central)))
    return Outcome(tuple(figures), {"federated": federated, "central": central}, _claims(federated[0]))


def shops(hall: Hall) -> Outcome:
    """Train a classifier of reviews at ten shops and on all reviews pooled, and with noise at ε = 4."""
    from wuming.benchmarks.federated.pooled import pooled_accuracy

    quick = hall.settings.quick
    shop = ["--scenario", "shops", "--unit", "record"]
    hall.say("ten shops, no noise")
    open_rounds, private_rounds = (2, 2) if quick else (_SHOPS_ROUNDS, _SHOPS_PRIVATE_ROUNDS)
    free = _simulated([*shop, "--rounds", str(open_rounds), "--masks-off", "--noise", "none"])
    hall.say("pooled")
    pooled = pooled_accuracy(epochs=1 if quick else 4)
    hall.say(f"ten shops, ε = {_EPSILON:g}")
    private = _simulated([*shop, "--rounds", str(private_rounds), "--secure", *_private()])
    figures = (
        Figure(
            "points behind pooled, no noise",
            "",
            (100 * (pooled - float(free["accuracy"])),),
            None if quick else Goal("<=", 1.0),
        ),
        Figure("accuracy, ten shops, no noise", "", (float(free["accuracy"]),)),
        Figure("accuracy, pooled, no noise", "", (pooled,)),
        Figure(f"accuracy, ten shops, epsilon={_EPSILON:g}", "", (float(private["accuracy"]),)),
    )
    return Outcome(figures, {"free": free, "pooled": pooled, "private": private}, _claims(private))


def crowd(hall: Hall) -> Outcome:
    """Train at 3,000 clients with 20 images each, a client as the unit, noise by a trusted aggregator, masks off."""
    quick = hall.settings.quick
    clients, rounds = (50, 2) if quick else (_CROWD, _CROWD_ROUNDS)
    hall.say(f"{clients} clients")
    options = ["--clients", str(clients), "--rounds", str(rounds), "--masks-off", "--noise", "central"]
    run = _simulated([*options, "--unit", "client", "--epsilon", f"{_EPSILON:g}", "--delta", "1e-5"])
    figures = [
        Figure(f"accuracy, {clients:,} clients, unit client", "", (float(run["accuracy"]),)),
        Figure("time of the federation", "s", (float(run["seconds"]),)),
    ]
    central = []
    if not quick:
        hall.say("one place, unit record")
        central = [_central(0)]
        figures.insert(1, Figure("accuracy at one place, unit record", "", _accuracies(central)))
    notes = (
        *_claims(run),
        "the two units are not the same: all of a client's images against one image, at delta=1e-06 there",
    )
    return Outcome(tuple(figures), {"run": run, "central": central}, notes)


def _private() -> list[str]:
    return ["--epsilon", f"{_EPSILON:g}", "--delta", f"{_DELTA:g}"]


def _simulated(options: Sequence[str]) -> dict[str, Any]:
    return last_json_line(run_wuming(["federate", "simulate", *options, "--json"]))


def _central(seed: int) -> dict[str, Any]:
    options = ["--epsilon", f"{_EPSILON:g}", "--delta", f"{_DELTA:g}", "--seed", str(seed), "--model", "tutorial"]
    return last_json_line(run_wuming(["train", "mnist", *options, "--json"]))


def _accuracies(runs: Sequence[dict[str, Any]]) -> tuple[float, ...]:
    return tuple(float(run["accuracy"]) for run in runs)


def _claims(run: dict[str, Any]) -> tuple[str, ...]:
    named = ("epsilon_server", "epsilon_public", "delta", "unit_of_privacy")
    return (", ".join(f"{name}={run[name]}" for name in named) + "; add or remove one",)
