"""The ten shops' reviews at one place: ordinary training of the same model, measured on the same held-out reviews."""

from __future__ import annotations

from wuming.benchmarks.training.reviews import accuracy, train_ordinarily
from wuming.scenarios.federation.shops import LABELS, ShopsCase
from wuming.training.text.tokenizer import Tokenizer
from wuming.training.text.units import classification_units
from wuming.training.tiny_classifier import TinyClassifier, TinyConfig

_MAX_TOKENS, _WIDTH = 96, 32  # as the shops have them


def pooled_accuracy(*, epochs: int = 4, every: int = 1, documents: int = 6000) -> float:
    """Return the share of held-out reviews that are judged rightly: Adam, batches of 256.

    Args:
        epochs: passes over all shops' reviews.
        every: take only every so many-th review.
        documents: generated texts that the vocabulary is learnt from.

    Raises:
        UnknownDataset: the reviews are not at hand.
    """
    case = ShopsCase.found(every=every, documents=documents)
    tokens, shops = Tokenizer.load(case.vocabulary), case.reviews().values()
    train, held_out = (
        classification_units([d for shop in shops for d in shop[part]], tokens, LABELS, max_tokens=_MAX_TOKENS)
        for part in (0, 1)
    )
    model = TinyClassifier(TinyConfig(tokens.size, _WIDTH, len(LABELS)), seed=case.seed)
    return accuracy(train_ordinarily(model, train, case.seed, epochs=epochs), held_out)
