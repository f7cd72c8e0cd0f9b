"""One private selection from the command line: a secret number of trainings, of which the best alone is stored."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wuming.app.training_job import (
    NOT_ENTERED,
    PRODUCER,
    Job,
    budget_of,
    enter,
    environment,
    finished,
    opened,
    store,
)
from wuming.core.ports import Progress
from wuming.core.storage import file_digest, home
from wuming.crypto.keys import KeyStore
from wuming.crypto.random import derive_key

if TYPE_CHECKING:
    from wuming.training.data import UnitData
    from wuming.training.tuning import Tuning

LABEL = "tune"


@dataclass(frozen=True)
class TuningJob:
    """What one call of `wuming tune` asks for.

    Attributes:
        job: one training; its ε is that of the whole selection. Its learning rate and clipping bound are not used.
        tuning: the selection.
        learning_rates, max_grad_norms: public lists; every pair of them is a setting.
    """

    job: Job
    tuning: Tuning
    learning_rates: tuple[float, ...]
    max_grad_norms: tuple[float, ...]

    @property
    def settings(self) -> list[tuple[float, float]]:
        """All settings: (learning rate, clipping bound)."""
        return list(itertools.product(self.learning_rates, self.max_grad_norms))


def run(asked: TuningJob, progress: Progress) -> dict[str, Any]:
    """Choose among the settings and store the best model; return its claim.

    The number of runs stays secret: progress says only that work goes on, and no duration is written. Key, account and
    folder are as in `wuming.app.training_job.run`.

    Raises:
        RunConflict, BudgetExceeded, SelfCheckFailed: as there.
    """
    from wuming.app.training_start import start
    from wuming.compliance.claims import write_claim
    from wuming.lifecycle.commitments import data_commitment
    from wuming.training.clipping.rules import Flat
    from wuming.training.fine_tuning import FineTuned, fine_tune, loss_for
    from wuming.training.optimisation import Optimisation
    from wuming.training.text.documents import stream_units
    from wuming.training.tuning import choose, likelihood_score, split

    job, tuning = asked.job, asked.tuning
    progress.start("prepare")
    fields: dict[str, Any] = {
        "population": job.population,
        "expected_batch_size": job.batch,
        "steps": job.steps,
        "unit_of_privacy": job.unit,
        "records_per_unit": job.records_per_unit,
    }
    # The noise multiplier is in units of the bound, so it is the same for every setting.
    plan = tuning.plan_for(job.epsilon, job.delta, clipping=Flat(1.0), **fields)
    event, begin = tuning.event(plan), start(job)
    schedule = plan.schedule(
        data=file_digest(job.data),
        start=begin.digest,
        task=job.task,
        labels=list(job.labels),
        tuning=tuning.as_json(),
        settings=asked.settings,
        max_tokens=job.max_tokens,
        environment=environment(),
    )
    progress.finish("prepare")
    with opened(job.output, schedule) as folder:
        if (known := finished(folder, schedule)) is not None:
            return known
        key = derive_key(KeyStore(home() / "keys").secret("runs"), "selection", schedule)
        training, held_out = split(_units(job, begin, stream_units(job.data, unit=job.unit)), key, tuning.held_out)
        budget = None if job.lineage is None else budget_of(job, plan)
        reservation = None if budget is None else budget.reserve(event, schedule=schedule)
        progress.start(LABEL)

        def train(setting: tuple[float, float], run_key: bytes) -> FineTuned:
            fresh = start(job)
            return fine_tune(
                fresh.model,
                fresh.tokens,
                training,
                dataclasses.replace(plan, clipping=Flat(setting[1])),
                optimisation=Optimisation(setting[0]),
                task=job.task,
                labels=job.labels,
                max_tokens=job.max_tokens,
                run_key=run_key,
            )

        def score(result: FineTuned) -> float:
            return likelihood_score(result.model, held_out, loss_for(result.model, result.task, result.tokens))

        chosen = choose(asked.settings, train, score, tuning, key=key)
        if reservation is not None:
            reservation.commit()
        claim = chosen.result.claim(job.delta) | {
            "epsilon": tuning.epsilon(plan, job.delta),
            "chosen_by": "repeat and select, number of runs secret",
            "tuning": tuning.as_json(),
            "settings": [{"learning_rate": rate, "max_grad_norm": bound} for rate, bound in asked.settings],
            "chosen": {"learning_rate": chosen.setting[0], "max_grad_norm": chosen.setting[1]},
            "noised_score": round(chosen.score, 2),
            "event": event.as_json(),
            "data_commitment": data_commitment(
                KeyStore(home() / "keys").secret("commitments"), schedule, file_digest(job.data)
            ),
            "schedule": schedule,
            "start": begin.digest,
            "produced_by": PRODUCER,
        }
        weights = store(chosen.result, folder, claim)
        claim["account"] = NOT_ENTERED if budget is None else enter(budget, schedule, weights, claim)
        claim["weights_digest"] = weights
        write_claim(folder, claim, KeyStore(home() / "keys").signing_key())
        progress.finish(LABEL)
        return {"output": str(folder), **claim}


def _units(job: Job, begin: Any, documents: Any) -> UnitData:
    from wuming.training.text.encoding import coder
    from wuming.training.text.units import classification_units, language_units

    if job.task == "sequence-classification":
        return classification_units(documents, coder(begin.tokens), job.labels, max_tokens=job.max_tokens)
    return language_units(documents, coder(begin.tokens), max_tokens=job.max_tokens)
