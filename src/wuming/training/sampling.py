"""Poisson sampling over units, as pseudo-random functions of (run key, step, unit): what is replayed is the same."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from wuming.crypto.random import derive_key


class PoissonUnitSampler:
    """Draws each unit independently with one probability, at every step.

    A unit's coin is a function of the run key, the step and the unit's own id alone, so that adding or removing one
    unit changes no other unit's coin, and order does not matter. Assumption: HMAC-SHA-256 is a pseudo-random function.

    Args:
        run_key: 32 secret bytes, from a CSPRNG.
        probability: in (0, 1]; resolved to 2⁻⁶⁴, rounded down (which never raises the probability that is accounted).
        records_per_unit: K; of a sampled unit's records, K are chosen by further coins of that unit alone.
    """

    def __init__(self, run_key: bytes, *, probability: float, records_per_unit: int) -> None:
        self._coin_key = derive_key(run_key, "poisson-coins")
        self._choice_key = derive_key(run_key, "record-choice")
        self._threshold = int(probability * 2**64)
        self._records_per_unit = records_per_unit

    def sample(self, step: int, units: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
        """Return the sampled units of one step with the records that take part.

        Args:
            step: 0-based.
            units: unit id → indices of its records.
        """
        return {
            unit: self._choose(step, unit, records)
            for unit, records in units.items()
            if _prf(self._coin_key, step, unit) < self._threshold
        }

    def _choose(self, step: int, unit: str, records: Sequence[int]) -> list[int]:
        if len(records) <= self._records_per_unit:
            return list(records)
        ranks = {record: _prf(self._choice_key, step, f"{unit}\x00{place}") for place, record in enumerate(records)}
        return sorted(records, key=ranks.__getitem__)[: self._records_per_unit]


def _prf(key: bytes, step: int, label: str) -> int:
    return int.from_bytes(hmac.digest(key, step.to_bytes(8, "big") + label.encode(), "sha256")[:8], "big")
