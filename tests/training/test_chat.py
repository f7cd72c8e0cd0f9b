"""Chats: the assistant's turns are learnt and nothing else, by a template or without one."""

from __future__ import annotations

import pytest

from wuming.core.errors import MalformedRecord
from wuming.training.text.chat import encode_chat
from wuming.training.text.encoding import TransformersCoder, coder
from wuming.training.text.tokenizer import Tokenizer

CHAT = [
    {"role": "system", "content": "be short"},
    {"role": "user", "content": "where is my order"},
    {"role": "assistant", "content": "on its way"},
    {"role": "user", "content": "when"},
    {"role": "assistant", "content": "today"},
]
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
# As of models that take the thoughts out of earlier answers: a turn looks another way once it is not the last.
REWRITING = (
    "{% for m in messages %}{{ m['role'] }}:{% if m['role'] == 'assistant' and loop.last %}(thinks)"
    "{% endif %}{{ m['content'] }};{% endfor %}"
)


@pytest.fixture(scope="module")
def ours():
    return Tokenizer.train([m["content"] for m in CHAT] * 3 + ["user: assistant: system: "], vocabulary=320)


@pytest.fixture(scope="module")
def theirs(ours):
    from transformers import PreTrainedTokenizerFast

    inner = PreTrainedTokenizerFast(tokenizer_object=ours._inner, eos_token="<end>", pad_token="<pad>")
    inner.chat_template = CHATML
    return TransformersCoder(inner)


def learnt(tokens, encoded):
    return tokens.decode([i for i, taught in zip(encoded.ids, encoded.learnt, strict=True) if taught])


def test_the_plain_template_teaches_answers_and_their_end(ours):
    encoded = encode_chat(ours, CHAT)
    assert ours.decode(encoded.ids) == (
        "system: be shortuser: where is my orderassistant: on its wayuser: whenassistant: today"
    )
    assert learnt(ours, encoded) == "on its waytoday"
    taught = [i for i, told in zip(encoded.ids, encoded.learnt, strict=True) if told]
    assert taught.count(ours.end_id) == 2
    assert encoded.ids[0] == ours.end_id
    assert not encoded.learnt[0]


def test_a_template_of_the_tokenizers_own_is_used(theirs):
    encoded = encode_chat(theirs, CHAT)
    assert theirs.decode(encoded.ids).startswith("<|im_start|>system\nbe short<|im_end|>")
    assert learnt(theirs, encoded) == "on its way<|im_end|>\ntoday<|im_end|>\n"


def test_a_chat_without_answers_teaches_nothing(theirs, ours):
    for tokens in (theirs, ours):
        assert not any(encode_chat(tokens, CHAT[:2]).learnt)


def test_a_template_that_rewrites_earlier_turns_is_refused(theirs):
    theirs.inner.chat_template, before = REWRITING, theirs.inner.chat_template
    try:
        with pytest.raises(MalformedRecord, match="message 3: where it begins is unknown"):
            encode_chat(theirs, CHAT)
    finally:
        theirs.inner.chat_template = before


def test_a_templates_own_error_is_not_passed_on(theirs):
    theirs.inner.chat_template, before = "{{ raise_exception(messages[0]['content']) }}", theirs.inner.chat_template
    try:
        with pytest.raises(MalformedRecord) as caught:
            encode_chat(theirs, CHAT)
    finally:
        theirs.inner.chat_template = before
    assert "be short" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "messages",
    [[], [{"role": "robot", "content": "secret"}], [{"role": "user"}], [{"role": "user", "content": 7}], ["secret"]],
)
def test_what_is_no_chat_is_refused_without_its_content(ours, messages):
    with pytest.raises(MalformedRecord) as caught:
        encode_chat(ours, messages)
    assert "secret" not in str(caught.value)


def test_a_tokenizer_of_either_kind_is_taken(ours, theirs):
    assert coder(ours) is ours
    assert coder(theirs.inner).end_id == ours.end_id
    assert coder(theirs.inner).encode("on its way") == ours.encode("on its way")
