"""Who takes part in a step: the sampler that the plan's event accounts for, by key, step and label."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wuming.crypto.coins import Coins, below
from wuming.crypto.random import derive_key
from wuming.training.plan import TrainingPlan

Positions = NDArray[np.int64]


class UnitSampler:
    """Draws the participants of each step as `plan.sampler` says.

    A participant's coins come from the run key, the step (or epoch) and its own label, so that adding or removing one
    changes no other's. (Only `truncated-poisson` cuts a batch that is too large, by ranks of further coins; its event
    says so.) The same key and step give the same sample: a replayed step costs nothing.

    Args:
        run_key: 32 secret bytes, from a CSPRNG, used for this data and plan alone.
        plan: the claim.
        labels: one for each participant (units; records where `plan.sampled` is `records`), all distinct.
    """

    def __init__(self, run_key: bytes, plan: TrainingPlan, labels: Sequence[str]) -> None:
        self._plan = plan
        self._coins = Coins(derive_key(run_key, "participation", plan.sampler), labels)
        # Rounded down, which never raises the probability that is accounted for.
        self._threshold = min(int(plan.sampling_probability * 2**64), 2**64 - 1)
        self._certain = plan.expected_batch_size == plan.population
        self._epoch, self._allocated = -1, np.empty((0, 0), dtype=np.int64)

    def sample(self, step: int) -> Positions:
        """Return the positions of the participants of a step (0-based), ascending."""
        if self._plan.sampler in ("poisson", "truncated-poisson"):
            return self._poisson(step)
        epoch, place = divmod(step, self._plan.steps_per_epoch)
        if epoch != self._epoch:
            self._epoch, self._allocated = epoch, self._allocate(epoch)
        return np.flatnonzero((self._allocated == place).any(axis=1))

    def _poisson(self, step: int) -> Positions:
        coins = self._coins.draw("step", step)
        heads = coins[:, 0] < np.uint64(self._threshold)
        drawn = np.arange(len(coins)) if self._certain else np.flatnonzero(heads)
        most = self._plan.max_batch_size
        if most is not None and len(drawn) > most:
            ranks = coins[drawn, 1]
            drawn = np.sort(drawn[np.argsort(ranks, kind="stable")[:most]])
        return drawn

    def _allocate(self, epoch: int) -> NDArray[np.int64]:
        """Return [n, k]: the k distinct steps of this epoch that each participant takes part in (Floyd's choice)."""
        steps = self._plan.steps_per_epoch
        # Fixed batches stay the same in every epoch; either way each participant chooses by itself.
        occasion = ("batch", 0) if self._plan.sampler == "fixed-batches" else ("epoch", epoch)
        chosen = np.full((len(self._coins), self._plan.participations), -1, dtype=np.int64)
        for column, last in enumerate(range(steps - self._plan.participations, steps)):
            picked = below(self._coins.draw(*occasion, column)[:, 0], last + 1)
            taken = (chosen == picked[:, None]).any(axis=1)
            chosen[:, column] = np.where(taken, last, picked)
        return chosen


class RecordChooser:
    """Chooses at most K of each unit's records, by coins of that unit alone.

    Args:
        run_key: 32 secret bytes.
        unit_labels: one for each unit.
        sizes: number of records of each unit.
        most: K.
    """

    def __init__(self, run_key: bytes, unit_labels: Sequence[str], sizes: Sequence[int], most: int) -> None:
        self._most, self._sizes = most, sizes
        self._start: dict[int, int] = {}
        labels: list[str] = []
        for unit, (label, size) in enumerate(zip(unit_labels, sizes, strict=True)):
            if size > most:
                self._start[unit] = len(labels)
                labels += [f"{label}\x00{place}" for place in range(size)]
        self._coins = Coins(derive_key(run_key, "record-choice"), labels)
        self._drawn: tuple[int, NDArray[np.uint64]] | None = None

    def choose(self, step: int, unit: int) -> list[int]:
        """Return the chosen places within the unit's records for a step, in order."""
        size, start = self._sizes[unit], self._start.get(unit)
        if start is None:
            return list(range(size))
        if self._drawn is None or self._drawn[0] != step:
            self._drawn = step, self._coins.draw("step", step)
        ranks = self._drawn[1][start : start + size, 0]
        return sorted(np.argsort(ranks, kind="stable")[: self._most].tolist())
