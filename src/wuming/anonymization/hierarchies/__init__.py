"""Hierarchies: how values of a column are made coarser, level by level."""

from wuming.anonymization.hierarchies.hierarchy import Hierarchy

__all__ = ["Hierarchy"]
