"""Handwritten digits at many clients: the tutorial's net, each client with few of the ten labels.

With a record as the unit of privacy a round is one step of DP-SGD whose sum is taken over the clients: drawn, clipped
and noised as in central training, so that the two differ in where the noise is made, and in rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import torch
from torch import Tensor, nn

from wuming.core.errors import PrivacyParameterError, UnknownDataset
from wuming.core.ports import LocalTrainer
from wuming.federated.codes import Vector
from wuming.federated.plan import Unit
from wuming.federated.strategies import FedAdam, FedAvg, FedProx, FedYogi, Strategy
from wuming.lifecycle.federation.client import ClientTrainer, LocalWork
from wuming.lifecycle.federation.parameters import set_vector, to_vector, trainable
from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
from wuming.scenarios.federation.case import Numbers, Work
from wuming.scenarios.federation.generated import generated_digits
from wuming.scenarios.federation.split import split_by_label
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.digits.data import Digits, load_digits
from wuming.training.digits.models import folded, mean_loss, tutorial_net, views
from wuming.training.digits.recipes import accuracy
from wuming.training.drawn_sum import DrawnSum
from wuming.training.execution import Execution
from wuming.training.plan import TrainingPlan

Source = Literal["mnist", "generated"]

MAX_GRAD_NORM = 0.2  # of one record's gradient, as in central training of this net
UPDATE_NORM = 1.0  # of one client's update, where clients are the unit
CONCENTRATION = 0.5
STRATEGIES: Final = ("fedavg", "fedprox", "fedadam", "fedyogi")
_IMAGES = 600  # of each client
_TEST = 10_000
_EPOCHS = 10  # expected times that a record is drawn
_LARGEST_PROBABILITY = 0.25  # of a record in one round: beyond, computing grows and accuracy hardly does


@dataclass(frozen=True)
class DigitsCase:
    """The data, the split and the model; the same in every process.

    Attributes:
        source: `mnist`, or `generated` where that is not at hand.
        clients: number of clients.
        images: images of each.
        seed: of split and initialisation; touches neither coins nor noise.
    """

    source: Source
    clients: int
    images: int
    seed: int = 0

    @classmethod
    def found(cls, clients: int, *, seed: int = 0) -> DigitsCase:
        """Return the case on MNIST where the registry of data sets finds it, else on generated digits."""
        try:
            available = len(load_digits().train_labels)
        except UnknownDataset:
            return cls("generated", clients, 600, seed)
        return cls("mnist", clients, max(1, min(_IMAGES, available // clients)), seed)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the clients."""
        return tuple(f"client-{number:04d}" for number in range(self.clients))

    @property
    def population(self) -> int:
        """Number of records of all clients."""
        return self.clients * self.images

    def digits(self) -> Digits:
        """Return the images."""
        if self.source == "mnist":
            return load_digits()
        return generated_digits(self.population, min(_TEST, max(1000, self.population // 4)), seed=self.seed)

    def net(self) -> nn.Sequential:
        """Return the untrained net."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            return tutorial_net()

    def start(self) -> Vector:
        """Return the weights before the first round."""
        return to_vector(trainable(self.net()))

    def evaluation(self) -> Callable[[Vector], Mapping[str, float]]:
        """Return what measures accuracy on the test images."""
        net, digits = self.net(), self.digits()

        def evaluate(weights: Vector) -> dict[str, float]:
            set_vector(net, weights)
            classifier = nn.Sequential(nn.Flatten(), *folded(net))
            return {"accuracy": accuracy(classifier, digits.test_images, digits.test_labels)}

        return evaluate

    def usual_strategy(self, unit: Unit) -> str:  # noqa: ARG002 - the same for both
        """See `Case.usual_strategy`."""
        return "fedavg"

    def numbers(self, unit: Unit, rounds: int, strategy: str, *, private: bool) -> Numbers:  # noqa: ARG002 - the same
        """See `Case.numbers`; chosen on MNIST, which is public."""
        if strategy not in STRATEGIES:
            raise PrivacyParameterError(
                f"strategy={strategy!r} is not known", help=f"Known are: {', '.join(STRATEGIES)}."
            )
        if unit == "client":
            return Numbers(UPDATE_NORM, 0, UPDATE_NORM, _of_clients(strategy))
        probability = min(_LARGEST_PROBABILITY, _EPOCHS / rounds)
        # As if half of twice the expected draw pointed one way.
        longest = MAX_GRAD_NORM * max(8.0, probability * self.images)
        expected = max(1, math.floor(probability * self.population))
        return Numbers(MAX_GRAD_NORM, expected, longest, _of_records(strategy, rounds))

    def trainers(self, names: Sequence[str], work: Work) -> dict[str, LocalTrainer]:
        """See `Case.trainers`."""
        torch.set_num_threads(1)
        digits, net = self.digits(), self.net()
        made: dict[str, LocalTrainer] = {}
        parts = split_by_label(
            digits.train_labels.numpy(), self.clients, self.images, concentration=CONCENTRATION, seed=self.seed
        )
        plan = TrainingPlan(
            population=self.population,
            expected_batch_size=max(1, work.numbers.expected),
            steps=work.rounds,
            noise_multiplier=1.0,  # named by every plan; here the federation adds it
            clipping=Flat(work.numbers.bound),
        )
        shared = SharedSum(DrawnSum(net, plan, _loss, Execution(micro_batch=512)), net)
        local = LocalWork(0.1, epochs=1, batch_size=32, proximal=work.numbers.strategy.proximal, seed=self.seed)
        places = {name: place for place, name in enumerate(self.names)}
        for name in names:
            here = torch.from_numpy(parts[places[name]])
            data = UnitData.of_tensors(digits.train_images[here], digits.train_labels[here])
            made[name] = (
                RecordTrainer(shared, data, plan, work.coins(name))
                if work.unit == "record"
                else ClientTrainer(net, data, _loss, local)
            )
        return made


def _of_clients(strategy: str) -> Strategy:
    match strategy:
        case "fedavg":
            return FedAvg()
        case "fedprox":
            return FedProx(proximal=0.01)
        case "fedadam":
            return FedAdam(0.01)
        case _:
            return FedYogi(0.01)


def _of_records(strategy: str, rounds: int) -> Strategy:
    # Few rounds need long steps: measured at 20 and 293 rounds, ε = 4.
    rate, momentum = (4.0, 0.9) if rounds >= 100 else (32.0, 0.7) if rounds >= 40 else (128.0, 0.5)
    match strategy:
        case "fedavg":
            return FedAvg(rate, momentum, "cosine")
        case "fedprox":
            return FedProx(rate, momentum, "cosine")
        case "fedadam":
            return FedAdam(0.01, schedule="cosine")
        case _:
            return FedYogi(0.01, schedule="cosine")


def _loss(model: Any, inputs: Any) -> Tensor:
    images, labels = inputs
    return mean_loss(model(views(images)), labels)
