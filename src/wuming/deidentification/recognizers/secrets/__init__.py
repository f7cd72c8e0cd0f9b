"""Credentials: what lets others in."""
