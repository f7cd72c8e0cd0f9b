"""Replaces what the detector finds: one text of one subject at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from wuming.core.errors import SelfCheckFailed, VerificationFailed
from wuming.core.ports import PersonalDataDetector, Span
from wuming.deidentification.codepoints import codes_of, spelled, text_of
from wuming.deidentification.entries import Entry
from wuming.deidentification.keys import derive_key
from wuming.deidentification.kinds import ATTRIBUTES
from wuming.deidentification.linking import link_persons
from wuming.deidentification.normalisation import canonical_value, normalise
from wuming.deidentification.occurrences import occurrences
from wuming.deidentification.operators import OPERATORS, WITH_VAULT, Operator, Sealer, Setting, Stream, Value
from wuming.deidentification.operators.surrogates.layout import is_chinese
from wuming.deidentification.restoring import Restored, restore
from wuming.deidentification.vault import Vault

_NONE: Mapping[str, str | Setting] = MappingProxyType({})
_ATTEMPTS = 16
_TOKEN = Setting("token")
_CHINESE = re.compile("[一-鿿]{1,6}")  # shorter than a run of numerals that is read as a number
Thing = tuple[str, str]  # kind, entity
Written = tuple[str, str]  # kind, as written


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
        operator: for all kinds: a name from `OPTIONS`, or a setting.
        operators: exceptions by kind.
        vault: where surrogates, tokens and hashes are kept with their originals; None: only what is encrypted can be
            restored.

    Raises:
        KeyUnavailable: for a key that is too short.
        PlanError: for an unknown operator.

    Guarantee: a replacement is a pseudo-random function of (key, subject, kind, value). It depends neither on other
    subjects nor on the order in which texts come. Within one text, two things have two replacements, and a replacement
    stands nowhere else: where the first choice would, the next is taken; this depends on that text alone. Attributes
    (gender, age) are exempt: they have too few values.
    """

    def __init__(
        self,
        detector: PersonalDataDetector,
        key: bytes,
        operator: str | Setting = "surrogate",
        operators: Mapping[str, str | Setting] = _NONE,
        vault: Vault | None = None,
    ) -> None:
        self.detector = detector
        self._key = derive_key(key, "surrogate")
        self._sealer = Sealer(derive_key(key, "encrypt", length=64))
        self._makers: Mapping[str, Operator] = {**OPERATORS, "encrypt": self._sealer}
        self._default = _setting(operator)
        self._exceptions = {kind: _setting(setting) for kind, setting in operators.items()}
        self._vault = vault
        self._pending: list[Entry] | None = None

    def deidentify(self, text: str, *, subject: str, language: str = "", document: str = "") -> Deidentified:
        """Return `text` with everything found in it replaced.

        Args:
            text: Unicode.
            subject: whose text it is.
            language: `zh`, `en`, or empty: guessed from the text (labels of `redact` only).
            document: which of the subject's texts, so that restoring knows them apart; it changes no replacement.

        Raises:
            VerificationFailed: when a row of the vault was changed.
            StorageError: when the vault cannot be written; nothing is returned then.
        """
        result, entries = self.deidentify_apart(text, subject=subject, language=language, document=document)
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

    def deidentify_apart(
        self, text: str, *, subject: str, language: str = "", document: str = "", spans: Sequence[Span] | None = None
    ) -> tuple[Deidentified, list[Entry]]:
        """Do the same without writing: return the vault's new entries for the caller to put in one transaction.

        `spans` are what the detector found, where it was asked before.
        """
        spans = _checked(self.detector.find(text) if spans is None else spans, text)
        if not spans:
            return Deidentified(text, ()), []
        language = language or ("zh" if is_chinese(text) else "en")
        values = _values(text, spans, language)
        new = self._choose(text, spans, values, subject)
        result = _assembled(text, spans, new)
        entries: dict[str, list[tuple[str, str]]] = {}
        for span in spans:
            written = text[span.start : span.end]
            if self._returns(span.kind):
                entries.setdefault(new[span.kind, written], []).append((span.kind, written))
        return result, [
            Entry(subject, pairs[0][0], replacement, _originals([original for _, original in pairs]), document)
            for replacement, pairs in entries.items()
        ]

    def restore(self, text: str, *, subject: str, document: str | None = None) -> Restored:
        """Return `text` with what stands for the subject's values replaced by them.

        Args:
            text: as it was de-identified, or as somebody changed it.
            subject: whose text it is.
            document: as given when it was de-identified; None: all of the subject's.

        Raises:
            VerificationFailed: when a row of the vault was changed, or without a vault and without `encrypt`.
        """
        if self._vault is None and not any(
            s.operator == "encrypt" for s in (self._default, *self._exceptions.values())
        ):
            raise VerificationFailed("nothing can be restored without a vault", help="Give the vault of the run.")
        entries = self._vault.entries(subject, document) if self._vault is not None else []
        return restore(text, entries, sealer=self._sealer, subject=subject)

    def forget(self, subject: str) -> None:
        """Erase what the vault keeps about one subject."""
        if self._vault is not None:
            self._vault.erase(subject)

    def _setting(self, kind: str) -> Setting:
        return self._exceptions.get(kind, self._default)

    def _returns(self, kind: str) -> bool:
        """Say whether a vault leads back from a kind's replacements, so that they must be told apart."""
        operator = self._setting(kind).operator
        return operator in WITH_VAULT and not (operator == "surrogate" and kind in ATTRIBUTES)

    def _choose(
        self, text: str, spans: Sequence[Span], values: Mapping[Written, Value], subject: str
    ) -> dict[Written, str]:
        """Return the replacement of each value as written."""
        attempts: Counter[Thing] = Counter()
        new: dict[Written, str] = {}
        for _ in range(_ATTEMPTS):
            new = {written: self._made(value, subject, attempts) for written, value in values.items()}
            doubtful = self._doubtful(text, spans, values, new)
            if not doubtful:
                return new
            attempts.update(doubtful)
        raise SelfCheckFailed(
            f"no replacement can be told from the text around it, kind={sorted({kind for kind, _ in doubtful})}",
            help="Use the operator redact or encrypt for it.",
        )

    def _made(self, value: Value, subject: str, attempts: Counter[Thing]) -> str:
        setting = self._setting(value.kind)
        attempt = attempts[value.kind, value.entity]
        if setting.operator == "surrogate" and attempt > _ATTEMPTS // 2:
            setting = _TOKEN  # too few surrogates of this kind
        stream = Stream(self._key, subject, value.kind, value.entity, attempt)
        return self._makers[setting.operator](value, stream, setting)

    def _doubtful(
        self, text: str, spans: Sequence[Span], values: Mapping[Written, Value], new: Mapping[Written, str]
    ) -> set[Thing]:
        """Return the things whose replacement is another's too, an original, or stands elsewhere in the new text."""
        owners: dict[str, set[Thing]] = {}
        for (kind, written), value in values.items():
            if self._returns(kind):
                owners.setdefault(new[kind, written], set()).add((kind, value.entity))
        if not owners:
            return set()
        # Of those that share one, the first in order keeps it: the order of the text plays no part.
        doubtful = {thing for things in owners.values() for thing in sorted(things)[1:]}
        for _, written in values:
            if written in owners:
                doubtful |= owners[written]
        result = _assembled(text, spans, new)
        placed = {
            (one.start, result.text[one.start : one.end]) for one in result.replacements if self._returns(one.kind)
        }
        read = set(occurrences(result.text, owners.keys()))
        for _, word in placed ^ read:
            doubtful |= owners[word]
        return doubtful


def _setting(operator: str | Setting) -> Setting:
    return operator if isinstance(operator, Setting) else Setting(operator)


def _checked(spans: Sequence[Span], text: str) -> Sequence[Span]:
    position = 0
    for span in spans:
        if span.start < position or span.end > len(text) or span.end <= span.start:
            raise SelfCheckFailed(
                f"detector gave overlapping spans or one out of bounds, kind={span.kind}",
                help="Use a detector that returns sorted, disjoint spans.",
            )
        position = span.end
    return spans


def _values(text: str, spans: Iterable[Span], language: str) -> dict[Written, Value]:
    """Return each distinct value of the text with whom or what it means."""
    written = dict.fromkeys((span.kind, text[span.start : span.end]) for span in spans)
    plain = {value: _plain(value) for _, value in written}
    persons = tuple(sorted({plain[value] for kind, value in written if kind == "PERSON"}))
    linked = link_persons(persons) if persons else {}
    return {
        (kind, value): Value(
            value,
            plain[value],
            kind,
            linked[plain[value]] if kind == "PERSON" else canonical_value(value, kind) or value,
            language,
            persons if kind == "PERSON" else (),
        )
        for kind, value in written
    }


def _plain(value: str) -> str:
    return text_of(spelled(codes_of(value))) if _CHINESE.fullmatch(value) else normalise(value).text


def _assembled(text: str, spans: Iterable[Span], new: Mapping[Written, str]) -> Deidentified:
    pieces: list[str] = []
    replacements: list[Replacement] = []
    position = length = 0
    for span in spans:
        replacement = new[span.kind, text[span.start : span.end]]
        kept = text[position : span.start]
        start = length + len(kept)
        length = start + len(replacement)
        pieces += [kept, replacement]
        replacements.append(Replacement(start, length, span.kind, span))
        position = span.end
    return Deidentified("".join((*pieces, text[position:])), tuple(replacements))


def _originals(written: list[str]) -> tuple[str, ...]:
    return tuple(written) if len(set(written)) > 1 else (written[0],)
