"""The dossier: what a release hands to people, signed, and how it is checked."""

from wuming.compliance.dossier.build import DossierResult, build_dossier
from wuming.compliance.dossier.verify import Problem, Verification, verify_dossier

__all__ = ["DossierResult", "Problem", "Verification", "build_dossier", "verify_dossier"]
