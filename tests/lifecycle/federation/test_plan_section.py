"""The section `federation` of a plan: its rules, and which silo holds which units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from wuming.core.errors import PlanError, PrivacyParameterError
from wuming.core.reading import read_records, write_records
from wuming.core.records import Record
from wuming.lifecycle.federation.parameters import to_vector, trainable
from wuming.lifecycle.federation.record import RecordTrainer, SharedSum
from wuming.lifecycle.federation.silos import units_by_silo
from wuming.lifecycle.plan import FederationSection
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.drawn_sum import DrawnSum
from wuming.training.plan import TrainingPlan

SECTION: dict[str, Any] = {"silo": "branch", "silos": ["north", "south", "west"]}


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"federation": SECTION | {"rounds": 3}}, PlanError, "federation.rounds unknown key"),
        ({"federation": {"silo": "branch"}}, PlanError, "federation.silos is missing"),
        ({"federation": SECTION | {"silos": ["a", "b", "a"]}}, PlanError, "names a silo twice"),
        ({"federation": SECTION | {"silo": "subject"}}, PlanError, "says something else of a record"),
        ({"federation": SECTION | {"silos": ["a", "b"]}}, PrivacyParameterError, "two honest ones must stay"),
        ({"federation": SECTION | {"least_survivors": 2}}, PrivacyParameterError, "must be from 3"),
        ({"federation": SECTION | {"least_survivors": 4}}, PrivacyParameterError, "to 3, found 4"),
        ({"federation": SECTION, "audit__gradient_canaries": 20}, PlanError, "are seen in single gradients"),
        (
            {"federation": SECTION, "source__records": None, "source__dataset": "crosswoz"},
            PlanError,
            "needs `source.records`",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(
    finished: Any, changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        finished.plan(**changes)


def test_two_silos_that_trust_each_other_are_a_federation(finished: Any) -> None:
    plan = finished.plan(federation=SECTION | {"silos": ["a", "b"], "colluders": 0})
    assert plan.federation.least_survivors is None
    assert plan.federation.strategy == "fedadam"


def test_records_keep_their_silo_and_others_have_none(tmp_path: Any) -> None:
    records = [Record("1", "u", "text", "2026-01-01", "", "north"), Record("2", "v", "text", "2026-01-01")]
    assert "silo" not in records[1].as_json()
    write_records(tmp_path / "records.jsonl", records[:1])
    assert read_records(tmp_path / "records.jsonl", silo="silo") == records[:1]
    assert read_records(tmp_path / "records.jsonl")[0].silo == ""


def test_canaries_are_taken_in_turn_whatever_their_coins() -> None:
    federation = FederationSection(silo="branch", silos=["north", "south"])
    records = [
        Record("1", "u", "text", "2026-01-01", silo="south"),
        Record("2", "v", "text", "2026-01-01", silo="north"),
        Record("3", "v", "text", "2026-01-01", silo="north"),
    ]
    found = units_by_silo(federation, records, ["c0", "c1", "c2"])
    assert found == {"north": ["v", "c0", "c2"], "south": ["u", "c1"]}


@pytest.mark.parametrize("records", [1, 4])
def test_all_of_a_subject_moves_its_silos_vector_by_at_most_the_bound(records: int) -> None:
    """The unit is the subject: its documents are drawn by one coin, and clipped together."""
    torch.manual_seed(0)
    model, x, y = nn.Linear(5, 3), 30 * torch.randn(8, 5), torch.randint(0, 3, (8,))
    plan = TrainingPlan(
        population=2,
        expected_batch_size=2,
        steps=1,
        noise_multiplier=1.0,
        clipping=Flat(0.5),
        unit_of_privacy="subject",
        records_per_unit=4,
    )

    def loss(net: Any, inputs: Any) -> torch.Tensor:
        return functional.cross_entropy(net(inputs[0]), inputs[1], reduction="none")

    shared = SharedSum(DrawnSum(model, plan, loss), model)
    weights = to_vector(trainable(model))
    both = UnitData.of_tensors(x[: 4 + records], y[: 4 + records], units=["u"] * 4 + ["v"] * records)
    alone = UnitData.of_tensors(x[:4], y[:4], units=["u"] * 4)
    found = [RecordTrainer(shared, data, plan, bytes(32)).contribution(weights, 1).copy() for data in (both, alone)]
    assert 0.4 < np.linalg.norm(found[0] - found[1]) <= 0.5 * (1 + 1e-6)


def test_records_that_are_drawn_one_by_one_are_not_accounted() -> None:
    plan = TrainingPlan(
        population=2,
        expected_batch_size=1,
        steps=1,
        noise_multiplier=1.0,
        clipping=Flat(0.5),
        unit_of_privacy="subject",
        sampled="records",
    )
    model = nn.Linear(5, 3)
    shared = SharedSum(DrawnSum(model, plan, lambda net, inputs: net(inputs[0]).sum(1)), model)
    with pytest.raises(PrivacyParameterError, match="not accounted in federations"):
        RecordTrainer(shared, UnitData.of_tensors(torch.zeros(2, 5), torch.zeros(2)), plan, bytes(32))
