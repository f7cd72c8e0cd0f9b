"""Large blocks come from the heap, which is used again, and not from fresh pages."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from wuming.training.allocator import VARIABLES

SCRIPT = """
import ctypes
import re
from wuming.training.allocator import keep_freed_memory

print(keep_freed_memory() if {keep} else True)
malloc = ctypes.CDLL(None).malloc
malloc.argtypes, malloc.restype = [ctypes.c_size_t], ctypes.c_size_t
block = malloc(100 << 20)
low, high = re.search(r"(\\w+)-(\\w+) .*\\[heap\\]", open("/proc/self/maps").read()).groups()
print(int(low, 16) <= block < int(high, 16))
"""


def in_heap(keep: bool) -> tuple[bool, bool]:
    """Return whether the allocator was told, and whether a large block then lies in the heap."""
    plain = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    command = [sys.executable, "-c", SCRIPT.format(keep=keep)]
    out = subprocess.run(command, env=plain, capture_output=True, text=True, check=True)
    told, found = (word == "True" for word in out.stdout.split())
    return told, found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc has the call")
def test_large_blocks_come_from_the_heap() -> None:
    told, found = in_heap(keep=True)
    if not told:
        pytest.skip("no glibc")
    assert found


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc has the call")
def test_they_do_not_unless_told() -> None:
    _, found = in_heap(keep=False)
    if found:  # seen where a sandbox refuses large mappings
        pytest.skip("here large blocks come from the heap anyway")
