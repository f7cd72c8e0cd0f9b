"""Turn a table of people into one to show: identifiers gone, quasi-identifiers generalised, order forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from wuming.anonymization.axes import numbered_rows
from wuming.anonymization.columns import domain_of
from wuming.anonymization.domains import Domain
from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.models import (
    Distance,
    EqualDistance,
    HierarchicalDistance,
    OrderedDistance,
    Sensitive,
    TCloseness,
    classes_of,
    factorize,
)
from wuming.anonymization.models.parameters import real_number
from wuming.anonymization.mondrian import Boxes, mondrian
from wuming.anonymization.promises import Promises
from wuming.anonymization.risk import Risk, prosecutor_risk
from wuming.anonymization.selfcheck import check_published
from wuming.anonymization.utility import discernibility, normalised_certainty_penalty
from wuming.core.errors import PrivacyParameterError, TableError
from wuming.core.tables import Table

Partitioning = Literal["strict", "relaxed"]

ALGORITHM: Final = "Mondrian, {}, local recoding, cuts by loss, cut boxes"
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Anonymised:
    """A table that satisfies its claims, and the claims.

    Attributes:
        table: the quasi-identifiers as text (names of boxes), then the sensitive columns, then the insensitive ones,
            both as they were.
        claims: what evidence of kind `anonymise` says; JSON values only.
    """

    table: Table
    claims: Mapping[str, Any]


def anonymise(
    table: Table,
    *,
    subject: str | None = None,
    direct: Sequence[str] = (),
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    insensitive: Sequence[str] = (),
    k: int,
    l: int,  # noqa: E741  (the literature's name)
    t: float | None = None,
    hierarchies: Mapping[str, Hierarchy] = _NONE,
    weights: Mapping[str, float] = _NONE,
    partitioning: Partitioning = "strict",
) -> Anonymised:
    """Generalise a table until it is k-anonymous, and distinct l-diverse and t-close in every sensitive column.

    Args:
        table: one row a person.
        subject: column that names the person; checked for repeats, then removed.
        direct: other columns that identify by themselves (name, telephone number); removed.
        quasi_identifiers: columns an attacker may know, 1 or more; published as boxes.
        sensitive: columns published as they are, 1 or more.
        insensitive: columns that nobody can know or need fear, published as they are. What is in none of these lists
            is dropped.
        k: smallest number of rows that share one box, at least 2.
        l: smallest number of distinct values of each sensitive column in a box, at least 1 (1: no requirement).
        t: largest earth mover's distance of a box's sensitive values from the table's, in [0, 1]: ordered distance for
            numbers, hierarchical where a hierarchy is given, else equal distance. None: no promise.
        hierarchies: by column. A quasi-identifier with one is cut along it alone and published as its nodes.
        weights: by quasi-identifier, above 0; how much its loss counts when cuts are chosen. 1 for those not named.
        partitioning: strict: boxes do not overlap, so anybody who knows a person's quasi-identifiers knows the box.
            relaxed: rows that share the median of a box may go to either half, so boxes overlap, classes are nearer to
            k rows, and a reader cannot count the people of a place by its boxes; a target may be in several.

    Returns:
        The published table, its rows sorted by what is published (so the order says nothing), and the claims.

    Raises:
        TableError: a column is missing, named twice or empty, k or l cannot be reached, a person has two rows, or a
            hierarchy does not know a value or does not end in one group.
        PrivacyParameterError: k < 2, l < 1, t not in [0, 1], a weight not above 0 or of no quasi-identifier.
        SelfCheckFailed: the result does not satisfy k, l or t (a defect); nothing is returned.

    Guarantee:
        k-anonymity, distinct l-diversity and t-closeness of this one table, by syntax. It does not add up over
        releases, and it is no differential privacy. Cuts are chosen by what they save, so their places tell something
        about the data beyond the counts. See docs/anonymization.md for what an attacker can still do.
    """
    check_parameters(k=k, l=l)
    check_columns(
        table,
        subject=subject,
        direct=direct,
        quasi_identifiers=quasi_identifiers,
        sensitive=sensitive,
        insensitive=insensitive,
        k=k,
    )
    importance = check_weights(weights, quasi_identifiers)
    promises = _promises(table, sensitive, hierarchies, k=k, l=l, t=t)
    domains = [
        domain_of(table.columns[name], rare_below=k, hierarchy=hierarchies.get(name), coded=table.coded(name))
        for name in quasi_identifiers
    ]
    as_they_are = table.select([*sensitive, *insensitive])
    boxes = mondrian(
        [domain.axis for domain in domains],
        promises,
        weights=importance,
        overlapping=partitioning == "relaxed",
        rank=_rank([domain.axis.codes for domain in domains], as_they_are) if partitioning == "relaxed" else None,
    )
    published, sizes = _publish(boxes, dict(zip(quasi_identifiers, domains, strict=True)), as_they_are)
    trees = {name: hierarchies[name] for name in sensitive if name in hierarchies}
    smallest, diversity, classes = check_published(
        published,
        quasi_identifiers=quasi_identifiers,
        sensitive=sensitive,
        insensitive=insensitive,
        k=k,
        l=l,
        rows=table.rows,
        t=t,
        original=table,
        trees=trees,
    )
    claims = {
        "algorithm": ALGORITHM.format(partitioning),
        "rows": table.rows,
        "k_asked": k,
        "l_asked": l,
        "t_asked": t,
        "k": smallest,
        "l": diversity,
        "classes": classes,
        "suppressed": 0,
        "ncp": round(normalised_certainty_penalty(boxes, domains), 6),
        "discernibility": discernibility(sizes),
    }
    if weights:
        claims["weights"] = dict(zip(quasi_identifiers, importance, strict=True))
        claims["ncp_weighted"] = round(normalised_certainty_penalty(boxes, domains, importance), 6)
    claims |= before_and_after(
        table,
        published,
        subject=subject,
        direct=direct,
        quasi_identifiers=quasi_identifiers,
        sensitive=sensitive,
        insensitive=insensitive,
        trees=trees,
    )
    return Anonymised(published, claims)


def before_and_after(
    table: Table,
    published: Table,
    *,
    subject: str | None,
    direct: Sequence[str],
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    insensitive: Sequence[str] = (),
    trees: Mapping[str, Hierarchy] = _NONE,
) -> dict[str, Any]:
    """Return the claims that do not depend on how a table was recoded: roles, what is left out, closeness and risk.

    Closeness is that of the published classes to the published rows; `t` is the largest of all columns.

    Args:
        trees: hierarchies of sensitive columns whose distance is hierarchical.
    """
    removed = [*([subject] if subject is not None else []), *direct]
    classes = classes_of(published, quasi_identifiers)
    sizes = np.bincount(classes)
    closeness = {}
    for name in sensitive:
        column = Sensitive.of(published, name)
        distance = distance_of(published, column, trees.get(name))
        closeness[name] = round(TCloseness(1.0, column, distance).figure(classes, len(sizes)), 6)
    return {
        "quasi_identifiers": list(quasi_identifiers),
        "sensitive": list(sensitive),
        "insensitive": list(insensitive),
        "removed_identifiers": removed,
        "dropped_columns": [n for n in table.names if n not in {*removed, *published.names}],
        "t": max(closeness.values()),
        "t_closeness": closeness,
        "risk_before": prosecutor_risk(table, quasi_identifiers).as_json(),
        "risk_after": Risk.of(sizes).as_json(),
    }


def distance_of(table: Table, column: Sensitive, tree: Hierarchy | None) -> Distance:
    """Return how far the values of a sensitive column lie from each other: by its tree, if it has one, else by order
    for numbers, and all alike for text.

    Raises:
        TableError: the tree does not know a value, or does not end in one group.
    """
    cells = table.columns[column.name]
    if tree is not None:
        values = np.unique(cells[cells == cells] if cells.dtype != object else np.array(sorted(set(cells) - {""})))
        known = np.empty(len(values), dtype=cells.dtype)
        known[:] = values
        return HierarchicalDistance(np.take(tree.groups, tree.codes(cells_of(known)), axis=1))
    return EqualDistance() if cells.dtype == object else OrderedDistance()


def check_parameters(*, k: int, l: int) -> None:  # noqa: E741
    """Check k and l.

    Raises:
        PrivacyParameterError: k < 2 or l < 1, or no whole numbers.
    """
    if type(k) is not int or k < 2:
        raise PrivacyParameterError(f"k={k} gives no anonymity", help="Choose a whole number k of at least 2.")
    if type(l) is not int or l < 1:
        raise PrivacyParameterError(f"l={l} is no diversity", help="Choose a whole number l of at least 1.")


def check_columns(
    table: Table,
    *,
    subject: str | None,
    direct: Sequence[str],
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    insensitive: Sequence[str] = (),
    k: int,
) -> None:
    """Check that every named column exists, has one role and holds something, and that there are k rows.

    Raises:
        TableError: one of these does not hold, or a person has two rows.
    """
    if not quasi_identifiers or not sensitive:
        raise TableError("no quasi-identifier or no sensitive column named", help="Name at least one of each.")
    roles = [*([subject] if subject is not None else []), *direct, *quasi_identifiers, *sensitive, *insensitive]
    table.require(roles)
    for name in roles:
        if roles.count(name) > 1:
            raise TableError(f"column '{name}' is named twice", help="Give every column one role.")
    if table.rows < k:
        raise TableError(f"k={k} is larger than the table, rows={table.rows}", help="Lower k, or collect more rows.")
    for name in (*quasi_identifiers, *sensitive):
        if not len(table.coded(name).values):
            raise TableError(f"column '{name}' has no value in any row", help="Leave the column out.")
    if subject is not None:
        codes, distinct = factorize(table.columns[subject])
        if (codes < 0).any():
            count = int((codes < 0).sum())
            raise TableError(f"column '{subject}' is empty in {count} rows", help="Name the person of every row.")
        if distinct < table.rows:
            raise TableError(
                f"column '{subject}': {table.rows} rows but {distinct} people; k counts rows, so each needs one row",
                help="Bring the table to one row a person first.",
            )


def sensitive_codes(table: Table, name: str, *, l: int) -> npt.NDArray[np.int64]:  # noqa: E741
    """Code a sensitive column.

    Raises:
        TableError: it has fewer than l distinct values, so no recoding can reach l.
    """
    coded = table.coded(name)
    codes, distinct = coded.codes, len(coded.values)
    if distinct < l and l > 1:
        raise TableError(
            f"column '{name}' has {distinct} distinct values, l={l} cannot be reached", help="Lower l for this table."
        )
    return codes


def check_weights(weights: Mapping[str, float], quasi_identifiers: Sequence[str]) -> list[float]:
    """Return the weight of every quasi-identifier.

    Raises:
        PrivacyParameterError: a weight not above 0, or of a column that is none.
    """
    if unknown := [name for name in weights if name not in quasi_identifiers]:
        raise PrivacyParameterError(
            f"weight of column '{unknown[0]}', which is no quasi-identifier", help="Give weights to quasi-identifiers."
        )
    return [real_number(f"weight of '{name}'", weights.get(name, 1.0), above=0.0) for name in quasi_identifiers]


def _promises(
    table: Table,
    sensitive: Sequence[str],
    hierarchies: Mapping[str, Hierarchy],
    *,
    k: int,
    l: int,  # noqa: E741
    t: float | None,
) -> Promises:
    """Return what every box must keep."""
    columns = []
    for name in sensitive:
        codes = sensitive_codes(table, name, l=l)
        column = Sensitive(name, codes, int(codes.max()) + 1)
        columns.append((column, distance_of(table, column, hierarchies.get(name))))
    limit = None if t is None else real_number("t", t, above=0.0, most=1.0, at=True)
    return Promises(k, l, limit, tuple(columns))


def _rank(codes: Sequence[npt.NDArray[np.int64]], as_they_are: Table) -> npt.NDArray[np.int64]:
    """Return the place of each row in an order of all that is known of rows; those that are alike may change places."""
    keys = [*codes, *(as_they_are.coded(name).codes for name in as_they_are.names)]
    order = np.lexsort(keys[::-1])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _publish(boxes: Boxes, domains: Mapping[str, Domain], as_they_are: Table) -> tuple[Table, npt.NDArray[np.int64]]:
    """Write the boxes' names and the other values, in the order of what is published, which depends on nothing else;
    return the rows of each class, too, boxes of one name taken together."""
    columns: dict[str, npt.NDArray[Any]] = {}
    ranks = []
    for states, (name, domain) in zip(boxes.states, domains.items(), strict=True):
        distinct, inverse = numbered_rows(states)
        labels = np.empty(len(distinct), dtype=object)
        labels[:] = domain.labels(distinct)
        place = {label: number for number, label in enumerate(sorted(set(labels)))}
        ranks.append(np.array([place[label] for label in labels])[inverse])
        columns[name] = labels[inverse]
    order = np.lexsort(ranks[::-1])
    parted = np.zeros(boxes.count, dtype=np.int64)
    for rank in ranks:
        parted[1:] |= rank[order[1:]] != rank[order[:-1]]
    rank_of_box = np.empty(boxes.count, dtype=np.int64)
    rank_of_box[order] = np.cumsum(parted)
    keys = [rank_of_box[boxes.of_row], *(as_they_are.coded(name).codes for name in as_they_are.names)]
    rows = np.lexsort(keys[::-1])
    of_row = boxes.of_row[rows]
    written = {name: labels[of_row] for name, labels in columns.items()}
    table = Table(written | {name: column[rows] for name, column in as_they_are.columns.items()})
    return table, np.bincount(rank_of_box[of_row])
