"""A tiny language model, fine-tuned without protection on speeches of Shakespeare, and attacked in every way.

Tokenizer and base model come from speeches that nobody asks about. Shadow models and targets are the base model,
fine-tuned on random halves of the candidates. Speeches are cut into records of one length in tokens, so that it is not
their length that tells them apart; four speeches, drawn at random, make a subject.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from wuming.auditing.membership.blind import blind_baseline, text_features
from wuming.auditing.membership.language import (
    TokenStatistics,
    min_k_plus_plus_scores,
    min_k_scores,
    statistics_of_logits,
)
from wuming.auditing.membership.lira import lira_scores, logits_of_losses
from wuming.auditing.membership.losses import loss_scores, reference_ratio_scores
from wuming.auditing.membership.report import MembershipReport, membership_report
from wuming.auditing.membership.rmia import fit_correction, rmia_scores
from wuming.auditing.membership.shadows import Shadows, complementary_halves
from wuming.auditing.membership.subjects import subject_members, subject_scores
from wuming.benchmarks.house.running import Hall
from wuming.datasets.registry import locate
from wuming.training import language_model as lm
from wuming.training import ordinary
from wuming.training.text.tokenizer import Tokenizer

NOTE = (
    "Language model: 2 layers of width 64, trained on public speeches, fine-tuned for 2 passes on half of the "
    "candidates; 6 shadow models; a subject is 4 speeches"
)
_SEED = 5
_SHORTEST = 80  # characters of a speech
_TOKENS = 33  # of a record, the end sign before it included
_RECORDS = 4  # of a subject


@dataclass(frozen=True)
class _Size:
    """How much is trained: speeches, pairs of shadow models, targets, passes over the public part and over a half."""

    public: int = 2000
    candidates: int = 1200
    population: int = 300
    pairs: int = 3
    targets: int = 2
    public_epochs: int = 5
    epochs: int = 2


_QUICK = _Size(200, 240, 100, 2, 1, 1, 1)


def reports(hall: Hall) -> dict[str, list[MembershipReport]]:
    """Return by attack a report for each target.

    Raises:
        UnknownDataset: the plays are not there.
    """
    size = _QUICK if hall.settings.quick else _Size()
    tokenizer, public, candidates, population = _speeches(size)
    shape = lm.Architecture(tokenizer.size, 64, 2, 2, 172, 64)
    base = lm.build(shape, seed=_SEED)
    hall.say("language model: base")
    ordinary.train(base, [*map(list, public)], epochs=size.public_epochs, batch_size=16, learning_rate=3e-3, seed=_SEED)
    generator = np.random.default_rng(_SEED)
    halves = np.concatenate(
        [
            complementary_halves(size.pairs, size.candidates, generator),
            *(_whole_subjects(size.candidates, generator) for _ in range(size.targets)),
        ]
    )
    asked = [*candidates, *population]
    before = _statistics(base, asked)
    answers = []
    for number, half in enumerate(halves):
        hall.say(f"language model {number + 1} of {len(halves)}")
        model = copy.deepcopy(base)
        own = [list(candidates[i]) for i in np.flatnonzero(half)]
        ordinary.train(model, own, epochs=size.epochs, batch_size=16, learning_rate=1e-3, seed=_SEED + number)
        answers.append(_statistics(model, asked))
    texts = [tokenizer.decode(record) for record in candidates]
    features = text_features(texts)
    found: dict[str, list[MembershipReport]] = {}
    for target in range(2 * size.pairs, len(halves)):
        scores = _scores(answers, before, halves, target, shadows=2 * size.pairs)
        for report in _reported(scores, halves[target], features):
            found.setdefault(f"{report.attack}, {report.level}s", []).append(report)
    return found


def _whole_subjects(count: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Return a half of the candidates, [1, count], in which no subject is split."""
    return np.repeat(complementary_halves(1, count // _RECORDS, generator)[:1], _RECORDS, axis=1)


def _speeches(size: _Size) -> tuple[Tokenizer, list[list[int]], list[list[int]], list[list[int]]]:
    """Return a tokenizer of the public part, and the records of public part, candidates and population."""
    text = (locate("tinyshakespeare") / "input.txt").read_text(encoding="utf-8")
    speeches = list(dict.fromkeys(part for part in text.split("\n\n") if len(part) >= _SHORTEST))
    order = np.random.default_rng(_SEED).permutation(len(speeches))
    shuffled = [speeches[i] for i in order]
    tokenizer = Tokenizer.train(shuffled[: size.public], vocabulary=1000)
    public = lm.encode(tokenizer, shuffled[: size.public], 64)
    records = [record for record in lm.encode(tokenizer, shuffled[size.public :], _TOKENS) if len(record) == _TOKENS]
    records = [list(one) for one in dict.fromkeys(map(tuple, records))]
    return tokenizer, public, records[: size.candidates], records[size.candidates :][: size.population]


@torch.inference_mode()
def _statistics(model: Any, records: Sequence[Sequence[int]]) -> list[TokenStatistics]:
    """Return what a model says of the tokens of each record; all have one length."""
    out = []
    for start in range(0, len(records), 128):
        ids = torch.tensor([list(record) for record in records[start : start + 128]])
        logits = model(input_ids=ids, use_cache=False).logits.double().numpy()
        out += [statistics_of_logits(said[:-1], tokens[1:]) for said, tokens in zip(logits, ids.numpy(), strict=True)]
    return out


def _scores(
    answers: Sequence[Sequence[TokenStatistics]],
    before: Sequence[TokenStatistics],
    halves: NDArray[np.bool_],
    target: int,
    *,
    shadows: int,
) -> dict[str, NDArray[np.float64]]:
    """Return by attack the scores of all candidates."""
    n = halves.shape[1]
    losses = np.array([[-one.log_probabilities.mean() for one in said] for said in answers])
    public = [float(-one.log_probabilities.mean()) for one in before]
    own = losses[target, :n].tolist()
    reference = Shadows(-losses[:shadows, :n], halves[:shadows])
    population = Shadows(-losses[:shadows, n:], np.zeros(losses[:shadows, n:].shape, dtype=np.bool_))
    logits = logits_of_losses(losses)
    found = {
        "loss": loss_scores(own),
        "loss against the base": loss_scores(own, public[:n]),
        "reference ratio": reference_ratio_scores(own, public[:n]),
        "min-k%": min_k_scores(answers[target][:n]),
        "min-k%++": min_k_plus_plus_scores(answers[target][:n]),
        "LiRA online": lira_scores(
            logits[target, :n], Shadows(logits[:shadows, :n], halves[:shadows]), variance="shared"
        ),
        "RMIA offline": rmia_scores(
            -losses[target, :n],
            reference,
            -losses[target, n:],
            population,
            correction=fit_correction(reference),
        ),
    }
    return {name: np.asarray(scores) for name, scores in found.items()}


def _reported(
    scores: dict[str, NDArray[np.float64]], members: NDArray[np.bool_], features: NDArray[np.float64]
) -> list[MembershipReport]:
    """Return the reports of one target: all attacks for records, three for subjects."""
    blind = blind_baseline(features, members)
    out = [membership_report(name, one[members], one[~members], blind=blind) for name, one in scores.items()]
    subjects = (np.arange(len(members)) // _RECORDS).tolist()
    known = subject_members(members, subjects)
    together = features.reshape(len(known), _RECORDS, -1).mean(axis=1)
    blind = blind_baseline(together, known)
    for name in ("loss", "loss against the base", "LiRA online"):
        summed = subject_scores(scores[name], subjects, "sum" if name == "LiRA online" else "mean")
        out.append(membership_report(name, summed[known], summed[~known], level="subject", blind=blind))
    return out
