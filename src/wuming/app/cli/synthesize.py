"""`wuming synthesize`: text from a privately trained model."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from wuming.app.models import language_model, stated_claim
from wuming.core.errors import StorageError
from wuming.core.reading import read_lines
from wuming.core.storage import write_atomically

app = typer.Typer(help="Sample synthetic data from a privately trained model.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Sample synthetic data from a privately trained model."""


@app.command()
def text(
    source: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of `wuming run` or `wuming train`.")],
    number: Annotated[int, typer.Option("-n", "--number", min=1, help="How many texts.")],
    prompt: Annotated[
        list[str] | None, typer.Option("--prompt", help="How texts begin; may be given several times. Public.")
    ] = None,
    temperature: Annotated[float, typer.Option(min=0.0, max=5.0, help="1 samples as learnt; 0 the likeliest.")] = 1.0,
    max_tokens: Annotated[int, typer.Option("--max-tokens", min=1, help="Longest text, in tokens.")] = 128,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the sampling, to repeat it; protects nobody.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="JSONL to write.")] = None,
    real: Annotated[
        Path | None, typer.Option("--real", metavar="FILE", help="JSONL the model was trained on: counts copies.")
    ] = None,
    held_out: Annotated[
        Path | None, typer.Option("--held-out", metavar="FILE", help="JSONL it was not trained on: measures utility.")
    ] = None,
    base: Annotated[Path | None, typer.Option(metavar="DIR", help="The model that adapters belong to.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="End standard output with one JSON object.")] = False,
) -> None:
    """Sample text from a model with a claim; any number of samples costs no further epsilon.

    Copies and utility are computed on real text without noise: they are internal, and not written beside the samples.

    Example: wuming synthesize text runs/customer-service-small -n 100 --output synthetic.jsonl
    """
    from wuming.training.synthesis import copy_rate, synthesize, utility

    if output is not None and output.exists():
        raise StorageError(f"{output} is there already", help="Name another file; nothing is overwritten.")
    claim = stated_claim(source)
    model, tokens = language_model(source, claim, base)
    samples = synthesize(
        model,
        tokens,
        number,
        prompts=prompt or [""],
        max_new_tokens=max_tokens,
        temperature=temperature,
        seed=secrets.randbits(63) if seed is None else seed,
    )
    if output is not None:
        lines = (json.dumps({"id": f"synthetic-{i}", "text": t}, ensure_ascii=False) for i, t in enumerate(samples))
        write_atomically(output, "".join(line + "\n" for line in lines).encode())
    internal: dict[str, Any] = {}
    real_texts = None if real is None else _texts(real)
    if real_texts is not None:
        internal["copies"] = copy_rate(samples, real_texts).as_json()
    if held_out is not None:
        internal["utility"] = utility(samples, _texts(held_out), real_texts or ()).as_json()
    _show(samples, claim, internal, output, as_json=as_json)


def _texts(path: Path) -> list[str]:
    found = []
    for _, fields in read_lines(path):
        if isinstance(fields.get("text"), str):
            found.append(fields["text"])
        elif isinstance(fields.get("messages"), list):
            found += [m["content"] for m in fields["messages"] if isinstance(m, dict) and "content" in m]
    return found


def _show(
    samples: list[str], claim: dict[str, Any], internal: dict[str, Any], output: Path | None, *, as_json: bool
) -> None:
    names = (
        "epsilon",
        "delta",
        "unit_of_privacy",
        "neighbouring_relation",
        "sampler",
        "sampling_probability",
        "account",
    )
    stated = {name: claim.get(name) for name in names}
    if as_json:
        body: dict[str, Any] = {"number": len(samples), "claim": stated, "internal": internal or None}
        body |= {"samples": samples} if output is None else {"output": str(output)}
        print(json.dumps(body, ensure_ascii=False, allow_nan=False))
        return
    if output is None:
        for sample in samples:
            print(sample)
    account = claim.get("account")
    named = account["id"] if isinstance(account, dict) else (account or "no account")
    typer.echo(
        f"{len(samples)} texts{f' in {output}' if output else ''}. Model: ε ≤ {claim['epsilon']:.4g} with δ = "
        f"{claim['delta']:g}; unit {claim['unit_of_privacy']}; neighbours {claim['neighbouring_relation']}; sampler "
        f"{claim['sampler']}; account: {named}. Sampling costs nothing more.",
        err=True,
    )
    for name, figures in internal.items():
        shown = ", ".join(f"{key} {value}" for key, value in figures.items() if key != "internal")
        typer.echo(f"{name} (internal, from real text without noise): {shown}", err=True)
