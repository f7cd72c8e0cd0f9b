"""Identifiers that look the same in every country."""
