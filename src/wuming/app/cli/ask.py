"""`wuming ask`: one answer of a released model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from wuming.core.errors import EmptyData, InputTooLarge, WrongEncoding

LONGEST_PROMPT = 64 * 1024


def ask(
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    prompt: Annotated[str, typer.Argument(help="What to ask; `-` reads it from standard input.")],
    max_tokens: Annotated[int, typer.Option(min=1, max=2048, help="Longest answer, in tokens.")] = 64,
    temperature: Annotated[float, typer.Option(min=0.0, max=5.0, help="0 always takes the likeliest word.")] = 0.7,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ask the released model of a run.

    Personal data that is found in the prompt is replaced before the model sees it and put back into the answer; what
    is not found is not replaced. Nothing of prompt or answer is logged. What is typed as an argument may stay in the
    shell's history; `-` keeps it out.

    Example: wuming ask runs/customer-service-small "Where is my order?"
    """
    text = _from_standard_input() if prompt == "-" else prompt
    if not text.strip():
        raise EmptyData("the prompt is empty", help="Give a question in quotes.")
    if len(text) > LONGEST_PROMPT:
        raise InputTooLarge(
            f"the prompt has {len(text):,} characters, at most {LONGEST_PROMPT:,}", help="Ask with less text."
        )
    from wuming.lifecycle.stages.serve import ask as ask_model

    answer = ask_model(run, text, max_tokens=max_tokens, temperature=temperature)
    if as_json:
        print(json.dumps({"answer": answer.text, "concealed": answer.concealed}, ensure_ascii=False))
        return
    print(answer.text)
    if answer.concealed:
        print(f"({answer.concealed} personal items were replaced before the model saw the prompt)", file=sys.stderr)


def _from_standard_input() -> str:
    data = sys.stdin.buffer.read(4 * LONGEST_PROMPT + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongEncoding("the prompt on standard input is not UTF-8", help="Send it as UTF-8.") from None
