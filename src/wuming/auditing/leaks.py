"""What a model says of its training text unasked or half asked: prefixes completed, personal data, copied stretches.

Each figure stands beside the same figure for text that was never trained on. The difference is what training leaked:
formulas, greetings and well-known numbers are completed by any model, and a value may be met by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wuming.auditing.extraction import letters_and_digits
from wuming.auditing.sampling import GREEDY, Target, TokenModel, continuations
from wuming.auditing.shares import Share, difference
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.core.overlap import copying
from wuming.core.ports import PersonalDataDetector

NEAR = 0.1
"""Share of a suffix's tokens that may be inserted, deleted or changed in a near-verbatim match."""
_SHORTEST_VALUE = 4


@dataclass(frozen=True, slots=True)
class PrefixAttack:
    """How many records a model completes when it is given their true beginning.

    Attributes:
        exact: training records whose end was said token by token.
        near: those whose end was said with few edits; the exact ones are among them.
        held_out_exact: the same of records that were not trained on; None without any.
        held_out_near: see above.
        near_share: the edits that were allowed, as a share of the suffix's tokens.
    """

    exact: Share
    near: Share
    held_out_exact: Share | None
    held_out_near: Share | None
    near_share: float

    def as_json(self) -> dict[str, Any]:
        """Return shares, baselines and differences as a JSON object."""
        out: dict[str, Any] = {"near_share": self.near_share}
        for name, share, baseline in (
            ("exact", self.exact, self.held_out_exact),
            ("near", self.near, self.held_out_near),
        ):
            out[name] = {
                "training": share.as_json(),
                "held_out": None if baseline is None else baseline.as_json(),
                "above_held_out": None if baseline is None else difference(share, baseline),
            }
        return out


def prefix_attack(
    model: TokenModel,
    training: Sequence[Target],
    held_out: Sequence[Target] = (),
    *,
    near: float = NEAR,
    confidence: float = 0.95,
) -> PrefixAttack:
    """Give the model each record's true beginning, and compare its likeliest continuation with the true end.

    Args:
        model: under attack.
        training: records that were trained on, cut in two; one a person where the figure is to speak about people.
        held_out: records of the same kind that were not, cut in the same way.
        near: edits allowed in a near-verbatim match, as a share of the suffix's tokens, in [0, 1).
        confidence: of the intervals, in (0, 1).

    Raises:
        EmptyData: no training record.
        PrivacyParameterError: for an argument out of range.
        SelfCheckFailed: the model did not give what was asked for.

    Source: Carlini et al., "Quantifying memorization across neural language models" (ICLR 2023), section 3; that exact
    matches alone hide leaks: Ippolito et al., "Preventing verbatim memorization in language models gives a false sense
    of privacy" (INLG 2023), section 5. The measure of nearness is the edit distance of the tokens.
    """
    if not 0 <= near < 1:
        raise PrivacyParameterError(f"near={near} is not within [0, 1)", help="Use 0.1, for example.")
    found = _distances(model, [*training, *held_out])
    exact = [distance == 0 for distance, _ in found]
    close = [distance <= near * length + 1e-9 for distance, length in found]  # 0.29 x 100 is a little below 29
    count = len(training)

    def baseline(hits: Sequence[bool]) -> Share | None:
        return Share.of(hits[count:], confidence) if held_out else None

    return PrefixAttack(
        exact=Share.of(exact[:count], confidence),
        near=Share.of(close[:count], confidence),
        held_out_exact=baseline(exact),
        held_out_near=baseline(close),
        near_share=near,
    )


def edit_distance(first: Sequence[int], second: Sequence[int]) -> int:
    """Return the fewest insertions, deletions and changes that turn one sequence into the other (Levenshtein)."""
    row = list(range(len(second) + 1))
    for place, left in enumerate(first, 1):
        diagonal, row[0] = row[0], place
        for column, right in enumerate(second, 1):
            diagonal, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, diagonal + (left != right)),
            )
    return row[-1]


@dataclass(frozen=True, slots=True)
class PersonalDataFound:
    """Personal data in generated text, and how much of it is somebody's. Counts only, no value.

    Attributes:
        texts: with any personal data, of all generated texts; invented values are among them.
        kinds: number of spans of each kind.
        from_training: texts that hold a value of the training text, of all generated texts.
        compared_training: the same against as much training text as there is of both; None without held-out text.
        compared_held_out: the same against as much held-out text: what chance and common knowledge give.
        values: distinct values that were found.
        values_from_training: how many of them stand in the training text.
    """

    texts: Share
    kinds: dict[str, int]
    from_training: Share
    compared_training: Share | None
    compared_held_out: Share | None
    values: int
    values_from_training: int

    def as_json(self) -> dict[str, Any]:
        """Return all counts as a JSON object."""
        return {
            "texts_with_personal_data": self.texts.as_json(),
            "kinds": dict(sorted(self.kinds.items())),
            "texts_with_a_value_from_training": self.from_training.as_json(),
            "on_equal_amounts": _compared(self.compared_training, self.compared_held_out),
            "distinct_values": self.values,
            "distinct_values_from_training": self.values_from_training,
        }


def personal_data_in(
    generated: Sequence[str],
    detector: PersonalDataDetector,
    *,
    training: Sequence[str],
    held_out: Sequence[str],
    confidence: float = 0.95,
) -> PersonalDataFound:
    """Look for personal data in generated text, and for its values in the text that was trained on.

    Args:
        generated: what the model wrote without being asked for anybody; not empty.
        detector: finds personal data; what it misses is not counted.
        training: the people's own text that stands behind the training, before anything was replaced in it.
        held_out: the like text of people who were not trained on.
        confidence: of the intervals, in (0, 1).

    Values are compared by their letters and digits alone: case, width, separators and the script of digits do not
    count. One with fewer than four of them is no sign of anything and is left out of the comparison. Values that one
    model writes depend on each other, so the intervals are about this model's texts, not about people.

    Raises:
        EmptyData: no generated text.
    """
    kinds: dict[str, int] = {}
    wanted: list[frozenset[str]] = []
    with_any = []
    for text in generated:
        spans = detector.find(text)
        with_any.append(bool(spans))
        for span in spans:
            kinds[span.kind] = kinds.get(span.kind, 0) + 1
        values = (letters_and_digits(text[span.start : span.end]) for span in spans)
        wanted.append(frozenset(value for value in values if len(value) >= _SHORTEST_VALUE))
    every = frozenset().union(*wanted) if wanted else frozenset()
    known = _standing_in(every, training)
    compared, held = (_standing_in(every, texts) for texts in equal_amounts(training, held_out))

    def share(real: frozenset[str]) -> Share:
        return Share.of([bool(values & real) for values in wanted], confidence)

    return PersonalDataFound(
        texts=Share.of(with_any, confidence),
        kinds=kinds,
        from_training=share(known),
        compared_training=share(compared) if held_out else None,
        compared_held_out=share(held) if held_out else None,
        values=len(every),
        values_from_training=len(known),
    )


@dataclass(frozen=True, slots=True)
class Copies:
    """Generated texts that hold a stretch of real text word for word.

    Attributes:
        training: of all training text.
        compared_training: of as much of the training text as there is of both; None without held-out text.
        compared_held_out: of as much held-out text: set phrases that anybody writes.
        window: characters that count as copied.
    """

    training: Share
    compared_training: Share | None
    compared_held_out: Share | None
    window: int

    def as_json(self) -> dict[str, Any]:
        """Return all shares as a JSON object."""
        return {
            "window_characters": self.window,
            "training": self.training.as_json(),
            "on_equal_amounts": _compared(self.compared_training, self.compared_held_out),
        }


def copies_in(
    generated: Sequence[str],
    *,
    training: Sequence[str],
    held_out: Sequence[str],
    window: int = 50,
    confidence: float = 0.95,
) -> Copies:
    """Count generated texts that hold `window` characters in a row of one training text, beside held-out text.

    Raises:
        EmptyData: no generated text.
        PrivacyParameterError: a window below 1.
    """

    def share(real: Sequence[str]) -> Share:
        return Share(len(copying(generated, real, window)), len(generated), confidence)

    ours, others = (share(texts) if held_out else None for texts in equal_amounts(training, held_out))
    return Copies(share(training), ours, others, window)


def equal_amounts(texts: Sequence[str], others: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return equally many characters of both, from the front: more text is met more often by chance."""
    room = min(sum(map(len, texts)), sum(map(len, others)))
    return _cut(texts, room), _cut(others, room)


def _cut(texts: Sequence[str], room: int) -> list[str]:
    kept: list[str] = []
    for text in texts:
        if room <= 0:
            break
        kept.append(text[:room])
        room -= len(text)
    return kept


def _compared(training: Share | None, held_out: Share | None) -> dict[str, Any]:
    if training is None or held_out is None:
        return {"training": None, "held_out": None, "above_held_out": None}
    return {
        "training": training.as_json(),
        "held_out": held_out.as_json(),
        "above_held_out": difference(training, held_out),
    }


def _standing_in(values: frozenset[str], texts: Sequence[str]) -> frozenset[str]:
    """Return the values that stand in a text, by letters and digits; none runs from one text into another."""
    if not values:
        return frozenset()
    joined = "\n".join(map(letters_and_digits, texts))
    return frozenset(value for value in values if value in joined)


def _distances(model: TokenModel, targets: Sequence[Target]) -> list[tuple[int, int]]:
    """Return, for each target, the edit distance of the greedy continuation and the suffix's length."""
    found: dict[int, tuple[int, int]] = {}
    for length in sorted({len(target.suffix) for target in targets}):
        members = [i for i, target in enumerate(targets) if len(target.suffix) == length]
        said = continuations(model, [targets[i].prefix for i in members], length, GREEDY)
        for index, tokens in zip(members, said, strict=True):
            found[index] = (edit_distance(tokens, targets[index].suffix), length)
    if len(found) != len(targets):
        raise SelfCheckFailed(f"{len(found)} of {len(targets)} targets were attacked", help="Report this as a fault.")
    return [found[index] for index in range(len(targets))]
