"""Microaggregation: groups as the slow plain way forms them, k by a plain group-by, and nothing from the order."""

from __future__ import annotations

import math
from collections import Counter
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.microaggregation import engine, microaggregate, remaining
from wuming.anonymization.microaggregation.centroids import means, medians, modes
from wuming.anonymization.microaggregation.mdav import mdav
from wuming.anonymization.microaggregation.space import Space, space_of
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, TableError
from wuming.core.tables import Table

from .conftest import make_table


def plain_mdav(numbers, ordered, categories, weights, k, *, take_xs_from_average=False):
    """MDAV-generic on lists of rows, one distance at a time; the broken twin never looks from the first extreme."""
    numbers, ordered, categories = (list(zip(*part, strict=True)) for part in (numbers, ordered, categories))
    rows = max(len(numbers), len(ordered), len(categories))
    numbers, ordered, categories = (part or [()] * rows for part in (numbers, ordered, categories))

    def centroid(members):
        size = len(members)
        return (
            [sum(numbers[r][c] for r in members) / size for c in range(len(numbers[0]))],
            [sorted(ordered[r][c] for r in members)[(size - 1) // 2] for c in range(len(ordered[0]))],
            [
                min(Counter(categories[r][c] for r in members).items(), key=lambda item: (-item[1], item[0]))[0]
                for c in range(len(categories[0]))
            ],
        )

    def distance(row, place):
        total = sum((a - b) ** 2 for a, b in zip(numbers[row], place[0], strict=True))
        total += sum((a - b) ** 2 for a, b in zip(ordered[row], place[1], strict=True))
        return total + sum(w for a, b, w in zip(categories[row], place[2], weights, strict=True) if a != b)

    def nearest(place, left):
        return sorted(left, key=lambda r: (distance(r, place), r))[:k]

    def place_of(row):
        return numbers[row], ordered[row], categories[row]

    def farthest(place, left):
        return place_of(min(left, key=lambda r: (-distance(r, place), r)))

    left, groups = list(range(rows)), []
    while len(left) >= 3 * k:
        average = centroid(left)
        first = farthest(average, left)
        groups.append(nearest(first, left))
        left = [r for r in left if r not in groups[-1]]
        groups.append(nearest(farthest(average if take_xs_from_average else first, left), left))
        left = [r for r in left if r not in groups[-1]]
    if len(left) >= 2 * k:
        groups.append(nearest(farthest(centroid(left), left), left))
        left = [r for r in left if r not in groups[-1]]
    return {tuple(sorted(group)) for group in [*groups, left]}


def as_sets(groups):
    return {tuple(np.flatnonzero(groups == g).tolist()) for g in range(groups.max() + 1)}


def small_space(seed, rows):
    """Whole numbers: every sum and square is exact, so ties are ties in both ways of computing."""
    rng = np.random.default_rng(seed)
    numbers, ordered, categories = rng.integers(0, 3, 3)
    if numbers + ordered + categories == 0:
        numbers = 1
    return Space(
        rng.integers(-4, 5, (numbers + ordered, rows)).astype(float),
        int(numbers),
        rng.integers(0, 3, (categories, rows)),
        rng.integers(1, 4, categories).astype(float),
    )


def parts_of(space):
    numbers, ordered = space.coordinates[: space.numbers], space.coordinates[space.numbers :]
    return numbers.tolist(), ordered.tolist(), space.categories.tolist(), space.weights.tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 36), st.integers(1, 5), st.sampled_from([1, 3, 16]))
def test_equals_the_plain_way(seed, rows, k, leaf_rows):
    if rows < k:
        return
    space = small_space(seed, rows)
    with mock.patch.object(remaining, "LEAF_ROWS", leaf_rows):
        assert as_sets(mdav(space, k=k, largest_block=10**6)) == plain_mdav(*parts_of(space), k)
    groups = mdav(space, k=k, largest_block=10**6)
    assert as_sets(groups) == plain_mdav(*parts_of(space), k)
    sizes = np.bincount(groups)
    assert sizes.min() >= k
    assert sizes.max() <= max(2 * k - 1, k)


def test_leaves_pass_over_no_row():
    """Random numbers and categories, many leaves: every group as found by looking at every row."""
    rng = np.random.default_rng(4)
    space = space_of(
        [rng.normal(size=300), rng.exponential(size=300) ** 3],
        [rng.integers(0, 9, 300)],
        [rng.integers(0, 5, 300)],
        rows=300,
    )
    groups = mdav(space, k=4, largest_block=10**6)
    assert as_sets(groups) == plain_mdav(*parts_of(space), 4)


def test_the_broken_twin_is_found_out():
    space = small_space(5, 40)
    ours = as_sets(mdav(space, k=3, largest_block=10**6))
    assert ours == plain_mdav(*parts_of(space), 3)
    assert ours != plain_mdav(*parts_of(space), 3, take_xs_from_average=True)


def test_by_hand():
    # 0 and 100 are the extremes from the mean 22.5: {100, 10} first, then from what is left {0, 1}.
    space = space_of([np.array([0.0, 1.0, 2.0, 10.0, 100.0, 22.0])], [], [], rows=6)
    assert as_sets(mdav(space, k=2, largest_block=100)) == {(4, 5), (0, 1), (2, 3)}


def test_information_loss_by_hand():
    space = space_of([np.array([1.0, 3.0, 7.0, 9.0])], [], [], rows=4)
    # Within: 2 x (1 + 1) = 4; total about 5: 16 + 4 + 4 + 16 = 40.
    assert space.information_loss(np.array([0, 0, 1, 1])) == pytest.approx(0.1)
    assert space.information_loss(np.array([0, 0, 0, 0])) == pytest.approx(1.0)
    assert space.information_loss(np.array([0, 1, 2, 3])) == 0.0
    alike = space_of([np.ones(3)], [], [np.zeros(3, dtype=np.int64)], rows=3)
    assert alike.information_loss(np.zeros(3, dtype=np.int64)) == 0.0
    # Categories a a a b: two differ with chance 1 - (9 + 1)/16 = 3/8; one row of four is not the most frequent.
    named = space_of([], [], [np.array([0, 0, 0, 1])], rows=4)
    assert named.weights.tolist() == [pytest.approx(16 / 3)]
    assert named.information_loss(np.array([0, 0, 1, 1])) == pytest.approx(1.0)


def test_columns_weigh_alike():
    rng = np.random.default_rng(1)
    space = space_of([rng.exponential(1e9, 400)], [rng.integers(0, 5, 400)], [rng.integers(0, 7, 400)], rows=400)
    for part in (
        Space(space.coordinates[:1], 1, space.categories[:0], space.weights[:0]),
        Space(space.coordinates[1:], 0, space.categories[:0], space.weights[:0]),
        Space(space.coordinates[:0], 0, space.categories, space.weights),
    ):
        assert np.mean([part.distances(part.at(row)).mean() for row in range(400)]) == pytest.approx(2.0)


def test_blocks_are_cut_where_the_table_varies_most():
    space = space_of([np.arange(64.0) * (np.arange(64) != 63), np.zeros(64)], [], [], rows=64)
    groups = mdav(space, k=2, largest_block=8)
    assert np.bincount(groups).min() >= 2
    assert np.bincount(groups).max() <= 3
    block = (np.argsort(np.argsort(space.coordinates[0], kind="stable")) // 8).tolist()
    assert all(len({block[r] for r in members}) == 1 for members in as_sets(groups))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3), st.integers(-1, 3)), min_size=1, max_size=30))
def test_centroids_by_plain_counting(rows):
    groups = np.unique([row[0] for row in rows], return_inverse=True)[1]
    values = np.array([math.nan if v < 0 else float(v) for _, v, _ in rows])
    codes = np.array([c for _, _, c in rows])
    for group in range(groups.max() + 1):
        members = np.flatnonzero(groups == group).tolist()
        present = [values[r] for r in members if values[r] == values[r]]
        expected = sum(present) / len(present) if 2 * len(present) > len(members) else math.nan
        np.testing.assert_allclose(means(values, groups)[group], expected)
        there = sorted(int(codes[r]) for r in members if codes[r] >= 0)
        middle = there[(len(there) - 1) // 2] if 2 * len(there) > len(members) else -1
        assert medians(codes, groups)[group] == middle
        counts = Counter((codes[r] + 1).item() for r in members)
        assert modes(codes + 1, groups)[group] == min(c for c in counts if counts[c] == max(counts.values()))


def test_means_of_the_largest_numbers():
    assert means(np.array([1.7e308, 1.7e308]), np.zeros(2, dtype=np.int64)).tolist() == [1.7e308]


@st.composite
def tables(draw):
    rows = draw(st.integers(2, 40))
    numbers = st.one_of(st.just(math.nan), st.integers(-3, 3).map(float), st.floats(-1e300, 1e300))
    columns = {
        "a": draw(st.lists(numbers, min_size=rows, max_size=rows)),
        "b": draw(st.lists(st.integers(-(2**62), 2**62), min_size=rows, max_size=rows)),
        "c": draw(st.lists(st.sampled_from(["", "x", "*", "名", "\ud800"]), min_size=rows, max_size=rows)),
        "d": draw(st.lists(st.sampled_from(["", "low", "high"]), min_size=rows, max_size=rows)),
        "s": draw(st.lists(st.sampled_from(["flu", "none", ""]), min_size=rows, max_size=rows)),
    }
    return {n: c for n, c in columns.items() if any(x == x and x != "" for x in c)}


@settings(max_examples=30, deadline=None)
@given(tables(), st.integers(2, 6), st.integers(0, 10**6))
def test_k_holds_and_the_order_of_rows_tells_nothing(columns, k, seed):
    quasi = [n for n in "abcd" if n in columns]
    if "s" not in columns or not quasi or len(columns["s"]) < k:
        return
    table = make_table(**columns)
    options = {
        "quasi_identifiers": quasi,
        "sensitive": ["s"],
        "ordered": {n: ["low", "high"] for n in quasi if n == "d"},
        "k": k,
        "largest_block": 16,
    }
    result = microaggregate(table, **options)
    rows = list(zip(*(result.table.columns[n].tolist() for n in quasi), strict=True))
    sizes = Counter(tuple("missing" if cell != cell else cell for cell in row) for row in rows)
    assert min(sizes.values()) >= k
    assert result.claims["k"] == min(sizes.values())
    assert 0 <= result.claims["information_loss"] <= 1
    assert sorted(result.table.columns["s"].tolist()) == sorted(columns["s"])
    shuffled = microaggregate(table.take(np.random.default_rng(seed).permutation(table.rows)), **options)
    assert shuffled.claims == result.claims
    for name in result.table.names:
        np.testing.assert_array_equal(shuffled.table.columns[name], result.table.columns[name])


def test_people_who_are_alike_are_not_grouped_by_illness():
    # 60 people alike, 30 ill and 30 not: sorted by illness, whole groups would share one.
    table = make_table(age=[30] * 30 + [31] * 1 + [30] * 30, illness=["flu"] * 30 + ["none"] * 31)
    groups = microaggregate(table, quasi_identifiers=["age"], sensitive=["illness"], k=5).table
    illnesses = Counter(zip(groups.columns["age"].tolist(), groups.columns["illness"].tolist(), strict=True))
    assert min(len({i for a, i in illnesses if a == age}) for age, _ in illnesses) == 2


def test_published_as_promised():
    table = make_table(
        age=[20, 22, 24, 60, 62, 67],
        town=["A", "A", "A", "C", "C", "C"],
        school=["low", "mid", "high", "high", "high", "mid"],
        pay=[1, 2, 3, 4, 5, 6],
    )
    result = microaggregate(
        table,
        quasi_identifiers=["age", "town", "school"],
        sensitive=["pay"],
        ordered={"school": ["low", "mid", "high"]},
        k=3,
    )
    assert result.table.columns["age"].tolist() == [22.0] * 3 + [63.0] * 3
    assert result.table.columns["town"].tolist() == ["A"] * 3 + ["C"] * 3
    assert result.table.columns["school"].tolist() == ["mid"] * 3 + ["high"] * 3
    assert result.table.columns["pay"].tolist() == [1, 2, 3, 4, 5, 6]
    assert (result.claims["k"], result.claims["classes"], result.claims["l"]) == (3, 2, 3)
    assert result.claims["risk_after"]["maximum"] == pytest.approx(1 / 3)


def test_groups_that_are_too_small_are_never_handed_out():
    table = make_table(age=[20, 22, 24, 60, 62, 67], pay=[1, 2, 3, 4, 5, 6])
    small = mock.patch.object(engine, "mdav", return_value=np.array([0, 0, 0, 0, 0, 1]))
    with small, pytest.raises(SelfCheckFailed, match="a class has 1 rows where k=3"):
        microaggregate(table, quasi_identifiers=["age"], sensitive=["pay"], k=3)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"l": 2}, PrivacyParameterError, "promises k alone"),
        ({"t": 0.2}, PrivacyParameterError, "promises k alone"),
        ({"k": 1}, PrivacyParameterError, "gives no anonymity"),
        ({"k": 7}, TableError, "larger than the table"),
        ({"largest_block": 3}, PrivacyParameterError, "less than 2k"),
        ({"ordered": {"age": ["1"]}}, TableError, "no text column"),
        ({"ordered": {"pay": ["1"]}}, TableError, "no text column"),
        ({"ordered": {"town": ["A"]}}, TableError, "lacks the values of 2 of 6 rows"),
        ({"ordered": {"town": ["A", "A", "Geheim"]}}, TableError, "twice"),
        ({"quasi_identifiers": ["age", "age"]}, TableError, "named twice"),
        ({"quasi_identifiers": ["agee"]}, TableError, "no column 'agee'"),
    ],
)
def test_refused(change, error, says):
    table = make_table(
        age=[20, 22, 24, 60, 62, 67], town=["A", "A", "A", "A", "Geheim", "Geheim"], pay=[1, 2, 3, 4, 5, 6]
    )
    options = {"quasi_identifiers": ["age", "town"], "sensitive": ["pay"], "k": 2} | change
    with pytest.raises(error, match=says) as caught:
        microaggregate(table, **options)
    assert "Geheim" not in str(caught.value)
    assert caught.value.help


def test_a_float_column_of_the_table_is_not_changed():
    column = np.array([1.0, 2.0, 3.0, 4.0])
    microaggregate(Table({"a": column, "s": np.arange(4)}), quasi_identifiers=["a"], sensitive=["s"], k=2)
    assert column.tolist() == [1.0, 2.0, 3.0, 4.0]
