"""Turn a table of people into one to show by global recoding: each column at one level of its hierarchy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from wuming.anonymization.engine import Anonymised, before_and_after, check_columns, check_parameters, sensitive_codes
from wuming.anonymization.hierarchies.cells import cells_of
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.models import (
    All,
    Codes,
    DistinctDiversity,
    EqualDistance,
    KAnonymity,
    Model,
    OrderedDistance,
    Sensitive,
    TCloseness,
    classes_of,
    factorize,
)
from wuming.anonymization.recoding import Recoding, Standing, recode
from wuming.anonymization.selfcheck import check_published
from wuming.core.errors import TableError
from wuming.core.tables import Table

ALGORITHM = "global recoding by hierarchies, least normalised certainty penalty"


def anonymise_globally(
    table: Table,
    *,
    subject: str | None = None,
    direct: Sequence[str] = (),
    quasi_identifiers: Sequence[str],
    sensitive: Sequence[str],
    insensitive: Sequence[str] = (),
    hierarchies: Mapping[str, Hierarchy],
    k: int,
    l: int,  # noqa: E741  (the literature's name)
    t: float | None = None,
    promises: Sequence[Model] = (),
    suppression: float = 0.0,
    seconds: float | None = None,
    on_progress: Callable[[Standing], None] | None = None,
) -> Anonymised:
    """Publish every quasi-identifier at one level, the levels that lose least among those that keep the promises.

    Args:
        table, subject, direct, quasi_identifiers, sensitive, insensitive, k, l: as `anonymise` takes them.
        hierarchies: by name of quasi-identifier.
        t: largest earth mover's distance of a class's sensitive values from the original table's, in [0, 1]: ordered
            distance for numbers, equal distance for categories. None: no promise.
        promises: further ones, asked about all rows of the table.
        suppression, seconds, on_progress: as `recode` takes them. Suppressed rows are left out of the result.

    Returns:
        The published table, its rows sorted by what is published, and the claims.

    Raises:
        TableError: as `anonymise`; a quasi-identifier without a hierarchy, or a value that its hierarchy does not know.
        PrivacyParameterError: k, l, t, suppression or seconds out of range.
        SelfCheckFailed: the result does not keep a promise (a defect); nothing is returned.

    Guarantee:
        k-anonymity, distinct l-diversity and t-closeness of this one table, by syntax, as for `anonymise`.
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
    for name in sensitive:
        sensitive_codes(table, name, l=l)
    if missing := [name for name in quasi_identifiers if name not in hierarchies]:
        raise TableError(f"column '{missing[0]}' has no hierarchy", help="Give one for every quasi-identifier.")
    chosen = [hierarchies[name] for name in quasi_identifiers]
    codes = [h.codes(cells_of(table.columns[name])) for name, h in zip(quasi_identifiers, chosen, strict=True)]
    columns = [Sensitive.of(table, name) for name in sensitive]
    models: list[Model] = [KAnonymity(k), *(DistinctDiversity(l, column) for column in columns if l > 1)]
    if t is not None:
        models += [_closeness(t, table, column) for column in columns]
    models += promises
    found = recode(codes, chosen, All(tuple(models)), suppression=suppression, seconds=seconds, on_progress=on_progress)
    recoded = dict(zip(quasi_identifiers, zip(codes, chosen, strict=True), strict=True))
    published = _publish(table, found, recoded, [*sensitive, *insensitive])
    kept = table.rows - int(found.suppressed.sum())
    smallest, diversity, classes = check_published(
        published,
        quasi_identifiers=quasi_identifiers,
        sensitive=sensitive,
        insensitive=insensitive,
        k=k,
        l=l,
        rows=kept,
    )
    sizes = np.bincount(classes_of(published, quasi_identifiers))
    claims: dict[str, Any] = {
        "algorithm": ALGORITHM,
        "rows": table.rows,
        "k_asked": k,
        "l_asked": l,
        "t_asked": t,
        "suppression_asked": suppression,
        "k": smallest,
        "l": diversity,
        "classes": classes,
        "suppressed": table.rows - kept,
        "levels": dict(zip(quasi_identifiers, found.levels, strict=True)),
        "ncp": round(found.ncp, 6),
        "ncp_lower_bound": round(found.lower_bound, 6),
        "optimal": found.optimal,
        "discernibility": int((sizes**2).sum()) + (table.rows - kept) * table.rows,
    }
    claims |= before_and_after(
        table,
        published,
        subject=subject,
        direct=direct,
        quasi_identifiers=quasi_identifiers,
        sensitive=sensitive,
        insensitive=insensitive,
    )
    return Anonymised(published, claims)


def _closeness(t: float, table: Table, column: Sensitive) -> TCloseness:
    categories = table.columns[column.name].dtype == object
    return TCloseness(t, column, EqualDistance() if categories else OrderedDistance())


def _publish(
    table: Table,
    found: Recoding,
    recoded: Mapping[str, tuple[Codes, Hierarchy]],
    as_they_are: Sequence[str],
) -> Table:
    """Write labels, and other values as they are, of kept rows, in an order that depends on nothing else."""
    kept = ~found.suppressed
    columns: dict[str, Any] = {}
    for (name, (codes, hierarchy)), level in zip(recoded.items(), found.levels, strict=True):
        labels = np.empty(len(hierarchy.values), dtype=object)
        labels[:] = hierarchy.labels[level]
        columns[name] = labels[codes[kept]]
    for name in as_they_are:
        columns[name] = table.columns[name][kept]
    ranks = [factorize(column)[0] for column in columns.values()]
    return Table(columns).take(np.lexsort(ranks[::-1]))
