"""Local training where a record is the unit of privacy: one step's clipped sum, by the private trainer's own parts.

What the federation's plan calls a record is one unit of the trainer's plan: drawn by one coin, clipped once. It may be
all that a subject holds; whoever arranges data so sees to it that no subject is at two clients.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import nn

from wuming.core.errors import PrivacyParameterError
from wuming.lifecycle.federation.parameters import set_vector, to_vector
from wuming.training.data import UnitData
from wuming.training.drawn_sum import DrawnSum, Party
from wuming.training.plan import TrainingPlan


class RecordTrainer:
    """A `LocalTrainer`: minus the sum of the clipped gradients of the units that this client's own coins drew.

    Args:
        shared: model, clipping and loss; clients that live in one process share them.
        data: this client's units.
        plan: the same as of `shared`.
        secret: 32 bytes that only this client has; its coins derive from them. Used for one federation.

    Raises:
        PrivacyParameterError: units that are not drawn whole, or another sampler than Poisson's: a federation accounts
            for these alone.
    """

    def __init__(self, shared: SharedSum, data: UnitData, plan: TrainingPlan, secret: bytes) -> None:
        if plan.sampled != "units" or plan.sampler != "poisson":
            raise PrivacyParameterError(
                f"sampled={plan.sampled!r}, sampler={plan.sampler!r} are not accounted in federations",
                help="Use sampled='units' and sampler='poisson'.",
            )
        self._shared = shared
        self._party = Party.of(data, plan, secret)
        self.units = self._party.participants.count
        self.record_bound: float | None = plan.clipping.max_grad_norm
        self.sampling_probability = plan.sampling_probability

    def contribution(self, weights: NDArray[np.float64], round_number: int) -> NDArray[np.float64]:
        """See `wuming.core.ports.LocalTrainer.contribution`."""
        return self._shared.of_round(self._party, weights, round_number)


class SharedSum:
    """One model and one clipping engine for all clients of a process.

    Args:
        sums: made with the model.
        model: the same; its weights are overwritten in every round.
    """

    def __init__(self, sums: DrawnSum, model: nn.Module) -> None:
        self._sums, self._model = sums, model

    def of_round(self, party: Party, weights: NDArray[np.float64], round_number: int) -> NDArray[np.float64]:
        """Return a party's vector of a round at the given weights."""
        set_vector(self._model, weights)
        return -to_vector(self._sums.of_step(party, round_number))

    @property
    def drawn(self) -> int:
        """Units that the last call drew; private, as are the next two."""
        return self._sums.drawn

    @property
    def compared(self) -> int:
        """Units whose gradient was compared with a plain loop's."""
        return self._sums.compared

    @property
    def largest_clipped_share(self) -> float:
        """Largest clipped norm so far, over the bound."""
        return self._sums.largest_clipped_share
