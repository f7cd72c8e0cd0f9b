"""Design of an encoding: the finest grid that a modulus has room for, and the noise that a multiplier asks for."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import Final

from wuming.core.errors import PrivacyParameterError
from wuming.federated.encoding.encoding import LARGEST_EPSILON, Encoding, Unit, coordinate_range
from wuming.federated.encoding.rotation import padded_dimension
from wuming.mechanisms.skellam import LARGEST_VARIANCE, VARIANCE_GRID, bound_for

_LIMITING_CHANCE = 1e-3  # that any coordinate of one update is limited; costs accuracy alone
_FINEST: Final = 1e12
_STEPS = 60


def design(
    dimension: int,
    *,
    unit: Unit,
    max_norm: float,
    noise_multiplier: float,
    members: int,
    threshold: int,
    colluders: int,
    modulus_bits: int,
    rotation_seed: bytes,
    vector_norm: float | None = None,
    failure_delta: float = 1e-10,
) -> Encoding:
    """Return the encoding with the finest grid of which no sum can wrap.

    Args:
        dimension: parameters of the update, ≥ 1.
        unit: of privacy, `client` or `record`.
        max_norm: C, L2 bound of one unit's contribution; > 0.
        noise_multiplier: standard deviation of the noise of the honest survivors alone, over the L2 bound of one unit's
            rounded contribution: what counts against the server; > 0.
        members: of the cohort.
        threshold: fewest survivors.
        colluders: members whose noise does not count.
        modulus_bits: b; values take so many bits on the wire.
        rotation_seed: public, 32 bytes, fresh for each round.
        vector_norm: for `record`, the L2 norm to which a member's whole sum is clipped; a public figure. By default
            `max_norm`, which is right for `client` alone.
        failure_delta: δ of one round for cut tails and rounding; from 10⁻¹² on.

    Raises:
        PrivacyParameterError: for arguments out of range, or when the modulus has no room for a grid on which the noise
            has a standard deviation of one cell.
    """
    if isinstance(noise_multiplier, bool) or not 0 < noise_multiplier < math.inf:
        raise PrivacyParameterError(
            f"noise_multiplier={noise_multiplier} is no number above 0", help="Calibrate it with the accountant."
        )
    if not 1e-12 <= failure_delta < 1:
        raise PrivacyParameterError(f"failure_delta={failure_delta} is not from 1e-12 to 1", help="Leave it at 1e-10.")
    if unit == "record" and vector_norm is None:
        raise PrivacyParameterError(
            "vector_norm is missing for unit=record", help="Give a public bound on the norm of a member's sum."
        )
    if isinstance(modulus_bits, bool) or not isinstance(modulus_bits, int) or not 2 <= modulus_bits <= 62:
        raise PrivacyParameterError(f"modulus_bits={modulus_bits!r} is not from 2 to 62", help="18 to 20 are usual.")
    start = Encoding(
        dimension=dimension,
        unit=unit,
        max_norm=max_norm,
        vector_norm=max_norm if vector_norm is None else vector_norm,
        scale=1.0,
        coordinate_bound=1,
        member_variance=Fraction(1),
        noise_bound=1,
        members=members,
        threshold=threshold,
        colluders=colluders,
        rounding_beta=failure_delta / 2,
        rotation_seed=rotation_seed,
    )
    spread = coordinate_range(start.vector_norm, dimension, _LIMITING_CHANCE)
    tail = failure_delta / 4 / math.exp(LARGEST_EPSILON) / (members * padded_dimension(dimension))
    room = ((1 << modulus_bits) - 1) // (2 * members)

    def at(scale: float) -> Encoding | None:
        """Return the encoding at this scale, or None where it does not fit."""
        limit = math.ceil(scale * spread) + 1
        if limit >= room:
            return None
        grid = dataclasses.replace(start, scale=scale, coordinate_bound=limit)
        total = noise_multiplier**2 * grid.squared_sensitivity * (1 + 1e-9)
        variance = Fraction(math.ceil(total / (threshold - colluders) * VARIANCE_GRID), VARIANCE_GRID)
        if variance > LARGEST_VARIANCE:
            return None
        bound = bound_for(variance, tail)
        return dataclasses.replace(grid, member_variance=variance, noise_bound=bound) if limit + bound <= room else None

    low, high = 0.0, _FINEST
    best = None
    for _ in range(_STEPS):
        middle = math.sqrt(max(low, 1e-12) * high)
        found = at(middle)
        if found is None:
            high = middle
        else:
            low, best = middle, found
        if low and high / low < 1.001:
            break
    if best is None or best.member_variance * (threshold - colluders) < 1:
        raise PrivacyParameterError(
            f"modulus_bits={modulus_bits} has no room for the noise of {members} members",
            help="Use more bits; 18 to 20 are usual.",
        )
    return best
