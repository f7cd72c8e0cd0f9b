"""Text: find personal data, replace it, and say how much may have stayed.

Public names: `Detector`, `Deidentifier`, `Deidentified`, `Replacement`, `Vault`, `Session`, `deidentify_records`,
`measure`, `KINDS`.
"""

from wuming.deidentification.deidentifier import Deidentified, Deidentifier, Replacement
from wuming.deidentification.engine import Detector
from wuming.deidentification.kinds import KINDS
from wuming.deidentification.measure import measure
from wuming.deidentification.records import deidentify_records
from wuming.deidentification.session import Session
from wuming.deidentification.vault import Entry, Vault

__all__ = [
    "KINDS",
    "Deidentified",
    "Deidentifier",
    "Detector",
    "Entry",
    "Replacement",
    "Session",
    "Vault",
    "deidentify_records",
    "measure",
]
