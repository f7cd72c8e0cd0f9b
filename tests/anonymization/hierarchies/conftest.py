"""What every builder's result must hold, checked by plain code that reads labels and shares nothing with the room."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import pytest

from wuming.anonymization.hierarchies import Hierarchy

Covers = Callable[[str, str], bool]


def covers_number(label: str, value: str) -> bool:
    """Read an interval from its text."""
    if label == "*" or not value or not label:
        return label in ("*", value)
    number = Fraction(value)
    if label.startswith("<"):
        return number < Fraction(label[1:])
    if label.startswith(">="):
        return number >= Fraction(label[2:])
    if match := re.fullmatch(r"\[(\S+), (\S+)\)", label):
        return Fraction(match[1]) <= number < Fraction(match[2])
    return number == Fraction(label)


def covers_date(label: str, value: str) -> bool:
    """Read a calendar period from its text."""
    if label in ("*", value) or not label or not value:
        return label in ("*", value)
    year, month = value[:4], int(value[5:7])
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", label):
        months = {"1": (1, 2, 3), "2": (4, 5, 6), "3": (7, 8, 9), "4": (10, 11, 12)}[match[2]]
        return year == match[1] and month in months
    if re.fullmatch(r"\d{4}-\d{2}", label):
        return value.startswith(label + "-")
    if re.fullmatch(r"\d{3}0s", label):
        return year[:3] == label[:3]
    return year == label


def covers_code(label: str, value: str) -> bool:
    """Read a masked code: a star stands for one character or none."""
    if label in ("*", value) or not value:
        return label in ("*", value)
    return "*" in label and re.fullmatch(re.escape(label).replace(r"\*", ".?"), value, re.DOTALL) is not None


def covers_run(label: str, value: str) -> bool:
    """Read a list with bars."""
    if label == "*" or not value:
        return label in ("*", value)
    names, current, escaped = [], "", False
    for character in label:
        if escaped or character not in "\\|":
            current, escaped = current + character, False
        elif character == "\\":
            escaped = True
        else:
            names, current = [*names, current.removesuffix(" ")], ""
    names.append(current)
    return value in [names[0], *(name.removeprefix(" ") for name in names[1:])]


def problems(hierarchy: Hierarchy, covers: Covers) -> list[str]:
    """Return what is wrong with a hierarchy; an empty list when it is what it says."""
    found = []
    labels = [list(level) for level in hierarchy.labels]
    if labels[0] != list(hierarchy.values) or len(set(labels[0])) != len(labels[0]):
        found.append("level 0")
    if set(labels[-1]) != {"*"}:
        found.append("the last level")
    for finer, coarser in pairwise(labels):
        parents = defaultdict(set)
        for below, above in zip(finer, coarser, strict=True):
            parents[below].add(above)
        if any(len(above) > 1 for above in parents.values()):
            found.append("nesting")
    losses = hierarchy.losses.tolist()
    for finer, coarser in pairwise(losses):
        if any(below > above for below, above in zip(finer, coarser, strict=True)):
            found.append("a loss that falls")
    if any(losses[0]) or not all(0 <= loss <= 1 for level in losses for loss in level):
        found.append("a loss out of range")
    for level in labels[1:]:  # level 0 is compared above, character by character
        groups = defaultdict(set)
        for value, label in zip(labels[0], level, strict=True):
            groups[label].add(value)
        for label, members in groups.items():
            if {value for value in labels[0] if covers(label, value)} != members and label != "*":
                found.append(f"a label that covers others than its group: {label!r}")
            if not all(covers(label, value) for value in members):
                found.append(f"a label that does not cover its group: {label!r}")
    return found


@pytest.fixture
def no_value_shown() -> Callable[[BaseException, str], None]:
    """Check that a value is nowhere in an error, its help or what led to it."""

    def check(error: BaseException | None, value: str) -> None:
        while error is not None:
            assert value not in f"{error}{error!r}{getattr(error, 'help', '')}"
            error = error.__cause__ or error.__context__

    return check
