"""Chats as tokens, with a mask that teaches the model the assistant's turns and nobody else's.

A tokenizer of transformers that has a chat template of its own is asked for it. Others get the plain template::

    BEGIN  role ": " content END  role ": " content END  …

where what is learnt is the content of assistant turns and the END behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wuming.core.errors import MalformedRecord
from wuming.training.text.encoding import Coder, TransformersCoder, begin_id
from wuming.training.text.packing import Encoded

ROLES = ("system", "user", "assistant")
Message = Mapping[str, str]


def encode_chat(tokens: Coder, messages: Sequence[Message]) -> Encoded:
    """Return a chat as tokens; only assistant turns are learnt.

    Args:
        tokens: the tokenizer.
        messages: `{"role": "system" | "user" | "assistant", "content": text}`, in order.

    Raises:
        MalformedRecord: no message, an unknown role, or a template that cannot say where a turn begins. The message
            names positions, never content.
    """
    check_messages(messages)
    if isinstance(tokens, TransformersCoder) and getattr(tokens.inner, "chat_template", None):
        return _by_template(tokens.inner, [dict(message) for message in messages])
    return _plain(tokens, messages)


def check_messages(messages: Sequence[Message]) -> None:
    """Refuse what is no chat.

    Raises:
        MalformedRecord: see `encode_chat`.
    """
    if not messages:
        raise MalformedRecord("a chat without messages", help="Give at least one message, or leave the record out.")
    for position, message in enumerate(messages, start=1):
        if not isinstance(message, Mapping) or not isinstance(message.get("content"), str):
            raise MalformedRecord(
                f"message {position}: field 'content' is missing or no text",
                help='Write messages as {"role": ..., "content": ...}.',
            )
        if message.get("role") not in ROLES:
            raise MalformedRecord(f"message {position}: unknown role", help=f"Roles are {', '.join(ROLES)}.")


def _plain(tokens: Coder, messages: Sequence[Message]) -> Encoded:
    ids, learnt = [begin_id(tokens)], [False]
    for message in messages:
        head, content = tokens.encode(f"{message['role']}: "), [*tokens.encode(message["content"]), tokens.end_id]
        ids += head + content
        learnt += [False] * len(head) + [message["role"] == "assistant"] * len(content)
    return Encoded(tuple(ids), tuple(learnt))


def _by_template(tokenizer: Any, messages: list[dict[str, str]]) -> Encoded:
    """Render with the tokenizer's template; a token is learnt where it lies whole within an assistant turn.

    A turn reaches from the end of the rendered prompt before it (with the template's own words that ask for an answer)
    to the end of the chat rendered up to it. Templates that rewrite earlier turns have no such places, and are refused.
    """
    text = _render(tokenizer, messages)
    spans = []
    for position, message in enumerate(messages):
        if message["role"] == "assistant":
            before = _render(tokenizer, messages[:position], ask=True) if position else ""
            through = _render(tokenizer, messages[: position + 1])
            if not (text.startswith(through) and through.startswith(before)):
                raise MalformedRecord(
                    f"message {position + 1}: where it begins is unknown, the chat template rewrites earlier turns",
                    help="Give the tokenizer a template that only appends, or remove it for the plain one.",
                )
            spans.append((len(before), len(through)))
    coded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    learnt = [
        stop > start and any(first <= start and stop <= last for first, last in spans)
        for start, stop in coded["offset_mapping"]
    ]
    return Encoded(tuple(coded["input_ids"]), (False, *learnt[1:])[: len(learnt)])


def _render(tokenizer: Any, messages: list[dict[str, str]], *, ask: bool = False) -> str:
    """Render as text. A template's own error may repeat content: it is not passed on."""
    failed = False
    try:
        return str(tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=ask))
    except Exception:  # noqa: BLE001  (templates raise what they like)
        failed = True
    assert failed
    raise MalformedRecord(
        f"the chat template refuses the first {len(messages)} messages", help="See which order of roles it allows."
    )
