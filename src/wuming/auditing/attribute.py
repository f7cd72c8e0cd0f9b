"""Attribute inference: does a model help to guess what is not known of a person from what is known?

Adversary: knows all of a person's record but one attribute, and its possible values, and may ask the model. He is
measured against himself without the model: what anybody could infer from the rest of the record and common knowledge is
no leak of this model. What training on the person adds shows only beside people who were not trained on; that
difference is what differential privacy bounds, what the model teaches about everybody alike is not.

Sources: Fredrikson et al., "Privacy in pharmacogenetics" (USENIX Security 2014), section 3, and "Model inversion
attacks" (CCS 2015), section 4; Yeom et al., "Privacy risk in machine learning" (CSF 2018), section 4; Jayaraman and
Evans, "Are attribute inference attacks just imputation?" (CCS 2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wuming.auditing.shares import Share, difference, paired_difference
from wuming.core.errors import EmptyData, PrivacyParameterError, SelfCheckFailed

_Array = NDArray[np.float64]
_TIES = 0x74696573  # apart from whatever else is drawn with the same seed


class CandidateModel(Protocol):
    """A language model that scores what might follow."""

    def candidate_losses(self, prompt: str, candidates: Sequence[str]) -> list[float]:
        """Return the summed loss of each candidate right after the prompt, in nats."""
        ...


class ClassifierModel(Protocol):
    """A classifier of rows of any kind."""

    def probabilities(self, rows: Sequence[Any]) -> NDArray[Any]:
        """Return the probability of each class, [rows, classes]; one-hot rows where only the label is shown."""
        ...


@dataclass(frozen=True, slots=True)
class TextCase:
    """One person's attribute in text. Its texts never show in `repr`.

    Attributes:
        prompt: what the attacker knows, up to the attribute.
        candidates: its possible values, as they would be written; distinct, at least two.
        truth: position of the true value. Attackers never see it.
    """

    prompt: str = field(repr=False)
    candidates: tuple[str, ...] = field(repr=False)
    truth: int = field(repr=False)

    def __post_init__(self) -> None:
        _check(len(self.candidates), self.truth)
        if len(set(self.candidates)) != len(self.candidates):
            raise PrivacyParameterError("a case has the same candidate twice", help="List each possible value once.")


@dataclass(frozen=True, slots=True)
class RowCase:
    """One person's attribute in a row that a classifier was trained on. Its values never show in `repr`.

    Attributes:
        variants: the row with each possible value of the attribute put in; at least two.
        label: position of the person's true class, which the attacker knows.
        truth: position of the true value. Attackers never see it.
        prior: the attacker's chance of each value without the model, given all else he knows (a share in a public
            table, or what a model of the attacker's own says); None takes them for equally likely.
    """

    variants: tuple[Any, ...] = field(repr=False)
    label: int = field(repr=False)
    truth: int = field(repr=False)
    prior: tuple[float, ...] | None = field(repr=False, default=None)

    def __post_init__(self) -> None:
        _check(len(self.variants), self.truth)
        if self.prior is not None and (
            len(self.prior) != len(self.variants) or not all(0 <= chance < math.inf for chance in self.prior)
        ):
            raise PrivacyParameterError(
                f"a case has {len(self.variants)} variants and a prior of {len(self.prior)}, or one out of range",
                help="Give one chance for each variant.",
            )


def losses_of(model: CandidateModel, cases: Sequence[TextCase]) -> list[_Array]:
    """Return the model's loss of each candidate of each case.

    Raises:
        SelfCheckFailed: another number of losses than candidates, or one that is not finite.
    """
    found = []
    for number, case in enumerate(cases):
        losses = np.asarray(model.candidate_losses(case.prompt, case.candidates), dtype=np.float64)
        if losses.shape != (len(case.candidates),) or not np.isfinite(losses).all():
            raise SelfCheckFailed(
                f"case {number}: losses of shape {losses.shape} for {len(case.candidates)} candidates, or not finite",
                help="Check the model's method candidate_losses.",
            )
        found.append(losses)
    return found


def right_by_loss(
    losses: Sequence[Sequence[float] | _Array],
    truths: Sequence[int],
    reference: Sequence[Sequence[float] | _Array] | None = None,
    *,
    seed: int = 0,
) -> list[bool]:
    """Tell which guesses are right when the candidate with the least loss is guessed.

    Args:
        losses: of each candidate of each case under the model.
        truths: position of the true value of each case.
        reference: the same under a model that never saw these people; the guess is then the candidate whose loss fell
            most, which takes out how likely a value is anyway.
        seed: of the choice among candidates with equal losses: a fixed place would favour whoever lists truths first.

    Raises:
        EmptyData: no case.
        PrivacyParameterError: other numbers of cases or candidates.
    """
    scores = [-np.asarray(one, dtype=np.float64) for one in losses]
    if reference is not None:
        if [len(one) for one in reference] != [len(one) for one in losses]:
            raise PrivacyParameterError(
                f"losses are of {len(losses)} cases, reference losses of {len(reference)}, or of other candidates",
                help="Score the same candidates with both models.",
            )
        scores = [score + np.asarray(one, dtype=np.float64) for score, one in zip(scores, reference, strict=True)]
    return _right(scores, truths, seed)


def right_by_confidence(
    model: ClassifierModel | None, cases: Sequence[RowCase], *, label_error: float | None = None, seed: int = 0
) -> list[bool]:
    """Tell which guesses are right when prior times confidence decides.

    The attacker puts each possible value into the row, asks the model, and guesses the value v with the largest
    prior(v) · π(v): π is the probability that the model gives the true label of the row with v in it.

    Args:
        model: under attack; None is the same attacker without the model, who guesses by the prior alone.
        cases: one a person.
        label_error: for a model that shows labels only: its published share of errors, in (0, 1). π is then
            1 − `label_error` where the label is the true one, else the error shared among the other classes.
        seed: of the choice among values that are equally good.

    Raises:
        EmptyData: no case.
        PrivacyParameterError: a label error out of range, or a label that the model does not know.
        SelfCheckFailed: the model's answer has another shape than asked for.

    Source: Fredrikson et al. 2014, section 3.2 (labels and their errors); 2015, section 4 (confidences).
    """
    if label_error is not None and not 0 < label_error < 1:
        raise PrivacyParameterError(
            f"label_error={label_error} is not within (0, 1)", help="Give the published share of errors."
        )
    scores = []
    for case in cases:
        prior = np.full(len(case.variants), 1.0) if case.prior is None else np.asarray(case.prior, dtype=np.float64)
        scores.append(prior if model is None else prior * _confidence(model, case, label_error))
    return _right(scores, [case.truth for case in cases], seed)


@dataclass(frozen=True, slots=True)
class AttributeReport:
    """What an attacker infers with the model, without it, and about people who were not trained on.

    Attributes:
        with_model: share of right guesses about people who were trained on.
        without_model: the same attacker without the model, on the same people.
        held_out: with the model, on people who were not trained on; None without any.
        advantage: with minus without, in pairs; not bounded by ε, since a model may teach what holds for everybody.
        memorised: with the model, trained on minus not trained on; this is what ε bounds.
    """

    with_model: Share
    without_model: Share
    held_out: Share | None
    advantage: dict[str, Any]
    memorised: dict[str, Any] | None

    def as_json(self) -> dict[str, Any]:
        """Return shares and differences as a JSON object."""
        return {
            "with_model": self.with_model.as_json(),
            "without_model": self.without_model.as_json(),
            "advantage": self.advantage,
            "held_out": None if self.held_out is None else self.held_out.as_json(),
            "memorised": self.memorised,
        }


def attribute_report(
    with_model: Sequence[bool],
    without_model: Sequence[bool],
    held_out: Sequence[bool] = (),
    *,
    confidence: float = 0.95,
) -> AttributeReport:
    """Compare the right guesses of the three attackers.

    Args:
        with_model: of each trained person: was the guess right?
        without_model: the same attacker without the model on the same people, in the same order.
        held_out: the attacker with the model on people who were not trained on.
        confidence: of each interval, in (0, 1).

    Raises:
        EmptyData: no case.
        PrivacyParameterError: other numbers of cases with and without.
    """
    share = Share.of(with_model, confidence)
    outside = Share.of(held_out, confidence) if held_out else None
    return AttributeReport(
        with_model=share,
        without_model=Share.of(without_model, confidence),
        held_out=outside,
        advantage=paired_difference(with_model, without_model, confidence),
        memorised=None if outside is None else difference(share, outside),
    )


def _confidence(model: ClassifierModel, case: RowCase, label_error: float | None) -> _Array:
    answer = np.asarray(model.probabilities(case.variants), dtype=np.float64)
    if answer.ndim != 2 or len(answer) != len(case.variants) or not np.isfinite(answer).all():
        raise SelfCheckFailed(
            f"the model gave probabilities of shape {answer.shape} for {len(case.variants)} rows, or no finite numbers",
            help="Check its method probabilities: one row of class probabilities for each row.",
        )
    if not 0 <= case.label < answer.shape[1]:
        raise PrivacyParameterError(
            f"a label is not within the model's {answer.shape[1]} classes", help="Number classes as the model does."
        )
    if label_error is None:
        return np.asarray(answer[:, case.label])
    others = max(1, answer.shape[1] - 1)
    return np.where(answer.argmax(axis=1) == case.label, 1 - label_error, label_error / others)


def _right(scores: Sequence[_Array], truths: Sequence[int], seed: int) -> list[bool]:
    if not scores:
        raise EmptyData("there is no case to guess", help="Give at least one person with a known attribute.")
    if len(scores) != len(truths):
        raise PrivacyParameterError(
            f"there are {len(scores)} cases and {len(truths)} true values", help="Give one true value for each case."
        )
    generator = np.random.default_rng([seed, _TIES])
    out = []
    for values, truth in zip(scores, truths, strict=True):
        _check(len(values), truth)
        if not np.isfinite(values).all():
            raise PrivacyParameterError("a case has a score that is no finite number", help="Check the losses.")
        best = np.flatnonzero(values == values.max())
        out.append(bool(generator.choice(best) == truth))
    return out


def _check(values: int, truth: int) -> None:
    if values < 2 or not 0 <= truth < values:
        raise PrivacyParameterError(
            f"a case has {values} possible values, or its true one is not among them",
            help="Give at least two values and the position of the true one.",
        )
