"""The tasks `digits` and `shops`: the ready federations of the simulation, one client's part at each silo."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PlanError
from wuming.core.ports import LocalTrainer
from wuming.federated.plan import FederationPlan
from wuming.federated.strategies import Strategy
from wuming.scenarios.federation.case import Case, Numbers, Work


class CaseTask:
    """See `wuming.app.federation.tasks.Task`.

    Args:
        case: data, model and split.
        members: number of silos; the first of the case's clients are theirs.

    Raises:
        PlanError: more silos than the case has clients.
    """

    def __init__(self, case: Case, members: int) -> None:
        if members > len(case.names):
            raise PlanError(f"{members} members share data of {len(case.names)} parties", help="Name fewer members.")
        self._case = case
        self._evaluation: Callable[[NDArray[np.float64]], Mapping[str, float]] | None = None

    def start(self) -> NDArray[np.float64]:
        """See `Task.start`."""
        return self._case.start()

    def trainer(
        self, name: str, members: tuple[str, ...], plan: FederationPlan, strategy: Strategy, secret: bytes
    ) -> LocalTrainer:
        """See `Task.trainer`."""
        expected = math.floor(plan.sampling_probability * self._case.population) if plan.unit == "record" else 0
        numbers = Numbers(plan.bound, expected, plan.bound, strategy)
        client = self._case.names[members.index(name)]
        return self._case.trainers((client,), Work(plan.unit, plan.rounds, numbers, secret))[client]

    def evaluate(self, weights: NDArray[np.float64]) -> Mapping[str, float]:
        """See `Task.evaluate`."""
        if self._evaluation is None:
            self._evaluation = self._case.evaluation()
        return self._evaluation(weights)
