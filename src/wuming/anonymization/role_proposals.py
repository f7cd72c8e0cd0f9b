"""Which role each column of a table seems to have, and why: a draft for a person to confirm.

Three kinds of evidence, each a reason in words: what the cells hold (a detector of personal data is passed in), what
the name says (column_names.py), and how far the column tells rows apart, alone and together with others. Where they
disagree the more careful role wins: to call a harmless column identifying costs some detail, the reverse a person.

The combination is looked at greedily: the column that makes most rows unique comes next (Sweeney's "87% are unique by
postcode, birth date and sex", 2000, is such a count). Large tables are sampled, evenly and without chance, so the same
table gives the same proposal; a share of unique rows in a sample is then higher than in the whole, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from wuming.anonymization.column_names import Named, Role, read_name
from wuming.anonymization.hierarchies import cells_of, suggest
from wuming.anonymization.models import Codes, factorize
from wuming.anonymization.roles import Roles
from wuming.core.errors import TableError
from wuming.core.tables import Table

MOST_ROWS: Final = 50_000
"""Rows in which combinations of columns are looked at."""
MOST_VALUES: Final = 500
"""Different values of a column that are looked at, by the detector too."""
MOST_STEPS: Final = 12
"""Columns that are added one after another."""

_IDENTIFIES: Final = 0.95  # share of unique rows from which text is taken for an identifier
_HOLDS: Final = 0.5  # share of values with a direct identifier: the column is one
_SOME: Final = 0.05  # the column holds some
_ADDS: Final = 0.005  # share of rows that a column must make unique to count
_REPEATS: Final = 0.5  # distinct values over rows, below which an unsure name is not believed
_FINDS: Final = 0.2  # share of unique rows from which a column finds rows by itself
_SEXES: Final = frozenset(
    [
        "m",
        "f",
        "male",
        "female",
        "man",
        "woman",
        "men",
        "women",
        "boy",
        "girl",
        "x",
        "other",
        "u",
        "unknown",
        "d",
        "diverse",
        "男",
        "女",
        "男性",
        "女性",
        "未知",
    ]
)


class Found(NamedTuple):
    """What a detector found in texts: the share that holds a direct identifier, and the commonest type of these."""

    share: float
    kind: str


Detect = Callable[[Sequence[str]], Found]


@dataclass(frozen=True)
class RoleProposal:
    """A role for one column.

    Attributes:
        column: its name.
        role: what is proposed.
        reasons: why, one or more; names, types, shares and counts, never a cell.
        confidence: in (0, 1]: a rank for people who read on where it is low, no probability.
        unique_share: share of the rows that have a value which no other row has.
        person: its values seem to stand for persons, one each (`Roles.subject`).
    """

    column: str
    role: Role
    reasons: tuple[str, ...]
    confidence: float
    unique_share: float
    person: bool = False


class Step(NamedTuple):
    """A column that was added, and the share of rows that are unique by it and all before it, in [0, 1]."""

    column: str
    unique_share: float


@dataclass(frozen=True)
class RoleProposals:
    """Roles for all columns of a table.

    Attributes:
        columns: one proposal a column, in the table's order.
        steps: quasi-identifiers in the order in which they make rows unique, the strongest first.
        rows: of the table.
        rows_combined: in how many rows combinations were looked at.
    """

    columns: tuple[RoleProposal, ...]
    steps: tuple[Step, ...]
    rows: int
    rows_combined: int

    @property
    def by_name(self) -> Mapping[str, RoleProposal]:
        """Proposals by column."""
        return {one.column: one for one in self.columns}

    @property
    def strongest(self) -> tuple[str, ...]:
        """The first of `steps` that make 95% of the rows unique which all of them make."""
        if not self.steps or not self.steps[-1].unique_share:
            return ()
        enough = 0.95 * self.steps[-1].unique_share
        last = next(at for at, step in enumerate(self.steps) if step.unique_share >= enough)
        return tuple(step.column for step in self.steps[: last + 1])

    def named(self, role: Role) -> tuple[str, ...]:
        """Columns of a role, in the table's order."""
        return tuple(one.column for one in self.columns if one.role == role)

    def roles(self) -> Roles:
        """Return the proposals as roles; the subject is the surest identifier that has a value of its own in every row.

        Raises:
            TableError: as `Roles`.
        """
        people = [one for one in self.columns if one.role == "direct" and one.person and one.unique_share == 1]
        subject = max(people, key=lambda one: one.confidence).column if people else None
        return Roles(
            subject=subject,
            direct=tuple(name for name in self.named("direct") if name != subject),
            quasi_identifiers=self.named("quasi_identifier"),
            sensitive=self.named("sensitive"),
            insensitive=self.named("insensitive"),
        )


@dataclass(frozen=True, eq=False)
class _Column:
    """What was counted in a column. `codes`: [rows], missing -1."""

    name: str
    cells: npt.NDArray[np.object_ | np.int64 | np.float64]
    codes: Codes
    distinct: int
    unique_share: float
    word: Named | None

    @property
    def is_text(self) -> bool:
        return self.cells.dtype == object

    @property
    def is_counter(self) -> bool:
        """Whether the rows bear whole numbers without a gap, each once."""
        if self.cells.dtype != np.int64 or self.distinct < len(self.cells) or self.distinct < 3:
            return False
        return int(self.cells.max()) - int(self.cells.min()) == len(self.cells) - 1


def propose_roles(table: Table, *, detect: Detect | None = None) -> RoleProposals:
    """Propose a role for every column.

    Args:
        table: any table with rows.
        detect: says of different values of a column (not empty, at most `MOST_VALUES`) which share holds a direct
            identifier; None: names, forms and uniqueness alone decide.

    Guarantee:
        The same table gives the same proposals. None of them holds a cell. They are no promise: a column that is called
        insensitive may still identify somebody.
    """
    columns = [_count(name, cells) for name, cells in table.columns.items()]
    alone = {column.name: _alone(column, detect) for column in columns}
    candidates = [c for c in columns if _may_be_quasi(c, alone[c.name])]
    rows = _evenly(table.rows, MOST_ROWS)
    steps, adds = _greedy({c.name: c.codes[rows] for c in candidates}, alone)
    sample = f" in {len(rows):,} of {table.rows:,} rows" if len(rows) < table.rows else ""
    everything = steps[-1].unique_share if steps else 0.0
    proposals = []
    for column in columns:
        one = alone[column.name]
        proposals.append(one if one is not None else _together(column, adds, everything, sample))
        gain = adds.get(column.name, 0.0)
        if one is not None and one.role == "quasi_identifier" and gain >= _ADDS:
            proposals[-1] = replace(one, reasons=(*one.reasons, f"makes {gain:.1%} more of the rows unique{sample}"))
    kept = tuple(step for step in steps if next(p for p in proposals if p.column == step.column).role != "insensitive")
    return RoleProposals(tuple(proposals), kept, table.rows, len(rows))


def complete(roles: Roles, table: Table) -> Roles:
    """Call every column without a role insensitive: it passes unchanged.

    Raises:
        TableError: a role for a column that is not there.
    """
    table.require(list(roles.named))
    return Roles(
        subject=roles.subject,
        direct=roles.direct,
        quasi_identifiers=roles.quasi_identifiers,
        sensitive=roles.sensitive,
        insensitive=(*roles.insensitive, *roles.without_role(table)),
    )


def refuse_forgotten_identifiers(roles: Roles, table: Table, proposals: RoleProposals) -> None:
    """Refuse to pass a column unchanged that nobody gave a role and that seems to identify by itself.

    Args:
        roles: as the user gave them, before `complete`.
        proposals: for the table.

    Raises:
        TableError: names the columns and the reasons.
    """
    by_name = proposals.by_name
    forgotten = [by_name[name] for name in roles.without_role(table) if by_name[name].role == "direct"]
    if forgotten:
        listed = "\n  ".join(f"'{one.column}': {'; '.join(one.reasons)}" for one in forgotten)
        raise TableError(
            f"columns without a role that seem to identify people: {len(forgotten)}\n  {listed}",
            help="Give each a role: subject or direct removes it, insensitive publishes it as it is.",
        )


def _count(name: str, cells: npt.NDArray[np.object_ | np.int64 | np.float64]) -> _Column:
    codes, distinct = factorize(cells)
    once = int((np.bincount(codes[codes >= 0], minlength=1) == 1).sum()) if distinct else 0
    return _Column(name, cells, codes, distinct, once / len(codes), read_name(name))


def _alone(column: _Column, detect: Detect | None) -> RoleProposal | None:
    """Propose by what the column is by itself; None where only the others can tell."""

    def propose(role: Role, confidence: float, *reasons: str, person: bool = False) -> RoleProposal:
        return RoleProposal(column.name, role, reasons, confidence, column.unique_share, person)

    if not column.distinct:
        return propose("insensitive", 1.0, "it has no value in any row; leave it out")
    if column.distinct == 1 and not (column.codes < 0).any():
        return propose("insensitive", 0.9, "all rows have the same value")
    word, unique = column.word, f"{column.unique_share:.0%} of the rows have a value that no other row has"
    # Of two columns that may be the subject, the surer one becomes it: `customer id` before `id`.
    person = word is not None and (word.person or (word.role == "direct" and not word.sure and word.word != "name"))
    says = f"the name says '{word.word}'" if word is not None else ""
    values = _values(column)
    found = detect(values) if detect is not None else Found(0.0, "")
    cells = f"{found.share:.0%} of the values hold a direct identifier ({found.kind})"
    other = word is not None and word.role != "direct"
    if found.share >= _HOLDS and not (other and column.unique_share < _REPEATS):
        reasons = (cells, says) if word is not None and not other else (cells,)
        return propose("direct", 0.95 if len(reasons) > 1 else 0.8, *reasons, person=person)
    if word is not None and word.role == "direct" and (word.sure or column.distinct >= _REPEATS * len(column.codes)):
        sure = word.sure and column.unique_share >= _IDENTIFIES
        return propose("direct", 0.9 if sure else 0.7, says, unique, person=person)
    if found.share >= _SOME and column.is_text and not other:
        return propose("direct", 0.6, f"{cells}, such as in remarks")
    if word is not None and word.role == "sensitive":
        return propose("sensitive", 0.8, says)
    content = _content(column.name, values, is_text=column.is_text)
    if word is not None and word.role == "quasi_identifier":
        return propose("quasi_identifier", 0.9 if content else 0.8, says, *([content] if content else []))
    if content:
        return propose("quasi_identifier", 0.7, content)
    if column.unique_share >= _IDENTIFIES and column.is_text:
        return propose("direct", 0.6, f"text, and {unique}")
    if column.is_counter:
        return propose("direct", 0.6, "whole numbers without a gap, each in one row: it numbers the rows")
    if column.unique_share >= _FINDS:
        return propose("quasi_identifier", 0.5, f"{unique}: who knows one finds the row")
    return None


def _together(column: _Column, adds: Mapping[str, float], everything: float, sample: str) -> RoleProposal:
    """Propose by what the column adds to the others."""
    gain = adds.get(column.name, 0.0)
    if gain >= _ADDS:
        role, confidence, reason = "quasi_identifier", 0.5, f"makes {gain:.1%} more of the rows unique{sample}"
    elif everything >= 0.8:
        role, confidence = "quasi_identifier", 0.3
        reason = f"other columns make {everything:.0%} of the rows unique{sample}, so what it adds cannot be told"
    else:
        role, confidence = "insensitive", 0.4
        reason = f"{column.distinct:,} values, which make less than {_ADDS:.1%} of the rows unique{sample}"
    return RoleProposal(column.name, role, (reason,), confidence, column.unique_share)  # type: ignore[arg-type]


def _may_be_quasi(column: _Column, proposal: RoleProposal | None) -> bool:
    """Tell which columns are combined: not those that find rows by themselves, which would leave the others nothing."""
    named = proposal is None or (proposal.role == "quasi_identifier" and proposal.confidence > 0.5)
    return named and column.distinct > 1 - bool((column.codes < 0).any())


def _content(name: str, values: Sequence[str], *, is_text: bool) -> str:
    """Return what the form of the values says, if anything: dates, regions, postcodes, the sexes."""
    if 2 <= len(values) <= 5 and all(value.strip().casefold() in _SEXES for value in values):
        return "the values are words for the sexes"
    cells = np.array(values if is_text else list(map(float, values)), dtype=object if is_text else np.float64)
    return {
        "date_periods": "every value is a date",
        "division_codes": "every value is a code of an administrative division",
        "masked_codes": "every value has the form of a postcode",
    }.get(suggest(name, cells).builder, "")


def _values(column: _Column) -> list[str]:
    """Return different values that are not missing, evenly from their order."""
    rows = np.flatnonzero(column.codes >= 0)[::-1]
    first = np.zeros(column.distinct, dtype=np.intp)
    first[column.codes[rows]] = rows
    return cells_of(column.cells[first[_evenly(column.distinct, MOST_VALUES)]])


def _evenly(rows: int, most: int) -> npt.NDArray[np.intp]:
    """Return at most so many row numbers, evenly spaced, the first among them."""
    return np.arange(rows) if rows <= most else (np.arange(most) * rows // most).astype(np.intp)


def _greedy(
    codes: Mapping[str, Codes], alone: Mapping[str, RoleProposal | None]
) -> tuple[tuple[Step, ...], dict[str, float]]:
    """Add column after column; return the steps, and by column the share of rows that it makes unique.

    What a column adds is the larger of two figures: at its turn, and as the last (all the others, then it). Ties go to
    the more classes, then to columns whose own evidence makes them quasi-identifiers, then to the first.
    """
    rows = len(next(iter(codes.values()))) if codes else 0
    classes, left, steps, adds = np.zeros(rows, dtype=np.int64), list(codes), list[Step](), dict[str, float]()
    before = 0
    while left and len(steps) < MOST_STEPS:
        joined = {name: _joined(classes, codes[name]) for name in left}
        scores = {name: (*_unique(joined[name]), alone[name] is not None) for name in left}
        best = max(left, key=lambda name: (scores[name], -left.index(name)))
        classes, unique = joined[best], scores[best][0]
        adds[best] = (unique - before) / rows
        before = unique
        left.remove(best)
        steps.append(Step(best, unique / rows))
    for name in adds:
        without = np.zeros(rows, dtype=np.int64)
        for other in adds:
            without = without if other == name else _joined(without, codes[other])
        adds[name] = max(adds[name], (before - _unique(without)[0]) / rows)
    return tuple(steps), adds


def _joined(classes: Codes, codes: Codes) -> Codes:
    """Number the classes that rows are in by both."""
    width = int(codes.max()) + 2
    joined: Codes = np.unique(classes * width + codes + 1, return_inverse=True)[1].astype(np.int64)
    return joined


def _unique(classes: Codes) -> tuple[int, int]:
    """Return how many rows are alone in their class, and how many classes there are."""
    sizes = np.bincount(classes)
    return int((sizes == 1).sum()), len(sizes)
