"""Write docs/commands.md, docs/errors.md and docs/plan.md from the code. `--check` only says whether they are stale."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import BaseModel

from wuming.app.cli.commands import COMMANDS, cli, load
from wuming.app.plan_template import allowed, nested
from wuming.core import errors
from wuming.lifecycle.plan import Plan

DOCS = Path(__file__).resolve().parents[1] / "docs"
MADE = "<!-- Made from the code by scripts/generate_docs.py; `make docs` writes it again. -->\n"

# What to do next, beside what each error says about its own case.
ADVICE = {
    "PlanError": "Correct the lines that are named. `wuming plan check` and [plan.md](plan.md) help.",
    "MissingFile": "Check the path; relative paths in a plan start from the plan's folder.",
    "MalformedRecord": "Repair the line that is named; [input.md](input.md) shows the formats.",
    "WrongEncoding": "Save the file as UTF-8.",
    "MissingSubject": "Give each record a subject, or use `unit_of_privacy: document`.",
    "DuplicateId": "Give every record an id of its own.",
    "EmptyData": "Look at what was dropped and why: consent, purpose, retention, or an empty file.",
    "UnknownDataset": "`wuming datasets` lists known sets and where they are looked for (`WUMING_DATA`).",
    "InputTooLarge": "Split the input, or shorten what is over the limit.",
    "PrivacyParameterError": "Choose ε > 0 within the budget, and δ ≤ 1 / (10 × population).",
    "UnsupportedEvent": "Use a sampler and a mechanism that the accountant supports; it never guesses.",
    "QueryRefused": "Ask what [statistics.md](statistics.md) lists; the message says what to ask instead.",
    "TableError": "Lower k or l, or name fewer quasi-identifiers.",
    "SelfCheckFailed": "Do not use the result. Nothing was released; report the numbers that are named.",
    "BudgetExceeded": "Lower ε, or have the account's owner raise its cap with `wuming budget grant`.",
    "LedgerCorrupt": "Stop. `wuming ledger verify --checkpoint FILE` says what is missing. Restore a backup.",
    "LedgerBusy": "Wait for the other process, then run the same command again.",
    "ConsentError": "Repair the line that is named; nothing of the file was imported.",
    "ReleaseRefused": "Do what the failed control advises, or waive it in the plan, with a reason for all to read.",
    "ClaimRefused": "The claim is withdrawn: do not use the model. Report the audit's numbers.",
    "VerificationFailed": "Do not rely on the file that is named; ask its maker for the original and for the key.",
    "KeyUnavailable": "Restore the key from its backup; check that only its owner can read it (mode 0600).",
    "RoundRefused": "Correct the round's configuration as the message says; a round number is used once.",
    "MessageRefused": "Usually nothing: it was late, sent twice, or for another round. If it recurs, find its sender.",
    "RoundAborted": "Begin a new round under a new number. [federated.md](federated.md) explains each reason.",
    "UpdateRefused": "Look at what made the update: its shape, its length, and whether training diverged.",
    "NodeRefused": "Compare certificate, address and keys with the other side ([all files](federated-running.md)).",
    "StorageError": "Free space or choose another folder, then run the same command again.",
    "RunConflict": "Choose another folder with `--out`; the earlier run stays as it is.",
    "MissingExtra": "Install the extra that is named, for example `pip install 'wuming[train]'`.",
    "Interrupted": "Run the same command again: it goes on from the last finished stage.",
}


def main() -> int:
    """Write the pages, or compare them; return the exit code."""
    pages = generated()
    stale = [name for name, text in pages.items() if _read(DOCS / name) != text]
    if "--check" in sys.argv[1:]:
        print("\n".join(f"stale: docs/{name}" for name in stale) or "up to date")
        return bool(stale)
    DOCS.mkdir(exist_ok=True)
    for name in stale:
        (DOCS / name).write_text(pages[name], encoding="utf-8")
        print(f"wrote docs/{name}")
    return 0


def generated() -> dict[str, str]:
    """Return file name → text of each generated page."""
    return {"commands.md": commands_page(), "errors.md": errors_page(), "plan.md": plan_page()}


def commands_page() -> str:
    """Return the command reference: the help of each command, as the program prints it."""
    parts = [
        "# Commands\n",
        MADE,
        "Each command also answers `--help`. Exit codes are listed in [errors.md](errors.md).\n",
    ]
    parts.append(_help(cli, ["wuming"]))
    for name in COMMANDS:
        parts += [f"## wuming {name}\n", *_command(load(name), ["wuming", name])]
    return "\n".join(parts)


def _command(command: click.Command, path: list[str]) -> Iterator[str]:
    yield _help(command, path)
    for name, child in getattr(command, "commands", {}).items():
        yield f"### {' '.join([*path, name])}\n"
        yield from _command(child, [*path, name])


def _help(command: click.Command, path: list[str]) -> str:
    context = command.context_class(
        command, info_name=" ".join(path), terminal_width=100, max_content_width=100, help_option_names=["-h", "--help"]
    )
    lines = command.get_help(context).splitlines()
    return "```text\n" + "\n".join(line.rstrip() for line in lines) + "\n```\n"


def errors_page() -> str:
    """Return the list of errors with their exit codes."""
    parts = [
        "# Errors and exit codes\n",
        MADE,
        "Every expected error prints `error:` (what was wrong) and `help:` (what to do next) on standard error and "
        "ends with the exit code below. With `--json`, the last line of standard output is "
        '`{"error": {"name", "message", "help", "exit_code"}}`.\n',
        "No message holds a personal value: errors name lines, fields, counts and digests. A traceback may hold one, "
        "so none is shown unless `WUMING_DEBUG=1` is set.\n",
        "| exit code | error |",
        "|---|---|",
        "| 0 | none |",
        "| 1 | a defect of Wuming: only the kind of error and its place are printed |",
        "| 2 | the command line was not understood (`UsageError`) |",
        *(f"| {cls.exit_code} | [{cls.__name__}](#{cls.__name__.lower()}) |" for cls in expected_errors()),
        "",
    ]
    for cls in expected_errors():
        parts += [
            f"## {cls.__name__}\n",
            f"Exit code {cls.exit_code}. {inspect.getdoc(cls)}\n",
            f"{ADVICE[cls.__name__]}\n",
        ]
    return "\n".join(parts)


def expected_errors() -> list[type[errors.WumingError]]:
    """Return every error that is raised on purpose, by exit code."""
    classes = [cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, errors.WumingError)]
    return sorted((cls for cls in classes if cls.exit_code != 1), key=lambda cls: cls.exit_code)


def plan_page() -> str:
    """Return the reference of plan files: every field of the schema."""
    parts = [
        "# Plan files\n",
        MADE,
        "A plan is a YAML file that says what to do with which data. `wuming init DIR` writes one with comments, "
        "`wuming plan check FILE` names every problem with its line, and `wuming plan schema` prints the JSON Schema. "
        "Keys that the schema does not know, duplicate keys, anchors and tags are refused. Relative paths start from "
        "the plan's folder.\n",
        "Rules between fields:\n",
        "- `source.records` or `source.dataset`, not both; `source.consent` where the legal basis is `consent`.",
        "- `anonymise` with `source.table`, never one alone; no table with unit `document`.",
        "- `train.delta` and `budget.delta` are at most 1 / (10 × `train.population`).",
        "- `train.expected_units_per_step` is at most `train.population`; `train.epsilon` at most `budget.epsilon`.",
        "- `train.model.hidden_size` is a multiple of 2 × `heads`.",
        "- `federation` with `source.records`, a field of its own for silos, and `audit.gradient_canaries: 0`; "
        "`least_survivors` from more than (silos + colluders) / 2 to all silos, two of whom are no colluders. "
        "[Federated learning](federated-learning.md#in-a-plan) says what it does.\n",
        *_section(Plan, ()),
    ]
    return "\n".join(parts)


def _section(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[str]:
    sections: list[tuple[str, type[BaseModel]]] = []
    yield f"## {'.'.join(path) or 'The plan'}\n"
    yield f"{inspect.getdoc(model)}\n"
    yield "| field | meaning | allowed | default |"
    yield "|---|---|---|---|"
    for name, field in model.model_fields.items():
        section = nested(field)
        if section is not None:
            sections.append((name, section))
            target = "".join((*path, name))
            required = "required" if field.is_required() else "optional"
            yield f"| `{name}` | section [{'.'.join((*path, name))}](#{target}) | | {required} |"
            continue
        default = "required" if field.is_required() else _default(field.get_default(call_default_factory=True))
        limits = allowed(field).replace("|", "·")
        yield f"| `{name}` | {field.description} | {limits} | {default} |"
    yield ""
    for name, section in sections:
        yield from _section(section, (*path, name))


def _default(value: object) -> str:
    if value is None or value in ("", {}):
        return "–"
    if isinstance(value, float):
        return f"`{value:.10g}`"
    return f"`{', '.join(map(str, value)) if isinstance(value, list) else value}`"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
