"""Canaries of one training: made and sealed before it, and kept beside the model for whoever audits it.

Each canary is a unit of privacy like all others, taken in by a fair coin of its own; all of them count in the
population, whatever their coins say, so that the sampling probability tells nobody's coin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wuming.auditing.canaries import canary_texts, fair_coins
from wuming.core.errors import MissingFile, PrivacyParameterError, SelfCheckFailed
from wuming.core.storage import read_json, write_json
from wuming.crypto.random import SecureStream, derive_key
from wuming.governance.ledger import Ledger
from wuming.lifecycle.canary_coins import opened_canaries, seal_canaries

if TYPE_CHECKING:
    from wuming.app.training_job import Job
    from wuming.app.training_start import Start
    from wuming.training.text.documents import Documents
    from wuming.training.text.encoding import Coder

CanaryKind = Literal["gradient", "text"]
WORDS = 14
"""Words of a text canary, drawn from the tokenizer's vocabulary."""
_FILE, _SEAL = "canaries.json", "canaries.seal.json"
_VOCABULARY = 20_000


@dataclass(frozen=True)
class Canaries:
    """Canaries with their coins, sealed.

    Attributes:
        kind: `gradient`: a direction of its own in the space of the trained parameters, added by the trainer; `text`:
            a record of random words.
        names: texts of the canaries, or names where they have none.
        coins: one a canary: is it in?
        commitment: to coins and names, in the ledger since before training.
        before: of text canaries: mean loss of each before training, in nats.
        records: of a text canary: as many as training takes of one unit, for a weaker one would show less.
    """

    kind: CanaryKind
    names: tuple[str, ...]
    coins: tuple[bool, ...]
    commitment: str
    before: tuple[float, ...] = ()
    records: int = 1

    def among(self, documents: Documents) -> Documents:
        """Return the documents with the text canaries that are in behind them."""
        from wuming.training.text.documents import Document, ExtendedDocuments

        if self.kind != "text":
            return documents
        return ExtendedDocuments(
            documents,
            [
                Document(f" canary {number}", text=text)
                for number, (text, coin) in enumerate(zip(self.names, self.coins, strict=True))
                for _ in range(self.records if coin else 0)
            ],
        )

    def claim(self) -> dict[str, Any]:
        """Return what the training's claim says of them."""
        return {"kind": self.kind, "count": len(self.names), "coins_commitment": self.commitment}

    def keep(self, folder: Path, *, signals: Sequence[float]) -> None:
        """Write beside the model what an audit needs, readable by the owner alone.

        Args:
            folder: of the result.
            signals: of gradient canaries: what the released sums showed of each.
        """
        content = {"kind": self.kind, "names": list(self.names), "before": list(self.before), "signals": list(signals)}
        write_json(folder / _FILE, content)


def check_canaries(job: Job) -> None:
    """Refuse canaries that a job cannot have, before anything takes time.

    Raises:
        PrivacyParameterError: a single canary, or a kind that does not fit the task.
    """
    if job.canaries == 1 or (job.canaries and job.canary_kind == "text" and job.task != "causal-lm"):
        raise PrivacyParameterError(
            f"canaries={job.canaries}, canary_kind={job.canary_kind!r}, task={job.task!r} do not go together",
            help="Give at least 2, of kind gradient for a classifier.",
        )


def canaries_of(job: Job, begin: Start, schedule: str, run_key: bytes, folder: Path) -> Canaries:
    """Draw a job's canaries and coins from the run's key, and put the commitment into the ledger.

    Args:
        job: asks for canaries that `check_canaries` accepts.
        begin: model and tokenizer before training.
        schedule: digest that names the training.
        run_key: 32 secret bytes of this training alone.
        folder: of the result; keeps what opens the seal.
    """
    kind, count = job.canary_kind, job.canaries
    names, coins, before = [f"canary {number}" for number in range(count)], [], []
    if kind == "gradient":
        from wuming.training.probe import probe_coins

        coins = list(probe_coins(run_key, count))
    else:
        from wuming.training.inference import text_losses

        key = derive_key(run_key, "text-canaries")
        coins = fair_coins(count, SecureStream(key, "coins"))
        names = canary_texts(count, _words(begin.tokens), WORDS, SecureStream(key, "texts"))
        before = text_losses(begin.model.eval(), begin.tokens, names)
    commitment = seal_canaries(Ledger(), folder / _SEAL, schedule, coins, names)
    return Canaries(kind, tuple(names), tuple(coins), commitment, tuple(before), job.records_per_unit)


@dataclass(frozen=True)
class KeptCanaries:
    """Canaries as they were kept, their coins after the seal was opened, and the signals of gradient canaries."""

    canaries: Canaries
    signals: list[float]


def kept_canaries(folder: Path, stated: Any) -> KeptCanaries:
    """Read the canaries of a training, and open the seal of their coins.

    Args:
        folder: of the result.
        stated: what the training's claim says of its canaries.

    Raises:
        MissingFile: the training had none, or their files are gone.
        VerificationFailed: the coins are not those that were sealed.
        SelfCheckFailed: the claim names other canaries.
    """
    if not isinstance(stated, dict) or not (folder / _FILE).is_file() or not (folder / _SEAL).is_file():
        raise MissingFile(
            f"no canaries in {folder}", help="Train with --canaries 1000, for example; they cannot be added afterwards."
        )
    content = read_json(folder / _FILE)
    coins, commitment = opened_canaries(Ledger(), folder / _SEAL, content["names"])
    before = tuple(float(loss) for loss in content["before"])
    canaries = Canaries(content["kind"], tuple(content["names"]), tuple(coins), commitment, before)
    if canaries.claim() != stated:
        raise SelfCheckFailed(f"the canaries in {folder} are not those of its claim", help="Train again.")
    return KeptCanaries(canaries, [float(signal) for signal in content["signals"]])


def _words(tokens: Coder) -> list[str]:
    """Return words that single tokens stand for, each once."""
    words: dict[str, None] = {}
    for token in range(min(tokens.size, _VOCABULARY)):
        word = tokens.decode([token]).strip()
        if word.isalnum():
            words.setdefault(word)
    return list(words)
