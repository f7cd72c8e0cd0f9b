"""Turn a Parquet file of people, larger than memory, into one to show; nothing is written unless all of it is right."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from wuming.anonymization.engine import check_parameters, check_weights, distance_of
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.models import Distance
from wuming.anonymization.models.measures import Codes
from wuming.anonymization.models.parameters import real_number
from wuming.anonymization.mondrian import mondrian
from wuming.anonymization.partitions.checks import check_file, check_values
from wuming.anonymization.partitions.counted import Counted
from wuming.anonymization.partitions.first_cut import Column, Part, first_cuts
from wuming.anonymization.partitions.publishing import Floats, Writer
from wuming.anonymization.partitions.quasi import QuasiIdentifier
from wuming.anonymization.partitions.spool import Spool
from wuming.anonymization.partitions.survey import Source, Values, survey
from wuming.anonymization.partitions.whole_check import check_whole
from wuming.anonymization.promises import Promises
from wuming.anonymization.risk import Risk
from wuming.anonymization.roles import Roles
from wuming.core.errors import MalformedRecord, PrivacyParameterError
from wuming.core.storage import storage_errors
from wuming.core.tables import Table

ALGORITHM: Final = (
    "Mondrian, strict, local recoding, cuts by loss, cut boxes; first cuts from counts, then part by part"
)
ROWS_IN_MEMORY: Final = 500_000
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


def anonymise_file(
    path: Path,
    output: Path,
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
    rows_in_memory: int = ROWS_IN_MEMORY,
) -> dict[str, Any]:
    """Generalise the rows of a Parquet file as `anonymise` does, with no more than some of them in memory.

    The file is cut into parts by Mondrian's own criterion, from counts; each part keeps k, l and t against the whole
    table, and is then cut further by itself, within its box. So boxes of different parts do not overlap, and the result
    differs from that of `anonymise` only by what the first cuts, which do not look ahead, choose.

    Args:
        path: Parquet. The distinct values of each named column must fit into memory, its rows need not.
        output: Parquet; written whole or not at all, readable by its owner only.
        subject, direct, quasi_identifiers, sensitive, insensitive, k, l, t, hierarchies, weights: as `anonymise` takes
            them; partitioning is strict.
        rows_in_memory: parts have no more rows, wherever cuts that keep the promises allow it; at least 2 k.

    Returns:
        The claims of `anonymise`, without the risk before; `parts` and `largest_part` say how the table was divided.

    Raises:
        TableError, PrivacyParameterError: as `anonymise`.
        MalformedRecord, MissingFile, MissingExtra, EmptyData, WrongEncoding: what is wrong with the file.
        StorageError: the disk is full; the rows are kept beside the output, as codes, while it is made.
        SelfCheckFailed: the published file does not keep the promises (a defect); nothing is written.

    Guarantee:
        As `anonymise`, for the whole table.
    """
    check_parameters(k=k, l=l)
    limit = None if t is None else real_number("t", t, above=0.0, most=1.0, at=True)
    if rows_in_memory < 2 * k:
        raise PrivacyParameterError(f"rows_in_memory={rows_in_memory} is below 2 k", help="Allow more rows in memory.")
    if output.suffix != ".parquet":
        raise MalformedRecord(f"{output}: tables past memory are written as Parquet", help="Use a name in .parquet.")
    roles = Roles(subject, tuple(direct), tuple(quasi_identifiers), tuple(sensitive), tuple(insensitive))
    importance = check_weights(weights, quasi_identifiers)
    names = check_file(path, roles)
    source = Source(path, roles.published)
    values = survey(source)
    check_values(values, roles, k=k, l=l)
    columns = [QuasiIdentifier(values[name], hierarchies.get(name), k=k) for name in quasi_identifiers]
    judged = [_Judged.of(values[name], hierarchies.get(name)) for name in sensitive]
    promises = Promises(k, l, limit, tuple((one.column(), one.distance) for one in judged))
    with storage_errors(output), tempfile.TemporaryDirectory(prefix=".wuming-", dir=output.parent) as folder:
        whole = _spooled(source, values, columns, roles, Path(folder))
        axes = [Column(column.axis, column.size, weight) for column, weight in zip(columns, importance, strict=True)]
        parts = first_cuts(whole, axes, promises, most=rows_in_memory)
        part_sizes = [part.rows.rows for part in parts]
        lost = np.zeros(len(columns))
        others = [values[name] for name in roles.unchanged]
        with Writer(Path(folder) / "published.parquet", quasi_identifiers, others) as writer:
            for part in parts:
                lost += _publish(part, columns, importance, promises, judged, writer)
        sensitive_values = {name: values[name] for name in sensitive}
        found = check_whole(
            writer.path, quasi_identifiers=quasi_identifiers, values=sensitive_values, promises=promises
        )
        writer.path.replace(output)
    claims: dict[str, Any] = {
        "algorithm": ALGORITHM,
        "rows": source.rows,
        "k_asked": k,
        "l_asked": l,
        "t_asked": t,
        "k": found.k,
        "l": found.l,
        "classes": found.classes,
        "suppressed": 0,
        "ncp": round(float(lost.mean()) / source.rows, 6),
        "discernibility": found.squares,
        "parts": len(part_sizes),
        "largest_part": max(part_sizes),
    }
    if weights:
        claims["weights"] = dict(zip(quasi_identifiers, importance, strict=True))
        claims["ncp_weighted"] = round(float(np.average(lost, weights=importance)) / source.rows, 6)
    return claims | {
        "quasi_identifiers": list(quasi_identifiers),
        "sensitive": list(sensitive),
        "insensitive": list(insensitive),
        "removed_identifiers": list(roles.removed),
        "dropped_columns": [name for name in names if name not in {*roles.removed, *roles.published}],
        "t": round(max(found.t.values()), 6),
        "t_closeness": {name: round(distance, 6) for name, distance in found.t.items()},
        "risk_after": Risk(1 / found.k, found.classes / source.rows, 0.0).as_json(),
    }


@dataclass(frozen=True)
class _Judged:
    """A sensitive column, whatever its rows, and how far its values lie from each other."""

    values: Values
    distance: Distance

    @classmethod
    def of(cls, values: Values, tree: Hierarchy | None) -> _Judged:
        table = Table({values.name: values.distinct})
        return cls(values, distance_of(table, Counted.of_values(values), tree))

    def column(self, codes: Codes | None = None) -> Counted:
        """Return the column with the rows of a part, or with none."""
        return Counted.of_values(self.values, codes)


def _spooled(
    source: Source, values: Mapping[str, Values], columns: Sequence[QuasiIdentifier], roles: Roles, folder: Path
) -> Spool:
    """Read the file a second time and keep the rows as codes."""
    whole = Spool(folder / "whole", len(roles.published))
    for batch in source.batches():
        codes = [column.codes(batch[column.name]) for column in columns]
        codes += [values[name].codes(batch[name]) for name in roles.unchanged]
        whole.add(np.stack(codes, axis=1).astype(np.int32))
    return whole


def _publish(
    part: Part,
    columns: Sequence[QuasiIdentifier],
    weights: Sequence[float],
    promises: Promises,
    judged: Sequence[_Judged],
    writer: Writer,
) -> Floats:
    """Cut a part into classes and write them; return for each quasi-identifier what its rows lose, summed."""
    rows = part.rows.all().astype(np.int64)
    part.rows.remove()
    width = len(columns)
    here = [(one.column(rows[:, place]), one.distance) for place, one in enumerate(judged, start=width)]
    boxes = mondrian(
        [column.axis_of(rows[:, place]) for place, column in enumerate(columns)],
        replace(promises, sensitive=tuple(here)),
        weights=weights,
        roots=part.states,
    )
    return writer.add(boxes, [column.domain for column in columns], rows[:, width:])
