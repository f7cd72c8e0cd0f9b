"""Stage 9, serve: a prompt loses its personal data before the model sees it, and gets it back in the answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from wuming.core.errors import InputTooLarge, MissingFile
from wuming.deidentification.engine import Detector
from wuming.deidentification.session import Session

MAX_PROMPT = 20_000


@dataclass(frozen=True)
class Answer:
    """What the model said, restored; and how many items of the prompt were concealed from it."""

    text: str
    concealed: int


def ask(run_folder: Path, prompt: str, *, max_tokens: int = 64, temperature: float = 0.7) -> Answer:
    """Answer a prompt with the released model of a run.

    The prompt is de-identified with a key of this call alone; nothing of it is stored or logged.

    Raises:
        MissingFile: the folder holds no released model.
        InputTooLarge: the prompt has more than 20,000 characters, or the answer would fill the model's whole window.
    """
    from wuming.training import language_model as lm
    from wuming.training.inference import LocalModel

    if len(prompt) > MAX_PROMPT:
        raise InputTooLarge(
            f"the prompt has {len(prompt)} characters, at most {MAX_PROMPT}", help="Shorten the prompt."
        )
    folder = run_folder / "release" / "model"
    if not (folder / "model.safetensors").exists():
        raise MissingFile(f"no released model in {run_folder}", help="Give the folder of a finished `wuming run`.")
    detector = Detector()
    session = Session.with_detector(detector)
    concealed = session.conceal(prompt)
    network, tokenizer = lm.load(folder)
    longest = int(network.config.max_position_embeddings)
    limit = longest - max_tokens
    if limit < 1:
        raise InputTooLarge(
            f"max_tokens={max_tokens} leaves no room for the prompt: the model holds {longest} tokens in all",
            help=f"Ask for at most {longest - 1} tokens; 64 are usual.",
        )
    model = LocalModel(network, tokenizer, max_tokens=limit, seed=secrets.randbits(63))
    [[answer]] = model.continue_text([concealed], max_new_tokens=max_tokens, samples=1, temperature=temperature)
    return Answer(session.reveal(answer), len(detector.find(prompt)))
