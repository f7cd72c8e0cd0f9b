"""A tiny language model with adapters, privately fine-tuned at ε = 4, and audited by canaries of two kinds in one run.

White-box: directions among the gradients, read from the noised sums. Loss only: pairs of new words that occur nowhere
else, so that one canary's gradient has little in common with another's (Panda et al., ICLR 2025). Beside the adapters
the words' embeddings are trained, as whoever adds words to a vocabulary must; with frozen ones what canaries have in
common outweighs what is one's own, and the bound falls from 0.6 of ε to 0.1. The score is by how much lower the loss of
the second word is than in a reference model. The reference was trained alike on the same private records, without
canaries and almost without noise: the auditor knows everybody else, as the guarantee allows, and so takes out what the
records alone did to the canaries. By how much the loss fell since the base stands beside it.

Both kinds of canaries are units of the same training, each in by a fair coin of its own.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from wuming.auditing.bounds.scores import bound_from_scores
from wuming.auditing.canaries import fair_coins, new_token_canaries
from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.datasets.registry import locate
from wuming.training import language_model as lm
from wuming.training import ordinary
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.fine_tuning import quiet
from wuming.training.lora import Lora, attach
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.text.tokenizer import Tokenizer

EPSILON, DELTA, _CONFIDENCE = 4.0, 1e-5, 0.95
_GOALS = {"white-box": Goal(">=", 0.60), "loss": Goal(">=", 0.25)}
_ACCESSES = ("white-box", "loss", "loss, without reference")
_ALMOST_NO_NOISE = 1e-3
_LENGTH = 2.0  # of the new words' embeddings, in usual lengths: longer ones have less in common
_SEED = 5
_SHORTEST = 80  # characters of a speech
# Steps small enough that the final loss still adds up what each step said of a canary.
_SMALL_STEPS = Optimisation(0.02, name="sgd", schedule="constant", momentum=0.0, average_decay=0.0)


@dataclass(frozen=True)
class _Size:
    """How much is trained: width, public speeches, private ones, canaries of either kind, steps."""

    width: int = 64
    public: int = 2000
    private: int = 300
    words: int = 1000
    directions: int = 5000
    steps: int = 20


_QUICK = _Size(32, 100, 40, 40, 400, 3)


def language_model(hall: Hall) -> Outcome:
    """Audit one training a repeat, by both kinds of canaries.

    Raises:
        UnknownDataset: the plays are not there.
    """
    size = _QUICK if hall.settings.quick else _Size()
    base, private, canaries = _prepared(size)
    scores: dict[str, list[dict[str, Any]]] = {access: [] for access in _ACCESSES}
    plan = _plan(size)
    for repeat in range(hall.settings.repeats):
        hall.say(f"repeat {repeat + 1}")
        for access, (found, coins) in _trained(base, private, canaries, size, plan).items():
            scores[access].append({"included": found[coins].tolist(), "excluded": found[~coins].tolist()})
    claim = f"ε={EPSILON:g}, δ={DELTA:g}, unit record, add or remove one, Poisson; confidence {_CONFIDENCE:g}"
    figures = []
    for access, runs in scores.items():
        for method in ("gaussian", "fdp", "steinke"):
            shares = tuple(_bound(run, method) / EPSILON for run in runs)
            goal = _GOALS.get(access) if method == "gaussian" and not hall.settings.quick else None
            figures.append(Figure(f"{access}, {method}: bound as share of ε", "×", shares, goal, claim))
    raw = {"size": vars(size), "plan": plan.as_json(), "scores": scores}
    note = (
        f"LoRA r=16 on 2 layers of width {size.width}, and embeddings; {size.directions} directions, "
        f"{size.words} pairs of new words"
    )
    return Outcome(tuple(figures), raw, (note, "the Gaussian bounds test the hypothesis that scores are normal"))


def _prepared(size: _Size) -> tuple[Any, list[list[int]], list[list[int]]]:
    """Return a base model that knows public speeches, private records, and canaries of two new words each."""
    text = (locate("tinyshakespeare") / "input.txt").read_text(encoding="utf-8")
    speeches = list(dict.fromkeys(part for part in text.split("\n\n") if len(part) >= _SHORTEST))
    shuffled = [speeches[i] for i in np.random.default_rng(_SEED).permutation(len(speeches))]
    tokenizer = Tokenizer.train(shuffled[: size.public], vocabulary=1000)
    base = lm.build(lm.Architecture(tokenizer.size + 2 * size.words, size.width, 2, 2, 172, 64), seed=_SEED)
    public = [list(record) for record in lm.encode(tokenizer, shuffled[: size.public], 64)]
    ordinary.train(base, public, epochs=3, batch_size=16, learning_rate=3e-3, seed=_SEED)
    with torch.no_grad():
        words = base.get_input_embeddings().weight
        usual = words[: tokenizer.size].norm(dim=1).median()
        drawn = torch.randn(2 * size.words, size.width, generator=torch.Generator().manual_seed(_SEED))
        words[tokenizer.size :] = drawn / drawn.norm(dim=1, keepdim=True) * usual * _LENGTH
    canaries = new_token_canaries(size.words, tokenizer.size, each=2)
    return base, lm.encode(tokenizer, shuffled[size.public :][: size.private], 33), canaries


def _plan(size: _Size) -> TrainingPlan:
    population = size.private + size.words + size.directions
    return TrainingPlan.for_epsilon(
        EPSILON,
        DELTA,
        population=population,
        expected_batch_size=population // 2,
        steps=size.steps,
        clipping=Flat(1.0),
    )


def _trained(
    base: Any, private: list[list[int]], canaries: list[list[int]], size: _Size, plan: TrainingPlan
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.bool_]]]:
    """Train once; return the scores and coins of either kind of canary."""
    coins = np.array(fair_coins(len(canaries)))
    records = {f"record {number}": [record] for number, record in enumerate(private)}
    words = {f"words {number}": [canaries[number]] for number in np.flatnonzero(coins)}
    trainer = _run(base, records | words, plan, canaries=size.directions)
    reference = _run(base, records, replace(plan, noise_multiplier=_ALMOST_NO_NOISE))
    before, known, after = (
        np.array(lm.summed_losses(model, canaries)[0]) for model in (base, reference.model, trainer.model)
    )
    assert trainer.probe is not None
    found = (trainer.probe.scores, np.array(trainer.probe.coins)), (known - after, coins), (before - after, coins)
    return dict(zip(_ACCESSES, found, strict=True))


def _run(base: Any, units: dict[str, list[list[int]]], plan: TrainingPlan, *, canaries: int = 0) -> PrivateTrainer:
    """Fine-tune adapters on a copy of the base."""
    model = attach(copy.deepcopy(base), Lora(rank=16, alpha=32.0, seed=0), "causal-lm")
    model.get_input_embeddings().weight.requires_grad_(True)  # tied with the output's
    quiet(model)
    trainer = PrivateTrainer(
        model,
        UnitData.of_sequences(units, lm.pad),
        plan,
        optimisation=_SMALL_STEPS,
        execution=Execution(micro_batch_tokens=8192),
        canaries=canaries,
    )
    trainer.run(lm.record_losses)
    return trainer


def _bound(run: dict[str, Any], method: Any) -> float:
    return bound_from_scores(
        run["included"],
        run["excluded"],
        design="one-run-independent-coins",
        method=method,
        delta=DELTA,
        confidence=_CONFIDENCE,
        claimed_epsilon=EPSILON,
    ).epsilon_lower_bound
