"""Contestants: a process each, answers in order, failures that come back as failures."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wuming.benchmarks.house.protocol import Contestant, ContestantFailed

SERVER = """
import os, sys, time
from wuming.benchmarks.house.protocol import serve
def spin(path):
    while True:
        open(path, "w").write(str(time.time()))
def counter():
    seen = []
    def add(value):
        seen.append(value)
        return {"sum": sum(seen), "process": os.getpid()}
    return {"add": add, "end": lambda: os._exit(3), "sleep": lambda seconds: time.sleep(seconds), "spin": spin}
serve(sys.argv[1], {"counter": counter})
"""


@pytest.fixture
def socket_path(tmp_path: Path) -> Iterator[str]:
    path = f"/tmp/wuming-test-{os.getpid()}"  # noqa: S108  (a socket's path is short; tmp_path may not be)
    process = subprocess.Popen([sys.executable, "-c", SERVER, path], stdin=subprocess.PIPE)
    while not Path(path).exists():
        assert process.poll() is None
        time.sleep(0.01)
    yield path
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=10) == 0  # the server ends when its standard input does
    Path(path).unlink()


def test_each_contestant_has_a_process_and_state_of_its_own(socket_path: str) -> None:
    one, other = Contestant(socket_path, "counter"), Contestant(socket_path, "counter")
    first, second = one.do("add", value=2), other.do("add", value=40)
    assert (first["sum"], second["sum"], one.do("add", value=3)["sum"]) == (2, 40, 5)
    assert first["process"] != second["process"]
    one.close()
    other.close()


def test_failures_come_back_with_their_kind_and_the_contestant_goes_on(socket_path: str) -> None:
    one = Contestant(socket_path, "counter")
    with pytest.raises(ContestantFailed, match="TypeError") as failure:
        one.do("add", value="text")
    assert failure.value.kind == "TypeError"
    with pytest.raises(ContestantFailed, match="KeyError: 'nothing'"):
        one.do("nothing")
    with pytest.raises(ContestantFailed, match="unexpected keyword"):
        one.do("add", values=1)
    one.close()
    with pytest.raises(ContestantFailed):
        Contestant(socket_path, "nobody")


def test_a_process_that_ends_or_is_silent_is_named_so(socket_path: str) -> None:
    gone = Contestant(socket_path, "counter")
    with pytest.raises(ContestantFailed) as failure:
        gone.do("end")
    assert failure.value.kind == "Gone"
    slow = Contestant(socket_path, "counter", patience=0.2)
    with pytest.raises(ContestantFailed) as failure:
        slow.do("sleep", seconds=3)
    assert failure.value.kind == "Silent"
    slow.close()


def test_one_that_is_hung_up_on_ends_in_the_middle_of_its_work(socket_path: str, tmp_path: Path) -> None:
    busy = Contestant(socket_path, "counter", patience=0.3)
    with pytest.raises(ContestantFailed, match="Silent"):
        busy.do("spin", path=str(tmp_path / "alive"))
    process = int(busy.process)
    assert (tmp_path / "alive").exists()
    busy.close()
    end = time.monotonic() + 10
    while Path(f"/proc/{process}").exists():
        assert time.monotonic() < end
        time.sleep(0.01)
