"""Values of the text bench: sentences frozen by digest, check digits as published, spellings as they claim."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from importlib.util import find_spec
from random import Random

import pytest

from wuming.benchmarks.text import carriers, sources, standards_china, standards_devices, standards_world, structured
from wuming.benchmarks.text.documents import place, place_all
from wuming.benchmarks.text.spellings import SPELLINGS
from wuming.benchmarks.text.values import ALIASES, Form, drawn
from wuming.deidentification.kinds import STRUCTURED

FORMS = sources.STANDARDS


def test_sentences_and_words_are_those_that_were_frozen() -> None:
    assert carriers.digest(carriers.WITH_WORD, carriers.BARE, carriers.LABELS) == carriers.FROZEN
    changed = {**carriers.WITH_WORD, "en": carriers.WITH_WORD["en"][1:]}
    assert carriers.digest(changed, carriers.BARE, carriers.LABELS) != carriers.FROZEN


@pytest.mark.skipif(find_spec("wuming.benchmarks.text.carriers_held_out") is None, reason="not shown yet")
def test_held_out_sentences_are_those_that_were_frozen() -> None:
    from wuming.benchmarks.text import carriers_held_out as held

    assert carriers.digest(held.WITH_WORD, held.BARE, held.LABELS) == carriers.HELD_OUT


@pytest.mark.parametrize("language", ["zh", "en"])
def test_there_are_forty_sentences_a_language_and_each_has_one_place_for_the_value(language: str) -> None:
    sentences = (*carriers.WITH_WORD[language], *carriers.BARE[language])
    assert len(set(sentences)) >= 40
    assert all(sentence.count("{value}") == 1 for sentence in sentences)
    assert all("{label}" in sentence for sentence in carriers.WITH_WORD[language])


def test_every_structured_type_has_values_and_words() -> None:
    assert set(STRUCTURED) <= {form.kind for form in FORMS}
    assert {form.labels or form.kind for form in FORMS} <= set(carriers.LABELS)
    assert all(names <= set(STRUCTURED) for names in ALIASES.values())


def test_check_digits_are_those_of_published_examples() -> None:
    china, world, devices = standards_china, standards_world, standards_devices
    assert china.mod_11_2("11010519491231002") == "X"
    assert china.mod_31("91350100" + china.mod_11("M000100Y")) == "91350100M000100Y43"
    assert china.luhn("7992739871") == "79927398713"
    assert china.hong_kong_check("A123456") == "3"
    assert china.taiwan_check("A12345678") == "9"
    assert devices.vin_check("1HGCM826X3A004352") == "1HGCM82633A004352"
    assert world.iban_check("DE", "370400440532013000") == "DE89370400440532013000"
    assert world.nhs_check("943476591") == "9434765919"
    assert world.routing_check("01100001") == "011000015"
    program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    assert devices.bech32(0, program) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"  # BIP 173
    program = bytes.fromhex("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
    assert devices.bech32(1, program) == "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"  # BIP 350
    genesis = bytes.fromhex("62e907b15cbf27d5425399ebf6f0fb50ebb88f18")
    assert devices.base58(0, genesis) == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.kind}, {form.name}")
def test_a_document_holds_its_value_where_it_says(form: Form) -> None:
    rng = Random(form.name)
    for _ in range(20):
        value = drawn(form, rng)
        document = place(value, rng)
        assert document is not None
        assert document.text[document.start : document.end] == value.text
        assert document.worded or value.bare


def test_the_same_seed_gives_the_same_documents() -> None:
    values = sources.own_values(4, 1)
    assert place_all(values, 2) == place_all(sources.own_values(4, 1), 2) != place_all(values, 3)


def test_there_are_twenty_spellings_at_least_and_none_is_the_plain_one() -> None:
    assert len({spelling.name for spelling in SPELLINGS}) >= 20
    for spelling in SPELLINGS:
        documents = structured.spelled_documents(spelling, 30, 4)
        assert len(documents) == 30
        for document in documents:
            written = document.text[document.start : document.end]
            assert written != document.value.text
            assert document.value.kind in spelling.kinds


PLAIN = {name: form for form in FORMS for name in [form.kind] if structured.PLAIN_FORMS.get(name) == form.name}
BY_NAME = {spelling.name: spelling for spelling in SPELLINGS}
COMPATIBLE = [
    "full-width", "circled digits", "superscript digits", "subscript digits", "mathematical bold digits",
    "double-struck digits",
]  # fmt: skip


@pytest.mark.parametrize("name", COMPATIBLE)
def test_other_digits_are_compatible_with_the_plain_ones(name: str) -> None:
    value = drawn(PLAIN["BANK_CARD"], Random(1)).text
    assert unicodedata.normalize("NFKC", BY_NAME[name].respell(value, Random(2))) == value


@pytest.mark.parametrize(
    "name", [name for name in BY_NAME if "between" in name or "marks" in name or "zero-width" in name or "soft" in name]
)
def test_what_is_written_between_digits_can_be_taken_out_again(name: str) -> None:
    value = drawn(PLAIN["CN_RESIDENT_ID"], Random(3)).text
    assert re.sub(r"[^0-9Xx]", "", BY_NAME[name].respell(value, Random(2))) == value


def test_escapes_are_those_of_their_languages() -> None:
    import html
    import json
    import urllib.parse

    value = drawn(PLAIN["EMAIL"], Random(5)).text
    assert html.unescape(BY_NAME["HTML references"].respell(value, Random(1))) == value
    assert json.loads(f'"{BY_NAME["JSON escapes"].respell(value, Random(1))}"') == value
    assert urllib.parse.unquote(BY_NAME["URL escapes"].respell(value, Random(1))) == value


def test_peers_need_nothing_of_ours_but_the_scanner() -> None:
    code = (
        "import sys\nimport wuming.benchmarks.house.protocol, wuming.benchmarks.text.scanner\n"
        "print(sorted(name for name in sys.modules if name.startswith('wuming.')"
        " and not name.startswith('wuming.benchmarks')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "[]"
