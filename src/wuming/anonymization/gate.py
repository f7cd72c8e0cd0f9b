"""The gate: a release is attacked by its maker, and does not go out when an attack succeeds.

release.py, cells.py  what is published, and how it is read
attacks/              attacks that are compared with a control, on trial runs of the same plan
findings/             facts about the release itself
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wuming.anonymization.attacks.attack import Attack, measure
from wuming.anonymization.attacks.inference import Homogeneity, Inference
from wuming.anonymization.attacks.linking import Isolation, Linkability, SinglingOut
from wuming.anonymization.attacks.matching import View
from wuming.anonymization.attacks.outcome import Outcome
from wuming.anonymization.attacks.refinement import Minimality, Refinement
from wuming.anonymization.attacks.trial import run_trials
from wuming.anonymization.findings.classes import Promise, closeness, diversity, journalist, prosecutor
from wuming.anonymization.findings.derived import derived_columns
from wuming.anonymization.findings.edges import interval_bounds
from wuming.anonymization.findings.identifiers import copies, hashes, in_text, left_in, published_without_role
from wuming.anonymization.findings.intersection import intersection
from wuming.anonymization.findings.order import row_order
from wuming.anonymization.findings.rarity import gap_patterns, outliers, rare_categories, rare_values
from wuming.anonymization.release import Release
from wuming.anonymization.risk import Risk, prosecutor_risk
from wuming.core.errors import PrivacyParameterError, ReleaseRefused, TableError
from wuming.core.ports import PersonalDataDetector
from wuming.core.tables import Table

MARGIN = 0.05
LEVEL = 0.01
TRIALS = 2000
GBT_42460_THRESHOLD = 0.05
"""Re-identification risk up to which a table is level 3. The figure stands in drafts of GB/T 42460-2023 only."""


@dataclass(frozen=True, eq=False)
class Examination:
    """What all attacks found.

    Attributes:
        release: what was attacked: the plan's release of all rows.
        outcomes: one an attack.
        risk: prosecutor's and marketer's risk of the release.
        level: of GB/T 42460-2023, 1 to 3.
        threshold: the risk that level 3 allows.
    """

    release: Release
    outcomes: tuple[Outcome, ...]
    risk: Risk
    level: int
    threshold: float

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """The outcomes that are a reason to refuse; empty when the release may go out."""
        return tuple(outcome for outcome in self.outcomes if outcome.refused)

    def require(self) -> None:
        """Let the release pass.

        Raises:
            ReleaseRefused: an attack succeeded; names attacks and columns, and what to change.
        """
        if self.refused:
            reasons = "; ".join(
                f"{outcome.name} ({', '.join(outcome.columns)})" if outcome.columns else outcome.name
                for outcome in self.refused
            )
            raise ReleaseRefused(
                f"the table was attacked before release, and these attacks succeed: {reasons}",
                help=" ".join(dict.fromkeys(outcome.advice for outcome in self.refused)),
            )

    def as_json(self) -> dict[str, Any]:
        """Return the examination as a JSON object; counts, shares and column names, no personal value."""
        return {
            "refused": bool(self.refused),
            "attacks": {outcome.name: outcome.as_json() for outcome in self.outcomes},
            "risk": self.risk.as_json(),
            "gbt_42460": {"level": self.level, "threshold": self.threshold, "threshold_from": "drafts"},
        }


def examine(
    table: Table,
    publish: Callable[[Table], Release],
    *,
    k: int,
    l: int = 1,  # noqa: E741  (the literature's name)
    t: float | None = None,
    margin: float = MARGIN,
    level: float = LEVEL,
    trials: int = TRIALS,
    seed: int = 0,
    threshold: float = GBT_42460_THRESHOLD,
    earlier: Sequence[Release] = (),
    population: Table | None = None,
    detector: PersonalDataDetector | None = None,
) -> Examination:
    """Make a release, attack it, and attack trial runs of the same plan against a control.

    Args:
        table: the original, all columns.
        publish: the plan: makes the release of any rows of the table. Called once with the whole table and one to five
            times with four fifths of it.
        k, l, t: what the plan promises of each class; l = 1 and None: nothing.
        margin: how much more often an attack may succeed on members than on people who are not in the table.
        level: probability of refusing a release all of whose attacks exceed the control by the margin; shared equally
            among the attacks (Bonferroni).
        trials: targets a side, where the table has so many rows.
        seed: decides who is held out. Whoever knows it learns nothing about anybody.
        threshold: the risk that level 3 of GB/T 42460 allows.
        earlier: what was released of the same people before.
        population: the register that a journalist could have: people with the original quasi-identifiers, those of the
            table among them.
        detector: finds personal data in text; None: text is searched for the row's own identifiers alone.

    Returns:
        The examination; `release` in it is what may be handed out if `refused` is empty.

    Raises:
        PrivacyParameterError: margin, level, trials or threshold out of range.
        TableError: fewer than 10 rows, no quasi-identifier is published, or the plan fails on the trial rows.

    Guarantee:
        None beyond what was tried: a release that passes has withstood these attacks, not all there are.
    """
    _check(margin=margin, level=level, trials=trials, threshold=threshold)
    release = publish(table)
    if not release.quasi_identifiers:
        raise TableError("no quasi-identifier is published", help="Name what an attacker may know; see docs.")
    promise = Promise(k, l, t)
    runs = run_trials(table, publish, subject=release.roles.subject, trials=trials, seed=seed)
    attacks = attacks_on(runs[0].view, promise)
    share = level / (len(attacks) + 1)  # one more: the bounds of intervals are judged by a probability, too
    outcomes = [
        *findings_on(table, release, promise, level=share, detector=detector),
        *(measure(attack, runs, level=share, margin=margin) for attack in attacks),
    ]
    if population is not None:
        outcomes.append(journalist(View(release, table), population, promise))
    for number, one in enumerate(earlier, start=1):
        found = intersection(table, release, one, promise)
        outcomes += found if len(earlier) == 1 else [_numbered(outcome, number) for outcome in found]
    risk = prosecutor_risk(release.table, release.quasi_identifiers)
    return Examination(release, tuple(outcomes), risk, gbt_42460_level(release, risk, threshold), threshold)


def attacks_on(view: View, promise: Promise) -> list[Attack]:
    """Return the attacks that are compared with a control: every attacker that the published columns allow."""
    release = view.release
    quasi, passed = view.readable(release.quasi_identifiers), view.readable(release.passed)
    sensitive = view.readable(release.sensitive)
    everything = view.readable(release.table.names)
    outside = (*quasi, *passed)
    attacks: list[Attack] = [
        SinglingOut(everything),
        Isolation(outside, "quasi-identifiers"),
        Refinement(quasi),
    ]
    if sensitive:
        attacks.append(Isolation((*sensitive, *passed), "sensitive values"))
    if len(outside) > 1:
        attacks.append(Linkability(outside[::2], outside[1::2]))
    for column in sensitive:
        others = tuple(name for name in sensitive if name != column)
        attacks += [Inference(outside, column), Homogeneity(outside, column)]
        if promise.l == 2 and release.table.columns[column].dtype == object:
            attacks.append(Minimality(quasi, column, promise.k))
        if others:
            attacks.append(Inference((*outside, *others), column, background=True))
    return attacks


def findings_on(
    table: Table, release: Release, promise: Promise, *, level: float, detector: PersonalDataDetector | None
) -> list[Outcome]:
    """Return the facts about a release that need no control."""
    view, k = View(release, table), promise.k
    return [
        prosecutor(release, promise),
        *diversity(release, promise),
        *closeness(table, release, promise),
        left_in(release),
        published_without_role(table, release),
        copies(table, release),
        hashes(table, release),
        in_text(table, release, detector),
        derived_columns(table, release, k=k),
        rare_values(release, k=k),
        rare_categories(table, release, k=k),
        gap_patterns(release, k=k),
        outliers(release, k=k),
        row_order(view, table),
        interval_bounds(view, table, k=k, level=level),
    ]


def gbt_42460_level(release: Release, risk: Risk, threshold: float = GBT_42460_THRESHOLD) -> int:
    """Return the level of GB/T 42460-2023: 1 direct identifiers are published, 2 they are not, 3 the risk is low, too.

    Level 4 is for aggregates; a table with one row a person never is one. The risk is the highest of a row.

    Source: GB/T 42460-2023; the text is not free, and the threshold of 0.05 is that of its drafts.
    """
    if any(name in release.table.names for name in release.roles.removed):
        return 1
    return 3 if risk.maximum <= threshold else 2


def _numbered(outcome: Outcome, number: int) -> Outcome:
    return Outcome(
        f"{outcome.name} with release {number}",
        outcome.refused,
        columns=outcome.columns,
        advice=outcome.advice,
        detail=outcome.detail,
    )


def _check(*, margin: float, level: float, trials: int, threshold: float) -> None:
    if not 0 <= margin < 1:
        raise PrivacyParameterError(f"margin={margin} is not within [0, 1)", help="The default is 0.05.")
    if not 0 < level < 0.5:
        raise PrivacyParameterError(f"level={level} is not within (0, 0.5)", help="The default is 0.01.")
    if trials < 1:
        raise PrivacyParameterError(f"trials={trials} is not at least 1", help="The default is 2,000.")
    if not 0 < threshold <= 1:
        raise PrivacyParameterError(f"threshold={threshold} is not within (0, 1]", help="The default is 0.05.")
