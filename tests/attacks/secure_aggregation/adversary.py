"""What an active server does with the messages of a round: the view that attacks are made from."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from wuming.crypto.secret_sharing import combine
from wuming.federated.secure_aggregation import messages
from wuming.federated.secure_aggregation.masks import add_mask
from wuming.federated.secure_aggregation.words import add_packed, to_signed, word_type

LARGEST = 1 << 20


class View:
    """All that a server and its colluders have of one round.

    Attributes:
        server: an honest server's state, which the adversary reads.
        vectors: place → masked vector, as words.
        seeds, mask_keys: owner → place → share that somebody revealed.
    """

    def __init__(self, federation: Any, server: Any) -> None:
        self.federation, self.server = federation, server
        self.vectors: dict[int, np.ndarray] = {}
        self.seeds: dict[int, dict[int, bytes]] = {}
        self.mask_keys: dict[int, dict[int, bytes]] = {}

    def read(self, data: bytes) -> Any:
        message = messages.open_from_member(data, self.federation.cohort.keys, self.server._agreement, LARGEST)
        bits = self.federation.configuration.modulus_bits
        if isinstance(message, messages.MaskedInput):
            words = np.zeros(self.federation.dimension, dtype=word_type(bits))
            add_packed(words, message.vector, bits)
            self.vectors[message.sender] = words
        elif isinstance(message, messages.Revelation):
            for owner, share in message.seed_shares.items():
                self.seeds.setdefault(owner, {})[message.sender] = share
            for owner, share in message.mask_key_shares.items():
                self.mask_keys.setdefault(owner, {})[message.sender] = share
        return message

    def secret(self, shares: dict[int, bytes]) -> bytes | None:
        """Return the secret of which `threshold` shares are there, or None."""
        threshold = self.federation.configuration.threshold
        if len(shares) < threshold:
            return None
        return combine({place + 1: shares[place] for place in sorted(shares)[:threshold]})

    def unmask(self, victim: int) -> np.ndarray | None:
        """Return a single member's vector, from both of its secrets; None where one is missing."""
        seed, private = self.secret(self.seeds.get(victim, {})), self.secret(self.mask_keys.get(victim, {}))
        if seed is None or private is None:
            return None
        session, words = self.server._session, self.vectors[victim].copy()
        add_mask(words, session.own_mask(seed, victim), negative=True)
        key = X25519PrivateKey.from_private_bytes(private)
        for place in self.server._sharers - {victim}:
            pair = session.pair_mask(key, victim, self.server._directory[place].mask_key, place)
            add_mask(words, pair, negative=place > victim)
        return to_signed(words, self.federation.configuration.modulus_bits)


def weak_key(seed: int) -> bytes:
    """The key that a generator of 16-bit seeds gives."""
    return hashlib.sha256(seed.to_bytes(2, "little")).digest()
