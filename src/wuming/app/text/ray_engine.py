"""Shards on many machines: Ray Data maps the same function that runs here over them; imported when it is used.

The tenant's key travels to the machines of the cluster, which must be as trusted as this one. Every machine sees the
same folders and has Wuming installed.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

from wuming.app.text.deidentify import Result
from wuming.app.text.shards import LABEL, TRIES, Shard, ShardResult, deidentify_shard, gathered
from wuming.app.text.work import Task
from wuming.core.errors import MissingExtra, PlanError
from wuming.core.ports import Progress
from wuming.deidentification.vault import Vault


def deidentify_on_ray(shards: list[Shard], task: Task, *, jobs: int, progress: Progress, vault: Vault | None) -> Result:
    """De-identify the shards with Ray Data, each in one task; the output is that of the local engine.

    Args:
        shards: with paths that every machine knows.
        task: what is done.
        jobs: of this machine; the cluster decides for itself.
        progress: is told of finished shards.
        vault: must be None: a vault is one file, written by one process.

    Raises:
        MissingExtra: Ray is not installed.
        PlanError: a vault was given.
        WumingError: one or more shards failed; the message lists each with its reason. All others are finished.
    """
    del jobs
    if vault is not None:
        raise PlanError("--vault needs --engine local", help="A vault is one file that one process writes.")
    ray = _ray()
    progress.start(LABEL, len(shards))
    results = list(_results(ray, shards, task, progress))
    progress.finish(LABEL, f"{len(results)} of {len(shards)} shards")
    return gathered(shards, results)


def _results(ray: Any, shards: list[Shard], task: Task, progress: Progress) -> Iterator[ShardResult]:
    if not ray.is_initialized():
        ray.init(log_to_driver=False, include_dashboard=False, logging_level="ERROR")
    context = ray.data.DataContext.get_current()
    context.max_errored_blocks = -1  # a shard whose process dies is missing among the results, and listed for that
    context.enable_progress_bars = False
    rows = [{"shard": pickle.dumps(shard)} for shard in shards]
    carried = ray.put(pickle.dumps(task))
    data = ray.data.from_items(rows, override_num_blocks=len(rows)).map(
        _on_a_machine, fn_args=(carried,), max_retries=TRIES
    )
    for number, row in enumerate(data.iter_rows(), 1):
        progress.advance(LABEL, number)
        result = pickle.loads(row["result"])  # noqa: S301  (written by this function's own tasks)
        assert isinstance(result, ShardResult)
        yield result


def _on_a_machine(row: dict[str, Any], carried: Any) -> dict[str, Any]:
    import ray

    task = pickle.loads(ray.get(carried) if isinstance(carried, ray.ObjectRef) else carried)  # noqa: S301
    shard = pickle.loads(row["shard"])  # noqa: S301
    return {"result": pickle.dumps(deidentify_shard(shard, task))}


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError:
        raise MissingExtra("--engine ray needs Ray", help="pip install 'wuming[ray]'") from None
    return ray
