"""A conversation: prompts leave without personal data, answers come back with it. In memory only."""

from __future__ import annotations

import secrets

from wuming.core.ports import PersonalDataDetector
from wuming.deidentification.deidentifier import Deidentifier
from wuming.deidentification.entries import Entry
from wuming.deidentification.operators import Sealer, Setting
from wuming.deidentification.restoring import restore

_SUBJECT = "session"


class Session:
    """Conceals prompts and reveals answers with surrogates that only this session knows.

    Args:
        deidentifier: lends its detector; key and surrogates are the session's own, and no vault is written.
        operator: `surrogate`, or `token`: what models should not mistake for a real value.

    Guarantee: nothing is stored or logged; two sessions share no surrogate but by chance. What an answer says *about*
    a surrogate (its digits spelled out, a name translated) is not revealed.
    """

    def __init__(self, deidentifier: Deidentifier, operator: str | Setting = "surrogate") -> None:
        self._own = Deidentifier(deidentifier.detector, secrets.token_bytes(32), operator)
        self._sealer = Sealer(secrets.token_bytes(64))
        self._entries: dict[Entry, None] = {}

    @classmethod
    def with_detector(cls, detector: PersonalDataDetector, operator: str | Setting = "surrogate") -> Session:
        """Begin a session without a deidentifier at hand."""
        return cls(Deidentifier(detector, secrets.token_bytes(32)), operator)

    def conceal(self, prompt: str) -> str:
        """Return the prompt with surrogates in the place of personal data."""
        result, entries = self._own.deidentify_apart(prompt, subject=_SUBJECT)
        self._entries.update(dict.fromkeys(entries))
        return result.text

    def reveal(self, answer: str) -> str:
        """Return the answer with the session's surrogates replaced by what they stand for."""
        return restore(answer, self._entries, sealer=self._sealer, subject=_SUBJECT).text
