"""What a federation trains: a task gives the start, each silo's training, and the server's evaluation.

`digits` and `shops` are built in. Any other is `module:attribute` of code that is installed on every machine: the
server never sends code, and a silo runs only its own.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import PlanError
from wuming.core.ports import LocalTrainer

if TYPE_CHECKING:
    from wuming.federated.plan import FederationPlan
    from wuming.federated.strategies import Strategy

Vector = NDArray[np.float64]

_READY: Final = ("digits", "shops")


class Task(Protocol):
    """What is trained."""

    def start(self) -> Vector:
        """Return the weights before the first round, [d]; public, the same on every machine."""
        ...

    def trainer(
        self, name: str, members: tuple[str, ...], plan: FederationPlan, strategy: Strategy, secret: bytes
    ) -> LocalTrainer:
        """Return a silo's training.

        Args:
            name: of the silo.
            members: all silos, in the order of the agreement.
            plan: of the federation.
            strategy: the server's step; its proximal term is the silos' work.
            secret: 32 bytes that only this silo has; its coins derive from them.
        """
        ...

    def evaluate(self, weights: Vector) -> Mapping[str, float]:
        """Return how good weights are, on public data; empty where there are none."""
        ...


def find_task(name: str, members: int) -> Task:
    """Return the task of that name.

    Args:
        name: `digits`, `shops`, or `module:attribute`; the current folder is looked at, too. An attribute that is a
            class is called without arguments.
        members: number of silos.

    Raises:
        PlanError: there is none.
    """
    if name in _READY:
        from wuming.app.federation.case_task import CaseTask
        from wuming.scenarios.federation.digits import DigitsCase
        from wuming.scenarios.federation.shops import ShopsCase

        return CaseTask(DigitsCase.found(members) if name == "digits" else ShopsCase.found(), members)
    module, _, attribute = name.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise PlanError(
            f"no task {name!r} on this machine ({type(error).__name__})",
            help="Use digits, shops, or module:attribute of code that is installed here.",
        ) from error
    task: Task = found() if isinstance(found, type) else found
    return task
