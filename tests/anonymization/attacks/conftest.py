"""Small releases, and plain re-implementations that share no code with the attacks."""

from __future__ import annotations

import numpy as np
import pytest

from wuming.anonymization.attacks.matching import View
from wuming.anonymization.attacks.trial import Trial
from wuming.anonymization.release import Release
from wuming.anonymization.roles import Roles
from wuming.core.tables import Table


def text(*cells):
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def table_of(**columns):
    """Build a table: lists of int, of float or of str."""
    return Table({n: text(*c) if isinstance(c[0], str) else np.array(c) for n, c in columns.items()})


def release_of(table, *, quasi, sensitive=(), insensitive=(), **more):
    return Release(table, Roles(quasi_identifiers=quasi, sensitive=sensitive, insensitive=insensitive), **more)


def trial_of(release, people, controls, *, members=None):
    """Build a trial run by hand."""
    everybody = Table({n: np.concatenate((people.columns[n], controls.columns[n])) for n in people.names})
    return Trial(View(release, everybody), people, members or people, controls, seed=0)


@pytest.fixture
def make():
    """Hand the builders to tests."""

    class Make:
        text = staticmethod(text)
        table = staticmethod(table_of)
        release = staticmethod(release_of)
        trial = staticmethod(trial_of)

    return Make
