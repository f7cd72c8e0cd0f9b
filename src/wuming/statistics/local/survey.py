"""A survey of devices: what is asked, by which mechanism, and how a report is read.

A report is one short text without a name: a whole number of decimal digits (the position of the reported value) for
randomised response, k digits 0 or 1 for unary encoding. `examples/local_client.py` writes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import InputTooLarge, PrivacyParameterError
from wuming.mechanisms.exact import pure_event, rational_epsilon
from wuming.mechanisms.randomised_response import response_probabilities
from wuming.mechanisms.unary_encoding import optimised_probabilities, symmetric_probabilities

Method = Literal["randomised-response", "symmetric-unary", "optimised-unary"]
LARGEST_VALUES: Final = 1 << 14
_NUMBER = re.compile(r"0|[1-9][0-9]{0,5}")


@dataclass(frozen=True)
class Survey:
    """What every device is asked; public, and fixed before the first report.

    Attributes:
        values: the public answers, different texts, from 2 to 2¹⁴; a device's own is one of them.
        epsilon: of one report, from 2⁻³⁰ to 2¹⁰.
        method: mechanism on the device.

    Raises:
        PrivacyParameterError: for values that are not different texts, an ε out of range or an unknown method.
        InputTooLarge: for more than 2¹⁴ values.
    """

    values: tuple[str, ...]
    epsilon: float
    method: Method

    def __post_init__(self) -> None:
        """Check."""
        values = tuple(self.values)
        if len(values) > LARGEST_VALUES:
            raise InputTooLarge(
                f"a survey of {len(values)} values is above {LARGEST_VALUES}", help="Ask for coarser values."
            )
        if len(values) < 2 or len(set(values)) != len(values) or not all(isinstance(value, str) for value in values):
            raise PrivacyParameterError(
                "the values of a survey are no two or more different texts", help="List every public answer once."
            )
        rational_epsilon(self.epsilon)
        if self.method not in get_args(Method):
            raise PrivacyParameterError(
                f"method={self.method!r} is not known", help=f"Known: {', '.join(get_args(Method))}."
            )
        object.__setattr__(self, "values", values)

    @property
    def event(self) -> EpsilonDelta:
        """Return what one report spends of the budget of the person that it is about."""
        return pure_event(rational_epsilon(self.epsilon))

    @property
    def probabilities(self) -> tuple[float, float]:
        """Return p and q: a report supports the device's own value with probability p, a given other one with q."""
        if self.method == "randomised-response":
            return response_probabilities(len(self.values), self.epsilon)
        return (symmetric_probabilities if self.method == "symmetric-unary" else optimised_probabilities)(self.epsilon)

    def supported(self, report: Any) -> NDArray[np.int64] | None:
        """Return the positions of the values that a report supports; None where it is no report of this survey."""
        if not isinstance(report, str):
            return None
        if self.method == "randomised-response":
            number = int(report) if _NUMBER.fullmatch(report) else len(self.values)
            return np.array([number]) if number < len(self.values) else None
        if len(report) != len(self.values) or report.strip("01"):
            return None
        return np.flatnonzero(np.frombuffer(report.encode("ascii"), dtype=np.uint8) == ord("1"))

    def as_json(self) -> dict[str, Any]:
        """Return what a device needs, as a JSON object."""
        return {"values": list(self.values), "epsilon": self.epsilon, "method": self.method}
