"""A member between two messages: sealed state, one answer a stage whatever the context does, a server's tricks."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import pytest
from flwr.app import ArrayRecord, ConfigRecord, Context, Message, RecordDict
from flwr.clientapp import ClientApp
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import BudgetExceeded, MessageRefused, RoundRefused
from wuming.federated.codes import SkellamCode
from wuming.federated.encoding import design
from wuming.federated.flower import Agreement, secure_aggregation, wire
from wuming.federated.flower.arrays import asked_digest, model_digest, to_vector, update_between, with_vector
from wuming.federated.flower.stored import MemberState, StoredClient, sealed, unsealed
from wuming.federated.secure_aggregation import Client, RoundsInMemory, Server, ServerStage, messages

from . import small

RECORD = wire.RECORD


class Driver:
    """A server that a test holds in its hands, over the apps of a federation."""

    def __init__(self, agreed=None, silos=None) -> None:
        self.agreed = agreed or small.agreement()
        self.silos = silos or [small.silo(place, self.agreed) for place in range(5)]
        self.grid = small.MemoryGrid({place: small.app(silo, place) for place, silo in enumerate(self.silos)})
        model = small.model()
        self.number = 5
        asked = asked_digest("train", RecordDict({"arrays": model}), leave_out=RECORD)
        offer = self.agreed.offer(self.number, to_vector(model), asked)
        self.server = Server(self.agreed.cohort, offer.configuration())

    def begin(self) -> None:
        """Hold the first stage."""
        for place in range(5):
            self.server.receive(self.train(place).message)
        self.inbox = self.server.advance()

    def train(self, place: int) -> wire.Part:
        content = RecordDict({"arrays": small.model(), RECORD: wire.record_of(wire.Part(1, self.number))})
        return self.sent(content, place)

    def ask(self, place: int, data: bytes, stage: int | None = None) -> wire.Part:
        part = wire.Part(self.server.stage if stage is None else stage, self.number, data)
        return self.sent(RecordDict({RECORD: wire.record_of(part)}), place)

    def sent(self, content: RecordDict, place: int) -> wire.Part:
        (reply,) = self.grid.send_and_receive([Message(content, place, "train")])
        if reply.has_error():
            raise RuntimeError(reply.error.reason)
        found = wire.part_of(reply.content)
        assert found is not None
        return found

    def survivors(self, places: list[int]) -> bytes:
        """Return a list of survivors as a lying server would send it."""
        return messages.frame(messages.Survivors(self.server._agreement, places))

    def stage(self) -> None:
        """Hold one stage honestly."""
        for place, data in self.inbox.items():
            self.server.receive(self.ask(place, data).message)
        self.inbox = self.server.advance()


def test_two_copies_of_a_context_give_one_confirmation() -> None:
    driver = Driver()
    driver.begin()
    driver.stage()
    driver.stage()  # the survivors are known now
    copy = deepcopy(driver.grid.contexts[0])
    everybody = driver.inbox[0]
    other = driver.survivors([0, 1, 2])
    driver.ask(0, everybody)
    driver.grid.contexts[0] = copy
    with pytest.raises(RuntimeError, match="replayed-round"):
        driver.ask(0, other)


class Forgetful(RoundsInMemory):
    """A broken twin: a register that knows rounds, but not stages."""

    def begin(self, federation: str, round_number: int) -> None:
        if not federation.endswith("/stages"):
            super().begin(federation, round_number)


def test_without_the_register_two_copies_would_confirm_twice() -> None:
    agreed = small.agreement()
    driver = Driver(agreed, [small.silo(place, agreed, register=Forgetful()) for place in range(5)])
    driver.begin()
    driver.stage()
    driver.stage()
    copy = deepcopy(driver.grid.contexts[0])
    other = driver.survivors([0, 1, 2])
    first = driver.ask(0, driver.inbox[0])
    driver.grid.contexts[0] = copy
    assert driver.ask(0, other).message != first.message


def test_a_context_holds_no_secret_in_clear_and_cannot_be_changed() -> None:
    driver = Driver()
    driver.begin()
    record = driver.grid.contexts[1].state[RECORD]
    assert list(record) == ["sealed"]
    state = unsealed(record["sealed"], driver.silos[1].identity, "tests")
    for secret in (state.seed, state.channel, state.mask, state.vector):
        assert secret
        assert secret not in record["sealed"]
    for broken in (record["sealed"][:-1] + b"\0", record["sealed"][1:], b"", b"\0" * 40):
        with pytest.raises(RoundRefused, match="unreadable-state"):
            unsealed(broken, driver.silos[1].identity, "tests")
    with pytest.raises(RoundRefused):
        unsealed(record["sealed"], driver.silos[2].identity, "tests")
    with pytest.raises(RoundRefused):
        unsealed(record["sealed"], driver.silos[1].identity, "another federation")


def test_the_state_holds_all_that_a_client_has() -> None:
    """Whoever adds an attribute to Client is told here that it must survive between messages."""
    agreed = small.agreement()
    offer = agreed.offer(1, np.zeros(12))
    key = small.members(5)[0]
    common = (key, agreed.cohort, offer.configuration())
    client = Client(*common, register=RoundsInMemory(), least_colluders=0)
    stored = StoredClient(*common, register=RoundsInMemory(), least_colluders=0)
    for each in (client, stored):
        each.advertise()
    state = stored.taken(begun_at=0.0, vector=np.zeros(12, dtype=np.int64))
    assert vars(StoredClient.put_back(state, key, agreed.cohort)).keys() == vars(client).keys()
    assert unsealed(sealed(state, key, "tests"), key, "tests") == state
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=MemberState) == state


def test_a_round_is_held_once_and_given_up_after_a_while() -> None:
    agreed = small.agreement()
    driver = Driver(agreed, [small.silo(place, agreed, patience=-1.0) for place in range(5)])
    driver.begin()
    with pytest.raises(RuntimeError, match="late"):
        driver.ask(0, driver.inbox[0])
    with pytest.raises(RuntimeError, match="no-round"):
        driver.ask(0, driver.inbox[0])
    with pytest.raises(RuntimeError, match="replayed-round"):
        driver.train(0)


def test_one_huge_number_does_not_end_the_federation_for_good() -> None:
    driver = Driver()
    driver.number = 1 << 61
    with pytest.raises(RuntimeError, match="future-round"):
        driver.train(0)
    driver.number = 5
    driver.begin()


@pytest.mark.parametrize("stage", [0, 3, 4, 5, 6, 99])
def test_a_stage_out_of_order_is_refused_and_changes_nothing(stage: int) -> None:
    driver = Driver()
    driver.begin()
    with pytest.raises(RuntimeError):
        driver.ask(0, driver.inbox[0], stage=stage)
    driver.stage()
    assert driver.server.stage == ServerStage.VECTORS


def test_an_apps_words_never_reach_the_server() -> None:
    made = ClientApp(mods=[secure_aggregation(small.silo(0, small.agreement()))])

    @made.train()
    def train(message: Message, context: Context) -> Message:
        raise ValueError("patient Zhang San, 13800138000")

    driver = Driver()
    driver.grid.apps = {0: made}
    with pytest.raises(RuntimeError) as told:
        driver.train(0)
    assert str(told.value) == "ValueError"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_update_that_is_not_finite_is_refused(value: float) -> None:
    made = ClientApp(mods=[secure_aggregation(small.silo(0, small.agreement()))])

    @made.train()
    def train(message: Message, context: Context) -> Message:
        arrays = ArrayRecord([np.full((2, 4), value), np.ones(4)])
        return Message(RecordDict({"arrays": arrays}), reply_to=message)

    driver = Driver()
    driver.grid.apps = {0: made}
    with pytest.raises(RuntimeError, match="not-finite"):
        driver.train(0)


@dataclass
class Purse:
    """A budget that counts, and bears so many rounds."""

    bears: int = 100
    committed: int = 0

    def reserve(self, event, *, schedule):
        if not self.bears:
            raise BudgetExceeded("the account of shop 17 is spent")
        return self

    def commit(self) -> None:
        self.committed += 1

    def release(self) -> None:
        """Give nothing back: nothing is charged before commit."""


def noisy() -> Agreement:
    """An agreement that claims something."""
    plain = small.agreement()
    encoding = design(
        12,
        unit="client",
        max_norm=plain.plan.bound,
        noise_multiplier=1.0,
        members=5,
        threshold=plain.plan.least_survivors,
        colluders=0,
        modulus_bits=20,
        rotation_seed=bytes(32),
    )
    return replace(plain, plan=replace(plain.plan, noise="distributed", code=SkellamCode(encoding)))


def test_a_silo_pays_before_its_vector_leaves_and_not_for_rounds_that_end_earlier() -> None:
    agreed = noisy()
    budgets = [Purse() for _ in range(5)]
    driver = Driver(agreed, [small.silo(place, agreed, budget=budgets[place]) for place in range(5)])
    driver.begin()
    driver.stage()
    assert [budget.committed for budget in budgets] == [0] * 5
    driver.ask(0, driver.inbox[0])
    assert [budget.committed for budget in budgets] == [1, 0, 0, 0, 0]


def test_a_silo_whose_account_is_spent_or_missing_sends_nothing() -> None:
    agreed = noisy()
    silos = [small.silo(place, agreed, budget=Purse(0)) for place in range(5)]
    driver = Driver(agreed, silos)
    driver.begin()
    driver.stage()
    with pytest.raises(RuntimeError, match=r"^BudgetExceeded$"):
        driver.ask(0, driver.inbox[0])
    without = Driver(agreed, [small.silo(place, agreed) for place in range(5)])
    with pytest.raises(RuntimeError, match=r"^PrivacyParameterError$"):
        without.train(0)


def test_a_record_needs_a_bound_that_the_app_keeps() -> None:
    plain = small.agreement()
    agreed = replace(plain, plan=replace(plain.plan, unit="record"))
    drawn = replace(agreed, plan=replace(agreed.plan, sampling_probability=0.5))
    for common, bound in ((agreed, None), (agreed, 9.0), (drawn, 8.0)):
        own = small.silo(0, common, budget=Purse(), record_bound=bound)
        with pytest.raises(RuntimeError, match="PrivacyParameterError"):
            Driver(common, [own] * 5).train(0)
    kept = replace(small.silo(0, drawn), record_bound=8.0, sampling_probability=0.5)
    Driver(drawn, [kept] * 5).train(0)


values = st.one_of(st.integers(-(2**62), 2**62), st.booleans(), st.binary(max_size=8), st.text(max_size=4), st.floats())


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["version", "stage", "round", "abort", "message", "more"]), values))
def test_records_of_another_form_are_refused_by_name(fields) -> None:
    content = RecordDict({RECORD: ConfigRecord(fields)})
    kinds = {name: type(value) for name, value in fields.items()}
    form = {"version": int, "stage": int, "round": int, "abort": bool, "message": bytes}
    if kinds == form and fields["version"] == 1:
        part = wire.part_of(content)
        assert part is not None
        assert dict(wire.record_of(part)) == fields
        return
    with pytest.raises(MessageRefused) as refused:
        wire.part_of(content)
    assert refused.value.reason in ("malformed", "version")


def test_a_part_is_read_as_it_was_written_on_the_wire_or_not() -> None:
    part = wire.Part(ServerStage.VECTORS, 7, b"bytes")
    content = RecordDict({RECORD: wire.record_of(part)})
    assert wire.part_of(content) == part == wire.part_of(small.carried(Message(content, 1, "train")).content)
    assert wire.part_of(RecordDict()) is None


def test_all_that_is_asked_has_one_name() -> None:
    def named(kind="train", **config):
        content = RecordDict({"arrays": small.model(), "config": ConfigRecord(config), RECORD: ConfigRecord({"x": 1})})
        return asked_digest(kind, content, leave_out=RECORD)

    assert named(a=1, b=2.0) == named(b=2.0, a=1)
    different = [
        named(),
        named(a=1),
        named(a=1.0),
        named(a="1"),
        named(a=b"1"),
        named(a=True),
        named(a=[1]),
        named(a=[1, 1]),
    ]
    different += [named(a=["1"]), named(b=1), named("train.other", a=1), named(a=["ab", "c"]), named(a=["a", "bc"])]
    assert len(set(different)) == len(different)


def test_models_keep_types_shapes_and_what_is_not_averaged() -> None:
    model = ArrayRecord([np.ones((2, 3), dtype=np.float32), np.array([7], dtype=np.int64), np.zeros(2)])
    moved = with_vector(model, to_vector(model) + 0.5)
    first, count, last = moved.to_numpy_ndarrays()
    assert (first.dtype, first.shape, count[0], last.dtype) == (np.float32, (2, 3), 7, np.float64)
    assert np.array_equal(update_between(model, moved), np.full(8, 0.5))
    assert model_digest(model) != model_digest(moved)
    assert model_digest(model) != model_digest(
        ArrayRecord([np.ones((3, 2), dtype=np.float32), *model.to_numpy_ndarrays()[1:]])
    )
