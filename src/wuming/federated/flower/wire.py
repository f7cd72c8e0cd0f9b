"""How the bytes of a round travel in Flower's messages: one `ConfigRecord` under one name, beside the model at first.

From the server: `stage` (a number of `ServerStage`), `round` and `message` (bytes; empty at the first stage, whose
content is the model itself). From a member: `stage`, `round` and `message`. What stands in it is never trusted: the
state machines check it.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from typing import Final

from flwr.app import ArrayRecord, ConfigRecord, Error, Message, RecordDict
from flwr.common.constant import ErrorCode

from wuming.core.errors import FederationError, MessageRefused, RoundRefused, UpdateRefused, WumingError

RECORD: Final = "wuming.secure-aggregation"
VERSION: Final = 1
_DAY: Final = 86_400_000  # milliseconds
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a round.

    Attributes:
        stage: the stage whose message of the member is asked for, or given; a number of `ServerStage`.
        round_number: of the round.
        message: bytes of the protocol.
        abort: the round is over; `message` says so to the member's state machine.
    """

    stage: int
    round_number: int
    message: bytes = b""
    abort: bool = False


def record_of(part: Part) -> ConfigRecord:
    """Return the record that holds a part."""
    return ConfigRecord(
        {
            "version": VERSION,
            "stage": int(part.stage),  # in a simulation records are not written and read again, and an enum stays one
            "round": part.round_number,
            "abort": part.abort,
            "message": part.message,
        }
    )


def part_of(content: RecordDict) -> Part | None:
    """Return the part that a message carries, or None where it carries none.

    Raises:
        MessageRefused: (`malformed`, `version`) the record is not of this form.
    """
    if RECORD not in content:
        return None
    record = content[RECORD]
    if not isinstance(record, ConfigRecord):
        raise _refused("the record of the round is no ConfigRecord", "malformed")
    values = [record.get(name) for name in ("version", "stage", "round", "abort", "message")]
    kinds = (int, int, int, bool, bytes)
    if len(record) != len(kinds) or any(type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
        raise _refused("the record of the round has other fields", "malformed")
    version, stage, number, abort, message = values
    if version != VERSION:
        raise _refused(f"a record of version {version}, this is version {VERSION}", "version")
    assert isinstance(stage, int)
    assert isinstance(number, int)
    assert isinstance(message, bytes)
    return Part(stage, number, message, bool(abort))


def model_of(content: RecordDict) -> ArrayRecord:
    """Return the model that a message carries.

    Raises:
        UpdateRefused: (`wrong-shape`) it carries none, or several.
    """
    records = list(content.array_records.values())
    if len(records) != 1:
        raise UpdateRefused(
            f"{len(records)} records of arrays where one is aggregated",
            reason="wrong-shape",
            help="Send and give back the model as one ArrayRecord.",
        )
    model: ArrayRecord = records[0]
    return model


def check_number(round_number: int) -> None:
    """Refuse a round number that lies more than a day ahead: numbers are milliseconds since 1970.

    Numbers only rise, so one message with a huge number would end the federation for a silo for good.

    Raises:
        RoundRefused: (`future-round`) it does.
    """
    if round_number > time.time_ns() // 1_000_000 + _DAY:
        raise RoundRefused(
            f"round {round_number} lies more than a day ahead",
            reason="future-round",
            help="Compare the clocks of server and silo; round numbers are milliseconds since 1970.",
        )


def error_reply(message: Message, error: Exception) -> Message:
    """Return an answer that says what went wrong without a word of what the silo works on.

    The federation's own errors are quoted: they hold places, stages and sizes alone. Of all others the type is named:
    how a silo's account stands, for one, is the silo's own business. The silo's log says a little more, and all of it
    with WUMING_DEBUG=1.
    """
    name = type(error).__name__
    said = f"{name}: {error.message}" if isinstance(error, WumingError) else name
    _log.warning("not answered: %s", said, exc_info=error if os.environ.get("WUMING_DEBUG") == "1" else None)
    reason = said if isinstance(error, FederationError) else name
    return Message(Error(ErrorCode.CLIENT_APP_RAISED_EXCEPTION, reason), reply_to=message)


def _refused(text: str, reason: str) -> MessageRefused:
    return MessageRefused(text, reason=reason, help="The round goes on without it.")
