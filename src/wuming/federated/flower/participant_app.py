"""The member's side of `wuming federate join`: a `Participant` behind a ClientApp, its secrets in this process alone.

Unlike the mod for existing apps, it trains only once the others' shares are there, so that what it pays for is sent.
"""

from __future__ import annotations

from typing import Any

from flwr.app import Context, Message, RecordDict
from numpy.typing import NDArray

from wuming.core.errors import MessageRefused, RoundRefused
from wuming.federated.flower import wire
from wuming.federated.flower.agreement import Agreement
from wuming.federated.flower.arrays import to_vector
from wuming.federated.participant import Participant
from wuming.federated.secure_aggregation import ServerStage


class ParticipantApp:
    """Answers the messages of rounds, one round at a time, for as long as its process lives.

    Args:
        participant: the silo's own.
        agreement: the silo's own copy; offers are made from it, never from what the server says.
    """

    def __init__(self, participant: Participant, agreement: Agreement) -> None:
        self._participant = participant
        self._agreement = agreement
        self._round = 0
        self.answered = 0
        """Rounds in which this silo's vector left."""

    def __call__(self, message: Message, context: Context) -> Message:  # noqa: ARG002  (Flower's signature)
        """Answer one message; what went wrong is said without a word of what the silo works on."""
        try:
            part = wire.part_of(message.content)
            if part is None:
                raise RoundRefused(
                    f"a message of type {message.metadata.message_type} outside of secure aggregation",
                    reason="in-the-clear",
                    help="This silo answers nothing else.",
                )
            answer = self._answer(part, message)
        except Exception as error:  # noqa: BLE001  (its text may hold personal values and must not reach the server)
            if not isinstance(error, MessageRefused):
                self._participant.leave()
                self._round = 0
            return wire.error_reply(message, error)
        record = wire.record_of(wire.Part(part.stage, part.round_number, answer))
        return Message(RecordDict({wire.RECORD: record}), reply_to=message)

    def _answer(self, part: wire.Part, message: Message) -> bytes:
        if part.abort:
            self._participant.leave()
            self._round = 0
            return b""
        stage = ServerStage(part.stage) if part.stage in ServerStage.__members__.values() else None
        if stage is None or stage >= ServerStage.DONE:
            raise MessageRefused(f"no stage {part.stage} is answered", reason="wrong-kind")
        if stage == ServerStage.KEYS:
            wire.check_number(part.round_number)
            weights = to_vector(wire.model_of(message.content))
            self._participant.begin(self._agreement.offer(part.round_number, weights))
            self._round = part.round_number
            return self._participant.answer(stage, b"")
        if self._round != part.round_number:
            raise MessageRefused(f"round {part.round_number}, this silo is in round {self._round}", reason="foreign")
        values: NDArray[Any] | None = None
        if stage == ServerStage.VECTORS:
            values = self._participant.encoded()
            self.answered += 1
        return self._participant.answer(stage, part.message, values)
