"""Noise added to numbers: Laplace on a public range, Gaussian, and Gaussian that follows the covariance.

Sources: Laplace noise as local differential privacy, Dwork & Roth, "The algorithmic foundations of differential
privacy" (2014), sections 3.3 and 12.1. Masking by independent and by correlated noise, Hundepool et al., "Statistical
disclosure control" (2012), section 3.4.1; the transformation that keeps the covariance, Kim, "A method for limiting
disclosure in microdata based on random noise and transformation" (1986).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from wuming.anonymization.perturbation.cells import numbers_of, positive
from wuming.anonymization.perturbation.draws import stream_or_fresh
from wuming.anonymization.perturbation.guarantee import Guarantee, Perturbed, replaced
from wuming.core.errors import PrivacyParameterError, TableError
from wuming.core.tables import Table
from wuming.mechanisms.discrete_laplace import LARGEST_SCALE, discrete_laplace, variance
from wuming.mechanisms.gaussian import Stream, gaussian_noise

_LARGEST_GRID = 2**52


def add_laplace_noise(
    table: Table, name: str, *, low: float, high: float, cell: float, epsilon: float, stream: Stream | None = None
) -> Perturbed:
    """Add discrete Laplace noise to every cell of a column, as much as local differential privacy asks for.

    Args:
        table: one row a person.
        name: numeric column without gaps: that a cell is empty would not be protected.
        low, high: public range, known without looking at the data; what lies outside counts as its end.
        cell: width of the grid to which values are brought first, > 0; (high - low)/cell is rounded up.
        epsilon: the largest loss allowed, > 0.
        stream: CSPRNG to draw from, used for nothing else; None: a fresh one.

    Returns:
        The table with float64 noisy values, multiples of `cell` from `low`. The epsilon of its guarantee is at most the
        one asked for.

    Raises:
        TableError: no such column, text, or gaps.
        PrivacyParameterError: a parameter out of range, or a grid too fine.

    Guarantee:
        local differential privacy of each cell: with n cells between `low` and `high` and noise of scale b, a whole
        number of cells, epsilon = n/b. The noise is drawn exactly (see `discrete_laplace`).
    """
    values = numbers_of(table, name, gaps=False)
    positive("epsilon", epsilon)
    positive("cell", cell)
    if not math.isfinite(low) or not math.isfinite(high) or not low < high:
        raise PrivacyParameterError(f"low={low} is not below high={high}", help="Give the public range of the column.")
    steps = math.ceil((high - low) / cell)
    scale = math.ceil(Fraction(steps) / Fraction(epsilon))
    if steps > _LARGEST_GRID or scale > LARGEST_SCALE:
        raise PrivacyParameterError(f"cell={cell} makes {steps:,} cells, too many", help="Choose wider cells.")
    codes = np.rint((np.clip(values, low, high) - low) / cell).astype(np.int64).clip(0, steps)
    noisy = codes + discrete_laplace(stream_or_fresh(stream), table.rows, scale)
    deviation = cell * math.sqrt(variance(scale))
    guarantee = Guarantee(
        "local differential privacy",
        (name,),
        f"Each cell is {steps / scale:.6g}-locally differentially private: sensitivity {steps * cell:g}, "
        f"discrete Laplace noise of scale {scale * cell:g} on a grid of {cell:g}.",
        steps / scale,
    )
    survives = (
        f"The mean of values brought to the range and the grid: unbiased, noise {deviation:.6g}/sqrt(rows).",
        f"Their variance: subtract {deviation**2:.6g}.",
    )
    return Perturbed(replaced(table, {name: low + cell * noisy.astype(np.float64)}), guarantee, survives)


def add_gaussian_noise(
    table: Table, name: str, *, standard_deviation: float, stream: Stream | None = None
) -> Perturbed:
    """Add independent Gaussian noise to every cell of a column; missing cells stay missing.

    Args:
        table, name: a numeric column.
        standard_deviation: of the noise, > 0, in the unit of the column.
        stream: CSPRNG to draw from, used for nothing else; None: a fresh one.

    Raises:
        TableError: no such column, text, or no value.
        PrivacyParameterError: standard_deviation is out of range.

    Guarantee: nothing formal. Values of an unbounded column stay apart, however much noise there is: who earns a
    thousand times the usual is still seen.
    """
    values = numbers_of(table, name)
    noise = gaussian_noise(stream_or_fresh(stream), table.rows, positive("standard_deviation", standard_deviation))
    guarantee = Guarantee("none", (name,), "Nothing formal: noise of fixed size does not hide large values.")
    survives = (
        "The mean: unbiased.",
        f"The variance: subtract {standard_deviation**2:.6g}.",
        "Covariances with other columns: unbiased.",
    )
    return Perturbed(replaced(table, {name: values + noise}), guarantee, survives)


def add_correlated_noise(
    table: Table, names: Sequence[str], *, share: float, stream: Stream | None = None
) -> Perturbed:
    """Add Gaussian noise of covariance `share` times that of the columns, and shrink the sum back to that of before.

    With mean m and covariance S of the columns, a row x becomes m + (x - m + e)/√(1 + share), e drawn from
    N(0, share·S). Its covariance is S again, whatever S is.

    Args:
        table: of at least 2 rows.
        names: numeric columns without gaps, 1 or more, each once.
        share: variance of the noise over that of the column, > 0.
        stream: CSPRNG to draw from, used for nothing else; None: a fresh one.

    Raises:
        TableError: no such column, one named twice, text, gaps, or a single row.
        PrivacyParameterError: share is out of range.

    Guarantee: nothing formal. m and S are computed from the data, and large values stay large.
    """
    if not names or len(set(names)) != len(names) or table.rows < 2:
        raise TableError("correlated noise needs two rows, and columns named once each", help="Check the names.")
    values = np.stack([numbers_of(table, name, gaps=False) for name in names])
    positive("share", share)
    middle = values.mean(axis=1, keepdims=True)
    centred = values - middle
    lengths, directions = np.linalg.eigh(np.atleast_2d(np.cov(values, bias=True)))
    root = (directions * np.sqrt(np.clip(lengths, 0.0, None))) @ directions.T
    drawn = gaussian_noise(stream_or_fresh(stream), values.size, 1.0).reshape(values.shape)
    noisy = middle + (centred + math.sqrt(share) * (root @ drawn)) / math.sqrt(1 + share)
    guarantee = Guarantee("none", tuple(names), "Nothing formal: the noise is measured by the data themselves.")
    survives = ("Means, variances and covariances of these columns: unbiased up to one part in the number of rows.",)
    return Perturbed(replaced(table, dict(zip(names, noisy, strict=True))), guarantee, survives)
