"""Opinions by week, drawn: one panel a product, one line an opinion, with the interval of each noisy count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from wuming.compliance.dossier.charts import ticks
from wuming.scenarios.finance.public import OPINIONS, PRODUCTS, WEEKS
from wuming.statistics.answer import Answer, Estimate
from wuming.statistics.query import Scalar

_WIDTH, _HEIGHT, _LEFT, _TOP, _COLUMNS = 300, 170, 44, 74, 3
# Told apart by dash and by letter as well as by colour.
_LOOKS = {"positive": ("#0d6b5e", ""), "neutral": ("#6b6f76", "2 3"), "negative": ("#ae2f22", "7 3")}
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1d2329}.title{font-size:16px;font-weight:600}.name{font-weight:600}"
    ".small{font-size:11px;fill:#57606a}.grid{stroke:#dedad0}.paper{fill:#fbfaf6}path{fill:none}"
)


def draw_weeks(answer: Answer) -> str:
    """Return the picture as an SVG document.

    Args:
        answer: counts by product, week and opinion; its keys and its first figure are read.
    """
    found = {row.keys: row.figures[0] for row in answer.rows}
    highest = max(float(figure.high or 0.0) for figure in found.values())
    marks = ticks(max(highest, 1.0))
    rows = -(-len(PRODUCTS) // _COLUMNS)
    width, height = _COLUMNS * _WIDTH + 24, _TOP + rows * (_HEIGHT + 46) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"><title>Opinions by week'
        f'</title><style>{_STYLE}</style><rect class="paper" width="{width}" height="{height}"/>'
        '<text class="title" x="16" y="26">Opinions by week, counted privately</text>'
        f'<text class="small" x="16" y="44">{escape(answer.cost.words())}</text>'
    ]
    for place, name in enumerate(OPINIONS):
        x, (colour, dash) = 16 + 120 * place, _LOOKS[name]
        parts.append(
            f'<path d="M{x} 58h28" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
            f'<text class="small" x="{x + 34}" y="62">{name}</text>'
        )
    for place, product in enumerate(PRODUCTS):
        left, top = (place % _COLUMNS) * _WIDTH + _LEFT, _TOP + (place // _COLUMNS) * (_HEIGHT + 46) + 16
        parts += _panel(product.code, found, marks, left, top)
    words = (
        "vertical bars: 95% intervals, over the noise alone; misread opinions and what the limits leave out are extra"
    )
    parts.append(f'<text class="small" x="16" y="{height - 10}">{escape(words)}</text></svg>')
    return "\n".join(parts) + "\n"


def _panel(
    code: str,
    found: Mapping[tuple[Scalar, ...], Estimate],
    marks: Sequence[tuple[float, str]],
    left: float,
    top: float,
) -> list[str]:
    room, step = _WIDTH - _LEFT - 12, (_WIDTH - _LEFT - 12) / len(WEEKS)
    lowest, top_value = -marks[1][0] / 2, marks[-1][0]

    def y(value: float) -> float:
        return top + _HEIGHT * (top_value - min(max(value, lowest), top_value)) / (top_value - lowest)

    parts = [f'<text class="name" x="{left}" y="{top - 6:.0f}">{escape(code)}</text>']
    for value, words in marks:
        parts.append(
            f'<path class="grid" d="M{left} {y(value):.1f}h{room}"/>'
            f'<text class="small" x="{left - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{words}</text>'
        )
    for place, week in enumerate(WEEKS):
        if place % 2 == 0:
            x = left + (place + 0.5) * step
            parts.append(f'<text class="small" x="{x:.1f}" y="{top + _HEIGHT + 14}" text-anchor="middle">'
                         f"{week[5:]}</text>")  # fmt: skip
    for shift, opinion in enumerate(OPINIONS):
        figures = [found[code, week, opinion] for week in WEEKS]
        places = [left + (place + 0.35 + 0.15 * shift) * step for place in range(len(WEEKS))]
        parts += _line(figures, places, y, opinion)
    return parts


def _line(figures: Sequence[Estimate], places: Sequence[float], y: Callable[[float], float], opinion: str) -> list[str]:
    colour, dash = _LOOKS[opinion]
    points = [(at, figure) for at, figure in zip(places, figures, strict=True) if figure.value is not None]
    line = "L".join(f"{at:.1f} {y(float(figure.value or 0)):.1f}" for at, figure in points)
    bars = "".join(
        f"M{at:.1f} {y(figure.low):.1f}V{y(figure.high):.1f}"
        for at, figure in points
        if figure.low is not None and figure.high is not None
    )
    return [
        f'<path d="M{line}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>',
        f'<path d="{bars}" stroke="{colour}" stroke-opacity="0.6"/>',
    ]
