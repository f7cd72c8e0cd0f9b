"""The value `Hierarchy`: what it refuses, what is equal."""

from __future__ import annotations

import numpy as np
import pytest

from wuming.anonymization.hierarchies import Hierarchy, redacted
from wuming.core.errors import TableError

VALUES = ("secret1", "secret2", "secret3")
LABELS = (VALUES, ("a", "a", "b"), ("*",) * 3)
WIDTHS = [[0, 0, 0], [0.5, 0.5, 0.2], [1, 1, 1]]


@pytest.mark.parametrize(
    ("values", "labels", "widths"),
    [
        ((), ((),), None),
        (("a", "a"), (("a", "a"),), None),
        (VALUES, (), None),
        (VALUES, (VALUES, ("a", "b")), None),
        (VALUES, (("secret1", "secret2", "x"),), None),
        (VALUES, (VALUES, ("a", "a", "b"), ("x", "y", "y")), None),
        (VALUES, LABELS, [[0, 0, 0]]),
        (VALUES, LABELS, [[0, 0, 0], [0.5, 0.5, 0.2], [1, 1, 1.1]]),
        (VALUES, LABELS, [[0, 0, 0], [0.5, 0.5, float("nan")], [1, 1, 1]]),
        (VALUES, LABELS, [[0, 0, 0.5], [0.5, 0.5, 0.2], [1, 1, 1]]),
        (VALUES, LABELS, [[0, 0, 0], [0.5, 0.4, 0.2], [1, 1, 1]]),
    ],
)
def test_what_is_no_hierarchy(values, labels, widths, no_value_shown):
    with pytest.raises(TableError) as caught:
        Hierarchy("x", values, labels, None if widths is None else np.array(widths))
    no_value_shown(caught.value, "secret")


def test_it_cannot_be_changed_from_outside():
    widths = np.array(WIDTHS)
    hierarchy = Hierarchy("x", VALUES, LABELS, widths)
    widths[1] = 9
    assert hierarchy.losses.tolist() == WIDTHS
    with pytest.raises(ValueError, match="read-only"):
        hierarchy.losses[0, 0] = 1


def test_equal_is_what_publishes_and_loses_the_same():
    hierarchy = Hierarchy("x", VALUES, LABELS, np.array(WIDTHS))
    assert hierarchy == Hierarchy("x", VALUES, LABELS, np.array(WIDTHS))
    assert hash(hierarchy) == hash(Hierarchy("x", VALUES, LABELS))
    assert hierarchy != Hierarchy("x", VALUES, LABELS)
    assert hierarchy != Hierarchy("y", VALUES, LABELS, np.array(WIDTHS))
    assert hierarchy != redacted("x", VALUES)
    assert hierarchy != "x"


def test_no_value_in_what_is_printed():
    assert "secret" not in repr(Hierarchy("x", VALUES, LABELS, np.array(WIDTHS)))


def test_codes(no_value_shown):
    hierarchy = Hierarchy("x", VALUES, LABELS)
    assert hierarchy.codes(["secret3", "secret1"]).tolist() == [2, 0]
    with pytest.raises(TableError, match="does not know the values of 1 of 2 rows") as caught:
        hierarchy.codes(["secret1", "hidden"])
    no_value_shown(caught.value, "hidden")
