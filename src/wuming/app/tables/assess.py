"""A table as it is: its measures, its risk, and what its own maker could do to it with the original in hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from wuming.anonymization.assessment import measures, population_uniqueness, risks
from wuming.anonymization.attacks.attack import measure
from wuming.anonymization.attacks.matching import View
from wuming.anonymization.attacks.trial import Trial
from wuming.anonymization.findings.classes import Promise, journalist
from wuming.anonymization.gate import LEVEL, MARGIN, TRIALS, attacks_on, findings_on, gbt_42460_level
from wuming.anonymization.hierarchies import read_arx
from wuming.anonymization.release import Release
from wuming.anonymization.risk import prosecutor_risk
from wuming.anonymization.roles import Roles
from wuming.app.tables.identifiers import numbers_and_addresses, proposals_for
from wuming.app.tables.report import attack_lines, padded, places
from wuming.app.tables.source import hierarchy_file, read_source
from wuming.core.errors import TableError
from wuming.core.tables import Table, read_table

_SEED = 0


@dataclass(frozen=True)
class Question:
    """What is asked about a table.

    Attributes:
        source, query: the table, as `read_source` takes them.
        roles: of the columns; without a quasi-identifier, roles are proposed.
        k: rows below which a class, and a value, count as too few.
        against: the original.
        control: people of the same kind who are not in the table, with the original's columns.
        population: the register that the table's people are from; the original's quasi-identifiers where `against` is
            given, else the table's own.
        fraction: rows over people of the population, for an estimate of uniqueness.
        hierarchies: folder of files COLUMN.csv, for cells that these explain.
    """

    source: str
    query: str | None
    roles: Roles
    k: int
    against: Path | None = None
    control: Path | None = None
    population: Path | None = None
    fraction: float | None = None
    hierarchies: Path | None = None


def assess(question: Question) -> dict[str, Any]:
    """Return measures, risk and, with the original, attacks; JSON values only.

    Raises:
        InputError, TableError, MissingExtra: as what it reads and calls.
    """
    table = read_source(question.source, question.query)
    roles, proposed = question.roles, False
    if not roles.quasi_identifiers:
        roles, proposed = proposals_for(table).roles(), True
    if not roles.quasi_identifiers:
        raise TableError("no column seems to be a quasi-identifier", help="Name them with --quasi.")
    table.require([*roles.quasi_identifiers, *roles.sensitive])
    original = None if question.against is None else read_table(question.against)
    population = None if question.population is None else read_table(question.population)
    found: dict[str, Any] = {
        "rows": table.rows,
        "quasi_identifiers": list(roles.quasi_identifiers),
        "sensitive": list(roles.sensitive),
        "roles_proposed": proposed,
        **measures(table, roles.quasi_identifiers, roles.sensitive),
        "risk": risks(table, roles.quasi_identifiers, population=None if original is not None else population),
        "population_uniqueness": _uniqueness(table, roles, question.fraction),
    }
    release = Release(table, roles, _hierarchies(question.hierarchies, roles))
    risk = prosecutor_risk(table, roles.quasi_identifiers)
    found["gbt_42460"] = gbt_42460_level(release, risk)
    if original is not None:
        found["attacks"] = _attacks(release, original, question, population)
    return found


def _uniqueness(table: Table, roles: Roles, fraction: float | None) -> Mapping[str, Any]:
    """Estimate where the fraction is known; where scipy is not there and nobody asked, say so."""
    if fraction is None:
        missing = find_spec("scipy") is None
        return {"skipped": "needs the sampling fraction" + (" and scipy (wuming[train])" if missing else "")}
    return population_uniqueness(table, roles.quasi_identifiers, fraction)


def _hierarchies(folder: Path | None, roles: Roles) -> dict[str, Any]:
    if folder is None:
        return {}
    paths = {name: hierarchy_file(folder, name) for name in roles.quasi_identifiers}
    return {name: read_arx(path, name) for name, path in paths.items() if path.exists()}


def _attacks(release: Release, original: Table, question: Question, population: Table | None) -> dict[str, Any]:
    """Attack the table with the original: facts, and how often each attacker is right about the original's people.

    An attack needs people who are not in the table to tell what it learns from the table from what anybody could guess.
    Without them only the share of right guesses is told, and nothing is called a success.
    """
    if lacking := [name for name in (*release.quasi_identifiers, *release.sensitive) if name not in original.names]:
        raise TableError(
            f"the original has no column '{lacking[0]}'", help="Name the table that this one is made from."
        )
    promise = Promise(question.k)
    view = View(release, original)
    attacks = attacks_on(view, promise)
    share = LEVEL / (len(attacks) + 1)
    found = findings_on(original, release, promise, level=share, detector=numbers_and_addresses())
    if population is not None:
        found.append(journalist(view, population, promise))
    out = {outcome.name: outcome.as_json() for outcome in found}
    control = None if question.control is None else read_table(question.control)
    if control is not None:
        if lacking := [name for name in view.readings if name not in control.names]:
            raise TableError(f"the control has no column '{lacking[0]}'", help="Give it the original's columns.")
        rows = min(TRIALS, original.rows, control.rows)
        trials = [Trial(view, original, _some(original, rows), _some(control, rows), _SEED)]
        return out | {
            outcome.name: outcome.as_json()
            for outcome in (measure(attack, trials, level=share, margin=MARGIN) for attack in attacks)
        }
    members = _some(original, TRIALS)
    trial = Trial(view, original, members, members, _SEED)
    for attack in attacks:
        tries, _ = attack.tries(trial)
        tried = int((tries >= 0).sum())
        rate = float((tries == 1).sum() / max(tried, 1))
        out[attack.name] = {"refused": False, "trials": tried, "rate": round(rate, 6)}
    return out


def _some(table: Table, most: int) -> Table:
    """Return at most so many rows, drawn with a fixed seed."""
    return table.take(np.random.default_rng(_SEED).permutation(table.rows)[:most])


def report(found: Mapping[str, Any]) -> list[str]:
    """Return an assessment as lines."""
    risk, unique = found["risk"], found["population_uniqueness"]
    confirmed = " (proposed, not confirmed)" if found["roles_proposed"] else ""
    lines = [
        f"{found['rows']:,} rows in {found['classes']:,} classes; k = {found['k']}; GB/T 42460 level "
        f"{found['gbt_42460']}",
        f"quasi-identifiers{confirmed}: {', '.join(found['quasi_identifiers'])}",
        "",
        f"{'attacker':<12} {'highest risk':>12} {'mean risk':>10} {'unique rows':>12}",
    ]
    for name in ("prosecutor", "journalist"):
        if name in risk:
            one = risk[name]
            lines.append(f"{name:<12} {one['maximum']:>12.4f} {one['average']:>10.4f} {one['unique_share']:>12.2%}")
    lines.append(f"{'marketer':<12} {'':>12} {risk['marketer']:>10.4f}")
    if "skipped" in unique:
        lines.append(f"uniqueness in the population: not estimated, {unique['skipped']}")
    else:
        doubt = "" if unique["converged"] else ", an upper limit, as no fit was found"
        lines.append(f"uniqueness in the population: {unique['share']:.3%} of the rows ({unique['source']}{doubt})")
    if found["columns"]:
        width = max(map(places, found["columns"]))
        heads = ("alpha", "l", "entropy l", "recursive c", "t", "beta", "enhanced", "delta")
        lines += ["", f"{''.ljust(width)} " + " ".join(f"{head:>11}" for head in heads)]
        for name, one in found["columns"].items():
            lines.append(f"{padded(name, width)} " + " ".join(f"{_number(one[key]):>11}" for key in _KEYS))
    if "attacks" in found:
        lines += attack_lines(found["attacks"])
    return lines


_KEYS = ("alpha", "l", "entropy_l", "recursive_c", "t", "basic_beta", "enhanced_beta", "delta")


def _number(figure: float | None) -> str:
    if figure is None:
        return "none holds"
    return f"{figure:.0f}" if math.isclose(figure, round(figure)) and abs(figure) < 1e6 else f"{figure:.4g}"
