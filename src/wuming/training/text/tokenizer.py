"""A tokenizer learnt from the public corpus alone: what private text holds cannot shape it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wuming.core.errors import EmptyData, MissingExtra

PAD, END = "<pad>", "<end>"
_BYTES = [f"<0x{value:02X}>" for value in range(256)]


class Tokenizer:
    """Byte-fallback BPE; every Unicode text can be encoded, digits are always single tokens.

    Id 0 pads, id 1 ends a document (and begins one: documents are predicted from it).
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.pad_id: int = inner.token_to_id(PAD)
        self.end_id: int = inner.token_to_id(END)

    @classmethod
    def train(cls, texts: Iterable[str], *, vocabulary: int) -> Tokenizer:
        """Learn a vocabulary of at most `vocabulary` tokens from public texts.

        Raises:
            EmptyData: when there is no text.
        """
        tokenizers = _tokenizers()
        texts = list(texts)
        if not any(texts):
            raise EmptyData("the public corpus holds no text", help="The tokenizer is learnt from it; add documents.")
        model = tokenizers.models.BPE(byte_fallback=True, unk_token=None)
        inner = tokenizers.Tokenizer(model)
        split = tokenizers.pre_tokenizers.Split
        # A word with the space before it; single digits; runs of other letters; single signs.
        pattern = tokenizers.Regex(r" ?[A-Za-z]+| ?[0-9]|[^\sA-Za-z0-9\p{P}]+|\s|\p{P}")
        inner.pre_tokenizer = split(pattern, "isolated")
        decoders = tokenizers.decoders
        inner.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
        trainer = tokenizers.trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=[PAD, END, *_BYTES],
            limit_alphabet=max(32, (vocabulary - 258) * 2 // 3),
            show_progress=False,
            max_token_length=8,
        )
        inner.train_from_iterator(texts, trainer)
        return cls(inner)

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Read a tokenizer written by `save`."""
        return cls(_tokenizers().Tokenizer.from_file(str(path)))

    def save(self, path: Path) -> None:
        """Write the tokenizer as one JSON file."""
        self._inner.save(str(path))

    @property
    def size(self) -> int:
        """Number of tokens."""
        return int(self._inner.get_vocab_size())

    def encode(self, text: str) -> list[int]:
        """Return token ids, without padding or end."""
        return list(self._inner.encode(text, add_special_tokens=False).ids)

    def encode_all(self, texts: list[str]) -> list[list[int]]:
        """Return token ids of many texts."""
        return [list(e.ids) for e in self._inner.encode_batch(texts, add_special_tokens=False)]

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of token ids; padding and end vanish."""
        kept = [i for i in ids if i not in (self.pad_id, self.end_id)]
        return str(self._inner.decode(kept, skip_special_tokens=False))


def _tokenizers() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise MissingExtra("tokenizers is not installed", help="pip install 'wuming[train]'") from error
    return tokenizers
