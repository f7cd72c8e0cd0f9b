"""Facts about a release that are a reason to refuse it by themselves, each with an exact criterion and no control.

classes.py      k, l and t as promised; prosecutor, journalist and marketer risk
identifiers.py  identifiers left in, as they were, hashed, under another name, or inside text
derived.py      columns that follow from a quasi-identifier
rarity.py       rare values, patterns of gaps, outliers
order.py        rows in the order of the original
edges.py        bounds of intervals that are somebody's values
intersection.py two releases held against each other
"""
