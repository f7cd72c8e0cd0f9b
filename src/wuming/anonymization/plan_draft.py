"""A draft of a plan for a person to read, correct and confirm: proposed roles and hierarchies, with the reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from wuming.anonymization.hierarchies import Proposal, suggest
from wuming.anonymization.hierarchy_specs import fields_of
from wuming.anonymization.role_proposals import RoleProposal, RoleProposals
from wuming.core.tables import Table

_HEAD = """\
# A draft. Its proposals depend on the data, so it is internal until somebody has read it.
# Confirm every role: who could know this column about a person? What may nobody infer?
"""
_PROMISES = """\
# local: boxes cut where people are. global: one level of a hierarchy for every column, all of which need one below.
model: local
k: 10
l: 2
# Largest distance of a class's sensitive values from the table's, 0 to 1:
# t: 0.2
"""
_WORDS = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")  # no text to one reader of YAML or another
_GATE = """\
# The release is attacked before it is written. report: what fails is printed and recorded, and written all the same.
gate:
  action: refuse
"""


def draft_plan(table: Table, proposals: RoleProposals) -> str:
    """Return a plan as YAML with comments.

    It holds names of columns, round parameters and counts, never a cell. Where no sensitive column is proposed, the
    plan says so and is not valid before one is named.
    """
    roles = proposals.roles()
    by_name = proposals.by_name
    lines = [_HEAD, "roles:\n"]
    if roles.subject is not None:
        lines.append(f"  subject: {_quoted(roles.subject)}{_why(by_name[roles.subject])}\n")
    lines += _listed("direct", roles.direct, by_name)
    lines += _listed("quasi_identifiers", roles.quasi_identifiers, by_name)
    if not roles.sensitive:
        lines.append("  # No column was recognised as sensitive; name at least one.\n")
    lines += _listed("sensitive", roles.sensitive, by_name)
    lines += _listed("insensitive", roles.insensitive, by_name)
    if proposals.strongest:
        share = proposals.steps[len(proposals.strongest) - 1].unique_share
        lines.append(f"# {', '.join(map(_quoted, proposals.strongest))} make {share:.0%} of the rows unique.\n")
    lines += ["\n", _PROMISES]
    suggested = [suggest(name, table.columns[name]) for name in roles.quasi_identifiers]
    fitting = [one for one in suggested if one.fits]
    if suggested:
        lines.append("\n# Levels of detail. Only columns with a rule in their values are proposed for.\n")
        lines.append("hierarchies:\n" if fitting else "hierarchies: {}\n")
    for proposal in suggested:
        lines.append(_hierarchy(proposal))
    lines += ["\n", _GATE]
    return "".join(lines)


def _listed(key: str, columns: Iterable[str], by_name: Mapping[str, RoleProposal]) -> list[str]:
    columns = list(columns)
    if not columns:
        return [f"  {key}: []\n"]
    return [f"  {key}:\n", *(f"    - {_quoted(name)}{_why(by_name[name])}\n" for name in columns)]


def _why(proposal: RoleProposal) -> str:
    return f"  # {'; '.join(proposal.reasons)} (confidence {proposal.confidence:g})"


def _hierarchy(proposal: Proposal) -> str:
    if not proposal.fits:
        return f"  # {_quoted(proposal.column)}: {proposal.reason}\n"
    fields = ", ".join(f"{key}: {_quoted(value)}" for key, value in fields_of(proposal).items())
    return f"  {_quoted(proposal.column)}: {{{fields}}}  # {proposal.reason}\n"


def _quoted(value: str | int | float) -> str:
    """Write a value so that YAML reads it back: text in quotes, unless it is a plain word."""
    if isinstance(value, str) and value.isidentifier() and value.lower() not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
