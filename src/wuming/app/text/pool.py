"""The same function over many pieces, in order, on several processes, with a bounded number of pieces on the way."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TypeVar

from wuming.core.errors import WumingError

Item = TypeVar("Item")
Result = TypeVar("Result")
_AHEAD = 3  # pieces a process
_SELDOM = 50_000  # objects


def in_order(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    jobs: int,
    prepare: Callable[..., None],
    arguments: tuple[object, ...],
) -> Iterator[Result]:
    """Yield `function(item)` for each item, in order.

    Args:
        function: importable by name; its result depends on the item and on what was prepared alone.
        items: read ahead by at most three a process.
        jobs: processes; with 1, or for a single item, all is done in this one.
        prepare: called once in each process with `arguments`.

    Raises:
        WumingError: as `function` does, at its item's turn; or a process was killed.
    """
    rest = iter(items)
    begin = list(islice(rest, 2))
    items = chain(begin, rest)
    if jobs == 1 or len(begin) < 2:  # to start processes takes longer than one item
        prepare(*arguments)
        thresholds = _collect_seldom()
        try:
            yield from map(function, items)
        finally:
            gc.set_threshold(*thresholds)
            gc.unfreeze()
        return
    waiting: deque[Future[Result]] = deque()
    pool = _pool(jobs, prepare, arguments)
    try:
        for item in items:
            waiting.append(_submit(pool, function, item))
            if len(waiting) >= jobs * _AHEAD:
                yield _result(waiting.popleft())
        while waiting:
            yield _result(waiting.popleft())
    finally:
        for future in waiting:
            future.cancel()
        pool.shutdown(wait=True, cancel_futures=True)


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pool(jobs: int, prepare: Callable[..., None], arguments: tuple[object, ...]) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(prepare, arguments))


def _submit(pool: ProcessPoolExecutor, function: Callable[[Item], Result], item: Item) -> Future[Result]:
    # Processes start on the first call and inherit this mask: a Ctrl-C while they import shows no traceback of theirs.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(function, item)
    except BrokenProcessPool as error:
        raise _killed() from error
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _result(future: Future[Result]) -> Result:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise _killed() from error


def _killed() -> WumingError:
    return WumingError(
        "a process ended unexpectedly", help="It may have run out of memory; run again with fewer --jobs to go on."
    )


def _begin(prepare: Callable[..., None], arguments: tuple[object, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=_follow, daemon=True).start()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    prepare(*arguments)
    _collect_seldom()


def _collect_seldom() -> tuple[int, int, int]:
    """Have the collector of cycles look seldom, and never at what stands; return its thresholds before.

    The work makes hardly any cycles, but for a block of texts some 20,000 objects, all of which live until it is done:
    looking at them again and again takes a twentieth of the time.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *thresholds[1:])
    return thresholds


def _follow() -> None:
    """End this process as soon as its parent is gone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
