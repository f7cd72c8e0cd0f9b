"""Which rule goes with masks, and which with a claim of privacy. `docs/federated-learning.md` shows the same table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from wuming.core.errors import PrivacyParameterError


@dataclass(frozen=True)
class Needs:
    """What a rule needs, and what it can be had with.

    Attributes:
        sees: `sums` or `updates`: what it looks at.
        private: whether a claim of privacy holds for its result. Clipped sums have a sensitivity; a coordinate's
            median, or the update that Krum picks, has none that is worth its noise.
        grouped: whether clients are split into groups.
    """

    sees: str
    private: bool
    grouped: bool


RULES: Final[dict[str, Needs]] = {
    "mean": Needs("sums", private=True, grouped=False),
    "group-median": Needs("sums", private=True, grouped=True),
    "trimmed-mean": Needs("updates", private=False, grouped=False),
    "median": Needs("updates", private=False, grouped=False),
    "krum": Needs("updates", private=False, grouped=False),
}


def check_combination(rule: str, *, secure: bool, private: bool, groups: int) -> None:
    """Refuse what does not go together.

    Args:
        rule: name of the rule.
        secure: sums under masks.
        private: a claim of differential privacy is made.
        groups: how many sums a round has.

    Raises:
        PrivacyParameterError: with the reason.
    """
    if rule not in RULES:
        raise PrivacyParameterError(f"aggregation={rule!r} is not known", help=f"Known are: {', '.join(RULES)}.")
    needs = RULES[rule]
    if secure and needs.sees == "updates":
        raise PrivacyParameterError(
            f"aggregation={rule!r} looks at each update, and masks hide them (secure=True)",
            help="Use group-median, which looks at sums of groups; or switch masks off and trust the server.",
        )
    if private and not needs.private:
        raise PrivacyParameterError(
            f"aggregation={rule!r} has no bounded sensitivity, and a claim of privacy was asked for",
            help="Use mean or group-median, whose clipped sums have one.",
        )
    if needs.grouped is not (groups > 1):
        raise PrivacyParameterError(
            f"groups={groups} with aggregation={rule!r}",
            help="group-median needs at least 3 groups (an odd number serves best); other rules have one.",
        )
    if needs.grouped and groups < 3:
        raise PrivacyParameterError(f"groups={groups}: a median needs at least 3", help="Use 3, 5 or more groups.")
