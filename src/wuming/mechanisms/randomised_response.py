"""k-ary randomised response: one of k public values, told by the person's own device with exact coins.

Statement. The true value is told with probability e^ε/(e^ε + k - 1), each other one with 1/(e^ε + k - 1). That is
ε-*locally* differentially private: whatever the true value, each report is as probable up to a factor of e^ε.

Sensitivity. None is needed: the report of one device depends on its value alone, and the two probabilities above have
the quotient e^ε.

Exactness. A value is drawn uniformly from the k; the true one is accepted, any other with probability exp(-ε), decided
by whole numbers; otherwise it is drawn again.

Adversary: everybody but the device, the collector too; sees the report, knows everything but the device's randomness.

Limits. The event holds for one report, its unit. It hides the value, and also whether the device had one, if devices
without a value report a random one; it does not hide that the device reported. A second report about the same value
costs as much again: a device should draw once and repeat what it has said. The time of a draw has the same distribution
for all values, but time and report together may tell more than the report: draw before being asked. Below k = 3e^ε + 2,
its error is smaller than that of `unary_encoding`.

Source: Warner, "Randomized response" (1965); Kairouz, Bonawitz & Ramage, "Discrete distribution estimation under local
privacy" (2016); comparison: Wang, Blocki, Li & Jha, "Locally differentially private protocols for frequency estimation"
(2017).
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wuming.accounting.events import EpsilonDelta
from wuming.core.errors import PrivacyParameterError
from wuming.mechanisms.discrete_gaussian import below
from wuming.mechanisms.exact import pure_event, rational_epsilon, require_secrets, require_whole, survives
from wuming.mechanisms.gaussian import Stream

LARGEST_CATEGORIES: Final = 1 << 20


def randomised_response(
    stream: Stream, values: ArrayLike, *, categories: int, epsilon: float
) -> tuple[NDArray[np.int64], EpsilonDelta]:
    """Return one report a device.

    Args:
        stream: CSPRNG, used for nothing else.
        values: [n] true values from 0 to `categories` - 1, one a device.
        categories: k, from 2 to 2²⁰; public.
        epsilon: of one report, from 2⁻³⁰ to 2¹⁰; rounded down to a multiple of 2⁻³⁰.

    Returns:
        [n] reports from 0 to `categories` - 1, and the event of one of them.

    Raises:
        PrivacyParameterError: for a parameter out of range; the error holds no value.
    """
    exact = rational_epsilon(epsilon)
    known = require_values(values, categories)
    reports = np.empty_like(known)
    undecided = np.arange(known.size)
    while undecided.size:
        drawn = below(stream, undecided.size, categories).view(np.int64)
        stays = survives(stream, [exact.numerator] * undecided.size, exact.denominator)
        accepted = stays | (drawn == known[undecided])
        reports[undecided[accepted]] = drawn[accepted]
        undecided = undecided[~accepted]
    return reports, pure_event(exact)


def response_probabilities(categories: int, epsilon: float) -> tuple[float, float]:
    """Return the probabilities of a report that names the true value, and of one that names a given other value."""
    exact = float(rational_epsilon(epsilon))
    categories = require_whole("categories", categories, 2, LARGEST_CATEGORIES)
    return 1 / (1 + (categories - 1) * math.exp(-exact)), math.exp(-exact) / (1 + (categories - 1) * math.exp(-exact))


def require_values(values: ArrayLike, categories: int) -> NDArray[np.int64]:
    """Return private values as an array [n] of whole numbers from 0 to `categories` - 1.

    Raises:
        PrivacyParameterError: for anything else; the error holds no value.
    """
    categories = require_whole("categories", categories, 2, LARGEST_CATEGORIES)
    known = require_secrets("values", values)
    if int(known.min()) < 0 or int(known.max()) >= categories:
        raise PrivacyParameterError(
            f"values hold a number outside [0, {categories})", help="Number the public values from 0."
        )
    return known
