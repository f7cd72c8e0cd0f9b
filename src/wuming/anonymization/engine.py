"""Turn a table of people into one to show: identifiers gone, quasi-identifiers generalised, order forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wuming.anonymization.domains import Domain, domain_of
from wuming.anonymization.models import factorize, t_closeness
from wuming.anonymization.mondrian import Boxes, mondrian
from wuming.anonymization.risk import prosecutor_risk
from wuming.anonymization.selfcheck import check_published
from wuming.anonymization.utility import discernibility, normalised_certainty_penalty
from wuming.core.errors import PrivacyParameterError, TableError
from wuming.core.tables import Table

ALGORITHM = "Mondrian, strict, local recoding, cut boxes"


@dataclass(frozen=True)
class Anonymised:
    """A table that satisfies its claims, and the claims.

    Attributes:
        table: the quasi-identifiers as text (names of boxes), then the sensitive columns as they were.
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
    k: int,
    l: int,  # noqa: E741  (the literature's name)
) -> Anonymised:
    """Generalise a table until it is k-anonymous and distinct l-diverse in every sensitive column.

    Args:
        table: one row a person.
        subject: column that names the person; checked for repeats, then removed.
        direct: other columns that identify by themselves (name, telephone number); removed.
        quasi_identifiers: columns an attacker may know, 1 or more; published as boxes.
        sensitive: columns published as they are, 1 or more. What is in none of these lists is dropped.
        k: smallest number of rows that share one box, at least 2.
        l: smallest number of distinct values of each sensitive column in a box, at least 1 (1: no requirement).

    Returns:
        The published table, its rows sorted by what is published (so the order says nothing), and the claims.

    Raises:
        TableError: a column is missing, named twice or empty, k or l cannot be reached, or a person has two rows.
        PrivacyParameterError: k < 2 or l < 1.
        SelfCheckFailed: the result does not satisfy k or l (a defect); nothing is returned.

    Guarantee:
        k-anonymity and distinct l-diversity of this one table, by syntax. It does not add up over releases, and it is
        no differential privacy. See docs/anonymization.md for what an attacker can still do.
    """
    check_parameters(k=k, l=l)
    check_columns(table, subject=subject, direct=direct, quasi_identifiers=quasi_identifiers, sensitive=sensitive, k=k)
    codes = [sensitive_codes(table, name, l=l) for name in sensitive]
    domains = [domain_of(table.columns[name], rare_below=k) for name in quasi_identifiers]
    boxes = mondrian([d.codes for d in domains], [d.scale for d in domains], codes, k=k, l=l)
    published = _publish(table, boxes, domains, quasi_identifiers, sensitive)
    smallest, diversity, classes = check_published(
        published, quasi_identifiers=quasi_identifiers, sensitive=sensitive, k=k, l=l, rows=table.rows
    )
    claims = {
        "algorithm": ALGORITHM,
        "rows": table.rows,
        "k_asked": k,
        "l_asked": l,
        "k": smallest,
        "l": diversity,
        "classes": classes,
        "suppressed": 0,
        "ncp": round(normalised_certainty_penalty(boxes, domains), 6),
        "discernibility": discernibility(boxes),
    }
    claims |= before_and_after(
        table, published, subject=subject, direct=direct, quasi_identifiers=quasi_identifiers, sensitive=sensitive
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
) -> dict[str, Any]:
    """Return the claims that do not depend on how a table was recoded: roles, what is left out, closeness and risk."""
    removed = [*([subject] if subject is not None else []), *direct]
    return {
        "quasi_identifiers": list(quasi_identifiers),
        "sensitive": list(sensitive),
        "removed_identifiers": removed,
        "dropped_columns": [n for n in table.names if n not in {*removed, *quasi_identifiers, *sensitive}],
        "t_closeness": {name: round(t_closeness(published, quasi_identifiers, name), 6) for name in sensitive},
        "risk_before": prosecutor_risk(table, quasi_identifiers).as_json(),
        "risk_after": prosecutor_risk(published, quasi_identifiers).as_json(),
    }


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
    k: int,
) -> None:
    """Check that every named column exists, has one role and holds something, and that there are k rows.

    Raises:
        TableError: one of these does not hold, or a person has two rows.
    """
    if not quasi_identifiers or not sensitive:
        raise TableError("no quasi-identifier or no sensitive column named", help="Name at least one of each.")
    roles = [*([subject] if subject is not None else []), *direct, *quasi_identifiers, *sensitive]
    table.require(roles)
    for name in roles:
        if roles.count(name) > 1:
            raise TableError(f"column '{name}' is named twice", help="Give every column one role.")
    if table.rows < k:
        raise TableError(f"k={k} is larger than the table, rows={table.rows}", help="Lower k, or collect more rows.")
    for name in (*quasi_identifiers, *sensitive):
        column = table.columns[name]
        empty = (column == "") if column.dtype == object else (column != column)  # NaN differs from itself
        if np.all(empty):
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
    codes, distinct = factorize(table.columns[name])
    if distinct < l and l > 1:
        raise TableError(
            f"column '{name}' has {distinct} distinct values, l={l} cannot be reached", help="Lower l for this table."
        )
    return codes


def _publish(
    table: Table,
    boxes: Boxes,
    domains: Sequence[Domain],
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
) -> Table:
    """Write the boxes' names and the sensitive values, in an order that depends on nothing else."""
    columns: dict[str, npt.NDArray[Any]] = {}
    ranks = []
    for position, (name, domain) in enumerate(zip(quasi_identifiers, domains, strict=True)):
        sides = list(zip(boxes.low[:, position].tolist(), boxes.high[:, position].tolist(), strict=True))
        names = {side: domain.label(*side) for side in set(sides)}
        order = {side: rank for rank, side in enumerate(sorted(names))}
        labels = np.empty(len(sides), dtype=object)
        labels[:] = [names[side] for side in sides]
        columns[name] = labels[boxes.of_row]
        ranks.append(np.array([order[side] for side in sides])[boxes.of_row])
    for name in sensitive:
        columns[name] = table.columns[name]
        ranks.append(factorize(table.columns[name])[0])
    return Table(columns).take(np.lexsort(ranks[::-1]))
