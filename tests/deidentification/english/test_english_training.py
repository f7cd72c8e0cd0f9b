"""The tagger's weights: made from generated text, reproducibly; the quick path equals the plain sum of weights."""

from __future__ import annotations

import numpy as np

from wuming.deidentification.english import features, tagger, training
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
    guess = (padded[data.rows(np.arange(len(data.tags)))].sum(axis=1) + moves[data.before]).argmax(axis=1)
    constant = np.bincount(data.tags).max() / len(data.tags)
    assert (guess == data.tags).mean() > constant + 0.1


def test_the_weights_are_those_of_the_sources_beside_them() -> None:
    """Whoever changes them trains again: `python -m wuming.deidentification.english.training`."""
    with np.load(tagger.PATH) as stored:
        assert str(stored["sources"]) == training.sources_digest()


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
        last = 0
        for place, (tag, _) in zip(range(BEFORE, len(group) - AFTER), tags, strict=True):
            logits = _plain(weights, group, place)
            allowed = [not name.startswith("I-") or tagger.TAGS[last][2:] == name[2:] for name in tagger.TAGS]
            assert tag == int(np.argmax(np.where(allowed, logits, -np.inf)))
            last = tag


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
