"""Text: find personal data, replace it, and say how much may have stayed.

Public names: `Detector`, `Deidentifier`, `Deidentified`, `Replacement`, `Restored`, `Setting`, `Vault`, `Session`,
`deidentify_records`, `measure`, `KINDS`.
"""

from wuming.deidentification.deidentifier import Deidentified, Deidentifier, Replacement
from wuming.deidentification.engine import Detector
from wuming.deidentification.entries import Entry
from wuming.deidentification.kinds import KINDS
from wuming.deidentification.measure import measure
from wuming.deidentification.operators import Setting
from wuming.deidentification.records import deidentify_records
from wuming.deidentification.restoring import Restored
from wuming.deidentification.session import Session
from wuming.deidentification.vault import Vault

__all__ = [
    "KINDS",
    "Deidentified",
    "Deidentifier",
    "Detector",
    "Entry",
    "Replacement",
    "Restored",
    "Session",
    "Setting",
    "Vault",
    "deidentify_records",
    "measure",
]
