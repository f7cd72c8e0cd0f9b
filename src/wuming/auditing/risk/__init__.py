"""The risk report: what attacks found, what it means, what ε allows at most, and what to turn to get less.

`bounds` says what a claim lets any attacker reach, `report` puts each attack's figure beside it, `advice` computes what
each knob would do, and `questions` answers a reviewer's questions from evidence. `words` holds all sentences.
"""
