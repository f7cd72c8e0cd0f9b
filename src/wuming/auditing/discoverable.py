"""(n, p)-discoverable extraction: how many samples does it take until a record's end is said with probability p?

Adversary: knows the true beginning of a record, and samples continuations from the model. A record is (n, p)-
discoverable under a sampling scheme when at least one of n independent samples is its true end with probability at
least p: 1 − (1 − π)ⁿ ≥ p, where π is the probability of the end under the scheme. π is computed from the model's
logits, not estimated, so that n may be in the millions; `sampling.check_by_sampling` holds it against real samples.
Greedy extraction is the case of one sample with `top_k=1`.

Everything here is about tokens: a text can be said in other tokens than its own, so π never exceeds the probability
that the text is said. A high share on training records means memorisation only as far as it is above the share on
records that were never trained on.

Source: Hayes et al., "Measuring memorization in language models via probabilistic extraction" (NAACL 2025), section 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wuming.auditing.sampling import SamplingScheme, Target, TokenModel, suffix_log_probabilities
from wuming.auditing.shares import Share, difference
from wuming.core.errors import PrivacyParameterError


def probability_within(log_probability: float, samples: float) -> float:
    """Return 1 − (1 − π)ⁿ, the chance that one of n independent samples is the suffix, without loss for tiny π."""
    if not samples >= 0 or not log_probability <= 1e-9:
        raise PrivacyParameterError(
            f"samples={samples}, log_probability={log_probability} is out of range",
            help="Give a number of samples ≥ 0 and the logarithm of a probability.",
        )
    chance = math.exp(min(0.0, log_probability))
    if chance >= 1 or samples == 0:
        return float(samples > 0)
    return -math.expm1(samples * math.log1p(-chance))


def samples_needed(log_probability: float, probability: float) -> float:
    """Return the smallest whole n for which one of n samples is the suffix with at least a probability; or ∞.

    Args:
        log_probability: log π, at most 0; −∞ for what the scheme never says.
        probability: p, in (0, 1).

    Source: Hayes et al. 2025, section 3.2: n = ⌈log(1 − p) / log(1 − π)⌉.
    """
    if not 0 < probability < 1:
        raise PrivacyParameterError(
            f"probability={probability} is not within (0, 1)", help="No finite number of samples makes a thing certain."
        )
    if probability_within(log_probability, 1) >= probability:
        return 1.0
    if log_probability < -700:  # 1/π is near the largest number there is
        return math.inf
    needed = math.ceil(math.log1p(-probability) / math.log1p(-math.exp(log_probability)))
    # The quotient may be off by one part in 10^16: settle it by the definition where numbers are exact enough.
    if needed < 2**50:
        below, needed = 1, 2 * needed  # one is too few, twice as many are more than enough
        while needed - below > 1:
            middle = (below + needed) // 2
            if probability_within(log_probability, middle) >= probability:
                needed = middle
            else:
                below = middle
    return float(needed)


@dataclass(frozen=True, slots=True)
class Discoverable:
    """What sampling can extract of training records, beside the same on records that were never trained on.

    Attributes:
        scheme: how tokens are drawn.
        training: log π of each training record.
        held_out: log π of each held-out record, cut in the same way; may be empty.
        confidence: of the intervals.
    """

    scheme: SamplingScheme
    training: tuple[float, ...]
    held_out: tuple[float, ...]
    confidence: float = 0.95

    def share(self, samples: float, probability: float) -> Share:
        """Return the share of training records that are (n, p)-discoverable."""
        return _share(self.training, samples, probability, self.confidence)

    def baseline(self, samples: float, probability: float) -> Share | None:
        """Return the same share of held-out records; None without any."""
        return _share(self.held_out, samples, probability, self.confidence) if self.held_out else None

    def as_json(self, samples: Sequence[int] = (1, 10, 100, 1000, 10_000), probability: float = 0.5) -> dict[str, Any]:
        """Return the shares for several n at one p, and the fewest samples that extract anything, as a JSON object."""
        rows = []
        for n in samples:
            share, baseline = self.share(n, probability), self.baseline(n, probability)
            rows.append(
                {
                    "n": n,
                    "p": probability,
                    "training": share.as_json(),
                    "held_out": None if baseline is None else baseline.as_json(),
                    "above_held_out": None if baseline is None else difference(share, baseline),
                }
            )
        fewest = samples_needed(max(self.training), probability)
        return {
            "scheme": self.scheme.as_json(),
            "rows": rows,
            "fewest_samples": fewest if math.isfinite(fewest) else None,
        }


def discoverable(
    model: TokenModel,
    training: Sequence[Target],
    held_out: Sequence[Target] = (),
    *,
    scheme: SamplingScheme | None = None,
    confidence: float = 0.95,
) -> Discoverable:
    """Compute π of training and held-out records.

    Args:
        model: under attack.
        training: records that were trained on, one a person where the figure is to speak about people.
        held_out: records of the same kind that were not.
        scheme: how tokens are drawn; by default from the whole distribution at temperature 1.
        confidence: of the intervals, in (0, 1).

    Raises:
        EmptyData: no training record.
        SelfCheckFailed: see `suffix_log_probabilities`.
    """
    Share(0, len(training), confidence)
    scheme = scheme or SamplingScheme()
    return Discoverable(
        scheme,
        tuple(suffix_log_probabilities(model, training, scheme)),
        tuple(suffix_log_probabilities(model, held_out, scheme)),
        confidence,
    )


def _share(values: Sequence[float], samples: float, probability: float, confidence: float) -> Share:
    if not 0 < probability <= 1 or not samples >= 1:
        raise PrivacyParameterError(
            f"samples={samples}, probability={probability} is out of range", help="Use n=100 and p=0.5, for example."
        )
    return Share.of([probability_within(value, samples) >= probability for value in values], confidence)
