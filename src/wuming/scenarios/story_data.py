"""The data of a story: generated once into its folder; the same story again takes them up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wuming.core.errors import RunConflict
from wuming.core.ports import Progress
from wuming.core.storage import private_folder, read_json, write_json
from wuming.governance.ledger import Ledger


def prepare(
    folder: Path,
    scenario: str,
    size: str,
    seed: int,
    account: str,
    generate: Callable[[Path], object],
    progress: Progress,
) -> None:
    """Generate the people and what they wrote into `folder`/source, unless they are there.

    Args:
        folder: of the story.
        scenario, size, seed: what the data are made from.
        account: of these people; it must not be open when their data are made anew.
        generate: writes the data into the folder that it is given.
        progress: what is told.

    Raises:
        RunConflict: the folder holds another story, or these people's account was spent from elsewhere.
    """
    source, made = folder / "source", {"scenario": scenario, "size": size, "seed": seed}
    note = source / "generated.json"
    if note.exists():
        if (found := read_json(note)) != made:
            raise RunConflict(
                f"{folder} holds a story of size={found.get('size')}, seed={found.get('seed')}; asked for size={size}, "
                f"seed={seed}",
                help="Choose another folder with --out; the earlier story stays as it is.",
            )
        return
    if any(entry.kind == "account.open" and entry.body["account"] == account for entry in Ledger().entries()):
        raise RunConflict(
            f"account {account} was spent from already, by a story in another folder",
            help="Go on there, or choose another --seed: other people, with an account of their own.",
        )
    progress.start("generate data")
    private_folder(source)
    generate(source)
    # Written last: without it the data may be a part, and is generated again.
    write_json(note, made)
    progress.finish("generate data")
