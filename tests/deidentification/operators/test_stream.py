"""Keyed numbers and permutations: each with a broken twin that the same test rejects."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.deidentification.operators.stream import Stream

KEY = b"0123456789abcdef0123456789abcdef"
ITEMS = tuple("abcdefghijklmnopqrstuvwxyz")


def stream(subject: str = "s", value: str = "v", kind: str = "PHONE", attempt: int = 0, key: bytes = KEY) -> Stream:
    return Stream(key, subject, kind, value, attempt)


def injective(map_one: object, domain: range) -> bool:
    assert callable(map_one)
    return len({map_one(number) for number in domain}) == len(domain)


@settings(max_examples=25, deadline=None)
@given(st.integers(1_000_000, 10**12), st.integers(0, 2**32))
def test_a_permutation_never_meets_itself(size: int, start: int) -> None:
    start %= size
    some = range(start, min(start + 200, size))
    assert injective(lambda number: stream().permute(number, size, "d"), some)
    assert all(0 <= stream().permute(number, size, "d") < size for number in some)


def test_drawing_in_its_place_would_meet() -> None:
    """The broken twin: a pseudo-random function; of 3,000 numbers out of a million about 4.5 pairs meet."""
    assert injective(lambda number: stream().permute(number, 1_000_000, "d"), range(3000))
    assert not injective(lambda number: stream(value=str(number)).below(1_000_000), range(3000))


def test_a_permutation_is_one_of_the_whole_domain() -> None:
    size = 1_000_003
    first = stream()
    images = bytearray(size)
    for number in range(0, size, 251):
        images[first.permute(number, size, "d")] = 1
    assert sum(images) == len(range(0, size, 251))
    # Far-apart images: each tenth of the domain gets its share, within five standard deviations.
    for tenth in range(10):
        share = sum(images[tenth * size // 10 : (tenth + 1) * size // 10])
        assert abs(share - sum(images) / 10) < 5 * (sum(images) * 0.09) ** 0.5


@pytest.mark.parametrize("other", [{"subject": "t"}, {"kind": "QQ"}, {"key": b"k" * 32}, {"attempt": 1}])
def test_permutations_differ(other: dict[str, object]) -> None:
    numbers = range(50)
    mine = [stream().permute(number, 10**8, "d") for number in numbers]
    assert mine != [stream(**other).permute(number, 10**8, "d") for number in numbers]  # type: ignore[arg-type]
    assert mine != [stream().permute(number, 10**8, "e") for number in numbers]
    # It is the subject's, not the value's: another value does not change it.
    assert mine == [stream(value="w").permute(number, 10**8, "d") for number in numbers]


@pytest.mark.parametrize(("number", "size"), [(0, 999_999), (-1, 10**6), (10**6, 10**6)])
def test_small_domains_are_refused(number: int, size: int) -> None:
    with pytest.raises(ValueError, match="no permutation"):
        stream().permute(number, size, "d")


def test_digits_keep_their_number() -> None:
    for digits in ("", "7", "00000", "000000", "123456789012"):
        assert len(stream().permute_digits(digits, "d")) == len(digits)


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 26), st.text(max_size=5))
def test_a_ring_moves_everything_and_merges_nothing(size: int, subject: str) -> None:
    items = ITEMS[:size]
    images = [stream(subject).successor(items, item, "ring") for item in items]
    assert sorted(images) == sorted(items)
    assert all(image != item for image, item in zip(images, items, strict=True))
    # One ring, not several: following it from anywhere visits all.
    seen, item = set(), items[0]
    while item not in seen:
        seen.add(item)
        item = stream(subject).successor(items, item, "ring")
    assert len(seen) == size


def test_what_is_in_no_ring_is_chosen_from_it() -> None:
    chosen = {stream(f"{number}").successor(ITEMS, "é", "ring") for number in range(200)}
    assert len(chosen) > 20
    assert stream().successor(ITEMS, "é", "ring") == stream(value="other").successor(ITEMS, "é", "ring")


def test_codes_have_no_letter_that_is_read_as_another() -> None:
    codes = {stream(value=str(number)).code for number in range(500)}
    assert len(codes) == 500
    assert not {"I", "L", "O", "U"} & set("".join(codes))
    assert {len(code) for code in codes} == {8}
