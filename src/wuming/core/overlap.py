"""Which texts hold a stretch of another text, word for word: what "copied" means wherever it is measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wuming.core.errors import EmptyData, PrivacyParameterError


def copying(samples: Sequence[str], real: Iterable[str], window: int) -> frozenset[int]:
    """Return the places of the samples that hold `window` characters in a row of one real text.

    White space is told apart as written. Windows of the samples are looked up in the real text (exactly: by hash, then
    by comparing the strings), so memory grows with the samples and not with the real text.

    Args:
        samples: texts to look at; a sample shorter than the window holds none.
        real: texts that may have been copied.
        window: characters, ≥ 1.

    Raises:
        EmptyData: no sample.
        PrivacyParameterError: a window below 1.
    """
    if not samples:
        raise EmptyData("no samples to look at", help="Sample some text first.")
    if window < 1:
        raise PrivacyParameterError(f"window={window} must be at least 1", help="Usual is 50 characters.")
    owners: dict[str, set[int]] = {}
    for number, sample in enumerate(samples):
        for piece in _windows(sample, window):
            owners.setdefault(piece, set()).add(number)
    copied: set[int] = set()
    if owners:
        for text in real:
            for piece in _windows(text, window):
                copied |= owners.get(piece, set())
    return frozenset(copied)


def _windows(text: str, window: int) -> list[str]:
    return [text[start : start + window] for start in range(len(text) - window + 1)]
