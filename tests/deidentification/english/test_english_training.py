"""The tagger's weights: made from generated text, reproducibly; the quick path equals the plain sum over all tags."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from wuming.deidentification.english import features, tagger, training
from wuming.deidentification.english.chain import Chain, expected
from wuming.deidentification.english.generation import Generator
from wuming.deidentification.english.groups import AFTER, BEFORE, groups


def test_generated_text_is_reproducible_and_its_spans_are_right() -> None:
    once, again = (list(Generator(3).sentences(200)) for _ in range(2))
    assert once == again
    assert list(Generator(4).sentences(200)) != once
    for sentence in once:
        for start, end, kind in sentence.spans:
            assert sentence.text[start:end].strip() == sentence.text[start:end] != ""
            assert kind in ("PERSON", "ORGANIZATION", "LOCATION")


def test_training_learns_and_is_reproducible() -> None:
    data = training.examples(Generator(5).sentences(300))
    weights, moves = training.train(data, 2, 1)
    again, _ = training.train(data, 2, 1)
    assert np.array_equal(weights, again)
    padded = np.concatenate([weights, np.zeros((1, len(tagger.TAGS)), np.float32)])
    before = np.where(data.first, 0, np.roll(data.tags, 1))
    guess = (padded[data.rows(np.arange(len(data.tags)))].sum(axis=1) + moves[before]).argmax(axis=1)
    constant = np.bincount(data.tags).max() / len(data.tags)
    assert (guess == data.tags).mean() > constant + 0.1


def test_the_weights_are_those_of_the_sources_beside_them() -> None:
    """Whoever changes them trains again: `python -m wuming.deidentification.english.training`."""
    with np.load(tagger.PATH) as stored:
        assert str(stored["sources"]) == training.sources_digest()


def test_words_put_together_from_ordinary_ones_are_told() -> None:
    assert features.compound("papertiger") == features.compound("lawdragon") == "both"
    assert features.compound("mandasoft") == "right"
    assert features.compound("paperxqz") == "left"
    assert features.compound("novak") == features.compound("xyz") == features.compound("") == ""


def test_rare_features_are_not_learned() -> None:
    data = training.examples(Generator(5).sentences(200))
    pruned = data.pruned(4)
    every = np.arange(len(data.tags))
    seen = np.bincount(data.rows(every).ravel(), minlength=features.BUCKETS + 1)
    kept = np.unique(pruned.rows(every))
    assert len(kept) < len(np.unique(data.rows(every)))
    assert all(row == features.BUCKETS or seen[row] >= 4 for row in kept.tolist())


def test_remembered_sums_equal_the_plain_sums() -> None:
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(features.BUCKETS, len(tagger.TAGS))).astype(np.float32)
    one = tagger.Tagger(weights, np.zeros((len(tagger.TAGS), len(tagger.TAGS)), np.float32))
    found = [
        group.words for group in groups("Yesterday Sarah Miller met Bob of Acme Corp. in Oslo. Dear Mr. J. Doe, hi")
    ]
    assert len(found) > 3
    for group, tags in zip(found, one.tag(found), strict=True):
        emissions = np.array([_plain(weights, group, place) for place in range(BEFORE, len(group) - AFTER)])
        chain = Chain(np.where(tagger.MAY_FOLLOW, 0.0, -np.inf))
        for (tag, share), shares in zip(tags, chain.marginals(emissions.tolist()), strict=True):
            assert share == pytest.approx(shares[0] if tag == 0 else 1 - shares[0], abs=1e-6)
            assert tag == (int(np.argmax(shares[1:])) + 1 if shares[0] < 0.5 else 0)


def test_shares_of_tags_equal_those_over_all_sequences() -> None:
    """Both ways to sum over a chain, against each sequence written out; a wrong transition is noticed."""
    rng = np.random.default_rng(1)
    lengths = np.array([4, 3, 1])
    emissions = rng.normal(size=(lengths.sum(), 3)) * 3
    moves = rng.normal(size=(3, 3)) * 2
    moves[0, 2] = -np.inf
    starts = np.cumsum(lengths) - lengths
    found = expected(emissions, moves, starts, lengths)
    shares, pairs, total = np.zeros_like(emissions), np.zeros_like(moves), 0.0
    for start, length in zip(starts, lengths, strict=True):
        weighed = {}
        for tags in product(range(3), repeat=int(length)):
            score = sum(emissions[start + place, tag] for place, tag in enumerate(tags))
            weighed[tags] = np.exp(score + sum(moves[one, other] for one, other in pairwise((0, *tags))))
        whole = sum(weighed.values())
        total += np.log(whole)
        for tags, weight in weighed.items():
            for place, (one, other) in enumerate(pairwise((0, *tags))):
                shares[start + place, other] += weight / whole
                pairs[one, other] += weight / whole
        plain = np.array(Chain(moves).marginals(emissions[start : start + length].tolist()))
        assert np.allclose(plain, shares[start : start + length])
    assert np.allclose(found.tags, shares)
    assert np.allclose(found.moves, pairs)
    assert found.total == pytest.approx(total)
    twin = np.array(Chain(moves + np.eye(3)).marginals(emissions[:4].tolist()))
    assert not np.allclose(twin, shares[:4])


def _plain(weights: np.ndarray, group: list[str], place: int) -> np.ndarray:
    classes = [features.classes_of(word) for word in group]
    coarse = [features.coarse(word, one) for word, one in zip(group, classes, strict=True)]
    spoken = [features.spoken(word, one) for word, one in zip(group, classes, strict=True)]
    named = features.own_features(group[place], classes[place])
    for offset in features.OFFSETS:
        named += features.neighbour_features(group[place + offset], classes[place + offset], offset)
    named += features.pair_features(coarse[place - 1], coarse[place], "l")
    named += features.pair_features(coarse[place], coarse[place + 1], "r")
    named += features.pair_features(spoken[place - 2], spoken[place - 1], "b")
    named += features.pair_features(spoken[place + 1], coarse[place], "a")
    named += features.pair_features(coarse[place - 2], spoken[place - 1], "c")
    named += features.pair_features(spoken[place - 1], coarse[place], "d")
    named += features.pair_features(spoken[place + 1], spoken[place + 2], "e")
    total: np.ndarray = sum(weights[features.row(name)].astype(np.float64) for name in named)  # type: ignore[assignment]
    return total
