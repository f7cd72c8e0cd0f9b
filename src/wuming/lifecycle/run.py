"""One run: the way of the data from collection to the signed dossier, resumable at every stage."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wuming.core.ports import Progress
from wuming.core.storage import read_json, write_json
from wuming.lifecycle.context import Context, opened, workers
from wuming.lifecycle.plan import Plan
from wuming.lifecycle.pool import WorkerPool
from wuming.lifecycle.stages.anonymise import anonymise
from wuming.lifecycle.stages.assess import assess
from wuming.lifecycle.stages.audit import audit
from wuming.lifecycle.stages.collect import collect
from wuming.lifecycle.stages.deidentify import deidentify
from wuming.lifecycle.stages.measure import measure
from wuming.lifecycle.stages.release import release
from wuming.lifecycle.stages.review import review
from wuming.lifecycle.stages.train import start_pretraining, train


@dataclass(frozen=True)
class Outcome:
    """What a run came to: the summary that `--json` prints, and all claims by stage."""

    summary: dict[str, Any]
    claims: dict[str, Any]


def run(
    plan: Plan,
    folder: Path,
    *,
    base_folder: Path,
    progress: Progress,
    embedded_public: Path | None = None,
    public: bool = False,
) -> Outcome:
    """Carry out a plan in `folder`; call again to take up what was interrupted.

    Args:
        plan: what to do.
        folder: the run's own folder; made if need be.
        base_folder: where the plan's relative paths start.
        progress: shows how far the work has come.
        embedded_public: the corpus that `source.public: embedded` stands for.
        public: leave figures computed on private data without noise out of the dossier.

    Raises:
        ClaimRefused: the audit contradicts the claim.
        ReleaseRefused: a mandatory control failed.
        WumingError: whatever else stopped it; see `wuming.core.errors`.
    """
    started = time.monotonic()
    with (
        opened(plan, folder, base_folder=base_folder, embedded_public=embedded_public, progress=progress) as context,
        _pool(progress) as pool,
    ):
        pretraining = start_pretraining(context, pool)
        with _stage(progress, "collect"):
            admitted = collect(context, plan.federation)
        with _stage(progress, "de-identify"):
            deidentified = deidentify(context, admitted)
        with _stage(progress, "anonymise"):
            anonymise(context, admitted)
        with _stage(progress, "train"):
            train(context, admitted, deidentified, pool, pretraining)
        measured = measure(context, pool, pretraining.folder, admitted)
        with _stage(progress, "audit"):
            audit(context, measured)
        with _stage(progress, "assess"):
            assess(context, measured)
        with _stage(progress, "review"):
            review(context)
        with _stage(progress, "release"):
            dossier = release(context, public=public)
        seconds = _seconds(context, time.monotonic() - started)
        return Outcome(
            summary(context, dossier.folder, seconds), {k: dict(e.claims) for k, e in context.evidence.items()}
        )


def summary(context: Context, dossier: Path, seconds: float) -> dict[str, Any]:
    """Return the one JSON object that a machine reads at the end."""
    collect, train, audit, assess = (context.claims(kind) for kind in ("collect", "train", "audit", "assess"))
    arms = assess["arms"]
    extracted = {arm: claims.get("extracted") for arm, claims in arms.items()}
    perplexity = {arm: claims["perplexity"] for arm, claims in arms.items()}
    return {
        "released": True,
        "epsilon": train["epsilon"],
        "delta": train["delta"],
        "unit_of_privacy": train["unit_of_privacy"],
        "neighbouring_relation": train["neighbouring_relation"],
        "sampler": train["sampler"],
        "epsilon_lower_bound": audit.get("epsilon_lower_bound"),
        "highest_possible_bound": audit.get("highest_possible_bound"),
        "records": {"collected": collect["collected"]["records"], "admitted": collect["admitted"]["records"]},
        "secrets": {
            "planted": assess["secrets"]["planted"],
            "extracted_unprotected": extracted.get("raw"),
            "extracted_deidentified": extracted.get("deidentified"),
            "extracted_protected": extracted.get("protected"),
        },
        "perplexity": {
            "base": perplexity["base"],
            "unprotected": assess["best_unprotected_perplexity"],
            "deidentified": perplexity.get("deidentified"),
            "protected": perplexity["protected"],
        },
        "gain_kept": assess["gain_kept"],
        "gain_kept_against_deidentified": assess["gain_kept_against_deidentified"],
        "seconds": round(seconds, 1),
        "dossier": str(dossier),
    }


@contextmanager
def _pool(progress: Progress) -> Iterator[WorkerPool]:
    pool = WorkerPool(workers(), progress)
    try:
        yield pool
    finally:
        pool.close()


@contextmanager
def _stage(progress: Progress, name: str) -> Iterator[None]:
    progress.start(name)
    yield
    progress.finish(name)


def _seconds(context: Context, seconds: float) -> float:
    """Return the seconds of all calls that this run took together."""
    path = context.path("seconds.json")
    total = (read_json(path) if path.exists() else 0.0) + seconds
    write_json(path, total)
    return float(total)
