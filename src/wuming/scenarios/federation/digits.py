"""Handwritten digits at many clients: the tutorial's net, each client with few of the ten labels.

With a record as the unit of privacy a round is one step of DP-SGD whose sum is taken over the clients: drawn, clipped
and noised as in central training, so that the two differ in where the noise is made, and in rounding.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

from wuming.core.errors import UnknownDataset
from wuming.core.ports import LocalTrainer
from wuming.crypto.random import derive_key
from wuming.crypto.signatures import SigningKey
from wuming.federated.account import ScheduledBudget
from wuming.federated.codes import Vector
from wuming.federated.participant import Participant
from wuming.federated.plan import Unit
from wuming.federated.secure_aggregation import RoundsInMemory
from wuming.federated.strategies import FedAdam, FedAvg, FedProx, FedYogi, Strategy
from wuming.lifecycle.federation.client import ClientTrainer, LocalWork
from wuming.lifecycle.federation.parameters import set_vector, to_vector, trainable
from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
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
_IMAGES = 600  # of each client
_TEST = 10_000
_EPOCHS = 10  # expected times that a record is drawn
_LARGEST_PROBABILITY = 0.25  # of a record in one round: beyond, computing grows and accuracy hardly does
_LOCAL = LocalWork(0.1, epochs=1, batch_size=32)


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


def sampling_probability(rounds: int) -> float:
    """Return the chance of a record to be drawn in a round: each about ten times in all rounds."""
    return min(_LARGEST_PROBABILITY, _EPOCHS / rounds)


def vector_norm(rounds: int, images: int) -> float:
    """Return the public bound on a client's sum of clipped gradients: as if half of twice the expected draw agreed."""
    return MAX_GRAD_NORM * max(8.0, sampling_probability(rounds) * images)


def strategy_for(name: str, unit: Unit, rounds: int) -> Strategy:
    """Return the strategy with the numbers that serve these digits; chosen on MNIST, which is public."""
    if unit == "client":
        kinds: dict[str, Callable[[], Strategy]] = {
            "fedavg": FedAvg,
            "fedprox": functools.partial(FedProx, proximal=0.01),
            "fedadam": functools.partial(FedAdam, 0.01),
            "fedyogi": functools.partial(FedYogi, 0.01),
        }
        return kinds[name]()
    # Few rounds need long steps: measured at 20 and 293 rounds, ε = 4.
    rate, momentum = (4.0, 0.9) if rounds >= 100 else (32.0, 0.7) if rounds >= 40 else (128.0, 0.5)
    steps: dict[str, Callable[[], Strategy]] = {
        "fedavg": functools.partial(FedAvg, rate, momentum, "cosine"),
        "fedprox": functools.partial(FedProx, rate, momentum, "cosine"),
        "fedadam": functools.partial(FedAdam, 0.01, schedule="cosine"),
        "fedyogi": functools.partial(FedYogi, 0.01, schedule="cosine"),
    }
    return steps[name]()


@dataclass(frozen=True)
class DigitsClients:
    """Makes the clients, in this process or in a worker of a pool.

    Attributes:
        case: the data.
        unit: unit of privacy.
        probability: of a record in a round.
        rounds: of the plan.
        cap, delta: of each client's own account.
        colluders: fewest that each client wants to be safe from.
        proximal: FedProx's μ.
        master: 32 secret bytes that the clients' keys derive from: a simulation holds them all.
    """

    case: DigitsCase
    unit: Unit
    probability: float
    rounds: int
    cap: float
    delta: float
    colluders: int
    proximal: float
    master: bytes

    def identity(self, name: str) -> SigningKey:
        """Return a client's signing key."""
        return SigningKey.from_bytes(derive_key(self.master, "identity", name))

    def __call__(self, names: tuple[str, ...]) -> Sequence[Participant]:
        """Return the clients of these names."""
        torch.set_num_threads(1)
        case, digits = self.case, self.case.digits()
        parts = split_by_label(
            digits.train_labels.numpy(), case.clients, case.images, concentration=CONCENTRATION, seed=case.seed
        )
        net = case.net()
        make = self._records(net) if self.unit == "record" else self._clients(net)
        made = []
        for name in names:
            places = torch.from_numpy(parts[case.names.index(name)])
            data = UnitData.of_tensors(digits.train_images[places], digits.train_labels[places])
            secret = derive_key(self.master, "client", name)
            made.append(
                Participant(
                    name,
                    make(data, derive_key(secret, "coins")),
                    secret=derive_key(secret, "noise"),
                    budget=ScheduledBudget(self.cap, self.delta),
                    register=RoundsInMemory(),
                    records=case.images,
                    identity=self.identity(name),
                    least_colluders=self.colluders,
                )
            )
        return made

    def _records(self, net: nn.Module) -> Callable[[UnitData, bytes], LocalTrainer]:
        plan = TrainingPlan(
            population=self.case.population,
            expected_batch_size=max(1, math.floor(self.probability * self.case.population)),
            steps=self.rounds,
            noise_multiplier=1.0,  # named by every plan; here the federation adds it
            clipping=Flat(MAX_GRAD_NORM),
        )
        shared = SharedSum(DrawnSum(net, plan, _loss, Execution(micro_batch=512)), net)
        return lambda data, secret: RecordTrainer(shared, data, plan, secret)

    def _clients(self, net: nn.Module) -> Callable[[UnitData, bytes], LocalTrainer]:
        work = LocalWork(_LOCAL.learning_rate, _LOCAL.epochs, _LOCAL.batch_size, self.proximal, self.case.seed)
        return lambda data, _secret: ClientTrainer(net, data, _loss, work)


def _loss(model: Any, inputs: Any) -> Tensor:
    images, labels = inputs
    return mean_loss(model(views(images)), labels)
