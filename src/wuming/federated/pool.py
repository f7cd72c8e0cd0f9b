"""A crowd spread over processes, each of which keeps its clients, with data and secrets, for the whole simulation.

Results do not depend on the number of processes: every client draws from its own secret.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import WumingError
from wuming.federated.codes import Vector
from wuming.federated.crowd import LocalCrowd
from wuming.federated.participant import Offer, Participant
from wuming.federated.secure_aggregation.server import ServerStage

Build = Callable[[tuple[str, ...]], Sequence[Participant]]
"""Makes the clients of the given names; called in the worker, so it must be picklable."""


class PoolCrowd:
    """Clients in worker processes; see `wuming.federated.crowd.Crowd` for the calls.

    Args:
        names: of all clients.
        build: makes some of them.
        workers: number of processes, ≥ 1.

    Raises:
        WumingError: a worker could not build its clients.
    """

    def __init__(self, names: Sequence[str], build: Build, workers: int) -> None:
        context = multiprocessing.get_context("spawn")  # forked threads of an earlier computation would hang
        self._workers: list[tuple[Any, Connection, tuple[str, ...]]] = []
        self._failed = False
        for number in range(workers):
            mine = tuple(names[number::workers])
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there, build, mine), daemon=True)
            process.start()
            there.close()
            self._workers.append((process, here, mine))
        try:
            self._gather()
        except BaseException:
            self.close()
            raise

    def begin(self, offer: Offer) -> dict[str, str]:
        """See `Crowd.begin`."""
        refused: dict[str, str] = {}
        for found in self._all("begin", offer):
            refused |= found
        return refused

    def answers(self, stage: ServerStage, inbox: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
        """See `Crowd.answers`."""
        self._send("answers", lambda mine: (stage, {name: inbox[name] for name in mine if name in inbox}))
        yield from self._stream()

    def encoded(self, names: Sequence[str]) -> Iterator[tuple[str, NDArray[np.integer[Any]]]]:
        """See `Crowd.encoded`."""
        self._send("encoded", lambda mine: ([name for name in names if name in mine],))
        yield from self._stream()

    def vectors(self, names: Sequence[str]) -> Iterator[tuple[str, Vector]]:
        """See `Crowd.vectors`."""
        self._send("vectors", lambda mine: ([name for name in names if name in mine],))
        yield from self._stream()

    def plain_sum(self, names: Sequence[str], length: int) -> NDArray[np.integer[Any]]:
        """See `Crowd.plain_sum`."""
        return sum(self._all("plain_sum", names, length), np.zeros(length, dtype=np.int64))

    def end(self) -> None:
        """See `Crowd.end`."""
        if not self._failed:  # after an error the workers are gone, and nothing of them lives on
            self._all("end")

    def close(self) -> None:
        """End the workers."""
        for process, connection, _ in self._workers:
            connection.close()
            process.join(timeout=5)
            if process.is_alive():
                process.terminate()
        self._workers = []

    def _all(self, call: str, *arguments: Any) -> list[Any]:
        self._send(call, lambda _mine: arguments)
        return self._gather()

    def _send(self, call: str, arguments: Callable[[tuple[str, ...]], tuple[Any, ...]]) -> None:
        for _, connection, mine in self._workers:
            connection.send((call, arguments(mine)))

    def _gather(self) -> list[Any]:
        return [self._receive(connection) for _, connection, _ in self._workers]

    def _stream(self) -> Iterator[Any]:
        """Yield what workers send one by one, until each has sent None."""
        for _, connection, _ in self._workers:
            while (item := self._receive(connection)) is not None:
                yield item

    def _receive(self, connection: Connection) -> Any:
        try:
            kind, content = connection.recv()
        except (EOFError, OSError) as error:
            self._failed = True
            raise WumingError(
                "a process of the simulation ended unexpectedly",
                help="It may have run out of memory: use fewer workers.",
            ) from error
        if kind == "error":
            self._failed = True
            raise WumingError(content, help="See above; the simulation has ended.")
        return content


def _work(connection: Connection, build: Build, names: tuple[str, ...]) -> None:
    """Serve one part of the crowd until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    try:
        crowd = LocalCrowd(build(names))
        connection.send(("done", None))
        while True:
            call, arguments = connection.recv()
            found = getattr(crowd, call)(*arguments)
            if call in ("answers", "encoded", "vectors"):
                for item in found:
                    connection.send(("item", item))
                found = None
            connection.send(("done", found))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except WumingError as error:
        connection.send(("error", f"{error.message} {error.help}".strip()))
    except Exception as error:  # noqa: BLE001 - passed on to the parent, whatever it is
        if os.environ.get("WUMING_DEBUG"):
            traceback.print_exc()
        connection.send(("error", f"a process of the simulation failed: {type(error).__name__}"))
