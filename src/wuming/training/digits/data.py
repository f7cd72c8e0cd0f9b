"""The MNIST digits as tensors, read from the original IDX files."""

from __future__ import annotations

import gzip
import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from wuming.core.errors import InputTooLarge, MalformedRecord, MissingFile
from wuming.datasets.registry import locate

_UNSIGNED_BYTE = 0x08  # the only element type that MNIST uses
_LARGEST = 1 << 28  # bytes; the largest MNIST file has 47 million


@dataclass(frozen=True)
class Digits:
    """Images and labels.

    Attributes:
        train_images: [N, 28, 28] float32 in [0, 1].
        train_labels: [N] int64 in 0…9.
        test_images, test_labels: the same of the test set.
    """

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor


def load_digits(folder: Path | None = None) -> Digits:
    """Return the 60,000 and 10,000 digits.

    Args:
        folder: that holds the four files; None: where the registry of data sets finds `mnist`, SHA-256 checked.

    Raises:
        UnknownDataset: not found, or other bytes than registered.
        MissingFile, MalformedRecord, InputTooLarge: a file in `folder` cannot be read.
    """
    place = locate("mnist") if folder is None else folder
    parts = []
    for part in ("train", "t10k"):
        images = read_idx(place / f"{part}-images-idx3-ubyte.gz")
        labels = read_idx(place / f"{part}-labels-idx1-ubyte.gz")
        if images.shape[1:] != (28, 28) or labels.shape != images.shape[:1] or bool((labels > 9).any()):
            raise MalformedRecord(
                f"{part}: images have shape {tuple(images.shape)} and labels {tuple(labels.shape)}, or one is above 9",
                help="Images are [N, 28, 28] and labels [N], 0 to 9, as in the original files.",
            )
        parts += [images.float() / 255, labels.long()]
    return Digits(*parts)


def read_idx(path: Path) -> Tensor:
    """Return the tensor [uint8] of a gzipped IDX file.

    Layout: two zero bytes, the element type, the number of dimensions, each dimension as a big-endian 32-bit number,
    then the elements, last dimension fastest.

    Raises:
        MissingFile: no such file.
        MalformedRecord: not gzip, not this layout, another element type, or more or fewer elements than announced.
        InputTooLarge: it announces or unpacks to more than 2^28 bytes.
    """
    if not path.is_file():
        raise MissingFile(f"no file {path}", help="Point WUMING_DATA to the folder that holds the folder 'mnist'.")
    try:
        with gzip.open(path) as packed:
            content = packed.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise MalformedRecord(
            f"{path} is no gzip file that can be read", help="Get the original file again."
        ) from error
    if len(content) > _LARGEST:
        raise InputTooLarge(f"{path} unpacks to more than {_LARGEST} bytes", help="Get the original file again.")
    if len(content) < 4 or content[:2] != b"\x00\x00" or content[2] != _UNSIGNED_BYTE or not 1 <= content[3] <= 4:
        raise MalformedRecord(f"{path} is no IDX file of unsigned bytes", help="Get the original file again.")
    begin = 4 + 4 * content[3]
    shape = [int.from_bytes(content[place : place + 4], "big") for place in range(4, begin, 4)]
    if len(content) < begin or len(content) - begin != math.prod(shape):
        raise MalformedRecord(
            f"{path} announces {math.prod(shape)} elements and holds {max(0, len(content) - begin)}",
            help="Get the original file again.",
        )
    return (
        torch.frombuffer(bytearray(content[begin:]), dtype=torch.uint8).reshape(shape)
        if math.prod(shape)
        else (torch.zeros(shape, dtype=torch.uint8))
    )
