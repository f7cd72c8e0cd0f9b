"""Playing the scenario: popularity and co-occurrence are counted privately, and a recommender is made of them.

The recommender is compared with the same one without privacy, and with popularity alone, on items that were held out
before anything was counted. What was counted stays counted: the same call again draws and charges nothing.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from wuming.accounting.events import Composed, Gaussian
from wuming.core.canonical import canonical_json, digest, digest_bytes
from wuming.core.errors import BudgetExceeded, RunConflict
from wuming.core.evidence import Evidence
from wuming.core.ports import Progress
from wuming.core.storage import private_folder, read_json, write_json
from wuming.crypto.keys import KeyStore
from wuming.governance.accounts import Accounts, account_id
from wuming.governance.ledger import Ledger
from wuming.lifecycle.answers import answer_budget, answers_dossier, on_record
from wuming.scenarios.recommendation.counting import Counts, Limits, count_privately
from wuming.scenarios.recommendation.evaluation import Quality, hold_out, quality
from wuming.scenarios.recommendation.generator import SUBJECTS, generated_ratings
from wuming.scenarios.recommendation.ratings import Codes, Ratings, read_movielens
from wuming.scenarios.recommendation.recommender import cosine_from_counts, from_counts, from_ratings, popular
from wuming.scenarios.recommendation.shown import contracts, numbers_of, pairs_answer, popularity_answer
from wuming.statistics.evidence import answer_evidence

CAP_EPSILON: Final = 12.0
CAP_DELTA: Final = 1e-6
PEOPLE_OF_MOVIELENS: Final = 1_000
"""Public round figure for the people in MovieLens 100k; it chooses limits, and is no part of the guarantee."""
TITLES: Final = {
    "popularity": "How many people have each item",
    "pairs": "How many people have both of two popular items",
}


@dataclass(frozen=True)
class Outcome:
    """What the scenario came to.

    Attributes:
        account: id, cap, δ and charge of these people's account.
        epsilon, delta: of both counts together; unit subject, add-or-remove-one, no sampling.
        limits: what was fixed beforehand.
        noise: standard deviation of the noise of a number in each count.
        quality: hit rate and NDCG at 10 of each recommender; internal.
        dossier: where it lies.
    """

    account: Mapping[str, Any]
    epsilon: float
    delta: float
    limits: Mapping[str, Any]
    noise: Mapping[str, float]
    quality: Mapping[str, Mapping[str, float]]
    dossier: str

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON object."""
        return asdict(self)


def play(
    folder: Path,
    *,
    progress: Progress,
    epsilon: float = 1.0,
    delta: float = 1e-6,
    data: Path | None = None,
    seed: int = 0,
    public: bool = False,
) -> Outcome:
    """Play the scenario in `folder`.

    Args:
        folder: of everything that is made.
        progress: shows how far the work has come.
        epsilon, delta: of both counts together.
        data: folder of MovieLens 100k; None: ratings are generated.
        seed: of generated ratings, and of the choice of what is held out; never of noise or limits.
        public: leave figures computed on private data without noise out of the dossier.

    Raises:
        PrivacyParameterError: ε or δ out of range.
        BudgetExceeded: the account cannot bear both counts; nothing was drawn or charged.
        RunConflict: the folder holds counts of other data or with other limits.
        MissingFile, MalformedRecord, EmptyData, InputTooLarge: see `read_movielens`.
        MissingExtra: without OpenDP.
    """
    limits = limits_for(epsilon, delta, population=SUBJECTS if data is None else PEOPLE_OF_MOVIELENS)
    progress.start("ratings")
    everything = generated_ratings(seed=seed) if data is None else read_movielens(data)
    ratings, held_out = hold_out(everything, seed=seed)
    progress.finish("ratings")
    ledger = Ledger()
    accounts = Accounts(ledger)
    lineage = lineage_of(data, seed)
    account = account_id(lineage, "subject", "add-or-remove-one")
    plan = {"scenario": "recommendation", "lineage": lineage, "seed": seed, "limits": asdict(limits)}
    _claim(folder, plan)
    progress.start("count")
    counts, evidence = _counted(folder, ratings, limits, accounts, account, ledger)
    progress.finish("count")
    progress.start("compare")
    found = compare(counts, ratings, held_out)
    progress.finish("compare")
    dossier = answers_dossier(
        folder / "dossier",
        {TITLES[name]: item for name, item in evidence.items()},
        title=f"Recommendations from counts, together ε = {epsilon:g} at δ = {delta:g}",
        run=digest(plan),
        before=[],
        ledger=ledger,
        keys=KeyStore(),
        public=public,
        extra_files={
            f"answers/{name}.json": canonical_json(read_json(folder / "answers" / f"{name}.json")["answer"])
            for name in evidence
        },
    )
    outcome = Outcome(
        account=accounts.status(account).as_json(),
        epsilon=epsilon,
        delta=delta,
        limits=asdict(limits),
        noise={"popularity": counts.popularity_sigma, "pairs": counts.pair_sigma},
        quality={name: asdict(one) for name, one in found.items()},
        dossier=str(dossier.folder),
    )
    write_json(folder / "recommendation.json", outcome.as_json())
    return outcome


def limits_for(epsilon: float, delta: float, *, population: int) -> Limits:
    """Return limits that suit a budget and a number of people: found on generated ratings, never on people's.

    More people or a larger ε leave more of the signal above the noise, so longer lists pay.

    Args:
        epsilon, delta: of both counts together.
        population: public round figure for the number of people.

    Raises:
        PrivacyParameterError: ε or δ out of range.
    """
    strength = epsilon * population / 1_000
    paired, short = (20, 100) if strength <= 4 else (40, 200) if strength <= 10 else (40, 400)
    return Limits(epsilon, delta, popular_items=30, paired_items=paired, short_list=short, popularity_share=0.15)


def compare(counts: Counts, ratings: Ratings, held_out: Codes) -> dict[str, Quality]:
    """Return how good recommenders are at finding what was held out; figures without noise, so internal.

    Args:
        counts: of `ratings`.
        ratings: without what is held out.
        held_out: [subjects] items.
    """
    exact = np.bincount(ratings.item, minlength=len(ratings.catalogue)).astype(np.float64)
    return {
        "private": quality(from_counts(counts), ratings, held_out),
        "private_cosine": quality(cosine_from_counts(counts), ratings, held_out),
        "private_popularity": quality(popular(counts.popularity), ratings, held_out),
        "without_privacy": quality(from_ratings(ratings), ratings, held_out),
        "without_privacy_short_list": quality(from_ratings(ratings, counts.short_list), ratings, held_out),
        "without_privacy_popularity": quality(popular(exact), ratings, held_out),
    }


def lineage_of(data: Path | None, seed: int) -> str:
    """Return the name of the data lineage: of generated people, or after the folder's name."""
    if data is None:
        return f"recommendation-{seed}"
    name = data.resolve().name
    fits = re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,99}", name)
    return f"ratings-{name}" if fits else f"ratings-{digest_bytes(name.encode())[7:19]}"


def _claim(folder: Path, plan: Mapping[str, Any]) -> None:
    """Note what the folder is for."""
    private_folder(folder / "answers")
    note = folder / "plan.json"
    if note.exists() and read_json(note) != plan:
        raise RunConflict(
            f"{folder} holds counts of other ratings, or with other limits",
            help="Choose another folder with --out; the earlier counts stay as they are.",
        )
    write_json(note, plan)


def _counted(
    folder: Path, ratings: Ratings, limits: Limits, accounts: Accounts, account: str, ledger: Ledger
) -> tuple[Counts, dict[str, Evidence]]:
    """Draw both counts, or take up those that are on record."""
    taken = _taken_up(folder, ratings, limits, ledger)
    if taken is not None:
        return taken
    events = tuple(Gaussian(multiplier) for multiplier in limits.multipliers())
    accounts.open(account.split("/")[0], "subject", "add-or-remove-one", CAP_EPSILON, CAP_DELTA)
    budget = answer_budget(accounts, account)
    both = budget.price(Composed(events))
    if not both.fits:
        raise BudgetExceeded(
            f"account {account}: both counts would bring the charge from epsilon={both.before:.4g} to "
            f"{both.after:.4g}, over the cap {both.cap:.4g}",
            help="Ask for a smaller epsilon, or raise the cap with `wuming budget grant` and a reason.",
        )
    middle = budget.price(events[0]).after
    counts = count_privately(ratings, limits, budget, schedule=_schedule)
    answers = {
        "popularity": popularity_answer(counts, ratings.catalogue, middle - both.before),
        "pairs": pairs_answer(counts, ratings.catalogue, both.after - middle),
    }
    status, evidence = accounts.status(account).as_json(), {}
    for (name, answer), contract in zip(answers.items(), contracts(limits), strict=True):
        evidence[name] = answer_evidence(answer, contract, account=status, inputs=(ratings.digest,))
        ledger.record(evidence[name])
        stored = {"answer": answer.as_json(), "evidence": evidence[name].as_json()}
        write_json(folder / "answers" / f"{name}.json", stored)
    return counts, evidence


def _taken_up(
    folder: Path, ratings: Ratings, limits: Limits, ledger: Ledger
) -> tuple[Counts, dict[str, Evidence]] | None:
    paths = {name: folder / "answers" / f"{name}.json" for name in TITLES}
    if not all(path.exists() for path in paths.values()):
        return None
    stored = {name: read_json(path) for name, path in paths.items()}
    evidence = {}
    for name, item in stored.items():
        known = on_record(ledger, item["evidence"])
        if known is None or known.subject != digest(item["answer"]) or ratings.digest not in known.inputs:
            return None
        evidence[name] = known
    popularity, short, pairs = numbers_of(
        {name: item["answer"] for name, item in stored.items()}, ratings.catalogue, limits
    )
    first, second = limits.multipliers()
    counts = Counts(
        limits,
        popularity,
        short,
        pairs,
        first * limits.popularity_sensitivity,
        second * limits.pair_sensitivity,
        (Gaussian(first), Gaussian(second)),
    )
    return counts, evidence


def _schedule(event: Gaussian) -> str:
    """Name one draw: a number that no other has, so that each is charged."""
    return digest({"event": event.as_json(), "draw": secrets.token_hex(16)})
