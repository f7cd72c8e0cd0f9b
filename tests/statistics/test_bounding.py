"""Contribution bounds: nobody is counted more often than said, and nobody's rows depend on anybody else's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wuming.crypto.random import SecureStream
from wuming.statistics.bounding import _own_order, within_groups, within_random_groups, within_rows

KEY = b"a key of thirty-two bytes, test."


def looks_random(subjects):
    """A number for each subject that does not depend on who else is there."""
    return np.array([hash(("person", int(s))) & (2**64 - 1) for s in subjects], dtype=np.uint64)


tables = st.integers(1, 40).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 6), min_size=n, max_size=n), st.lists(st.integers(0, 9), min_size=n, max_size=n)
    )
)


def plain_groups(subjects, groups, kept):
    return {s: {g for t, g, k in zip(subjects, groups, kept, strict=True) if t == s and k} for s in set(subjects)}


@given(tables, st.integers(1, 5))
def test_no_subject_is_in_more_groups(table, most):
    subjects, groups = map(np.array, table)
    kept = within_groups(subjects, looks_random(subjects), groups, count=10, most=most)
    held = plain_groups(subjects.tolist(), groups.tolist(), kept)
    for person, found in held.items():
        everything = set(groups[subjects == person].tolist())
        assert len(found) == min(most, len(everything))
        # Whole groups are kept or left out.
        assert all(kept[(subjects == person) & (groups == group)].all() for group in found)


@given(tables, st.integers(1, 5))
def test_a_subject_that_goes_changes_nobody_else(table, most):
    subjects, groups = map(np.array, table)
    whole = within_groups(subjects, looks_random(subjects), groups, count=10, most=most)
    for gone in set(subjects.tolist()):
        stay = subjects != gone
        without = within_groups(subjects[stay], looks_random(subjects[stay]), groups[stay], count=10, most=most)
        np.testing.assert_array_equal(whole[stay], without)


def test_choice_by_place_in_the_file_is_found_out():
    """The broken twin: a group's order comes from a shared sequence, so one person's rows move all others'."""

    def by_place(subjects, groups, most):
        order = np.random.default_rng(0).permutation(len(groups))
        kept = np.zeros(len(groups), dtype=bool)
        held: dict[int, set[int]] = {}
        for place in order:
            mine = held.setdefault(int(subjects[place]), set())
            if groups[place] in mine or len(mine) < most:
                mine.add(int(groups[place]))
                kept[place] = True
        return kept

    subjects, groups = np.repeat(np.arange(20), 6), np.tile(np.arange(6), 20)
    stay = subjects != 0
    assert (by_place(subjects, groups, 2)[stay] != by_place(subjects[stay], groups[stay], 2)).any()


@pytest.mark.parametrize("bits", [1, 2, 3, 5, 8, 13])
def test_each_subject_has_a_permutation_of_its_own(bits):
    everything = np.arange(1 << bits, dtype=np.uint64)
    orders = set()
    for person in range(30):
        hashes = np.full(1 << bits, SecureStream(KEY, str(person)).uint64(1)[0])
        order = _own_order(everything, hashes, bits)
        assert sorted(order.tolist()) == everything.tolist()
        orders.add(tuple(order.tolist()))
    assert len(orders) > 1


def test_every_group_has_about_the_same_chance():
    people = 20_000
    subjects, groups = np.repeat(np.arange(people), 7), np.tile(np.arange(7), people)
    hashes = SecureStream(KEY, "hashes").uint64(people)[subjects]
    kept = within_groups(subjects, hashes, groups, count=7, most=2)
    shares = np.bincount(groups[kept], minlength=7) / (2 * people)
    assert np.abs(shares - 1 / 7).max() < 0.03  # a hash, no lottery: it need not be fairer than that


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.integers(1, 8))
def test_rows(owners, most):
    subjects = np.array(owners)
    kept = within_rows(subjects, SecureStream(KEY, "rows"), most=most)
    for person in set(owners):
        assert kept[subjects == person].sum() == min(most, owners.count(person))


def test_rows_are_chosen_evenly():
    subjects = np.zeros(10, dtype=np.int64)
    stream = SecureStream(KEY, "evenly")
    counts = sum(within_rows(subjects, stream, most=3).astype(int) for _ in range(2000))
    assert np.abs(counts / 2000 - 0.3).max() < 0.06


def test_nothing():
    empty = np.zeros(0, dtype=np.int64)
    assert within_groups(empty, empty.astype(np.uint64), empty, count=3, most=1).size == 0
    assert within_rows(empty, SecureStream(KEY, "none"), most=1).size == 0


class Words:
    """A stream that gives the same word always, so that the order of pairs alone decides."""

    def uint64(self, n):
        return np.zeros(n, dtype=np.uint64)


@given(tables, st.integers(1, 5))
def test_private_groups_are_within_the_limit(table, most):
    subjects, groups = map(np.array, table)
    kept = within_random_groups(subjects, groups, SecureStream(KEY, "private"), most=most)
    for person, found in plain_groups(subjects.tolist(), groups.tolist(), kept).items():
        assert len(found) == min(most, len(set(groups[subjects == person].tolist())))
        assert all(kept[(subjects == person) & (groups == group)].all() for group in found)


def numbered(keys):
    """Private numbers of keys: they depend on which keys occur."""
    return np.unique(np.array(keys), return_inverse=True)[1]


def differs(choose, table, most):
    """Whether some subject that goes, and takes keys of its own along, changes which groups of others are kept."""
    subjects, keys = np.array([s for s, _ in table]), [k for _, k in table]
    whole = choose(subjects, numbered(keys), most)
    for gone in set(subjects.tolist()):
        stay = subjects != gone
        left = [key for key, stays in zip(keys, stay, strict=True) if stays]
        if stay.any() and (whole[stay] != choose(subjects[stay], numbered(left), most)).any():
            return True
    return False


TABLE = [(person, f"k{(person * 7 + step * 5) % 23}") for person in range(12) for step in range(6)]
TABLE += [(12, f"j{number:02d}") for number in range(20)]  # whose keys nobody else has, in front of all others


def test_one_key_more_changes_nobody_elses_private_groups():
    def by_chance(subjects, groups, most):
        return within_random_groups(subjects, groups, Words(), most=most)

    def by_number(subjects, groups, most):
        """The broken twin: an order that is made from numbers which depend on everybody's keys."""
        return within_groups(subjects, looks_random(subjects), groups, count=int(groups.max()) + 1, most=most)

    assert not differs(by_chance, TABLE, 2)
    assert differs(by_number, TABLE, 2)


def test_private_groups_are_chosen_evenly():
    people = 20_000
    subjects, groups = np.repeat(np.arange(people), 7), np.tile(np.arange(7), people)
    kept = within_random_groups(subjects, groups, SecureStream(KEY, "even"), most=2)
    counts = np.bincount(groups[kept], minlength=7)
    assert stats.chisquare(counts).pvalue > 1e-6
