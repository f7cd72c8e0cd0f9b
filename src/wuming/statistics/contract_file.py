"""Contracts as people write them: a YAML file, or the texts of command-line options.

subject: user_id
max_rows: 20
max_groups: 3
bounds:
  spend: [0, 5000]
keys:
  city: {file: cities.csv}
  plan: [free, paid]
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from wuming.core.errors import InputTooLarge, PlanError, PrivacyParameterError
from wuming.core.reading import decode, open_file, read_rows
from wuming.core.yaml_positions import YamlProblem, parse
from wuming.statistics.contract import Contract
from wuming.statistics.query import Scalar

_LARGEST_FILE: Final = 16 * 2**20
_FIELDS: Final = ("subject", "max_rows", "max_groups", "bounds", "keys")


def load_contract(path: Path) -> Contract:
    """Read and check a contract file; key files are found from its folder.

    Raises:
        MissingFile, InputTooLarge, WrongEncoding: of the contract, or of a file of keys.
        PlanError: no mapping, or fields that are unknown, missing or of the wrong kind.
        PrivacyParameterError: see `Contract`.
    """
    try:
        value, _ = parse(_text(path))
    except YamlProblem as problem:
        place = f"{path}:{problem.position.line}:{problem.position.column}"
        raise PlanError(f"{place}: {problem.what}", help=problem.help) from None
    if not isinstance(value, Mapping):
        raise PlanError(f"{path}: the contract is no mapping", help="Begin with subject: and max_rows:.")
    for name in value:
        if name not in _FIELDS:
            raise PlanError(f"{path}: unknown field {str(name)!r}", help=f"Known: {', '.join(_FIELDS)}.")
    for name in ("subject", "max_rows"):
        if name not in value:
            raise PlanError(f"{path}: the field {name} is missing", help="Every contract needs subject and max_rows.")
    bounds, keys = value.get("bounds") or {}, value.get("keys") or {}
    if not isinstance(bounds, Mapping) or not isinstance(keys, Mapping):
        raise PlanError(f"{path}: bounds and keys are mappings of columns", help="Write bounds: {spend: [0, 5000]}.")
    return Contract(
        subject=str(value["subject"]),
        max_rows=value["max_rows"],
        max_groups=value.get("max_groups", 1),
        bounds={str(column): _pair(path, column, pair) for column, pair in bounds.items()},
        keys={str(column): _listed(path, column, found) for column, found in keys.items()},
    )


def bounds_of(text: str) -> tuple[str, tuple[float, float]]:
    """Return what an option such as `spend=0:5000` says.

    Raises:
        PrivacyParameterError: for anything else.
    """
    column, equals, pair = text.partition("=")
    low, colon, high = pair.partition(":")
    try:
        if not (column and equals and colon):
            raise ValueError(text)
        return column, (float(low), float(high))
    except ValueError:
        raise PrivacyParameterError("bounds are not written as COLUMN=LOW:HIGH", help="Like spend=0:5000.") from None


def keys_of(text: str) -> tuple[str, tuple[Scalar, ...]]:
    """Return what an option such as `city=@cities.csv` or `plan=free,paid` says.

    Raises:
        PrivacyParameterError: for anything else.
        MissingFile, InputTooLarge, WrongEncoding, MalformedRecord: of the file.
    """
    column, equals, listed = text.partition("=")
    if not (column and equals and listed):
        raise PrivacyParameterError(
            "keys are not written as COLUMN=@FILE or COLUMN=A,B", help="Like city=@cities.csv, or plan=free,paid."
        )
    return column, key_file(Path(listed[1:]), column) if listed.startswith("@") else typed(listed.split(","))


def key_file(path: Path, column: str) -> tuple[Scalar, ...]:
    """Return the keys in a file: a CSV file with that column, or one key a line (then no header).

    Raises:
        MissingFile, InputTooLarge, WrongEncoding, MalformedRecord: of the file.
    """
    text = _text(path)
    first = text.split("\n", 1)[0].strip()
    if first != column and "," not in first:
        return typed([line.strip() for line in text.splitlines() if line.strip()])
    header, rows = read_rows(text, path, max_cell=4096)
    if column not in header:
        raise PrivacyParameterError(f"{path} has no column {column!r}", help="Name it in the first line.")
    place = header.index(column)
    return typed([cells[place] for _, cells in rows])


def typed(cells: list[str]) -> tuple[Scalar, ...]:
    """Return cells as whole numbers where all are written as such, and as text otherwise."""
    if all(cell.isascii() and cell.removeprefix("-").isdigit() and str(int(cell)) == cell for cell in cells):
        return tuple(int(cell) for cell in cells)
    return tuple(cells)


def _text(path: Path) -> str:
    with open_file(path) as file:
        data = file.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise InputTooLarge(f"larger than {_LARGEST_FILE >> 20} MiB: {path}", help="Give a smaller file.")
    return decode(data, path)


def _pair(path: Path, column: Any, pair: Any) -> tuple[float, float]:
    numbers = isinstance(pair, list) and len(pair) == 2 and all(_number(one) for one in pair)
    if not numbers:
        raise PlanError(f"{path}: bounds of {str(column)!r} are no pair of numbers", help="Write [0, 5000].")
    return float(pair[0]), float(pair[1])


def _listed(path: Path, column: Any, found: Any) -> tuple[Scalar, ...]:
    if isinstance(found, Mapping) and set(found) <= {"file", "column"} and isinstance(found.get("file"), str):
        return key_file(path.parent / found["file"], str(found.get("column", column)))
    if isinstance(found, list) and all(isinstance(one, str | int | float | bool) for one in found):
        return tuple(found)
    raise PlanError(f"{path}: keys of {str(column)!r} are no list", help="Write a list, or {file: cities.csv}.")


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
