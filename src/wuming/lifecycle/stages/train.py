"""Stage 4, train: reserve the schedule whole, then train the released model and the arms that it is compared with."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from wuming import crypto, mechanisms, training
from wuming import federated as federated_room
from wuming.accounting.accountant import approximate_rdp, check_delta, epsilon
from wuming.accounting.calibration import noise_multiplier
from wuming.core.canonical import digest, digest_bytes
from wuming.core.errors import BudgetExceeded, EmptyData, SelfCheckFailed
from wuming.core.evidence import Evidence
from wuming.core.reading import read_lines
from wuming.core.records import Record
from wuming.core.storage import file_digest, home, private_folder, read_json, write_json
from wuming.crypto.pseudonyms import pseudonym
from wuming.crypto.random import derive_key
from wuming.governance.accounts import FILTER_NAME
from wuming.lifecycle import federation as lifecycle_federation
from wuming.lifecycle.arms import ArmFiles, Units, pretrain, store_units, train_private, train_unprotected
from wuming.lifecycle.commitments import seal_coins
from wuming.lifecycle.context import PRODUCER, Context
from wuming.lifecycle.federation.claim import FAILURE_SHARE, FederatedTraining
from wuming.lifecycle.federation.silos import units_by_silo
from wuming.lifecycle.federation.training import train_federated
from wuming.lifecycle.pool import WorkerPool
from wuming.lifecycle.stages.canaries import insert_canaries, seal_gradient_canaries
from wuming.training.clipping.rules import Flat
from wuming.training.language_model import parameters_of
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan

BASE_FILES = ("model.safetensors", "tokenizer.json", "config.json")
ROOMS = (training, mechanisms, crypto)


@dataclass(frozen=True)
class Pretraining:
    """The base model on its way: its folder in the cache, and the job that makes it (None: it is there).

    The job works in `partial`, a folder of this process alone: another run may be making the same base.
    """

    folder: Path
    job: Future[float] | None
    partial: Path | None = None


def start_pretraining(context: Context, pool: WorkerPool) -> Pretraining:
    """Begin with the base model, which needs no private data, while the first stages work."""
    model, public = context.plan.train.model, public_corpus(context)
    name = digest([file_digest(public), model.model_dump(), context.plan.seed, environment()])
    folder = private_folder(home() / "cache") / f"base-{name[7:23]}"
    if (folder / "digest.json").exists():
        return Pretraining(folder, None)
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(partial, ignore_errors=True)
    job = pool.submit(pretrain, public, partial, model, context.plan.seed, "train: base")
    return Pretraining(folder, job, partial)


def finish_pretraining(pretraining: Pretraining, pool: WorkerPool) -> float:
    """Wait for the base model; return the seconds it took (0: it was cached)."""
    if pretraining.job is None or pretraining.partial is None:
        return 0.0
    seconds = pool.wait(pretraining.job)
    try:
        pretraining.partial.rename(pretraining.folder)
    except OSError:
        # Another run was first; both made the same, bit by bit.
        if not (pretraining.folder / "digest.json").exists():
            raise
        shutil.rmtree(pretraining.partial)
    return seconds


def train(
    context: Context, raw: list[Record], deidentified: list[Record], pool: WorkerPool, pretraining: Pretraining
) -> None:
    """Train all arms. Nothing is drawn from the data before the ledger holds the reservation."""
    settings = context.plan.train
    split = _Split.of(context, deidentified)
    split.check()
    canaries = insert_canaries(context, public_corpus(context))
    for name, records in (("raw", raw), ("deidentified", deidentified)):
        store_units(_units_path(context, name), _grouped(records, split.training))
    protected_units = {**_grouped(deidentified, split.training), **canaries.included}
    store_units(_units_path(context, "protected"), protected_units)
    store_units(_units_path(context, "held-out"), _grouped(deidentified, split.held_out))
    store_units(_units_path(context, "members"), _grouped(deidentified, split.members))
    store_units(_units_path(context, "canaries"), canaries.all_units)
    check_delta(settings.delta, max(settings.population, len(protected_units)))
    if (section := context.plan.federation) is not None:
        trained = [record for record in deidentified if record.subject in split.training]
        silos = units_by_silo(section, trained, list(canaries.all_units))
        included = {name: [unit for unit in units if unit in protected_units] for name, units in silos.items()}
        write_json(_units_path(context, "silos"), included)

    sigma = _noise_multiplier(context) if section is None else 0.0
    seconds = {"base": finish_pretraining(pretraining, pool)}
    federated = None
    if section is not None:
        cache = private_folder(home() / "cache")
        federated = FederatedTraining.of(context.plan, parameters_of(pretraining.folder), cache)
        sigma = federated.noise_multiplier
    schedule_plan = _training_plan(context, sigma)
    event = schedule_plan.event if federated is None else federated.event
    base = file_digest(pretraining.folder / "model.safetensors")
    start = digest([file_digest(pretraining.folder / name) for name in BASE_FILES])
    data = file_digest(_units_path(context, "protected"))
    runs_on: dict[str, Any] = {
        "data": data,
        "base": start,
        "optimisation": _optimisation(context).as_json(),
        "gradient_canaries": context.plan.audit.gradient_canaries,
        "environment": environment(),
    }
    if federated is not None:
        silos_digest = file_digest(_units_path(context, "silos"))
        runs_on["environment"] = environment((*ROOMS, federated_room, lifecycle_federation))
        runs_on["federation"] = federated.schedule_part() | {"silos": silos_digest}
    schedule = schedule_plan.schedule(**runs_on)
    inputs = context.chain(schedule)
    if context.finished("train", inputs, context.folder / "models" / "protected" / "model.safetensors"):
        return

    spent = epsilon(event, settings.delta)
    if spent > settings.epsilon:
        raise SelfCheckFailed(
            f"noise_multiplier={sigma} gives epsilon={spent}, above train.epsilon={settings.epsilon}",
            help=f"Remove {home() / 'cache'} and run again; nothing was spent.",
        )
    account = context.accounts.open(
        context.lineage,
        context.plan.unit_of_privacy,
        context.plan.neighbouring_relation,
        cap_epsilon=context.plan.budget.epsilon,
        delta=context.plan.budget.delta,
        failure_delta=0.0 if federated is None else FAILURE_SHARE * context.plan.budget.delta,
    )
    curve, failure = approximate_rdp(event)
    if failure and not context.accounts.status(account).failure_delta:
        raise BudgetExceeded(
            f"account {account} has set no part of its delta aside for failures, which a federation's cut tails need",
            help="That is done when an account is opened, and training at one place opens it without. Train at one "
            "place here, too; nothing was spent.",
        )
    reservation = context.accounts.reserve(account, event.as_json(), curve, schedule=schedule, failure=failure)
    run_key = derive_key(context.keys.secret("runs"), "run", schedule)
    coins = seal_coins(context.ledger, run_key, schedule)
    seal_gradient_canaries(context, run_key, schedule)
    results = _train_arms(context, pool, pretraining.folder, schedule_plan, schedule, run_key, federated)
    reservation.commit()
    _check_replay(context, schedule, results["protected"]["weights"])
    after = context.accounts.status(account)
    seconds |= {arm: result["seconds"] for arm, result in results.items()}
    protected = results["protected"]
    claims = {
        "unit_of_privacy": context.plan.unit_of_privacy,
        "neighbouring_relation": context.plan.neighbouring_relation,
        "epsilon": spent,
        "delta": settings.delta,
        "sampler": f"Poisson over {context.plan.unit_of_privacy}s",
        "coins_commitment": coins,
        "event": event.as_json(),
        "sampling_probability": schedule_plan.sampling_probability,
        "noise_multiplier": sigma,
        "steps": settings.steps,
        "max_grad_norm": settings.max_grad_norm,
        "records_per_unit": settings.records_per_unit,
        "divisor": schedule_plan.expected_batch_size,
        "population": schedule_plan.population,
        "accountant": f"PLD, dp-accounting {importlib.metadata.version('dp-accounting')}, rounded up",
        "account": {
            "id": account,
            "cap_epsilon": after.cap_epsilon,
            "spent_epsilon_before": reservation.epsilon_before,
            "spent_epsilon": after.spent_epsilon,
            "delta": after.delta,
            "filter": FILTER_NAME,
        },
        "schedule": schedule,
        "replayed": reservation.replayed,
        "units": len(protected_units),
        "self_check": protected["self_check"],
        "model": {
            "architecture": protected["architecture"],
            "parameters": protected["parameters"],
            "weights_digest": protected["weights"],
            "base_digest": base,
            "tokenizer_digest": file_digest(pretraining.folder / "tokenizer.json"),
        },
        "checkpoints": results.get("raw", {}).get("checkpoints", []),
        "seconds": {arm: round(value, 1) for arm, value in seconds.items()},
        "environment": runs_on["environment"],
        "randomness": "sampling coins and noise from a CSPRNG keyed by run key and step; the seed fixes nothing else "
        "than initialisation",
    }
    if federated is not None:
        claims["randomness"] = (
            "each silo's sampling coins and share of noise from a CSPRNG keyed by a secret of its own and the round; "
            "the seed fixes nothing else than initialisation"
        )
        claims["federation"] = federated.claims(protected["survivors"])
    inputs_digests = (context.evidence["de-identify"].subject, base, data)
    context.finish(Evidence("train", protected["weights"], claims, inputs_digests, PRODUCER), inputs)


def public_corpus(context: Context) -> Path:
    """Return the path of the public corpus."""
    public = context.plan.source.public
    if public == "embedded":
        assert context.embedded_public is not None
        return context.embedded_public
    return context.resolve(public)


def environment(rooms: Sequence[ModuleType] = ROOMS) -> str:
    """Name what bit-identical results depend on: the sources that make coins, gradients and noise, and the libraries.

    Other code with the same noise would let the difference of two models show what the noise hid.
    """
    libraries = ("torch", "transformers", "tokenizers", "numpy")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in libraries]
    sources = sorted(path for room in rooms for folder in room.__path__ for path in Path(folder).rglob("*.py"))
    ours = digest([digest_bytes(path.read_bytes()) for path in sources])
    return "; ".join([PRODUCER, ours, *versions, f"python {platform.python_version()}", platform.machine()])


def _check_replay(context: Context, schedule: str, weights: str) -> None:
    """Refuse a repeated schedule that ended elsewhere: one noise over two sums would give their difference away."""
    for entry in context.ledger.entries():
        if entry.kind != "evidence" or entry.body.get("kind") != "train":
            continue
        if entry.body["claims"].get("schedule") == schedule and entry.body["subject"] != weights:
            shutil.rmtree(context.folder / "models" / "protected", ignore_errors=True)
            raise SelfCheckFailed(
                "a repeated schedule gave other weights than the first time (another kind of processor, perhaps)",
                help="Their difference holds no noise. Change the plan, for a key and a charge of its own.",
            )


def _train_arms(
    context: Context,
    pool: WorkerPool,
    base: Path,
    plan: TrainingPlan,
    schedule: str,
    run_key: bytes,
    federated: FederatedTraining | None,
) -> dict[str, dict[str, Any]]:
    """Run all arms side by side, the slowest first; an arm that an earlier call finished is taken up.

    Of a federation the control is the same schedule at one place, with neither clipping nor noise.
    """
    jobs: dict[str, Future[dict[str, Any]]] = {}
    results: dict[str, dict[str, Any]] = {}
    made_from: dict[str, str] = {}
    for arm in [arm for arm in ("raw", "deidentified") if arm in context.plan.assess.arms] + ["protected", "control"]:
        if arm == "control" and "control" not in context.plan.assess.arms:
            continue
        files = _files(context, base, arm if arm in ("raw", "deidentified") else "protected", arm)
        made_from[arm] = digest([schedule, file_digest(files.units), file_digest(files.held_out)])
        if (known := _stored_arm(context, arm, made_from[arm])) is not None:
            results[arm] = known
            continue
        label = f"train: {arm}"
        if arm in ("raw", "deidentified"):
            jobs[arm] = pool.submit(train_unprotected, files, context.plan.train, context.plan.seed, label)
        elif arm == "protected" and federated is not None:
            silos = _units_path(context, "silos")
            jobs[arm] = pool.submit(train_federated, files, silos, federated, plan, context.plan.train, run_key, label)
        else:
            jobs[arm] = pool.submit(
                train_private,
                files,
                plan,
                _optimisation(context),
                context.plan.train.model.max_tokens,
                run_key,
                arm,
                label,
                context.plan.audit.gradient_canaries,
            )
    for arm, job in jobs.items():
        results[arm] = pool.wait(job)
        weights = file_digest(context.folder / "models" / arm / "model.safetensors")
        stored = {"made_from": made_from[arm], "weights": weights, "result": results[arm]}
        write_json(context.path("models", f"{arm}.json"), stored)
    return results


def _stored_arm(context: Context, arm: str, made_from: str) -> dict[str, Any] | None:
    """Return what an earlier call made of the same, if its weights still lie there as it left them."""
    stored, model = context.path("models", f"{arm}.json"), context.folder / "models" / arm / "model.safetensors"
    if not stored.exists() or not model.exists():
        return None
    known = read_json(stored)
    if known.get("made_from") != made_from or known["weights"] != file_digest(model):
        return None
    return dict(known["result"])


def _noise_multiplier(context: Context) -> float:
    """Return the calibrated noise, which takes seconds and depends on public numbers alone: kept for other calls.

    What is kept cannot void a claim: the claimed epsilon is computed anew from the noise that is used.
    """
    settings = context.plan.train
    population, batch = _population(context)
    probability = batch / population
    asked = (settings.epsilon, settings.delta, probability, settings.steps)
    name = digest([*asked, importlib.metadata.version("dp-accounting"), PRODUCER])
    path = private_folder(home() / "cache") / f"noise-{name[7:23]}.json"
    if not path.exists():
        write_json(path, noise_multiplier(*asked))
    return float(read_json(path))


def _population(context: Context) -> tuple[int, int]:
    """Return population and expected batch, both with the gradient canaries: a real unit takes part as often."""
    settings, canaries = context.plan.train, context.plan.audit.gradient_canaries
    population = settings.population + canaries
    return population, round(settings.expected_units_per_step * population / settings.population)


def _training_plan(context: Context, sigma: float) -> TrainingPlan:
    settings = context.plan.train
    population, batch = _population(context)
    return TrainingPlan(
        population=population,
        expected_batch_size=batch,
        records_per_unit=settings.records_per_unit,
        clipping=Flat(settings.max_grad_norm),
        noise_multiplier=sigma,
        steps=settings.steps,
        unit_of_privacy=context.plan.unit_of_privacy,
        neighbouring_relation=context.plan.neighbouring_relation,
    )


def _optimisation(context: Context) -> Optimisation:
    return Optimisation(context.plan.train.learning_rate, average_decay=context.plan.train.average_decay)


@dataclass(frozen=True)
class _Split:
    """Units by a coin of their own: whoever is added or removed, nobody else changes sides."""

    training: frozenset[str]
    held_out: frozenset[str]
    members: frozenset[str]

    @classmethod
    def of(cls, context: Context, records: list[Record]) -> _Split:
        key, share = context.keys.secret("split"), context.plan.assess.held_out
        planted = planted_owners(context)
        coins = {
            subject: int.from_bytes(pseudonym(key, context.lineage, subject)[:8], "big") / 2**64
            for subject in {record.subject for record in records}
        }
        held_out = frozenset(s for s, coin in coins.items() if coin < share and s not in planted)
        training = frozenset(coins) - held_out
        members = frozenset(s for s in training - planted if share <= coins[s] < 2 * share)
        return cls(training, held_out, members)

    def check(self) -> None:
        """Refuse data that nothing could be measured on, before anything is spent.

        Raises:
            EmptyData: no unit to train on, to hold out, or to recognise.
        """
        if not (self.training and self.held_out and self.members):
            raise EmptyData(
                f"too few units: {len(self.training)} to train on, {len(self.held_out)} held out and "
                f"{len(self.members)} trained ones to compare with them",
                help="Collect more units, or raise assess.held_out; nothing was spent.",
            )


def planted_owners(context: Context) -> frozenset[str]:
    """Return the subjects into whose records secrets were planted: never held out, or nothing could leak."""
    folder = context.plan.source.ground_truth
    path = None if folder is None else context.resolve(folder) / "secrets.jsonl"
    if path is None or not path.exists():
        return frozenset()
    return frozenset(line["subject"] for _, line in read_lines(path))


def _grouped(records: list[Record], subjects: frozenset[str]) -> Units:
    units: Units = {}
    for record in records:
        if record.subject in subjects:
            units.setdefault(record.subject, []).append(record.text)
    return units


def _units_path(context: Context, name: str) -> Path:
    return context.path("units", f"{name}.json")


def _files(context: Context, base: Path, units: str, arm: str) -> ArmFiles:
    return ArmFiles(
        base, _units_path(context, units), _units_path(context, "held-out"), context.folder / "models" / arm
    )
