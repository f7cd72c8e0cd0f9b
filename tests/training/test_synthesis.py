"""Synthetic text: sampling, copies and use, against slow definitions and known answers."""

from __future__ import annotations

import math
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import EmptyData, PrivacyParameterError
from wuming.training import language_model as lm
from wuming.training import ordinary
from wuming.training.synthesis import _distance, _Trigrams, copy_rate, synthesize, utility
from wuming.training.text.encoding import TransformersCoder
from wuming.training.text.tokenizer import Tokenizer

texts = st.lists(st.text(alphabet="abc", max_size=12), min_size=1, max_size=6)


@settings(max_examples=80, deadline=None)
@given(texts, texts, st.integers(1, 5))
def test_copies_are_those_of_the_plain_definition(samples, real, window):
    found = copy_rate(samples, real, window=window)
    slow = sum(any(s[i : i + window] in r for r in real for i in range(len(s) - window + 1)) for s in samples)
    assert (found.copies, found.samples) == (slow, len(samples))
    assert found.too_short == sum(len(s) < window for s in samples)


def test_a_window_across_two_real_texts_is_no_copy():
    assert copy_rate(["abcd"], ["ab", "cd"], window=3).copies == 0
    assert copy_rate(["xxabcdxx"], ["abcd"], window=4).rate == 1.0


def test_a_model_that_repeats_its_training_text_is_seen_to_copy():
    real = [f"the customer {name} asked on day {day} about order {day * 7919}" for day, name in enumerate("abcdefgh")]
    fresh = ["a text that is long enough for a window and stands nowhere in what the model was trained on"]
    assert copy_rate([*real, *fresh], real, window=30).rate == pytest.approx(8 / 9)
    assert copy_rate(fresh, real, window=30).copies == 0


@settings(max_examples=40, deadline=None)
@given(texts)
def test_the_trigram_model_is_a_probability(train):
    """Over letters that were seen and one that was not, with the rest of the alphabet counted as one."""
    model = _Trigrams(train)
    line = "\x02\x02ab"
    seen = sorted({c for t in train for c in t} | {"a", "b", "\x03"})
    total = 0.0
    for letter in seen:
        chance = 1.0 / 0x110000
        for length in range(3):
            followers = model._followers.get(line[len(line) - length :] if length else "")
            if followers is None:
                break
            n = sum(followers.values())
            chance = (followers[letter] + len(followers) * chance) / (n + len(followers))
        total += chance
    assert 0 < total <= 1 + 1e-9


def test_use_orders_good_text_before_bad_text_before_none():
    rng = random.Random(3)
    words = re.findall(r"\w+", "where is my order it has not come please tell me when the parcel will be here")
    real = [" ".join(rng.choices(words, k=10)) for _ in range(200)]
    held_out = [" ".join(rng.choices(words, k=10)) for _ in range(50)]
    good = [" ".join(rng.choices(words, k=10)) for _ in range(200)]
    bad = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz ", k=50)) for _ in range(200)]
    of_good, of_bad = utility(good, held_out, real), utility(bad, held_out, real)
    assert of_good.bits_of_real == pytest.approx(of_good.bits, rel=0.05)
    assert of_good.bits < of_bad.bits < of_good.bits_of_nothing
    assert of_good.distance < of_bad.distance
    assert utility(good, held_out).bits_of_real is None
    assert of_good.as_json()["internal"] is True


def test_the_distance_is_a_distance():
    first, second = {"ab": 0.5, "bc": 0.5}, {"cd": 1.0}
    assert _distance(first, first) == pytest.approx(0, abs=1e-7)
    assert _distance(first, second) == pytest.approx(1)
    assert _distance({"a": 1.0}, {"a": 0.5, "b": 0.5}) == pytest.approx(
        math.sqrt(0.5 * math.log2(1 / 0.75) + 0.25 * math.log2(0.5 / 0.75) + 0.25 * math.log2(0.5 / 0.25))
    )


@pytest.fixture(scope="module")
def trained():
    lines = ["where is my order", "when does it come"] * 20
    tokens = Tokenizer.train(lines, vocabulary=300)
    model = lm.build(lm.Architecture(tokens.size, 32, 1, 2, 48, 32), seed=0)
    ordinary.train(model, lm.encode(tokens, lines, 32), epochs=20, batch_size=10, learning_rate=2e-2, seed=0)
    return model.eval(), tokens


def test_samples_are_repeatable_begin_with_their_prompt_and_look_learnt(trained):
    model, tokens = trained
    made = synthesize(model, tokens, 7, prompts=["", "where"], seed=5)
    assert made == synthesize(model, tokens, 7, prompts=["", "where"], seed=5)
    assert made != synthesize(model, tokens, 7, prompts=["", "where"], seed=6) or len(set(made)) == 2
    assert len(made) == 7
    assert all(text.startswith("where") for text in made[1::2])
    assert sum(text in ("where is my order", "when does it come") for text in made) >= 5


def test_a_tokenizer_of_transformers_samples_the_same(trained):
    from transformers import PreTrainedTokenizerFast

    model, tokens = trained
    theirs = TransformersCoder(
        PreTrainedTokenizerFast(tokenizer_object=tokens._inner, eos_token="<end>", pad_token="<pad>")
    )
    assert synthesize(model, theirs, 5, seed=5) == synthesize(model, tokens, 5, seed=5)


def test_numbers_out_of_range_are_refused(trained):
    model, tokens = trained
    for wrong in ({"number": 0}, {"prompts": []}, {"max_new_tokens": 0}, {"temperature": -1.0}):
        with pytest.raises(PrivacyParameterError):
            synthesize(model, tokens, **{"number": 1, "seed": 0, **wrong})
    with pytest.raises(EmptyData):
        copy_rate([], ["x"])
    with pytest.raises(EmptyData):
        utility([""], ["x"])
    with pytest.raises(PrivacyParameterError):
        copy_rate(["x"], ["x"], window=0)
