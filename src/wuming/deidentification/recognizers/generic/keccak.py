"""Keccak-256 as Ethereum uses it: `hashlib` holds SHA-3, whose padding differs."""

from __future__ import annotations

from typing import Final

# Source: The Keccak reference, version 3.0 (2011), sections 1.2 and 2.3: rounds of theta, rho, pi, chi, iota.
_ROUNDS, _RATE = 24, 136
_MASK: Final = (1 << 64) - 1


def _round_constants() -> tuple[int, ...]:
    """Return the constants of iota, from the shift register x^8 + x^6 + x^5 + x^4 + 1."""
    constants, register = [], 1
    for _ in range(_ROUNDS):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register = register << 1 ^ (0x171 if register >> 7 else 0)
        constants.append(constant)
    return tuple(constants)


def _offsets() -> dict[tuple[int, int], int]:
    """Return the rotations of rho."""
    x, y = 1, 0
    offsets = {(0, 0): 0}
    for step in range(24):
        offsets[x, y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    return offsets


_CONSTANTS, _OFFSETS = _round_constants(), _offsets()


def _rotate(lane: int, count: int) -> int:
    return (lane << count | lane >> (64 - count)) & _MASK


def _permute(lanes: list[list[int]]) -> list[list[int]]:
    for constant in _CONSTANTS:
        columns = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4] for x in range(5)]
        theta = [columns[x - 1] ^ _rotate(columns[(x + 1) % 5], 1) for x in range(5)]
        moved = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                moved[y][(2 * x + 3 * y) % 5] = _rotate(lanes[x][y] ^ theta[x], _OFFSETS[x, y])
        lanes = [[moved[x][y] ^ (~moved[(x + 1) % 5][y] & moved[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        lanes[0][0] ^= constant
    return lanes


def keccak_256(message: bytes) -> bytes:
    """Return the 32-byte Keccak-256 hash."""
    padded = bytearray(message) + bytes(_RATE - len(message) % _RATE)
    padded[len(message)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for block in range(0, len(padded), _RATE):
        for place in range(_RATE // 8):
            start = block + 8 * place
            lanes[place % 5][place // 5] ^= int.from_bytes(padded[start : start + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lanes[place % 5][place // 5].to_bytes(8, "little") for place in range(4))
