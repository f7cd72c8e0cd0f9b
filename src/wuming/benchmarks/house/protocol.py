"""How a bench talks to contestants: JSON lines over a socket, each contestant in a fresh process.

A *server* imports a framework once, in the environment it needs, then forks one process for each contestant that is
asked for. So every contestant has memory of its own from its first byte, and nobody waits twice for an import.

    request   {"do": NAME, "with": {ARGUMENT: VALUE, …}}
    reply     {"done": VALUE}  or  {"failed": KIND, "because": TEXT}

Standard library only: this file also runs where nothing of Wuming is installed. Linux and macOS (`fork`).
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

Commands = dict[str, Callable[..., Any]]


def serve(path: str, contestants: dict[str, Callable[[], Commands]]) -> NoReturn:
    """Fork a process for each connection to the socket `path`, until standard input ends; then end this process.

    The first request of a connection is `{"do": "become", "with": {"contestant": NAME}}`; the further ones are looked
    up among the commands that the contestant offers.

    Args:
        path: of the socket to make, at most 105 bytes; once it is there, it can be connected to.
        contestants: name → what makes its commands.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # finished contestants leave nothing behind
    with socket.socket(socket.AF_UNIX) as listener:
        begun = Path(f"{path}.1")
        listener.bind(str(begun))
        listener.listen()
        begun.rename(path)  # between bind and listen a connection would be refused
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready and not sys.stdin.buffer.read(1):
                os._exit(0)  # a framework takes seconds to take itself apart
            if listener in ready:
                connection, _ = listener.accept()
                if os.fork() == 0:
                    listener.close()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    _answer(connection, contestants)
                connection.close()


def _answer(connection: socket.socket, contestants: dict[str, Callable[[], Commands]]) -> None:
    """Be one contestant until the other side hangs up, even in the middle of a step; never return."""
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    commands: Commands = {}
    try:
        with connection, connection.makefile("rw", encoding="utf-8") as stream:
            for line in stream:
                stream.write(json.dumps(_reply(json.loads(line), commands, contestants)) + "\n")
                stream.flush()
    finally:
        os._exit(0)  # what the server would do at its own end is not this process's to do


def _end_with(connection: socket.socket) -> None:
    """Wait until the other side hangs up, then end this process: nobody waits for what it computes."""
    watch = select.poll()
    watch.register(connection, select.POLLHUP | getattr(select, "POLLRDHUP", 0))
    watch.poll()
    os._exit(0)


def _reply(request: Any, commands: Commands, contestants: dict[str, Callable[[], Commands]]) -> dict[str, Any]:
    try:
        if request["do"] == "become":
            commands.update(contestants[request["with"]["contestant"]]())
            return {"done": os.getpid()}
        return {"done": commands[request["do"]](**request["with"])}
    except Exception as error:  # noqa: BLE001  (a contestant's failure is a result; the data are random tokens)
        return {"failed": type(error).__name__, "because": str(error)}


class ContestantFailed(Exception):
    """A contestant could not do what it was asked; the bench decides what that means.

    Attributes:
        kind: name of the exception over there; `Gone` where the process ended, `Silent` where it took too long.
        because: its text.
    """

    def __init__(self, kind: str, because: str) -> None:
        super().__init__(f"{kind}: {because}")
        self.kind, self.because = kind, because


class Contestant:
    """The bench's end of one connection.

    Args:
        path: socket of the server.
        name: which of its contestants the fresh process is to be.
        patience: seconds to wait for an answer.

    Attributes:
        name: as given.
        process: number of its process.
    """

    def __init__(self, path: str, name: str, *, patience: float = 1800.0) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(patience)
        self._socket.connect(path)
        self._stream = self._socket.makefile("rw", encoding="utf-8")
        self.name = name
        self.process: int = self.do("become", contestant=name)

    def do(self, command: str, **arguments: Any) -> Any:
        """Have `command` done and return its result.

        Raises:
            ContestantFailed: with what the other side says.
        """
        try:
            self._stream.write(json.dumps({"do": command, "with": arguments}) + "\n")
            self._stream.flush()
            line = self._stream.readline()
        except TimeoutError as error:
            raise ContestantFailed("Silent", f"no answer to {command!r}") from error
        except OSError as error:
            raise ContestantFailed("Gone", f"the process ended during {command!r}") from error
        if not line:
            raise ContestantFailed("Gone", f"the process ended during {command!r}, perhaps for want of memory")
        reply = json.loads(line)
        if "failed" in reply:
            raise ContestantFailed(reply["failed"], reply["because"])
        return reply["done"]

    def close(self) -> None:
        """Hang up; the process ends by itself."""
        for end in (self._stream, self._socket):
            try:
                end.close()
            except OSError:  # it was gone already
                continue
