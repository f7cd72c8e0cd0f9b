"""Attacks on a release, made by its own maker before anybody else makes them.

outcome.py     what an attack reports                difference.py  how much more than a control, with confidence
matching.py    which published rows fit a target     trial.py       members, held-out control, the published rows
"""
