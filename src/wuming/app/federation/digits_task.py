"""The task `digits`: the tutorial's net on MNIST dealt out to the silos; on generated digits where it is not found."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from wuming.app.federation.tasks import Vector
from wuming.core.ports import LocalTrainer
from wuming.federated.plan import FederationPlan
from wuming.lifecycle.federation.client import ClientTrainer, LocalWork
from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
from wuming.scenarios.federation.digits import CONCENTRATION, DigitsCase
from wuming.scenarios.federation.split import split_by_label
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.digits.models import mean_loss, views
from wuming.training.drawn_sum import DrawnSum
from wuming.training.execution import Execution
from wuming.training.plan import TrainingPlan


class DigitsTask:
    """See `wuming.app.federation.tasks.Task`.

    Args:
        members: number of silos; each gets as many images, few of the ten labels.
    """

    def __init__(self, members: int) -> None:
        torch.set_num_threads(1)
        self._case = DigitsCase.found(members)

    def start(self) -> Vector:
        """See `Task.start`."""
        return self._case.start()

    def trainer(
        self, name: str, members: tuple[str, ...], plan: FederationPlan, secret: bytes
    ) -> tuple[LocalTrainer, int]:
        """See `Task.trainer`."""
        case, digits = self._case, self._case.digits()
        parts = split_by_label(
            digits.train_labels.numpy(), case.clients, case.images, concentration=CONCENTRATION, seed=case.seed
        )
        places = torch.from_numpy(parts[members.index(name)])
        data = UnitData.of_tensors(digits.train_images[places], digits.train_labels[places])
        net = case.net()
        if plan.unit == "client":
            return ClientTrainer(net, data, _loss, LocalWork(0.1, seed=case.seed)), case.images
        training = TrainingPlan(
            population=case.population,
            expected_batch_size=max(1, math.floor(plan.sampling_probability * case.population)),
            steps=plan.rounds,
            noise_multiplier=1.0,  # named by every plan; here the federation adds it
            clipping=Flat(plan.bound),
        )
        shared = SharedSum(DrawnSum(net, training, _loss, Execution(micro_batch=512)), net)
        return RecordTrainer(shared, data, training, secret), case.images

    def evaluate(self, weights: Vector) -> Mapping[str, float]:
        """See `Task.evaluate`."""
        return self._case.evaluation()(weights)


def _loss(model: Any, inputs: Any) -> Tensor:
    images, labels = inputs
    return mean_loss(model(views(images)), labels)
