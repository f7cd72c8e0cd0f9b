"""What k, l and t cost, as a picture: the table is recoded for each value anew, all else as the plan says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any

from wuming.anonymization.publishing import Publisher
from wuming.core.errors import TableError

Points = list[tuple[float, float]]
"""(parameter, NCP); values that cannot be reached are left out."""

KS = (2, 5, 10, 20, 50, 100)
LS = (1, 2, 3, 4, 5, 6)
TS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5)

_WIDTH, _HEIGHT, _MARGIN = 240, 200, 56


def utility(
    publisher: Publisher,
    *,
    k: int,
    l: int,  # noqa: E741  (the literature's name)
    t: float | None,
    on_done: Callable[[int], None],
) -> dict[str, Points]:
    """Recode for every value of k, l and t; return what is lost, by parameter.

    Args:
        k, l, t: what the plan asks for; looked at too.
        on_done: is told how many recodings are done.
    """
    asked: dict[str, Sequence[float]] = {
        "k": sorted({*KS, k}),
        "l": sorted({*LS, l}),
        "t": sorted({*TS, *([t] if t is not None else [])}),
    }
    curves: dict[str, Points] = {name: [] for name in asked}
    done = 0
    for name, values in asked.items():
        for value in values:
            try:
                claims = publisher.varied(**{name: value}).published.claims
                curves[name].append((float(value), float(claims["ncp"])))
            except TableError:
                pass
            done += 1
            on_done(done)
    return curves


def picture(curves: dict[str, Points], *, asked: dict[str, Any], title: str) -> str:
    """Return three panels as an SVG document.

    Args:
        curves: as `utility` returns them.
        asked: what the plan asks for, by parameter; marked.
        title: stands above, without personal values.
    """
    highest = max((lost for points in curves.values() for _, lost in points), default=1.0)
    top = next(top for top in (0.1, 0.2, 0.5, 1.0) if highest <= top or top == 1.0)
    panels = "".join(
        "".join(_panel(place * (_WIDTH + 2 * _MARGIN), name, points, asked.get(name), top))
        for place, (name, points) in enumerate(curves.items())
    )
    width, height = len(curves) * (_WIDTH + 2 * _MARGIN), _HEIGHT + 2 * _MARGIN + 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" '
        f'font-size="12"><title>{escape(title)}</title><rect width="{width}" height="{height}" fill="white"/>'
        f'<text x="{_MARGIN}" y="20" font-size="14">{escape(title)}</text>{panels}</svg>\n'
    )


def _panel(left: int, name: str, points: Points, asked: Any, top: float) -> Iterator[str]:
    """Yield axes, ticks up to `top`, the curve and the mark; parameters stand at equal steps."""

    def place(x: float, y: float) -> tuple[float, float]:
        return left + _MARGIN + x * _WIDTH, 24 + _MARGIN + (1 - y) * _HEIGHT

    x0, y0 = place(0, 0)
    yield f'<text x="{x0:.1f}" y="{24 + _MARGIN - 12}">information lost against {name}</text>'
    axes = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in ((0, 1), (0, 0), (1, 0)))
    yield f'<polyline points="{axes}" fill="none" stroke="#666"/>'
    for share in (0.0, 0.5, 1.0):
        yield f'<text x="{x0 - 6:.1f}" y="{place(0, share)[1] + 4:.1f}" text-anchor="end">{share * top:.0%}</text>'
    yield f'<text x="{place(0.5, 0)[0]:.1f}" y="{y0 + 36:.1f}" text-anchor="middle">{name}</text>'
    if not points:
        x, y = place(0.5, 0.5)
        yield f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">cannot be reached</text>'
        return
    step = 1 / max(len(points) - 1, 1)
    places = [place(index * step, lost / top) for index, (_, lost) in enumerate(points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="#1f5fa8" stroke-width="2"/>'
    for (x, y), (value, lost) in zip(places, points, strict=True):
        mark = ' stroke="#1f5fa8" stroke-width="2" fill="white" r="5"' if value == asked else ' fill="#1f5fa8" r="3"'
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}"{mark}><title>{name} = {value:g}: {lost:.1%}</title></circle>'
        yield f'<text x="{x:.1f}" y="{y0 + 18:.1f}" text-anchor="middle">{value:g}</text>'
