"""Global recoding: one level of each column's hierarchy for the whole table, the best there is, with proof.

lattice.py    the nodes, what each loses at least     grouping.py   which rows look alike at a node
appraisal.py  what a node suppresses                  bounds.py     what a node proves about finer ones
lattice_search.py  the order of the search and where it ends
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from wuming.anonymization.hierarchies.hierarchy import Codes, Hierarchy
from wuming.anonymization.lattice import Node
from wuming.anonymization.lattice_search import Search, Standing
from wuming.anonymization.models.model import Model
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, TableError

__all__ = ["Recoding", "Standing", "recode"]


@dataclass(frozen=True, eq=False)
class Recoding:
    """The best node, and what is proved about all others.

    Attributes:
        levels: level of each column.
        suppressed: [rows], which rows are not published.
        ncp: normalised certainty penalty, mean over rows and columns, in [0, 1]; a suppressed row counts 1.
        lower_bound: proved: no allowed node has less. Equals `ncp` where the search ended.
        optimal: the search ended. False: the time was up.
        nodes, checked: how many the lattice has; of how many the classes were formed.
        seconds: what it took.
    """

    levels: Node
    suppressed: npt.NDArray[np.bool_] = field(repr=False)
    ncp: float
    lower_bound: float
    optimal: bool
    nodes: int
    checked: int
    seconds: float


def recode(
    codes: Sequence[Codes],
    hierarchies: Sequence[Hierarchy],
    model: Model,
    *,
    suppression: float = 0.0,
    seconds: float | None = None,
    on_progress: Callable[[Standing], None] | None = None,
) -> Recoding:
    """Choose one level for each column such that the table keeps a promise and loses as little as possible.

    A node is allowed if at most floor(suppression x rows) rows break the promise there. Rows are suppressed by whole
    classes: all that break it, then all that break it in what is left, until none does. A promise about the whole table
    (an average), which all classes keep or none, is therefore reached by levels alone, never by suppression.

    The time grows with the number of nodes that lose less before suppression than the best does after it; each is at
    least compared with what is proved. Set `seconds` where the lattice has millions.

    Args:
        codes: [columns][rows], each of its hierarchy's values (see `Hierarchy.codes`).
        hierarchies: one a column, at least one.
        model: the promise. Its flags decide what is ruled out unseen; a model whose flags are False is right but slow.
        suppression: the share of rows that may be suppressed, from 0, below 1; taken as the decimal it is written as.
        seconds: stop after this time with the best found, its gap open; None: never. A node that is being looked at is
            finished first.
        on_progress: is told after every node looked at; for display.

    Returns:
        The allowed node of the least normalised certainty penalty; of those that tie, the one with the smallest sum of
        levels, then the first in order of levels. Losses are counted in whole parts of about 1e-12 of a cell.

    Raises:
        TableError: nothing to recode, codes that do not fit, no node is allowed, or the time was up before one was
            found.
        PrivacyParameterError: suppression or seconds is out of range.
        SelfCheckFailed: the chosen node does not keep the promise (a defect); nothing is returned.

    Guarantee:
        The model's promise holds for the rows that are left, as far as the model goes; `lower_bound` as stated there.
    """
    _check(codes, hierarchies, suppression=suppression, seconds=seconds)
    limit = math.floor(Fraction(repr(float(suppression))) * len(codes[0]))
    search = Search(codes, hierarchies, model, limit=limit, seconds=seconds, on_progress=on_progress)
    search.run()
    standing = search.standing()
    if search.best is None or standing.ncp is None:
        raise _nothing_found(search, model, rows=len(codes[0]), limit=limit, seconds=seconds)
    suppressed = np.zeros(len(codes[0]), dtype=np.bool_)
    suppressed[search.best.suppressed] = True
    found = Recoding(
        levels=search.best.key[2],
        suppressed=suppressed,
        ncp=standing.ncp,
        lower_bound=standing.lower_bound,
        optimal=standing.ended,
        nodes=standing.nodes,
        checked=standing.checked,
        seconds=standing.seconds,
    )
    _check_result(found, codes, hierarchies, model, limit=limit)
    return found


def _nothing_found(search: Search, model: Model, *, rows: int, limit: int, seconds: float | None) -> TableError:
    standing = search.standing()
    if not standing.ended:
        return TableError(
            f"no allowed node was found in {seconds:g} s; {standing.checked:,} of {standing.nodes:,} were looked at",
            help="Give it more seconds, or none for no limit.",
        )
    return TableError(
        f"no node of {standing.nodes:,} reaches {model.name} with at most {limit:,} of {rows:,} rows suppressed; "
        f"the nearest that was looked at would suppress {search.fewest:,} or more",
        help="Allow more suppression, add a coarser level to a hierarchy, or ask for a weaker promise.",
    )


def _check(
    codes: Sequence[Codes], hierarchies: Sequence[Hierarchy], *, suppression: float, seconds: float | None
) -> None:
    if not 0 <= suppression < 1:
        raise PrivacyParameterError(
            f"suppression={suppression} is no share of the rows", help="Choose a share from 0, below 1."
        )
    if seconds is not None and not 0 < seconds < math.inf:
        raise PrivacyParameterError(f"seconds={seconds} is no time", help="Choose more than 0, or None for no limit.")
    if not codes or not len(codes[0]):
        raise TableError("there is no column or no row to recode", help="Name a quasi-identifier of a filled table.")
    if len(codes) != len(hierarchies):
        raise TableError(f"{len(codes)} columns, but {len(hierarchies)} hierarchies", help="Give one a column.")
    for column, hierarchy in zip(codes, hierarchies, strict=True):
        if column.ndim != 1 or len(column) != len(codes[0]):
            raise TableError(f"column '{hierarchy.column}' has another number of rows", help="Give one code a row.")
        if wrong := int(((column < 0) | (column >= len(hierarchy.values))).sum()):
            raise TableError(
                f"column '{hierarchy.column}' has no value of its hierarchy in {wrong:,} rows",
                help="Make the codes with the hierarchy itself.",
            )


def _check_result(
    found: Recoding, codes: Sequence[Codes], hierarchies: Sequence[Hierarchy], model: Model, *, limit: int
) -> None:
    """Form the chosen classes once more, another way, and ask the model again."""
    published = np.stack(
        [h.groups[level][column] for column, h, level in zip(codes, hierarchies, found.levels, strict=True)], axis=1
    )
    distinct, classes = np.unique(published, axis=0, return_inverse=True)
    classes = np.where(found.suppressed, -1, classes.reshape(-1)).astype(np.int64)
    broken = int((~model.satisfied(classes, len(distinct))).sum())
    if broken or int(found.suppressed.sum()) > limit:
        raise SelfCheckFailed(
            f"global recoding: {broken:,} classes do not reach {model.name}; nothing was released",
            help="This is a defect; report it.",
        )
