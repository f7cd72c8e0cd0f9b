"""Global recoding against an exhaustive search that shares no code with it; broken twins are found."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization import lattice_search, recoding
from wuming.anonymization.appraisal import Appraisal, Appraiser
from wuming.anonymization.hierarchies.hierarchy import Hierarchy
from wuming.anonymization.models import (
    All,
    AverageRisk,
    DistinctDiversity,
    EntropyDiversity,
    EqualDistance,
    KAnonymity,
    Monotone,
    Sensitive,
    TCloseness,
)
from wuming.anonymization.recoding import recode
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, TableError

SUPPRESSION = ("0", "0.1", "0.2", "0.3", "0.5")


@dataclass(frozen=True)
class AtMostShare:
    """No class holds more than a share of the released rows: joining breaks it, and so does suppressing others."""

    share: Fraction
    name: str = "at most a share"

    @property
    def monotone(self):
        return Monotone(False, False)

    def satisfied(self, classes, count):
        sizes = np.bincount(classes + 1, minlength=count + 1)[1:]
        return sizes * self.share.denominator <= self.share.numerator * sizes.sum()


@dataclass(frozen=True)
class NotThree:
    """No class has 3, 6, … rows: nothing follows for coarser nodes, though classes do not depend on others."""

    name: str = "not three"

    @property
    def monotone(self):
        return Monotone(False, True)

    def satisfied(self, classes, count):
        sizes = np.bincount(classes + 1, minlength=count + 1)[1:]
        return (sizes % 3 != 0) | (sizes == 0)


def sensitive(case):
    return Sensitive("illness", np.array(case.illness), 3)


def closeness(case):
    return TCloseness(0.35, sensitive(case), EqualDistance())


def plain_entropy(members, case, _):
    counts = Counter(case.illness[row] for row in members).values()
    return -sum(n / len(members) * math.log(n / len(members)) for n in counts) >= math.log(1.7)


def plain_closeness(members, case, _):
    def shares(rows):
        return [Fraction(sum(case.illness[row] == value for row in rows), len(rows)) for value in range(3)]

    everyone = shares(range(len(case.illness)))
    return sum(abs(a - b) for a, b in zip(shares(members), everyone, strict=True)) / 2 <= Fraction("0.35")


PROMISES = {
    "2-anonymity": (lambda case: KAnonymity(2), lambda members, case, released: len(members) >= 2),
    "4-anonymity": (lambda case: KAnonymity(4), lambda members, case, released: len(members) >= 4),
    "diversity": (
        lambda case: All((DistinctDiversity(2, sensitive(case)), KAnonymity(3))),
        lambda members, case, released: len(members) >= 3 and len({case.illness[row] for row in members}) >= 2,
    ),
    "entropy": (lambda case: EntropyDiversity(1.7, sensitive(case)), plain_entropy),
    "closeness and 2-anonymity": (
        lambda case: All((All((closeness(case),)), KAnonymity(2))),
        lambda members, case, released: len(members) >= 2 and plain_closeness(members, case, released),
    ),
    "share": (
        lambda case: AtMostShare(Fraction(2, 5)),
        lambda members, case, released: Fraction(len(members), released) <= Fraction(2, 5),
    ),
    "not three": (lambda case: NotThree(), lambda members, case, released: len(members) % 3 != 0),
}


@dataclass(frozen=True)
class Case:
    """A small table: [columns][rows] values, hierarchies, a sensitive column of 3 values, promise and suppression."""

    table: tuple[tuple[int, ...], ...]
    hierarchies: tuple[Hierarchy, ...]
    illness: tuple[int, ...]
    promise: str
    suppression: str

    @property
    def codes(self):
        return [np.array(column) for column in self.table]

    @property
    def model(self):
        return PROMISES[self.promise][0](self)


def make_case(choose, promise):
    """Build a case from `choose(low, high)`, which both hypothesis and a seeded generator can be."""
    rows = choose(2, 14)
    hierarchies, table = [], []
    for column in range(choose(1, 3)):
        size = choose(2, 5)
        groups = list(range(size))
        labels = [tuple(str(group) for group in groups)]
        widths = [[Fraction(0)] * size]
        for _ in range(choose(0, 3)):
            one, other = choose(0, size - 1), choose(0, size - 1)
            groups = [groups[one] if group == groups[other] else group for group in groups]
            grown = [Fraction(choose(0, 8), 8) for _ in groups]
            labels.append(tuple(f"{group} of {len(labels)}" for group in groups))
            widths.append([max(max(widths[-1][m], grown[m]) for m in range(size) if groups[m] == g) for g in groups])
        given_widths = np.array(widths, dtype=float) if choose(0, 1) else None
        hierarchies.append(Hierarchy(f"column {column}", tuple(labels[0]), tuple(labels), given_widths))
        table.append(tuple(choose(0, size - 1) for _ in range(rows)))
    illness = tuple(choose(0, 2) for _ in range(rows))
    return Case(tuple(table), tuple(hierarchies), illness, promise, SUPPRESSION[choose(0, len(SUPPRESSION) - 1)])


def seeded_case(seed, promise):
    rng = np.random.default_rng(seed)
    return make_case(lambda low, high: int(rng.integers(low, high + 1)), promise)


@st.composite
def drawn_cases(draw):
    return make_case(lambda low, high: draw(st.integers(low, high)), draw(st.sampled_from(sorted(PROMISES))))


def plain_cost(case, node):
    """Return the loss and the suppressed rows of a node, or None where it is not allowed."""
    rows = range(len(case.illness))
    published = [
        tuple(h.labels[level][column[row]] for column, h, level in zip(case.table, case.hierarchies, node, strict=True))
        for row in rows
    ]
    keeps = PROMISES[case.promise][1]
    suppressed = set()
    while True:
        members = {}
        for row in rows:
            if row not in suppressed:
                members.setdefault(published[row], []).append(row)
        released = len(rows) - len(suppressed)
        broken = [row for group in members.values() if not keeps(group, case, released) for row in group]
        if not broken:
            break
        suppressed.update(broken)
    if len(suppressed) > Fraction(case.suppression) * len(rows):
        return None
    total = Fraction(0)
    for column, h, level in zip(case.table, case.hierarchies, node, strict=True):
        for row in rows:
            code = column[row]
            if row in suppressed:
                total += 1
            elif h.widths is not None:
                total += Fraction(float(h.widths[level][code]))
            elif (alike := h.labels[level].count(h.labels[level][code])) > 1:
                total += Fraction(alike, len(h.values))
    return total / (len(rows) * len(node)), suppressed


def plain_best(case):
    """Return (loss, sum of levels, levels) of the best node, or None; all nodes are looked at."""
    found = []
    for node in itertools.product(*(range(h.levels) for h in case.hierarchies)):
        cost = plain_cost(case, node)
        if cost is not None:
            found.append((cost[0], sum(node), node))
    return min(found, default=None)


def problems(case, **options):
    """Recode a case and tell what is wrong with the answer."""
    best = plain_best(case)
    try:
        found = recode(case.codes, case.hierarchies, case.model, suppression=float(case.suppression), **options)
    except TableError:
        if best is None or options:
            return []
        return ["something is allowed"]
    if best is None:
        return ["nothing is allowed"]
    out = []
    cost = plain_cost(case, found.levels)
    if cost is None:
        return ["the node is not allowed"]
    if abs(found.ncp - cost[0]) > 1e-9 or set(np.flatnonzero(found.suppressed)) != cost[1]:
        out.append("the node costs something else")
    if not (found.lower_bound <= best[0] + 1e-9 and best[0] <= found.ncp + 1e-9):
        out.append("the bound is wrong")
    if found.optimal and (found.levels != best[2] or found.lower_bound != found.ncp):
        out.append("not the best node")
    return out


@given(case=drawn_cases())
@settings(max_examples=80, deadline=None)
def test_same_as_exhaustive_search(case):
    assert problems(case) == []


@pytest.mark.parametrize("promise", sorted(PROMISES))
def test_same_as_exhaustive_search_on_seeded_tables(promise):
    for seed in range(25):
        assert problems(seeded_case(seed, promise)) == [], seed


def found_by(promise, *, seeds=400):
    """Return the first problem that the test finds with seeded tables, or None."""
    for seed in range(seeds):
        if wrong := problems(seeded_case(seed, promise)):
            return wrong[0]
    return None


@pytest.mark.parametrize("promise", ["share", "not three", "entropy"])
def test_a_search_that_prunes_without_the_flags_is_found(monkeypatch, promise):
    monkeypatch.setattr(lattice_search, "part_that_bounds", lambda model, limit: model)
    assert found_by(promise) in ("not the best node", "something is allowed", "the bound is wrong")


def test_a_search_for_which_suppressed_rows_cost_nothing_is_found(monkeypatch):
    def free(lattice, codes, suppressed):
        return [
            -losses @ np.bincount(column[suppressed], minlength=losses.shape[1])
            for column, losses in zip(codes, lattice.losses, strict=True)
        ]

    monkeypatch.setattr(lattice_search, "penalties", free)
    assert found_by("2-anonymity") == "the node costs something else"


def test_a_search_that_forgets_the_limit_is_found(monkeypatch):
    class Forgetful(lattice_search.Search):
        def __init__(self, codes, *arguments, limit, **options):
            super().__init__(codes, *arguments, limit=len(codes[0]), **options)

    monkeypatch.setattr(recoding, "Search", Forgetful)
    with pytest.raises(SelfCheckFailed):
        found_by("2-anonymity")
    monkeypatch.setattr(recoding, "_check_result", lambda *arguments, **options: None)
    assert found_by("2-anonymity") in ("the node is not allowed", "nothing is allowed")


def test_a_search_that_does_not_ask_again_is_found(monkeypatch):
    class Hasty(Appraiser):
        def __call__(self, node):
            classes, count = self._grouping.classes(node)
            kept = self._model.satisfied(classes, count)
            rows = np.flatnonzero(~kept[classes])
            return Appraisal(node, rows if len(rows) <= self._limit else None, len(rows))

    monkeypatch.setattr(lattice_search, "Appraiser", Hasty)
    with pytest.raises(SelfCheckFailed):
        found_by("share")
    assert found_by("2-anonymity", seeds=40) is None  # once is enough where the model is monotone under suppression


# ----- time -----


class Clock:
    """Every look at it takes a second."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        self.now += 1.0
        return self.now


def cut_short(monkeypatch, promise, *, seeds):
    """Return all problems, with the search stopped at every moment, and how many answers there were of each kind."""
    wrong, kinds = [], Counter()
    for seed in range(seeds):
        case = seeded_case(seed, promise)
        for seconds in range(2, 30, 4):
            monkeypatch.setattr(lattice_search, "time", Clock())
            wrong += problems(case, seconds=seconds)
            try:
                monkeypatch.setattr(lattice_search, "time", Clock())
                answer = recode(
                    case.codes, case.hierarchies, case.model, suppression=float(case.suppression), seconds=seconds
                )
                kinds["optimal" if answer.optimal else "open"] += 1
                assert answer.optimal or answer.lower_bound <= answer.ncp
            except TableError as error:
                kinds["time was up" if " s; " in error.message else "infeasible"] += 1
    return wrong, kinds


@pytest.mark.parametrize("promise", ["4-anonymity", "closeness and 2-anonymity", "share"])
def test_a_search_cut_short_says_so(monkeypatch, promise):
    wrong, kinds = cut_short(monkeypatch, promise, seeds=7)
    assert wrong == []
    assert kinds["optimal"]
    assert kinds["open"]
    assert kinds["time was up"]


def test_a_bound_that_is_not_proved_is_found(monkeypatch):
    honest = lattice_search.Search.standing

    def boastful(self):
        standing = honest(self)
        return dataclasses.replace(standing, lower_bound=standing.lower_bound if standing.ncp is None else standing.ncp)

    monkeypatch.setattr(lattice_search.Search, "standing", boastful)
    assert "the bound is wrong" in cut_short(monkeypatch, "4-anonymity", seeds=7)[0]


def test_progress_ends_where_the_result_is():
    case = seeded_case(3, "4-anonymity")
    standings = []
    found = recode(case.codes, case.hierarchies, case.model, suppression=0.3, on_progress=standings.append)
    assert [s.checked for s in standings] == list(range(1, found.checked + 1))
    assert standings[-1].ncp == found.ncp
    assert all(s.lower_bound <= found.ncp for s in standings)
    assert all(s.nodes == found.nodes for s in standings)


# ----- what is promised besides -----

AGE = Hierarchy("age", ("30", "31", "40", "41"), (("30", "31", "40", "41"), ("3*", "3*", "4*", "4*"), ("*",) * 4))
SEX = Hierarchy("sex", ("f", "m"), (("f", "m"), ("*", "*")))


def test_by_hand():
    codes = [np.array([0, 0, 1, 2, 3, 3]), np.array([0, 0, 1, 0, 1, 0])]
    # Keep nothing back: 3*/* is one node, 6 rows x (2/4 + 1) / 12 = 0.75; */sex has classes of 4 and 2, loss 0.5.
    found = recode(codes, [AGE, SEX], KAnonymity(2))
    assert (found.levels, found.ncp, found.optimal, found.lower_bound) == ((2, 0), 0.5, True, 0.5)
    assert not found.suppressed.any()
    # Three rows may go: 3*/f keeps rows 0, 1 and 3, 5; rows 2 and 4 go: (4 x 2/4 + 2 x 2) / 12 = 0.5, no better than
    # */sex without suppression, and of a smaller sum of levels.
    found = recode(codes, [AGE, SEX], KAnonymity(2), suppression=0.5)
    assert (found.levels, found.ncp) == ((1, 0), 0.5)
    assert np.flatnonzero(found.suppressed).tolist() == [2, 4]


def test_a_share_is_the_decimal_it_is_written_as():
    codes = [np.repeat([0, 1], [71, 29])]
    assert math.floor(0.29 * 100) == 28  # what a product of floating point numbers would allow
    h = Hierarchy("x", ("a", "b"), (("a", "b"), ("*", "*")))
    assert recode(codes, [h], KAnonymity(50), suppression=0.29).suppressed.sum() == 29
    assert recode(codes, [h], KAnonymity(50), suppression=0.28).levels == (1,)


def test_the_order_of_rows_changes_nothing():
    case = next(
        c for c in (seeded_case(s, "4-anonymity") for s in range(99)) if c.suppression == "0.5" and plain_best(c)
    )
    order = np.random.default_rng(0).permutation(len(case.illness))
    one = recode(case.codes, case.hierarchies, case.model, suppression=0.5)
    other = recode([c[order] for c in case.codes], case.hierarchies, case.model, suppression=0.5)
    assert (one.levels, one.ncp, one.checked) == (other.levels, other.ncp, other.checked)
    assert np.array_equal(one.suppressed[order], other.suppressed)


def test_ties_go_to_the_first_level():
    thirds = Hierarchy("x", ("a", "b", "c"), (("a", "b", "c"), ("*", "*", "*")))
    codes = [np.array([0, 1, 2, 0]), np.array([0, 1, 2, 0])]
    assert recode(codes, [thirds, thirds], KAnonymity(1)).levels == (0, 0)
    codes = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    assert recode(codes, [thirds, thirds], KAnonymity(2)).levels == (0, 1)


def test_a_lattice_that_could_not_be_listed():
    rng = np.random.default_rng(1)
    values = tuple(f"v{i}" for i in range(8))
    h = Hierarchy("x", values, (values, tuple(v[:1] + str(i // 2) for i, v in enumerate(values)), ("*",) * 8))
    codes = [rng.integers(0, 8, 200) for _ in range(40)]
    found = recode(codes, [h] * 40, KAnonymity(200), seconds=0.3)
    assert found.nodes == 3**40
    assert found.ncp == 1.0
    assert found.levels == (2,) * 40
    found = recode(codes, [h] * 40, KAnonymity(1))
    assert (found.levels, found.optimal) == ((0,) * 40, True)


def test_an_average_over_the_table_is_reached_or_not():
    codes = [np.array([0, 0, 0, 0, 1, 2]), np.array([0, 0, 0, 0, 1, 1])]
    assert recode(codes, [AGE, SEX], AverageRisk(0.5)).levels == (0, 0)
    assert recode(codes, [AGE, SEX], AverageRisk(0.4), suppression=0.4).suppressed.sum() == 0


# ----- errors -----


def test_nothing_allowed_says_what_to_relax():
    one_level = Hierarchy("x", ("a", "b"), (("a", "b"),))
    with pytest.raises(TableError) as caught:
        recode([np.array([0, 0, 0, 1])], [one_level], KAnonymity(2))
    assert "no node of 1 reaches 2-anonymity with at most 0 of 4 rows suppressed" in caught.value.message
    assert "the nearest that was looked at would suppress 1 or more" in caught.value.message
    assert "suppression" in caught.value.help
    assert "coarser level" in caught.value.help


def test_no_time_to_find_anything(monkeypatch):
    monkeypatch.setattr(lattice_search, "time", Clock())
    with pytest.raises(TableError) as caught:
        recode([np.array([0, 0, 0, 1])], [AGE], KAnonymity(2), seconds=0.01)
    assert caught.value.message == "no allowed node was found in 0.01 s; 0 of 3 were looked at"


@pytest.mark.parametrize(
    ("codes", "hierarchies", "options", "error", "says"),
    [
        ([[0]], [AGE], {"suppression": 1.0}, PrivacyParameterError, "suppression=1.0"),
        ([[0]], [AGE], {"suppression": -0.1}, PrivacyParameterError, "suppression=-0.1"),
        ([[0]], [AGE], {"suppression": math.nan}, PrivacyParameterError, "suppression=nan"),
        ([[0]], [AGE], {"seconds": 0}, PrivacyParameterError, "seconds=0"),
        ([[0]], [AGE], {"seconds": math.nan}, PrivacyParameterError, "seconds=nan"),
        ([], [], {}, TableError, "no column or no row"),
        ([[]], [AGE], {}, TableError, "no column or no row"),
        ([[0]], [AGE, SEX], {}, TableError, "1 columns, but 2 hierarchies"),
        ([[0], [0, 1]], [AGE, SEX], {}, TableError, "column 'sex' has another number of rows"),
        ([[0, 4]], [AGE], {}, TableError, "column 'age' has no value of its hierarchy in 1 rows"),
        ([[-1, 0]], [AGE], {}, TableError, "column 'age' has no value of its hierarchy in 1 rows"),
    ],
)
def test_what_does_not_fit_is_refused(codes, hierarchies, options, error, says):
    with pytest.raises(error) as caught:
        recode([np.array(column, dtype=np.int64) for column in codes], hierarchies, KAnonymity(1), **options)
    assert says in caught.value.message
    assert caught.value.help
