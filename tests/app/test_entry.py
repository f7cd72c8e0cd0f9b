"""The one place that turns errors into output: codes, words, and nothing personal."""

from __future__ import annotations

import errno
import json
import signal
from typing import Any

import click
import pytest

from wuming.app.cli import commands, entry
from wuming.core import errors

PERSONAL = "Zhang Wei 11010519491231002X"


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that makes `wuming run` fail with an exception of our choice."""

    def install(error: BaseException) -> None:
        @click.command("run")
        @click.option("--json", "as_json", is_flag=True)
        def command(as_json: bool) -> None:
            secret_local = PERSONAL
            assert secret_local
            raise error

        monkeypatch.setattr(commands, "load", lambda name: command)

    return install


EXPECTED = [cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.WumingError)]


@pytest.mark.parametrize("cls", EXPECTED, ids=lambda cls: cls.__name__)
def test_each_error_ends_with_its_code_and_help(cls: Any, fails: Any, capsys: pytest.CaptureFixture[str]) -> None:
    reason = {"reason": "why"} if issubclass(cls, errors.FederationError) else {}
    error = cls("something was wrong, k=7", help="Do this.", **reason)
    fails(error)
    assert entry.invoke(["run", "--json"]) == cls.exit_code
    out, err = capsys.readouterr()
    assert error.message.startswith("something was wrong, k=7")
    assert err.startswith(f"error: {error.message}\nhelp: Do this.\nmore: docs/errors.md#")
    assert json.loads(out.splitlines()[-1]) == {
        "error": {
            "name": cls.__name__,
            "message": error.message,
            "help": "Do this.",
            "exit_code": cls.exit_code,
        }
    }


def test_without_json_standard_output_stays_empty(fails: Any, capsys: pytest.CaptureFixture[str]) -> None:
    fails(errors.EmptyData("nothing there"))
    assert entry.invoke(["run"]) == 25
    out, err = capsys.readouterr()
    assert out == ""
    assert "error: nothing there\n" in err


def test_an_unexpected_error_shows_kind_and_place_only(fails: Any, capsys: pytest.CaptureFixture[str]) -> None:
    fails(ValueError(f"could not convert {PERSONAL}"))
    assert entry.invoke(["run", "--json"]) == 1
    out, err = capsys.readouterr()
    assert "unexpected ValueError in wuming.app.cli.entry:" in err
    assert "Zhang" not in out + err
    assert "11010519491231002X" not in out + err
    assert "Traceback" not in err


def test_a_traceback_is_shown_on_demand_and_announced(
    fails: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUMING_DEBUG", "1")
    fails(ValueError(PERSONAL))
    entry.invoke(["run"])
    err = capsys.readouterr().err
    assert err.index("warning: what follows may hold personal data") < err.index("Traceback")
    assert PERSONAL in err  # the negative control of the test above: the value was there to be leaked


def test_control_c_is_an_expected_end(fails: Any, capsys: pytest.CaptureFixture[str]) -> None:
    fails(KeyboardInterrupt())
    assert entry.invoke(["run", "--json"]) == 130
    assert json.loads(capsys.readouterr().out)["error"]["name"] == "Interrupted"
    assert errors.Interrupted.exit_code == 128 + signal.SIGINT


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_a_storage_error_wherever_it_happens(
    number: int, fails: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    fails(OSError(number, "full", PERSONAL))
    assert entry.invoke(["run"]) == 70
    assert PERSONAL not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["run", PERSONAL, PERSONAL], ["run", "--sise", "1"], ["nothing"]])
def test_a_command_line_that_is_not_understood(
    arguments: list[str], fails: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    fails(errors.EmptyData("never reached"))
    assert entry.invoke(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert "help: " in err
    assert "Zhang" not in err


def test_no_command_shows_the_overview(capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.invoke([]) == 0
    assert "The way of the data:" in capsys.readouterr().out


def test_main_leaves_with_the_code() -> None:
    with pytest.raises(SystemExit) as caught:
        entry.main(["--version"])
    assert caught.value.code == 0
