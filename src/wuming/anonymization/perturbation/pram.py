"""PRAM: every category is published as another one with known probabilities, which can be taken out of counts again.

Sources: Gouweleeuw, Kooiman, Willenborg & de Wolf, "Post randomisation for statistical disclosure control: theory and
implementation", Journal of Official Statistics 14 (1998), sections 2 to 4: estimates by the inverse matrix, and the
two-stage invariant matrix. As local differential privacy: Kairouz, Oh & Viswanath, "Extremal mechanisms for local
differential privacy" (2016), section 2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from wuming.anonymization.perturbation.draws import stream_or_fresh
from wuming.anonymization.perturbation.guarantee import Guarantee, Perturbed, replaced
from wuming.core.errors import PrivacyParameterError, TableError
from wuming.core.tables import Table
from wuming.mechanisms.gaussian import Stream

Matrix = npt.NDArray[np.float64]
_BITS = 62


@dataclass(frozen=True, eq=False)
class Transition:
    """Probabilities of publishing one category for another.

    Attributes:
        categories: distinct, as they stand in the table; "" is missing and may be one of them.
        matrix: [true, published], each row adds up to 1.
        from_data: whether the matrix was computed from people's data; then nothing formal can be promised.

    Raises:
        PrivacyParameterError: a matrix of another shape, with a number out of range, or rows that do not add up to 1.
    """

    categories: tuple[str, ...] = field(repr=False)
    matrix: Matrix = field(repr=False)
    from_data: bool = False

    def __post_init__(self) -> None:
        """Check a copy of the matrix and make it read-only."""
        matrix = np.array(self.matrix, dtype=np.float64)
        size = len(self.categories)
        if size < 2 or len(set(self.categories)) != size or matrix.shape != (size, size):
            raise PrivacyParameterError(
                f"a transition of {size} categories needs {size} x {size} probabilities and distinct categories",
                help="Give one row and one column a category, at least 2.",
            )
        if not ((matrix >= 0) & (matrix <= 1)).all() or not np.allclose(matrix.sum(axis=1), 1.0, rtol=0, atol=1e-9):
            raise PrivacyParameterError("a row of the matrix is no distribution", help="Let each row add up to 1.")
        matrix.setflags(write=False)
        object.__setattr__(self, "matrix", matrix)

    @cached_property
    def weights(self) -> npt.NDArray[np.uint64]:
        """[true, published], whole numbers that add up to 2⁶² a row: the probabilities as they are drawn."""
        rows = []
        for probabilities in self.matrix.tolist():
            row = [int(p * 2.0**_BITS) for p in probabilities]
            row[row.index(max(row))] += (1 << _BITS) - sum(row)
            rows.append(row)
        return np.array(rows, dtype=np.uint64)

    @property
    def epsilon(self) -> float:
        """The largest logarithm of two probabilities of one column, computed from what is drawn; ∞ where one is 0."""
        largest = 0.0
        for column in self.weights.T.tolist():
            low, high = min(column), max(column)
            if high:
                largest = max(largest, math.inf if low == 0 else math.log(high / low))
        return largest


def keep_or_replace(categories: Sequence[str], *, keep: float) -> Transition:
    """Return the matrix that keeps a category with probability `keep` and else takes one of the others, each alike.

    Raises:
        PrivacyParameterError: keep is not within [0, 1].

    With m categories, epsilon = |log(keep · (m - 1)/(1 - keep))|: randomised response.
    """
    if not 0 <= keep <= 1:
        raise PrivacyParameterError(f"keep={keep} is no probability", help="Give a number from 0 to 1.")
    size = len(categories)
    matrix = np.full((size, size), (1 - keep) / max(size - 1, 1))
    np.fill_diagonal(matrix, keep)
    return Transition(tuple(categories), matrix)


def invariant(transition: Transition, frequencies: npt.ArrayLike, *, from_data: bool) -> Transition:
    """Return a matrix under which the given frequencies stay as they are, on average.

    A category goes through the transition, and then back: from category l to k with the probability that k was the
    true one. Counts of the published column are then unbiased as they stand.

    Args:
        transition: the first stage.
        frequencies: [categories], > 0: counts or shares.
        from_data: whether they were counted in people's data, and not taken from public statistics.

    Raises:
        PrivacyParameterError: frequencies of another length, or one that is not above 0.
    """
    shares = np.asarray(frequencies, dtype=np.float64)
    if shares.shape != (len(transition.categories),) or not (shares > 0).all() or not np.isfinite(shares).all():
        raise PrivacyParameterError("a category has no frequency above 0", help="Leave out what never occurs.")
    joint = (shares / shares.sum())[:, None] * transition.matrix
    reached = joint.sum(axis=0)
    back = np.divide(joint, reached, out=np.zeros_like(joint), where=reached > 0).T
    matrix = transition.matrix @ back
    return Transition(transition.categories, matrix / matrix.sum(axis=1, keepdims=True), from_data)


def pram(table: Table, name: str, transition: Transition, *, stream: Stream | None = None) -> Perturbed:
    """Publish every cell of a text column as one drawn from its category's row of the matrix.

    Args:
        table, name: a text column, all of whose cells are categories of the transition.
        transition: the probabilities; public.
        stream: CSPRNG to draw from, used for nothing else; None: a fresh one.

    Raises:
        TableError: no such column, numbers, or a cell that is no category (counted, never shown).

    Guarantee:
        local differential privacy of each cell, with the transition's epsilon, if its matrix has no 0 beside a number
        above 0 in any column, and was not computed from data. Else nothing formal.
    """
    codes = _codes(table, name, transition.categories)
    words = stream_or_fresh(stream).uint64(table.rows) >> np.uint64(64 - _BITS)
    published = np.empty(table.rows, dtype=np.int64)
    for code, weights in enumerate(transition.weights):
        rows = np.flatnonzero(codes == code)
        published[rows] = np.searchsorted(np.cumsum(weights)[:-1], words[rows], side="right")
    names = np.empty(len(transition.categories), dtype=object)
    names[:] = transition.categories
    survives = ("Counts of the categories, alone or crossed with other columns: unbiased by `estimated_counts`.",)
    return Perturbed(replaced(table, {name: names[published]}), _guarantee(name, transition), survives)


def estimated_counts(counts: npt.ArrayLike, transition: Transition) -> Matrix:
    """Return unbiased estimates of the true counts.

    Args:
        counts: [categories, …], rows of the published table by category, and by anything else that was not perturbed.
        transition: with which it was published.

    Returns:
        The same shape. Estimates may be below 0; cutting them there would bias them.

    Raises:
        PrivacyParameterError: the matrix has no inverse, so that two true tables look alike.
    """
    published: Matrix = np.asarray(counts, dtype=np.float64)
    flat = published.reshape(len(transition.categories), -1)
    if np.linalg.matrix_rank(transition.matrix) < len(transition.categories):
        raise PrivacyParameterError("the matrix has no inverse: no unbiased estimate exists", help="Keep more cells.")
    estimates: Matrix = np.asarray(np.linalg.solve(transition.matrix.T, flat), dtype=np.float64)
    return estimates.reshape(published.shape)


def standard_errors(counts: npt.ArrayLike, transition: Transition) -> Matrix:
    """Return [categories] the standard errors of `estimated_counts` that the perturbation adds, given true counts.

    Args:
        counts: [categories], the true counts or their estimates.
        transition: with which they are published.

    Raises:
        PrivacyParameterError: as `estimated_counts`.

    Source: Gouweleeuw et al. (1998), section 3: the covariance of published counts is Σ t_k (diag(p_k) - p_k p_kᵀ).
    """
    true = np.clip(np.asarray(counts, dtype=np.float64), 0.0, None)
    matrix = transition.matrix
    covariance = np.diag(true @ matrix) - matrix.T @ (true[:, None] * matrix)
    inverse = estimated_counts(np.eye(len(true)), transition)
    errors: Matrix = np.sqrt(np.clip(np.diag(inverse @ covariance @ inverse.T), 0.0, None))
    return errors


def _codes(table: Table, name: str, categories: Sequence[str]) -> npt.NDArray[np.int64]:
    table.require([name])
    if table.columns[name].dtype != object:
        raise TableError(f"column '{name}' holds numbers", help="Use noise, rounding or swapping for numbers.")
    known = {category: code for code, category in enumerate(categories)}
    codes = np.array([known.get(cell, -1) for cell in table.columns[name].tolist()], dtype=np.int64)
    if unknown := int((codes < 0).sum()):
        raise TableError(
            f"column '{name}' holds no category of the transition in {unknown:,} rows",
            help='List every category; "" stands for a missing cell.',
        )
    return codes


def _guarantee(name: str, transition: Transition) -> Guarantee:
    epsilon = transition.epsilon
    if transition.from_data:
        return Guarantee("none", (name,), "Nothing formal: the matrix was computed from people's data.")
    if math.isinf(epsilon):
        return Guarantee("none", (name,), "Nothing formal: some published categories rule out some true ones.")
    statement = f"Each cell is {epsilon:.6g}-locally differentially private, by the matrix."
    return Guarantee("local differential privacy", (name,), statement, epsilon)
