"""Microaggregation: groups of k to 2k - 1 people who are near each other, each published as the middle of its group.

space.py   columns as one space: distances, centroids, what is lost
mdav.py    which rows form a group, and the blocks of a large table
engine.py  a table in, a table with claims out
"""

from wuming.anonymization.microaggregation.engine import microaggregate

__all__ = ["microaggregate"]
