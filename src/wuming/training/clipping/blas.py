"""Two routines of scipy's OpenBLAS for which torch has no good counterpart; what they need is checked at each call.

- `ssyrk`, a matrix times its own transpose: only one half is computed, since the other is the same. Beats torch's
  general product by a factor of 1.4 to 2 on one core (128 to 512 rows of 512 to 8,192 numbers).
- `dsdot`, a dot product of float32 numbers in double precision: reads memory at full speed, which torch's norms over
  short blocks do not (0.3 against 0.9 ns a number).

They are called directly: scipy's own functions take as long around the call as 128 rows of 512 numbers take within. The
library has threads of its own, which are kept to one here; so with more threads torch's own routines are taken, and
likewise where scipy was built on another BLAS.
"""

from __future__ import annotations

import ctypes
import functools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

_ROW_MAJOR, _UPPER, _NOT_TRANSPOSED = 101, 121, 111  # of cblas.h


def half_products(rows: Tensor, out: Tensor) -> bool:
    """Write the upper triangle of rows·rowsᵀ of every unit, [U, K, n] → out [U, K, K]; what lies below is not touched.

    Args:
        rows: float32.
        out: float32, contiguous.

    Returns:
        False where it is not to be had (nothing was written): other devices and types, more than one thread, no BLAS.
    """
    blas = _blas()
    if blas is None or not _fits(rows):
        return False
    units, length, size = rows.shape
    if rows.stride(2) != 1 or rows.stride(1) < max(size, 1):
        rows = rows.contiguous()
    source, step, wide = rows.data_ptr(), 4 * rows.stride(0), rows.stride(1)
    target, square = out.data_ptr(), 4 * length**2
    with blas.one_thread():
        for _ in range(units):
            blas.syrk(_ROW_MAJOR, _UPPER, _NOT_TRANSPOSED, length, size, 1.0, source, wide, 0.0, target, length)
            source, target = source + step, target + square
    return True


def dot_products(first: Tensor, second: Tensor) -> Tensor | None:
    """Return the dot product of each row of `first` with that of `second`, [U, n] float32 → [U] float64.

    Error: at most 32·2⁻²⁴ of the sum of the products' sizes: OpenBLAS adds up some products in float32, at most 32 one
    after another, before it goes on in float64. `_sums_in_double` has tried that.

    Returns:
        None where it is not to be had, see `half_products`.
    """
    blas = _blas()
    if blas is None or not (_fits(first) and _fits(second)):
        return None
    first, second = first.contiguous(), second.contiguous()
    units, size = first.shape
    one, other, step = first.data_ptr(), second.data_ptr(), 4 * size
    with blas.one_thread():
        found = [blas.dot(size, one + unit * step, 1, other + unit * step, 1) for unit in range(units)]
    return torch.from_numpy(np.array(found, dtype=np.float64))


@contextmanager
def squaring(room: Tensor) -> Iterator[Callable[[Tensor], float] | None]:
    """Yield what returns the sum of the squares of a contiguous part of `room`, with the error of `dot_products`.

    For parts just written, which are measured before they leave the processor's cache. None as in `dot_products`.
    """
    blas = _blas()
    if blas is None or not _fits(room):
        yield None
        return
    dot = blas.dot

    def square(part: Tensor) -> float:
        address = part.data_ptr()
        return dot(part.numel(), address, 1, address, 1)

    with blas.one_thread():
        yield square


def _fits(tensor: Tensor) -> bool:
    return torch.get_num_threads() == 1 and tensor.device.type == "cpu" and tensor.dtype == torch.float32


@dataclass(frozen=True)
class _Blas:
    """What is used of the library: two routines, and its number of threads."""

    syrk: Callable[..., None]
    dot: Callable[..., float]
    read_threads: Callable[[], int]
    write_threads: Callable[[int], None]

    @contextmanager
    def one_thread(self) -> Iterator[None]:
        """Keep it to one thread."""
        before = self.read_threads()
        if before == 1:
            yield
            return
        self.write_threads(1)
        try:
            yield
        finally:
            self.write_threads(before)


@functools.cache
def _blas() -> _Blas | None:
    """Return the library that scipy brought along, None where there is none with 32-bit sizes."""
    import scipy.linalg.blas  # loads the library

    places = [Path(scipy.__file__).parents[1] / "scipy.libs", Path(scipy.__file__).parent / ".dylibs"]
    for path in sorted(found for place in places for found in place.glob("*openblas*")):
        try:
            library: Any = ctypes.CDLL(str(path))
            syrk, dot = library.scipy_cblas_ssyrk, library.scipy_cblas_dsdot
            read, write = library.scipy_openblas_get_num_threads, library.scipy_openblas_set_num_threads
        except (OSError, AttributeError):
            continue
        size, real, address = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
        syrk.argtypes = [size, size, size, size, size, real, address, size, real, address, size]
        dot.argtypes, dot.restype = [size, address, size, address, size], ctypes.c_double
        syrk.restype = write.restype = None
        if _sums_in_double(dot):
            return _Blas(syrk, dot, read, write)
    return None


def _sums_in_double(dot: Callable[..., float]) -> bool:
    """Try that no sum in float32 goes on for more than 32 steps, wherever a sum may begin.

    A square of 1 swallows, in float32, every square below 2⁻²⁴ that is added to it later in the same sum; what is
    missing from the whole tells how many there were.
    """
    length, small = 1 << 13, 0.9 * 2.0**-24
    values = torch.full((length,), math.sqrt(small))
    exact = 1 + (length - 1) * float(values[0].double().square())
    for place in range(128):  # no routine has more sums side by side
        values[place] = 1.0
        missing = exact - dot(length, values.data_ptr(), 1, values.data_ptr(), 1)
        values[place] = math.sqrt(small)
        if not abs(missing) <= 32 * small:
            return False
    return True
