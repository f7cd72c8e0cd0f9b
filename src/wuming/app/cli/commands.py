"""The table of commands, and the group that imports a command's module only when the command is used.

Adding a command is one line in `COMMANDS` and one file beside this one, which offers one of: `register(app)`, which
adds the command to a Typer app; `app`, a Typer app; or a function with the command's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, get_type_hints

import click

from wuming import __version__


@dataclass(frozen=True)
class Command:
    """One line of the overview.

    Attributes:
        module: where the command is written, under `wuming.app.cli`.
        help: one line for `wuming --help`; the same as the command's own first line (a test compares them).
        section: heading under which the overview shows it.
    """

    module: str
    help: str
    section: str


_WAY, _STEPS, _RECORDS, _CHECK = "The way of the data", "Single steps", "Governance", "For others to check"

COMMANDS: Mapping[str, Command] = {
    "run": Command("run", "Take records from collection to a signed dossier.", _WAY),
    "scenario": Command("scenario", "Play a ready story on data that it generates.", _WAY),
    "init": Command("init", "Write a commented plan with sample data to start from.", _WAY),
    "plan": Command("plan", "Check a plan file, or show its schema.", _WAY),
    "ask": Command("ask", "Ask the released model of a run.", _WAY),
    "scan": Command("scan", "Find personal data in text, JSON, CSV and Parquet files.", _STEPS),
    "deidentify": Command("deidentify", "Replace personal data in a file, by type, as a policy says.", _STEPS),
    "restore": Command("restore", "Put back what stands for personal data, with key and vault.", _STEPS),
    "vault": Command("vault", "Show a vault, or erase a subject from it.", _STEPS),
    "anonymize": Command(
        "anonymize", "Make a table k-anonymous, attack the result, and measure its risk before and after.", _STEPS
    ),
    "hierarchy": Command("hierarchy", "Suggest how a column is made coarser, level by level.", _STEPS),
    "query": Command(
        "query", "Answer a question about a private table with noise, and charge it to the account of the data.", _STEPS
    ),
    "train": Command("train", "Train a model privately on records of your own, or on MNIST.", _STEPS),
    "tune": Command(
        "tune", "Choose learning rate and clipping bound privately; epsilon is that of the whole choice.", _STEPS
    ),
    "federate": Command("federate", "Train one model at several parties that cannot pool their data.", _STEPS),
    "synthesize": Command("synthesize", "Sample synthetic data from a privately trained model.", _STEPS),
    "datasets": Command("datasets", "List the known public data sets and where they were found.", _STEPS),
    "bench": Command("bench", "Measure speed, memory and quality beside peers and beside no protection.", _STEPS),
    "ledger": Command("ledger", "Show, verify or export the ledger.", _RECORDS),
    "budget": Command("budget", "Show, grant, resolve or plan privacy budgets.", _RECORDS),
    "consent": Command("consent", "Import, show or withdraw consent.", _RECORDS),
    "lineage": Command("lineage", "List what was made with a subject's data.", _RECORDS),
    "prove": Command("prove", "Prove facts about committed records.", _CHECK),
    "audit": Command("audit", "Measure what really leaks, and test it against the claim.", _CHECK),
    "assess": Command("assess", "Measure the risk of a table as it is, and attack it.", _CHECK),
    "selfcheck": Command("selfcheck", "Check training on your own model, by replay on neighbouring data.", _CHECK),
    "certify": Command(
        "certify",
        "Certify a model: claim, audited bound, attacks, hashes, what was not tested; or what stays in text.",
        _CHECK,
    ),
    "verify": Command("verify", "Verify a dossier, a certificate, a claim or a proof.", _CHECK),
}


class _Formatter(click.HelpFormatter):
    """Undoes the escapes that Typer adds for Rich, and the list of arguments that click 8.4 adds to Typer's own."""

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Write a section under a heading."""
        begin = len(self.buffer)
        with super().section(name):
            yield
        if name == "Positional arguments":
            del self.buffer[begin:]

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms and meanings."""
        super().write_dl([(term, text.replace("\\[", "[")) for term, text in rows], col_max, col_spacing)


class _Context(click.Context):
    """A context that writes help as plain text."""

    formatter_class = _Formatter


class LazyGroup(click.Group):
    """The top group: knows all commands by name, imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command, or return None where there is none of this name."""
        return load(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the overview from the table alone."""
        width = max(map(len, COMMANDS))
        for section in dict.fromkeys(command.section for command in COMMANDS.values()):
            rows = [
                (name.ljust(width), command.help) for name, command in COMMANDS.items() if command.section == section
            ]
            with formatter.section(section):
                formatter.write_dl(rows, col_spacing=4)


def load(name: str) -> click.Command:
    """Import the module of the command `name` and return its click command."""
    module = import_module(f"wuming.app.cli.{COMMANDS[name].module}")
    command = _find(module, name)
    command.name = name
    _plain_help(command)
    return command


def _find(module: ModuleType, name: str) -> click.Command:
    import typer
    import typer.main

    holder = typer.Typer()
    holder.callback()(_nothing)
    if hasattr(module, "register"):
        module.register(holder)
    elif isinstance(getattr(module, "app", None), typer.Typer):
        if _is_one_command(module.app, name):
            return typer.main.get_command(module.app)
        holder.add_typer(module.app, name=name)
    else:
        holder.command(name)(getattr(module, name))
    group = typer.main.get_command(holder)
    assert isinstance(group, click.Group)
    return group.commands[name]


def _is_one_command(app: Any, name: str) -> bool:
    """Tell whether a Typer app stands for the command `name` itself, rather than for a group of commands."""
    commands = app.registered_commands
    if len(commands) != 1 or app.registered_callback is not None or app.registered_groups:
        return False
    called = commands[0].name or commands[0].callback.__name__
    return bool(called in (name, f"{name}_", f"{name}_command", "main"))


def _nothing() -> None:
    """Hold commands."""


def _plain_help(command: click.Command) -> None:
    """Write help as plain text everywhere: it can be copied, piped and read aloud."""
    command.context_class = _Context
    if hasattr(command, "rich_markup_mode"):
        command.rich_markup_mode = None
    for parameter in command.params:
        if isinstance(parameter, click.Argument) and not getattr(parameter, "help", None):
            parameter.help = _argument_help(command, str(parameter.name))
    for child in getattr(command, "commands", {}).values():
        _plain_help(child)


def _argument_help(command: click.Command, name: str) -> str:
    """Return an argument's words from its annotation: click 8.4 and later resets those that Typer 0.20 hands over."""
    function = getattr(command.callback, "__wrapped__", command.callback)
    annotation = get_type_hints(function, include_extras=True).get(name) if function is not None else None
    for extra in getattr(annotation, "__metadata__", ()):
        if getattr(extra, "help", None):
            return str(extra.help)
    return ""


@click.group(
    cls=LazyGroup,
    name="wuming",
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Start with `wuming run --size small`, or with your own data: `wuming init my-plan`.",
)
@click.version_option(__version__, prog_name="wuming")
@click.pass_context
def cli(context: click.Context) -> None:
    """Learn from everyone, name no one: the whole way of personal data into a language model, with a dossier."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
