"""Documentation that cannot go stale: generated pages, commands that parse, examples that run, links that lead on."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from wuming.app.cli.commands import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[2]
MAIN_JOB_MARK = "<!-- needs: main job -->"
ILLUSTRATION_MARK = "<!-- illustration -->"  # a fragment that shows a shape and is not meant to run


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(path: Path, language: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, text, the line before the block)."""
    lines = path.read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        if lines[number].strip() == f"```{language}":
            end = next(i for i in range(number + 1, len(lines)) if lines[i].strip() == "```")
            before = next((line for line in reversed(lines[:number]) if line.strip()), "")
            yield number + 1, "\n".join(lines[number + 1 : end]), before.strip()
            number = end
        number += 1


def _scripts(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_fresh() -> None:
    for name, text in _scripts("generate_docs").generated().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"docs/{name} is stale; run `make docs`"


def test_every_command_and_error_is_documented() -> None:
    commands = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    documented = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert not [name for name in COMMANDS if f"\n## wuming {name}\n" not in commands]
    generator = _scripts("generate_docs")
    names = {cls.__name__ for cls in generator.expected_errors()}
    assert set(generator.ADVICE) == names
    assert not [name for name in names if f"\n## {name}\n" not in documented]


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [cls.exit_code for cls in _scripts("generate_docs").expected_errors()]
    assert len(codes) == len(set(codes))
    assert not {0, 1, 2} & set(codes)


def console_lines() -> list[Any]:
    found = []
    for path in pages():
        for line, text, _ in blocks(path, "console"):
            joined = re.sub(r"\\\n\s*(>\s*)?", "", text)
            for command in re.findall(r"^\$ (?:\S+=\S+ )*wuming\b(.*)$", joined, re.MULTILINE):
                found.append(pytest.param(command, id=f"{path.relative_to(ROOT)}:{line}:{command.strip()[:40]}"))
    return found


def resolve(words: list[str]) -> None:
    """Parse a command line as the program would, and run nothing."""
    command: click.Command = cli
    path = ["wuming"]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        child = command.get_command(click.Context(command), words[0])
        assert child is not None, f"no such command: {' '.join([*path, words[0]])}"
        command, path, words = child, [*path, words[0]], words[1:]
    if "--help" in words or "--version" in words or isinstance(command, click.Group):
        return
    command.make_context(" ".join(path), list(words), resilient_parsing=False)


@pytest.mark.parametrize("line", console_lines())
def test_commands_in_the_documentation_parse(line: str) -> None:
    words = shlex.split(line, comments=True)
    for stop in ("|", ">", "<", "&&", ";"):
        words = words[: words.index(stop)] if stop in words else words
    resolve(words)


@pytest.mark.parametrize("line", ["nothing", "run --sise small", "plan chek x", "ask onlyone"])
def test_commands_that_do_not_exist_would_be_found(line: str) -> None:
    with pytest.raises((AssertionError, click.UsageError)):
        resolve(shlex.split(line))


def python_blocks() -> list[Any]:
    found = []
    for path in pages():
        for line, text, before in blocks(path, "python"):
            if before == ILLUSTRATION_MARK:
                continue
            marks = [pytest.mark.main_job] if before == MAIN_JOB_MARK else []
            found.append(
                pytest.param(text, before == MAIN_JOB_MARK, id=f"{path.relative_to(ROOT)}:{line}", marks=marks)
            )
    return found


@pytest.mark.parametrize(("text", "needs_main_job"), python_blocks())
def test_python_in_the_documentation_runs(
    text: str, needs_main_job: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    environment = dict(os.environ)
    if needs_main_job:
        job = request.getfixturevalue("main_job")
        environment["WUMING_HOME"] = str(job.home)
        (tmp_path / "runs").mkdir()
        (tmp_path / "runs" / "customer-service-small").symlink_to(job.folder)
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for path in pages():
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert not [link for link in broken if "images/" not in link], broken
