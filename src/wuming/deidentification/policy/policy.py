"""A policy: what is looked for, and what is done with it, by type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from wuming.core.canonical import digest
from wuming.core.ports import PersonalDataDetector
from wuming.deidentification.deidentifier import Deidentifier
from wuming.deidentification.engine import Detector
from wuming.deidentification.operators import Setting
from wuming.deidentification.policy.rules import Rules
from wuming.deidentification.vault import Vault


@dataclass(frozen=True)
class Policy:
    """What a policy file says.

    Attributes:
        name: of the file or the profile.
        languages: of `zh`, `en`.
        min_score: in (0, 1]: candidates below are left, where `rules.thresholds` says nothing of their type.
        rules: one's own recognisers, lists and thresholds.
        default: what is done with types that `operators` does not name.
        operators: type → what is done with it.
        fields: path in a record (`user.name`, `messages.*.content`) → the type of its whole value, or `text`: it is
            read, or `keep`: it is left.
    """

    name: str
    languages: tuple[str, ...]
    min_score: float
    rules: Rules
    default: Setting
    operators: Mapping[str, Setting]
    fields: Mapping[str, str]

    def detector(
        self,
        *,
        languages: Sequence[str] | None = None,
        kinds: Iterable[str] | None = None,
        min_score: float | None = None,
    ) -> Detector:
        """Return a detector for this policy; what is given wins over what the policy says.

        Raises:
            PlanError: an unknown language or type.
        """
        return Detector(
            languages or self.languages,
            kinds=kinds,
            min_score=self.min_score if min_score is None else min_score,
            policy=self.rules,
        )

    def deidentifier(
        self, key: bytes, *, detector: PersonalDataDetector | None = None, vault: Vault | None = None
    ) -> Deidentifier:
        """Return what replaces by this policy; `detector` is `self.detector()` where none is given.

        Raises:
            KeyUnavailable: the key is too short.
        """
        found = detector or self.detector()
        return Deidentifier(found, key, self.default, self.operators, vault)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all that the policy says, its name aside."""

        def shown(setting: Setting) -> dict[str, object]:
            names = Setting.__dataclass_fields__
            return {name: _plain(getattr(setting, name)) for name in names}

        return digest(
            {
                "languages": list(self.languages),
                "min_score": self.min_score,
                "rules": self.rules.digest,
                "fields": dict(self.fields),
                "default": shown(self.default),
                "operators": {kind: shown(setting) for kind, setting in self.operators.items()},
            }
        )


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value
