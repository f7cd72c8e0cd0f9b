"""The one-run audit: a lower bound of ε from a single trained model.

Canaries are put into the training data by independent fair coins. After training, an attacker sees one score a canary
and guesses for some of them, fixed in number beforehand, whether they were in. If training is (ε, δ)-DP, few guesses
can be right; so many right guesses bound ε from below.

Assumptions: the coins were fair, independent, and drawn before training; the attacker saw the released model only; one
canary is one unit of privacy. A low bound shows nothing: another attacker may do better. "Not found" is not "not
there".

Source: Steinke, Nasr and Jagielski, "Privacy auditing with one (1) training run" (NeurIPS 2023), the theorem
for approximate differential privacy.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wuming.accounting.gaussian import gaussian_mean, log_normal_tail
from wuming.auditing.bounds.bound import check_parameters
from wuming.auditing.bounds.coins import check_share
from wuming.auditing.bounds.steinke import check_counts, highest_possible_bound, lower_bound, significance
from wuming.core.errors import ClaimRefused, PrivacyParameterError

__all__ = [
    "METHOD",
    "AuditResult",
    "Verdict",
    "audit",
    "check_claim",
    "check_coins",
    "choose_guesses",
    "highest_possible_bound",
    "lower_bound",
    "significance",
]

METHOD = "one run, independent fair coins (Steinke, Nasr and Jagielski 2023)"
_FEWEST_GUESSES = 6  # with fewer, not even all correct is significant at 95%

Verdict = Literal["consistent", "violated"]


@dataclass(frozen=True, slots=True)
class AuditResult:
    """What one audit found.

    Attributes:
        canaries: number of canaries, each with a coin.
        included: how many of them were in the training data.
        guesses: number of guesses, fixed beforehand; half "in", half "out".
        correct: how many guesses were right.
        confidence: chance, at least, that the bound is not above the true ε.
        epsilon_lower_bound: ε is at least this; rounded down to four decimals.
        highest_possible_bound: what all guesses correct would have given: this audit can see no more.
        claimed_epsilon: the ε that is put to the test.
        delta: δ of claim and bound.
        verdict: `violated` when the bound exceeds the claim.
    """

    canaries: int
    included: int
    guesses: int
    correct: int
    confidence: float
    epsilon_lower_bound: float
    highest_possible_bound: float
    claimed_epsilon: float
    delta: float
    verdict: Verdict

    def claims(
        self,
        *,
        unit_of_privacy: str,
        coins_commitment: str,
        neighbouring_relation: str = "add-or-remove-one",
        control: AuditResult | None = None,
    ) -> dict[str, Any]:
        """Return the claims of the evidence `audit`.

        Args:
            unit_of_privacy: what one canary is, such as `subject`.
            coins_commitment: digest of the coins, published before training.
            neighbouring_relation: relation of the claim.
            control: the same audit of the model trained without protection, if there is one.
        """
        shown = None
        if control is not None:
            shown = {
                "epsilon_lower_bound": control.epsilon_lower_bound,
                "correct": control.correct,
                "guesses": control.guesses,
            }
        return {
            "method": METHOD,
            "null_hypothesis": (
                f"training is ({self.claimed_epsilon}, {self.delta})-DP per {unit_of_privacy}, {neighbouring_relation}"
            ),
            "canaries": self.canaries,
            "included": self.included,
            "guesses": self.guesses,
            "correct": self.correct,
            "confidence": self.confidence,
            "epsilon_lower_bound": self.epsilon_lower_bound,
            "highest_possible_bound": self.highest_possible_bound,
            "claimed_epsilon": self.claimed_epsilon,
            "delta": self.delta,
            "verdict": self.verdict,
            "coins_commitment": coins_commitment,
            "control": shown,
        }

    def __str__(self) -> str:
        return f"bound {self.epsilon_lower_bound} (this audit could see at most {self.highest_possible_bound})"


def choose_guesses(canaries: int, claimed_epsilon: float, delta: float, confidence: float) -> int:
    """Return a number of guesses that makes a strong audit, from public numbers only.

    It is the even number with the largest bound in a model case: training leaks as much as the claim allows, each
    canary's score is a normal variable that its inclusion shifts, and as many guesses are right as is to be expected.

    Args:
        canaries: ≥ 2.
        claimed_epsilon: the claim, > 0.
        delta: in [0, 1).
        confidence: in (0, 1).

    Raises:
        PrivacyParameterError: for an argument out of range.
    """
    check_counts(canaries, 0, 0)
    check_parameters(delta, confidence)
    _check_claim_value(claimed_epsilon)
    if canaries < 2:
        raise PrivacyParameterError(f"canaries={canaries} are too few", help="An audit needs at least 2 canaries.")
    shift = gaussian_mean(claimed_epsilon, max(delta, 1e-12))
    most = canaries - canaries % 2
    fewest = min(most, _FEWEST_GUESSES)
    steps = np.unique(np.geomspace(fewest, most, 40).astype(int) // 2 * 2)
    best, best_bound = most, 0.0
    for guesses in (int(step) for step in steps):
        right = math.floor(guesses * _expected_share(shift, guesses / canaries))
        bound = lower_bound(canaries, guesses, right, delta, confidence)
        if bound > best_bound:
            best, best_bound = guesses, bound
    return best


def audit(
    scores: Sequence[float],
    coins: Sequence[bool],
    *,
    guesses: int,
    delta: float,
    confidence: float,
    claimed_epsilon: float,
) -> AuditResult:
    """Guess from the scores which canaries were in, and bound ε from below.

    Half of the guesses are "in", for the canaries with the highest scores, half "out", for those with the lowest. The
    number is fixed before the scores are seen, so that no threshold is searched and nothing has to be paid for a
    search.

    Args:
        scores: one a canary, higher when it looks more like training data; finite. They may depend on the model, never
            on the coins in any other way.
        coins: one a canary: was it in?
        guesses: even, in [2, number of canaries]; see `choose_guesses`.
        delta: δ in [0, 1).
        confidence: in (0, 1).
        claimed_epsilon: the ε put to the test, > 0.

    Raises:
        PrivacyParameterError: for an argument out of range.
        SelfCheckFailed: when the coins cannot have been fair (binomial test at 10^-6).
    """
    canaries = len(scores)
    if len(coins) != canaries:
        raise PrivacyParameterError(
            f"there are {canaries} scores and {len(coins)} coins", help="Give one score and one coin for each canary."
        )
    check_counts(canaries, 0, 0)
    check_parameters(delta, confidence)
    _check_claim_value(claimed_epsilon)
    if isinstance(guesses, bool) or guesses < 2 or guesses > canaries or guesses % 2:
        raise PrivacyParameterError(
            f"guesses={guesses} is no even number within [2, {canaries}]", help="Use choose_guesses."
        )
    values = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(values).all():
        raise PrivacyParameterError(
            f"{int((~np.isfinite(values)).sum())} of {canaries} scores are not finite",
            help="Check that the model gives a loss for each canary.",
        )
    truth = np.asarray([bool(coin) for coin in coins])
    check_coins(truth.tolist())
    order = _order(values)
    half = guesses // 2
    correct = int(truth[order[-half:]].sum()) + int((~truth[order[:half]]).sum())
    bound = _round_down(lower_bound(canaries, guesses, correct, delta, confidence))
    return AuditResult(
        canaries=canaries,
        included=int(truth.sum()),
        guesses=guesses,
        correct=correct,
        confidence=confidence,
        epsilon_lower_bound=bound,
        highest_possible_bound=_round_down(highest_possible_bound(canaries, guesses, delta, confidence)),
        claimed_epsilon=claimed_epsilon,
        delta=delta,
        verdict="violated" if bound > claimed_epsilon else "consistent",
    )


def check_claim(result: AuditResult) -> None:
    """Refuse a claim that the audit has disproved.

    Raises:
        ClaimRefused: when the bound exceeds the claimed ε.
    """
    if result.epsilon_lower_bound > result.claimed_epsilon:
        raise ClaimRefused(
            f"the audit shows epsilon ≥ {result.epsilon_lower_bound} at delta={result.delta} with confidence "
            f"{result.confidence}, above the claimed epsilon={result.claimed_epsilon}",
            help="Withdraw the claim and release nothing: look for a fault in sampler, clipping, noise or accounting.",
        )


def check_coins(coins: Sequence[bool]) -> None:
    """Refuse coins that cannot have been fair: two-sided binomial test at level 10^-6.

    It finds gross faults only. That each coin was independent, and no fixed half, must hold by construction.

    Raises:
        SelfCheckFailed: for too many or too few inclusions.
    """
    check_share(sum(map(bool, coins)), len(coins))


def _order(values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return positions by rising score, ties by a hash of the position: fixed, and blind to any order of the coins."""
    ties = np.array(
        [
            int.from_bytes(hashlib.sha256(b"wuming tie %d" % position).digest()[:8], "big")
            for position in range(len(values))
        ],
        dtype=np.uint64,
    )
    return np.lexsort((ties, values))


def _expected_share(shift: float, share_guessed: float) -> float:
    """Return the share of right guesses on the outer `share_guessed` of an even mix of N(0, 1) and N(shift, 1)."""
    tail = min(share_guessed, 1.0) / 2
    low, high = -10.0, shift + 40.0
    for _ in range(80):
        middle = (low + high) / 2
        if (math.exp(log_normal_tail(middle)) + math.exp(log_normal_tail(middle - shift))) / 2 > tail:
            low = middle
        else:
            high = middle
    inside, outside = log_normal_tail(low - shift), log_normal_tail(low)
    return 1.0 / (1.0 + math.exp(min(0.0, outside - inside)))


def _round_down(value: float) -> float:
    return math.floor(value * 1e4) / 1e4


def _check_claim_value(claimed_epsilon: float) -> None:
    if not math.isfinite(claimed_epsilon) or claimed_epsilon <= 0:
        raise PrivacyParameterError(
            f"claimed_epsilon={claimed_epsilon} is no finite number above 0", help="Give the epsilon of the claim."
        )
