"""Tests of a noise mechanism for its claimed (ε, δ), from its outputs alone."""
