"""The least noise with which a federation keeps its ε."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from wuming.accounting.calibration import calibrate
from wuming.accounting.events import Event, FixedParticipationGaussian, PoissonSampledGaussian
from wuming.core.errors import PrivacyParameterError
from wuming.crypto.random import encode_context
from wuming.federated.codes import SkellamCode
from wuming.federated.encoding import design
from wuming.federated.plan import FederationPlan
from wuming.federated.robust.combinations import check_combination
from wuming.federated.weighting import FixedWeights, sensitivity

_FAILURE_SHARE: Final = 0.01  # of δ, over all rounds, for cut tails and rounding
_STEP: Final = 5e-4
_TRIES: Final = 60


def plan_for_epsilon(
    epsilon: float,
    delta: float,
    *,
    modulus_bits: int = 20,
    vector_norm: float | None = None,
    dimension: int,
    **fields: Any,
) -> FederationPlan:
    """Return the plan with the least noise whose ε, against server and public, are at most `epsilon` at `delta`.

    Args:
        epsilon: > 0.
        delta: in (0, 1).
        modulus_bits: of distributed noise: bits that a value takes in a sum. Fewer bits mean a coarser grid, whose
            rounding is paid for with noise.
        vector_norm: of distributed noise where a record is the unit: public L2 bound of a client's whole vector.
        dimension: d, parameters of the model.
        fields: all other fields of the plan; `noise` is `distributed` or `central`.

    Raises:
        PrivacyParameterError: a field out of range, or no noise suffices.
        MissingExtra: without dp-accounting.
    """
    rounds, unit, noise = fields["rounds"], fields["unit"], fields["noise"]
    # What costs seconds comes after what may be refused at once.
    check_combination(
        fields.get("aggregation", "mean"), secure=fields["secure"], private=True, groups=fields.get("groups", 1)
    )
    probability = fields.get("sampling_probability", 1.0)
    if unit == "client" and noise == "central":
        probability = fields.get("participation", 1.0)

    if noise == "central":
        return FederationPlan(noise_multiplier=_least(probability, rounds, epsilon, delta), **fields)
    if noise != "distributed":
        raise PrivacyParameterError(f"noise={noise!r} keeps no epsilon", help="Use distributed or central.")
    least = _least(probability, rounds, epsilon, delta * (1 - _FAILURE_SHARE))
    for attempt in range(_TRIES):  # rounding of figures, and Skellam noise, which is a little less than Gaussian
        code = _code(fields, least * (1 + attempt * _STEP), delta, modulus_bits, vector_norm, dimension)
        plan = FederationPlan(noise_multiplier=0.0, code=code, **fields)
        if max(plan.epsilon_public(delta), plan.epsilon_server(delta) or 0.0) <= epsilon:
            return plan
    raise PrivacyParameterError(
        f"epsilon={epsilon} is not reached with modulus_bits={modulus_bits}",
        help="Use more bits: the grid is too coarse.",
    )


@functools.cache  # it takes seconds, and many plans differ in nothing that it depends on
def _least(probability: float, rounds: int, epsilon: float, delta: float) -> float:
    def event(multiplier: float) -> Event:
        if probability < 1:
            return PoissonSampledGaussian(probability, multiplier, rounds)
        return FixedParticipationGaussian(rounds, multiplier)

    return calibrate(event, epsilon, delta)


def _code(
    fields: Mapping[str, Any],
    multiplier: float,
    delta: float,
    modulus_bits: int,
    vector_norm: float | None,
    dimension: int,
) -> SkellamCode:
    clients, groups = fields["clients"], fields.get("groups", 1)
    bound = sensitivity(fields.get("weighting", FixedWeights()), clients, fields["bound"], unit=fields["unit"])
    encoding = design(
        dimension,
        unit=fields["unit"],
        max_norm=bound,
        noise_multiplier=multiplier,
        members=-(-len(clients) // groups),
        threshold=fields["least_survivors"],
        colluders=fields.get("colluders", 0),
        modulus_bits=modulus_bits,
        rotation_seed=hashlib.sha256(encode_context("wuming/rotation/federation", fields["name"])).digest(),
        vector_norm=vector_norm if fields["unit"] == "record" else None,
        failure_delta=max(1e-15, delta * _FAILURE_SHARE / fields["rounds"] / 2),
    )
    return SkellamCode(encoding)
