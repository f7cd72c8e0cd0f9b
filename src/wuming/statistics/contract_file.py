"""Contracts as people write them: a YAML file, or the texts of command-line options.

subject: user_id
max_rows: 20
max_groups: 3
bounds:
  spend: [0, 5000]
keys:
  city: {file: cities.csv}
  plan: [free, paid]
epsilon: 1
delta: 1e-6
noise: laplace
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from wuming.core.errors import InputTooLarge, PlanError, PrivacyParameterError
from wuming.core.reading import decode, is_unicode, open_file
from wuming.core.yaml_positions import FieldPath, Position, listed_problems, parse_file
from wuming.statistics.checks import LARGEST_INTEGER, LARGEST_NUMBER
from wuming.statistics.contract import LARGEST_ROWS, Contract
from wuming.statistics.key_lists import key_file, typed
from wuming.statistics.noise_plan import Noise
from wuming.statistics.query import Scalar

LARGEST_CONTRACT: Final = 4 * 2**20
"""In bytes; a list of keys may be long."""

_PRICE: Final = ("epsilon", "delta", "noise")
_FIELDS: Final = ("subject", "max_rows", "max_groups", "bounds", "keys", *_PRICE)
_REAL: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class Terms:
    """What each answer costs unless the question says otherwise; None where the file says nothing."""

    epsilon: float | None = None
    delta: float | None = None
    noise: Noise | None = None


def load_contract(path: Path) -> tuple[Contract, Terms]:
    """Read and check a contract file; key files are found from its folder.

    Raises:
        MissingFile, InputTooLarge (over 4 MiB), WrongEncoding: of the contract.
        PlanError: no mapping, or fields that are unknown, missing, of the wrong kind or out of range: all of them at
            once, with line, column and field. What stands in a field is not repeated.
        MissingFile, InputTooLarge, WrongEncoding, EmptyData, MalformedRecord, PrivacyParameterError: of a file of keys.
    """
    with open_file(path) as file:
        data = file.read(LARGEST_CONTRACT + 1)
    if len(data) > LARGEST_CONTRACT:
        raise InputTooLarge(
            f"the contract is larger than {LARGEST_CONTRACT >> 20} MiB: {path}", help="Put lists of keys into files."
        )
    value, positions = parse_file(decode(data, path), name=str(path))
    if not isinstance(value, dict):
        raise PlanError(f"{path}:1:1: a contract is a mapping of fields", help="Begin with subject: and max_rows:.")
    return _Reader(path, positions).read(value)


def bounds_of(text: str) -> tuple[str, tuple[float, float]]:
    """Return what an option such as `spend=0:5000` says.

    Raises:
        PrivacyParameterError: for anything else.
    """
    column, _, pair = text.rpartition("=")
    low, _, high = pair.partition(":")
    if not (column and _REAL.fullmatch(low) and _REAL.fullmatch(high)):
        raise PrivacyParameterError("bounds are not written as COLUMN=LOW:HIGH", help="Like spend=0:5000.")
    return column, (float(low), float(high))


def keys_of(text: str) -> tuple[str, tuple[Scalar, ...]]:
    """Return what an option such as `city=@cities.csv` or `plan=free,paid` says.

    Raises:
        PrivacyParameterError: for anything else.
        MissingFile, InputTooLarge, WrongEncoding, EmptyData, MalformedRecord: of the file.
    """
    column, _, listed = text.partition("=")
    cells = [cell.strip() for cell in listed.split(",")]
    if not (column and all(cells)):
        raise PrivacyParameterError(
            "keys are not written as COLUMN=@FILE or COLUMN=A,B", help="Like city=@cities.csv, or plan=free,paid."
        )
    return column, key_file(Path(listed[1:]), column) if listed.startswith("@") else typed(cells)


class _Reader:
    """Reads the fields of one contract and gathers what is wrong with them."""

    def __init__(self, path: Path, positions: Mapping[FieldPath, Position]) -> None:
        self._file, self._positions = path, positions
        self._problems: list[tuple[FieldPath, str]] = []

    def read(self, fields: Mapping[str, Any]) -> tuple[Contract, Terms]:
        """Return contract and terms, or raise all problems at once."""
        for name in fields:
            if name not in _FIELDS:
                near = difflib.get_close_matches(name, _FIELDS, n=1, cutoff=0.6)
                hint = f"did you mean `{near[0]}`?" if near else f"known here: {', '.join(_FIELDS)}"
                self._problem((name,), f"unknown key; {hint}")
        for name in ("subject", "max_rows"):
            if name not in fields:
                self._problem((name,), "is missing")
        subject = fields.get("subject", "-")
        if not isinstance(subject, str) or not subject:
            self._problem(("subject",), "must be the name of a column")
        limits = {name: self._limit(fields, name) for name in ("max_rows", "max_groups")}
        bounds = {name: self._pair(name, pair) for name, pair in self._mapping(fields, "bounds").items()}
        keys = {name: self._listed(name, found) for name, found in self._mapping(fields, "keys").items()}
        terms = self._terms(fields)
        return Contract(subject, **limits, bounds=bounds, keys=keys), terms

    def _limit(self, fields: Mapping[str, Any], name: str) -> int:
        value = fields.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_ROWS:
            self._problem((name,), f"must be a whole number from 1 to {LARGEST_ROWS}")
            return 1
        return value

    def _mapping(self, fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = fields.get(name, {})
        if isinstance(value, dict):
            return value
        self._problem((name,), "must be a mapping of columns")
        return {}

    def _pair(self, column: str, pair: Any) -> tuple[float, float]:
        fits = isinstance(pair, list) and len(pair) == 2 and all(_is_number(one) for one in pair)
        if not fits or not float(pair[0]) < float(pair[1]):
            self._problem(("bounds", column), "must be two numbers up to 1e100, the lower one first, like [0, 5000]")
            return 0.0, 1.0
        return float(pair[0]), float(pair[1])

    def _listed(self, column: str, found: Any) -> tuple[Scalar, ...]:
        path: FieldPath = ("keys", column)
        if isinstance(found, dict):
            file, name = found.get("file"), found.get("column", column)
            if set(found) - {"file", "column"} or not file or not (isinstance(file, str) and isinstance(name, str)):
                self._problem(path, "must be a list, or name a file, like {file: cities.csv, column: city}")
                return ()
            keys = key_file(self._file.parent / file, name)
            if not keys:
                self._problem(path, "names a file without keys")
            return keys
        if not isinstance(found, list) or not found:
            self._problem(path, "must be a list with at least one key, or name a file, like {file: cities.csv}")
            return ()
        seen: set[Scalar] = set()
        for place, key in enumerate(found):
            if not _is_key(key):
                self._problem((*path, place), "must be text, a number up to 64 bits, true or false")
            elif type(key) is not type(found[0]):
                self._problem((*path, place), "is not of the type of the first key; put text in quotes")
            elif key in seen:
                self._problem((*path, place), "is on the list already")
            else:
                seen.add(key)
        return tuple(found)

    def _terms(self, fields: Mapping[str, Any]) -> Terms:
        epsilon = self._number(fields, "epsilon")
        delta = self._number(fields, "delta")
        noise = fields.get("noise")
        if epsilon is not None and not epsilon > 0:
            self._problem(("epsilon",), "must be a number above 0")
        if delta is not None and not 0 <= delta < 1:
            self._problem(("delta",), "must be a number from 0 to below 1")
        if "noise" in fields and noise not in get_args(Noise):
            self._problem(("noise",), f"must be one of {', '.join(get_args(Noise))}")
        self._raise()
        return Terms(epsilon, delta, noise)

    def _number(self, fields: Mapping[str, Any], name: str) -> float | None:
        if name not in fields:
            return None
        value = fields[name]
        if _is_number(value):
            return float(value)
        self._problem((name,), "must be a number up to 1e100")
        return None

    def _problem(self, path: FieldPath, what: str) -> None:
        self._problems.append((path, what))

    def _raise(self) -> None:
        if self._problems:
            raise PlanError(
                listed_problems(self._problems, self._positions, name=str(self._file), kind="contract"),
                help="Correct these lines; docs/statistics.md shows every field.",
            )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER


def _is_key(key: Any) -> bool:
    if isinstance(key, str):
        return is_unicode(key)
    if isinstance(key, int):
        return abs(key) <= LARGEST_INTEGER
    return isinstance(key, float) and math.isfinite(key)
