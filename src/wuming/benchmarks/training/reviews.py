"""Chinese reviews, good or bad: a small classifier from nothing, private beside non-private. Slow; only when asked for.

The reviews are a test-only set: nothing made from them is kept. Words come from a generated public corpus. Every tenth
review is held out; neither arm saw it. The private arm's settings come from the arithmetic of noise to batch, without
any trial on these reviews, so that no choice among runs has to be charged.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from wuming.benchmarks.house.bench import Figure, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.datasets.registry import locate
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.fine_tuning import classification_loss, fine_tune
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.text.documents import Document
from wuming.training.text.encoding import Coder
from wuming.training.text.tokenizer import Tokenizer
from wuming.training.text.units import classification_units
from wuming.training.tiny_classifier import TinyClassifier, TinyConfig

EPSILON, DELTA = 3.0, 1e-6
LABELS = ("0", "1")
_POPULATION = 56_000  # public: the published number of reviews, less the tenth that is held out, rounded
_MAX_TOKENS = 96
_WIDTH = 32
_NAME = "online_shopping_10_cats"


def measure(hall: Hall) -> Outcome:
    """Train both arms with as many seeds as there are repeats, and compare their accuracy on held-out reviews."""
    train, test = read(locate("online-shopping-reviews"), every=50 if hall.settings.quick else 1)
    tokens = public_tokenizer(400 if hall.settings.quick else 6000)
    arrange = [classification_units(part, tokens, LABELS, max_tokens=_MAX_TOKENS) for part in (train, test)]
    plan = private_plan(len(train) if hall.settings.quick else _POPULATION, quick=hall.settings.quick)
    private, ordinary = [], []
    for seed in range(1 if hall.settings.quick else hall.settings.repeats):
        hall.say(f"seed {seed}: private")
        private.append(accuracy(_private(arrange[0], tokens, plan, seed), arrange[1]))
        hall.say(f"seed {seed}: non-private")
        ordinary.append(accuracy(train_ordinarily(_model(tokens, seed), arrange[0], seed), arrange[1]))
    claim = (
        f"ε ≤ {plan.epsilon(DELTA):g}, δ={DELTA:g}, unit {plan.unit_of_privacy}, neighbours "
        f"{plan.neighbouring_relation}, {plan.sampler} sampling"
    )
    figures = (
        Figure("accuracy on held-out reviews, private", "", tuple(private), None, claim),
        Figure("accuracy on held-out reviews, non-private", "", tuple(ordinary)),
        Figure("share of the commoner label", "", (commoner(test),)),
    )
    return Outcome(figures, {"private": private, "ordinary": ordinary, "plan": plan.as_json()}, (claim,))


def read(folder: Path, *, every: int = 1) -> tuple[list[Document], list[Document]]:
    """Return training and held-out reviews; every tenth is held out.

    Args:
        folder: of the data set.
        every: take only every so many-th review.
    """
    with zipfile.ZipFile(folder / f"{_NAME}.zip") as archive:
        text = archive.read(f"{_NAME}.csv").decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["review"].strip()][::every]
    made = [Document(f"review {i}", row["review"], label=row["label"]) for i, row in enumerate(rows)]
    return [d for i, d in enumerate(made) if i % 10], made[::10]


def public_tokenizer(documents: int) -> Tokenizer:
    """Learn a vocabulary from generated text."""
    from wuming.scenarios import customer_service

    texts = [str(document["text"]) for document in customer_service.public_corpus(0, documents)]
    return Tokenizer.train(texts, vocabulary=4000)


def private_plan(population: int, *, quick: bool = False) -> TrainingPlan:
    """Return the claim: large batches, few steps."""
    steps, batch = (3, population // 4) if quick else (200, 4096)
    return TrainingPlan.for_epsilon(
        EPSILON, DELTA, population=population, expected_batch_size=batch, steps=steps, clipping=Flat(0.5)
    )


def train_ordinarily(model: TinyClassifier, units: UnitData, seed: int, *, epochs: int = 4) -> TinyClassifier:
    """Train without protection: Adam, batches of 256 in a seeded order."""
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    generator = torch.Generator().manual_seed(seed)
    model.train()
    for _ in range(epochs):
        order = torch.randperm(units.size, generator=generator).tolist()
        for start in range(0, len(order), 256):
            loss = classification_loss(model, units.fetch(order[start : start + 256])).mean()
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
    return model


@torch.inference_mode()
def accuracy(model: Any, units: UnitData) -> float:
    """Return the share of right answers."""
    model.eval()
    right = 0
    for start in range(0, units.size, 512):
        batch = units.fetch(range(start, min(start + 512, units.size)))
        logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
        right += int((logits.argmax(-1) == batch["labels"]).sum())
    return right / units.size


def commoner(documents: Sequence[Document]) -> float:
    """Return the share of the commoner label: the accuracy of always giving it."""
    share = sum(document.label == LABELS[1] for document in documents) / len(documents)
    return max(share, 1 - share)


def _model(tokens: Coder, seed: int) -> TinyClassifier:
    return TinyClassifier(TinyConfig(tokens.size, _WIDTH, len(LABELS)), seed=seed)


def _private(
    units: UnitData,
    tokens: Coder,
    plan: TrainingPlan,
    seed: int,
    on_step: Callable[[int, int], None] = lambda _done, _total: None,
) -> TinyClassifier:
    result = fine_tune(
        _model(tokens, seed),
        tokens,
        units,
        plan,
        optimisation=Optimisation(2e-2),
        task="sequence-classification",
        labels=LABELS,
        execution=Execution(micro_batch_tokens=32_768),
        on_step=on_step,
    )
    model: TinyClassifier = result.model
    return model
