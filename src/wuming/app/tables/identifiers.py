"""The detector of personal data as the anonymiser asks for it: which share of a column's values names somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from wuming.anonymization.role_proposals import Found, RoleProposals, propose_roles
from wuming.core.tables import Table
from wuming.deidentification.engine import Detector
from wuming.deidentification.kinds import IDENTIFYING


def numbers_and_addresses() -> Detector:
    """Return a detector of what has a layout: telephone and identity numbers, mail addresses, cards.

    Names of people are left out: one word of a category that looks like a name would refuse a sound release.
    """
    return Detector(kinds=IDENTIFYING)


class DirectIdentifiers:
    """Counts values in which a direct identifier is found; a value that is short and read alone has no context."""

    def __init__(self) -> None:
        self._detector = Detector(kinds=("PERSON", "ADDRESS", *IDENTIFYING))

    def __call__(self, values: Sequence[str]) -> Found:
        """Return the share and the commonest type."""
        kinds: Counter[str] = Counter()
        hits = 0
        for spans in self._detector.find_many(values):
            kinds.update({span.kind for span in spans})
            hits += bool(spans)
        return Found(hits / max(len(values), 1), min(kinds, key=lambda kind: (-kinds[kind], kind), default=""))


def proposals_for(table: Table) -> RoleProposals:
    """Propose roles with the detector."""
    return propose_roles(table, detect=DirectIdentifiers())
