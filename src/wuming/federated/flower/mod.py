"""The member's side in a ClientApp: a mod that turns training into the five answers of a round.

The app's own training function is called once a round, with the model as the server sent it. What it gives back never
leaves the silo: the mod encodes the change of the model, and sends what secure aggregation sends. A message that asks
for anything else (a plain training round, an evaluation, a query) is refused, so that no server gets in the clear what
the protocol hides.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flwr.app import ArrayRecord, ConfigRecord, Context, Message, RecordDict
from numpy.typing import NDArray

from wuming.core.errors import BudgetExceeded, MessageRefused, RoundAborted, RoundRefused, UpdateRefused
from wuming.federated.flower import wire
from wuming.federated.flower.arrays import model_digest, to_vector, update_between
from wuming.federated.flower.silo import Silo
from wuming.federated.flower.stored import StoredClient, sealed, unsealed
from wuming.federated.secure_aggregation import ServerStage, Stage
from wuming.federated.secure_aggregation.configuration import agreement

App = Callable[[Message, Context], Message]
Mod = Callable[[Message, Context, App], Message]


def secure_aggregation(silo: Silo | Callable[[Context], Silo]) -> Mod:
    """Return a mod for `ClientApp(mods=[…])`.

    Args:
        silo: what this member holds, or a function that finds it by the node's own configuration.
    """

    def mod(message: Message, context: Context, app: App) -> Message:
        try:
            own = silo if isinstance(silo, Silo) else silo(context)
            part = wire.part_of(message.content)
            if part is None:
                return _without_round(own, message, context, app)
            return _answer(own, part, message, context, app)
        except Exception as error:  # noqa: BLE001  (its text may hold personal values and must not reach the server)
            return wire.error_reply(message, error)

    return mod


def forget(context: Context) -> None:
    """Drop what is remembered of a round."""
    context.state.pop(wire.RECORD, None)


def _without_round(silo: Silo, message: Message, context: Context, app: App) -> Message:
    kind = message.metadata.message_type
    if silo.evaluation and kind.partition(".")[0] == "evaluate":
        return app(message, context)
    raise RoundRefused(
        f"a message of type {kind} outside of secure aggregation",
        reason="in-the-clear",
        help="Use SecureAggregation in the ServerApp; evaluation is answered where the silo's evaluation=True.",
    )


@dataclass(frozen=True, slots=True)
class _Underway:
    """A round between two messages."""

    client: StoredClient
    dimension: int
    vector: NDArray[Any]
    begun_at: float


def _answer(silo: Silo, part: wire.Part, message: Message, context: Context, app: App) -> Message:
    if part.abort:
        forget(context)
        return _reply(message, part, b"")
    if part.stage == ServerStage.KEYS:
        forget(context)
        underway = _begin(silo, part, message, context, app)
        answer = underway.client.advertise()
    else:
        underway = _put_back(silo, part, context)
        try:
            answer = _step(silo, underway.client, part, underway.vector)
        except (RoundAborted, UpdateRefused, BudgetExceeded):
            forget(context)
            raise
        _enter_stage(silo, part)
    if underway.client.stage >= Stage.REVELATION:
        forget(context)
    else:
        _keep(silo, underway, context)
    return _reply(message, part, answer)


def _begin(silo: Silo, part: wire.Part, message: Message, context: Context, app: App) -> _Underway:
    arrays = _model(message.content)
    dimension = to_vector(arrays).size
    federation = silo.federation
    configuration = federation.round(part.round_number, dimension, model_digest(arrays))
    # Before training: a round that is refused costs nothing.
    _check_budget(silo)
    client = StoredClient(
        silo.identity,
        federation.cohort,
        configuration,
        register=silo.register,
        least_colluders=silo.least_colluders,
    )
    begun_at = time.time()
    reply = app(_plain(message), context)
    if reply.has_error():
        raise UpdateRefused("the app could not train", reason="no-update", help="See the silo's own log.")
    update = update_between(arrays, _model(reply.content))
    vector = federation.encoding.encode(update, shared=federation.shared(configuration))
    return _Underway(client, dimension, vector, begun_at)


def _keep(silo: Silo, underway: _Underway, context: Context) -> None:
    state = underway.client.taken(dimension=underway.dimension, begun_at=underway.begun_at, vector=underway.vector)
    context.state[wire.RECORD] = ConfigRecord({"sealed": sealed(state, silo.identity, silo.federation.name)})


def _put_back(silo: Silo, part: wire.Part, context: Context) -> _Underway:
    record = context.state.get(wire.RECORD)
    seal = record.get("sealed") if isinstance(record, ConfigRecord) else None
    if not isinstance(seal, bytes):
        raise _refused("this silo is in no round", "no-round")
    federation = silo.federation
    state = unsealed(seal, silo.identity, federation.name)
    if state.round_number != part.round_number:
        raise _refused(f"round {part.round_number}, this silo is in round {state.round_number}", "foreign")
    if time.time() > state.begun_at + silo.patience:
        forget(context)
        raise _refused(f"round {part.round_number} was begun more than {silo.patience:g} seconds ago", "late")
    configuration = federation.round(state.round_number, state.dimension, state.model_digest)
    client = StoredClient.put_back(state, silo.identity, federation.cohort, configuration)
    return _Underway(client, state.dimension, state.values(), state.begun_at)


def _step(silo: Silo, client: StoredClient, part: wire.Part, vector: NDArray[Any]) -> bytes:
    match part.stage:
        case ServerStage.SHARES:
            return client.share(part.message)
        case ServerStage.VECTORS:
            answer = client.mask(part.message, vector)
            _charge(silo, client)
            return answer
        case ServerStage.CONFIRMATIONS:
            return client.confirm(part.message)
        case ServerStage.REVELATIONS:
            return client.reveal(part.message)
        case _:
            raise _refused(f"no stage {part.stage} is answered", "wrong-kind")


def _check_budget(silo: Silo) -> None:
    """Refuse a round whose price is known to be too high before anything is computed.

    Raises:
        BudgetExceeded: the silo's account cannot bear it.
    """
    price = getattr(silo.budget, "price", None)
    if price is None or silo.event is None:
        return
    cost = price(silo.event)
    if not cost.fits:
        raise BudgetExceeded(
            f"this silo's account stands at epsilon={cost.before:.4g}, the round would make it {cost.after:.4g}, "
            f"cap={cost.cap:.4g}",
            help="The federation stops for this silo.",
        )


def _charge(silo: Silo, client: StoredClient) -> None:
    """Enter the round in the silo's own ledger before its vector leaves.

    Raises:
        BudgetExceeded: the account cannot bear it; nothing is sent.
    """
    if silo.budget is None or silo.event is None:
        return
    agreed = agreement(silo.federation.cohort, client.configuration)
    silo.budget.reserve(silo.event, schedule=hashlib.sha256(agreed).hexdigest()).commit()


def _enter_stage(silo: Silo, part: wire.Part) -> None:
    """Say that the answer of a stage leaves now.

    Raises:
        RoundRefused: (`replayed-round`) one has left before, from another copy of the context.
    """
    silo.register.begin(f"{silo.federation.name}/stages", part.round_number * 8 + part.stage)


def _model(content: RecordDict) -> ArrayRecord:
    records = list(content.array_records.values())
    if len(records) != 1:
        raise UpdateRefused(
            f"{len(records)} records of arrays where one is aggregated",
            reason="wrong-shape",
            help="Send and give back the model as one ArrayRecord.",
        )
    return records[0]


def _plain(message: Message) -> Message:
    """Return the message as the app would get it from a server without secure aggregation."""
    content = RecordDict({name: record for name, record in message.content.items() if name != wire.RECORD})
    return Message(content, metadata=message.metadata)


def _reply(message: Message, part: wire.Part, answer: bytes) -> Message:
    record = wire.record_of(wire.Part(part.stage, part.round_number, answer))
    return Message(RecordDict({wire.RECORD: record}), reply_to=message)


def _refused(text: str, reason: str) -> MessageRefused:
    return MessageRefused(text, reason=reason, help="The round goes on without it.")
