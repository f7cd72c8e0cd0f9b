"""Charts as inline SVG: rows with bars, or points with intervals, on a linear or logarithmic axis.

No script, no style attribute and no outside reference, so that the page's content policy can forbid them all. Colours
come from the page's style sheet by class, so that charts follow light and dark. Every chart has a title and a
description, and writes its figures beside its marks: nothing is told by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

WIDTH = 760
LABELS = 176
RIGHT = 92
MARK = 15
GAP = 13


@dataclass(frozen=True)
class Mark:
    """One figure of a row: a bar from the axis's start, or with `low` and `high` a point with its interval.

    Attributes:
        value: the figure, in units of the axis.
        style: class of the style sheet: `raw`, `deidentified`, `protected`, `control`, `base`, `light`.
        text: what is written beside it.
    """

    value: float
    style: str
    text: str
    low: float | None = None
    high: float | None = None
    hollow: bool = False


@dataclass(frozen=True)
class Row:
    """One line of a chart; `label` at its left."""

    label: str
    marks: Sequence[Mark]


@dataclass(frozen=True)
class Axis:
    """The horizontal axis: from `low` to `high`, `ticks` with their texts, a shaded `band` and a `line` if wanted."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    logarithmic: bool = False
    band: tuple[float, float] | None = None
    band_text: str = ""
    line: float | None = None
    line_text: str = ""

    def place(self, value: float) -> float:
        """Return the horizontal position of `value` in the drawing, held within the axis."""
        low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value)
        share = (value - low) / (high - low) if high > low else 0.0
        return LABELS + share * (WIDTH - LABELS - RIGHT)


def ticks(high: float, *, percent: bool = False, count: int = 4) -> list[tuple[float, str]]:
    """Return round tick values from 0 to at least `high`."""
    high = high if high > 0 else 1.0
    raw = high / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    values = [step * index for index in range(math.ceil(high / step - 1e-9) + 1)]
    return [(value, f"{100 * value:g}%" if percent else f"{value:g}") for value in values]


def log_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Return ticks 1, 2, 5, 10, 20 … that enclose `low` to `high` (both above 0)."""
    steps = [factor * 10.0**power for power in range(-3, 9) for factor in (1, 2, 5)]
    inside = [step for step in steps if low <= step <= high]
    below = [] if low in steps else [step for step in steps if step < low][-1:]
    above = [step for step in steps if step > high][:1]
    chosen = below + inside + above
    if len(chosen) > 9:
        chosen = [step for step in chosen if math.log10(step).is_integer() or step in (chosen[0], chosen[-1])]
    return [(step, f"{step:,.10g}") for step in chosen]


def chart(rows: Sequence[Row], axis: Axis, *, title: str, description: str, identity: str) -> Markup:
    """Draw `rows` over `axis`.

    Args:
        title: accessible name. description: what the chart says, in a sentence. identity: unique in the page.
    """
    heights = [max(len(row.marks), 1) * (MARK + 3) for row in rows]
    top = 24 if axis.band_text or axis.line_text else 8
    bottom = top + sum(heights) + GAP * len(rows)
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {bottom + 26}" role="img" '
        f'aria-labelledby="{identity}-t {identity}-d">'
        f'<title id="{identity}-t">{escape(title)}</title><desc id="{identity}-d">{escape(description)}</desc>'
    ]
    parts += _frame(axis, top, bottom)
    y = top + GAP / 2
    for row, height in zip(rows, heights, strict=True):
        parts.append(f'<text class="label" x="{LABELS - 10}" y="{y + height / 2 + 3:.1f}">{escape(row.label)}</text>')
        for index, mark in enumerate(row.marks):
            parts.append(_mark(mark, axis, y + index * (MARK + 3)))
        y += height + GAP
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704  (numbers, and texts that went through escape)


def _frame(axis: Axis, top: float, bottom: float) -> list[str]:
    parts = []
    if axis.band is not None:
        left, right = axis.place(axis.band[0]), axis.place(axis.band[1])
        parts.append(
            f'<rect class="band" x="{left:.1f}" y="{top}" width="{right - left:.1f}" height="{bottom - top:.1f}"/>'
        )
        parts.append(f'<text class="note" x="{(left + right) / 2:.1f}" y="{top - 8}">{escape(axis.band_text)}</text>')
    for value, text in axis.ticks:
        x = axis.place(value)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom:.1f}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 17:.1f}">{escape(text)}</text>')
    if axis.line is not None:
        x = axis.place(axis.line)
        parts.append(f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="{top - 4}" y2="{bottom:.1f}"/>')
        parts.append(f'<text class="note" x="{x:.1f}" y="{top - 8}">{escape(axis.line_text)}</text>')
    return parts


def _mark(mark: Mark, axis: Axis, y: float) -> str:
    style = escape(mark.style)
    x, middle = axis.place(mark.value), y + MARK / 2
    fill = "hollow " + style if mark.hollow else style
    if mark.low is None or mark.high is None:
        start = axis.place(axis.low)
        width = max(x - start, 1.5)
        place = f'x="{start:.1f}" y="{y + 1:.1f}" width="{width:.1f}" height="{MARK - 2}"'
        shape = f'<rect class="mark {fill}" {place} rx="2"/>'
        end = start + width
    else:
        left, right = axis.place(mark.low), axis.place(mark.high)
        shape = (
            f'<line class="interval {style}" x1="{left:.1f}" x2="{right:.1f}" y1="{middle:.1f}" y2="{middle:.1f}"/>'
            f'<circle class="mark {fill}" cx="{x:.1f}" cy="{middle:.1f}" r="5"/>'
        )
        end = max(right, x + 5)
    return shape + f'<text class="value" x="{end + 7:.1f}" y="{middle + 4:.1f}">{escape(mark.text)}</text>'


def budget_bar(
    parts: Sequence[tuple[float, str, str]], cap: float, *, cap_text: str, title: str, description: str, identity: str
) -> Markup:
    """Draw the account as one bar up to `cap`: parts as (ε, style, text), in order; what is left stays empty."""
    total = max(cap, sum(value for value, _, _ in parts), 1e-9)
    drawn = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} 70" role="img" aria-labelledby="{identity}-t {identity}-d">'
        f'<title id="{identity}-t">{escape(title)}</title><desc id="{identity}-d">{escape(description)}</desc>'
        f'<rect class="empty" x="0.5" y="8" width="{WIDTH - 1}" height="26" rx="4"/>'
    ]
    x = 0.5
    for value, style, text in parts:
        width = (WIDTH - 1) * value / total
        if value > 0:
            drawn.append(
                f'<rect class="mark {escape(style)}" x="{x:.1f}" y="8" width="{width:.1f}" height="26" rx="4"/>'
            )
            drawn.append(f'<text class="value" x="{x + 2:.1f}" y="54">{escape(text)}</text>')
        x += width
    drawn.append(f'<text class="value end" x="{WIDTH - 4}" y="54">{escape(cap_text)}</text></svg>')
    return Markup("".join(drawn))  # noqa: S704  (numbers, and texts that went through escape)
