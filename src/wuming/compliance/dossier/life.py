"""The life of one budget, drawn: what each release added to the account, the cap, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from wuming.compliance.dossier.charts import ticks
from wuming.governance.history import Moment

WIDTH, HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 64, 92
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1d2329}.small{font-size:11.5px;fill:#57606a}.title{font-size:16px;"
    "font-weight:600}.before{fill:#b9b4a6}.added{fill:#0d6b5e}.refused{fill:none;stroke:#ae2f22;stroke-width:1.5;"
    "stroke-dasharray:5 4}.cap{stroke:#ae2f22;stroke-width:2}.grid{stroke:#dedad0}.note{stroke:#8a5a00;"
    "stroke-dasharray:2 4;stroke-width:1.5}.bad{fill:#ae2f22}.paper{fill:#fbfaf6}"
    "@media(prefers-color-scheme:dark){text{fill:#e8e6df}.small{fill:#a5adb3}.paper{fill:#14181b}.before{fill:#5d666d}"
    ".added{fill:#5cc7b2}.grid{stroke:#343c42}.cap,.refused{stroke:#f08a7c}.bad{fill:#f08a7c}.note{stroke:#e2b04f}}"
)


def budget_life(
    moments: Sequence[Moment],
    names: Sequence[str],
    *,
    account: str,
    delta: float,
    sampler: str,
    note: tuple[int, str] | None = None,
) -> str:
    """Return the drawing as one SVG file, for light and dark.

    Each column is one event that counts, over what was charged before it; a refused one is drawn in outline, up to what
    the charge would have become. No figure is told by colour alone.

    Args:
        moments: from `wuming.governance.history.life`.
        names: of the columns, in order; further ones are numbered.
        account: id of the account, with unit and neighbouring relation.
        delta: of the account.
        sampler: of the releases.
        note: (number of columns before it, words) of a line between two columns.
    """
    steps = _columns(moments)
    cap = moments[-1].cap_epsilon if moments else 0.0
    highest = max([cap, *(moment.charge_after or 0.0 for moment in steps)], default=1.0)
    marks = ticks(highest * 1.05, count=6)
    top, scale = marks[-1][0], (HEIGHT - _TOP - _BOTTOM) / marks[-1][0]
    base = HEIGHT - _BOTTOM

    def y(value: float) -> float:
        return base - min(value, top) * scale

    title, words = f"Privacy budget of {account}", "; ".join(_words(moment) for moment in steps)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">'
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(words)}</desc><style>{_STYLE}</style>'
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>'
        f'<text class="title" x="{_LEFT}" y="26">{escape(title)}</text>'
        f'<text class="small" x="{_LEFT}" y="46">charged ε at δ = {delta:g}; sampler: {escape(sampler)}; Rényi filter; '
        "the claim for everything together is the cap</text>"
    ]
    for value, text in marks:
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}"/>')
        parts.append(f'<text class="small" x="{_LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{text}</text>')
    room = (WIDTH - _LEFT - _RIGHT) / max(len(steps), 1)
    for index, moment in enumerate(steps):
        name = names[index] if index < len(names) else str(index + 1)
        parts += _column(moment, name, _LEFT + index * room, room, y)
    parts.append(f'<line class="cap" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y(cap):.1f}" y2="{y(cap):.1f}"/>')
    parts.append(f'<text class="bad" x="{_LEFT + 6}" y="{y(cap) - 6:.1f}">cap ε = {cap:g}</text>')
    if note is not None and note[0] <= len(steps):
        x = _LEFT + note[0] * room
        parts.append(f'<line class="note" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{base + 52}"/>')
        parts.append(f'<text class="small" x="{x:.1f}" y="{base + 68}" text-anchor="middle">{escape(note[1])}</text>')
    return "".join([*parts, "</svg>\n"])


def _columns(moments: Sequence[Moment]) -> list[Moment]:
    """Return what is drawn: events reserved, and events refused, the same one once (and not when it came in later)."""
    reserved = {moment.schedule for moment in moments if moment.what == "reserved"}
    found: dict[str, Moment] = {}
    for moment in moments:
        if moment.what == "reserved" or (moment.what == "refused" and moment.schedule not in reserved):
            found[str(moment.schedule)] = moment
    return list(found.values())


def _column(moment: Moment, name: str, left: float, room: float, y: Callable[[float], float]) -> list[str]:
    """Draw one event over what was charged before it."""
    x, width, middle = left + room * 0.2, room * 0.6, left + room / 2
    before, after = moment.charge_before, moment.charge_after
    bottom, end = y(0.0), y(after if after is not None else float("inf"))
    shown = "no bound" if after is None else f"{after:.2f}"
    refused = moment.what == "refused"
    parts = []
    if before > 0:
        height = bottom - y(before)
        parts.append(
            f'<rect class="before" x="{x:.1f}" y="{y(before):.1f}" width="{width:.1f}" height="{height:.1f}"/>'
        )
    style = "refused" if refused else "added"
    parts.append(
        f'<rect class="{style}" x="{x:.1f}" y="{end:.1f}" width="{width:.1f}" height="{y(before) - end:.1f}" rx="2"/>'
    )
    word = f"would be {shown}" if refused else f"ε {shown}"
    place = end - 8 if not refused else end + 18
    tone = "bad" if refused else ""
    parts.append(f'<text class="{tone}" x="{middle:.1f}" y="{place:.1f}" text-anchor="middle">{word}</text>')
    parts.append(f'<text x="{middle:.1f}" y="{bottom + 20:.1f}" text-anchor="middle">{escape(name)}</text>')
    under = "refused" if refused else f"+ {(after or 0.0) - before:.2f}"
    parts.append(
        f'<text class="small {tone}" x="{middle:.1f}" y="{bottom + 38:.1f}" text-anchor="middle">{under}</text>'
    )
    return parts


def _words(moment: Moment) -> str:
    after = "beyond any bound" if moment.charge_after is None else f"{moment.charge_after:.2f}"
    if moment.what == "refused":
        return f"one event refused at {moment.charge_before:.2f}: it would have made {after}"
    return f"one event from {moment.charge_before:.2f} to {after}"
