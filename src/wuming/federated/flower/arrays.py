"""A model as Flower carries it (named arrays) and as it is aggregated (one vector of its floating-point numbers)."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from flwr.app import Array, ArrayRecord, RecordDict
from numpy.typing import NDArray

from wuming.core.errors import UpdateRefused
from wuming.crypto.random import encode_context

Vector = NDArray[np.float64]


def model_digest(arrays: ArrayRecord) -> bytes:
    """Return 32 bytes that name a model: names, types, shapes and numbers, in the order of the record."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        values = np.ascontiguousarray(array.numpy())
        digest.update(encode_context(name, str(values.dtype), repr(values.shape), values.nbytes))
        digest.update(values.tobytes())
    return digest.digest()


def asked_digest(kind: str, content: RecordDict, *, leave_out: str) -> bytes:
    """Return 32 bytes that name all that an app is asked: type of message, model, and every number beside it.

    A server that gave one member another learning rate than the others (0, say) would find that member's update in the
    sum; so what they are asked is part of what they agree on.

    Args:
        kind: type of the message.
        content: its records, in any order.
        leave_out: name of the record that is no part of it.
    """
    digest = hashlib.sha256(encode_context("wuming/federated/flower/1/asked", kind))
    for name in sorted(content.keys()):
        record = content[name]
        if name == leave_out:
            continue
        digest.update(encode_context(name, type(record).__name__))
        if isinstance(record, ArrayRecord):
            digest.update(model_digest(record))
        else:
            for key in sorted(record.keys()):
                digest.update(encode_context(key, *_written(record[key])))
    return digest.digest()


def to_vector(arrays: ArrayRecord) -> Vector:
    """Return the floating-point numbers of a model, [d], in the order of the record; other arrays are left out."""
    parts = [values.ravel().astype(np.float64) for values in _numpy(arrays).values() if _averaged(values)]
    return np.concatenate(parts) if parts else np.zeros(0)


def with_vector(arrays: ArrayRecord, vector: Vector) -> ArrayRecord:
    """Return the model with other floating-point numbers, in the same types; other arrays stay as they are."""
    out: dict[str, Array] = {}
    start = 0
    for name, values in _numpy(arrays).items():
        if _averaged(values):
            part = vector[start : start + values.size].reshape(values.shape).astype(values.dtype)
            start += values.size
            out[name] = Array(np.ascontiguousarray(part))
        else:
            out[name] = Array(values)
    return ArrayRecord(out)


def update_between(before: ArrayRecord, after: ArrayRecord) -> Vector:
    """Return what training has changed, [d].

    Raises:
        UpdateRefused: (`wrong-shape`) another model came back.
    """
    first, second = _numpy(before), _numpy(after)
    if [(name, values.shape) for name, values in first.items()] != [(n, v.shape) for n, v in second.items()]:
        raise UpdateRefused(
            f"the app gave back {len(second)} arrays of other names or shapes than the {len(first)} it was given",
            reason="wrong-shape",
            help="Give back the arrays of the same model, in the same order.",
        )
    return to_vector(after) - to_vector(before)


def _written(value: Any) -> list[str | bytes]:
    """Return a value of a record so that no two differ in meaning alone."""
    parts: list[str | bytes] = []
    for one in [type(value).__name__, *(value if isinstance(value, list) else [value])]:
        parts += [type(one).__name__, one if isinstance(one, bytes) else repr(one)]
    return parts


def _numpy(arrays: ArrayRecord) -> dict[str, NDArray[Any]]:
    return {name: array.numpy() for name, array in arrays.items()}


def _averaged(values: NDArray[Any]) -> bool:
    return np.issubdtype(values.dtype, np.floating)
