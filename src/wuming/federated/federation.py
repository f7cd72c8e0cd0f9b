"""A federation at the server: it opens rounds, pays for them, and turns what comes out of them into the next model.

It holds no I/O and never sees a client's data; who moves the bytes (a simulation, a network) calls it between rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.core.canonical import digest
from wuming.core.errors import PrivacyParameterError, RoundAborted, RoundRefused
from wuming.core.ports import Budget, Reservation
from wuming.crypto.coins import Coins
from wuming.crypto.random import SecureStream, derive_key
from wuming.crypto.signatures import VerifyingKey
from wuming.federated.codes import GridCode, Vector
from wuming.federated.participant import Offer
from wuming.federated.plan import FederationPlan
from wuming.federated.robust.checks import faults
from wuming.federated.robust.krum import krum
from wuming.federated.robust.median import median
from wuming.federated.robust.norm_bound import norm_bounded
from wuming.federated.robust.trimmed_mean import trimmed_mean
from wuming.federated.strategies import Memory, Strategy
from wuming.mechanisms.gaussian import gaussian_noise


@dataclass(frozen=True)
class Round:
    """One round that is open.

    Attributes:
        number: ≥ 1; counts attempts, so a round that ended without a sum is not held again under its number.
        offers: what clients are asked, one offer a cohort.
    """

    number: int
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Standing:
    """Where a federation stands between two rounds: all that its server must keep to go on after a restart.

    Attributes:
        rounds_done: rounds that ended with a sum.
        number: the last round that was opened; the next one is above it.
        spent: numbers of the rounds that count at the account, rising: those with a sum, and those whose sum may have
            been seen.
        weights: [d], after the last sum.
        memory: of the strategy.
    """

    rounds_done: int
    number: int
    spent: tuple[int, ...]
    weights: Vector
    memory: Memory


class Federation:
    """The server's account, model and strategy over all rounds.

    Args:
        plan: the claim.
        strategy: what is done with an average.
        weights: [d], of the common model; public.
        budget: charged a round with the event that the public sees; refuses when it is spent.
        secret: ≥ 16 bytes; cohorts and central noise derive from it. A server that knows it can take central noise
            away: that mode trusts it.
        keys: identity keys of the clients by name, where sums are secure; from a source the server does not control.

    Raises:
        RoundRefused: keys are missing.
        PrivacyParameterError: clients take one step each, and the strategy's proximal term would do nothing.
    """

    def __init__(
        self,
        plan: FederationPlan,
        strategy: Strategy,
        weights: Vector,
        *,
        budget: Budget,
        secret: bytes,
        keys: Mapping[str, VerifyingKey] | None = None,
    ) -> None:
        if plan.secure and set(keys or {}) != set(plan.clients):
            raise RoundRefused(
                "secure sums need one identity key of each client", reason="no-keys", help="Give a key for each name."
            )
        if plan.unit == "record" and strategy.proximal:
            raise PrivacyParameterError(
                f"strategy={strategy.name!r} does nothing where clients take one step a round (unit='record')",
                help="Use FedAvg there, or unit='client'.",
            )
        self.plan, self.strategy = plan, strategy
        self.weights = np.array(weights, dtype=np.float64)
        self.rounds_done = 0
        self._memory = strategy.begin(self.weights.size)
        self._budget, self._keys = budget, dict(keys or {})
        self._coins = Coins(derive_key(secret, "cohorts"), plan.clients)
        self._noise_key = derive_key(secret, "central-noise")
        self._number = 0
        self._spent: set[int] = set()
        self._reservation: Reservation | None = None

    @property
    def finished(self) -> bool:
        """Whether all rounds are held."""
        return self.rounds_done >= self.plan.rounds

    @property
    def standing(self) -> Standing:
        """Where the federation stands; while a round is open, as if it had been abandoned."""
        return Standing(self.rounds_done, self._number, tuple(sorted(self._spent)), self.weights, self._memory)

    def resume(self, standing: Standing) -> None:
        """Go on from where an earlier process stood; its rounds are charged to this one's account.

        Raises:
            RoundRefused: (`unreadable-state`) numbers or shapes that this federation cannot have come to.
            BudgetExceeded: more rounds count than the account bears.
        """
        own = self._memory
        shapes = [(mine.shape, other.shape) for mine, other in (
            (self.weights, standing.weights), (own.momentum, standing.memory.momentum),
            (own.squares, standing.memory.squares),
        )]  # fmt: skip
        rising = all(low < high for low, high in pairwise((0, *standing.spent)))
        counted = standing.rounds_done <= min(len(standing.spent), self.plan.rounds)
        if (
            any(mine != other for mine, other in shapes)
            or not (rising and counted and standing.rounds_done >= 0)
            or standing.number < max(standing.spent, default=0)
            or self._number
        ):
            raise RoundRefused(
                "what was kept of the federation does not fit its plan",
                reason="unreadable-state",
                help="Restore the state as the server left it, or begin anew in another folder.",
            )
        if self.plan.noise != "none":
            for number in standing.spent:
                self._budget.reserve(self.plan.public_event(1), schedule=self._schedule(number)).commit()
        self.weights, self._memory = np.array(standing.weights, dtype=np.float64), standing.memory
        self.rounds_done, self._number, self._spent = standing.rounds_done, standing.number, set(standing.spent)

    def open_round(self) -> Round:
        """Pay for the next round, and say who is asked for what.

        Raises:
            BudgetExceeded: the account is spent; the federation ends with the model that it has.
            RoundAborted: (`too-few`) fewer clients were drawn than a sum needs; nothing was paid.
        """
        if self.finished:
            raise RoundAborted("all rounds are held", reason="over", help="Plan a new federation.")
        self._give_back()
        self._number += 1
        plan = self.plan
        cohorts = self._cohorts()
        if plan.noise != "central" and min(map(len, cohorts)) < max(plan.least_survivors, 2):
            raise RoundAborted(
                f"{min(map(len, cohorts))} clients were drawn for a sum, least_survivors={plan.least_survivors}",
                reason="too-few",
                help="Open another round.",
            )
        if plan.noise != "none":
            self._reservation = self._budget.reserve(plan.public_event(1), schedule=self._schedule(self._number))
        offers = tuple(
            Offer(
                plan,
                self.strategy.as_json(),
                self._number,
                members,
                tuple(self._keys[name].raw for name in members) if plan.secure else (),
                self.weights,
            )
            for members in cohorts
        )
        return Round(self._number, offers)

    def abandon_round(self, *, seen: bool = False) -> None:
        """End the round without a sum. What was paid is given back, unless the sum may have been seen.

        Args:
            seen: whether it may have been.
        """
        if seen:
            self._spend()
        self._give_back()

    def close_with_totals(self, totals: Sequence[NDArray[np.integer[Any]]]) -> None:
        """End the round with the integer sum of each cohort's survivors."""
        code = self.plan.code
        assert code is not None
        self.close_with_sums([code.decode(total, self._number) for total in totals])

    def close_with_sums(self, sums: Sequence[Vector]) -> None:
        """End the round with the sum of each cohort's vectors, [d] each; central noise is added here.

        Raises:
            PrivacyParameterError: the rule looks at updates, not sums.
        """
        plan = self.plan
        if plan.aggregation not in ("mean", "group-median"):
            raise PrivacyParameterError(
                f"aggregation={plan.aggregation!r} looks at updates", help="Call close_with_updates."
            )
        noised = [self._noised(total, place) for place, total in enumerate(sums)]
        share = plan.divisor / plan.groups
        self._move(median(np.stack([total / share for total in noised])) if plan.groups > 1 else noised[0] / share)

    def visible_sum(self, vectors: Iterable[tuple[str, Vector]]) -> tuple[Vector, int, dict[str, str]]:
        """Return the sum of vectors that the server sees, held one at a time, for `close_with_sums`.

        Where nothing is claimed, vectors that are not finite do not count, nor those that are exactly zero, where
        `zeros_are_faults` of the plan. Each other one is scaled down to the plan's bound first, whatever its client did
        where a client is the unit.

        Args:
            vectors: (name, [d]) of each client of a cohort.

        Returns:
            the sum, [d]; how many count; name → why its vector does not: `zero-update`, `not-finite`.

        Raises:
            RoundAborted: (`too-few`) fewer vectors count than the plan's least survivors.
        """
        total, counted = np.zeros(self.weights.size), 0
        rejected: dict[str, str] = {}
        for name, vector in vectors:
            if fault := self._faults({name: vector}):
                rejected |= fault
                continue
            total += self._bounded(vector[None])[0]
            counted += 1
        self._check_counted(counted, rejected)
        return total, counted, rejected

    def close_with_updates(self, updates: Mapping[str, Vector]) -> dict[str, str]:
        """End the round with the clients' own vectors, for rules that look at all of them, or the plain mean.

        Returns:
            name → why its vector does not count, as `visible_sum` says.

        Raises:
            RoundAborted: as `visible_sum`; nothing has moved.
            PrivacyParameterError: too few for the rule.
        """
        plan = self.plan
        if plan.aggregation == "mean":
            total, _, rejected = self.visible_sum(updates.items())
            self.close_with_sums([total])
            return rejected
        rejected = self._faults(updates)
        self._check_counted(len(updates) - len(rejected), rejected)
        rows = [updates[name] for name in sorted(updates) if name not in rejected]
        table = self._bounded(np.stack(rows) if rows else np.zeros((0, self.weights.size)))
        scale = len(plan.clients) / plan.divisor
        match plan.aggregation:
            case "median":
                found = median(table)
            case "trimmed-mean":
                found = trimmed_mean(table, plan.bad_clients)
            case _:
                found = table[krum(table, plan.bad_clients)]
        self._move(found * scale)
        return rejected

    def _faults(self, updates: Mapping[str, Vector]) -> dict[str, str]:
        return faults(updates, zeros=self.plan.zeros_are_faults) if self.plan.noise == "none" else {}

    def _bounded(self, table: Vector) -> Vector:
        plan = self.plan
        return norm_bounded(table, plan.bound * plan.largest_weight) if plan.unit == "client" else table

    def _check_counted(self, counted: int, rejected: Mapping[str, str]) -> None:
        least = self.plan.least_survivors
        if rejected and counted < least:
            raise RoundAborted(
                f"{len(rejected)} of {counted + len(rejected)} vectors do not count "
                f"({', '.join(sorted(set(rejected.values())))}), least_survivors={least}",
                reason="too-few",
                help="Look at the clients that sent zeros or numbers that are not finite.",
            )

    def _move(self, update: Vector) -> None:
        progress = self.rounds_done / self.plan.rounds
        self.weights, self._memory = self.strategy.step(self.weights, update, self._memory, progress=progress)
        self.rounds_done += 1
        self._spend()

    def _noised(self, total: Vector, place: int) -> Vector:
        plan = self.plan
        if plan.noise != "central":
            return total
        # Rounding to a grid, where sums are masked, adds to what one unit changes.
        most = plan.code.sensitivity(plan.sensitivity) if isinstance(plan.code, GridCode) else plan.sensitivity
        stream = SecureStream(derive_key(self._noise_key, self._number, place), "central")
        return total + gaussian_noise(stream, total.size, plan.noise_multiplier * most)

    def _cohorts(self) -> list[tuple[str, ...]]:
        plan = self.plan
        coins = self._coins.draw("round", self._number)
        threshold = min(int(plan.participation * 2**64), 2**64 - 1)
        drawn = [place for place in range(len(plan.clients)) if plan.participation == 1 or coins[place, 0] < threshold]
        if plan.groups == 1:
            return [tuple(plan.clients[place] for place in drawn)]
        order = sorted(drawn, key=lambda place: int(coins[place, 1]))
        return [
            tuple(plan.clients[place] for place in sorted(order[group :: plan.groups])) for group in range(plan.groups)
        ]

    def _schedule(self, number: int) -> str:
        return digest([self.plan.name, self.plan.digest.hex(), self.strategy.as_json(), number])

    def _spend(self) -> None:
        self._spent.add(self._number)
        if self._reservation is not None:
            self._reservation.commit()
            self._reservation = None

    def _give_back(self) -> None:
        if self._reservation is not None:
            self._reservation.release()
            self._reservation = None
