"""One figure of an answer as a picture: a bar for each group, and its 95% interval."""

from __future__ import annotations

from html import escape

from rich.cells import cell_len, set_cell_size

from wuming.app.statistics.table import shown, words
from wuming.statistics.answer import ERROR_WORDS, Answer, Row

_MOST_BARS = 60
_LABELS, _BARS, _VALUES, _LINE, _TOP = 180, 420, 250, 22, 62
_CHARACTER = 7
"""Width of a digit of the figures, at least."""
_LONGEST = 22
"""Columns of a label; a Chinese character takes two."""


def draw(answer: Answer, name: str) -> str:
    """Return the picture as an SVG document.

    Args:
        answer: at most its first 60 groups are drawn.
        name: of the figure; groups of which nothing can be said have no bar.
    """
    place = answer.names.index(name)
    rows = answer.rows[:_MOST_BARS]
    ends = [0.0]
    for row in rows:
        ends += [float(end) for end in vars(row.figures[place]).values() if end is not None]
    low, high = min(ends), max(ends)
    scale = _BARS / ((high - low) or 1.0)

    def x(value: float) -> str:
        return f"{_LABELS + (value - low) * scale:.1f}"

    height = _TOP + _LINE * len(rows) + 56
    longest = max((len(words(row.figures[place])) for row in rows), default=0)
    width = _LABELS + _BARS + max(_VALUES, 20 + _CHARACTER * longest)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif" font-size="13">',
        f"<title>{escape(shown(name))} by {escape(shown(', '.join(answer.keys)) or 'nothing')}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="26" font-size="16" font-weight="600" fill="#1a1f29">{escape(shown(name))}</text>',
        '<text x="12" y="46" fill="#5b6472">bars with 95% intervals of the noise</text>',
        f'<line x1="{x(0)}" y1="{_TOP - 6}" x2="{x(0)}" y2="{_TOP + _LINE * len(rows)}" stroke="#9aa3b2"/>',
    ]
    for line, row in enumerate(rows):
        parts += _bar(row, place, _TOP + line * _LINE, x)
    bottom = _TOP + _LINE * len(rows) + 24
    more = f"; {len(answer.rows) - len(rows):,} groups more are not drawn" if len(answer.rows) > len(rows) else ""
    parts.append(f'<text x="12" y="{bottom}" fill="#5b6472" font-size="11">{escape(answer.cost.words() + more)}</text>')
    parts.append(
        f'<text x="12" y="{bottom + 18}" fill="#5b6472" font-size="11">{escape(ERROR_WORDS.split(":")[0])}</text>'
    )
    return "\n".join([*parts, "</svg>", ""])


def _bar(row: Row, place: int, y: int, x: object) -> list[str]:
    assert callable(x)
    label = " · ".join(map(shown, row.keys)) if row.keys else "all"
    short = label if cell_len(label) <= _LONGEST else set_cell_size(label, _LONGEST - 1).rstrip() + "…"
    figure = row.figures[place]
    middle = y + _LINE / 2
    found = [
        f'<text x="{_LABELS - 8}" y="{middle + 4}" text-anchor="end" fill="#1a1f29">{escape(short)}'
        f"<title>{escape(label)}</title></text>"
    ]
    if figure.value is not None:
        begin, end = sorted((float(x(0.0)), float(x(figure.value))))
        found.append(
            f'<rect x="{begin:.1f}" y="{y + 4}" width="{end - begin:.1f}" height="{_LINE - 8}" fill="#8fb3e0"/>'
        )
    if figure.low is not None and figure.high is not None and figure.value is not None:
        left, right = x(figure.low), x(figure.high)
        found.append(
            f'<path d="M{left} {middle}H{right}M{left} {middle - 4}v8M{right} {middle - 4}v8" stroke="#23406b" '
            'stroke-width="1.5" fill="none"/>'
        )
    text = escape(words(figure))
    found.append(f'<text x="{_LABELS + _BARS + 10}" y="{middle + 4}" fill="#1a1f29" font-size="12">{text}</text>')
    return found
