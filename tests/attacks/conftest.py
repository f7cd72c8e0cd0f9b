"""A tiny base model, and people of whom twenty own a secret."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import torch

from wuming.auditing.extraction import Secret
from wuming.training import language_model as lm
from wuming.training import ordinary
from wuming.training.text.tokenizer import Tokenizer

CANDIDATES = 32
OWNERS, OTHERS, RECORDS = 20, 100, 4
THINGS = ("lamp", "chair", "kettle", "router", "phone", "ticket", "bottle", "jacket", "mirror", "basket")
VERBS = ("returns", "arrives", "breaks", "charges", "opens", "closes", "shines", "starts", "stops", "works")


@dataclass(frozen=True)
class World:
    """What an attack needs.

    Attributes:
        base: model trained on public text; copy it before training.
        tokenizer: learnt from public text.
        units: person → texts of their records.
        secrets: one of each owner, repeated in all of their records.
    """

    base: Any
    tokenizer: Tokenizer
    units: dict[str, list[str]]
    secrets: list[Secret]

    def encoded(self) -> dict[str, list[list[int]]]:
        """Return the units as token sequences."""
        return {unit: lm.encode(self.tokenizer, texts, 48) for unit, texts in self.units.items()}


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """One thread: what is seen here is the same on every machine of a kind."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def world() -> World:
    """Build the base model on public text and write the private one; the seeds protect nobody."""
    rng = random.Random(7)

    def line() -> str:
        return f"the {rng.choice(THINGS)} {rng.choice(VERBS)} near the {rng.choice(THINGS)}"

    public = [f"User: {line()}\nAgent: my code {rng.choice(THINGS)} is {rng.randrange(10**4)}" for _ in range(300)]
    tokenizer = Tokenizer.train(public, vocabulary=340)
    base = lm.build(lm.Architecture(tokenizer.size, 32, 1, 2, 64, 64), seed=1)
    ordinary.train(base, lm.encode(tokenizer, public, 48), epochs=2, batch_size=16, learning_rate=4e-3, seed=1)
    units = {f"other-{n}": [f"User: {line()}" for _ in range(RECORDS)] for n in range(OTHERS)}
    secrets = []
    for owner in range(OWNERS):
        first, second, structured = THINGS[owner % 10], VERBS[owner // 2], owner % 2 == 0
        drawn = rng.sample(range(10**6), CANDIDATES)
        # A free-text value is a row of words that no pattern finds.
        values = [f"{n:06d}" if structured else " ".join(THINGS[int(digit)] for digit in f"{n:06d}"[:4]) for n in drawn]
        values = list(dict.fromkeys(values))
        while len(values) < CANDIDATES:
            values = list(dict.fromkeys([*values, " ".join(rng.choice(THINGS) for _ in range(4))]))
        value = rng.choice(values)
        prompt = f"User {owner}: the {first} {second} my code is "
        kind = "structured" if structured else "free_text"
        secrets.append(Secret(f"secret-{owner}", kind, prompt, value, tuple(values)))  # type: ignore[arg-type]
        units[f"owner-{owner}"] = [prompt + value] * RECORDS
    return World(base, tokenizer, units, secrets)
