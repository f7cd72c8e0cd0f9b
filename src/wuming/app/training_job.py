"""One fine-tuning from the command line: plan, key, account, folder. What the stage *train* of a run does for a run."""

from __future__ import annotations

import fcntl
import importlib.metadata
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wuming import __version__
from wuming.core.canonical import digest
from wuming.core.errors import PrivacyParameterError, RunConflict, SelfCheckFailed
from wuming.core.evidence import Evidence
from wuming.core.ports import Progress
from wuming.core.storage import file_digest, home, private_folder, read_json, storage_errors, write_json
from wuming.crypto.keys import KeyStore
from wuming.crypto.random import derive_key

if TYPE_CHECKING:
    from wuming.app.training_canaries import CanaryKind
    from wuming.app.training_start import Start
    from wuming.governance.accounts import AccountBudget, Accounts
    from wuming.training.lora import Lora
    from wuming.training.optimisation import Optimisation
    from wuming.training.plan import TrainingPlan
    from wuming.training.text.documents import StreamedDocuments, Unit

NOT_ENTERED = "not entered in a ledger"
LABEL = "train"
PRODUCER = f"wuming {__version__}"


@dataclass(frozen=True)
class Job:
    """What one call of `wuming train` asks for.

    Attributes:
        data: JSONL; see `wuming.training.text.documents.stream_units`.
        output: folder of the result.
        task: causal language model or classifier.
        base: folder of a model to start from; None: a small one from nothing.
        labels: of a classifier; public.
        public: JSONL of public text that the small model's tokenizer is learnt from.
        unit, records_per_unit, epsilon, delta, population, batch, steps, max_grad_norm: the claim.
        lora_rank: rank of adapters; None: all weights are trained.
        learning_rate, max_tokens, seed: of the training.
        lineage: account to be charged; None: none.
        cap: ε for the whole life of the account, where it is not open yet.
        canaries: units that are invented to audit the training; they count in the population, beside `population`.
        canary_kind: see `wuming.app.training_canaries`.
    """

    data: Path
    output: Path
    task: Literal["causal-lm", "sequence-classification"]
    base: Path | None
    labels: tuple[str, ...]
    public: Path
    unit: Unit
    records_per_unit: int
    epsilon: float
    delta: float
    population: int
    batch: int
    steps: int
    max_grad_norm: float
    lora_rank: int | None
    learning_rate: float
    max_tokens: int
    seed: int
    lineage: str | None
    cap: float | None
    canaries: int = 0
    canary_kind: CanaryKind = "gradient"


def run(job: Job, progress: Progress) -> dict[str, Any]:
    """Train, or go on with what an earlier call began in the same folder; return the claim with where the result lies.

    Nothing is drawn from the data before the account holds the reservation (where an account is charged). Run key,
    coins and noise follow from the schedule and a secret of this machine's key store, apart from the data: the same
    call on the same data is the same training, bit by bit, and is charged once.

    Raises:
        RunConflict: the folder holds another training, or is in use.
        BudgetExceeded: the account cannot bear the plan.
        SelfCheckFailed: a check failed, or a repeated schedule ended with other weights; nothing is written.
    """
    from wuming.training.allocator import keep_freed_memory

    started = time.monotonic()
    keep_freed_memory()
    progress.start("prepare")
    prepared = _prepare(job)
    progress.finish("prepare")
    with opened(job.output, prepared.schedule) as folder:
        claim = finished(folder, prepared.schedule)
        if claim is None:
            claim = {**_trained(job, prepared, folder, progress), "seconds": round(time.monotonic() - started, 1)}
        return claim


@dataclass(frozen=True)
class _Prepared:
    """All that is fixed before anything is drawn from the data, and the digest that names it."""

    documents: StreamedDocuments
    plan: TrainingPlan
    begin: Start
    lora: Lora | None
    optimisation: Optimisation
    schedule: str


def _prepare(job: Job) -> _Prepared:
    from wuming.accounting.accountant import check_delta
    from wuming.app.training_canaries import check_canaries
    from wuming.app.training_start import start
    from wuming.training.lora import Lora
    from wuming.training.optimisation import Optimisation
    from wuming.training.text.documents import stream_units

    check_canaries(job)
    documents = stream_units(job.data, unit=job.unit)
    plan = _plan(job)
    check_delta(job.delta, max(plan.population, len(set(documents.subjects)) + job.canaries))
    begin = start(job)
    lora = None if job.lora_rank is None else Lora(rank=job.lora_rank, alpha=2.0 * job.lora_rank, seed=job.seed)
    optimisation = Optimisation(job.learning_rate)
    schedule = plan.schedule(
        data=file_digest(job.data),
        start=begin.digest,
        task=job.task,
        labels=list(job.labels),
        lora=None if lora is None else lora.as_json(),
        optimisation=optimisation.as_json(),
        max_tokens=job.max_tokens,
        canaries={"kind": job.canary_kind, "count": job.canaries} if job.canaries else None,
        environment=environment(),
    )
    return _Prepared(documents, plan, begin, lora, optimisation, schedule)


def _trained(job: Job, prepared: _Prepared, folder: Path, progress: Progress) -> dict[str, Any]:
    """Charge, train, store, sign; return the claim with where the result lies."""
    from wuming.app.training_canaries import canaries_of
    from wuming.compliance.claims import write_claim
    from wuming.governance.ledger import Ledger
    from wuming.lifecycle.commitments import coins_commitment, data_commitment, seal_coins
    from wuming.training.fine_tuning import fine_tune

    plan, begin, schedule = prepared.plan, prepared.begin, prepared.schedule
    budget = None if job.lineage is None else budget_of(job, plan)
    keys = KeyStore(home() / "keys")
    run_key = derive_key(keys.secret("runs"), "run", schedule)
    coins = coins_commitment(run_key) if budget is None else seal_coins(Ledger(), run_key, schedule)
    canaries = canaries_of(job, begin, schedule, run_key, folder) if job.canaries else None
    progress.start(LABEL, plan.steps)
    result = fine_tune(
        begin.model,
        begin.tokens,
        prepared.documents if canaries is None else canaries.among(prepared.documents),
        plan,
        optimisation=prepared.optimisation,
        task=job.task,
        labels=job.labels,
        lora=prepared.lora,
        max_tokens=job.max_tokens,
        run_key=run_key,
        budget=budget,
        schedule=schedule,
        canaries=job.canaries if job.canary_kind == "gradient" else 0,
        checkpoint=folder / "state.checkpoint",
        on_step=lambda done, _total: progress.advance(LABEL, done),
    )
    claim = result.claim(job.delta) | {
        "event": plan.event.as_json(),
        "coins_commitment": coins,
        "data_commitment": data_commitment(keys.secret("commitments"), schedule, file_digest(job.data)),
        "schedule": schedule,
        "start": begin.digest,
        "produced_by": PRODUCER,
    }
    if canaries is not None:
        claim["canaries"] = canaries.claim()
        canaries.keep(folder, signals=() if result.probe is None else result.probe.scores.tolist())
    weights = store(result, folder, claim)
    claim["account"] = NOT_ENTERED if budget is None else enter(budget, schedule, weights, claim)
    claim["weights_digest"] = weights
    write_claim(folder, claim, keys.signing_key())
    (folder / "state.checkpoint").unlink(missing_ok=True)
    progress.finish(LABEL)
    return {"output": str(folder), **claim}


def weights_digest(folder: Path) -> str:
    """Return the digest of a folder's weights or adapters."""
    for name in ("adapter_model.safetensors", "model.safetensors"):
        if (folder / name).exists():
            return file_digest(folder / name)
    return digest({p.name: file_digest(p) for p in sorted(folder.glob("*.safetensors"))})


def _plan(job: Job) -> TrainingPlan:
    """Return the plan with the least noise for the asked ε.

    Calibrating takes seconds and depends on public numbers alone, so its result is kept for other calls. What is kept
    cannot void a claim: the ε is computed anew from the noise that is used.
    """
    from wuming.training.clipping.rules import Flat
    from wuming.training.plan import TrainingPlan

    fields: dict[str, Any] = {
        "population": job.population + job.canaries,
        # In proportion, so that a real unit takes part as often as without canaries.
        "expected_batch_size": round(job.batch * (job.population + job.canaries) / job.population),
        "steps": job.steps,
        "clipping": Flat(job.max_grad_norm),
        "unit_of_privacy": job.unit,
        "records_per_unit": job.records_per_unit,
    }
    library = importlib.metadata.version("dp-accounting")
    asked = [job.epsilon, job.delta, fields["population"], fields["expected_batch_size"], job.steps, library, PRODUCER]
    path = private_folder(home() / "cache") / f"sigma-{digest(asked)[7:23]}.json"
    if not path.exists():
        write_json(path, TrainingPlan.for_epsilon(job.epsilon, job.delta, **fields).noise_multiplier)
    plan = TrainingPlan(noise_multiplier=float(read_json(path)), **fields)
    if (spent := plan.epsilon(job.delta)) > job.epsilon:
        raise SelfCheckFailed(
            f"noise_multiplier={plan.noise_multiplier} gives epsilon={spent}, above {job.epsilon}",
            help=f"Remove {path} and run again; nothing was spent.",
        )
    return plan


def environment() -> str:
    """Name what bit-identical results depend on, the number of threads included."""
    import torch

    from wuming.lifecycle.stages import train
    from wuming.training.fine_tuning import versions

    return digest([train.environment(), versions(), torch.get_num_threads()])


@contextmanager
def opened(folder: Path, schedule: str) -> Iterator[Path]:
    """Open the result's folder for this process and this schedule alone."""
    private_folder(folder)
    note = folder / "schedule.json"
    with storage_errors(folder), (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunConflict(
                f"another process is working in {folder}", help="Wait for it, or choose another folder with --output."
            ) from error
        if note.exists() and read_json(note) != schedule:
            raise RunConflict(
                f"{folder} holds a training with another plan, data, start or program",
                help="Choose another folder with --output; the earlier one stays as it is.",
            )
        write_json(note, schedule)
        yield folder


def finished(folder: Path, schedule: str) -> dict[str, Any] | None:
    """Return the claim of a training that an earlier call finished, if its weights still lie there."""
    from wuming.compliance.claims import signed_claim

    # A claim that this machine did not sign is not handed out as a result: the same training is made again, free.
    claim = signed_claim(folder, KeyStore(home() / "keys").signing_key().public)
    if claim is None:
        return None
    if claim.get("schedule") != schedule or claim.get("weights_digest") != weights_digest(folder):
        return None
    return {"output": str(folder), **claim, "seconds": 0.0}


def budget_of(job: Job, plan: TrainingPlan) -> AccountBudget:
    """Open the account, or find it open, and return it as the trainer takes it."""
    from wuming.accounting.accountant import approximate_rdp
    from wuming.governance.accounts import Accounts, account_id
    from wuming.governance.ledger import Ledger

    assert job.lineage is not None
    accounts = Accounts(Ledger())
    account = account_id(job.lineage, plan.unit_of_privacy, plan.neighbouring_relation)
    if all(status.account != account for status in accounts.all()):
        if job.cap is None:
            raise PrivacyParameterError(
                f"account {account} is not open yet, and no cap was given",
                help="Give --cap: the epsilon for everything that will ever be made from this data.",
            )
        accounts.open(job.lineage, plan.unit_of_privacy, plan.neighbouring_relation, job.cap, job.delta)
    return accounts.budget(account, lambda event: (event.as_json(), *approximate_rdp(event)))


def store(result: Any, folder: Path, claim: dict[str, Any]) -> str:
    """Write model and tokenizer whole; a repeated schedule that ended elsewhere is refused, and nothing is written.

    Two models with one noise would give the difference of their sums away.
    """
    from wuming.governance.ledger import Ledger

    made = folder / ".model.part"
    shutil.rmtree(made, ignore_errors=True)
    result.save(made)
    weights = weights_digest(made)
    earlier = [folder / "claim.json"] if (folder / "claim.json").exists() else []
    known = {read_json(path).get("weights_digest") for path in earlier}
    known |= {
        entry.body["subject"]
        for entry in Ledger().entries()
        if entry.kind == "evidence" and entry.body["claims"].get("schedule") == claim["schedule"]
    }
    if known - {weights}:
        shutil.rmtree(made)
        raise SelfCheckFailed(
            "a repeated schedule gave other weights than the first time (another kind of processor, perhaps)",
            help="Their difference holds no noise. Change the plan, for a key and a charge of its own.",
        )
    for path in made.iterdir():
        path.replace(folder / path.name)
    made.rmdir()
    return weights


def enter(budget: AccountBudget, schedule: str, weights: str, claim: dict[str, Any]) -> dict[str, Any]:
    """Put the training into the ledger as evidence; return how the account stands."""
    from wuming.governance.ledger import Ledger

    accounts: Accounts = budget.accounts
    status = accounts.status(budget.account)
    account = {
        "id": status.account,
        "cap_epsilon": status.cap_epsilon,
        "spent_epsilon": status.spent_epsilon,
        "delta": status.delta,
    }
    ledger = Ledger()
    held = any(e.kind == "evidence" and e.body["claims"].get("schedule") == schedule for e in ledger.entries())
    if not held:
        claims = {name: value for name, value in claim.items() if name != "produced_by"} | {"account": account}
        ledger.record(Evidence("train", weights, claims, (claim["start"],), PRODUCER))
    return account
