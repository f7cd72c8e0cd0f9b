"""Which rows count: at most so many groups and rows of one subject, chosen by looking at that subject's rows alone.

A subject that comes or goes changes nobody else's rows: public groups are ordered by a hash of the subject's own, and
rows and private groups by random numbers that are independent of the data. That is what makes the sensitivities of
`noise_plan` true. A choice by position in the file would not, as one row more would move all others; nor would one by
numbers of private groups, as one key more would change them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wuming.core.errors import QueryRefused
from wuming.mechanisms.gaussian import Stream

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]


def within_groups(subjects: Codes, hashes: NDArray[np.uint64], groups: Codes, *, count: int, most: int) -> Mask:
    """Say which rows are in one of the first `most` groups of their subject, in an order of the subject's own.

    Args:
        subjects: [n] numbers of the subjects, from 0, with few gaps.
        hashes: [n] a number of the row's subject that looks random.
        groups: [n] public numbers of the groups, from 0 to count - 1: the same whoever is in the data.
        count: public number of groups, ≥ 1.
        most: groups of one subject, ≥ 1.

    Raises:
        QueryRefused: subjects and groups together are too many to number in 63 bits.
    """
    if not len(subjects) or most >= count:
        return np.ones(len(subjects), dtype=bool)
    bits = (count - 1).bit_length()
    people = int(subjects.max()) + 1
    if bits + people.bit_length() > 63:
        raise QueryRefused("there are too many groups", help="Group by fewer or coarser columns.")
    place = _own_order(groups.astype(np.uint64), hashes, bits)
    shift, mask = np.uint64(bits), np.uint64((1 << bits) - 1)
    pairs = subjects.astype(np.uint64)
    pairs <<= shift
    pairs |= place
    pairs.sort()
    first = np.empty(len(pairs), dtype=bool)
    first[0] = True
    np.not_equal(pairs[1:], pairs[:-1], out=first[1:])
    pairs = pairs[first]
    held = np.bincount((pairs >> shift).astype(np.int64), minlength=people)
    begin = np.cumsum(held) - held
    last = np.full(people, mask, dtype=np.uint64)
    many = np.flatnonzero(held > most)
    last[many] = pairs[begin[many] + most - 1] & mask
    kept: Mask = place <= last[subjects]
    return kept


def within_random_groups(subjects: Codes, groups: Codes, stream: Stream, *, most: int) -> Mask:
    """Say which rows are in one of `most` groups of their subject, chosen at random where there are more.

    Args:
        subjects: [n] numbers of the subjects, from 0, with few gaps.
        groups: [n] numbers of the groups, from 0; any two in the same order whoever else is in the data.
        stream: CSPRNG.
        most: groups of one subject, ≥ 1.
    """
    if not len(subjects):
        return np.ones(0, dtype=bool)
    width = int(groups.max()) + 1
    pairs, row_pair = np.unique(subjects * width + groups, return_inverse=True)
    kept: Mask = within_rows(pairs // width, stream, most=most)[row_pair]
    return kept


def within_rows(subjects: Codes, stream: Stream, *, most: int) -> Mask:
    """Say which rows are among `most` of their subject, chosen at random where there are more.

    Args:
        subjects: [n] numbers of the subjects, from 0, with few gaps.
        stream: CSPRNG.
        most: rows of one subject, ≥ 1.
    """
    kept = np.ones(len(subjects), dtype=bool)
    if not len(subjects):
        return kept
    heavy = np.flatnonzero((np.bincount(subjects) > most)[subjects])
    if heavy.size:
        order = heavy[np.lexsort((stream.uint64(heavy.size), subjects[heavy]))]
        owner = subjects[order]
        begin = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
        rank = np.arange(owner.size) - np.repeat(begin, np.diff(np.append(begin, owner.size)))
        kept[order[rank >= most]] = False
    return kept


def _own_order(groups: NDArray[np.uint64], hashes: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    """Return another number below 2^bits for each group, by a permutation that each subject has of its own.

    Odd factors, sums and shifted exclusive ors can all be undone modulo 2^bits, so no two groups get one number.
    """
    mask, one = np.uint64((1 << bits) - 1), np.uint64(1)
    half = np.uint64(max(1, bits // 2))
    place = groups
    for turn in (0, 24):
        place = (place * ((hashes >> np.uint64(turn)) | one) + (hashes >> np.uint64(turn + 16))) & mask
        place ^= place >> half
    return place
