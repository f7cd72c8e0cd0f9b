"""Replaces what the detector finds: one text of one subject at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from wuming.core.errors import SelfCheckFailed, VerificationFailed
from wuming.core.ports import PersonalDataDetector, Span
from wuming.deidentification.keys import derive_key
from wuming.deidentification.normalisation import canonical_value
from wuming.deidentification.operators import REVERSIBLE, Stream
from wuming.deidentification.operators import operator as operator_named
from wuming.deidentification.vault import Entry, Vault

_NONE: Mapping[str, str] = MappingProxyType({})
_ATTEMPTS = 1000


@dataclass(frozen=True, slots=True)
class Replacement:
    """One replaced value: `text[start:end]` of the new text stands for `original_span` of the old one."""

    start: int
    end: int
    kind: str
    original_span: Span


@dataclass(frozen=True, slots=True)
class Deidentified:
    """A text without the personal data that was found in it."""

    text: str
    replacements: tuple[Replacement, ...]


class Deidentifier:
    """Replaces personal data by operators, by default by surrogates.

    Args:
        detector: what to replace.
        key: the tenant's key, at least 16 secret bytes; the same key gives the same surrogates.
        operator: for all kinds: `surrogate`, `redact`, `mask` or `hash`.
        operators: exceptions by kind.
        vault: where surrogates and hashes are kept with their originals; None: nothing can be restored.

    Raises:
        KeyUnavailable: for a key that is too short.
        PlanError: for an unknown operator.

    Guarantee: a replacement is a pseudo-random function of (key, subject, kind, normalised value). It never depends on
    other subjects: without one of them every other text comes out the same, byte for byte. Where two values of *one*
    subject meet on one surrogate, the later takes another; this depends on that subject's own texts only.
    """

    def __init__(
        self,
        detector: PersonalDataDetector,
        key: bytes,
        operator: str = "surrogate",
        operators: Mapping[str, str] = _NONE,
        vault: Vault | None = None,
    ) -> None:
        self.detector = detector
        self._key = derive_key(key, "surrogate")
        self._default = operator
        self._exceptions = dict(operators)
        self._vault = vault
        self._pending: list[Entry] | None = None
        self._chosen: dict[str, dict[tuple[str, str], str]] = {}  # subject → (kind, surrogate) → original
        for name in (operator, *operators.values()):
            operator_named(name)

    def deidentify(self, text: str, *, subject: str, language: str = "") -> Deidentified:
        """Return `text` with everything found in it replaced.

        Args:
            text: Unicode.
            subject: whose text it is.
            language: `zh`, `en`, or empty: guessed from the text (labels of `redact` only).

        Raises:
            VerificationFailed: when the vault holds another value for a surrogate, or a row of it was changed.
            StorageError: when the vault cannot be written; nothing is returned then.
        """
        result, entries = self.deidentify_apart(text, subject=subject, language=language)
        if self._vault is not None and entries:
            if self._pending is None:
                self._vault.put_many(entries)
            else:
                self._pending += entries
        return result

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Keep the vault's new entries until the end of the block, then write them in one transaction.

        After an error in the block nothing is written.
        """
        self._pending = []
        try:
            yield
            if self._vault is not None and self._pending:
                self._vault.put_many(self._pending)
        finally:
            self._pending = None

    def deidentify_apart(self, text: str, *, subject: str, language: str = "") -> tuple[Deidentified, list[Entry]]:
        """Do the same without writing: return the vault's new entries for the caller to put in one transaction."""
        language = language or ("zh" if any("一" <= character <= "鿿" for character in text) else "en")
        pieces: list[str] = []
        replacements: list[Replacement] = []
        entries: list[Entry] = []
        position = length = 0
        for span in self.detector.find(text):
            if span.start < position or span.end > len(text) or span.end <= span.start:
                raise SelfCheckFailed(
                    f"detector gave overlapping spans or one out of bounds, kind={span.kind}",
                    help="Use a detector that returns sorted, disjoint spans.",
                )
            original = text[span.start : span.end]
            new, entry = self._replace(original, span.kind, subject, language)
            entries += [entry] if entry else []
            kept = text[position : span.start]
            start = length + len(kept)
            length = start + len(new)
            pieces += [kept, new]
            replacements.append(Replacement(start, length, span.kind, span))
            position = span.end
        return Deidentified("".join((*pieces, text[position:])), tuple(replacements)), entries

    def restore(self, text: str, *, subject: str) -> str:
        """Return `text` with the subject's surrogates and hashes replaced by what the vault keeps for them.

        Raises:
            VerificationFailed: without a vault, or when a row was changed.
        """
        if self._vault is None:
            raise VerificationFailed("nothing can be restored without a vault", help="Give the vault of the run.")
        return self._vault.restore(text, subject)

    def forget(self, subject: str) -> None:
        """Drop what is kept about one subject, in memory and in the vault."""
        self._chosen.pop(subject, None)
        if self._vault is not None:
            self._vault.forget(subject)

    def _replace(self, original: str, kind: str, subject: str, language: str) -> tuple[str, Entry | None]:
        name = self._exceptions.get(kind, self._default)
        make = operator_named(name)
        value = canonical_value(original, kind)
        if name not in REVERSIBLE:
            return make(original, kind, language, Stream(self._key, subject, kind, value)), None
        known = self._chosen.setdefault(subject, {})
        for attempt in range(_ATTEMPTS):
            new = make(original, kind, language, Stream(self._key, subject, kind, value, attempt))
            kept = known.setdefault((kind, new), original)
            if kept == original and new != original:
                return new, Entry(subject, kind, new, original)
        raise SelfCheckFailed(
            f"no free surrogate left for one subject, kind={kind}", help="Use the operator redact for it."
        )
