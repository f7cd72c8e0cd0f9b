"""Unary encoding: one bit a public value, each told by the person's own device with exact coins of its own.

Statement. A device with value v has k bits, all 0 but the v-th. It reports 1 for a 1 with probability p, and 1 for a 0
with probability q, independently. *Symmetric*: p = 1 - q = e^(ε/2)/(e^(ε/2) + 1). *Optimised*: p = 1/2 and
q = 1/(e^ε + 1), of smaller error where a value is rare. Both are ε-*locally* differentially private.

Sensitivity. Two values differ in two bits. The quotient of the probabilities of a report is at most
p(1 - q)/(q(1 - p)), which is e^ε for both.

Exactness. Every coin is fair, or falls with probability 1/(1 + e^γ), γ rational: a fair coin whose heads stay with
probability exp(-γ), decided by whole numbers. All coins are tossed whatever the value is.

Adversary: everybody but the device, the collector too; sees the report, knows everything but the device's randomness.

Limits. As for `randomised_response`; a report has k bits. Above k = 3e^ε + 2 its error is the smaller one, and it does
not grow with k.

Source: Wang, Blocki, Li & Jha, "Locally differentially private protocols for frequency estimation" (2017), section 4.2;
symmetric: the basic RAPPOR of Erlingsson, Pihur & Korolova (2014).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.exact import flips, pure_event, rational_epsilon
from wuming.mechanisms.gaussian import Stream
from wuming.mechanisms.randomised_response import require_values

_LARGEST_BITS = 1 << 30


def symmetric_unary_encoding(
    stream: Stream, values: ArrayLike, *, categories: int, epsilon: float
) -> tuple[NDArray[np.bool_], EpsilonDelta]:
    """Return one report a device, each bit turned round with probability 1/(e^(ε/2) + 1).

    Args:
        stream: CSPRNG, used for nothing else.
        values: [n] true values from 0 to `categories` - 1, one a device.
        categories: k, from 2 to 2²⁰; public. n·k is at most 2³⁰.
        epsilon: of one report, from 2⁻³⁰ to 2¹⁰; rounded down to a multiple of 2⁻³⁰.

    Returns:
        [n, k] bits, and the event of one report.

    Raises:
        PrivacyParameterError: for a parameter out of range; the error holds no value.
    """
    exact = rational_epsilon(epsilon)
    bits = _bits(values, categories)
    turned = flips(stream, bits.size, exact / 2).reshape(bits.shape)
    return bits ^ turned, pure_event(exact)


def optimised_unary_encoding(
    stream: Stream, values: ArrayLike, *, categories: int, epsilon: float
) -> tuple[NDArray[np.bool_], EpsilonDelta]:
    """Return one report a device: a fair coin for its own value, for each other 1 with probability 1/(e^ε + 1).

    Args and errors: as for `symmetric_unary_encoding`.
    """
    exact = rational_epsilon(epsilon)
    bits = _bits(values, categories)
    others = flips(stream, bits.size, exact).reshape(bits.shape)
    own = (stream.uint64(bits.shape[0]) & np.uint64(1)).astype(bool)
    return np.where(bits, own[:, None], others), pure_event(exact)


def symmetric_probabilities(epsilon: float) -> tuple[float, float]:
    """Return p and q, the probabilities of reporting 1 for a 1 and for a 0, of `symmetric_unary_encoding`."""
    half = float(rational_epsilon(epsilon)) / 2
    return 1 / (1 + math.exp(-half)), math.exp(-half) / (1 + math.exp(-half))


def optimised_probabilities(epsilon: float) -> tuple[float, float]:
    """Return p and q, the probabilities of reporting 1 for a 1 and for a 0, of `optimised_unary_encoding`."""
    exact = float(rational_epsilon(epsilon))
    return 0.5, math.exp(-exact) / (1 + math.exp(-exact))


def _bits(values: ArrayLike, categories: int) -> NDArray[np.bool_]:
    known = require_values(values, categories)
    if known.size * categories > _LARGEST_BITS:
        raise PrivacyParameterError(
            f"{known.size} reports of {categories} bits are more than {_LARGEST_BITS} bits",
            help="Give fewer at a time.",
        )
    bits = np.zeros((known.size, categories), dtype=bool)
    bits[np.arange(known.size), known] = True
    return bits
