"""`wuming budget advise`: of ε, noise, epochs and batch size, any three give the fourth; and what ε then means."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wuming.accounting.advice import Advice


def register(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command("advise")(advise)


def advise(
    population: Annotated[int, typer.Option(help="Public figure for the number of units.")],
    delta: Annotated[float, typer.Option(help="At most 1/(10 x population) makes sense.")] = 1e-6,
    batch: Annotated[int | None, typer.Option(help="Expected number of units in one step.")] = None,
    epochs: Annotated[float | None, typer.Option(help="Passes over the units.")] = None,
    epsilon: Annotated[float | None, typer.Option(help="The promise.")] = None,
    noise_multiplier: Annotated[float | None, typer.Option(help="Noise in units of the clipping bound.")] = None,
    unit: Annotated[str, typer.Option(help="Unit of privacy: record, document or subject.")] = "record",
    relation: Annotated[str, typer.Option(help="add-or-remove-one or replace-one.")] = "add-or-remove-one",
    sampler: Annotated[
        str, typer.Option(help="poisson, truncated-poisson, random-allocation or fixed-batches.")
    ] = "poisson",
    max_batch: Annotated[int | None, typer.Option(help="Largest batch of truncated-poisson.")] = None,
    chart: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Write the curves as a picture.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compute the missing one of batch, epochs, epsilon and noise multiplier; free, it touches no data.

    Other batch sizes are shown beside it, with the noise-to-batch ratio, which should be small, and the best that any
    attacker can do under the promise.

    Example: wuming budget advise --population 60000 --batch 4096 --epochs 40 --epsilon 1
    """
    from wuming.accounting.advice import Schedule
    from wuming.accounting.advice import advise as advise_on
    from wuming.core.errors import PrivacyParameterError

    if unit not in ("record", "document", "subject"):
        raise PrivacyParameterError("unknown unit of privacy", help="Use record, document or subject.")
    if chart is not None and chart.suffix != ".svg":
        raise PrivacyParameterError(f"chart has the ending {chart.suffix!r}", help="Name a file that ends in .svg.")
    advice = advise_on(
        Schedule(population, delta, batch, epochs, epsilon, noise_multiplier, relation, sampler, max_batch)
    )
    if chart is not None:
        chart.write_text(picture(advice, unit), encoding="utf-8")
    print(json.dumps({"unit": unit, **advice.as_json()}) if as_json else text(advice, unit))


def promise(advice: Advice, unit: str) -> str:
    """Return the promise with all that belongs to it."""
    schedule = advice.schedule
    return (
        f"epsilon {schedule.epsilon:.4f} with delta {schedule.delta:g} per {unit}, {schedule.relation}, "
        f"sampler {schedule.sampler}"
    )


def text(advice: Advice, unit: str) -> str:
    """Return the advice for people."""
    from wuming.accounting.advice import FALSE_POSITIVE_RATES

    schedule = advice.schedule
    lines = [
        promise(advice, unit),
        f"  noise multiplier {schedule.noise_multiplier:.4f}, batch {schedule.batch} of {schedule.population}, "
        f"{schedule.epochs:g} epochs, {schedule.steps} steps",
        "",
        "What it means: an attacker who wants to know whether one given unit was in the data, and may be wrong about",
        "outsiders at this rate, is right about insiders at most at that rate, whatever else it knows:",
        *(f"  {fpr:>6.1%}  {tpr:>8.2%}" for fpr, tpr in zip(FALSE_POSITIVE_RATES, advice.highest_tprs, strict=True)),
        "",
        "Other batch sizes for the same epsilon and epochs:",
        "     batch    steps   noise multiplier   noise-to-batch",
        *(
            f"  {row.batch:>8} {row.steps:>8} {row.noise_multiplier:>18.4f} {row.ratio:>16.3e}"
            + ("   <- this" if row.batch == schedule.batch else "")
            for row in advice.rows
        ),
        "",
        advice.sentence(),
        *([f"warning: {schedule.delta_warning}"] if schedule.delta_warning else []),
    ]
    return "\n".join(lines)


_WIDTH, _HEIGHT, _MARGIN = 340, 240, 56


def picture(advice: Advice, unit: str) -> str:
    """Return two curves as an SVG document: the attackers' limit, and the noise-to-batch ratio."""
    from wuming.accounting.tradeoff import highest_tprs

    schedule = advice.schedule
    exponents = [-4 + index * 0.1 for index in range(41)]
    rates = highest_tprs(schedule.event(), [min(1.0, 10**e) for e in exponents], relation=schedule.relation)
    attackers = _panel(
        0,
        "Largest true positive rate of any attacker",
        [(f"{10.0**e:g}", (e + 4) / 4) for e in range(-4, 1)],
        [("0", 0.0), ("0.5", 0.5), ("1", 1.0)],
        [((e + 4) / 4, rate) for e, rate in zip(exponents, rates, strict=True)],
        "false positive rate",
        chance=[((e + 4) / 4, 10**e) for e in exponents],
    )
    top = max(row.ratio for row in advice.rows)
    last = max(1, len(advice.rows) - 1)
    batches = _panel(
        _WIDTH + 2 * _MARGIN,
        "Noise-to-batch ratio for the same epsilon and epochs",
        [(str(row.batch), index / last) for index, row in enumerate(advice.rows)],
        [("0", 0.0), (f"{top:.1e}", 1.0)],
        [(index / last, row.ratio / top) for index, row in enumerate(advice.rows)],
        "batch",
    )
    width, height = 2 * _WIDTH + 4 * _MARGIN, _HEIGHT + 2 * _MARGIN + 24
    title = escape(promise(advice, unit))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>{title}</title><rect width="{width}" height="{height}" fill="white"/>'
        f'<text x="{_MARGIN}" y="20" font-size="14">{title}</text>{attackers}{batches}</svg>\n'
    )


def _panel(
    left: int,
    title: str,
    x_ticks: Sequence[tuple[str, float]],
    y_ticks: Sequence[tuple[str, float]],
    points: Sequence[tuple[float, float]],
    x_label: str,
    chance: Sequence[tuple[float, float]] = (),
) -> str:
    """Return one panel; positions are shares of its axes, from 0 to 1."""

    def place(x: float, y: float) -> tuple[float, float]:
        return left + _MARGIN + x * _WIDTH, 24 + _MARGIN + (1 - y) * _HEIGHT

    def line(path: Sequence[tuple[float, float]], style: str) -> str:
        places = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in path)
        return f'<polyline points="{places}" fill="none" {style}/>'

    x0, y0 = place(0, 0)
    parts = [
        f'<text x="{x0:.1f}" y="{24 + _MARGIN - 12}">{escape(title)}</text>',
        line([(0, 1), (0, 0), (1, 0)], 'stroke="#666"'),
        line(points, 'stroke="#1f5fa8" stroke-width="2"'),
        f'<text x="{place(0.5, 0)[0]:.1f}" y="{y0 + 36:.1f}" text-anchor="middle">{escape(x_label)}</text>',
    ]
    if chance:
        parts.append(line(chance, 'stroke="#999" stroke-dasharray="4 4"'))
        x, y = place(0.8, 0.02)
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="#666" text-anchor="middle">dashed: guessing</text>')
    for label, share in x_ticks:
        parts.append(
            f'<text x="{place(share, 0)[0]:.1f}" y="{y0 + 18:.1f}" text-anchor="middle">{escape(label)}</text>'
        )
    for label, share in y_ticks:
        parts.append(
            f'<text x="{x0 - 6:.1f}" y="{place(0, share)[1] + 4:.1f}" text-anchor="end">{escape(label)}</text>'
        )
    return "".join(parts)
