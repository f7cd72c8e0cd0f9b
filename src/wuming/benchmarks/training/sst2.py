"""SST-2, good or bad: a small pre-trained encoder fine-tuned by adapters, private beside non-private. Slow; only when
asked for, and only where the encoder's weights lie beside the data sets.

The weights are all-MiniLM-L6-v2 (22.7 M parameters; its model card states Apache-2.0), known by their SHA-256. Nothing
is fetched. A unit of privacy is one phrase of the training set; phrases of one sentence are units of their own.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.benchmarks.training.reviews import accuracy
from wuming.core.errors import UnknownDataset
from wuming.core.storage import file_digest
from wuming.datasets.registry import VARIABLE, locate, search_folders
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.fine_tuning import classification_loss, fine_tune, quiet
from wuming.training.lora import Lora, attach
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.text.documents import Document
from wuming.training.text.encoding import Coder, load_tokenizer
from wuming.training.text.units import classification_units

EPSILON, DELTA = 3.0, 5e-6
LABELS = ("0", "1")
ENCODER = "all-minilm-l6-v2"
_WEIGHTS = "sha256:53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_TEST = "sha256:54a9c12c77e402fc14d6a66a506f24d999f596b0176eb777c972cccc2f9cc4b0"
_PHRASES = 20_000  # public: how many are used, drawn with a published seed
_MAX_TOKENS = 64
_LORA = Lora(rank=16, targets=("query", "key", "value", "dense"))


class MeanPooled(nn.Module):
    """An encoder, the mean over a text's real tokens, one linear layer.

    Args:
        encoder: a transformers model that returns `last_hidden_state`.
        classes: number of labels.
        seed: of the linear layer's start; public, protects nobody.
    """

    def __init__(self, encoder: Any, classes: int, *, seed: int) -> None:
        super().__init__()
        self.config, self.encoder = encoder.config, encoder
        self.classifier = nn.Linear(encoder.config.hidden_size, classes)
        with torch.no_grad():
            generator = torch.Generator().manual_seed(seed)
            self.classifier.weight.normal_(std=encoder.config.hidden_size**-0.5, generator=generator)
            self.classifier.bias.zero_()

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Any) -> SimpleNamespace:
        """Return `.logits` [N, classes] for ids and mask, both [N, T]."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return SimpleNamespace(logits=self.classifier((states * mask).sum(1) / mask.sum(1).clamp(min=1)))


def measure(hall: Hall, goal: Goal) -> Outcome:
    """Train both arms with as many seeds as there are repeats, and compare their accuracy on the 872 test sentences.

    Args:
        hall: says how often.
        goal: of the private accuracy less the non-private one.

    Raises:
        UnknownDataset: the data set or the weights are not there, or are others than registered.
    """
    folder = encoder_folder()
    tokens = load_tokenizer(folder)
    train, test = read(locate("sst2"), phrases=200 if hall.settings.quick else _PHRASES)
    arrange = [classification_units(part, tokens, LABELS, max_tokens=_MAX_TOKENS) for part in (train, test)]
    plan = private_plan(len(train), quick=hall.settings.quick)
    private, ordinary = [], []
    for seed in range(1 if hall.settings.quick else hall.settings.repeats):
        hall.say(f"seed {seed}: private")
        private.append(accuracy(train_privately(folder, tokens, arrange[0], plan, seed), arrange[1]))
        hall.say(f"seed {seed}: non-private")
        ordinary.append(accuracy(train_ordinarily(folder, arrange[0], seed), arrange[1]))
    claim = (
        f"ε ≤ {plan.epsilon(DELTA):g}, δ={DELTA:g}, unit {plan.unit_of_privacy} (a phrase), neighbours "
        f"{plan.neighbouring_relation}, {plan.sampler} sampling"
    )
    gaps = tuple(100 * (mine - plain) for mine, plain in zip(private, ordinary, strict=True))
    figures = (
        Figure("private less non-private accuracy", "points", gaps, None if hall.settings.quick else goal, claim),
        Figure("accuracy on the test sentences, private", "", tuple(private)),
        Figure("accuracy on the test sentences, non-private", "", tuple(ordinary)),
    )
    return Outcome(figures, {"private": private, "ordinary": ordinary, "plan": plan.as_json()}, (claim,))


def encoder_folder() -> Path:
    """Return the folder of the encoder, its weights checked.

    Raises:
        UnknownDataset: not there, or other weights.
    """
    for folder in search_folders():
        weights = folder / ENCODER / "model.safetensors"
        if weights.is_file():
            if file_digest(weights) != _WEIGHTS:
                raise UnknownDataset(f"{weights} has another SHA-256 than {_WEIGHTS}", help="Get the original again.")
            return weights.parent
    raise UnknownDataset(
        f"the weights of {ENCODER} are in none of the folders of data sets",
        help=f"Put a folder '{ENCODER}' (config.json, model.safetensors, vocab.txt) into a folder of {VARIABLE}.",
    )


def read(folder: Path, *, phrases: int) -> tuple[list[Document], list[Document]]:
    """Return so many phrases of the training set, drawn with a published seed, and the test sentences.

    Raises:
        UnknownDataset: other test sentences than known.
    """
    drawn = random.Random(0).sample(_rows(folder / "train.tsv"), phrases)  # noqa: S311  which ones is public
    made = [Document(f"phrase {i}", row["sentence"], label=row["label"]) for i, row in enumerate(drawn)]
    if file_digest(folder / "test.tsv") != _TEST:
        raise UnknownDataset(f"{folder / 'test.tsv'} has another SHA-256 than {_TEST}", help="Get the original again.")
    tests = _rows(folder / "test.tsv")
    return made, [Document(f"test {i}", row["sentence"], label=row["label"]) for i, row in enumerate(tests)]


def private_plan(population: int, *, quick: bool = False) -> TrainingPlan:
    """Return the claim: large batches, few steps."""
    steps, batch = (3, population // 4) if quick else (30, 2000)
    return TrainingPlan.for_epsilon(
        EPSILON, DELTA, population=population, expected_batch_size=batch, steps=steps, clipping=Flat(0.1)
    )


def train_privately(folder: Path, tokens: Coder, units: UnitData, plan: TrainingPlan, seed: int) -> Any:
    """Train adapters and the linear layer under the plan."""
    return fine_tune(
        _model(folder, seed),
        tokens,
        units,
        plan,
        optimisation=Optimisation(2e-3),
        task="sequence-classification",
        labels=LABELS,
        lora=_LORA,
        execution=Execution(micro_batch_tokens=4096),
    ).model


def train_ordinarily(folder: Path, units: UnitData, seed: int, *, epochs: int = 2) -> Any:
    """Train the same adapters without protection: Adam, batches of 64 phrases of like length in a seeded order."""
    model = attach(_model(folder, seed), _LORA, "sequence-classification")
    quiet(model)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=5e-4)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        noisy_lengths = torch.tensor(units.lengths) + 4 * torch.rand(units.size, generator=generator)
        batches = torch.split(noisy_lengths.argsort(), 64)
        for number in torch.randperm(len(batches), generator=generator).tolist():
            loss = classification_loss(model, units.fetch(batches[number].tolist())).mean()
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
    return model


def _model(folder: Path, seed: int) -> MeanPooled:
    from transformers import AutoModel

    encoder = AutoModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False)
    return MeanPooled(encoder, len(LABELS), seed=seed)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
