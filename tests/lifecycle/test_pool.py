"""The worker pool: results, errors and reports come back; a worker that dies is named; nobody is left behind."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator

import pytest

from wuming.core.errors import PrivacyParameterError, WumingError
from wuming.core.ports import NoProgress
from wuming.lifecycle.pool import WorkerPool
from wuming.training.plan import TrainingPlan


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    pool = WorkerPool(1, NoProgress())
    yield pool
    pool.close()


def test_results_and_errors_come_back_and_a_dead_worker_is_named(pool: WorkerPool) -> None:
    assert pool.wait(pool.submit(max, 3, 7)) == 7
    with pytest.raises(PrivacyParameterError, match="population=0"):
        pool.wait(pool.submit(TrainingPlan, 0, 1, 1, 1.0, 1.0, 1, 1.0))
    with pytest.raises(WumingError, match="ended unexpectedly"):
        pool.wait(pool.submit(os._exit, 3))


def test_closing_ends_what_still_runs(pool: WorkerPool) -> None:
    job = pool.submit(time.sleep, 60)
    started = time.monotonic()
    pool.close()
    assert time.monotonic() - started < 10
    assert not multiprocessing.active_children()
    assert job.done() or job.cancelled()
