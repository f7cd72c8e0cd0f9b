"""The member's side in a ClientApp: a mod that turns training into the five answers of a round.

The app's own training function is called once a round, with the model as the server sent it. What it gives back never
leaves the silo: the mod encodes the change of the model, and sends what secure aggregation sends. A message that asks
for anything else (a plain training round, an evaluation, a query) is refused, so that no server gets in the clear what
the protocol hides.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flwr.app import ConfigRecord, Context, Message, RecordDict
from numpy.typing import NDArray

from wuming.core.canonical import digest
from wuming.core.errors import (
    BudgetExceeded,
    MessageRefused,
    PrivacyParameterError,
    RoundAborted,
    RoundRefused,
    UpdateRefused,
)
from wuming.crypto.random import new_key
from wuming.federated.codes import Vector, check_moves, check_vector
from wuming.federated.flower import wire
from wuming.federated.flower.arrays import asked_digest, to_vector, update_between
from wuming.federated.flower.silo import Silo
from wuming.federated.flower.stored import StoredClient, sealed, unsealed
from wuming.federated.secure_aggregation import ServerStage, Stage
from wuming.mechanisms.clipping import clip

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
    wire.check_number(part.round_number)
    arrays = wire.model_of(message.content)
    agreement = silo.agreement
    asked = asked_digest(message.metadata.message_type, message.content, leave_out=wire.RECORD)
    offer = agreement.offer(part.round_number, to_vector(arrays), asked)
    # Before training: a round that is refused costs nothing.
    _check_claim(silo)
    client = StoredClient(
        silo.identity,
        agreement.cohort,
        offer.configuration(),
        register=silo.register,
        least_colluders=silo.least_colluders,
    )
    reply = app(_plain(message), context)
    if reply.has_error():
        raise UpdateRefused("the app could not train", reason="no-update", help="See the silo's own log.")
    update = update_between(arrays, wire.model_of(reply.content))
    return _Underway(client, _encoded(silo, update, part.round_number), time.time())


def _encoded(silo: Silo, update: Vector, round_number: int) -> NDArray[np.integer[Any]]:
    plan = silo.agreement.plan
    check_vector(update, update.size)  # NaN would pass the clipping of its own norm
    if plan.unit == "client":
        update = clip(update, plan.bound)
    assert plan.code is not None  # sums are secure
    # A key of this vector's own: the same noise on two vectors would cancel in their difference.
    values = plan.code.encode(update * plan.weighting.weight(silo.name, silo.records), new_key(), round_number)
    if plan.zeros_are_faults:
        check_moves(values)
    return values


def _keep(silo: Silo, underway: _Underway, context: Context) -> None:
    state = underway.client.taken(begun_at=underway.begun_at, vector=underway.vector)
    seal = sealed(state, silo.identity, silo.agreement.plan.name)
    context.state[wire.RECORD] = ConfigRecord({"sealed": seal})


def _put_back(silo: Silo, part: wire.Part, context: Context) -> _Underway:
    record = context.state.get(wire.RECORD)
    seal = record.get("sealed") if isinstance(record, ConfigRecord) else None
    if not isinstance(seal, bytes):
        raise _refused("this silo is in no round", "no-round")
    state = unsealed(seal, silo.identity, silo.agreement.plan.name)
    number = state.configuration.round_number
    if number != part.round_number:
        raise _refused(f"round {part.round_number}, this silo is in round {number}", "foreign")
    if time.time() > state.begun_at + silo.patience:
        forget(context)
        raise _refused(f"round {number} was begun more than {silo.patience:g} seconds ago", "late")
    client = StoredClient.put_back(state, silo.identity, silo.agreement.cohort)
    return _Underway(client, state.values(), state.begun_at)


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


def _check_claim(silo: Silo) -> None:
    """Refuse a round that the silo cannot pay for, or for which the app promises too little, before it trains.

    Raises:
        PrivacyParameterError: a claim without an account, or an app that bounds or draws records by other numbers.
        BudgetExceeded: the silo's account cannot bear it.
    """
    plan = silo.agreement.plan
    if plan.unit == "record" and (silo.record_bound is None or silo.record_bound > plan.bound):
        raise PrivacyParameterError(
            f"the app bounds a record's share by {silo.record_bound}, the plan says {plan.bound}",
            help="Clip each record's gradient in the app and say so (record_bound), or use unit client.",
        )
    if plan.unit == "record" and silo.sampling_probability > plan.sampling_probability:
        raise PrivacyParameterError(
            f"the app draws records with probability {silo.sampling_probability}, the plan says "
            f"{plan.sampling_probability}",
            help="Draw each record by a secret coin in the app and say so (sampling_probability), or plan for 1.",
        )
    if silo.event is None:
        return
    if silo.budget is None:
        raise PrivacyParameterError("this silo has no account to charge", help="Give the Silo a budget.")
    price = getattr(silo.budget, "price", None)
    cost = price(silo.event) if price is not None else None
    if cost is not None and not cost.fits:
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
    plan = silo.agreement.plan
    name = digest([plan.name, plan.digest.hex(), client.configuration.round_number, silo.name])
    silo.budget.reserve(silo.event, schedule=name).commit()


def _enter_stage(silo: Silo, part: wire.Part) -> None:
    """Say that the answer of a stage leaves now.

    Raises:
        RoundRefused: (`replayed-round`) one has left before, from another copy of the context.
    """
    silo.register.begin(f"{silo.agreement.plan.name}/stages", part.round_number * 8 + part.stage)


def _plain(message: Message) -> Message:
    """Return the message as the app would get it from a server without secure aggregation."""
    content = RecordDict({name: record for name, record in message.content.items() if name != wire.RECORD})
    return Message(content, metadata=message.metadata)


def _reply(message: Message, part: wire.Part, answer: bytes) -> Message:
    record = wire.record_of(wire.Part(part.stage, part.round_number, answer))
    return Message(RecordDict({wire.RECORD: record}), reply_to=message)


def _refused(text: str, reason: str) -> MessageRefused:
    return MessageRefused(text, reason=reason, help="The round goes on without it.")
