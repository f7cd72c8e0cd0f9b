"""Contracts in files and options: what is read, and problems with their places and without what stands there."""

from __future__ import annotations

import contextlib
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import (
    InputTooLarge,
    MalformedRecord,
    MissingFile,
    PlanError,
    PrivacyParameterError,
    WrongEncoding,
    WumingError,
)
from wuming.statistics.contract import Contract
from wuming.statistics.contract_file import (
    LARGEST_CONTRACT,
    Terms,
    bounds_of,
    keys_of,
    load_contract,
)
from wuming.statistics.key_lists import LARGEST_FILE, key_file

BEGIN = "subject: user_id\nmax_rows: 20\n"
WHOLE = """\
subject: user_id
max_rows: 20
max_groups: 3
bounds:
  spend: [0, 5000]
  change: [-1.5, 2e3]
keys:
  city: {file: lists/cities.csv}
  place: {file: lists/cities.csv, column: city}
  plan: [free, paid]
  level: [1, 2, 10]
  zip: ["010", "020"]
  open: [true, false]
"""
CONTRACT = Contract(
    "user_id",
    20,
    3,
    {"spend": (0, 5000), "change": (-1.5, 2000)},
    {
        "city": ("北京", "上海, 浦东"),
        "place": ("北京", "上海, 浦东"),
        "plan": ("free", "paid"),
        "level": (1, 2, 10),
        "zip": ("010", "020"),
        "open": (True, False),
    },
)


@pytest.fixture
def written(tmp_path):
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "cities.csv").write_text('city,size\n北京,1\n"上海, 浦东",2\n', encoding="utf-8")

    def write(text, name="orders.yaml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_a_contract_alone(written):
    path = written(WHOLE)
    assert load_contract(path) == (CONTRACT, Terms())
    assert load_contract(written("\ufeff" + BEGIN))[0] == Contract("user_id", 20)


def test_with_a_price(written):
    path = written(WHOLE + "epsilon: 1\ndelta: 1e-6\nnoise: gaussian\n")
    assert load_contract(path) == (CONTRACT, Terms(1.0, 1e-6, "gaussian"))
    assert load_contract(written(BEGIN + "delta: 0\n"))[1] == Terms(delta=0.0)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("- secret\n", ["1:1"]),
        ("", ["1:1"]),
        ("subject: a\n", ["1:1"]),
        ("max_rows: 3\n", ["1:1"]),
        ("subject:\nmax_rows: 3\n", ["1:1"]),
        ("subject: 5\nmax_rows: 3\n", ["1:1"]),
        ("subject: ''\nmax_rows: 3\n", ["1:1"]),
        ("subject: a\nmax_rows: 0\nmax_groups: true\n", ["2:1", "3:1"]),
        ("subject: a\nmax_rows: 1.0\n", ["2:1"]),
        ("subject: a\nmax_rows: 1048577\n", ["2:1"]),
        ("subject: a\nsubject: secret\nmax_rows: 1\n", ["2:1"]),
        ("subject: a\nmax_rows: [1\n", ["3:1"]),
        ("subject: &x a\nmax_rows: 1\n", ["1:10"]),
        (BEGIN + "secrets: 1\nmax_row: 2\n", ["3:1", "4:1"]),
        (BEGIN + "bounds:\n", ["3:1"]),
        (BEGIN + "bounds: [spend]\n", ["3:1"]),
        (BEGIN + "bounds:\n  a: 3\n  b: [1]\n  c: [1, 0]\n  d: [0, 0]\n", ["4:3", "5:3", "6:3", "7:3"]),
        (BEGIN + f"bounds: {{a: [{1 << 53}, {(1 << 53) + 1}]}}\n", ["3:10"]),
        (BEGIN + "bounds:\n  a: [0, .inf]\n  b: [.nan, 1]\n  c: [0, 1e101]\n", ["4:3", "5:3", "6:3"]),
        (BEGIN + f"bounds:\n  a: [0, 1{'0' * 400}]\n  b: [true, 3]\n  c: ['0', 1]\n", ["4:3", "5:3", "6:3"]),
        (BEGIN + "keys: [city]\n", ["3:1"]),
        (BEGIN + "keys:\n  a: secret\n  b: []\n  c:\n", ["4:3", "5:3", "6:3"]),
        (BEGIN + "keys:\n  a: [x, y, x, 3]\n", ["4:13", "4:16"]),
        (BEGIN + "keys:\n  a: [1, 2.5, true, null]\n", ["4:10", "4:15", "4:21"]),
        (BEGIN + f"keys:\n  a: [{1 << 63}]\n  b: [.nan]\n  c: [[secret]]\n", ["4:7", "5:7", "6:7"]),
        (BEGIN + 'keys:\n  a: ["\\ud800"]\n', ["4:7"]),
        (BEGIN + "keys:\n  a: {}\n  b: {file: 3}\n  c: {file: f, column: 3}\n", ["4:3", "5:3", "6:3"]),
        (BEGIN + "keys:\n  a: {file: f, secret: g}\n  b: {file: ''}\n", ["4:3", "5:3"]),
        (BEGIN + "epsilon: 0\ndelta: 1\nnoise: secret\n", ["3:1", "4:1", "5:1"]),
        (BEGIN + "epsilon: .inf\ndelta: -1e-9\nnoise: [laplace]\n", ["3:1", "4:1", "5:1"]),
        (BEGIN + "epsilon: '1'\ndelta: .nan\nnoise:\n", ["3:1", "4:1", "5:1"]),
    ],
)
def test_problems_are_named_with_their_places(written, text, places):
    path = written(text)
    with pytest.raises(PlanError) as caught:
        load_contract(path)
    message = str(caught.value)
    assert re.findall(re.escape(str(path)) + r":(\d+:\d+)", message) == places
    assert "secret" not in re.sub("secrets|secret unknown", "", message)
    assert caught.value.help


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"#" * (LARGEST_CONTRACT + 1), InputTooLarge),
        (b"subject: \xff\n", WrongEncoding),
        (BEGIN.encode() + b"keys: {a: {file: nowhere.csv}}\n", MissingFile),
        (BEGIN.encode() + b"keys: {a: {file: lists}}\n", MissingFile),
        (BEGIN.encode() + b'keys: {a: {file: "\\0"}}\n', MissingFile),
        (BEGIN.encode() + b'keys: {a: {file: "\\ud800"}}\n', MissingFile),
        (BEGIN.encode() + b"keys: {a: {file: lists/cities.csv}}\n", PrivacyParameterError),
    ],
)
def test_files_that_cannot_be_read(written, data, error):
    path = written(data)
    with pytest.raises(error):
        load_contract(path)
    with pytest.raises(MissingFile):
        load_contract(path.parent / "absent.yaml")


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("北京\n上海\n", ("北京", "上海")),
        ("  北京 \r\n\r\n上海\r", ("北京", "上海")),
        ("\ufeff北京\n上海", ("北京", "上海")),
        ("city\n北京\n上海\n", ("北京", "上海")),
        ('"city"\n"北京"\n"上海, 浦东"\n', ("北京", "上海, 浦东")),
        ("id;city\n1;北京\n2;上海\n", ("北京", "上海")),
        ('city\n"two\nlines"\n""\n', ("two\nlines", "")),
        ("a\u2028b\nc\n", ("a\u2028b", "c")),
        ("1\n2\n-10\n", (1, 2, -10)),
        ("1\n02\n", ("1", "02")),
        ("-0\n", ("-0",)),
        ("1.5\n2\n", ("1.5", "2")),
        (f"{(1 << 63) - 1}\n", ((1 << 63) - 1,)),
        (f"{1 << 63}\n1\n", (str(1 << 63), "1")),
        ("9" * 5000 + "\n", ("9" * 5000,)),
        ("٣\n", ("٣",)),
    ],
)
def test_files_of_keys(written, data, keys):
    assert key_file(written(data, "keys"), "city") == keys


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        ("secret\nb\nsecret\n", PrivacyParameterError, "line 3: this key stands on line 1"),
        ("id,city\n1,secret\n2,secret\n", PrivacyParameterError, "line 3: this key stands on line 2"),
        ("secret,b\n", PrivacyParameterError, "no column"),
        ("city,size\nsecret\n", MalformedRecord, "line 2"),
        ('city\n"secret\n', MalformedRecord, "quotes"),
        (b"\xff", WrongEncoding, "line 1"),
        (b"a" * (LARGEST_FILE + 1), InputTooLarge, "16 MiB"),
    ],
)
def test_bad_files_of_keys(written, data, error, words):
    path = written(data, "keys")
    with pytest.raises(error, match=words) as caught:
        key_file(path, "city")
    assert "secret" not in (str(caught.value) + caught.value.help).replace(str(path), "")


def test_a_file_without_keys(written):
    written("\n\n", "none.csv")
    with pytest.raises(PlanError, match=r":4:3: keys.a names a file without keys"):
        load_contract(written(BEGIN + "keys:\n  a: {file: none.csv}\n"))


def test_options(written):
    cities = written("北京\n上海\n", "cities.csv")
    assert bounds_of("spend=0:5000") == ("spend", (0.0, 5000.0))
    assert bounds_of("a=b=-1:2.5e3") == ("a=b", (-1.0, 2500.0))
    assert keys_of("plan=free, paid") == ("plan", ("free", "paid"))
    assert keys_of("level=1,2") == ("level", (1, 2))
    assert keys_of("zip=010,020") == ("zip", ("010", "020"))
    assert keys_of("plan=a=b") == ("plan", ("a=b",))
    assert keys_of(f"city=@{cities}") == ("city", ("北京", "上海"))


@pytest.mark.parametrize(
    "text",
    ["", "spend", "spend=1", "=1:2", "spend=a:b", "a=nan:1", "a=0:inf", "a=1_0:20", "a=０:９", "a=0:1:2", "a= 0:1"],
)
def test_bounds_that_cannot_be_read(text):
    with pytest.raises(PrivacyParameterError, match="COLUMN=LOW:HIGH"):
        bounds_of(text)


@pytest.mark.parametrize("text", ["", "city", "city=", "=a", "city=a,,b", "city=a, "])
def test_keys_that_cannot_be_read(text):
    with pytest.raises(PrivacyParameterError, match="COLUMN=@FILE"):
        keys_of(text)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
NEAR = st.fixed_dictionaries(
    {},
    optional={
        "subject": st.just("u") | ANYTHING,
        "max_rows": st.just(3) | ANYTHING,
        "max_groups": st.just(3) | ANYTHING,
        "bounds": st.dictionaries(st.text(max_size=3), st.lists(st.floats() | st.integers(), max_size=3)) | ANYTHING,
        "keys": st.dictionaries(st.text(max_size=3), st.lists(SCALARS, max_size=4)) | ANYTHING,
        "epsilon": st.floats() | ANYTHING,
        "delta": st.floats() | ANYTHING,
        "noise": st.just("laplace") | ANYTHING,
    },
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("contracts")


@settings(max_examples=150, deadline=None)
@given(value=NEAR | ANYTHING)
def test_any_value_is_a_contract_or_a_problem_with_its_place(folder, value):
    path = folder / "c.yaml"
    path.write_text(json.dumps(value).replace("Infinity", ".inf").replace("NaN", ".nan"), encoding="utf-8")
    try:
        contract, terms = load_contract(path)
    except WumingError as error:
        refused = error
    else:
        assert isinstance(contract, Contract)
        assert isinstance(terms, Terms)
        return
    if isinstance(refused, PlanError):
        assert re.search(r"c\.yaml:\d+:\d+: ", str(refused))
    else:
        assert "file" in json.dumps(value)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=60), option=st.text(max_size=20))
def test_any_text_is_read_or_refused_by_name(folder, text, option):
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    for reading in (load_contract, lambda path: key_file(path, "a")):
        with contextlib.suppress(WumingError):
            reading(path)
    for reading in (bounds_of, keys_of):
        with contextlib.suppress(WumingError):
            reading(option)
