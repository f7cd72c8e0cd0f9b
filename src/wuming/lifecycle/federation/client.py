"""Local training where a client is the unit of privacy: some epochs of SGD; how far the weights moved is the vector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from wuming.lifecycle.federation.parameters import set_vector, to_vector, trainable
from wuming.training.data import UnitData


@dataclass(frozen=True)
class LocalWork:
    """What a client does in a round; nothing of it touches the guarantee, since the result is clipped.

    Attributes:
        learning_rate: of SGD.
        epochs: passes over its records.
        batch_size: records of a step.
        proximal: μ of FedProx's term μ/2·‖w − w₀‖²; 0: none.
        seed: of the order of records; protects nobody.
    """

    learning_rate: float
    epochs: int = 1
    batch_size: int = 32
    proximal: float = 0.0
    seed: int = 0


class ClientTrainer:
    """A `LocalTrainer`: the difference between the weights after and before local training.

    Args:
        model: shared by the clients of a process; overwritten in every round.
        data: this client's records.
        loss: (model, inputs) → one loss for each example, [n].
        work: what is done.
    """

    def __init__(self, model: nn.Module, data: UnitData, loss: Callable[[Any, Any], Tensor], work: LocalWork) -> None:
        self._model, self._data, self._loss, self._work = model, data, loss, work
        self.record_bound: float | None = None
        self.sampling_probability = 1.0

    def contribution(self, weights: NDArray[np.float64], round_number: int) -> NDArray[np.float64]:
        """See `wuming.core.ports.LocalTrainer.contribution`."""
        set_vector(self._model, weights)
        train_locally(self._model, self._data, self._loss, self._work, round_number)
        return to_vector(trainable(self._model)) - weights


def train_locally(
    model: nn.Module, data: UnitData, loss: Callable[[Any, Any], Tensor], work: LocalWork, round_number: int
) -> None:
    """Train a model in place on one client's records; the same round and weights give the same result."""
    parameters = list(trainable(model).values())
    start = [parameter.detach().clone() for parameter in parameters]
    generator = torch.Generator().manual_seed(work.seed + round_number)
    records = [record for members in data.members for record in members]
    for _ in range(work.epochs):
        order = [records[place] for place in torch.randperm(len(records), generator=generator).tolist()]
        for begin in range(0, len(order), work.batch_size):
            mean = loss(model, data.fetch(order[begin : begin + work.batch_size])).mean()
            gradients = torch.autograd.grad(mean, parameters)
            with torch.no_grad():
                for parameter, gradient, first in zip(parameters, gradients, start, strict=True):
                    parameter.sub_(gradient + work.proximal * (parameter - first), alpha=work.learning_rate)
