"""The arms of a run: one base, trained in several ways and then attacked in the same way. Jobs for the worker pool.

base          the public model, before any private text
raw           ordinary fine-tuning on the admitted text as it is
deidentified  the same on the de-identified text
protected     user-level DP-SGD on the de-identified text: the one that is released
control       the protected schedule with neither clipping nor noise: shows what these two do
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wuming.auditing.extraction import Secret, attack_secrets
from wuming.auditing.membership import loss_scores, tpr_at_fpr
from wuming.core.reading import read_lines
from wuming.core.storage import private_folder, read_json, write_json
from wuming.lifecycle.attributes import Attributes, attack_attributes, summarise_attributes
from wuming.lifecycle.leaks import attack_records
from wuming.lifecycle.plan import Model, Train
from wuming.lifecycle.pool import report
from wuming.lifecycle.tokens import attack_tokens

if TYPE_CHECKING:
    from wuming.training.optimisation import Optimisation
    from wuming.training.plan import TrainingPlan

Units = dict[str, list[str]]
"""Unit id → texts of its records."""


@dataclass(frozen=True)
class ArmFiles:
    """Where a job finds and puts things."""

    base: Path
    units: Path
    held_out: Path
    output: Path


def pretrain(public: Path, folder: Path, model: Model, seed: int, label: str) -> float:
    """Train tokenizer and base model on public text alone into `folder`; return the seconds it took."""
    import torch

    from wuming.training import language_model as lm
    from wuming.training import ordinary
    from wuming.training.text.tokenizer import Tokenizer

    started = time.monotonic()
    torch.set_num_threads(
        min(2, os.cpu_count() or 1)
    )  # nothing else trains meanwhile; the result is cached, not replayed
    texts = [line["text"] for _, line in read_lines(public)]
    tokenizer = Tokenizer.train(texts, vocabulary=model.vocabulary)
    network = lm.build(_architecture(model, tokenizer.size), seed=seed)
    ordinary.train(
        network,
        lm.encode(tokenizer, texts, model.max_tokens),
        epochs=model.public_epochs,
        batch_size=16,
        learning_rate=model.public_learning_rate,
        seed=seed,
        on_step=lambda done, total: _report_some(label, done, total),
    )
    torch.set_num_threads(1)
    private_folder(folder.parent)
    lm.save(network, tokenizer, folder)
    return time.monotonic() - started


def train_unprotected(files: ArmFiles, settings: Train, seed: int, label: str) -> dict[str, Any]:
    """Fine-tune ordinarily; return seconds, and the perplexity on held-out text after each pass."""
    from wuming.training import language_model as lm
    from wuming.training import ordinary

    started = time.monotonic()
    network, tokenizer = lm.load(files.base)
    sequences = [
        s for texts in load_units(files.units).values() for s in lm.encode(tokenizer, texts, settings.model.max_tokens)
    ]
    held_out = _held_out(files, tokenizer, settings)
    checkpoints: list[float] = []
    ordinary.train(
        network,
        sequences,
        epochs=settings.unprotected_epochs,
        batch_size=settings.unprotected_batch,
        learning_rate=settings.unprotected_learning_rate,
        seed=seed,
        on_step=lambda done, total: _report_some(label, done, total),
        on_epoch=lambda _: checkpoints.append(lm.perplexity(network, held_out)),
    )
    lm.save(network, tokenizer, files.output)
    return {"seconds": time.monotonic() - started, "checkpoints": checkpoints}


def train_private(
    files: ArmFiles,
    plan: TrainingPlan,
    optimisation: Optimisation,
    max_tokens: int,
    run_key: bytes,
    arm: str,
    label: str,
    canaries: int,
) -> dict[str, Any]:
    """Run the private schedule (arm `protected`, with gradient canaries) or its control; resumes a killed job."""
    from wuming.training import language_model as lm
    from wuming.training.data import UnitData
    from wuming.training.execution import Execution
    from wuming.training.private import PrivateTrainer

    started = time.monotonic()
    network, tokenizer = lm.load(files.base)
    units = {unit: lm.encode(tokenizer, texts, max_tokens) for unit, texts in load_units(files.units).items()}
    trainer = PrivateTrainer(
        network,
        UnitData.of_sequences(units, lm.pad),
        plan,
        optimisation=optimisation,
        run_key=run_key,
        execution=Execution(micro_batch_tokens=1024),
        protect=arm != "control",
        canaries=canaries if arm == "protected" else 0,
    )
    private_folder(files.output.parent)
    trainer.run(
        lm.record_losses,
        on_step=lambda done, total: report(label, done, total),
        checkpoint=files.output.with_suffix(".checkpoint"),
    )
    check = trainer.finish()
    weights = lm.save(network, tokenizer, files.output)
    files.output.with_suffix(".checkpoint").unlink(missing_ok=True)
    size = sum(p.numel() for p in network.parameters())
    return {
        "seconds": time.monotonic() - started,
        "self_check": check,
        "signals": [] if trainer.probe is None else trainer.probe.scores.tolist(),
        "weights": weights,
        "parameters": size,
        "architecture": type(network).__name__,
    }


@dataclass(frozen=True)
class Attack:
    """What every arm is measured with.

    Attributes:
        held_out, members, canaries: units.
        own_text: the people's text before anything was replaced in it; None: the text is not attacked (`leaks`).
        secrets: planted ones.
        samples: answers for each secret.
        attributes: what is guessed of the people behind the text.
        max_tokens: longest sequence.
    """

    held_out: Path
    members: Path
    canaries: Path
    own_text: Path | None
    secrets: Path | None
    samples: int
    attributes: Attributes
    max_tokens: int


def evaluate(folder: Path, attack: Attack, label: str) -> dict[str, Any]:
    """Measure one model: perplexity, membership, canaries, what it says of records, people and planted secrets."""
    from wuming.training import language_model as lm
    from wuming.training.inference import LocalModel

    report(label, 0, 5)
    network, tokenizer = lm.load(folder)
    model = LocalModel(network, tokenizer, max_tokens=attack.max_tokens)
    result: dict[str, Any] = {"losses": {}}
    for name, path in (("members", attack.members), ("held_out", attack.held_out), ("canaries", attack.canaries)):
        units = load_units(path)
        losses, perplexity = _unit_losses(network, tokenizer, units, attack.max_tokens)
        result["losses"][name] = losses
        if name == "held_out":
            result["perplexity"] = perplexity
    report(label, 2, 5)
    members, held_out = load_units(attack.members), load_units(attack.held_out)
    if attack.own_text is not None:
        result["tokens"] = attack_tokens(model, members, held_out)
        result["records"] = attack_records(model, members, held_out, load_units(attack.own_text))
    if attack.attributes:
        result["attributes"] = attack_attributes(model, members, held_out, attack.attributes)
    report(label, 3, 5)
    if attack.secrets is not None:
        secrets = [Secret(**line | {"candidates": tuple(line["candidates"])}) for line in read_json(attack.secrets)]
        attacked = attack_secrets(model, secrets, samples=attack.samples, max_new_tokens=32)
        result |= {"extracted": attacked.extracted(), "exposure": attacked.exposure()}
        result["secrets"] = [asdict(found) for found in attacked.secrets]
    report(label, 5, 5)
    return result


def summarise(result: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Turn one arm's measurements into claims; membership scores are calibrated by the base model's losses."""
    claims: dict[str, Any] = {"perplexity": round(result["perplexity"], 4)}
    gains = {name: loss_scores(result["losses"][name], base["losses"][name]) for name in ("members", "held_out")}
    claims["membership"] = tpr_at_fpr(gains["members"], gains["held_out"])
    claims |= {name: result[name] for name in ("tokens", "records", "extracted", "exposure") if name in result}
    if "attributes" in result:
        claims["attributes"] = summarise_attributes(result["attributes"], base["attributes"])
    return claims


def load_units(path: Path) -> Units:
    """Read units written by `store_units`."""
    units = read_json(path)
    assert isinstance(units, dict)
    return units


def store_units(path: Path, units: Units) -> None:
    """Write units, readable by their owner only."""
    private_folder(path.parent)
    write_json(path, units)


def _unit_losses(network: Any, tokenizer: Any, units: Units, max_tokens: int) -> tuple[list[float], float]:
    """Return each unit's mean loss (over records of the mean over tokens), and the perplexity of all tokens."""
    from wuming.training import language_model as lm

    sequences = lm.encode(tokenizer, [text for texts in units.values() for text in texts], max_tokens)
    totals, counts = lm.summed_losses(network, sequences)
    means = iter(total / max(count, 1) for total, count in zip(totals, counts, strict=True))
    losses = [sum(next(means) for _ in texts) / max(len(texts), 1) for texts in units.values()]
    return losses, math.exp(sum(totals) / max(sum(counts), 1))


def _held_out(files: ArmFiles, tokenizer: Any, settings: Train) -> list[list[int]]:
    from wuming.training import language_model as lm

    texts = [text for texts in load_units(files.held_out).values() for text in texts]
    return lm.encode(tokenizer, texts, settings.model.max_tokens)


def _architecture(model: Model, vocabulary: int) -> Any:
    from wuming.training.language_model import Architecture

    return Architecture(vocabulary, model.hidden_size, model.layers, model.heads, model.feed_forward, model.max_tokens)


def _report_some(label: str, done: int, total: int) -> None:
    if done % 20 == 0 or done == total:
        report(label, done, total)
