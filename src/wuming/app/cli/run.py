"""`wuming run`: the whole way of the data, from a plan of one's own or the embedded scenario."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from wuming import __version__
from wuming.app.display import shown_progress
from wuming.app.summary import print_summary
from wuming.core.errors import RunConflict
from wuming.core.ports import Progress
from wuming.core.storage import home, private_folder, read_json, write_atomically, write_json
from wuming.lifecycle.loading import LoadedPlan, check_files, load_plan, load_plan_text, plan_digest

SCENARIO = "customer-service"


class Size(StrEnum):
    """How much the embedded scenario generates."""

    small = "small"
    full = "full"


@dataclass(frozen=True)
class _Job:
    """What one call of `wuming run` does."""

    loaded: LoadedPlan
    folder: Path


def run(
    plan: Annotated[
        Path | None, typer.Argument(metavar="PLAN", help="Plan file; without one the embedded scenario runs.")
    ] = None,
    size: Annotated[Size | None, typer.Option(help="Size of the embedded scenario (default: full).")] = None,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Seed of generated data and of the base model; never of sampling or noise."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the run (default: ./runs/NAME).")] = None,
    public: Annotated[bool, typer.Option("--public", help="Leave un-noised figures out of the dossier.")] = False,
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="File for a signed checkpoint of the ledger; keep it where the ledger's owner cannot write."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="End standard output with one JSON object; progress goes to standard error.")
    ] = False,
) -> None:
    """Take records from collection to a signed dossier.

    Without PLAN the scenario `customer-service` runs on data that it generates: no network, no data of yours. The same
    command again goes on where it stopped; what was already spent and made is not spent again.

    Example: wuming run --size small
    """
    if checkpoint is not None:
        _check_ledger(checkpoint)
    with shown_progress() as progress:
        job = _scenario_job(size or Size.full, seed or 0, out, progress) if plan is None else _plan_job(plan, seed, out)
        summary = _run(job, progress, public=public)
    if checkpoint is not None:
        _write_checkpoint(checkpoint)
    if plan is not None and size is not None:
        typer.echo("note: --size is for the embedded scenario; it changed nothing here", err=True)
    if as_json:
        print(json.dumps(summary, ensure_ascii=False, allow_nan=False))
    else:
        print_summary(summary, run_folder=job.folder)


def _run(job: _Job, progress: Progress, *, public: bool) -> dict[str, Any]:
    from wuming.lifecycle.run import run as run_plan

    outcome = run_plan(
        job.loaded.plan,
        job.folder,
        base_folder=job.loaded.base_folder,
        progress=progress,
        embedded_public=embedded_public(progress) if job.loaded.plan.source.public == "embedded" else None,
        public=public,
    )
    return dict(outcome.summary)


def embedded_public(progress: Progress) -> Path:
    """Return the public corpus that `source.public: embedded` stands for; generated once, then kept."""
    from wuming.scenarios import customer_service

    path = private_folder(home() / "cache") / f"public-corpus-{__version__}.jsonl"
    if not path.exists():
        progress.start("collect: public corpus")
        lines = (
            json.dumps(document, ensure_ascii=False) + "\n" for document in customer_service.public_corpus(0, 9000)
        )
        write_atomically(path, "".join(lines).encode())
        progress.finish("collect: public corpus")
    return path


def _plan_job(path: Path, seed: int | None, out: Path | None) -> _Job:
    loaded = load_plan(path)
    check_files(loaded)
    if seed is not None:
        plan = loaded.plan.model_copy(update={"seed": seed})
        loaded = LoadedPlan(plan, loaded.base_folder, plan_digest(plan))
    return _Job(loaded, out or Path("runs") / loaded.plan.name)


def _scenario_job(size: Size, seed: int, out: Path | None, progress: Progress) -> _Job:
    """Generate the scenario's data into OUT/source, unless it is there, and read its plan."""
    from wuming.scenarios import customer_service

    suffix = f"-seed-{seed}" if seed else ""
    folder = out or Path("runs") / f"{SCENARIO}-{size}{suffix}"
    source = folder / "source"
    made = {"scenario": SCENARIO, "size": str(size), "seed": seed}
    note = source / "generated.json"
    if note.exists():
        _refuse_other(read_json(note), made, folder)
    else:
        progress.start("collect: generate data")
        private_folder(source)
        customer_service.generate(source, seed=seed, size=size.value)
        # Written last: without it the data may be a part, and is generated again.
        write_json(note, made)
        progress.finish("collect: generate data")
    return _Job(_scenario_plan(source, size, seed), folder)


def _refuse_other(found: Mapping[str, Any], wanted: Mapping[str, Any], folder: Path) -> None:
    if found != wanted:
        raise RunConflict(
            f"{folder} holds generated data of size={found.get('size')}, seed={found.get('seed')}; "
            f"asked for size={wanted['size']}, seed={wanted['seed']}",
            help="Choose another folder with --out; the earlier run stays as it is.",
        )


def _scenario_plan(source: Path, size: Size, seed: int) -> LoadedPlan:
    from wuming.scenarios import customer_service

    text = customer_service.plan_yaml(size=size.value, seed=seed)
    return load_plan_text(text, name=f"plan of {SCENARIO}", base_folder=source)


def _check_ledger(checkpoint: Path) -> None:
    """Before an earlier checkpoint is replaced, hold the ledger against it: it may be the only proof of tampering."""
    if not checkpoint.exists():
        return
    from wuming.crypto.keys import KeyStore
    from wuming.governance.ledger import Ledger

    Ledger().verify(read_json(checkpoint), KeyStore(home() / "keys").signing_key().public)


def _write_checkpoint(checkpoint: Path) -> None:
    from wuming.crypto.keys import KeyStore
    from wuming.governance.ledger import Ledger

    write_json(checkpoint, Ledger().checkpoint(KeyStore(home() / "keys").signing_key()))
