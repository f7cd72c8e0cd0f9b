"""Evidence: what a step did, as an immutable value that governance stores and compliance reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wuming.core.canonical import digest


def now() -> str:
    """Return the present time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Evidence:
    """One statement about one artefact.

    Attributes:
        kind: the step that speaks: `collect`, `de-identify`, `anonymise`, `train`, `audit`, `assess`, `review`,
            `query`.
        subject: digest (`sha256:…`) of the artefact that the claims are about. Never a person.
        claims: JSON values only; counts, parameters, measurements. No personal value.
        inputs: digests of what the artefact was made from.
        produced_by: program and version.
        at: time in UTC, ISO 8601.
    """

    kind: str
    subject: str
    claims: Mapping[str, Any]
    inputs: tuple[str, ...] = ()
    produced_by: str = "wuming"
    at: str = field(default_factory=now)

    def as_json(self) -> dict[str, Any]:
        """Return the evidence as a JSON object."""
        return {
            "kind": self.kind,
            "subject": self.subject,
            "claims": dict(self.claims),
            "inputs": list(self.inputs),
            "produced_by": self.produced_by,
            "at": self.at,
        }

    @property
    def digest(self) -> str:
        """SHA-256 over all fields."""
        return digest(self.as_json())
