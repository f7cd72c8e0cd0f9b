"""Recommendations from private counts: popularity and co-occurrence of items, against the same without privacy."""

from wuming.scenarios.recommendation.story import Outcome, compare, limits_for, lineage_of, play

__all__ = ["Outcome", "compare", "limits_for", "lineage_of", "play"]
