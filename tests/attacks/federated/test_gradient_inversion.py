"""Gradient inversion: what a server reads out of one client's update, and what it reads out of ours.

A linear layer's gradient is a sum of outer products: its row over its bias entry *is* the record that the client holds
(Phong et al. 2017, "Privacy-preserving deep learning: revisited and enhanced", section 3; Geiping et al. 2020,
"Inverting gradients", Proposition 3.1). Nothing has to be optimised.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from wuming.crypto.random import derive_key, new_key
from wuming.crypto.signatures import SigningKey
from wuming.federated.calibration import plan_for_epsilon
from wuming.federated.codes import GridCode
from wuming.federated.crowd import LocalCrowd
from wuming.federated.federation import Federation
from wuming.federated.participant import Participant
from wuming.federated.plan import FederationPlan
from wuming.federated.secure_aggregation import RoundsInMemory, messages
from wuming.federated.secure_aggregation.configuration import agreement
from wuming.federated.secure_aggregation.words import add_packed, to_signed, word_type
from wuming.federated.simulation import simulate
from wuming.federated.strategies import FedAvg
from wuming.lifecycle.federation.parameters import to_vector, trainable
from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.drawn_sum import DrawnSum
from wuming.training.plan import TrainingPlan

PIXELS, CLASSES, CLIENTS, BOUND = 64, 4, 6, 1.0
NAMES = tuple(f"client-{number}" for number in range(CLIENTS))
MASTER = new_key()


class Generous:
    """An account that bears everything."""

    def reserve(self, event, *, schedule):
        return self

    def commit(self):
        pass

    def release(self):
        pass


def loss(model, inputs):
    x, y = inputs
    return functional.cross_entropy(model(x), y, reduction="none")


def records():
    return torch.rand(CLIENTS, PIXELS, generator=torch.Generator().manual_seed(8)), torch.arange(CLIENTS) % CLASSES


def identity(name):
    return SigningKey.from_bytes(derive_key(MASTER, "identity", name))


def participants():
    """Each client holds one record, and draws it in every round: the easiest case for the attacker."""
    torch.manual_seed(0)
    model = nn.Linear(PIXELS, CLASSES)
    x, y = records()
    plan = TrainingPlan(
        population=CLIENTS, expected_batch_size=CLIENTS, steps=1, noise_multiplier=1.0, clipping=Flat(BOUND)
    )
    shared = SharedSum(DrawnSum(model, plan, loss), model)
    made = [
        Participant(
            name,
            RecordTrainer(shared, UnitData.of_tensors(x[place : place + 1], y[place : place + 1]), plan, new_key()),
            secret=new_key(),
            budget=Generous(),
            register=RoundsInMemory(),
            identity=identity(name),
        )
        for place, name in enumerate(NAMES)
    ]
    return made, to_vector(trainable(model))


def invert(update):
    """Read the record out of a gradient: the row of the class whose bias moved most, over that bias."""
    weight, bias = -update[: PIXELS * CLASSES].reshape(CLASSES, PIXELS), -update[PIXELS * CLASSES :]
    row = int(np.abs(bias).argmax())
    return weight[row] / bias[row]


def likeness(found, place=0):
    """Correlation with the record of a client."""
    return float(np.corrcoef(found, records()[0][place].numpy())[0, 1])


def fields(**changes):
    return {
        "name": "inversion",
        "clients": NAMES,
        "rounds": 1,
        "unit": "record",
        "bound": BOUND,
        "divisor": float(CLIENTS),
        "least_survivors": 5,
        **changes,
    }


def federation(plan, weights):
    return Federation(
        plan,
        FedAvg(),
        weights,
        budget=Generous(),
        secret=new_key(),
        keys={name: identity(name).public for name in NAMES},
    )


def test_a_server_that_sees_updates_reads_the_records_out_of_them() -> None:
    """The broken twin: masks off, no noise."""
    made, weights = participants()
    plan = FederationPlan(**fields(noise="none", noise_multiplier=0.0, secure=False))
    offer = federation(plan, weights).open_round().offers[0]
    for place, participant in enumerate(made):
        participant.begin(offer)
        assert likeness(invert(participant.vector()), place) > 0.999


class Watching(LocalCrowd):
    """A crowd whose server keeps every masked vector that it is sent."""

    def __init__(self, made, plan):
        super().__init__(made)
        self.plan, self.seen = plan, []

    def answers(self, stage, inbox):
        for name, data in super().answers(stage, inbox):
            if stage == 3:
                self.seen.append(data)
            yield name, data


def seen_vectors(crowd, offer):
    """Decode what the server received, as if it were not masked."""
    configuration = offer.configuration()
    keys = offer.cohort.keys
    agreed = agreement(offer.cohort, configuration)
    for data in crowd.seen:
        message = messages.open_from_member(data, keys, agreed, messages.largest_from_member(configuration))
        words = np.zeros(configuration.dimension, dtype=word_type(configuration.modulus_bits))
        add_packed(words, message.vector, configuration.modulus_bits)
        total = to_signed(words, configuration.modulus_bits)
        yield offer.plan.code.decode(total, offer.round_number)


def test_under_masks_the_attack_finds_nothing() -> None:
    made, weights = participants()
    size = weights.size
    plan = FederationPlan(
        **fields(noise="none", noise_multiplier=0.0, secure=True, code=GridCode(size, 2 * BOUND, 2.0**-12))
    )
    server = federation(plan, weights)
    crowd = Watching(made, plan)
    offers = []
    begin = crowd.begin
    crowd.begin = lambda offer: (offers.append(offer), begin(offer))[1]
    result = simulate(server, crowd)
    assert result.sums_exact
    assert len(crowd.seen) == CLIENTS
    for place, vector in enumerate(seen_vectors(crowd, offers[0])):
        assert abs(likeness(invert(vector), place)) < 0.5


def test_the_released_sum_with_noise_gives_no_record_away_either() -> None:
    """One client's record is all that the sum holds, and the noise of the others hides it."""
    made, weights = participants()
    empty = UnitData.of_tensors(torch.zeros(0, PIXELS), torch.zeros(0, dtype=torch.int64))
    for participant in made[1:]:
        trainer = participant._trainer
        trainer._party = type(trainer._party).of(empty, _plan(), new_key())
    plan = plan_for_epsilon(
        2.0,
        1e-3,
        dimension=weights.size,
        vector_norm=2 * BOUND,
        **fields(noise="distributed", secure=True, colluders=1),
    )
    server = federation(plan, weights)
    simulate(server, LocalCrowd(made))
    released = (server.weights - weights) * CLIENTS
    assert abs(likeness(invert(released))) < 0.6
    # Without noise the same sum is the record.
    clean, _ = participants()
    clean[0].begin(
        federation(FederationPlan(**fields(noise="none", noise_multiplier=0.0, secure=False)), weights)
        .open_round()
        .offers[0]
    )
    assert likeness(invert(clean[0].vector())) > 0.999


def _plan():
    return TrainingPlan(
        population=CLIENTS, expected_batch_size=CLIENTS, steps=1, noise_multiplier=1.0, clipping=Flat(BOUND)
    )
