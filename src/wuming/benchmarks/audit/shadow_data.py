"""Three small tasks on which ordinary training overfits: digits, a table of people, and sentences.

Each is a set of candidates, of which every net trains on its own half, and a population that none trains on. Records
that occur twice are taken once: a copy among the non-members would make them members.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from wuming.benchmarks.audit.shadow import Recipe
from wuming.core.errors import EmptyData
from wuming.datasets.registry import locate
from wuming.training.digits.data import load_digits

TaskName = Literal["mnist", "table", "text"]
_SEED = 20_220_526  # which records are candidates
_WORDS = 1024  # columns that words are hashed to
_FEWEST_WORDS = 6  # shorter phrases of SST-2 are parts of each other


@dataclass(frozen=True)
class Task:
    """What is learned, and how.

    Attributes:
        title: for people.
        inputs: [n + m, d] candidates, then population.
        labels: [n + m].
        candidates: n, even.
        recipe: of all nets.
        queries: inputs [j, d] → [q, j, d], the unit itself first, then altered copies of it.
    """

    title: str
    inputs: Tensor
    labels: Tensor
    candidates: int
    recipe: Recipe
    queries: Callable[[Tensor], Tensor]


def load(name: TaskName, *, candidates: int, population: int) -> Task:
    """Read a data set and draw candidates and population from it.

    Args:
        name: which.
        candidates: n, even.
        population: m.

    Raises:
        UnknownDataset: the data set is not there.
        EmptyData: it has fewer distinct records.
    """
    title, inputs, labels, recipe, queries = _READERS[name]()
    wanted = candidates + population
    if wanted > len(labels):
        raise EmptyData(f"{name} has {len(labels)} distinct records, {wanted} are wanted", help="Ask for fewer.")
    chosen = torch.randperm(len(labels), generator=torch.Generator().manual_seed(_SEED))[:wanted]
    return Task(title, inputs[chosen], labels[chosen], candidates, recipe, queries)


_Read = tuple[str, Tensor, Tensor, Recipe, Callable[[Tensor], Tensor]]


def _mnist() -> _Read:
    digits = load_digits()
    images = digits.train_images.flatten(1)
    return "MNIST digits, 784-64-10 net", images, digits.train_labels, Recipe(64, 60, 50, 1e-3), _shifted


def _shifted(images: Tensor) -> Tensor:
    """Return the images and their four shifts by one pixel."""
    square = images.view(-1, 28, 28)
    moves = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    padded = functional.pad(square, (1, 1, 1, 1))
    return torch.stack([padded[:, 1 + y : 29 + y, 1 + x : 29 + x].flatten(1) for y, x in moves])


def _table() -> _Read:
    path = locate("adult-uci") / "adult.data"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [tuple(cell.strip() for cell in row) for row in csv.reader(lines) if len(row) == 15]
    rows = list(dict.fromkeys(rows))
    columns = list(zip(*rows, strict=True))
    numeric = (0, 2, 4, 10, 11, 12)
    parts = [_scaled(columns[i]) if i in numeric else _one_hot(columns[i]) for i in range(14)]
    labels = torch.tensor([int(cell.startswith(">")) for cell in columns[14]])
    return "Adult census table, net of 128 units", torch.cat(parts, dim=1), labels, Recipe(128, 60, 50, 3e-3), _itself


def _scaled(cells: Sequence[str]) -> Tensor:
    values = torch.tensor([float(cell) for cell in cells])
    return ((values - values.mean()) / values.std())[:, None]


def _one_hot(cells: Sequence[str]) -> Tensor:
    numbers = {cell: number for number, cell in enumerate(sorted(set(cells)))}
    return functional.one_hot(torch.tensor([numbers[cell] for cell in cells]), len(numbers)).float()


def _text() -> _Read:
    lines = (locate("sst2") / "train.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = dict(line.rsplit("\t", 1) for line in lines)
    texts = [text for text in rows if len(text.split()) >= _FEWEST_WORDS]
    places = [row * _WORDS + column for row, text in enumerate(texts) for column in _columns(text)]
    counts = torch.bincount(torch.tensor(places), minlength=len(texts) * _WORDS).view(len(texts), _WORDS)
    inputs = functional.normalize(counts.float(), dim=1) * 4
    labels = torch.tensor([int(rows[text]) for text in texts])
    return "SST-2 sentences, hashed words, net of 64 units", inputs, labels, Recipe(64, 30, 50, 1e-3), _itself


def _columns(text: str) -> list[int]:
    """Return the columns of a text's words and pairs of neighbouring words."""
    words = text.split()
    return [zlib.crc32(part.encode()) % _WORDS for part in (*words, *(f"{a} {b}" for a, b in pairwise(words)))]


def _itself(inputs: Tensor) -> Tensor:
    return inputs[None]


_READERS: Mapping[TaskName, Callable[[], _Read]] = {"mnist": _mnist, "table": _table, "text": _text}
