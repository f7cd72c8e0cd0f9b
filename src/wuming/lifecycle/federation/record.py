"""Local training where a record is the unit of privacy: one step's clipped sum, by the private trainer's own parts."""

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
    """A `LocalTrainer`: minus the sum of the clipped gradients of the records that this client's own coins drew.

    Args:
        shared: model, clipping and loss; clients that live in one process share them.
        data: this client's records.
        plan: the same as of `shared`.
        secret: 32 bytes that only this client has; its coins derive from them. Used for one federation.

    Raises:
        PrivacyParameterError: another unit than a record, or another sampler than Poisson's: a federation accounts for
            these alone.
    """

    def __init__(self, shared: SharedSum, data: UnitData, plan: TrainingPlan, secret: bytes) -> None:
        if plan.unit_of_privacy == "subject" or plan.sampler != "poisson":
            raise PrivacyParameterError(
                f"unit_of_privacy={plan.unit_of_privacy!r}, sampler={plan.sampler!r} are not accounted in federations",
                help="Use unit_of_privacy='record' and sampler='poisson'.",
            )
        self._shared = shared
        self._party = Party.of(data, plan, secret)
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
