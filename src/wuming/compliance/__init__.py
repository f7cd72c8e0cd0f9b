"""Duties as data, the review that judges a release by them, and the signed dossier."""

from wuming.compliance.catalogue import Control, controls
from wuming.compliance.review import ControlResult, Reviewed, review

__all__ = ["Control", "ControlResult", "Reviewed", "controls", "review"]
