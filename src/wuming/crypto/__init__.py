"""Cryptographic primitives: CSPRNG streams, keyed pseudonyms, signatures, commitments, Merkle trees, key files."""
