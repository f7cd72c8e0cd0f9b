"""Checks of the addresses of crypto-currencies."""

from __future__ import annotations

from hashlib import sha256

from wuming.deidentification.recognizers.generic.keccak import keccak_256

_BASE_58 = {
    character: value for value, character in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
}
_BECH_32 = {character: value for value, character in enumerate("qpzry9x8gf2tvdw0s3jn54khce6mua7l")}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH_32_CONSTANTS = (1, 0x2BC830A3)  # Bech32, Bech32m


def base_58_check(address: str) -> bytes | None:
    """Return version and payload of an address whose checksum, a double SHA-256, holds; None: it does not.

    Source: Bitcoin Core, `base58.cpp`; 21 bytes and 4 of checksum.
    """
    number = 0
    for character in address:
        value = _BASE_58.get(character)
        if value is None:
            return None
        number = number * 58 + value
    if number >> 200:
        return None
    data = number.to_bytes(25, "big")
    if sha256(sha256(data[:21]).digest()).digest()[:4] != data[21:]:
        return None
    zeros = len(data) - len(data.lstrip(b"\0"))
    ones = len(address) - len(address.lstrip("1"))
    return data[:21] if zeros == ones else None


def bech_32(address: str) -> bool:
    """Say whether an address in one case, prefix included, holds its checksum (BIP 173, BIP 350)."""
    if address != address.lower() and address != address.upper():
        return False
    prefix, _, data = address.lower().rpartition("1")
    try:
        values = [_BECH_32[character] for character in data]
    except KeyError:
        return False
    checksum = 1
    for value in (*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix), *values):
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                checksum ^= generator
    return bool(prefix) and checksum in _BECH_32_CONSTANTS


def eip_55(address: str) -> bool:
    """Say whether the case of 40 hexadecimal digits is that of their hash (EIP-55)."""
    digest = keccak_256(address.lower().encode()).hex()
    return all(
        character == (character.upper() if int(nibble, 16) > 7 else character.lower())
        for character, nibble in zip(address, digest, strict=False)
    )
