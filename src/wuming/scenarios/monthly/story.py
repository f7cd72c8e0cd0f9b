"""Playing the story: a release a month, a withdrawal before the third, and the refusal of the fourth.

Each month is an ordinary run of an ordinary plan; nothing here knows how a model is trained or an account decides. What
was released stays released: the same call again goes on where it stopped, and charges nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wuming.compliance.dossier.life import budget_life
from wuming.core.errors import BudgetExceeded, PrivacyParameterError, SelfCheckFailed
from wuming.core.ports import Progress
from wuming.core.reading import read_lines
from wuming.core.storage import private_folder, read_json, write_atomically, write_json
from wuming.governance.accounts import account_id
from wuming.governance.consent import ConsentRegistry
from wuming.governance.history import Moment, life
from wuming.governance.ledger import Ledger
from wuming.governance.lineage import Lineage
from wuming.lifecycle.loading import load_plan
from wuming.lifecycle.run import run as run_plan
from wuming.scenarios.customer_service import generate
from wuming.scenarios.monthly.plan import COUNTS, MONTHS, WITHDRAWN_AT, Month, Size, lineage_of, plan_yaml
from wuming.scenarios.story_data import prepare

_WITHDRAWAL_BEFORE = 3  # the number of the release that no longer holds her


@dataclass(frozen=True)
class Released:
    """One month that was released.

    Attributes:
        month: name. epsilon, delta: of the month's model, for unit `subject`, relation `add-or-remove-one`, Poisson
            sampling over subjects. charge_before, charge_after, cap: of the account, at its δ. records, subjects:
            admitted. weights: digest. dossier: folder.
    """

    month: str
    epsilon: float
    delta: float
    charge_before: float
    charge_after: float
    cap: float
    records: int
    subjects: int
    weights: str
    dossier: str


@dataclass(frozen=True)
class Refused:
    """The month that the account did not bear: its name, and the refusal in words."""

    month: str
    why: str


@dataclass(frozen=True)
class Story:
    """What the months came to.

    Attributes:
        lineage: name of the data lineage. account: its account.
        releases: in order. refused: the last month, when the account refused it.
        withdrawn: who took consent back, in which releases her data is, and in which it is not; None: not yet.
        chart: the budget's life, SVG.
    """

    lineage: str
    account: str
    releases: tuple[Released, ...]
    refused: Refused | None
    withdrawn: Mapping[str, Any] | None
    chart: str

    def as_json(self) -> dict[str, Any]:
        """Return the story as a JSON object."""
        return {**asdict(self), "releases": [asdict(item) for item in self.releases]}


def play(
    folder: Path, *, progress: Progress, size: Size = "full", seed: int = 0, releases: int = 4, public: bool = False
) -> tuple[Story, BudgetExceeded | None]:
    """Make so many monthly releases in `folder`; return the story, with the refusal where the account refused.

    Args:
        folder: of the whole story; each month has a folder of its own in it.
        progress: shows how far the work has come.
        size, seed: of the generated data; the seed also initialises the base model, never coins or noise.
        releases: from 1 to 4; the account bears three.
        public: leave figures computed on private data without noise out of the dossiers.

    Raises:
        PrivacyParameterError: `releases` out of range.
        RunConflict: the folder holds another story, or these people's account was spent from elsewhere.
        SelfCheckFailed: the next release still held the data of the person who withdrew; nothing more is released.
        WumingError: whatever else stops a run.
    """
    if not 1 <= releases <= len(MONTHS):
        raise PrivacyParameterError(f"releases={releases} is not within 1 and {len(MONTHS)}", help="Choose 1 to 4.")
    lineage = lineage_of(size, seed)
    account = account_id(lineage, "subject", "add-or-remove-one")
    prepare(
        folder,
        "monthly",
        size,
        seed,
        account,
        lambda source: generate(source, seed=seed, counts=COUNTS[size]),
        progress,
    )
    done: list[Released] = []
    refusal: BudgetExceeded | None = None
    refused: Refused | None = None
    for number, month in enumerate(MONTHS[:releases], 1):
        if number == _WITHDRAWAL_BEFORE:
            _withdraw(folder, lineage)
        try:
            done.append(_release(folder, month, size, seed, progress, public=public))
        except BudgetExceeded as error:
            refusal, refused = error, Refused(month.name, error.message)
            break
    _draw(folder, account, done)
    story = Story(
        lineage, account, tuple(done), refused, _withdrawal(folder, lineage, done), str(folder / "budget.svg")
    )
    write_json(folder / "story.json", story.as_json())
    return story, refusal


def _release(folder: Path, month: Month, size: Size, seed: int, progress: Progress, *, public: bool) -> Released:
    """Run one month's plan, unless it was released: once out, a release is not made again without who withdrew."""
    place = folder / month.name
    result = place / "released.json"
    if result.exists():
        return Released(**read_json(result))
    private_folder(place)
    _write_records(folder / "source" / "private.jsonl", place / "records.jsonl", month)
    write_atomically(place / "plan.yaml", plan_yaml(month, size=size, seed=seed).encode())
    loaded = load_plan(place / "plan.yaml")
    progress.start(month.label)
    outcome = run_plan(loaded.plan, place / "run", base_folder=place, progress=progress, public=public)
    claims, summary = outcome.claims, outcome.summary
    train, account = claims["train"], claims["train"]["account"]
    released = Released(
        month=month.name,
        epsilon=train["epsilon"],
        delta=train["delta"],
        charge_before=account["spent_epsilon_before"],
        charge_after=account["spent_epsilon"],
        cap=account["cap_epsilon"],
        records=claims["collect"]["admitted"]["records"],
        subjects=claims["collect"]["admitted"]["subjects"],
        weights=train["model"]["weights_digest"],
        dossier=str(summary["dossier"]),
    )
    _check_withdrawal(folder, place / "run")
    write_json(result, asdict(released))
    progress.finish(month.label)
    return released


def _write_records(source: Path, target: Path, month: Month) -> None:
    """Write the dialogues until the month's last day."""
    lines = [line for _, line in read_lines(source) if str(line["created_at"])[:10] <= month.until.isoformat()]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    write_atomically(target, text.encode())


def _withdraw(folder: Path, lineage: str) -> None:
    """Let one person, whom both earlier models were trained on, take her consent back; the same one on every call."""
    note = folder / "withdrawn.json"
    if not note.exists():
        owners = {line["subject"] for _, line in read_lines(folder / "source" / "truth" / "secrets.jsonl")}
        trained = [
            set(read_json(folder / month.name / "run" / "units" / "protected.json"))
            for month in MONTHS[: _WITHDRAWAL_BEFORE - 1]
        ]
        # Canaries are in no lineage; their ids begin with a blank.
        people = sorted(who for who in set.intersection(*trained) - owners if not who.startswith(" "))
        write_json(note, {"subject": people[0], "at": WITHDRAWN_AT})
    known = read_json(note)
    ConsentRegistry(lineage=lineage).withdraw(known["subject"], known["at"])


def _check_withdrawal(folder: Path, run: Path) -> None:
    """Make sure that nothing of who withdrew is in what a later release was made from."""
    note = folder / "withdrawn.json"
    if not note.exists():
        return
    subject = read_json(note)["subject"]
    held = [line["subject"] for _, line in read_lines(run / "data" / "admitted.jsonl")]
    units = [set(read_json(path)) for path in sorted((run / "units").glob("*.json"))]
    if subject in held or any(subject in unit for unit in units):
        raise SelfCheckFailed(
            "the release still holds data of a person who withdrew", help="Do not hand it on; report this defect."
        )


def _withdrawal(folder: Path, lineage: str, done: list[Released]) -> dict[str, Any] | None:
    """Return what lineage says of the person who withdrew."""
    note = folder / "withdrawn.json"
    if not note.exists():
        return None
    known = read_json(note)
    made = {item["digest"] for use in Lineage().of(known["subject"], lineage=lineage) for item in use.artefacts}
    return {
        "subject": known["subject"],
        "at": known["at"],
        "in": [item.month for item in done if item.weights in made],
        "not_in": [item.month for item in done if item.weights not in made],
    }


def _draw(folder: Path, account: str, done: list[Released]) -> None:
    moments: list[Moment] = life(Ledger(), account)
    delta = done[0].delta if done else 0.0
    names = [month.label for month in MONTHS]
    note = read_json(folder / "withdrawn.json")["at"] if (folder / "withdrawn.json").exists() else None
    words = None if note is None else (_WITHDRAWAL_BEFORE - 1, f"a person withdraws ({note})")
    drawing = budget_life(moments, names, account=account, delta=delta, sampler="Poisson over subjects", note=words)
    write_atomically(folder / "budget.svg", drawing.encode())
