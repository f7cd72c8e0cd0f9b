"""Attacks on a release, made by its own maker before anybody else makes them.

outcome.py     what an attack reports                difference.py  how much more than a control, with confidence
matching.py    which published rows fit a target     trial.py       members, held-out control, the published rows
attack.py      what all are, and how they are judged
linking.py     singling out, isolation, linkability  inference.py   inference, background knowledge, homogeneity
refinement.py  combinatorial refinement, minimality
"""
