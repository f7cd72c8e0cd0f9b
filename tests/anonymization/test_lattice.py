"""The lattice's order, its paths, the classes of its nodes, and what a node proves about finer ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from wuming.anonymization.appraisal import Appraiser, penalties
from wuming.anonymization.bounds import Bounds
from wuming.anonymization.grouping import Grouping
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.lattice import lattice_of
from wuming.anonymization.lattice_search import part_that_bounds
from wuming.anonymization.models import (
    All,
    AverageRisk,
    DistinctDiversity,
    EntropyDiversity,
    KAnonymity,
    Sensitive,
)

from .test_recoding import NotThree, seeded_case


def all_nodes(hierarchies):
    return list(itertools.product(*(range(h.levels) for h in hierarchies)))


@pytest.mark.parametrize("seed", range(8))
def test_every_node_comes_once_and_in_order(seed):
    case = seeded_case(seed, "2-anonymity")
    lattice = lattice_of(case.codes, case.hierarchies)
    keys = list(lattice.ascending())
    assert keys == sorted(lattice.key(node) for node in all_nodes(case.hierarchies))
    assert len(keys) == lattice.nodes


@pytest.mark.parametrize("seed", range(8))
def test_losses_are_the_hierarchies(seed):
    case = seeded_case(seed, "2-anonymity")
    lattice = lattice_of(case.codes, case.hierarchies)
    for node in all_nodes(case.hierarchies):
        expected = sum(h.losses[n][c].sum() for c, h, n in zip(case.codes, case.hierarchies, node, strict=True))
        assert lattice.loss(node) / lattice.unit == pytest.approx(expected, abs=1e-9)


def test_a_path_ends_at_the_top_or_below_what_is_asked():
    case = next(c for c in (seeded_case(s, "2-anonymity") for s in range(99)) if len(all_nodes(c.hierarchies)) > 20)
    lattice = lattice_of(case.codes, case.hierarchies)
    top = tuple(h.levels - 1 for h in case.hierarchies)
    path = lattice.climb((0,) * len(top), below=None)
    assert path[-1] == top
    assert all(sum(b) - sum(a) == 1 and min(np.subtract(b, a)) == 0 for a, b in itertools.pairwise(path))
    short = lattice.climb((0,) * len(top), below=lattice.key(top))
    assert short == path[:-1]
    assert lattice.climb(path[2], below=lattice.key(path[0])) == [path[2]]


def test_sums_stay_within_64_bits():
    values = tuple(map(str, range(7)))
    h = Hierarchy("x", values, (values, ("*",) * 7))
    for columns, rows in [(1, 1), (3, 1000), (300, 50)]:
        codes = [np.arange(rows) % 7] * columns
        lattice = lattice_of(codes, [h] * columns)
        assert columns * (rows * columns * lattice.unit + 1) < 2**63
        assert lattice.unit % 7 == 0
        assert lattice.loss((1,) * columns) == rows * columns * lattice.unit


def test_classes_where_keys_leave_64_bits():
    rng = np.random.default_rng(2)
    values = tuple(f"{i:03}" for i in range(200))
    h = Hierarchy("x", values, (values, tuple(v[:2] for v in values), ("*",) * 200))
    table = rng.integers(0, 200, (60, 12))[rng.integers(0, 60, 300)]
    codes = [np.ascontiguousarray(column) for column in table.T]
    grouping = Grouping(codes, [h] * 12)
    for node in [(0,) * 12, (1,) * 12, (2,) * 12, (0, 1, 2) * 4, (2,) * 11 + (1,)]:
        classes, count = grouping.classes(node)
        published = np.stack([h.groups[level][column] for column, level in zip(codes, node, strict=True)], axis=1)
        distinct, expected = np.unique(published, axis=0, return_inverse=True)
        pairs = set(zip(classes.tolist(), expected.reshape(-1).tolist(), strict=True))
        assert len(pairs) == count == len(distinct) == classes.max() + 1


def exceeded(model_of, promise, *, seeds):
    """Count the nodes that cost less than a coarser one proves of them, where the model allows to prove it."""
    count = 0
    for seed in range(seeds):
        case = seeded_case(seed, promise)
        lattice = lattice_of(case.codes, case.hierarchies)
        rows = len(case.illness)
        appraise = Appraiser(Grouping(case.codes, case.hierarchies), model_of(case), limit=rows // 2)
        seen = {node: appraise(node) for node in all_nodes(case.hierarchies)}
        for node, one in seen.items():
            bounds = Bounds(lattice, largest=rows * len(node) * lattice.unit)
            bounds.learn(node, None if one.suppressed is None else penalties(lattice, case.codes, one.suppressed))
            for finer, other in seen.items():
                proved = bounds.penalty(finer)
                if any(np.subtract(finer, node) > 0):
                    assert proved == 0
                elif other.suppressed is not None:
                    own = penalties(lattice, case.codes, other.suppressed)
                    count += proved > sum(int(cost[level]) for cost, level in zip(own, finer, strict=True))
    return count


def test_a_node_proves_what_it_says_of_finer_ones():
    assert exceeded(lambda case: case.model, "4-anonymity", seeds=15) == 0
    assert exceeded(lambda case: case.model, "diversity", seeds=15) == 0


def test_it_would_not_where_the_model_lacks_the_flags():
    assert exceeded(lambda case: NotThree(), "not three", seeds=15) > 0


def test_the_own_penalty_is_exact():
    case = next(c for c in (seeded_case(s, "2-anonymity") for s in range(99)) if len(c.table) == 3)
    lattice = lattice_of(case.codes, case.hierarchies)
    bounds = Bounds(lattice, largest=10**15)
    assert bounds.penalty((0, 0, 0)) == 0
    suppressed = np.array([0, 1])
    for _ in range(200):  # more than the table begins with
        bounds.learn((0, 0, 0), penalties(lattice, case.codes, suppressed))
    at_bottom = sum(
        int((lattice.unit - of[0][c[suppressed]]).sum()) for of, c in zip(lattice.losses, case.codes, strict=True)
    )
    assert bounds.penalty((0, 0, 0)) == at_bottom


def test_which_promises_bound():
    illness = Sensitive("illness", np.array([0, 1]), 2)
    k, distinct, entropy = KAnonymity(2), DistinctDiversity(2, illness), EntropyDiversity(2, illness)
    average = AverageRisk(0.2)
    assert part_that_bounds(k, limit=3) is k
    assert part_that_bounds(entropy, limit=3) is None
    assert part_that_bounds(entropy, limit=0) is entropy
    assert part_that_bounds(average, limit=3) is None
    assert part_that_bounds(average, limit=0) is average
    assert part_that_bounds(NotThree(), limit=0) is None
    assert part_that_bounds(All((k, All((entropy, distinct)))), limit=3) == All((k, distinct))
    both = All((k, All((entropy, distinct))))
    assert part_that_bounds(both, limit=0) is both
