"""How many bits a sum needs."""

from __future__ import annotations


def modulus_bits(members: int, value_bound: int) -> int:
    """Return the least b with 2^b > 2 · members · value_bound: sums of so many values of that size cannot wrap."""
    return max(2, (2 * members * value_bound).bit_length())
