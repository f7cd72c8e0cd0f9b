"""Hierarchies in the format of ARX."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.anonymization.hierarchies import Hierarchy, intervals_from_width, read_arx, redacted, write_arx
from wuming.anonymization.hierarchies import arx as format_of_arx
from wuming.core.errors import EmptyData, InputTooLarge, MalformedRecord, MissingFile, UnknownDataset, WrongEncoding
from wuming.datasets import locate

from .conftest import covers_number, problems

PUBLISHED = {  # quasi-identifier → (levels, values)
    "age": (5, 100),
    "education": (4, 16),
    "marital-status": (3, 7),
    "native-country": (3, 41),
    "occupation": (3, 14),
    "race": (2, 5),
    "sex": (2, 2),
    "workclass": (3, 8),
}


@pytest.fixture(scope="module")
def adult() -> dict[str, Hierarchy]:
    try:
        folder = locate("arx")
    except UnknownDataset as error:
        pytest.skip(f"data set arx: {error.message}")
    files = {name: folder / f"adult_hierarchy_{name}.csv" for name in [*PUBLISHED, "salary-class"]}
    if absent := [path.name for path in files.values() if not path.is_file()]:
        pytest.skip(f"data set arx lacks {', '.join(absent)}")
    return {name: read_arx(path, name) for name, path in files.items()}


@pytest.fixture
def file(tmp_path: Path):
    def write(data: str | bytes) -> Path:
        path = tmp_path / "hierarchy.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return write


def test_published_hierarchies(adult):
    assert {name: (adult[name].levels, len(adult[name].values)) for name in PUBLISHED} == PUBLISHED
    assert math.prod(adult[name].levels for name in PUBLISHED) == 6_480
    assert adult["salary-class"].levels == 2
    age = adult["age"]
    assert [level[38] for level in age.labels] == ["39", "35-39", "30-39", "20-39", "*"]
    assert age.losses[:, 38].tolist() == [0, 0.05, 0.1, 0.2, 1]
    assert adult["education"].labels[2][0] == "Higher education"


def test_published_hierarchies_come_back(adult, tmp_path):
    for name, hierarchy in adult.items():
        write_arx(tmp_path / "again.csv", hierarchy)
        assert read_arx(tmp_path / "again.csv", name) == hierarchy


def test_published_hierarchies_know_the_people(adult):
    lines = (locate("arx") / "adult.csv").read_text().splitlines()
    columns = list(zip(*(line.split(";") for line in lines[1:]), strict=True))
    for name, cells in zip(lines[0].split(";"), columns, strict=True):
        assert len(adult[name].codes(sorted(set(cells)))) == len(set(cells))


def test_our_intervals_of_age_group_as_theirs_do(adult):
    """Theirs run 1-5, 6-10 and so on under labels that say 0-4; so ours, cut at 1, 6, …, give the same groups."""
    ages = adult["age"].values
    ours = intervals_from_width("age", ages, low=1, high=101, width=5, levels=3)
    order = [ours.values.index(value) for value in ages]
    assert np.array_equal(ours.groups[1:3, order], adult["age"].groups[1:3])
    assert not problems(ours, covers_number)


def test_a_label_of_theirs_that_does_not_cover_its_value_is_found_out(adult):
    """In the published file age 5 stands under 0-4 but 10 under 5-9: read as text, labels and values disagree."""
    of = dict(zip(adult["age"].values, adult["age"].labels[1], strict=True))
    assert (of["5"], of["10"]) == ("0-4", "5-9")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_byte_order_mark(file, separator, end, mark):
    rows = [["上海", "East", "*"], ["Xi'an", "West", "*"], ['say "hi"', "West", "*"]]
    text = mark + end.join(separator.join(f'"{c}"'.replace('say "hi"', 'say ""hi""') for c in row) for row in rows)
    hierarchy = read_arx(file(text + end + end), "city")
    assert hierarchy.labels == tuple(zip(*rows, strict=True))


def test_the_separator_is_the_one_that_cuts_every_line(file):
    text = "Holland, Netherlands;Europe;*\nKorea, South;Asia;*\n"
    assert read_arx(file(text), "x").values == ("Holland, Netherlands", "Korea, South")
    assert read_arx(file(text), "x", separator=";").levels == 3
    assert read_arx(file("a;b,x,*\nc;d,x,*\n"), "x").values == ("a;b", "c;d")
    assert read_arx(file("one\ntwo\n"), "x").labels == (("one", "two"),)


def test_numbers_are_counted_as_values(file):
    hierarchy = read_arx(file("1;[0, 100);*\n2;[0, 100);*\n900;[100, 1000);*\n950;[100, 1000);*\n"), "n")
    assert hierarchy.losses[1].tolist() == [0.5] * 4  # the second interval is nine times as long


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("secret1;a;*\nsecret2;a\n", r"line 2: 2 cells where line 1 has 3"),
        ("secret1;a;*\nsecret2\n", r"line 2: 1 cells where line 1 has 3"),
        ("secret1\nsecret2;a\n", r"line 2: 2 cells where line 1 has 1"),
        ("x;a;*\nsecret1;a;*\n\nsecret1;b;*\n", r"line 4: the same value as on line 2"),
        ("x;secret1;g\ny;secret2;g\nz;secret1;h\n", r"line 3: level 1 is as on line 1, level 2 is not"),
        ('x;a\n"secret1;a\n', "line 2: quotes that do not match"),
        ('"secret1"x;a\n', "line 1: quotes that do not match"),
        ('secret1,"a"x\n', "line 1: quotes that do not match"),
    ],
    ids=range(8),  # a test's folder bears its name, and an error the folder's
)
def test_malformed_files(file, text, said, no_value_shown):
    with pytest.raises(MalformedRecord, match=said) as caught:
        read_arx(file(text), "x")
    no_value_shown(caught.value, "secret")


def test_other_files_that_are_refused(file, tmp_path, monkeypatch):
    with pytest.raises(MissingFile):
        read_arx(tmp_path / "absent.csv", "x")
    with pytest.raises(MissingFile):
        read_arx(tmp_path, "x")
    with pytest.raises(EmptyData):
        read_arx(file("\n\n"), "x")
    with pytest.raises(EmptyData):
        read_arx(file(""), "x")
    with pytest.raises(WrongEncoding, match="line 2"):
        read_arx(file(b"a;*\n" + "上海;*\n".encode("gb18030")), "x")
    with pytest.raises(WrongEncoding):
        read_arx(file("a;*\n".encode("utf-16")), "x")
    with pytest.raises(InputTooLarge, match="line 1: a cell is too long"):
        read_arx(file("a" * 200_000 + ";*\n"), "x")
    monkeypatch.setattr(format_of_arx, "MAX_BYTES", 3)
    with pytest.raises(InputTooLarge, match="more than 3 bytes"):
        read_arx(file("a;*\n"), "x")


def test_the_widths_of_intervals_are_given_beside_the_file(tmp_path):
    hierarchy = intervals_from_width("age", ["7", "12", "", "33"], low=0, high=50, width=5)
    write_arx(tmp_path / "h.csv", hierarchy)
    assert read_arx(tmp_path / "h.csv", "age") != hierarchy
    assert read_arx(tmp_path / "h.csv", "age", widths=hierarchy.widths) == hierarchy


def test_a_lone_surrogate_is_not_written(tmp_path):
    with pytest.raises(WrongEncoding):
        write_arx(tmp_path / "h.csv", redacted("x", ["\ud800"]))
    assert not list(tmp_path.glob("*.csv"))


@given(
    values=st.lists(st.text(st.sampled_from("ab;,\t\r\n\"' *\ufeff字="), max_size=4), min_size=1, unique=True),
    levels=st.integers(0, 2),
    separator=st.sampled_from(format_of_arx.SEPARATORS),
    seed=st.randoms(use_true_random=False),
)
@settings(max_examples=40, deadline=None)
def test_what_is_written_comes_back(tmp_path_factory, values, levels, separator, seed):
    labels, groups = [tuple(values)], list(range(len(values)))
    for _ in range(levels):
        joined = {group: seed.randint(0, len(values) - 1) for group in set(groups)}
        groups = [joined[group] for group in groups]
        labels.append(tuple(values[group] for group in groups))
    hierarchy = Hierarchy("x", tuple(values), tuple(labels))
    path = tmp_path_factory.mktemp("arx") / "h.csv"
    write_arx(path, hierarchy, separator=separator)
    assert read_arx(path, "x") == hierarchy


@given(st.text(st.sampled_from('ab;,\t\n"'), max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_text_is_read_or_refused_by_name(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("arx") / "h.csv"
    path.write_bytes(text.encode())
    with contextlib.suppress(MalformedRecord, EmptyData):
        assert read_arx(path, "x").levels >= 1
