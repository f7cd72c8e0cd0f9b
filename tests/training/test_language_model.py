"""Tokenizer and language model: round trips, loss, continuation, candidates."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import EmptyData
from wuming.training import language_model as lm
from wuming.training import ordinary
from wuming.training.inference import LocalModel
from wuming.training.text.tokenizer import Tokenizer

TEXTS = [f"用户：订单 {i} 到哪了？\n客服：已经发出。" for i in range(30)] + [
    f"User: where is order {i}?\nAgent: it is on its way." for i in range(30)
]


@pytest.fixture(scope="module")
def tokenizer():
    return Tokenizer.train(TEXTS, vocabulary=500)


@pytest.fixture(scope="module")
def trained(tokenizer):
    model = lm.build(lm.Architecture(tokenizer.size, 32, 1, 2, 48, 64), seed=0)
    sequences = lm.encode(tokenizer, TEXTS, 64)
    ordinary.train(model, sequences, epochs=15, batch_size=8, learning_rate=1e-2, seed=0)
    return model


@settings(max_examples=60)
@given(st.text(max_size=60).filter(lambda t: "\x00" not in t))
def test_every_text_survives_the_tokenizer(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_digits_are_single_tokens(tokenizer):
    assert len(tokenizer.encode("卡号13812345678")) >= 11


def test_saved_models_and_tokenizers_come_back(tokenizer, tmp_path):
    model = lm.build(lm.Architecture(tokenizer.size, 16, 1, 2, 24, 64), seed=1)
    digest = lm.save(model, tokenizer, tmp_path / "m")
    loaded, same = lm.load(tmp_path / "m")
    assert digest.startswith("sha256:")
    assert same.encode("订单 3") == tokenizer.encode("订单 3")
    for a, b in zip(model.parameters(), loaded.parameters(), strict=True):
        assert torch.equal(a, b)


def test_padding_changes_no_loss(tokenizer, trained):
    sequences = lm.encode(tokenizer, TEXTS[:1] + TEXTS[-1:], 64)
    together, counts = lm.summed_losses(trained, sequences)
    apart = [lm.summed_losses(trained, [s])[0][0] for s in sequences]
    assert together == pytest.approx(apart, rel=1e-4)
    assert counts == [len(s) - 1 for s in sequences]


def test_training_lowers_perplexity(tokenizer, trained):
    fresh = lm.build(lm.Architecture(tokenizer.size, 32, 1, 2, 48, 64), seed=0)
    sequences = lm.encode(tokenizer, TEXTS, 64)
    assert lm.perplexity(trained, sequences) < lm.perplexity(fresh, sequences) / 10


def test_candidates_score_as_whole_texts_do(tokenizer, trained):
    """The shared prefix is computed once; the slow way computes each text whole. Differences must agree."""
    model = LocalModel(trained, tokenizer, max_tokens=64)
    prompt, candidates = "用户：订单 ", ["7 到哪了", "29 到哪了", "x 到哪了"]
    fast = model.candidate_losses(prompt, candidates)
    slow = [lm.summed_losses(trained, [[tokenizer.end_id, *tokenizer.encode(prompt + c)]])[0][0] for c in candidates]
    assert [f - fast[0] for f in fast] == pytest.approx([s - slow[0] for s in slow], abs=1e-3)


def test_what_a_model_holds_is_what_training_did_not_cut(tokenizer, trained):
    text = "User: where is my order please"
    tokens = len(tokenizer.encode(text))
    for most, held in ((tokens + 1, True), (tokens, False)):
        assert LocalModel(trained, tokenizer, max_tokens=most).holds(text) is held
        [cut] = lm.encode(tokenizer, [text], most)
        assert (cut[1:] == tokenizer.encode(text)) is held


def test_greedy_continuation_repeats_what_was_learnt(tokenizer, trained):
    model = LocalModel(trained, tokenizer, max_tokens=64)
    [[answer], [other]] = model.continue_text(
        ["User: where is", "用户：订单"], max_new_tokens=30, samples=1, temperature=0
    )
    assert "order" in answer
    assert "客服" in other
    [many] = model.continue_text(["User:"], max_new_tokens=5, samples=4, temperature=1.0)
    assert len(many) == 4


def test_an_empty_corpus_is_refused():
    with pytest.raises(EmptyData):
        Tokenizer.train([], vocabulary=500)
