"""A call that does not end is given up, with words; what ends is left alone, and nothing of the watch stays behind."""

from __future__ import annotations

import contextlib
import signal
import threading
import time

import pytest

from wuming.auditing.mechanism.audit import audit_mechanism
from wuming.auditing.mechanism.claim import Claim
from wuming.auditing.mechanism.target import Target
from wuming.auditing.mechanism.watch import watched
from wuming.benchmarks.audit.planted import sums
from wuming.core.errors import PrivacyParameterError


def waits_for_nan(data):
    """Ends, unless a record is no number; waits, so that the test takes no processor time."""
    while any(value != value for value in data):
        with contextlib.suppress(Exception):  # a mechanism that swallows what it can
            time.sleep(0.01)
    return len(data)


def test_a_call_that_never_ends_is_told_with_its_data():
    with pytest.raises(PrivacyParameterError, match=r"did not end within 0\.3 s.*one that is no number"):
        audit_mechanism(Target(waits_for_nan, Claim(1.0)), seconds=1, checks=("distribution",), call_seconds=0.3)


class Stopped(BaseException):
    """Ends a test that would not end."""


def test_with_a_limit_that_is_not_reached_the_same_call_goes_on():
    """The broken twin: what ends the call here is the test itself."""

    def stop(number, frame):
        raise Stopped

    target, before = Target(waits_for_nan, Claim(1.0)), signal.getsignal(signal.SIGALRM)
    with pytest.raises(Stopped), watched(target, 3600):
        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, 0.6)
        target.one([float("nan")])
    assert signal.getsignal(signal.SIGALRM) == before


def test_many_short_calls_may_take_longer_than_the_limit_together():
    target = Target(lambda data: time.sleep(0.02), Claim(1.0))
    with watched(target, 0.2):
        for _ in range(20):
            target.one([])
        time.sleep(0.4)  # between calls, the test itself may take its time
    assert target.calls == 20


def test_handler_and_timer_are_as_before():
    seen = []
    before = signal.signal(signal.SIGALRM, lambda number, frame: seen.append(number))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with watched(Target(lambda data: 0, Claim(1.0)), 60):
            assert signal.getitimer(signal.ITIMER_REAL)[1] > 0
        time.sleep(0.4)
        assert seen == [signal.SIGALRM]
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    finally:
        signal.signal(signal.SIGALRM, before)


def test_other_threads_are_not_watched_and_work():
    found = []

    def work():
        target = Target(sums.sum_half_scale, Claim(1.0))
        found.append(audit_mechanism(target, seconds=15, checks=("distribution",)).verdict)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["violated"]


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_limits_that_are_none_are_refused(seconds):
    with pytest.raises(PrivacyParameterError, match="call_seconds"):
        audit_mechanism(Target(sums.sum_half_scale, Claim(1.0)), call_seconds=seconds)
