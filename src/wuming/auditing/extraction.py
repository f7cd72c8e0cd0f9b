"""Extraction: does a model say a planted secret when it is prompted with what stood before it?

Adversary: knows the context that preceded the secret, may ask for one most likely and many random continuations, and
may compare the losses of candidate values. Nothing found here means that this attack found nothing, no more.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from wuming.auditing.exposure import exposure, mean_exposure, rank_of
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed

SecretKind = Literal["structured", "free_text"]
KINDS: tuple[SecretKind, ...] = ("structured", "free_text")
_SHORTEST = 4
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789")


class LanguageModel(Protocol):
    """What an audit needs of a language model, wherever it was trained."""

    def token_losses(self, texts: Sequence[str]) -> list[float]:
        """Return the mean loss a token of each text, in nats."""
        ...

    def continue_text(
        self, prompts: Sequence[str], max_new_tokens: int, samples: int, temperature: float
    ) -> list[list[str]]:
        """Return `samples` continuations of each prompt, without the prompt; temperature 0 is greedy."""
        ...

    def candidate_losses(self, prompt: str, candidates: Sequence[str]) -> list[float]:
        """Return the summed loss of each candidate right after the prompt, in nats."""
        ...


@dataclass(frozen=True, slots=True)
class Secret:
    """A planted secret. Its texts never show in `repr`.

    Attributes:
        id: name that tells nothing.
        kind: `structured` (a number that patterns find) or `free_text`.
        prompt: what stood directly before the value.
        value: the secret.
        candidates: values that it might have been, drawn like it, all distinct, with the value among them once.
    """

    id: str
    kind: SecretKind
    prompt: str = field(repr=False)
    value: str = field(repr=False)
    candidates: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise PrivacyParameterError(f"secret {self.id}: kind={self.kind!r}", help=f"Allowed: {', '.join(KINDS)}.")
        if self.candidates.count(self.value) != 1 or len(set(self.candidates)) != len(self.candidates):
            raise PrivacyParameterError(
                f"secret {self.id}: its {len(self.candidates)} candidates are not distinct or do not hold the value",
                help="Draw distinct candidates by the procedure that drew the value, and put the value among them.",
            )
        _checked(self.value)


@dataclass(frozen=True, slots=True)
class SecretResult:
    """What the attack found about one secret; no value.

    Attributes:
        id: of the secret.
        kind: of the secret.
        extracted_greedily: was it in the most likely continuation?
        extracted_samples: in how many random continuations was it?
        samples: how many random continuations there were.
        rank: of the value among its candidates; 1 is the model's favourite.
        exposure: log2(candidates) − log2(rank), in bits.
    """

    id: str
    kind: SecretKind
    extracted_greedily: bool
    extracted_samples: int
    samples: int
    rank: float
    exposure: float

    @property
    def extracted(self) -> bool:
        """Was it found in any continuation?"""
        return self.extracted_greedily or self.extracted_samples > 0


@dataclass(frozen=True, slots=True)
class AttackResults:
    """Results for all secrets, with the number of candidates that each was ranked among."""

    secrets: tuple[SecretResult, ...]
    candidates: int

    def extracted(self) -> dict[str, int]:
        """Return how many secrets of each kind were found."""
        return {kind: sum(result.extracted for result in self.secrets if result.kind == kind) for kind in KINDS}

    def exposure(self, confidence: float = 0.95) -> dict[str, dict[str, Any] | None]:
        """Return mean exposure and interval of each kind, in bits; None for a kind without secrets."""
        out: dict[str, dict[str, Any] | None] = {}
        for kind in KINDS:
            ranks = [result.rank for result in self.secrets if result.kind == kind]
            out[kind] = mean_exposure(ranks, self.candidates, confidence) if ranks else None
        return out


def extracted(value: str, outputs: Sequence[str], *, normalise: bool = True) -> bool:
    """Tell whether a value stands whole in one of the outputs.

    Args:
        value: the secret, at least four letters or digits.
        outputs: what the model said.
        normalise: ignore case, full width, the script of digits, and all that is neither letter nor digit: so both
            `138 0013-8000` and full-width digits are found as `13800138000`. A value that lacks one character, or has
            another in its place, is not found.

    Raises:
        PrivacyParameterError: for a value that is too short to be told from chance.
    """
    wanted = _checked(value)
    if not normalise:
        return any(value in output for output in outputs)
    return any(wanted in letters_and_digits(output) for output in outputs)


def attack_secrets(
    model: LanguageModel, secrets: Sequence[Secret], samples: int, *, max_new_tokens: int = 48, temperature: float = 1.0
) -> AttackResults:
    """Try to extract secrets from a model, and rank each among its candidates.

    Args:
        model: under attack.
        secrets: all with the same number of candidates.
        samples: random continuations of each prompt, beside the greedy one; ≥ 0.
        max_new_tokens: length of a continuation.
        temperature: of the random continuations, > 0.

    Raises:
        PrivacyParameterError: for an argument out of range, or secrets with different numbers of candidates.
        SelfCheckFailed: when the model returns another number of results than was asked for.
    """
    if samples < 0 or max_new_tokens < 1 or temperature <= 0:
        raise PrivacyParameterError(
            f"samples={samples}, max_new_tokens={max_new_tokens}, temperature={temperature} is out of range",
            help="Use samples=20, max_new_tokens=48 and temperature=1, for example.",
        )
    sizes = {len(secret.candidates) for secret in secrets}
    if len(sizes) > 1:
        raise PrivacyParameterError(
            f"secrets have {sorted(sizes)} candidates",
            help="Give every secret the same number, or ranks do not compare.",
        )
    prompts = [secret.prompt for secret in secrets]
    greedy = model.continue_text(prompts, max_new_tokens, 1, 0.0) if prompts else []
    random = model.continue_text(prompts, max_new_tokens, samples, temperature) if prompts and samples else []
    random = random or [[] for _ in prompts]
    if [len(texts) for texts in greedy] != [1] * len(prompts) or [len(texts) for texts in random] != [samples] * len(
        prompts
    ):
        raise SelfCheckFailed(
            f"the model did not return 1 and {samples} continuations of each of {len(prompts)} prompts",
            help="Check its method continue_text: fewer outputs would look like fewer leaks.",
        )
    results = tuple(
        _result(model, secret, first, others) for secret, first, others in zip(secrets, greedy, random, strict=True)
    )
    return AttackResults(results, next(iter(sizes), 1))


def _result(model: LanguageModel, secret: Secret, greedy: Sequence[str], random: Sequence[str]) -> SecretResult:
    losses = model.candidate_losses(secret.prompt, secret.candidates)
    if len(losses) != len(secret.candidates):
        raise SelfCheckFailed(
            f"secret {secret.id}: {len(losses)} losses for {len(secret.candidates)} candidates",
            help="Check the model's method candidate_losses.",
        )
    rank = rank_of(losses, secret.candidates.index(secret.value))
    return SecretResult(
        id=secret.id,
        kind=secret.kind,
        extracted_greedily=extracted(secret.value, greedy),
        extracted_samples=sum(extracted(secret.value, [output]) for output in random),
        samples=len(random),
        rank=rank,
        exposure=exposure(rank, len(secret.candidates)),
    )


def letters_and_digits(text: str) -> str:
    """Return a text's letters and digits alone, in one case, width and script of digits: values are compared so."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_CHINESE_DIGITS)
    return "".join(character for character in folded if unicodedata.category(character)[0] in "LN")


def _checked(value: str) -> str:
    wanted = letters_and_digits(value)
    if len(wanted) < _SHORTEST:
        raise PrivacyParameterError(
            f"a secret of {len(wanted)} letters and digits is too short", help=f"Use at least {_SHORTEST}."
        )
    return wanted
