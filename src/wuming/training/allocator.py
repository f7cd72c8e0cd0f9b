"""The C library's allocator, told what training does: large blocks, freed and asked for again in every step."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_LARGEST_REUSED = 32 << 20  # more glibc does not take
_KEPT = 256 << 20

VARIABLES = {"MALLOC_MMAP_THRESHOLD_": str(_LARGEST_REUSED), "MALLOC_TRIM_THRESHOLD_": str(_KEPT)}
"""The same for a process that is still to be started, in its environment."""


def keep_freed_memory() -> bool:
    """Have freed blocks (to 32 MiB) used again, and up to 256 MiB kept, instead of given back and cleared each time.

    Saves the page faults of a step: 2 to 4% of its time in small models. It holds for the whole process, so it is
    called where a process trains and does little else, never by the library itself.

    Returns:
        False where there is no glibc; nothing has changed then.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST_REUSED)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT))
