"""Known public data sets: found on this machine, checked, and read as records."""

from wuming.datasets.registry import Dataset, check_use, known, listing, load_records, locate

__all__ = ["Dataset", "check_use", "known", "listing", "load_records", "locate"]
