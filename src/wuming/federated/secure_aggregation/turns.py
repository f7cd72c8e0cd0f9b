"""One thread at a time inside a state machine: two messages that arrive at once must not both find the same stage."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar

_P = ParamSpec("_P")
_R = TypeVar("_R")
_S = TypeVar("_S", bound="Turns")


class Turns:
    """Base of both sides: holds the lock."""

    def __init__(self) -> None:
        self._turn: Any = RLock()


def one_at_a_time(method: Callable[Concatenate[_S, _P], _R]) -> Callable[Concatenate[_S, _P], _R]:
    """Let no two threads be inside the guarded methods of one object."""

    @wraps(method)
    def guarded(self: _S, /, *arguments: _P.args, **named: _P.kwargs) -> _R:
        with self._turn:
            return method(self, *arguments, **named)

    return guarded
