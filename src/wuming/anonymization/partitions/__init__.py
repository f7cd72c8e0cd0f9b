"""Tables that do not fit into memory: cut from counts, anonymised part by part, checked as a whole.

survey.py     the first pass: which values each column holds         spool.py   rows as codes, in private files
first_cut.py  parts that keep the promises and tile the domain       whole_check.py  the last look at the published file
"""

from wuming.anonymization.partitions.run import anonymise_file

__all__ = ["anonymise_file"]
