"""Attacks by losses, bare answers and tokens; and from records to subjects."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.auditing.membership.label_only import agreement_scores, text_agreement_scores
from wuming.auditing.membership.language import (
    TokenStatistics,
    min_k_plus_plus_scores,
    min_k_scores,
    statistics_of_logits,
    token_scores,
)
from wuming.auditing.membership.losses import calibrated_loss_scores, loss_scores, reference_ratio_scores
from wuming.auditing.membership.rates import rate_at
from wuming.auditing.membership.shadows import Shadows
from wuming.auditing.membership.subjects import subject_members, subject_scores
from wuming.core.errors import EmptyData, PrivacyParameterError, SelfCheckFailed


def test_calibrated_scores_take_out_how_easy_a_text_is():
    assert loss_scores([1.0, 2.0]) == [-1.0, -2.0]
    assert loss_scores([1.0, 2.0], [4.0, 2.5]) == [3.0, 0.5]
    assert reference_ratio_scores([1.0, 2.0], [4.0, 2.5]) == [-0.25, -0.8]
    for attack in (loss_scores, reference_ratio_scores):
        with pytest.raises(PrivacyParameterError):
            attack([1.0], [1.0, 2.0])
    with pytest.raises(PrivacyParameterError, match="1 of 2 reference"):
        reference_ratio_scores([1.0, 1.0], [1.0, 0.0])


def test_calibration_uses_only_models_that_did_not_train_on_the_unit():
    shadows = Shadows(np.array([[1.0, 9.0], [3.0, 5.0]]), np.array([[True, False], [False, False]]))
    assert calibrated_loss_scores(np.array([2.0, 2.0]), shadows).tolist() == [1.0, 5.0]
    everywhere = Shadows(np.ones((2, 2)), np.array([[True, False], [True, False]]))
    with pytest.raises(PrivacyParameterError, match="1 of 2 units"):
        calibrated_loss_scores(np.array([2.0, 2.0]), everywhere)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(2, 9), st.floats(0.01, 1))
def test_tokens_against_a_plain_version(seed, length, words, share):
    generator = np.random.default_rng(seed)
    logits, tokens = generator.normal(size=(length, words)) * 5, generator.integers(0, words, length)
    plain, normalised = [], []
    for row, token in zip(logits, tokens, strict=True):
        total = sum(math.exp(x) for x in row)
        chances = [math.exp(x) / total for x in row]
        mean = sum(p * math.log(p) for p in chances)
        deviation = math.sqrt(sum(p * (math.log(p) - mean) ** 2 for p in chances))
        plain.append(math.log(chances[token]))
        normalised.append((plain[-1] - mean) / max(deviation, 1e-6))
    count = max(1, math.floor(share * length + 1e-9))
    statistics = [statistics_of_logits(logits, tokens)]
    assert min_k_scores(statistics, share)[0] == pytest.approx(sum(sorted(plain)[:count]) / count)
    expected = sum(sorted(normalised)[:count]) / count
    assert min_k_plus_plus_scores(statistics, share)[0] == pytest.approx(expected, rel=1e-6, abs=1e-6)


class Known:
    """A language model that is surer of the tokens of members, by `gain` deviations; texts differ in difficulty."""

    def __init__(self, gain: float, seed: int = 0) -> None:
        self.gain, self.generator = gain, np.random.default_rng(seed)

    def token_statistics(self, texts):
        found = []
        for text in texts:
            means = -self.generator.exponential(math.exp(self.generator.normal()), 40)
            deviations = 0.1 - means
            seen = means + deviations * self.generator.normal(size=40) + self.gain * deviations * (text == "member")
            found.append(TokenStatistics(seen, means, deviations))
        return found


def test_normalised_tokens_see_most_where_places_differ():
    scores = token_scores(Known(0.5), ["member"] * 400 + ["other"] * 400)
    rates = {name: rate_at(values[:400], values[400:]).tpr for name, values in scores.items()}
    assert rates["min-k%++"] > rates["loss"] + 0.1
    assert rates["min-k%++"] > rates["min-k%"] + 0.1
    nothing = token_scores(Known(0.0), ["member"] * 400 + ["other"] * 400)
    assert max(rate_at(values[:400], values[400:]).tpr for values in nothing.values()) < 0.08


def test_token_statistics_refuse_nonsense():
    with pytest.raises(EmptyData):
        TokenStatistics(np.zeros(0), np.zeros(0), np.zeros(0))
    for bad in ((np.zeros(2), np.zeros(1), np.zeros(2)), (np.zeros(1), np.zeros(1), -np.ones(1))):
        with pytest.raises(PrivacyParameterError):
            TokenStatistics(*bad)
    with pytest.raises(PrivacyParameterError, match="share=0"):
        min_k_scores([TokenStatistics(np.zeros(1), np.zeros(1), np.ones(1))], 0)
    with pytest.raises(PrivacyParameterError, match="no word"):
        statistics_of_logits(np.zeros((1, 3)), np.array([3]))

    class Silent:
        def token_statistics(self, texts):
            return []

    with pytest.raises(SelfCheckFailed):
        token_scores(Silent(), ["a"])


def test_bare_answers():
    answers, labels = np.array([[1, 1, 0, 1], [2, 0, 0, 0]]), np.array([1, 2])
    assert agreement_scores(answers, labels).tolist() == [0.75, 0.25]
    shadows = Shadows(np.array([[[1, 1, 1, 1], [0, 0, 0, 0]]], dtype=float), np.zeros((1, 2), dtype=bool))
    assert agreement_scores(answers, labels, shadows).tolist() == [-0.25, 0.25]
    with pytest.raises(PrivacyParameterError):
        agreement_scores(answers[:, :0], labels)


def test_bare_texts():
    said = [["the cat sat", "the dog"], ["xyz"]]
    assert text_agreement_scores(said, ["the cat sat", "abab"]) == [pytest.approx((1 + 3 / 10) / 2), 0.0]
    for bad in (([["a"]], ["b"]), ([[]], ["abc"]), ([], ["abc"])):
        with pytest.raises(PrivacyParameterError):
            text_agreement_scores(*bad)


def test_subjects_add_up_what_their_records_show():
    subjects = ["b", "a", "b", "a", "b"]
    scores = [1.0, 5.0, 2.0, 1.0, 6.0]
    assert subject_scores(scores, subjects).tolist() == [3.0, 3.0]
    assert subject_scores(scores, subjects, "sum").tolist() == [9.0, 6.0]
    assert subject_scores(scores, subjects, "highest").tolist() == [6.0, 5.0]
    assert subject_members([True, False, True, False, True], subjects).tolist() == [True, False]
    with pytest.raises(PrivacyParameterError, match="of 1 of 2 subjects only some"):
        subject_members([True, False, True, True, True], subjects)
    with pytest.raises(PrivacyParameterError):
        subject_scores([1.0], ["a", "b"])
    with pytest.raises(EmptyData):
        subject_scores([], [])


def test_a_subject_with_many_records_is_easier_to_find_than_one_record():
    generator = np.random.default_rng(5)
    subjects = np.repeat(np.arange(600), 16)
    members = subjects < 300
    scores = generator.normal(size=len(subjects)) + 0.5 * members
    records = rate_at(scores[members], scores[~members]).tpr
    known, people = subject_members(members, subjects.tolist()), subject_scores(scores, subjects.tolist())
    assert records < 0.1
    assert rate_at(people[known], people[~known]).tpr > 0.2  # Φ(0.5·√16 - 2.33) = 0.37
