"""On what a figure was measured, as far as it decides the figure. No host or user name."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

from wuming.core.canonical import digest
from wuming.core.storage import file_digest

_PACKAGE = Path(__file__).resolve().parents[2]
_LIBRARIES = ("numpy", "torch", "transformers", "peft", "dp-accounting", "cryptography")


def machine() -> dict[str, Any]:
    """Return processor, cores, memory, system and versions."""
    return {
        "processor": _from_proc("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 1,
        "usable_cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
    }


def load() -> float:
    """Return the number of processes that waited for a core in the last minute; above 0 before a run, others work."""
    return os.getloadavg()[0]


def code_digest() -> str:
    """Return a digest of all our source files; results of another one are never kept."""
    files = sorted(path for pattern in ("*.py", "*.txt") for path in _PACKAGE.rglob(pattern))
    return digest([[str(path.relative_to(_PACKAGE)), file_digest(path)] for path in files])


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _from_proc(path: str, key: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")
