"""Microaggregation: groups of k to 2k - 1 people who are near each other, each published as the middle of its group.

space.py      columns as one space: distances, centroids, blocks, what is lost
remaining.py  rows in no group yet, most of which are passed over unseen
mdav.py       which rows form a group
centroids.py  what is published of a group
engine.py     a table in, a table with claims out
"""

from wuming.anonymization.microaggregation.engine import microaggregate

__all__ = ["microaggregate"]
