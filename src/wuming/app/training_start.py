"""What a training starts from: a model in a folder, or a small one from nothing with a tokenizer of public text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wuming.core.canonical import digest
from wuming.core.errors import MissingExtra, MissingFile, PrivacyParameterError
from wuming.core.reading import read_lines
from wuming.core.storage import file_digest, home, private_folder

if TYPE_CHECKING:
    from wuming.app.training_job import Job

TINY_VOCABULARY = 2000
TINY_WIDTH = 64


@dataclass(frozen=True)
class Start:
    """A model, its tokenizer, and the digest that names both."""

    model: Any
    tokens: Any
    digest: str


def start(job: Job) -> Start:
    """Load or make what the job starts from. Nothing of it depends on private data.

    Raises:
        MissingFile: no such folder, or no model in it.
        PrivacyParameterError: adapters asked for on a model that starts from nothing.
    """
    if job.base is not None:
        return _loaded(job, job.base)
    if job.lora_rank is not None:
        raise PrivacyParameterError(
            f"lora={job.lora_rank} needs a model to adapt", help="Give --base DIR, or leave --lora out."
        )
    return _tiny(job)


def load_model(folder: Path, task: str, labels: tuple[str, ...] = (), *, seed: int = 0) -> Any:
    """Read a transformers model from a folder in float32; nothing is fetched from anywhere.

    Args:
        folder: what `save_pretrained` wrote.
        task: `causal-lm` or `sequence-classification`.
        labels: of a classifier; a head that the folder does not hold is initialised from `seed`.
        seed: initialisation only.

    Raises:
        MissingFile: no such folder, or no model in it that transformers can read.
    """
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
        from transformers.utils import logging
    except ImportError as error:
        raise MissingExtra("transformers is not installed", help="pip install 'wuming[train]'") from error
    if not (folder / "config.json").exists():
        raise MissingFile(f"no model in {folder}: config.json is missing", help="Name a folder with a saved model.")
    logging.disable_progress_bar()
    options: dict[str, Any] = {"local_files_only": True, "dtype": torch.float32}
    kind = AutoModelForCausalLM
    if task == "sequence-classification":
        kind = AutoModelForSequenceClassification
        options |= {"num_labels": len(labels), "id2label": dict(enumerate(labels)), "ignore_mismatched_sizes": True}
    state = torch.random.get_rng_state()
    torch.manual_seed(seed)  # initialisation of a new head only
    try:
        return kind.from_pretrained(folder, **options)
    except (ValueError, OSError) as error:
        raise MissingFile(
            f"{folder} holds no model for task={task}: {type(error).__name__}",
            help="Name a folder that transformers' save_pretrained wrote.",
        ) from None
    finally:
        torch.random.set_rng_state(state)


def _loaded(job: Job, base: Path) -> Start:
    from wuming.training.text.encoding import load_tokenizer

    model = load_model(base, job.task, job.labels, seed=job.seed)
    files = {path.name: file_digest(path) for path in sorted(base.iterdir()) if path.is_file()}
    return Start(model, load_tokenizer(base), digest({"files": files, "seed": job.seed, "labels": list(job.labels)}))


def _tiny(job: Job) -> Start:
    from wuming.training.language_model import Architecture, build
    from wuming.training.text.tokenizer import Tokenizer
    from wuming.training.tiny_classifier import TinyClassifier, TinyConfig

    cache = private_folder(home() / "cache")
    path = cache / f"tokenizer-{digest([file_digest(job.public), TINY_VOCABULARY])[7:23]}.json"
    if not path.exists():
        texts = [line["text"] for _, line in read_lines(job.public) if isinstance(line.get("text"), str)]
        partial = path.with_suffix(".part")
        Tokenizer.train(texts, vocabulary=TINY_VOCABULARY).save(partial)
        partial.replace(path)
    tokens = Tokenizer.load(path)
    model: Any
    if job.task == "sequence-classification":
        shape: dict[str, Any] = {"vocabulary": tokens.size, "width": TINY_WIDTH // 2, "classes": len(job.labels)}
        model = TinyClassifier(TinyConfig(**shape), seed=job.seed)
    else:
        shape = {"hidden_size": TINY_WIDTH, "layers": 2, "heads": 4, "feed_forward": 2 * TINY_WIDTH}
        model = build(Architecture(tokens.size, max_tokens=job.max_tokens, **shape), seed=job.seed)
    return Start(model, tokens, digest({"tokenizer": file_digest(path), "shape": shape, "seed": job.seed}))
