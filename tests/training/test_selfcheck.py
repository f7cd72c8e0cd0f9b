"""The self-check: quiet on right training, exact in its statistics, and clear about what it was given.

That it rejects broken training is shown in tests/attacks/training.
"""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from wuming.app.cli import entry
from wuming.core.errors import MissingFile, PlanError, PrivacyParameterError, SelfCheckFailed
from wuming.training.clipping.rules import AdaptiveQuantile, Automatic, Flat, PerLayer
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.selfcheck import statistics
from wuming.training.selfcheck.accounting import exact_epsilon, expected_event, lower_bound
from wuming.training.selfcheck.check import CHECKS, require, selfcheck
from wuming.training.selfcheck.examples import EXAMPLES, classifier
from wuming.training.selfcheck.influence import cast
from wuming.training.selfcheck.inputs import example_from_module, plan_from_file, plan_from_json
from wuming.training.selfcheck.replay import Member, Subject, assemble, weighted

QUICK = ("influence", "length", "movement", "replay", "refusals")
STATISTICAL = ("noise", "count", "sampling")

MODULE = """
import torch
from torch import nn
from torch.nn import functional
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.plan import TrainingPlan

def parts():
    plan = TrainingPlan(population=100, expected_batch_size=10, steps=5, noise_multiplier=1.0, clipping=Flat(1.0))
    data = UnitData.of_tensors(torch.randn(30, 4), torch.randint(0, 2, (30,)))
    return nn.Linear(4, 2), loss, data, plan

def loss(model, inputs):
    return functional.cross_entropy(model(inputs[0]), inputs[1], reduction="none")

def coupled():
    model, _, data, plan = parts()
    return model, lambda m, i: loss(m, (i[0] - i[0].mean(0), i[1])), data, plan

def nothing():
    return None
"""


def check(example, groups, **options):
    return selfcheck(example.make_model, example.loss, example.data, example.plan, groups=groups, **options)


def failed(checks):
    return [f"{c.name}: {c.measured}, allowed {c.allowed}" for c in checks if not c.passed]


@pytest.mark.parametrize(
    "family", ["classifier", "lora", *(pytest.param(name, marks=pytest.mark.full) for name in ("quantile", "tied"))]
)
def test_right_training_passes_the_exact_checks(family):
    found = check(EXAMPLES[family](), QUICK)
    assert failed(found) == []
    assert len({c.name for c in found}) == len(found)
    require(found)


def test_a_state_of_other_data_is_not_taken_up():
    assert failed(check(classifier(), ("other-data",))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"clipping": Automatic(1.0)},
        {"clipping": PerLayer(0.7), "neighbouring_relation": "replace-one"},
        {"sampled": "records", "records_per_unit": 3},
        {"noise": "discrete-gaussian"},
        {"sampler": "fixed-batches"},
        {"sampler": "random-allocation", "participations": 2},
        {"sampler": "truncated-poisson", "max_batch_size": 250},
    ],
    ids=lambda changes: "-".join(map(str, changes.values())),
)
def test_right_training_passes_under_every_kind_of_plan(changes):
    example = classifier()
    example = dataclasses.replace(example, plan=dataclasses.replace(example.plan, **changes))
    assert failed(check(example, ("influence", "sampling", "length"))) == []


@pytest.mark.parametrize("family", ["quantile", pytest.param("classifier", marks=pytest.mark.full)])
def test_right_training_passes_the_statistical_checks(family):
    assert failed(check(EXAMPLES[family](), STATISTICAL)) == []


@pytest.mark.full
def test_a_hundred_clean_runs_give_no_alarm():
    """With fresh keys each time. A false alarm has probability 10⁻⁶ a run, so one in 100 runs is a bug."""
    for run in range(100):
        example = EXAMPLES["quantile" if run % 4 == 0 else "classifier"]()
        samplers = [{}, {"sampler": "random-allocation", "participations": 2}, {"sampler": "fixed-batches"}]
        plan = dataclasses.replace(example.plan, **samplers[run % 3])
        assert failed(check(dataclasses.replace(example, plan=plan), (*STATISTICAL, *QUICK))) == []


def test_the_figures_of_the_account_are_checked():
    example = classifier()
    assert failed(check(example, ("accounting", "one-step"))) == []
    plan = example.plan
    assert 0 < lower_bound(plan, 1e-5) <= plan.epsilon(1e-5)
    assert lower_bound(dataclasses.replace(plan, steps=plan.steps * 2), 1e-5) > lower_bound(plan, 1e-5)
    assert expected_event(plan) == plan.event


@pytest.mark.parametrize("sigma", [0.5, 1.0, 4.0])
def test_the_exact_epsilon_of_one_sum_is_the_librarys(sigma):
    from dp_accounting import GaussianDpEvent
    from dp_accounting.pld import PLDAccountant

    library = PLDAccountant(value_discretization_interval=1e-4)
    library.compose(GaussianDpEvent(sigma))
    assert exact_epsilon(sigma, 1e-5) == pytest.approx(library.get_epsilon(1e-5), abs=1e-3)
    assert exact_epsilon(sigma, 1e-5) > exact_epsilon(sigma * 1.05, 1e-5) + 1e-3


def test_a_model_that_couples_examples_is_reported_and_the_other_checks_go_on():
    example = classifier()
    broken = dataclasses.replace(
        example, make_model=lambda: nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Linear(8, 3))
    )
    found = check(broken, ("influence", "one-step"))
    assert [c.passed for c in found] == [False, True]
    assert "BatchNorm" in found[0].measured
    with pytest.raises(SelfCheckFailed, match="influence"):
        require(found)


def test_an_error_of_the_users_code_is_named_by_its_kind_alone():
    def loss(_model, _inputs):
        raise ValueError("Alice")

    (found,) = check(dataclasses.replace(classifier(), loss=loss), ("influence",))
    assert not found.passed
    assert "ValueError" in found.measured
    assert "Alice" not in str(found)


def test_groups_and_data_are_looked_at_first():
    example = classifier()
    with pytest.raises(PrivacyParameterError, match="colour"):
        check(example, ("colour",))
    with pytest.raises(PrivacyParameterError, match="units=0"):
        check(dataclasses.replace(example, data=example.data.only([])), None)
    assert next(iter(CHECKS)) == "influence"


def test_the_cast_holds_every_kind_of_unit():
    example = classifier()
    model, parts = example.make_model(), (example.loss, example.data, example.plan)
    subject = Subject(model, *parts, PrivateTrainer, Optimisation(1e-3), Execution(), bytes(32))
    members = {m.label: m for m in cast(subject)}
    assert len(members["crowd"].records) == example.plan.records_per_unit + 3
    assert math.isnan(members["not-a-number"].weight)
    assert members["outlier"].weight > 1e3
    assert members["small"].weight < members["large"].weight


def test_a_small_data_set_holds_the_members_records_and_weights():
    data = UnitData.of_tensors(torch.arange(10.0))
    made = assemble(data, [Member("a", (3, 4), 2.0), Member("b", (9,), 0.0)])
    assert made.labels == ["a", "b"]
    weights, rows = made.fetch([0, 1, 2])
    assert weights.tolist() == [2.0, 2.0, 0.0]
    assert rows.tolist() == [3.0, 4.0, 9.0]
    assert weighted(lambda _m, x: x)(None, (weights, rows)).tolist() == [6.0, 8.0, 0.0]
    assert assemble(data, []).size == 0


@given(st.integers(1, 60), st.floats(0.001, 0.999))
def test_binomial_probabilities_are_the_librarys(trials, probability):
    from scipy.stats import binom

    found = statistics.binomial(trials, probability)
    np.testing.assert_allclose(found, binom.pmf(np.arange(trials + 1), trials, probability), rtol=1e-9, atol=1e-300)


@given(st.integers(1, 400), st.floats(0.01, 0.99), st.floats(1e-9, 0.1))
def test_an_interval_leaves_at_most_alpha_outside_and_is_no_wider_than_it_must(trials, probability, alpha):
    from scipy.stats import binom

    low, high = statistics.interval(statistics.binomial(trials, probability), alpha)
    assert binom.cdf(low - 1, trials, probability) + binom.sf(high, trials, probability) <= alpha * (1 + 1e-6)
    assert binom.cdf(low, trials, probability) > alpha / 2 * (1 - 1e-6)
    assert binom.sf(high - 1, trials, probability) > alpha / 2 * (1 - 1e-6)


@pytest.mark.parametrize("count", [1, 10, 1000])
def test_bounds_of_sums_hold_at_a_level_that_can_be_tried(count):
    """At α = 1%: 20,000 draws leave the bounds at most 1% of the time (plus five standard errors)."""
    draws = np.random.default_rng(count).standard_normal((20_000, count))
    low, high = statistics.quadratic(count, 0.01)
    squares = (draws**2).sum(1)
    allowed = 0.01 + 5 * math.sqrt(0.01 / 20_000)
    assert np.mean((squares < low) | (squares > high)) <= allowed
    assert np.mean(np.abs(draws.sum(1)) > statistics.total_bound(count, 0.01)) <= allowed
    products = (draws[:, 1:] * draws[:, :-1]).sum(1)
    assert np.mean(np.abs(products) > statistics.product_bound(max(count - 1, 1), 0.01)) <= allowed
    # And not so wide that nothing is seen: a tenth more spread leaves them where there are samples enough.
    if count == 1000:
        assert np.mean(1.21 * squares > high) > 0.5


@pytest.mark.parametrize(("trials", "probability"), [(256, 0.1), (3000, 0.0013), (300, 0.5)])
def test_the_spread_of_batch_sizes_stays_within_its_bounds(trials, probability):
    law = statistics.binomial(trials, probability)
    draws = np.random.default_rng(trials).binomial(trials, probability, (5000, 256))
    square = ((draws - trials * probability) ** 2).sum(1)
    low, high = statistics.spread_bounds(law, 256, 0.01)
    assert np.mean((square < low) | (square > high)) <= 0.01 + 5 * math.sqrt(0.01 / 5000)
    assert statistics.spread_bounds(law, 256, 1e-8)[0] > 0, "a batch size that never varies would be seen"


def test_a_distribution_function_is_told_from_another():
    rng = np.random.default_rng(0)
    bound = statistics.kolmogorov_bound(20_000, 1e-6)
    assert statistics.kolmogorov(rng.standard_normal(20_000)) <= bound
    assert statistics.kolmogorov(rng.laplace(scale=0.5**0.5, size=20_000)) > bound


def test_meetings_within_epochs_are_hypergeometric():
    np.testing.assert_allclose(statistics.hypergeometric(5, 2, 2), [0.3, 0.6, 0.1])
    assert statistics.repeated(statistics.hypergeometric(5, 2, 2), 3).sum() == pytest.approx(1)


@given(
    st.sampled_from([Flat(0.5), PerLayer(2.0), Automatic(1.0, 0.1), AdaptiveQuantile(1.0, 7.0)]),
    st.integers(100, 10_000),
    st.integers(1, 100),
)
def test_a_plan_comes_back_from_its_json(rule, population, steps):
    plan = TrainingPlan(population, 50, steps, 1.5, rule)
    assert plan_from_json(json.loads(json.dumps(plan.as_json()))) == plan


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"clipping": {"kind": "none"}}, "clipping"),
        ({"clipping": {"kind": "flat", "max_grad_norm": 1.0, "colour": 1}}, "colour"),
        ({"colour": 1}, "colour"),
        ({"steps": None}, "steps"),
    ],
)
def test_a_plan_that_says_something_else_is_refused_by_name(change, named):
    plan = TrainingPlan(100, 50, 5, 1.5, Flat(1.0)).as_json() | change
    with pytest.raises((PlanError, PrivacyParameterError), match=named):
        plan_from_json(plan)


def test_a_plan_file_must_be_one(tmp_path):
    path = tmp_path / "plan.json"
    with pytest.raises(MissingFile):
        plan_from_file(path)
    for text in ("[1]", "{"):
        path.write_text(text)
        with pytest.raises(PlanError):
            plan_from_file(path)


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(MODULE)
    return path


def test_a_function_of_the_users_own_is_run_and_what_it_returns_is_looked_at(module):
    assert example_from_module(f"{module}:parts").plan.population == 100
    with pytest.raises(PrivacyParameterError, match="did not return"):
        example_from_module(f"{module}:nothing")
    with pytest.raises(PrivacyParameterError, match="no function"):
        example_from_module(f"{module}:missing")
    with pytest.raises(MissingFile):
        example_from_module("nowhere.py:parts")


def test_the_command_ends_with_the_verdict_and_its_exit_code(module, capsys):
    assert entry.invoke(["selfcheck", "training", "--module", f"{module}:parts", "--only", "influence", "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["passed"]
    assert len(said["checks"][f"{module}:parts"]) == 4
    assert entry.invoke(["selfcheck", "training", "--module", f"{module}:coupled", "--only", "influence"]) == 33
    captured = capsys.readouterr()
    assert "FAILED" in captured.out


def test_options_that_do_not_go_together_are_refused(module, tmp_path):
    for arguments in (
        ["--module", f"{module}:parts", "--model-dir", str(tmp_path)],
        ["--module", f"{module}:parts", "--data", str(module)],
        ["--model-dir", str(tmp_path)],
        ["--plan", str(module)],
        ["--only", "colour"],
    ):
        assert entry.invoke(["selfcheck", "training", *arguments]) == PrivacyParameterError.exit_code
