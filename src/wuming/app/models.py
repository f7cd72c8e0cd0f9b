"""Models that `wuming run`, `train` or `tune` made, with what is claimed of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wuming.core.errors import MissingFile, VerificationFailed
from wuming.core.reading import read_lines
from wuming.core.storage import file_digest, read_json

WEIGHTS = ("adapter_model.safetensors", "model.safetensors")


def model_folder(source: Path) -> Path:
    """Return where the weights lie in the folder of a run or of a training."""
    released = source / "release" / "model"
    return released if released.is_dir() else source


def stated_claim(source: Path) -> dict[str, Any]:
    """Return what is claimed of the model in `source`; the claim must be about these weights.

    Who signed the claim is not looked at: `wuming verify` does that.

    Raises:
        MissingFile: no model, or no claim.
        VerificationFailed: the claim is about other weights.
    """
    folder = model_folder(source)
    claim = _claim_of_folder(source) if folder == source else _claim_of_run(source)
    weights = next((name for name in WEIGHTS if (folder / name).exists()), None)
    if weights is None:
        raise MissingFile(f"no model in {source}", help="Give the folder of a finished `wuming run` or `wuming train`.")
    if file_digest(folder / weights) != claim["weights_digest"]:
        raise VerificationFailed(
            f"the claim in {source} is about other weights", help="Train again, or take the model from its source."
        )
    return claim


def language_model(source: Path, claim: dict[str, Any], base: Path | None) -> tuple[Any, Any]:
    """Return the language model in `source`, in evaluation mode, and its tokenizer.

    Args:
        source: folder of a run or training.
        claim: from `stated_claim`.
        base: folder of the model that adapters belong to.

    Raises:
        MissingFile: a classifier, or adapters without their base.
    """
    from wuming.app.training_start import load_model
    from wuming.training.text.encoding import load_tokenizer

    if claim.get("task", "causal-lm") != "causal-lm":
        raise MissingFile(f"the model in {source} is a classifier", help="Only language models make text.")
    folder = model_folder(source)
    if not (folder / WEIGHTS[0]).exists():
        return load_model(folder, "causal-lm").eval(), load_tokenizer(folder)
    if base is None:
        raise MissingFile(f"{folder} holds adapters alone", help="Give --base: the model that they were trained on.")
    from peft import PeftModel

    return PeftModel.from_pretrained(load_model(base, "causal-lm"), folder).eval(), load_tokenizer(folder)


def _claim_of_folder(folder: Path) -> dict[str, Any]:
    if not (folder / "claim.json").exists():
        raise MissingFile(
            f"no claim in {folder}: claim.json is missing",
            help="Only models of `wuming run` and `wuming train` have one; text of others has no guarantee.",
        )
    return dict(read_json(folder / "claim.json"))


def _claim_of_run(folder: Path) -> dict[str, Any]:
    """Return what the run's dossier says of the training; `wuming verify` checks the dossier's signature."""
    path = folder / "dossier" / "evidence.jsonl"
    if path.exists():
        for _, line in read_lines(path):
            evidence = line.get("evidence", {})
            if evidence.get("kind") == "train":
                return {**evidence["claims"], "weights_digest": evidence["subject"]}
    raise MissingFile(f"no dossier with a training in {folder}", help="Finish the run first: `wuming run`.")
