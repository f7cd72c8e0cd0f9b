"""The report, its baseline without the model, and its picture."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from wuming.auditing.membership.blind import _predict, blind_baseline, text_features
from wuming.auditing.membership.picture import picture
from wuming.auditing.membership.rates import area_under_curve
from wuming.auditing.membership.report import membership_report
from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.core.intervals import binomial_upper_tail


def coins(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(count) < 0.5


def test_alike_sets_are_called_void_as_rarely_as_promised():
    """Over 200 pairs of sets, drawn by coins from units of any kind, at 5%: rejected above what chance allows."""
    generator = np.random.default_rng(0)
    rejected = 0
    for repeat in range(200):
        features = generator.standard_t(2, size=(120, 4)) if repeat % 2 else generator.integers(0, 2, (120, 4))
        found = blind_baseline(features, coins(120, repeat), permutations=59, significance=0.05, seed=repeat)
        rejected += not found.at_chance
    assert binomial_upper_tail(rejected, 200, 0.05) > 1e-6


def test_scoring_the_units_that_it_was_fitted_on_would_call_alike_sets_void():
    """Broken twin: without held-out units any classifier with enough features tells random halves apart."""
    features, members = np.random.default_rng(4).normal(size=(400, 80)), coins(400, 4)
    scores = _predict(features, members[:, None], features)[:, 0]
    assert area_under_curve(scores[members], scores[~members]) > 0.7
    assert blind_baseline(features, members).at_chance


@pytest.mark.parametrize("kind", ["shift of one feature", "interaction of scale", "one in ten is marked"])
def test_sets_that_differ_by_themselves_are_found(kind):
    generator = np.random.default_rng(1)
    members, features = coins(2000, 1), generator.normal(size=(2000, 30))
    if kind == "shift of one feature":
        features[:, 3] += 0.3 * members
    elif kind == "interaction of scale":
        features[:, :10] = np.abs(features[:, :10]) * (1 + 0.2 * members[:, None])
    else:
        features[:, 5] += 8 * (members & (generator.random(2000) < 0.1))
    assert not blind_baseline(features, members).at_chance
    assert blind_baseline(generator.permutation(features), members).at_chance  # the same units, assigned at random


def test_texts_of_other_months_are_found_and_texts_of_one_source_are_not():
    generator = np.random.default_rng(2)
    words = [f"word{n}" for n in range(300)]
    texts = [" ".join(generator.choice(words, 12)) for _ in range(800)]
    members = coins(800, 2)
    assert blind_baseline(text_features(texts), members).at_chance
    dated = [f"{text} in {2025 - inside}" for text, inside in zip(texts, members, strict=True)]
    assert not blind_baseline(text_features(dated), members).at_chance


def test_order_of_the_units_tells_nothing_even_when_all_are_equal():
    members = np.arange(400) < 200
    found = blind_baseline(np.ones((400, 3)), members)
    assert found.at_chance
    assert abs(found.auc - 0.5) < 0.15


def test_blind_refusals():
    with pytest.raises(EmptyData):
        blind_baseline(np.zeros((30, 2)), np.arange(30) < 3)
    for bad in ({"permutations": 99}, {"significance": 1.5}):
        with pytest.raises(PrivacyParameterError):
            blind_baseline(np.zeros((60, 2)), np.arange(60) < 30, **bad)
    with pytest.raises(PrivacyParameterError, match="features have shape"):
        blind_baseline(np.zeros((60, 2)), np.arange(50) < 30)


def reports():
    generator = np.random.default_rng(3)
    members, features = coins(1000, 3), generator.normal(size=(1000, 5))
    sound, unsound = blind_baseline(features, members), blind_baseline(features + members[:, None], members)
    strong, weak, others = generator.normal(size=500) + 2, generator.normal(size=500) + 0.5, generator.normal(size=500)
    return (
        membership_report("LiRA online", strong, others, blind=sound),
        membership_report("loss", weak, others, level="subject"),
        membership_report("loss & co", weak, others, blind=unsound),
    )


def test_a_report_gives_figures_and_a_void_one_says_why():
    sound, unchecked, void = reports()
    written = json.loads(json.dumps(sound.as_json()))
    assert list(written)[-1] == "auc"
    first, second = written["rates"]
    assert first["fpr"] == 0.01
    assert 0 < first["interval"][0] < first["tpr"] < first["interval"][1] < 1
    assert second["tpr"] is None
    assert second["reason"] == "not resolvable: 500 non-members, 10000 are needed"
    assert written["void"] is None
    assert written["blind"]["at_chance"]
    assert sound.text().splitlines()[-1].startswith("  area under the curve")
    assert unchecked.as_json()["warning"].startswith("no baseline")
    assert "no baseline" in unchecked.text()
    hidden = json.loads(json.dumps(void.as_json()))
    assert hidden["auc"] is None
    assert all(rate["tpr"] is None and rate["reason"].startswith("void") for rate in hidden["rates"])
    assert "never saw the model" in void.text()
    assert "recognised" not in void.text()


def test_the_picture_shows_each_curve_once_and_no_void_one():
    sound, unchecked, void = reports()
    bound = [(1e-3, 0.02), (1e-2, 0.1), (1.0, 1.0)]
    drawn = picture([sound, unchecked, void], bound=bound, bound_name="ε ≤ 2 with δ=1e-6 per record")
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own picture
    lines = [element for element in root.iter() if element.tag.endswith("polyline")]
    assert len(lines) == 4  # guessing, the limit, two attacks
    for line in lines:
        for place in line.attrib["points"].split():
            x, y = map(float, place.split(","))
            assert 64 <= x <= 384.1
            assert 47.9 <= y <= 368.1
    assert "loss &amp; co (records): void" in drawn
    assert "LiRA online (records)" in re.sub("<[^>]*>", "", drawn)
    with pytest.raises(EmptyData):
        picture([])
    with pytest.raises(PrivacyParameterError):
        picture([sound], bound=bound)


def test_a_step_never_promises_more_than_a_threshold_reaches():
    report = membership_report("loss", [3.0] * 60 + [0.0] * 40, [1.0] * 100)
    assert report.curve == ((0.0, 0.6), (1.0, 1.0))
    drawn = picture([report])
    assert drawn.count("polyline") == 2
    corners = re.findall(r'points="([^"]*)"', drawn)[1].split()
    assert len({place.split(",")[1] for place in corners[:2]}) == 1  # level until the next threshold
