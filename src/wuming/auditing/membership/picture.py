"""ROC curves as an SVG picture, both axes logarithmic: at few false alarms is where an attack does harm."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap

from wuming.auditing.membership.report import MembershipReport
from wuming.core.errors import EmptyData, PrivacyParameterError

_SIZE, _LEFT, _TOP, _RIGHT, _BOTTOM = 320, 64, 48, 230, 52
_LETTERS = 34  # of a line in the legend
_COLOURS = ("#1f5fa8", "#c0392b", "#1e8449", "#8e44ad", "#b9770e", "#117a8b", "#555555", "#d35494")
_CHANCE = "By chance a sample's curve may lie above the limit, most where few are accused; verdicts allow for that."
_DASHES = ("", "7 3", "2 3")  # for more curves than colours, and for who sees no colours


def picture(
    reports: Sequence[MembershipReport], *, bound: Sequence[tuple[float, float]] = (), bound_name: str = ""
) -> str:
    """Return the curves of several attacks on one model as an SVG document.

    Void reports are named in the legend, with no curve.

    Args:
        reports: at least one.
        bound: points (fpr, tpr) of what ε allows any attacker at most, in ascending order; none is drawn if empty.
        bound_name: the whole promise in words, ε with δ, unit, relation and sampler.

    Raises:
        EmptyData: there is no report.
        PrivacyParameterError: a bound without its name.
    """
    if not reports:
        raise EmptyData("there is no report to draw", help="Give at least one.")
    if bound and not bound_name:
        raise PrivacyParameterError("a bound without a name", help="Name epsilon, delta, unit, relation and sampler.")
    decades = min(5, max(2, math.ceil(math.log10(max(report.non_members for report in reports)) - 1e-9)))
    least = 10.0**-decades
    parts = [_axes(decades)]
    parts.append(_line([(least, least), (1, 1)], decades, 'stroke="#999" stroke-dasharray="4 4"'))
    legend = ['<tspan fill="#666">- - guessing</tspan>']
    if bound:
        parts.append(_line(bound, decades, 'stroke="#000" stroke-width="1.5"'))
        legend += [f"<tspan>{escape(line)}</tspan>" for line in wrap(f"— limit: {bound_name}", _LETTERS)]
    for number, report in enumerate(reports):
        colour = _COLOURS[number % len(_COLOURS)]
        name = escape(f"{report.attack} ({report.level}s)")
        if report.void:
            legend.append(f'<tspan fill="{colour}">{name}: void</tspan>')
            continue
        dash = _DASHES[number // len(_COLOURS) % len(_DASHES)]
        style = f'stroke="{colour}" stroke-width="2"' + (f' stroke-dasharray="{dash}"' if dash else "")
        parts.append(_line(_steps(report.curve), decades, style))
        legend.append(f'<tspan fill="{colour}">{name}</tspan>')
    if bound:
        legend += [f'<tspan fill="#666">{line}</tspan>' for line in wrap(_CHANCE, _LETTERS)]
    for row, text in enumerate(legend):
        parts.append(f'<text x="{_LEFT + _SIZE + 14}" y="{_TOP + 14 + 18 * row}">{text}</text>')
    width, height = _LEFT + _SIZE + _RIGHT, _TOP + _SIZE + _BOTTOM
    title = "Members recognised at few false alarms"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>{title}</title><rect width="{width}" height="{height}" fill="white"/>'
        f'<text x="{_LEFT}" y="24" font-size="14">{title}</text>{"".join(parts)}</svg>\n'
    )


def _place(fpr: float, tpr: float, decades: int) -> tuple[float, float]:
    """Return the position of a point; what lies below the axes is drawn on them."""
    x, y = (max(0.0, 1 + math.log10(max(rate, 1e-300)) / decades) for rate in (fpr, tpr))
    return _LEFT + x * _SIZE, _TOP + (1 - y) * _SIZE


def _line(points: Sequence[tuple[float, float]], decades: int, style: str) -> str:
    places = " ".join("{:.1f},{:.1f}".format(*_place(fpr, tpr, decades)) for fpr, tpr in points)
    return f'<polyline points="{places}" fill="none" {style}/>'


def _steps(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return corners of the curve: no threshold lies between two points, so no line may promise more."""
    corners = [points[0]]
    for (_, before), (fpr, tpr) in pairwise(points):
        corners += [(fpr, before), (fpr, tpr)]
    return corners


def _axes(decades: int) -> str:
    parts = [f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIZE}" height="{_SIZE}" fill="none" stroke="#666"/>']
    for power in range(-decades, 1):
        rate = 10.0**power
        label = f"{rate:.{max(0, -power - 2)}%}"
        x, _ = _place(rate, 1, decades)
        _, y = _place(1, rate, decades)
        if -decades < power < 0:
            parts.append(f'<path d="M{x:.1f} {_TOP}V{_TOP + _SIZE}M{_LEFT} {y:.1f}H{_LEFT + _SIZE}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP + _SIZE + 18}" text-anchor="middle">{label}</text>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    middle = _LEFT + _SIZE / 2
    parts.append(f'<text x="{middle}" y="{_TOP + _SIZE + 40}" text-anchor="middle">non-members accused</text>')
    parts.append(f'<text x="{_LEFT}" y="{_TOP - 8}">members recognised</text>')
    return "".join(parts)
