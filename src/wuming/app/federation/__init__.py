"""Federations between machines: keys, the agreement's file, the server, the silos, and how they stand."""
