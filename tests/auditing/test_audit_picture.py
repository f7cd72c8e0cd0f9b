"""The picture of an audit: its lines, read back from the drawing, are the canaries' curve and the claim's limit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from xml.etree import ElementTree

import numpy as np
import pytest

from wuming.accounting.events import Gaussian
from wuming.auditing.bounds.picture import audit_picture
from wuming.auditing.risk.bounds import Claim, Limits
from wuming.core.errors import EmptyData, PrivacyParameterError

SVG = "{http://www.w3.org/2000/svg}"
EPSILON, DELTA = 1.0, 1e-3
CLAIM = Claim(EPSILON, DELTA, "subject", "add-or-remove-one", "Poisson over subjects")
GENERATOR = np.random.default_rng(5)
INCLUDED, EXCLUDED = (GENERATOR.normal(size=100) + 1.0).tolist(), GENERATOR.normal(size=100).tolist()
DECADES = 2  # of a hundred canaries that were left out
PIXEL = 10 ** (DECADES * 0.051 / 320) - 1  # relative error of a rate, where places are written with one decimal


def drawn(claim: Claim = CLAIM, name: str = "loss") -> ElementTree.Element:
    return ElementTree.fromstring(audit_picture(INCLUDED, EXCLUDED, claim, name))  # noqa: S314  (our own text)


def line(picture: ElementTree.Element, colour: str) -> list[tuple[float, float]]:
    """Return the points of one line as rates, by the frame that the axes are drawn with."""
    frame = next(one for one in picture.iter(f"{SVG}rect") if one.get("fill") == "none")
    left, top, size = (float(frame.get(name)) for name in ("x", "y", "width"))
    places = next(one for one in picture.iter(f"{SVG}polyline") if one.get("stroke") == colour).get("points").split()
    points = [tuple(map(float, place.split(","))) for place in places]
    return [(10 ** (DECADES * ((x - left) / size - 1)), 10 ** (-DECADES * (y - top) / size)) for x, y in points]


def words(picture: ElementTree.Element) -> str:
    return " ".join("".join(one.itertext()) for one in picture.iter(f"{SVG}text"))


def draws_the_limit(limit: Callable[[float], float]) -> None:
    points = line(drawn(), "#000")
    assert len(points) > 50
    assert points == sorted(points)
    assert points[-1] == (1.0, 1.0)
    for rate, highest in points:
        if rate > 10**-DECADES:  # what lies below is drawn on the axis
            assert highest == pytest.approx(limit(rate), rel=4 * PIXEL)


def pair(rate: float, delta: float = DELTA) -> float:
    return min(math.exp(EPSILON) * rate + delta, 1 - math.exp(-EPSILON) * (1 - delta - rate))


def test_the_limit_is_what_the_claim_allows() -> None:
    draws_the_limit(pair)


def test_another_limit_fails_the_same_check() -> None:
    for broken in (lambda rate: pair(rate, 0.0), lambda rate: math.exp(EPSILON) * rate + DELTA, lambda rate: rate):
        with pytest.raises(AssertionError):
            draws_the_limit(broken)


def test_with_an_event_it_is_the_whole_curve() -> None:
    claim = Claim(1.9931, 1e-5, "subject", "add-or-remove-one", "none", Gaussian(2.0))
    limits = Limits.of(claim)
    for rate, highest in line(drawn(claim), "#000"):
        if rate > 10**-DECADES:
            assert highest == pytest.approx(limits.highest(rate), rel=4 * PIXEL)


def is_the_curve(included: Sequence[float], excluded: Sequence[float]) -> None:
    """Every drawn step begins where some threshold would stand, found by trying all of them."""
    best = {
        accused: max(sum(score > at for score in included) / 100 for at in excluded if _above(excluded, at) <= accused)
        for accused in range(100)
    }
    reached = line(drawn(), "#1f5fa8")[::2]
    assert len(reached) > 20
    for fpr, tpr in reached:
        accused = round(100 * fpr)
        if 1 < accused < 100:
            assert fpr == pytest.approx(accused / 100, rel=PIXEL)
            assert tpr == pytest.approx(best[accused], rel=PIXEL)


def _above(scores: Sequence[float], threshold: float) -> int:
    return sum(score > threshold for score in scores)


def test_the_curve_is_that_of_the_canaries() -> None:
    is_the_curve(INCLUDED, EXCLUDED)
    with pytest.raises(AssertionError):
        is_the_curve(EXCLUDED, INCLUDED)


def test_the_legend_names_the_whole_claim_and_the_canaries() -> None:
    said = words(drawn())
    for part in ("ε = 1", "δ = 0.001", "unit subject", "add-or-remove-one", "Poisson over subjects", "canaries, loss"):
        assert part in said.replace("  ", " "), part
    assert "(subjects)" in said
    by_record = Claim(EPSILON, DELTA, "record", "replace-one", "Poisson over records")
    said = words(drawn(by_record))
    assert "(records)" in said
    assert "unit record, replace-one" in said


def test_what_is_written_cannot_break_the_drawing() -> None:
    odd = Claim(EPSILON, DELTA, "subject", "add-or-remove-one", "over <all> & sundry")
    said = words(drawn(odd, name='"<script>"'))
    assert "over <all> & sundry" in said
    assert '"<script>"' in said


def test_bad_input() -> None:
    for included, excluded in (([], [1.0]), ([1.0], [])):
        with pytest.raises(EmptyData):
            audit_picture(included, excluded, CLAIM, "loss")
    with pytest.raises(PrivacyParameterError):
        audit_picture([math.nan], [1.0], CLAIM, "loss")
