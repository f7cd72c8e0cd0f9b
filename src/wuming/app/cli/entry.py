"""Where the program starts and ends: the one place that turns errors into output and exit codes."""

from __future__ import annotations

import errno
import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import click

from wuming.app.cli.commands import cli
from wuming.core.errors import Interrupted, StorageError, WumingError

USAGE_EXIT_CODE = 2
UNEXPECTED_EXIT_CODE = 1
_PACKAGE = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code.

    Every error prints `error: …` and `help: …` on standard error; with `--json` standard output ends with one line
    {"error": {"name", "message", "help", "exit_code"}}. A traceback may hold personal data, so none is shown unless
    `WUMING_DEBUG=1`.
    """
    sys.exit(invoke(list(sys.argv[1:] if arguments is None else arguments)))


def invoke(arguments: list[str]) -> int:
    """Run one command and return its exit code; raises nothing but what stops the interpreter."""
    as_json = "--json" in arguments
    try:
        result = cli.main(args=arguments, prog_name="wuming", standalone_mode=False)
        code = result if isinstance(result, int) else 0
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _report_expected(_interrupted(), as_json=as_json)
    except click.ClickException as error:
        return _report_usage(error, as_json=as_json)
    except WumingError as error:
        return _report_expected(error, as_json=as_json)
    except BrokenPipeError:
        # The reader went away (`wuming … | head`): nobody is left to tell. Keep the interpreter from flushing again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNEXPECTED_EXIT_CODE
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return _report_expected(_disk_full(error), as_json=as_json)
        return _report_unexpected(error, as_json=as_json)
    except Exception as error:  # noqa: BLE001  (the last line of defence against tracebacks with personal values)
        return _report_unexpected(error, as_json=as_json)
    return code


def _interrupted() -> Interrupted:
    return Interrupted("stopped by Ctrl-C", help="What was finished is kept; the same command goes on from there.")


def _disk_full(error: OSError) -> StorageError:
    return StorageError(f"no space left: {os.strerror(error.errno or 0)}", help="Free some space and run again.")


def _report_expected(error: WumingError, *, as_json: bool) -> int:
    name = type(error).__name__
    _report(name, error.message, error.help, error.exit_code, as_json=as_json, page=f"docs/errors.md#{name.lower()}")
    return error.exit_code


def _report_usage(error: click.ClickException, *, as_json: bool) -> int:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    help_text = f"`{context.command_path} --help` shows what is allowed." if context else "See `wuming --help`."
    if message.startswith("Got unexpected extra argument"):
        # These words may be somebody's question or name: they are not repeated.
        message, help_text = "too many arguments", f"Put quotes around text that holds spaces. {help_text}"
    _report("UsageError", message, help_text, USAGE_EXIT_CODE, as_json=as_json)
    return USAGE_EXIT_CODE


def _report_unexpected(error: BaseException, *, as_json: bool) -> int:
    """Report a defect by type and place only: its message, arguments and locals may hold personal values."""
    message = f"unexpected {type(error).__name__} in {_place(error)}"
    help_text = "This is a defect of Wuming. WUMING_DEBUG=1 shows a traceback, which may hold personal data."
    if os.environ.get("WUMING_DEBUG") == "1":
        print("warning: what follows may hold personal data; do not share it unread", file=sys.stderr)
        traceback.print_exception(error)
    _report("UnexpectedError", message, help_text, UNEXPECTED_EXIT_CODE, as_json=as_json)
    return UNEXPECTED_EXIT_CODE


def _place(error: BaseException) -> str:
    """Return `module:line` of the innermost frame that is ours."""
    place = "an unknown place"
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            parts = path.relative_to(_PACKAGE).with_suffix("").parts
            place = f"{'.'.join(('wuming', *parts))}:{line}"
    return place


def _report(name: str, message: str, help_text: str, exit_code: int, *, as_json: bool, page: str = "") -> None:
    lines = [f"error: {message}"]
    if help_text:
        lines.append(f"help: {help_text}")
    if page:
        lines.append(f"more: {page}")
    print("\n".join(lines), file=sys.stderr)
    if as_json:
        body = {"name": name, "message": message, "help": help_text, "exit_code": exit_code}
        print(json.dumps({"error": body}, ensure_ascii=False), flush=True)
