"""Makers of surrogates, by what they imitate."""
