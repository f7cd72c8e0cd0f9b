"""Statements about committed data that others can check without the data."""
