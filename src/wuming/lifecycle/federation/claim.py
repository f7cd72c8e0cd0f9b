"""The train stage as a federation: its numbers, its two ε, and what evidence says of them.

A step of the schedule is a round, a silo is a client, and what the federation's plan calls a record is one unit of
privacy: all that a subject holds in the one silo where it may lie, or a document.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from wuming.accounting.events import Event
from wuming.core.canonical import digest
from wuming.core.storage import read_json, write_json
from wuming.federated.calibration import plan_for_epsilon
from wuming.federated.codes import SkellamCode
from wuming.federated.encoding import Encoding
from wuming.federated.plan import FederationPlan
from wuming.federated.strategies import FedAdam, FedAvg, FedYogi, Strategy
from wuming.lifecycle.context import PRODUCER
from wuming.lifecycle.plan import Plan

FAILURE_SHARE: Final = 0.05
"""Of an account's δ, set aside when a federation opens it. A plan spends at most 0.01 of its own δ on failures."""

_LONGEST: Final = 2.0  # a silo's sum, as if twice the expected units of a step lay in it and pointed one way
_ADAPTIVE: Final[dict[str, Any]] = {"second_decay": 0.98, "adaptivity": 1e-5, "schedule": "cosine"}


@dataclass(frozen=True)
class FederatedTraining:
    """What is held and claimed.

    Attributes:
        plan: of the federation.
        strategy: the server's step.
        delta: of the claim.
    """

    plan: FederationPlan
    strategy: Strategy
    delta: float

    @classmethod
    def of(cls, plan: Plan, dimension: int, cache: Path) -> FederatedTraining:
        """Return the federation with the least noise for `train.epsilon`, against the server too.

        Args:
            plan: with a section `federation`.
            dimension: d, parameters of the model.
            cache: folder where the calibrated code is kept, which takes seconds to find. What is kept cannot void a
                claim: ε is computed anew from the noise that is used.

        Raises:
            PrivacyParameterError: no such federation, by name.
        """
        section, train = plan.federation, plan.train
        assert section is not None
        fields: dict[str, Any] = {
            "name": plan.name,
            "clients": tuple(section.silos),
            "rounds": train.steps,
            "unit": "record",
            "bound": train.max_grad_norm,
            "noise": "distributed",
            "secure": True,
            "divisor": float(train.expected_units_per_step),
            "least_survivors": section.least_survivors or len(section.silos),
            "sampling_probability": train.expected_units_per_step / train.population,
            "colluders": section.colluders,
        }
        asked: dict[str, Any] = {
            "epsilon": train.epsilon,
            "delta": train.delta,
            "dimension": dimension,
            "modulus_bits": section.bits,
            "vector_norm": _LONGEST * train.max_grad_norm * train.expected_units_per_step,
        }
        version = importlib.metadata.version("dp-accounting")
        name = digest([{**fields, "clients": section.silos}, asked, version, PRODUCER])
        path = cache / f"code-{name[7:23]}.json"
        if path.exists():
            code = _code_from_json(read_json(path))
            found = FederationPlan(noise_multiplier=0.0, code=code, **fields)
        else:
            found = plan_for_epsilon(**asked, **fields)
            assert isinstance(found.code, SkellamCode)
            write_json(path, _code_as_json(found.code))
        return cls(found, _strategy(section.strategy, train.learning_rate), train.delta)

    @property
    def code(self) -> SkellamCode:
        """How silos encode their vectors."""
        assert isinstance(self.plan.code, SkellamCode)  # noise is distributed
        return self.plan.code

    @property
    def event(self) -> Event:
        """What is charged and claimed: the dearer of the two, which the server and its colluders see."""
        found = self.plan.server_event(self.plan.rounds)
        assert found is not None  # masks are on and noise is distributed
        return found

    @cached_property
    def epsilon(self) -> float:
        """ε of `event` at `delta`."""
        found = self.plan.epsilon_server(self.delta)
        assert found is not None
        return found

    @property
    def noise_multiplier(self) -> float:
        """σ over the bound of one unit, of the noise that `event` counts."""
        return self.code.noise_multiplier(self.plan.least_survivors - self.plan.colluders)

    def schedule_part(self) -> dict[str, Any]:
        """Return what of the federation decides the result, beside the training plan."""
        return {"plan": self.plan.digest.hex(), "strategy": self.strategy.as_json()}

    def claims(self, survivors: Sequence[int]) -> dict[str, Any]:
        """Return what evidence says of the federation, all of it public.

        Args:
            survivors: silos whose vectors are in the sum, of each round.
        """
        plan, encoding = self.plan, self.code.encoding
        return {
            "silos": len(plan.clients),
            "least_survivors": plan.least_survivors,
            "dropouts_tolerated": len(plan.clients) - plan.least_survivors,
            "colluders": plan.colluders,
            "rounds": len(survivors),
            "dropped_out": sum(len(plan.clients) - left for left in survivors),
            "epsilon_server": self.epsilon,
            "epsilon_public": plan.epsilon_public(self.delta),
            "public_event": plan.public_event(plan.rounds).as_json(),
            "member_variance": float(encoding.member_variance),
            "squared_sensitivity": encoding.squared_sensitivity,
            "failure_probability": self.code.failure_probability,
            "bits": encoding.modulus_bits,
            "strategy": self.strategy.as_json(),
            "plan_digest": f"sha256:{plan.digest.hex()}",
            "sums": "under masks, each equal to the plain sum of its silos' integers",
            "held": "on one machine, which has every silo's keys",
        }


def _strategy(name: str, learning_rate: float) -> Strategy:
    match name:
        case "fedadam":
            return FedAdam(learning_rate, **_ADAPTIVE)
        case "fedyogi":
            return FedYogi(learning_rate, **_ADAPTIVE)
        case _:
            return FedAvg(learning_rate, 0.9, "cosine")


def _code_as_json(code: SkellamCode) -> dict[str, Any]:
    encoding = code.encoding
    fields = {name: getattr(encoding, name) for name in Encoding.__dataclass_fields__}
    variance, seed = encoding.member_variance, encoding.rotation_seed
    return fields | {"member_variance": [variance.numerator, variance.denominator], "rotation_seed": seed.hex()}


def _code_from_json(fields: dict[str, Any]) -> SkellamCode:
    variance, seed = Fraction(*fields["member_variance"]), bytes.fromhex(fields["rotation_seed"])
    return SkellamCode(Encoding(**fields | {"member_variance": variance, "rotation_seed": seed}))
