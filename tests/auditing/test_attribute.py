"""Attribute inference: the best guess there is, no luck of the order, and nothing that anybody could guess counted."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.auditing.attribute import (
    RowCase,
    TextCase,
    attribute_report,
    losses_of,
    right_by_confidence,
    right_by_loss,
)
from wuming.auditing.shares import Share
from wuming.core.errors import EmptyData, PrivacyParameterError, SelfCheckFailed

ILLNESSES = ("hay fever", "epilepsy", "asthma")


class Table:
    """A classifier that gives each row the probabilities that a table has for it."""

    def __init__(self, table):
        self.table = table

    def probabilities(self, rows):
        return np.array([self.table[row] for row in rows])


class Doctor:
    """A language model that says of each prompt what it has been told, and remembers what it was asked."""

    def __init__(self, losses):
        self.losses, self.asked = losses, []

    def candidate_losses(self, prompt, candidates):
        self.asked.append((prompt, candidates))
        return self.losses


def test_by_hand():
    losses = [[3.0, 1.0, 2.0], [0.5, 0.7, 0.6], [2.0, 9.0, 1.0]]
    assert right_by_loss(losses, [1, 1, 2]) == [True, False, True]
    # Against a model that never saw these people the losses fell most for places 0, 1 and 1.
    reference = [[9.0, 2.0, 2.0], [0.5, 1.7, 0.6], [2.5, 12.0, 1.0]]
    assert right_by_loss(losses, [0, 1, 1], reference) == [True, True, True]
    assert right_by_loss(losses, [1, 1, 2], reference) == [False, True, False]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.permutations(range(5)), st.integers(0, 4), st.permutations(range(5)), st.integers(0, 99))
def test_the_order_of_candidates_is_of_no_account(losses, truth, order, seed):
    plain = losses[truth] == min(losses)
    assert right_by_loss([[float(x) for x in losses]], [truth], seed=seed) == [plain]
    moved = [float(losses[place]) for place in order]
    assert right_by_loss([moved], [order.index(truth)], seed=seed) == [plain]


def guesses_of_ties(attacker, truth, ties=(0, 1, 2), cases=300):
    losses = [1.0 if place in ties else 5.0 for place in range(4)]
    return sum(attacker([losses] * cases, [truth] * cases))


def is_fair(attacker, ties=(0, 1, 2), cases=300):
    """Whether a true value among tied ones is guessed as often as chance says, wherever it stands."""
    return all(
        stats.binomtest(guesses_of_ties(attacker, truth, ties, cases), cases, 1 / len(ties)).pvalue > 1e-4
        for truth in ties
    )


def first_of_ties(losses, truths):
    """A broken twin: whoever lists true values first looks like a victim."""
    return [int(np.argmin(one)) == truth for one, truth in zip(losses, truths, strict=True)]


def last_of_ties(losses, truths):
    """A broken twin, the other way round."""
    return [len(one) - 1 - int(np.argmin(one[::-1])) == truth for one, truth in zip(losses, truths, strict=True)]


def any_of_ties(losses, truths):
    """A broken twin: a tie with the true value counts as a hit."""
    return [one[truth] == min(one) for one, truth in zip(losses, truths, strict=True)]


@pytest.mark.parametrize("ties", [(0, 1, 2), (1, 3), (0, 1, 2, 3)])
def test_ties_favour_nobody(ties):
    assert is_fair(right_by_loss, ties)
    assert guesses_of_ties(right_by_loss, 3, ties=(0, 1, 2)) == 0


@pytest.mark.parametrize("twin", [first_of_ties, last_of_ties, any_of_ties])
def test_ties_that_favour_somebody_are_seen(twin):
    assert not is_fair(twin)


def test_a_seed_gives_the_same_guesses_again():
    losses, truths = [[1.0, 1.0]] * 64, [0] * 64
    assert right_by_loss(losses, truths, seed=3) == right_by_loss(losses, truths, seed=3)
    assert right_by_loss(losses, truths, seed=3) != right_by_loss(losses, truths, seed=4)


# How many people of 100 have each value of the attribute (rows) and each class (columns).
PEOPLE = np.array([[40, 20], [6, 2], [2, 30]])


def people():
    prior = tuple(PEOPLE.sum(axis=1) / PEOPLE.sum())
    return [
        RowCase(variants=ILLNESSES, label=label, truth=value, prior=prior)
        for value, label in product(range(3), range(2))
        for _ in range(PEOPLE[value, label])
    ]


def exact_model():
    return Table({name: row / row.sum() for name, row in zip(ILLNESSES, PEOPLE, strict=True)})


def without_prior(model, cases):
    """A broken twin: confidence alone."""
    return right_by_confidence(model, [RowCase(case.variants, case.label, case.truth) for case in cases])


def without_confidence(model, cases):
    """A broken twin: the model is not asked."""
    return right_by_confidence(None, cases)


def of_the_likeliest_class(model, cases):
    """A broken twin: confidence in whatever the model says, instead of in the true class."""
    out = []
    for case in cases:
        scores = np.array(case.prior) * model.probabilities(case.variants).max(axis=1)
        out.append(int(scores.argmax()) == case.truth)
    return out


def guesses_best(attacker):
    """Whether as many are guessed as the best rule guesses: of all people of one class, the commonest value."""
    return sum(attacker(exact_model(), people())) == PEOPLE.max(axis=0).sum()


def test_prior_times_confidence_is_the_best_guess_there_is():
    assert guesses_best(right_by_confidence)
    assert sum(right_by_confidence(None, people())) == PEOPLE.sum(axis=1).max()
    rules = product(range(3), repeat=2)
    assert PEOPLE.max(axis=0).sum() == max(sum(PEOPLE[rule[label], label] for label in range(2)) for rule in rules)


@pytest.mark.parametrize("twin", [without_prior, without_confidence, of_the_likeliest_class])
def test_a_worse_guess_is_seen(twin):
    assert not guesses_best(twin)


def by_labels_alone(case, model, error, *, shared=True):
    """The rule written out: prior times 1 − error where the label is the true one, else its part of the error."""
    scores = []
    for variant, prior in zip(case.variants, case.prior, strict=True):
        answer = list(model.probabilities([variant])[0])
        classes = len(answer) - 1 if shared else 1
        scores.append(prior * ((1 - error) if answer.index(max(answer)) == case.label else error / classes))
    return scores.index(max(scores)) == case.truth


def test_bare_labels_by_hand():
    model = Table({"a": [1, 0, 0], "b": [0, 1, 0]})
    case = RowCase(("a", "b"), label=0, truth=0, prior=(0.15, 0.85))
    # 0.15 · 0.8 = 0.12 against 0.85 · 0.2 / 2 = 0.085; with all of the error on one class it would be 0.17.
    assert right_by_confidence(model, [case], label_error=0.2) == [True]
    assert not by_labels_alone(case, model, 0.2, shared=False)
    # 0.15 · 0.4 = 0.06 against 0.85 · 0.6 / 2 = 0.255: a model that errs so often overrules no prior.
    assert right_by_confidence(model, [case], label_error=0.6) == [False]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.lists(st.integers(0, 2), min_size=4, max_size=4),
    st.permutations((0.11, 0.17, 0.29, 0.43)),
    st.integers(0, 2),
    st.integers(0, 3),
    st.sampled_from((0.05, 0.3, 0.7)),
)
def test_bare_labels_against_a_plain_version(labels, prior, label, truth, error):
    model = Table({number: np.eye(3)[said] for number, said in enumerate(labels)})
    case = RowCase(tuple(range(4)), label, truth, tuple(prior))
    assert right_by_confidence(model, [case], label_error=error) == [by_labels_alone(case, model, error)]


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=8),
    st.integers(0, 99),
)
def test_a_model_blind_to_the_attribute_adds_nothing(priors, seed):
    blind = Table({name: [0.25, 0.75] for name in ILLNESSES})
    cases = [RowCase(ILLNESSES, label=1, truth=0, prior=prior) for prior in priors]
    with_model, without = (right_by_confidence(model, cases, seed=seed) for model in (blind, None))
    assert with_model == without
    assert attribute_report(with_model, without).advantage["difference"] == 0


def test_values_equally_likely_are_guessed_by_chance_without_the_model():
    hits = sum(right_by_confidence(None, [RowCase(ILLNESSES, 0, 2)] * 300))
    assert stats.binomtest(hits, 300, 1 / 3).pvalue > 1e-4


def beside_chance(with_model, without_model):
    """A broken twin: measured against one in so many, though most people have the commonest value anyway."""
    return attribute_report(with_model, [number % 3 == 0 for number in range(len(with_model))])


def accuses_a_blind_model(report):
    cases = [RowCase(ILLNESSES, 0, truth, (0.8, 0.1, 0.1)) for truth in [0] * 48 + [1] * 6 + [2] * 6]
    blind = Table({name: [1.0, 0.0] for name in ILLNESSES})
    return report(right_by_confidence(blind, cases), right_by_confidence(None, cases)).advantage["interval"][0] > 0


def test_what_anybody_could_guess_is_no_advantage():
    assert not accuses_a_blind_model(attribute_report)
    assert accuses_a_blind_model(beside_chance)


def report_of(*, by_heart):
    """Attack a model that has learned what all people share, and one that also knows its own people by heart."""
    generator = np.random.default_rng(11)
    truths = generator.integers(0, 3, 240)
    losses = generator.random((240, 3)) + 1
    losses[np.arange(240), truths] -= 0.4
    if by_heart:
        losses[np.arange(120), truths[:120]] -= 2
    right = right_by_loss(losses, truths)
    without = right_by_loss(np.zeros((120, 3)), truths[:120])
    return attribute_report(right[:120], without, right[120:])


def test_what_holds_for_everybody_is_not_memorised():
    shared, known = report_of(by_heart=False), report_of(by_heart=True)
    assert shared.advantage["interval"][0] > 0
    assert shared.memorised["interval"][0] < 0 < shared.memorised["interval"][1]
    assert known.with_model.rate == 1.0
    assert known.memorised["interval"][0] > 0


def test_report_as_json():
    report = attribute_report([True, True, False], [True, False, False], [False])
    assert (report.with_model, report.without_model, report.held_out) == (Share(2, 3), Share(1, 3), Share(0, 1))
    assert report.advantage["difference"] == pytest.approx(1 / 3)
    assert report.memorised["difference"] == pytest.approx(2 / 3)
    assert report.as_json()["held_out"] == Share(0, 1).as_json()
    alone = attribute_report([True], [False]).as_json()
    assert alone["held_out"] is None
    assert alone["memorised"] is None


def test_the_model_is_asked_for_the_candidates_and_not_told_the_truth():
    case = TextCase("Her illness is", ILLNESSES, 1)
    doctor = Doctor([2.0, 1.0, 3.0])
    assert [one.tolist() for one in losses_of(doctor, [case, case])] == [[2.0, 1.0, 3.0]] * 2
    assert doctor.asked == [("Her illness is", ILLNESSES)] * 2


@pytest.mark.parametrize("answer", [[], [1.0, 2.0], [1.0, 2.0, math.nan], [1.0, 2.0, math.inf], [[1.0, 2.0, 3.0]]])
def test_too_few_losses_are_no_protection(answer):
    with pytest.raises(SelfCheckFailed, match="case 0") as caught:
        losses_of(Doctor(answer), [TextCase("Her illness is", ILLNESSES, 1)])
    assert not any(name in str(caught.value) for name in (*ILLNESSES, "Her"))


@pytest.mark.parametrize("answer", [[0.5, 0.5], [[0.5, 0.5]], [[math.nan, 0.5]] * 3, [[math.inf, 0.5]] * 3])
def test_too_few_probabilities_are_no_protection(answer):
    class Short:
        def probabilities(self, rows):
            return np.array(answer)

    with pytest.raises(SelfCheckFailed) as caught:
        right_by_confidence(Short(), [RowCase(ILLNESSES, 0, 1)])
    assert not any(name in str(caught.value) for name in ILLNESSES)


def test_nobody_to_guess():
    for nobody in (
        lambda: right_by_loss([], []),
        lambda: right_by_confidence(None, []),
        lambda: attribute_report([], []),
    ):
        with pytest.raises(EmptyData):
            nobody()


def test_bad_input():
    row = RowCase(ILLNESSES, 2, 1)
    refused = [
        lambda: right_by_loss([[1.0, 2.0]], [0, 1]),
        lambda: right_by_loss([[1.0, 2.0]], [2]),
        lambda: right_by_loss([[1.0]], [0]),
        lambda: right_by_loss([[1.0, 2.0]], [0], []),
        lambda: right_by_loss([[1.0, 2.0]], [0], [[1.0, 2.0, 3.0]]),
        lambda: right_by_confidence(exact_model(), [row]),
        lambda: right_by_confidence(exact_model(), [RowCase(ILLNESSES, -1, 1)]),
        lambda: attribute_report([True], [True, False]),
        lambda: attribute_report([True], [True], confidence=1.0),
    ]
    for label_error in (0.0, 1.0, -0.1, math.nan):
        refused.append(lambda error=label_error: right_by_confidence(exact_model(), people(), label_error=error))
    for call in refused:
        with pytest.raises(PrivacyParameterError) as caught:
            call()
        assert not any(name in str(caught.value) for name in ILLNESSES)


BAD_CASES = [
    lambda: TextCase("Her illness is", ("epilepsy",), 0),
    lambda: TextCase("Her illness is", ILLNESSES, 3),
    lambda: TextCase("Her illness is", ILLNESSES, -1),
    lambda: TextCase("Her illness is", ("epilepsy", "epilepsy"), 0),
    lambda: RowCase(("epilepsy",), 0, 0),
    lambda: RowCase(ILLNESSES, 0, 3),
    lambda: RowCase(ILLNESSES, 0, 0, (0.71, 0.29)),
    lambda: RowCase(ILLNESSES, 0, 0, (0.71, 0.3, -0.01)),
    lambda: RowCase(ILLNESSES, 0, 0, (math.nan, 0.71, 0.29)),
]


@pytest.mark.parametrize("case", BAD_CASES)
def test_bad_cases_are_refused_without_a_word_of_the_person(case):
    with pytest.raises(PrivacyParameterError) as caught:
        case()
    assert not any(secret in str(caught.value) for secret in (*ILLNESSES, "Her", "0.71"))


def test_cases_do_not_show():
    assert repr(TextCase("Her illness is", ILLNESSES, 1)) == "TextCase()"
    assert repr(RowCase(ILLNESSES, 1, 1, (0.71, 0.2, 0.09))) == "RowCase()"


def test_what_is_no_number_is_refused():
    for prior in ((0.5, math.nan), (math.nan, 0.5), (0.5, math.inf)):
        with pytest.raises(PrivacyParameterError):
            RowCase((1, 2), 0, 0, prior)
    with pytest.raises(PrivacyParameterError):
        right_by_loss([[math.nan, 1.0]], [0])


def test_ties_know_nothing_of_truths_drawn_with_the_same_seed():
    truths = np.random.default_rng(0).integers(0, 3, 120).tolist()
    assert 20 < sum(right_by_loss(np.zeros((120, 3)), truths)) < 60
