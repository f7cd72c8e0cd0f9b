"""Membership inference: how often an attacker recognises the units that a model was trained on.

Attacks are functions from arrays of signals (losses, confidences, answers) to scores, higher for "was trained on"; who
asked the model, and which model, is not known here. `report` turns the scores of known members and non-members into
figures, with a baseline that never sees the model beside them. An attack that finds little is no proof: a stronger one
may find more.

| module | attack |
|---|---|
| `losses` | loss, calibrated loss, reference ratio |
| `lira`, `rmia` | likelihood ratios with shadow models, which `shadows` holds |
| `language` | min-k% and min-k%++ on the tokens of a text |
| `label_only` | the model's bare answers |
| `subjects` | from records to the people that they are about |
| `rates`, `report`, `picture`, `blind` | how it is reported |
"""

from __future__ import annotations

from wuming.auditing.membership.losses import calibrated_loss_scores, loss_scores, reference_ratio_scores
from wuming.auditing.membership.rates import area_under_curve, tpr_at_fpr
from wuming.auditing.membership.report import MembershipReport, membership_report

__all__ = [
    "MembershipReport",
    "area_under_curve",
    "calibrated_loss_scores",
    "loss_scores",
    "membership_report",
    "reference_ratio_scores",
    "tpr_at_fpr",
]
