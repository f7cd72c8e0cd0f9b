"""The function under test: how it is found, called, and how long a call takes."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import io
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.neighbours import Pair
from wuming.core.errors import MissingFile, PrivacyParameterError

_BATCH = 512
PASSED = ("epsilon", "delta", "lower", "upper", "bound", "sensitivity", "norm", "dimension", "categories", "runs")
"""Parameters that a function may name."""


@dataclass(frozen=True)
class Raised:
    """The outcome of a call that ended in an exception; what it says is not kept, as it may hold records.

    Attributes:
        kind: name of the exception's class.
    """

    kind: str


def load_function(name: str) -> Callable[..., Any]:
    """Return the function that `module:function` or `file.py:function` names; nothing else is run.

    Args:
        name: the module may also lie in the current folder; dots after the colon lead to attributes.

    Raises:
        MissingFile: no such module or file.
        PrivacyParameterError: the module has no such function, or cannot be imported.
    """
    module_name, _, path = name.rpartition(":")
    if not module_name or not path:
        raise PrivacyParameterError(f"target={name!r} names no function", help="Give module:function.")
    found: Any = _module(module_name)
    for part in path.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise PrivacyParameterError(f"{module_name} has no function {path!r}", help="Give module:function.")
    return found  # type: ignore[no-any-return]


def _module(name: str) -> Any:
    if name.endswith(".py"):
        path = Path(name).resolve()
        spec = importlib.util.spec_from_file_location(path.stem, path) if path.is_file() else None
        if spec is None or spec.loader is None:
            raise MissingFile(f"no such Python file: {name}", help="Give file.py:function.")
        module = importlib.util.module_from_spec(spec)
        # Registered first, as dataclasses and decorators look their module up there.
        known = sys.modules.setdefault(spec.name, module)
        try:
            with _from_folder(path.parent), _importing(name):
                spec.loader.exec_module(module)
        except BaseException:
            if known is module:
                del sys.modules[spec.name]
            raise
        return module
    with _from_folder(Path.cwd()), _importing(name):
        return importlib.import_module(name)


@contextmanager
def _importing(name: str) -> Iterator[None]:
    """Turn whatever a module raises when it is imported into words; the message is not kept, as it may hold records."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or name == error.name or name.startswith(f"{error.name}."):
            raise MissingFile(
                f"no module named {name!r}, neither installed nor in this folder", help="Give module:function."
            ) from error
        raise PrivacyParameterError(
            f"{name} imports {error.name}, which is not installed", help="Install it first."
        ) from error
    except (Exception, SystemExit) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise PrivacyParameterError(
            f"{name} raised {type(error).__name__} when it was imported{line}", help="Mend the module first."
        ) from error


@contextmanager
def _from_folder(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        if str(folder) in sys.path:
            sys.path.remove(str(folder))


class Target:
    """A mechanism and its claim, ready to be called.

    Args:
        function: called as f(data, …); gets those of the claim's fields that its signature names as parameters. A
            parameter `runs` says that f(data, runs=n) returns n independent outputs along the first axis.
        claim: what is claimed.
        name: `module:function`, where a fresh process can import it; empty where it cannot.

    Attributes:
        claim, name: as given.
        calls: outputs asked for so far.
        place: name of the pair that is being tested, for messages.
        container: `list` or `array`: what lists of records are given as.

    Raises:
        PrivacyParameterError: the function needs a parameter that no claim has.
    """

    def __init__(self, function: Callable[..., Any], claim: Claim, *, name: str = "") -> None:
        self.claim, self.name, self.calls = claim, name, 0
        self._function = function
        self.container, self.place = "list", ""
        parameters = _parameters(function)
        self._extra = {name: getattr(claim, name) for name in PASSED[:-1] if name in parameters[1:]}
        self._batched = "runs" in parameters[1:]

    def one(self, data: Any) -> Any:
        """Return one output, or `Raised`."""
        self.calls += 1
        try:
            if self._batched:
                return next(iter(self._function(self._given(data), runs=1, **self._extra)))
            return self._function(self._given(data), **self._extra)
        except (Exception, SystemExit) as error:  # noqa: BLE001  (whether a call fails is an output like any other)
            return Raised(type(error).__name__)

    def timed(self, data: Any) -> tuple[int, Any]:
        """Return nanoseconds of this thread's processor time of one call, and its output."""
        given = self._given(data)
        self.calls += 1
        function, extra = self._function, self._extra
        runs = {"runs": 1} if self._batched else {}
        begin = time.thread_time_ns()
        try:
            output = function(given, **runs, **extra)
        except (Exception, SystemExit) as error:  # noqa: BLE001
            output = Raised(type(error).__name__)
        return time.thread_time_ns() - begin, output

    def interleaved(self, left: Any, right: Any, runs: int) -> tuple[list[Any], list[Any]]:
        """Return `runs` outputs on either data set, called in turn and in random order.

        Where outputs depend on what was called before, both sides meet it alike; so a test of the difference stays
        right.
        """
        sides: tuple[list[Any], list[Any]] = ([], [])
        both = (left, right)
        with quiet():
            if self._batched:
                for begin in range(0, runs, _BATCH):
                    size = min(_BATCH, runs - begin)
                    for side in orders(1)[0]:
                        sides[side].extend(self.many(both[side], size))
                return sides
            for first, second in orders(runs):
                sides[first].append(self.one(both[first]))
                sides[second].append(self.one(both[second]))
        return sides

    def _given(self, data: Any) -> Any:
        """Return data that the mechanism may change without harm to the next call."""
        if isinstance(data, list):
            return data[:] if self.container == "list" else np.asarray(data)
        return data.copy() if isinstance(data, np.ndarray | dict) else data

    def many(self, data: Any, size: int) -> list[Any]:
        """Return `size` outputs of a function that gives many at once."""
        self.calls += size
        try:
            outputs = list(self._function(self._given(data), runs=size, **self._extra))
        except (Exception, SystemExit) as error:  # noqa: BLE001
            return [Raised(type(error).__name__)] * size
        if len(outputs) != size:
            raise PrivacyParameterError(
                f"runs={size} gave {len(outputs)} outputs", help="Return one output a run along the first axis."
            )
        return outputs

    def settle(self, pairs: Sequence[Pair], seconds: float = 0.5) -> float:
        """Find out whether the function takes lists or arrays, and return the seconds of processor time of a call.

        Raises:
            PrivacyParameterError: the function fails on all ordinary data, so there is nothing to test.
        """
        ordinary = [pair.right for pair in pairs if not pair.hostile][:8] or [pairs[0].right]
        raised = ""
        for container in ("list", "array"):
            self.container = container
            with quiet():
                outcomes = [self.one(data) for data in ordinary]
            if not all(isinstance(outcome, Raised) for outcome in outcomes):
                return self._cost(ordinary, seconds)
            raised = outcomes[0].kind
        raise PrivacyParameterError(
            f"the function raised {raised} on every ordinary data set of kind {self.claim.data}",
            help="Say with --data what it takes first.",
        )

    def _cost(self, ordinary: Sequence[Any], seconds: float) -> float:
        begin, begin_waiting, count = time.process_time(), time.monotonic(), 0
        with quiet():
            while count < 8 or (time.monotonic() - begin_waiting < seconds / 10 and count < 2000):
                if self._batched:
                    count += len(self.many(ordinary[-1], _BATCH))
                else:
                    self.one(ordinary[count % len(ordinary)])
                    count += 1
        # A call may wait rather than work. Time that other programs took is told from waiting by the quarter.
        spent = max(time.process_time() - begin, (time.monotonic() - begin_waiting) / 4)
        return max(1e-7, spent / count)


def target_of(name: str, claim: Claim | None = None, **changes: Any) -> Target:
    """Load `module:function` and join it with its claim.

    Args:
        name: see `load_function`.
        claim: None for the one written on the function with `declare`.
        changes: fields of the claim that replace what is written.

    Raises:
        PrivacyParameterError: no claim, or one out of range; otherwise as `load_function`.
    """
    function = load_function(name)
    written = claim or getattr(function, "claim", None)
    if not isinstance(written, Claim):
        if "epsilon" not in changes:
            raise PrivacyParameterError(
                f"{name} claims no epsilon", help="Give --epsilon, or write the claim on it with `declare`."
            )
        return Target(function, Claim(**changes), name=name)
    return Target(function, replace(written, **changes), name=name)


@contextmanager
def quiet() -> Iterator[None]:
    """Drop a mechanism's warnings about odd numbers, as odd numbers are what it is given, and what it prints."""
    nowhere = _Nowhere()
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(nowhere), redirect_stderr(nowhere):
        warnings.simplefilter("ignore")
        yield


class _Nowhere(io.TextIOBase):
    """A stream that keeps nothing."""

    def write(self, text: str) -> int:
        """Drop it."""
        return len(text)


def orders(count: int) -> list[tuple[int, int]]:
    """Return random orders of two sides, from the operating system's generator, which no mechanism can seed."""
    return [(1, 0) if byte & 1 else (0, 1) for byte in os.urandom(count)]


def _parameters(function: Callable[..., Any]) -> list[str]:
    """Return the names of the parameters, the data first, and refuse those that nothing is known for."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # built in, without a signature
        return ["data"]
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    if not parameters or parameters[0].kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD):
        raise PrivacyParameterError("the function takes no data as its first argument", help="Give f(data, …).")
    strange = [
        one.name
        for one in parameters[1:]
        if one.default is inspect.Parameter.empty and one.kind not in several and one.name not in PASSED
    ]
    if strange:
        raise PrivacyParameterError(
            f"the function needs parameters that no claim has: {', '.join(strange)}",
            help=f"Give them defaults, or wrap the function. Passed by name: {', '.join(PASSED)}.",
        )
    return [one.name for one in parameters]
