"""Ten shops with reviews: each sells one kind of thing, none may show its customers' words, all want one classifier.

The reviews are a test-only set: nothing made from them may be released. Words come from a generated public corpus, and
every tenth review of each shop is held out. The numbers follow from the arithmetic of noise to batch, without any trial
on these reviews.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch

from wuming.core.canonical import digest
from wuming.core.errors import PrivacyParameterError
from wuming.core.ports import LocalTrainer
from wuming.core.storage import home, private_folder
from wuming.datasets.registry import locate
from wuming.federated.codes import Vector
from wuming.federated.plan import Unit
from wuming.federated.strategies import FedAdam, FedAvg, FedProx, FedYogi, Strategy
from wuming.lifecycle.federation.client import ClientTrainer, LocalWork
from wuming.lifecycle.federation.parameters import set_vector, to_vector, trainable
from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
from wuming.scenarios import customer_service
from wuming.scenarios.federation.case import Numbers, Work
from wuming.training.clipping.rules import Flat
from wuming.training.drawn_sum import DrawnSum
from wuming.training.execution import Execution
from wuming.training.fine_tuning import classification_loss
from wuming.training.plan import TrainingPlan
from wuming.training.text.documents import Document
from wuming.training.text.tokenizer import Tokenizer
from wuming.training.text.units import classification_units
from wuming.training.tiny_classifier import TinyClassifier, TinyConfig

SHOPS: Final = {
    "books": "书籍",
    "tablets": "平板",
    "phones": "手机",
    "fruit": "水果",
    "shampoo": "洗发水",
    "heaters": "热水器",
    "milk": "蒙牛",
    "clothes": "衣服",
    "computers": "计算机",
    "hotels": "酒店",
}
LABELS: Final = ("0", "1")
POPULATION: Final = 56_000  # public: the published number of reviews, less the tenth that is held out, rounded
_LARGEST_SHOP: Final = 9_000  # public: of the published sizes, less a tenth
MAX_GRAD_NORM: Final = 0.5
_UNCLIPPED: Final = 1e3
UPDATE_NORM: Final = 5.0
_BATCH, _ORDINARY_BATCH, _MAX_TOKENS, _WIDTH, _VOCABULARY = 4096, 256, 96, 32, 4000
_NAME: Final = "online_shopping_10_cats"


@dataclass(frozen=True)
class ShopsCase:
    """The reviews, the vocabulary and the model; the same in every process.

    Attributes:
        folder: of the data set.
        vocabulary: file of the tokenizer.
        seed: of the initialisation.
        every: only every so many-th review is taken: for tests.
    """

    folder: Path
    vocabulary: Path
    seed: int = 0
    every: int = 1

    @classmethod
    def found(cls, *, seed: int = 0, every: int = 1, documents: int = 6000) -> ShopsCase:
        """Return the case where the registry of data sets finds the reviews.

        Args:
            seed: of the initialisation.
            every: see the class.
            documents: generated texts that the vocabulary is learnt from.

        Raises:
            UnknownDataset: not found.
        """
        folder = locate("online-shopping-reviews")
        path = private_folder(home() / "cache") / f"shops-{digest([documents, _VOCABULARY])[7:23]}.json"
        if not path.exists():
            texts = [str(document["text"]) for document in customer_service.public_corpus(0, documents)]
            partial = path.with_suffix(".part")
            Tokenizer.train(texts, vocabulary=_VOCABULARY).save(partial)
            partial.replace(path)
        return cls(folder, path, seed, every)

    @property
    def source(self) -> str:
        """See `Case.source`."""
        return "online-shopping-reviews"

    @property
    def names(self) -> tuple[str, ...]:
        """See `Case.names`."""
        return tuple(SHOPS)

    @property
    def population(self) -> int:
        """See `Case.population`."""
        return POPULATION // self.every

    def usual_strategy(self, unit: Unit) -> str:
        """See `Case.usual_strategy`."""
        return "fedadam" if unit == "record" else "fedavg"

    def numbers(self, unit: Unit, rounds: int, strategy: str, *, private: bool) -> Numbers:  # noqa: ARG002 - any number
        """See `Case.numbers`."""
        # With noise those of private training at one place: large batches, few steps. Without, those of ordinary
        # training: batches of 256, and 800 rounds are four passes.
        adaptive: dict[str, Any] = {"second_decay": 0.98, "adaptivity": 1e-5, "schedule": "cosine"}
        rate = 0.02
        if not private:
            adaptive, rate = {"second_decay": 0.999, "adaptivity": 1e-8}, 0.005
        kinds: dict[str, Strategy] = {
            "fedavg": FedAvg(1.0) if unit == "client" else FedAvg(30.0, 0.9, "cosine"),
            "fedprox": FedProx(1.0, proximal=0.01),
            "fedadam": FedAdam(rate, **adaptive),
            "fedyogi": FedYogi(rate, **adaptive),
        }
        if strategy not in kinds:
            raise PrivacyParameterError(f"strategy={strategy!r} is not known", help=f"Known are: {', '.join(kinds)}.")
        if unit == "client":
            return Numbers(UPDATE_NORM, 0, UPDATE_NORM, kinds[strategy])
        bound = MAX_GRAD_NORM if private else _UNCLIPPED
        expected = max(1, (_BATCH if private else _ORDINARY_BATCH) // self.every)
        longest = MAX_GRAD_NORM * max(8.0, _LARGEST_SHOP / POPULATION * expected)
        return Numbers(bound, expected, max(bound, longest), kinds[strategy])

    def start(self) -> Vector:
        """See `Case.start`."""
        return to_vector(trainable(self._model()))

    def evaluation(self) -> Callable[[Vector], Mapping[str, float]]:
        """See `Case.evaluation`: all shops' held-out reviews together."""
        tokens, model = Tokenizer.load(self.vocabulary), self._model()
        held_out = [document for reviews in self.reviews().values() for document in reviews[1]]
        units = classification_units(held_out, tokens, LABELS, max_tokens=_MAX_TOKENS)

        def evaluate(weights: Vector) -> dict[str, float]:
            set_vector(model, weights)
            right = 0
            with torch.inference_mode():
                for begin in range(0, units.size, 512):
                    batch = units.fetch(range(begin, min(begin + 512, units.size)))
                    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
                    right += int((logits.argmax(-1) == batch["labels"]).sum())
            return {"accuracy": right / units.size}

        return evaluate

    def trainers(self, names: Sequence[str], work: Work) -> dict[str, LocalTrainer]:
        """See `Case.trainers`."""
        torch.set_num_threads(1)
        tokens, model, reviews = Tokenizer.load(self.vocabulary), self._model(), self.reviews()
        plan = TrainingPlan(
            population=self.population,
            expected_batch_size=max(1, work.numbers.expected),
            steps=work.rounds,
            noise_multiplier=1.0,  # named by every plan; here the federation adds it
            clipping=Flat(work.numbers.bound),
        )
        shared = SharedSum(DrawnSum(model, plan, classification_loss, Execution(micro_batch_tokens=32_768)), model)
        local = LocalWork(1.0, epochs=1, batch_size=64, proximal=work.numbers.strategy.proximal, seed=self.seed)
        made: dict[str, LocalTrainer] = {}
        for name in names:
            data = classification_units(reviews[name][0], tokens, LABELS, max_tokens=_MAX_TOKENS)
            made[name] = (
                RecordTrainer(shared, data, plan, work.coins(name))
                if work.unit == "record"
                else ClientTrainer(model, data, classification_loss, local)
            )
        return made

    def reviews(self) -> dict[str, tuple[list[Document], list[Document]]]:
        """Return for each shop its training and its held-out reviews."""
        with zipfile.ZipFile(self.folder / f"{_NAME}.zip") as archive:
            text = archive.read(f"{_NAME}.csv").decode("utf-8-sig")
        rows = [row for row in csv.DictReader(io.StringIO(text)) if row["review"].strip()][:: self.every]
        found = {}
        for name, kind in SHOPS.items():
            mine = [
                Document(f"{name} {place}", row["review"], label=row["label"])
                for place, row in enumerate(row for row in rows if row["cat"] == kind)
            ]
            found[name] = ([d for place, d in enumerate(mine) if place % 10], mine[::10])
        return found

    def _model(self) -> TinyClassifier:
        return TinyClassifier(TinyConfig(Tokenizer.load(self.vocabulary).size, _WIDTH, len(LABELS)), seed=self.seed)
