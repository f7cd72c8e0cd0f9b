"""Training jobs side by side in processes of their own, each on one thread so that results are bit-identical."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from wuming.core.errors import WumingError
from wuming.core.ports import Progress

Result = TypeVar("Result")
# Training frees and asks for the same large blocks again and again; given back to the system each time, they cost a
# seventh of all processor time in page faults.
_ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "1073741824", "MALLOC_TRIM_THRESHOLD_": "4294967296"}
_channel: Any = None


def report(label: str, done: int, total: int) -> None:
    """Within a job: say how far it has come."""
    if _channel is not None:
        _channel.put((label, done, total))


class WorkerPool:
    """A process pool whose jobs report progress.

    Args:
        size: how many jobs run at once.
        progress: shows the reports; called from the thread that waits.
    """

    def __init__(self, size: int, progress: Progress) -> None:
        for name, value in _ALLOCATOR.items():
            os.environ.setdefault(name, value)  # read by glibc when a worker starts
        context = multiprocessing.get_context("spawn")
        self._reports = context.Queue()
        self._progress = progress
        self._labels: dict[str, int] = {}
        self._executor = ProcessPoolExecutor(
            size, mp_context=context, initializer=_initialise, initargs=(self._reports,)
        )

    def submit(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Queue one job; `function` and its arguments must be picklable."""
        # The first job starts the processes. They inherit this mask: a Ctrl-C that comes while they import must not
        # show their tracebacks. The parent gets it when the block ends.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self._executor.submit(function, *arguments)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def wait(self, future: Future[Result]) -> Result:
        """Wait for one job, showing all progress meanwhile, and return its result or raise its error."""
        while not future.done():
            self.show()
            time.sleep(0.05)
        self.show()
        try:
            return future.result()
        except BrokenProcessPool as error:
            raise WumingError(
                "a training process ended unexpectedly", help="It may have run out of memory; run again to resume."
            ) from error

    def show(self) -> None:
        """Pass on the reports that have come in."""
        while True:
            try:
                label, done, total = self._reports.get_nowait()
            except queue.Empty:
                return
            if label not in self._labels:
                self._progress.start(label, total)
            self._labels[label] = total
            self._progress.advance(label, done)
            if done >= total:
                self._progress.finish(label)

    def close(self) -> None:
        """Stop at once: running jobs are killed; what they have stored can be taken up again."""
        for process in multiprocessing.active_children():
            process.kill()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._reports.close()
        self._reports.join_thread()


def _initialise(channel: Any) -> None:
    global _channel
    _channel = channel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=_follow, daemon=True).start()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import torch

    torch.set_num_threads(1)


def _follow() -> None:
    """End this process as soon as its parent is gone (killed, say): the next call may already work in the folder."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)
