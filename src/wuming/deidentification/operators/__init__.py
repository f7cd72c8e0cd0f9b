"""What takes the place of a value: one file an operator.

An operator is a function of (value, stream, setting); it is deterministic in them and sees no other value. `encrypt`
needs a key of its own and is made by `Sealer`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from wuming.deidentification.operators.encrypt import Sealer
from wuming.deidentification.operators.generalise import generalise
from wuming.deidentification.operators.hash import keyed_hash
from wuming.deidentification.operators.keep import keep
from wuming.deidentification.operators.mask import mask
from wuming.deidentification.operators.perturb import perturb
from wuming.deidentification.operators.redact import redact
from wuming.deidentification.operators.setting import OPTIONS, Setting, Value
from wuming.deidentification.operators.stream import Stream
from wuming.deidentification.operators.surrogate import surrogate
from wuming.deidentification.operators.token import token

Operator = Callable[[Value, Stream, Setting], str]

OPERATORS: Final[Mapping[str, Operator]] = {
    "surrogate": surrogate,
    "token": token,
    "redact": redact,
    "mask": mask,
    "hash": keyed_hash,
    "generalise": generalise,
    "perturb": perturb,
    "keep": keep,
}
WITH_VAULT: Final = frozenset({"surrogate", "token", "hash"})
"""Operators whose results a vault leads back."""

__all__ = ["OPERATORS", "OPTIONS", "WITH_VAULT", "Operator", "Sealer", "Setting", "Stream", "Value"]
