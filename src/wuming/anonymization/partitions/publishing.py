"""Classes written to a Parquet file, part by part, in the order of what is published, which depends on nothing else."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from wuming.anonymization.axes import Codes, numbered_rows
from wuming.anonymization.domains import Domain
from wuming.anonymization.mondrian import Boxes
from wuming.anonymization.partitions.survey import BATCH, Values

Floats = npt.NDArray[np.float64]


class Writer:
    """Writes a file that only its owner may read.

    Args:
        path: of the file.
        quasi_identifiers: names of the columns that are published as text.
        as_they_are: the columns that are published unchanged.
    """

    def __init__(self, path: Path, quasi_identifiers: Sequence[str], as_they_are: Sequence[Values]) -> None:
        import pyarrow
        import pyarrow.parquet

        self.path = path
        self._as_they_are = as_they_are
        fields = [(name, pyarrow.string()) for name in quasi_identifiers]
        fields += [(column.name, _type(column)) for column in as_they_are]
        self._schema = pyarrow.schema(fields)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._writer = pyarrow.parquet.ParquetWriter(self._file, self._schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        self._file.close()

    def add(self, boxes: Boxes, domains: Sequence[Domain], others: Codes) -> Floats:
        """Write the rows of a part.

        Args:
            boxes: the part's.
            domains: of the quasi-identifiers.
            others: [rows, others] codes of the columns that are published unchanged; -1 missing.

        Returns:
            For each quasi-identifier what its rows lose, summed.
        """
        sizes = np.bincount(boxes.of_row, minlength=boxes.count)
        names, ranks, losses = [], [], []
        for states, domain in zip(boxes.states, domains, strict=True):
            distinct, inverse = numbered_rows(states)
            labels = domain.labels(distinct)
            names.append(sorted(set(labels)))
            place = {label: number for number, label in enumerate(names[-1])}
            ranks.append(np.array([place[label] for label in labels])[inverse])
            losses.append(float((domain.losses(distinct)[inverse] * sizes).sum()))
        keys = [*(rank[boxes.of_row] for rank in ranks), *others.T]
        order = np.lexsort(keys[::-1])
        for begin in range(0, len(order), BATCH):
            rows = order[begin : begin + BATCH]
            self._write([rank[boxes.of_row[rows]] for rank in ranks], names, others[rows])
        return np.array(losses)

    def _write(self, labels: Sequence[Codes], names: Sequence[Sequence[str]], others: Codes) -> None:
        import pyarrow

        columns = [_decoded(codes, pyarrow.array(known)) for codes, known in zip(labels, names, strict=True)]
        for place, column in enumerate(self._as_they_are):
            distinct = pyarrow.array(column.distinct, type=_type(column))
            columns.append(_decoded(others[:, place], distinct))
        self._writer.write_batch(pyarrow.RecordBatch.from_arrays(columns, schema=self._schema))


def _decoded(codes: Codes, values: Any) -> Any:
    import pyarrow

    return pyarrow.DictionaryArray.from_arrays(pyarrow.array(codes, mask=codes < 0), values).dictionary_decode()


def _type(column: Values) -> Any:
    import pyarrow

    return pyarrow.string() if column.distinct.dtype == object else pyarrow.from_numpy_dtype(column.distinct.dtype)
