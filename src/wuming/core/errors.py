"""Every error that Wuming raises on purpose, with the exit code that the command line returns for it.

    WumingError                      1   base; never raised itself
    ├── PlanError                   10   the plan does not fit its schema
    ├── InputError                       what was to be read
    │   ├── MissingFile             20   no such file or folder
    │   ├── MalformedRecord         21   a line that is no valid record
    │   ├── WrongEncoding           22   not UTF-8
    │   ├── MissingSubject          23   a record that names no subject
    │   ├── DuplicateId             24   two records with one id
    │   ├── EmptyData               25   nothing to work on
    │   ├── UnknownDataset          26   a data set that is not known, not there, or not what it should be
    │   └── InputTooLarge           27   over a stated limit
    ├── PrivacyParameterError       30   a parameter for which no guarantee exists (epsilon ≤ 0, delta > 1/(10 n))
    ├── UnsupportedEvent            31   no accountant supports this event
    ├── TableError                  32   the table cannot be anonymised as asked (k larger than the table)
    ├── SelfCheckFailed             33   a run-time check of a guarantee failed; nothing was released
    ├── QueryRefused                34   a question that cannot be answered privately, or not as asked
    ├── BudgetExceeded              40   the account cannot bear this event
    ├── LedgerCorrupt               41   the ledger's chain is broken; nothing was written
    ├── LedgerBusy                  42   another process held the ledger too long
    ├── ConsentError                43   a consent record that cannot be accepted
    ├── ReleaseRefused              50   a mandatory control failed
    ├── ClaimRefused                51   the audit's lower bound exceeds the claimed epsilon
    ├── VerificationFailed          60   a signature, hash or proof does not hold
    ├── KeyUnavailable              61   a key is missing, unreadable or of the wrong kind
    ├── FederationError                  several parties that compute together
    │   ├── RoundRefused            62   a round that this party does not begin
    │   ├── MessageRefused          63   one message that is not taken; the round goes on
    │   ├── RoundAborted            64   a round that ended for all without a sum
    │   ├── UpdateRefused           65   an update that cannot be encoded or masked
    │   └── NodeRefused             66   server and node do not take each other
    ├── StorageError                70   the disk is full, or a folder cannot be written
    ├── RunConflict                 71   the output folder belongs to another plan, or is in use
    ├── MissingExtra                72   an optional dependency is not installed
    └── Interrupted                130   Ctrl-C; what was finished is kept

A message says what was wrong, with name and value, and what to do next. It never holds a personal value: it may hold
field names, line numbers, record *positions*, counts and digests.
"""

from __future__ import annotations

from typing import ClassVar


class WumingError(Exception):
    """Base of all expected errors.

    Args:
        message: what was wrong and where; no personal value.
        help: what to do next, one sentence; printed under the message.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class PlanError(WumingError):
    """The plan does not fit its schema."""

    exit_code = 10


class InputError(WumingError):
    """What was to be read cannot be read."""


class MissingFile(InputError):
    """No such file or folder."""

    exit_code = 20


class MalformedRecord(InputError):
    """A line that is no valid record."""

    exit_code = 21


class WrongEncoding(InputError):
    """The file is not UTF-8."""

    exit_code = 22


class MissingSubject(InputError):
    """A record names no subject, so its owner's privacy cannot be accounted."""

    exit_code = 23


class DuplicateId(InputError):
    """Two records share an id."""

    exit_code = 24


class EmptyData(InputError):
    """There is nothing to work on."""

    exit_code = 25


class UnknownDataset(InputError):
    """A data set that is not known, not there, or whose hash is not the registered one."""

    exit_code = 26


class InputTooLarge(InputError):
    """Over a stated limit."""

    exit_code = 27


class PrivacyParameterError(WumingError):
    """A parameter for which no guarantee exists."""

    exit_code = 30


class UnsupportedEvent(WumingError):
    """No accountant supports this event; nothing is approximated in silence."""

    exit_code = 31


class TableError(WumingError):
    """The table cannot be anonymised as asked."""

    exit_code = 32


class SelfCheckFailed(WumingError):
    """A run-time check of a guarantee failed; nothing was released."""

    exit_code = 33


class QueryRefused(WumingError):
    """A question that cannot be answered privately, or not as asked; nothing was drawn and nothing charged."""

    exit_code = 34


class BudgetExceeded(WumingError):
    """The account cannot bear this event."""

    exit_code = 40


class LedgerCorrupt(WumingError):
    """The ledger's hash chain is broken; nothing was written."""

    exit_code = 41


class LedgerBusy(WumingError):
    """Another process held the ledger too long."""

    exit_code = 42


class ConsentError(WumingError):
    """A consent record that cannot be accepted."""

    exit_code = 43


class ReleaseRefused(WumingError):
    """A mandatory control failed; nothing was released."""

    exit_code = 50


class ClaimRefused(WumingError):
    """The audit's lower bound exceeds the claimed epsilon; the claim is withdrawn."""

    exit_code = 51


class VerificationFailed(WumingError):
    """A signature, hash or proof does not hold."""

    exit_code = 60


class KeyUnavailable(WumingError):
    """A key is missing, unreadable or of the wrong kind."""

    exit_code = 61


class FederationError(WumingError):
    """Something between parties that compute together.

    Args:
        message: what was wrong and where; parties are named by their place in the cohort.
        reason: one word that names the rule, e.g. `duplicate`.
        help: what to do next.
    """

    def __init__(self, message: str, *, reason: str, help: str = "") -> None:
        super().__init__(f"{message} ({reason})", help=help)
        self.reason = reason


class RoundRefused(FederationError):
    """A round that this party does not begin; nothing was sent."""

    exit_code = 62


class MessageRefused(FederationError):
    """One message is not taken; nothing changed, and the round goes on."""

    exit_code = 63


class RoundAborted(FederationError):
    """The round ended for all without a sum."""

    exit_code = 64


class UpdateRefused(FederationError):
    """An update that cannot be encoded or masked; nothing was sent."""

    exit_code = 65


class NodeRefused(FederationError):
    """Server and node do not take each other: another certificate, an unknown key, or nobody there."""

    exit_code = 66


class StorageError(WumingError):
    """The disk is full, or a folder cannot be written."""

    exit_code = 70


class RunConflict(WumingError):
    """The output folder belongs to another plan, or another process is using it."""

    exit_code = 71


class MissingExtra(WumingError):
    """An optional dependency is not installed."""

    exit_code = 72


class Interrupted(WumingError):
    """Stopped by Ctrl-C; what was finished is kept."""

    exit_code = 130
