"""A federation as one claim: unit, sampling, clipping, noise, weights and rounds are fixed together, before any data.

What cannot touch privacy sits elsewhere: the strategy and its learning rate (post-processing), and how bytes travel.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from wuming.accounting.accountant import epsilon
from wuming.accounting.events import Composed, EpsilonDelta, Event, FixedParticipationGaussian, PoissonSampledGaussian
from wuming.core.canonical import canonical_json
from wuming.core.errors import PrivacyParameterError
from wuming.federated.codes import Code, SkellamCode
from wuming.federated.encoding import Encoding
from wuming.federated.robust.combinations import check_combination
from wuming.federated.secure_aggregation import least_threshold
from wuming.federated.secure_aggregation.configuration import LARGEST_COHORT
from wuming.federated.weighting import FixedWeights, Weighting, largest_weight, sensitivity

Unit = Literal["record", "client"]
Noise = Literal["distributed", "central", "none"]
RELATION = "add-or-remove-one"


@dataclass(frozen=True)
class FederationPlan:
    """All numbers of a federation that touch privacy. Every one is public; none may be counted from private data.

    Attributes:
        name: of the federation; round numbers are used once within it.
        clients: names of all clients, distinct; their order is the order of the cohort.
        rounds: number of rounds that end with a sum.
        unit: `record`: one record of one client. `client`: all that one client holds.
        bound: C > 0. `record`: L2 bound of one record's share of its client's vector. `client`: that of the vector.
        noise_multiplier: z of central noise: its standard deviation over the sensitivity; elsewhere 0, since a
            `SkellamCode` has its own.
        noise: who adds it. `distributed`: every client a share, so that the sum of the fewest survivors has enough.
            `central`: a trusted aggregator, to the sum that it sees. `none`: nobody, and nothing is claimed.
        secure: whether sums are taken under masks. Without, the aggregator sees each client's vector.
        sampling_probability: chance of a record to be drawn by its client in a round; 1 where a client is the unit.
        participation: chance of a client to be drawn into a round's cohort, by a coin of the server.
        least_survivors: vectors without which no sum is revealed; the distributed noise is calibrated to them.
        colluders: clients that may have joined the server, and take their own noise away.
        weighting: how much each client counts.
        divisor: what the sum is divided by: a public constant > 0, never a count of what came in.
        aggregation: `mean`, or a robust rule; see `wuming.federated.robust.combinations`.
        groups: of `group-median`: cohorts that the clients are split into, each with a sum of its own; else 1.
        bad_clients: f, how many bad clients `trimmed-mean` and `krum` are planned for.
        code: from vectors to integers, where they are needed (masks or distributed noise).

    Raises:
        PrivacyParameterError: a number out of range, or things that do not go together, by name.
    """

    name: str
    clients: tuple[str, ...]
    rounds: int
    unit: Unit
    bound: float
    noise_multiplier: float
    noise: Noise
    secure: bool
    divisor: float
    least_survivors: int
    sampling_probability: float = 1.0
    participation: float = 1.0
    colluders: int = 0
    weighting: Weighting = field(default_factory=FixedWeights)
    aggregation: str = "mean"
    groups: int = 1
    bad_clients: int = 0
    code: Code | None = None

    def __post_init__(self) -> None:
        if len(set(self.clients)) != len(self.clients) or len(self.clients) < 2:
            raise PrivacyParameterError(
                f"clients={len(self.clients)} with {len(set(self.clients))} different names",
                help="A federation has at least two clients, each with a name of its own.",
            )
        for name in ("rounds", "least_survivors", "groups"):
            _check_whole(name, getattr(self, name), 1)
        for name in ("colluders", "bad_clients"):
            _check_whole(name, getattr(self, name), 0)
        for name in ("sampling_probability", "participation"):
            if not 0 < getattr(self, name) <= 1:
                raise PrivacyParameterError(f"{name}={getattr(self, name)} must lie in (0, 1]", help=f"Correct {name}.")
        for name in ("bound", "divisor"):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) > 0):
                raise PrivacyParameterError(f"{name}={getattr(self, name)} must be a finite number above 0")
        for name, kind in (("unit", Unit), ("noise", Noise)):
            if getattr(self, name) not in get_args(kind):
                raise PrivacyParameterError(
                    f"{name}={getattr(self, name)!r} is not known", help=f"Known are: {', '.join(get_args(kind))}."
                )
        self._check_noise()
        check_combination(self.aggregation, secure=self.secure, private=self.noise != "none", groups=self.groups)
        self._check_cohort()
        sensitivity(self.weighting, self.clients, self.bound, unit=self.unit)  # refuses weights that have none

    @property
    def cohort_size(self) -> int:
        """Largest number of clients in one sum."""
        return -(-len(self.clients) // self.groups)

    @property
    def zeros_are_faults(self) -> bool:
        """Whether a client whose update is exactly zero does no work: nothing hides it, and all records are drawn."""
        return self.noise == "none" and self.sampling_probability == 1

    @property
    def sampler(self) -> str:
        """How units are drawn in a round, as far as the account counts it."""
        if self.sampling_probability < 1:
            return f"Poisson, q = {self.sampling_probability:.4g}, by each client's own coins"
        if self.unit == "client" and self.noise == "central" and self.participation < 1:
            return f"Poisson, q = {self.participation:.4g}, by the aggregator's coins"
        return "none"

    @property
    def sensitivity(self) -> float:
        """Most that one unit changes a sum, in L2, for adding or removing one; before encoding."""
        return sensitivity(self.weighting, self.clients, self.bound, unit=self.unit)

    @property
    def largest_weight(self) -> float:
        """Largest weight that a client can have."""
        return largest_weight(self.weighting, self.clients)

    @property
    def digest(self) -> bytes:
        """32 bytes that name the plan."""
        return hashlib.sha256(canonical_json(self.as_json())).digest()

    def threshold(self, members: int) -> int:
        """Return the members without whom there is no sum, of a cohort of so many."""
        return max(self.least_survivors, least_threshold(members, self.colluders))

    def public_event(self, rounds: int) -> Event:
        """Return the event of so many rounds as those see it who see only the released models.

        A client's own coins, by which it draws records, are seen by nobody. The server's coins, by which it draws
        clients, are secret from the public where a trusted aggregator hides who took part; elsewhere the size of a
        cohort may show in a round that ends without a sum, and the event counts every client in every round.

        Raises:
            PrivacyParameterError: nothing is claimed with `noise="none"`.
        """
        if self.noise == "none":
            raise PrivacyParameterError(
                "nothing is claimed with noise='none'", help="Add noise, or report no epsilon at all."
            )
        if self.noise == "distributed":
            return self._distributed(self.least_survivors, rounds)
        probability = self.sampling_probability if self.unit == "record" else self.participation
        if probability < 1:
            return PoissonSampledGaussian(probability, self.noise_multiplier, rounds)
        return FixedParticipationGaussian(rounds, self.noise_multiplier)

    def server_event(self, rounds: int) -> Event | None:
        """Return the event of so many rounds as the server sees it with its colluders; None: it sees vectors or sums
        without noise, and nothing is claimed against it.

        It knows every cohort, so nothing is gained from the draw of clients; and it takes the colluders' noise away.
        """
        if not self.secure or self.noise != "distributed":
            return None
        return self._distributed(self.least_survivors - self.colluders, rounds)

    def epsilon_public(self, delta: float, rounds: int | None = None) -> float:
        """Return the ε at δ of what is released in all rounds (or the first so many)."""
        return epsilon(self.public_event(self.rounds if rounds is None else rounds), delta, relation=RELATION)

    def epsilon_server(self, delta: float, rounds: int | None = None) -> float | None:
        """Return the ε at δ of what the server sees with its colluders; None: nothing is claimed against it."""
        event = self.server_event(self.rounds if rounds is None else rounds)
        return None if event is None else epsilon(event, delta, relation=RELATION)

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object."""
        fields = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return fields | {
            "clients": list(self.clients),
            "weighting": {"name": type(self.weighting).__name__, **dataclasses.asdict(self.weighting)},
            "code": None if self.code is None else self.code.as_json(),
        }

    def _check_noise(self) -> None:
        if (self.noise == "central") != (self.noise_multiplier > 0) or not 0 <= self.noise_multiplier < math.inf:
            raise PrivacyParameterError(
                f"noise={self.noise!r} with noise_multiplier={self.noise_multiplier}",
                help="Give a multiplier above 0 for central noise alone; a SkellamCode has its own.",
            )
        if self.unit == "client" and self.sampling_probability != 1:
            raise PrivacyParameterError(
                f"sampling_probability={self.sampling_probability} is for unit='record'",
                help="Where a client is the unit, clients are drawn: use participation.",
            )
        if self.code is None and (self.secure or self.noise == "distributed"):
            raise PrivacyParameterError(
                "masks and distributed noise are for integers, and no code is given", help="Give a code."
            )
        if (self.noise == "distributed") is not isinstance(self.code, SkellamCode):
            raise PrivacyParameterError(
                f"noise={self.noise!r} with a code of type {type(self.code).__name__}",
                help="Distributed noise needs a SkellamCode, which is for nothing else.",
            )
        if isinstance(self.code, SkellamCode):
            self._check_code(self.code.encoding)

    def _check_cohort(self) -> None:
        if self.secure and self.cohort_size > LARGEST_COHORT:
            raise PrivacyParameterError(
                f"cohorts of {self.cohort_size} clients under masks, which are for at most {LARGEST_COHORT}",
                help="Use fewer clients, or groups with group-median; or switch masks off and trust the server.",
            )
        if self.least_survivors > self.cohort_size or self.colluders >= self.least_survivors:
            raise PrivacyParameterError(
                f"least_survivors={self.least_survivors} of cohorts of {self.cohort_size} with "
                f"colluders={self.colluders}",
                help="It must be above colluders, and at most the size of a cohort.",
            )
        if self.secure and self.least_survivors < (least := least_threshold(self.cohort_size, self.colluders)):
            raise PrivacyParameterError(
                f"least_survivors={self.least_survivors} is below the least threshold of cohorts of "
                f"{self.cohort_size} with colluders={self.colluders}",
                help=f"Use at least {least}: below it a server could have two sums of one round.",
            )

    def _check_code(self, encoding: Encoding) -> None:
        """Refuse a code whose own claim is for other numbers than the plan's."""
        for name, value, most in (
            ("unit", encoding.unit, self.unit),
            ("members", encoding.members, self.cohort_size),
            ("threshold", encoding.threshold, self.least_survivors),
            ("colluders", encoding.colluders, self.colluders),
            ("max_norm", encoding.max_norm, self.sensitivity),
        ):
            if value != most:
                raise PrivacyParameterError(
                    f"the code is for {name}={value}, the plan says {most}", help="Design the code for this plan."
                )

    def _distributed(self, noisy_members: int, rounds: int) -> Event:
        code = self.code
        assert isinstance(code, SkellamCode)  # the plan has checked it
        if self.unit == "client":
            return code.encoding.event(noisy_members, rounds)
        sampled = PoissonSampledGaussian(self.sampling_probability, code.noise_multiplier(noisy_members), rounds)
        return Composed((sampled, EpsilonDelta(0.0, min(0.5, rounds * code.failure_probability))))


def _check_whole(name: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise PrivacyParameterError(f"{name}={value!r} must be a whole number, at least {least}")
