"""A watch over calls that do not end.

A clock looks once in a while whether the mechanism is still in the call in which it was before. So calls cost nothing
more, and their own time is not disturbed. It stops Python code and waiting; what loops inside a library goes on.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from wuming.auditing.mechanism.target import Target
from wuming.core.errors import PrivacyParameterError

_CALLS = frozenset(function.__code__ for function in (Target.one, Target.timed, Target.many))
_LOOKS = 20  # within the limit


class _DoesNotEnd(BaseException):
    """The call under way took longer than the limit; no `Exception`, which a mechanism may catch."""


class _Clock:
    """Raises inside a call that is under way for too long.

    Args:
        target: counts its calls.
        limit: in seconds.
    """

    def __init__(self, target: Target, limit: float) -> None:
        self._target, self._limit = target, limit
        self._seen, self._since = -1, 0.0

    def __call__(self, _signal: int, frame: FrameType | None) -> None:
        """Look."""
        if self._target.calls != self._seen or not _in_a_call(frame):
            self._seen, self._since = self._target.calls, time.monotonic()
        elif time.monotonic() - self._since >= self._limit:
            raise _DoesNotEnd


@contextmanager
def watched(target: Target, limit: float) -> Iterator[None]:
    """Stop a call of the mechanism that takes longer than `limit` seconds.

    Only the main thread of a program can be stopped so; elsewhere nothing is watched.

    Raises:
        PrivacyParameterError: a call did not end.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    begin = time.monotonic()
    handler = signal.signal(signal.SIGALRM, _Clock(target, limit))
    delay, interval = signal.setitimer(signal.ITIMER_REAL, limit / _LOOKS, limit / _LOOKS)
    try:
        yield
    except _DoesNotEnd:
        raise PrivacyParameterError(
            f"a call did not end within {limit:g} s, on these data: {target.place or 'ordinary ones'}",
            help="A call that ends for some data only tells on them: bound its loops. If it is slow, give more "
            "--call-seconds; if such records never reach it, --in-range.",
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if delay:
            signal.setitimer(signal.ITIMER_REAL, max(1e-3, delay - (time.monotonic() - begin)), interval)


def _in_a_call(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code in _CALLS:
            return True
        frame = frame.f_back
    return False
