"""The agreement's file, `federation.yaml`: what every party holds a copy of and checks by itself.

It has no defaults where privacy is concerned. Reading it gives the same plan on every machine: the noise is calibrated
from the numbers in the file alone, and the digest of the plan is part of every key of a round.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wuming.core.errors import MissingFile, PlanError
from wuming.core.yaml_positions import FieldPath, listed_problems, parse_file


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MemberEntry(_Strict):
    """One silo; see `wuming federate keys`.

    Attributes:
        name: of the silo.
        identity, node_key: its public keys.
        weight: how much it counts, public and fixed.
    """

    name: str = Field(min_length=1, max_length=64)
    identity: str
    node_key: str
    weight: float = Field(default=1.0, gt=0, le=1)


class StrategyEntry(_Strict):
    """The server's step."""

    name: Literal["fedavg", "fedprox", "fedadam", "fedyogi"] = "fedavg"
    learning_rate: float | None = None
    momentum: float | None = None
    second_decay: float | None = None
    adaptivity: float | None = None
    proximal: float | None = None
    schedule: Literal["constant", "cosine"] | None = None

    def numbers(self) -> dict[str, Any]:
        """Return the numbers that are given."""
        return self.model_dump(exclude={"name"}, exclude_none=True)


class FederationFile(_Strict):
    """The schema of `federation.yaml`.

    Attributes:
        name: of the federation; round numbers are used once within it.
        task: what is trained: `digits`, `shops`, `module:attribute` of a task that every machine has, or `flower`: an
            app of Flower's that is started by Flower's own means.
        dimension: for `flower`: floating-point numbers of the app's model.
        rounds: number of rounds that end with a sum.
        unit: of privacy, `record` or `client`.
        bound: C, L2 bound of one unit's contribution.
        vector_norm: for `record`, public L2 bound of a silo's whole vector.
        sampling_probability: chance of a record to be drawn in a round; 1 for `client`.
        divisor: what a sum is divided by; public, never counted from private data.
        noise: `distributed` (by the silos), `central` (by the server, which is trusted with exact sums), or `none`
            (nothing is claimed).
        epsilon: what no ε may exceed, against server and public.
        delta: at most 1 / (10 · units).
        least_survivors: silos without whom there is no sum; the noise is calibrated to them.
        colluders: silos that may have joined the server.
        modulus_bits: bits of a value with distributed noise.
        weight_cap: for `client`: a silo counts by its number of records, up to so many.
        strategy: the server's step.
        members: the silos.
    """

    name: str = Field(min_length=1, max_length=128)
    task: str
    dimension: int | None = Field(default=None, ge=1)
    rounds: int = Field(ge=1)
    unit: Literal["record", "client"]
    bound: float = Field(gt=0)
    vector_norm: float | None = None
    sampling_probability: float = 1.0
    divisor: float = Field(gt=0)
    noise: Literal["distributed", "central", "none"]
    epsilon: float | None = None
    delta: float | None = None
    least_survivors: int = Field(ge=1)
    colluders: int = Field(ge=0)
    modulus_bits: int = Field(default=20, ge=2, le=62)
    weight_cap: int | None = Field(default=None, ge=1)
    strategy: StrategyEntry = StrategyEntry()
    members: list[MemberEntry] = Field(min_length=2, max_length=128)


def read_agreement(path: Path) -> FederationFile:
    """Read and check a file.

    Raises:
        MissingFile: it is not there.
        PlanError: what does not fit, with line and column, all at once.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise MissingFile(
            f"no such file: {path}", help="`wuming federate keys` writes a draft; get the agreed one from the others."
        ) from error
    value, positions = parse_file(text, name=str(path))
    if not isinstance(value, dict):
        raise PlanError(f"{path}:1:1: an agreement is a mapping of fields", help="Start from a draft.")
    problems = list(_schema_problems(value))
    file = None
    if not problems:
        file = FederationFile.model_validate_json(json.dumps(value), strict=True)
        problems = list(_contradictions(file))
    if file is None or problems:
        raise PlanError(
            listed_problems(problems, positions, name=str(path), kind="agreement"),
            help="Correct these lines; docs/federated-running.md shows every field.",
        )
    return file


def _schema_problems(value: Mapping[str, Any]) -> Iterator[tuple[FieldPath, str]]:
    try:
        FederationFile.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            message = {"extra_forbidden": "unknown key", "missing": "is missing"}.get(detail["type"], detail["msg"])
            yield tuple(detail["loc"]), message[0].lower() + message[1:]


def _contradictions(file: FederationFile) -> Iterator[tuple[FieldPath, str]]:
    if file.noise != "none":
        for name in ("epsilon", "delta"):
            if getattr(file, name) is None:
                yield (name,), "is missing: noise without a claim has no size"
    if file.unit == "record" and file.vector_norm is None:
        yield ("vector_norm",), "is missing: a record's silo needs a public bound of its whole vector"
    if file.noise == "central" and file.task == "flower":
        yield ("noise",), "central is added by `wuming federate serve`, and an app of Flower's own has another server"
    if file.weight_cap is not None and file.unit == "record":
        yield ("weight_cap",), "is for unit client: sums over records are weighted by their number already"
    if file.weight_cap is not None and any(member.weight != 1 for member in file.members):
        yield ("weight_cap",), "and members' own weights exclude each other"
    if (file.task == "flower") is (file.dimension is None):
        yield ("dimension",), "goes with task: flower, and with no other"
    names = [member.name for member in file.members]
    for place, name in enumerate(names):
        if name in names[:place]:
            yield ("members", place, "name"), "is used twice"
