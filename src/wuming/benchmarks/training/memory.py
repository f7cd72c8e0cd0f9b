"""How much memory a step takes: every tensor counted, and what the operating system saw.

Runs in the processes of contestants, also in the environments of peers: torch and the standard library only.
"""

from __future__ import annotations

import ctypes
import gc
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile


def tensor_peak(step: Callable[[], Any]) -> dict[str, int]:
    """Return the largest number of bytes that tensors held at one time during `step`.

    What lives before is counted by storage, each once, whoever shares it; what `step` allocates and frees is the
    allocator's own record. Buffers inside a mathematical library are not tensors, and are not seen.

    Returns:
        `tensors`: the peak. `unexplained`: by how much the record misses what lives after `step` (the allocator does
        not record the end of what began before); the peak may be too large by as much.
    """
    gc.collect()
    before = _living()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        step()
    recorded = profiler.profiler.kineto_results.events()
    changes = sorted((event.start_ns(), event.nbytes()) for event in recorded if event.name() == "[memory]")
    highest = now = before
    for _, change in changes:
        now += change
        highest = max(highest, now)
    del profiler, recorded
    gc.collect()
    return {"tensors": highest, "unexplained": abs(now - _living())}


def process_peak() -> int:
    """Return the largest resident size of this process so far, in bytes: what a user sees."""
    try:
        line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    except (OSError, StopIteration):
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def give_back_if_short() -> bool:
    """Give freed memory back to the machine where it has less left than this process's peak; tell whether it did.

    Only where Linux says what is left and the C library can trim (glibc).
    """
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        left = int(next(x for x in lines if x.startswith("MemAvailable:")).split()[1]) * 1024
        if left >= process_peak():
            return False
        gc.collect()
        return bool(ctypes.CDLL(None).malloc_trim(0))
    except (OSError, StopIteration, AttributeError):
        return False


def _living() -> int:
    storages = {}
    for found in gc.get_objects():
        if issubclass(type(found), torch.Tensor) and found.device.type == "cpu":  # isinstance() would wake lazy objects
            storage = found.untyped_storage()
            storages[storage.data_ptr()] = storage.nbytes()
    return sum(storages.values())
