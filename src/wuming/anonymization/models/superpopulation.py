"""How many of a table's people are unique in the population it was drawn from, when only the table is there.

Super-population models say how class sizes of a population come about; their parameters are fitted to the sample's
class sizes by maximum likelihood, and uniqueness in the population follows. All estimates are of S1 / N, the share of
the population that is unique, which is also the expected share of the sample's rows that are unique in the population.

Notation: N people, n rows, f = n / N; s_j classes of j rows; u classes; S_1 unique people.

Sources: Pitman's model: Hoshino, "Applying Pitman's Sampling Formula to Microdata Disclosure Risk Assessment", Journal
of Official Statistics 17(4), 2001. Slide negative binomial: Chen and Keller-McNulty, "Estimation of Identification
Disclosure Risk in Microdata", Journal of Official Statistics 14(1), 1998. Zayatz, "Estimation of the Percent of Unique
Population Elements on a Microdata File Using the Sample", US Bureau of the Census, 1991.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.model import Floats
from wuming.core.errors import MissingExtra

_AGREEMENT: Final = 0.01  # two searches from different starts must give one estimate, within this share
_BIG: Final = 1e300


@dataclass(frozen=True)
class ClassSizes:
    """A sample's class sizes, counted.

    Attributes:
        size, classes: [sizes] each size that occurs, rising, and how many classes have it.
        fraction: f, in (0, 1).
    """

    size: Codes
    classes: Codes
    fraction: float

    @property
    def rows(self) -> int:
        """n."""
        return int((self.size * self.classes).sum())

    @property
    def distinct(self) -> int:
        """u."""
        return int(self.classes.sum())

    @property
    def unique(self) -> int:
        """s_1."""
        return int(self.classes[0]) if len(self.size) and self.size[0] == 1 else 0


def zayatz(sizes: ClassSizes) -> float:
    """Return S1 / N by Bayes' rule, taking the sample's class sizes for the population's.

    P(unique in the population | unique in the sample) = s_1 f / sum of s_j j f (1 - f)^(j - 1), each person being in
    the sample with probability f (the original has the hypergeometric, which is the same for large N).
    """
    once = sizes.classes * sizes.size * (1.0 - sizes.fraction) ** (sizes.size - 1)
    return sizes.unique / sizes.rows * sizes.unique / float(once.sum())


def pitman(sizes: ClassSizes) -> float | None:
    """Return S1 / N by Pitman's model, None where the fit fails.

    Log-likelihood, with 0 < alpha < 1 and theta > -alpha (Hoshino): the sum over 0 < i < u of log(theta + i alpha),
    less the sum over 0 < i < n of log(theta + i), plus, for each class of j rows, the sum over 0 < i < j of
    log(i - alpha). In this model the i-th further person stays out of the first one's class with probability
    (theta + alpha + i - 1) / (theta + i); S1 / N is the product of these over 0 < i < N.
    """
    gammaln = _scipy()[1]
    n, u = sizes.rows, sizes.distinct
    if u == n or u < 2:
        return None  # all alone, or all together: the likelihood has no maximum inside
    people = max(round(n / sizes.fraction), n)

    def minus_log_likelihood(point: Floats) -> float:
        alpha, theta = _alpha_theta(point)
        if not (1e-9 < alpha < 1 - 1e-9 and theta + alpha > 1e-12 and theta < 1e4 * n):
            return _BIG
        within = gammaln(sizes.size - alpha) - gammaln(1.0 - alpha)
        value = _sum_of_logs(theta + alpha, alpha, u - 1) - _sum_of_logs(theta + 1.0, 1.0, n - 1)
        return -float(value + (sizes.classes * within).sum())

    def share(point: Floats) -> float:
        alpha, theta = _alpha_theta(point)
        return math.exp(_sum_of_logs(theta + alpha, 1.0, people - 1) - _sum_of_logs(theta + 1.0, 1.0, people - 1))

    def inside(point: Floats) -> bool:
        alpha, theta = _alpha_theta(point)
        return alpha < 1 - 1e-4 and theta < 1e3 * n

    return _fit(minus_log_likelihood, share, inside, starts=((0.0, math.log(u)), (-2.0, math.log(u / 10 + 1))))


def slide_negative_binomial(sizes: ClassSizes) -> float | None:
    """Return S1 / N by the slide negative binomial model, None where the fit fails.

    A class of the population has 1 + X people, X negative binomial with shape a and mean m. Each is in the sample with
    probability f, so a class has B + X' rows, B being 1 with probability f, and X' negative binomial with shape a and
    mean f m. Classes without rows are not seen, so the likelihood is that of j given j ≥ 1. (Chen and Keller-McNulty
    match the numbers of classes of one and of two rows instead, with a separate estimate of the number of classes; the
    likelihood uses all sizes.) Then u / P(j ≥ 1) classes, of which the share (a / (a + m))^a has one person.
    """
    gammaln = _scipy()[1]
    n, u, f = sizes.rows, sizes.distinct, sizes.fraction
    if u == n or u < 2:
        return None
    j = sizes.size.astype(float)

    def log_terms(point: Floats, x: Floats) -> Floats:
        """Log of P(X' = x)."""
        a, m = math.exp(point[0]), math.exp(point[1]) * f
        log_p, log_q = -math.log1p(m / a), -math.log1p(a / m)
        out: Floats = gammaln(a + x) - gammaln(a) - gammaln(x + 1.0) + a * log_p + x * log_q
        return out

    def unseen(point: Floats) -> float:
        return (1.0 - f) * math.exp(float(log_terms(point, np.zeros(1))[0]))

    def minus_log_likelihood(point: Floats) -> float:
        if not (-12 < point[0] < 12 and -16 < point[1] < 16):
            return _BIG
        log_probability = np.logaddexp(math.log(f) + log_terms(point, j - 1.0), math.log1p(-f) + log_terms(point, j))
        return -float((sizes.classes * log_probability).sum() - u * math.log1p(-unseen(point)))

    def share(point: Floats) -> float:
        a, m = math.exp(point[0]), math.exp(point[1])
        return u / (1.0 - unseen(point)) * math.exp(-a * math.log1p(m / a)) * f / n

    def inside(point: Floats) -> bool:
        return bool(point[0] > -11 and -15 < point[1] < 15)  # a large shape is the Poisson limit, and harmless

    mean = math.log(max(n / u / f - 1.0, 0.1))
    return _fit(minus_log_likelihood, share, inside, starts=((0.0, mean), (-2.0, mean - 1.0)))


def _alpha_theta(point: Floats) -> tuple[float, float]:
    alpha = 1.0 / (1.0 + math.exp(-min(max(float(point[0]), -30.0), 30.0)))
    return alpha, math.exp(min(float(point[1]), 60.0)) - alpha


def _fit(
    function: Callable[[Floats], float],
    share: Callable[[Floats], float],
    inside: Callable[[Floats], bool],
    *,
    starts: tuple[tuple[float, float], ...],
) -> float | None:
    """Minimise from every start; return the estimate if all searches end, inside the range, in the same estimate."""
    minimize = _scipy()[0]
    found = []
    for start in starts:
        result = minimize(
            function, np.array(start), method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-7, "maxiter": 600}
        )
        point = np.asarray(result.x, dtype=float)
        if not result.success or result.fun >= _BIG or not inside(point):
            return None
        estimate = share(point)
        if not (math.isfinite(estimate) and 0.0 <= estimate <= 1.0):
            return None
        found.append(estimate)
    if max(found) - min(found) > _AGREEMENT * max(found):
        return None
    return max(found)


def _sum_of_logs(first: float, step: float, terms: int) -> float:
    """Return the sum of log(first + i step) over i = 0 … terms - 1, in constant time (Euler and Maclaurin)."""
    head = min(terms, 64)
    total = float(np.log(first + step * np.arange(head)).sum())
    if terms <= head:
        return total
    low, steps = first + step * head, terms - 1 - head  # the rest: `steps` intervals from `low` to `high`
    high = low + step * steps
    integral = steps * (math.log(high) - 1.0) + low / step * math.log1p(step * steps / low)
    ends = (math.log(low) + math.log(high)) / 2
    slopes = (step / high - step / low) / 12
    third = 2 * ((step / high) ** 3 - (step / low) ** 3) / 720
    return total + integral + ends + slopes - third


def _scipy() -> tuple[Any, Any]:
    """Return `minimize` and `gammaln`.

    Raises:
        MissingExtra: scipy is not installed.
    """
    try:
        from scipy.optimize import minimize
        from scipy.special import gammaln
    except ImportError as error:
        raise MissingExtra(
            "estimating uniqueness in a population needs scipy", help="pip install 'wuming[train]'"
        ) from error
    return minimize, gammaln
