"""Plain re-implementations of the models, one class at a time, and random tables to compare them on."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from wuming.anonymization.models import (
    Appended,
    AverageRisk,
    BasicLikeness,
    DeltaDisclosure,
    DeltaPresence,
    DistinctDiversity,
    EnhancedLikeness,
    EntropyDiversity,
    EqualDistance,
    HierarchicalDistance,
    KAnonymity,
    KMap,
    MaximumRisk,
    OrderedDistance,
    RecursiveDiversity,
    Sensitive,
    TCloseness,
)

VALUES = 4
TAXONOMY = np.array([[0, 1, 2, 3], [0, 0, 1, 2], [0, 0, 0, 1], [0, 0, 0, 0]])
TREE = HierarchicalDistance(TAXONOMY)


@dataclass(frozen=True)
class Case:
    """A table: classes of the rows (-1 suppressed) and a sensitive value of each (-1 missing)."""

    classes: np.ndarray
    count: int
    codes: np.ndarray

    @property
    def sensitive(self):
        return Sensitive("illness", self.codes, VALUES)

    @property
    def sample(self):
        """How many of the rows are the sample where all rows are the population."""
        return max(len(self.classes) // 2, 1)

    def members(self):
        """Values of each class, class -1 first."""
        return [
            [v for c, v in zip(self.classes.tolist(), self.codes.tolist(), strict=True) if c == k]
            for k in range(-1, self.count)
        ]


def appended(case):
    """Class numbers with the population, which is all rows, behind the sample, which is the first ones."""
    return np.concatenate((case.classes[: case.sample], case.classes))


@st.composite
def cases(draw, rows=16, count=5):
    n = draw(st.integers(1, rows))
    classes = draw(st.lists(st.integers(-1, count - 1), min_size=n, max_size=n))
    codes = draw(st.lists(st.sampled_from([-1, 0, 0, 1, 1, 2, 3]), min_size=n, max_size=n))
    return Case(np.array(classes), count, np.array(codes))


def seeded(number=150):
    """The same random tables each time, for broken twins."""
    rng = np.random.default_rng(5)
    for _ in range(number):
        n, count = int(rng.integers(1, 24)), int(rng.integers(1, 5))
        yield Case(rng.integers(-1, count, n), count, rng.choice([-1, 0, 0, 1, 1, 2, 3], n))


def shares(values):
    return {v: Fraction(c, len(values)) for v, c in Counter(values).items()}


def k_anonymity(members, case, limit):
    return len(members) >= limit


def distinct(members, case, limit):
    return len(set(members) - {-1}) >= limit


def entropy(members, case, limit):
    present = [v for v in members if v >= 0]
    return bool(present) and -sum(float(p) * math.log(p) for p in shares(present).values()) >= math.log(limit) - 1e-9


def recursive(members, case, limit):
    c, l = limit  # noqa: E741
    counts = sorted(Counter(v for v in members if v >= 0).values(), reverse=True)
    return bool(counts) and counts[0] < Fraction(c) * sum(counts[l - 1 :])


def _domain(case):
    return ([-1] if -1 in case.codes else []) + list(range(VALUES))


def equal(members, case):
    p, q = shares(members), shares(case.codes.tolist())
    return sum(abs(p.get(v, 0) - q.get(v, 0)) for v in _domain(case)) / 2


def ordered(members, case):
    p, q = shares(members), shares(case.codes.tolist())
    running, total = Fraction(0), Fraction(0)
    for v in _domain(case):
        running += p.get(v, 0) - q.get(v, 0)
        total += abs(running)
    return total / (len(_domain(case)) - 1)


def hierarchical(members, case):
    """Section 4.2 of the paper: at each node the smaller of what its children have too much and too little of."""
    p, q = shares(members), shares(case.codes.tolist())
    height = len(TAXONOMY) - 1
    nodes = {(0, v): (p.get(v, 0) - q.get(v, 0)) for v in _domain(case)}
    cost = Fraction(0)
    for level in range(1, height + 1):
        children = {}
        for v in _domain(case):
            below = -1 if v == -1 else int(TAXONOMY[level - 1][v])
            above = -1 if v == -1 and level < height else int(TAXONOMY[level][v])
            children.setdefault(above, set()).add(below)
        new = {}
        for above, group in children.items():
            extras = [nodes[level - 1, below] for below in group]
            excess, lack = sum(e for e in extras if e > 0), -sum(e for e in extras if e < 0)
            cost += Fraction(level, height) * min(excess, lack)
            new[level, above] = sum(extras)
        nodes |= new
    return cost


def closeness(distance):
    return lambda members, case, limit: distance(members, case) <= Fraction(limit) + Fraction(1, 10**9)


def disclosure(members, case, limit):
    p, q = shares(members), shares(case.codes.tolist())
    return all(v in p and abs(math.log2(p[v] / q[v])) < limit - 1e-9 for v in q)


def basic(members, case, limit):
    p, q = shares(case.codes.tolist()), shares(members)
    return all((q[v] - p[v]) / p[v] <= limit + 1e-9 for v in q)


def enhanced(members, case, limit):
    p, q = shares(case.codes.tolist()), shares(members)
    return all((q[v] - p[v]) / p[v] <= min(limit, -math.log(p[v])) + 1e-9 for v in q if q[v] > p[v])


def maximum_risk(members, case, limit):
    return 1 / len(members) <= limit


def average_risk(members, case, limit):
    released = [m for m in case.members()[1:] if m]
    return sum(1 / len(m) for m in released for _ in m) / sum(map(len, released)) <= limit + 1e-9


# name: (model of a case and a limit, plain version, limits). Both versions are asked about the same classes.
MODELS = {
    "k": (lambda case, limit: KAnonymity(limit), k_anonymity, [1, 2, 3, 5]),
    "distinct": (lambda case, limit: DistinctDiversity(limit, case.sensitive), distinct, [1, 2, 3, 4]),
    "entropy": (lambda case, limit: EntropyDiversity(limit, case.sensitive), entropy, [1, 1.5, 2, 3]),
    "recursive": (
        lambda case, limit: RecursiveDiversity(*limit, case.sensitive),
        recursive,
        [(1, 1), (1, 2), (2, 2), (0.5, 2), (3, 3), (1.5, 1)],
    ),
    "equal": (
        lambda case, limit: TCloseness(limit, case.sensitive, EqualDistance()),
        closeness(equal),
        [0, 0.2, 0.5, 0.8],
    ),
    "ordered": (
        lambda case, limit: TCloseness(limit, case.sensitive, OrderedDistance()),
        closeness(ordered),
        [0, 0.15, 0.3],
    ),
    "hierarchical": (
        lambda case, limit: TCloseness(limit, case.sensitive, TREE),
        closeness(hierarchical),
        [0, 0.2, 0.4, 0.6],
    ),
    "disclosure": (lambda case, limit: DeltaDisclosure(limit, case.sensitive), disclosure, [0.5, 1, 2]),
    "basic": (lambda case, limit: BasicLikeness(limit, case.sensitive), basic, [0.5, 1, 3]),
    "enhanced": (lambda case, limit: EnhancedLikeness(limit, case.sensitive), enhanced, [0.5, 1, 3]),
    "maximum risk": (lambda case, limit: MaximumRisk(limit), maximum_risk, [1.0, 0.5, 1 / 3, 0.2]),
    "average risk": (lambda case, limit: AverageRisk(limit), average_risk, [1.0, 0.5, 0.4, 0.3]),
}


def sample_and_people(case):
    """Rows of the sample and people of the population of each class, class -1 first."""
    numbers = case.classes.tolist()
    return [(sum(c == k for c in numbers[: case.sample]), sum(c == k for c in numbers)) for k in range(-1, case.count)]


def k_map(case, limit):
    return [not ours or theirs >= limit for ours, theirs in sample_and_people(case)][1:]


def presence(case, limit):
    least, most = limit
    inside = [not theirs or least <= ours / theirs <= most for ours, theirs in sample_and_people(case)]
    return [
        (kept and inside[0]) or not theirs
        for kept, (_, theirs) in zip(inside[1:], sample_and_people(case)[1:], strict=True)
    ]


POPULATION_MODELS = {
    "k-map": (lambda case, limit: KMap(limit, Appended(case.sample)), k_map, [1, 2, 3, 5]),
    "presence": (
        lambda case, limit: DeltaPresence(*limit, Appended(case.sample)), presence,
        [(0, 0.5), (0.1, 0.9), (0.3, 0.7), (0, 1), (0.5, 0.5)],
    ),
}  # fmt: skip


def expected(name, case, limit):
    """What the plain version says of each class."""
    if name in POPULATION_MODELS:
        return POPULATION_MODELS[name][1](case, limit)
    judge = MODELS[name][1]
    return [not members or judge(members, case, limit) for members in case.members()[1:]]


def answers(name, model, case):
    """What the model says of each class."""
    classes = appended(case) if name in POPULATION_MODELS else case.classes
    return model.satisfied(classes, case.count).tolist()


class PresentOnly(DeltaDisclosure):
    """Values that a class lacks are ignored."""

    def _largest(self, classes, count):
        pairs = self.sensitive.pairs_with_missing(classes, count)
        out = np.zeros(count)
        share = pairs.rows / np.bincount(classes[classes >= 0], minlength=count)[pairs.of_class]
        np.maximum.at(
            out, pairs.of_class, abs(np.log2(share / (self.sensitive.reference[pairs.value] / self.sensitive.rows)))
        )
        return out
