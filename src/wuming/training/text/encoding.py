"""One face for two kinds of tokenizer: the project's own and those of transformers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from wuming.core.errors import MissingExtra
from wuming.training.text.packing import Encoded
from wuming.training.text.tokenizer import Tokenizer


@runtime_checkable
class Coder(Protocol):
    """Turns text into token ids and back. A text begins with `begin_id` and ends with `end_id`."""

    pad_id: int
    end_id: int

    @property
    def size(self) -> int:
        """Number of tokens."""
        ...

    def encode(self, text: str) -> list[int]:
        """Return token ids, without begin or end."""
        ...

    def encode_all(self, texts: list[str]) -> list[list[int]]:
        """Return token ids of many texts."""
        ...

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of token ids; begin, end and padding vanish."""
        ...


class TransformersCoder:
    """A transformers tokenizer behind the project's interface.

    Args:
        inner: a `PreTrainedTokenizerBase` with an end-of-text token (`eos`, or `sep` of encoder models).

    Raises:
        MissingExtra: the tokenizer has neither.
    """

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        end = inner.eos_token_id if inner.eos_token_id is not None else inner.sep_token_id
        if end is None:
            raise MissingExtra(
                "the tokenizer names no end-of-text token", help="Set tokenizer.eos_token to one of its tokens."
            )
        self.end_id = int(end)
        first = inner.bos_token_id if inner.bos_token_id is not None else inner.cls_token_id
        self.begin_id = int(self.end_id if first is None else first)
        self.pad_id = int(self.end_id if inner.pad_token_id is None else inner.pad_token_id)

    @property
    def size(self) -> int:
        """Number of tokens."""
        return len(self.inner)

    def encode(self, text: str) -> list[int]:
        """Return token ids, without begin or end."""
        return self.encode_all([text])[0]

    def encode_all(self, texts: list[str]) -> list[list[int]]:
        """Return token ids of many texts."""
        found = self.inner(texts, add_special_tokens=False, verbose=False, return_attention_mask=False)["input_ids"]
        return [list(ids) for ids in found]

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of token ids; begin, end and padding vanish."""
        special = {self.begin_id, self.end_id, self.pad_id}
        return str(self.inner.decode([i for i in ids if i not in special]))


def coder(tokenizer: Any) -> Coder:
    """Return a tokenizer of either kind as a `Coder`."""
    return tokenizer if isinstance(tokenizer, Coder) else TransformersCoder(tokenizer)


def begin_id(tokens: Coder) -> int:
    """Return the token that a text begins with; the end token where the tokenizer has none of its own."""
    return int(getattr(tokens, "begin_id", tokens.end_id))


def encode_text(tokens: Coder, text: str) -> Encoded:
    """Return a document as begin, tokens, end; all but the first are learnt."""
    return Encoded.whole([begin_id(tokens), *tokens.encode(text), tokens.end_id])


def encode_for_classification(tokens: Coder, text: str, max_tokens: int) -> list[int]:
    """Return begin, tokens, end, where the text is cut so that both stay: at most `max_tokens` in all."""
    return [begin_id(tokens), *tokens.encode(text)[: max_tokens - 2], tokens.end_id]


def decode_all(tokens: Coder, rows: Sequence[Sequence[int]]) -> list[str]:
    """Return the texts of many rows of tokens."""
    return [tokens.decode(row) for row in rows]


def save_tokenizer(tokens: Coder, folder: Path) -> None:
    """Write a tokenizer of either kind so that `load_tokenizer` finds it."""
    if isinstance(tokens, TransformersCoder):
        tokens.inner.save_pretrained(folder)
    elif isinstance(tokens, Tokenizer):
        tokens.save(folder / "tokenizer.json")


def load_tokenizer(folder: Path) -> Coder:
    """Read the tokenizer of a model folder; nothing is fetched from anywhere."""
    if (folder / "tokenizer_config.json").exists() or (folder / "vocab.txt").exists():
        from transformers import AutoTokenizer

        return TransformersCoder(AutoTokenizer.from_pretrained(folder, local_files_only=True))
    return Tokenizer.load(folder / "tokenizer.json")
