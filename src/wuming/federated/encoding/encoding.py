"""The claim of one round of distributed differential privacy: how an update becomes noisy integers, and its ε.

A member clips its update to an L2 bound, rotates it, scales it to cells, limits each coordinate, rounds it and adds its
share of Skellam noise. Secure aggregation sums these integers; the sum is scaled and rotated back.

**Unit of privacy.** `client`: everything that one member contributes. `record`: one record of a member, whose
contribution to the member's vector has L2 norm at most `max_norm` because the caller clipped it. **Neighbours**: the
unit's contribution is put to zero or back (the account's `add-or-remove-one`; the member itself stays in the round and
adds its noise), or replaced by another (`replace-one`).

**What is in the account.**

- *Noise*: each member adds variance v. Against the server only the shares of honest survivors count: threshold −
  colluders of them at least, because colluders can take their own away and there is no sum of fewer survivors. Who sees
  only the released sum, and is no member, faces the shares of all survivors, at least threshold of them.
- *Rounding*: sensitivities are those of the rounded vector. For `client` its norm is checked on the integers. For
  `record`: with the same random numbers, the vectors with and without the record differ by a stochastic rounding of the
  record's rotated contribution (⌊x + g + U⌋ − ⌊x + U⌋ is ⌊g + W⌋ with W uniform), so the bound of
  `rounding` holds but for β. Limiting coordinates and clipping never lengthen a difference.
- *Wrap*: noise is drawn given that it is at most `noise_bound`, and coordinates are limited, so no sum can wrap. Of the
  events in which true Skellam noise would have gone beyond, the probability is charged as δ: with probability τ for all
  members and coordinates together, an (ε, δ) guarantee becomes (ε, (δ + e^ε·τ)/(1 − τ)). It is stated for ε ≤ 20.

Proof of the last. Let E be the event that no noise is beyond its bound; it does not depend on data. What is drawn is
the true mechanism M given E. P(M(x) ∈ S, E) ≤ e^ε·P(M(x') ∈ S) + δ ≤ e^ε·(P(M(x') ∈ S, E) + τ) + δ; divide by P(E). The
same holds for many rounds, with the sum of their τ.

No amplification by sampling is claimed, against anybody.

Sources: Kairouz, Liu and Steinke (ICML 2021); Agarwal, Kairouz and Liu (NeurIPS 2021).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import Composed, EpsilonDelta, Skellam
from wuming.accounting.relations import ADD_OR_REMOVE
from wuming.core.errors import PrivacyParameterError, RoundAborted, UpdateRefused
from wuming.crypto.random import SecureStream, encode_context, new_key
from wuming.federated.encoding.rotation import block_size, padded_dimension, rotate, rotate_back
from wuming.federated.encoding.rounding import (
    LARGEST_CELL,
    round_stochastically,
    round_within,
    rounded_norm_squared,
)
from wuming.federated.secure_aggregation.configuration import RoundConfiguration
from wuming.federated.secure_aggregation.words import least_bits
from wuming.mechanisms.clipping import clip
from wuming.mechanisms.gaussian import Stream
from wuming.mechanisms.skellam import skellam, tail_probability

LARGEST_EPSILON: Final = 20.0
"""The largest ε for which the charge of the cut tails is stated."""

Unit = Literal["client", "record"]
_CONDITIONAL_BETA = math.exp(-0.5)  # so that rounding succeeds at the first try more often than not


@dataclass(frozen=True, slots=True)
class Encoding:
    """How updates of one round are encoded; made by `wuming.federated.encoding.design`.

    Attributes:
        dimension: parameters of the update.
        unit: of privacy, `client` or `record`.
        max_norm: C, L2 bound of one unit's contribution.
        vector_norm: L2 bound to which a member's whole vector is clipped; for `client` the same as `max_norm`.
        scale: cells in one unit of length.
        coordinate_bound: largest magnitude of one rounded coordinate, in cells.
        member_variance: of the noise that each member adds to each coordinate, in cells².
        noise_bound: largest magnitude of that noise, in cells.
        members: size of the cohort.
        threshold: fewest survivors of which there is a sum.
        colluders: members whose noise does not count against the server.
        rounding_beta: probability, a round, that rounding lengthens a record's contribution more than is accounted.
        rotation_seed: public, 32 bytes, fresh for each round.

    Raises:
        PrivacyParameterError: for values out of range or that do not go together.
    """

    dimension: int
    unit: Unit
    max_norm: float
    vector_norm: float
    scale: float
    coordinate_bound: int
    member_variance: Fraction
    noise_bound: int
    members: int
    threshold: int
    colluders: int
    rounding_beta: float
    rotation_seed: bytes

    def __post_init__(self) -> None:
        for name in ("max_norm", "vector_norm", "scale"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
                raise PrivacyParameterError(f"{name}={value!r} is no number above 0", help=f"Give a positive {name}.")
        if self.unit not in ("client", "record"):
            raise PrivacyParameterError(f"unit={self.unit!r} is unknown", help="Use client or record.")
        if self.vector_norm < self.max_norm or (self.unit == "client" and self.vector_norm != self.max_norm):
            raise PrivacyParameterError(
                f"vector_norm={self.vector_norm} does not go with max_norm={self.max_norm} and unit={self.unit}",
                help="For clients both are one; a member's sum of records may be longer than one record.",
            )
        if not 0 <= self.colluders < self.threshold <= self.members:
            raise PrivacyParameterError(
                f"threshold={self.threshold} is not from colluders={self.colluders} + 1 to members={self.members}",
                help="Use the numbers of the round's configuration.",
            )
        if not 1 <= self.coordinate_bound <= LARGEST_CELL or self.dimension < 1:
            raise PrivacyParameterError(
                f"coordinate_bound={self.coordinate_bound}, dimension={self.dimension} are out of range",
                help=f"Both are at least 1, and coordinates at most {LARGEST_CELL} cells.",
            )
        if not 0 < self.rounding_beta < 1 or len(self.rotation_seed) != 32:
            raise PrivacyParameterError(
                f"rounding_beta={self.rounding_beta} or the length of rotation_seed, {len(self.rotation_seed)}",
                help="Give a probability within (0, 1) and 32 bytes.",
            )
        tail_probability(self.member_variance, self.noise_bound)  # refuses what the sampler would refuse

    # ── the claim ──

    @property
    def padded_dimension(self) -> int:
        """Number of integers of one encoded update."""
        return padded_dimension(self.dimension)

    @property
    def value_bound(self) -> int:
        """Largest magnitude of one integer of one member: what the round's configuration must make room for."""
        return self.coordinate_bound + self.noise_bound

    @property
    def modulus_bits(self) -> int:
        """Bits of a value on the wire: the least with which no sum of all members wraps."""
        return least_bits(self.members, self.value_bound)

    @property
    def digest(self) -> bytes:
        """32 bytes that name the encoding, for `RoundConfiguration.settings_digest`."""
        values = (getattr(self, field.name) for field in fields(self))
        parts = (value if isinstance(value, bytes) else repr(value) for value in values)
        return hashlib.sha256(encode_context("wuming/federated-encoding/1", *parts)).digest()

    @property
    def squared_sensitivity(self) -> int:
        """Square of the L2 bound of one unit's contribution after rounding, in cells²."""
        if self.unit == "client":
            return rounded_norm_squared(self.max_norm * self.scale, self.padded_dimension, _CONDITIONAL_BETA)
        # Floating point moves the difference of two vectors by no more than this: clipping jumps by so many units in
        # the last place at its bound, two products with at most 256 terms a coordinate err by less than 10⁻¹² of the
        # norm, and each vector is put on a grid of 2⁻³².
        relative = 4 * (self.dimension + 16) * 2.0**-52 + 1e-11
        slack = relative * self.vector_norm * self.scale + math.sqrt(self.padded_dimension) * 2.0**-31
        return rounded_norm_squared(self.max_norm * self.scale + slack, self.padded_dimension, self.rounding_beta)

    @property
    def failure_probability(self) -> float:
        """δ of one round that is spent on cut tails (for ε ≤ 20) and, for records, on rounding."""
        cut = self.members * self.padded_dimension * tail_probability(self.member_variance, self.noise_bound)
        if cut >= 0.5:
            return 1.0
        # Twice, so that composition, which adds f·(1 − δ), adds enough where δ is up to a half.
        charged = 2 * (math.exp(LARGEST_EPSILON) + 1) * cut / (1 - cut)
        return min(1.0, charged + (self.rounding_beta if self.unit == "record" else 0.0))

    def event(self, noisy_members: int, rounds: int = 1) -> Composed:
        """Return what `rounds` such rounds spend, when the noise of so many members counts.

        Args:
            noisy_members: from 1 to `members`.
            rounds: all planned beforehand; ≥ 1.

        Raises:
            PrivacyParameterError: for an argument out of range.
        """
        if isinstance(noisy_members, bool) or not 1 <= noisy_members <= self.members:
            raise PrivacyParameterError(
                f"noisy_members={noisy_members} is not from 1 to {self.members}", help="Count honest survivors."
            )
        square = self.squared_sensitivity
        l2 = math.sqrt(square) * (1 + 1e-15)
        # Whole numbers are at most their squares.
        l1 = max(l2, min(math.sqrt(self.padded_dimension) * l2, float(square)))
        failures = EpsilonDelta(0.0, min(math.nextafter(1.0, 0.0), rounds * self.failure_probability))
        return Composed((Skellam(float(self.member_variance * noisy_members), l2, l1, rounds), failures))

    def event_against_server(self, rounds: int = 1) -> Composed:
        """Return what is spent against the server and its colluders: the noise of honest survivors alone counts."""
        return self.event(self.threshold - self.colluders, rounds)

    def event_against_public(self, rounds: int = 1) -> Composed:
        """Return what is spent against those who see the released sums alone and are no members."""
        return self.event(self.threshold, rounds)

    def epsilons(self, delta: float, rounds: int = 1, *, relation: str = ADD_OR_REMOVE) -> tuple[float, float]:
        """Return (ε against the server, ε against the public) of so many rounds at δ.

        Args:
            delta: in (0, 1), for all rounds together.
            rounds: all planned beforehand; over rounds that are chosen one after the other, charge the events.
            relation: neighbouring relation.

        Raises:
            PrivacyParameterError: δ is too small for the failures, or ε is above 20.
            MissingExtra: without dp-accounting.
        """
        events = self.event_against_server(rounds), self.event_against_public(rounds)
        server, public = (epsilon(event, delta, relation=relation) for event in events)
        if server > LARGEST_EPSILON:
            raise PrivacyParameterError(
                f"epsilon={server} against the server is above {LARGEST_EPSILON:g}",
                help="Use more noise or fewer rounds; the tails that were cut are not accounted for beyond.",
            )
        return server, public

    # ── the way there and back ──

    def round_configuration(self, federation: str, round_number: int, *, model_digest: bytes) -> RoundConfiguration:
        """Return the configuration of a round of secure aggregation whose sums this encoding decodes.

        Args:
            federation: its name.
            round_number: ≥ 1, used once.
            model_digest: 32 bytes that name the model that members start from.

        Raises:
            RoundRefused: threshold and colluders are not enough for secure aggregation.
        """
        return RoundConfiguration(
            federation=federation,
            round_number=round_number,
            members=self.members,
            threshold=self.threshold,
            colluders=self.colluders,
            dimension=self.padded_dimension,
            modulus_bits=self.modulus_bits,
            value_bound=self.value_bound,
            model_digest=model_digest,
            settings_digest=self.digest,
        )

    def encode(self, update: NDArray[np.floating[Any]], *, key: bytes | None = None) -> NDArray[np.int32]:
        """Return the noisy integers of one member's update.

        Args:
            update: [dimension], finite. For `record`, a sum over records that were each clipped to `max_norm`.
            key: secret, used for this update alone, at least 16 bytes; by default fresh from the operating system. Two
                updates under one key have the same noise, which their difference is then without.

        Returns:
            [padded_dimension] int32, each of magnitude at most `value_bound`. An update of zeros becomes noise alone.

        Raises:
            KeyUnavailable: `key` is too short.
            UpdateRefused: `wrong-shape`, `not-finite`. A refusal is visible to the server; who must not show that
                training diverged sends zeros.
        """
        secret = new_key() if key is None else key
        cells = self._rounded(update, SecureStream(secret, "wuming/encoding/rounding/1"))
        noise = SecureStream(secret, "wuming/encoding/noise/1")
        cells += skellam(noise, cells.size, self.member_variance, self.noise_bound)
        return cells

    def decode(self, total: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Return the noisy sum of the updates, [dimension].

        Args:
            total: [padded_dimension], the sum that secure aggregation gave.

        Raises:
            RoundAborted: (`wrong-shape`) not so many integers.
        """
        if total.shape != (self.padded_dimension,) or total.dtype.kind != "i":
            raise RoundAborted(
                f"the sum has shape {total.shape}, expected ({self.padded_dimension},) signed integers",
                reason="wrong-shape",
                help="Decode with the encoding of the same round.",
            )
        rotated = total.astype(np.float64)
        rotated /= self.scale
        return rotate_back(rotated, self.rotation_seed, self.dimension)

    def _rounded(self, update: NDArray[np.floating[Any]], rounding: Stream) -> NDArray[np.int32]:
        values = np.asarray(update)
        if values.shape != (self.dimension,) or values.dtype.kind != "f":
            raise UpdateRefused(
                f"the update has shape {values.shape} and type {values.dtype}, expected ({self.dimension},) floats",
                reason="wrong-shape",
                help="Give the parameters in one flat array, in the order that the members agreed on.",
            )
        if not np.isfinite(values).all():
            raise UpdateRefused(
                "the update holds NaN or infinity",
                reason="not-finite",
                help="Look at the local training; send zeros if the refusal itself must not be seen.",
            )
        rotated = rotate(clip(values, self.vector_norm), self.rotation_seed)
        rotated *= self.scale
        np.clip(rotated, -self.coordinate_bound, self.coordinate_bound, out=rotated)
        if self.unit == "client":
            return round_within(rotated, self.squared_sensitivity, rounding)
        return round_stochastically(rotated, rounding)


def coordinate_range(norm: float, dimension: int, chance: float) -> float:
    """Return what no rotated coordinate of a vector exceeds, but for a chance over the random signs.

    Args:
        norm: L2 norm of the vector.
        dimension: its coordinates before rotation.
        chance: that any of them is larger; > 0.

    Hoeffding: a rotated coordinate is a sum of x_i/√block with random signs.
    """
    block = block_size(dimension)
    return norm * min(1.0, math.sqrt(2 * math.log(2 * padded_dimension(dimension) / chance) / block))
