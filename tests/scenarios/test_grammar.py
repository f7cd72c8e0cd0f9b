"""The grammar: offsets are exact, memory holds within a scene, faulty templates are refused."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.scenarios.customer_service import dialogues_en, dialogues_zh
from wuming.scenarios.customer_service.grammar import Scene, Text, undefined_rules, words

RULES = {"animal": ("otter", "heron", "鹤"), "deep": ("{animal} and {animal}",), "n": lambda rng: str(rng.randrange(9))}


def personal(name: str) -> list[tuple[str, str | None]]:
    return [("+86 ", None), (name.upper(), name)]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(), st.lists(st.sampled_from(["a(b|c|)", "<mobile>", "{animal}", "{=deep}", "（好）", "{n}", "(<x>|)"]))
)
def test_every_span_points_at_its_item(seed, parts):
    text = Text()
    Scene(Random(seed), RULES, personal).write("".join(parts), text)
    whole = str(text)
    assert text.length == len(whole)
    for start, end, kind in text.spans:
        assert whole[start:end] == kind.upper()
    assert whole.count("MOBILE") == sum(kind == "mobile" for *_, kind in text.spans)


def test_a_remembered_rule_is_said_again_and_a_fresh_one_varies():
    scene = Scene(Random(5), RULES)
    assert len({scene.say("{=animal}") for _ in range(30)}) == 1
    assert len({scene.say("{animal}") for _ in range(30)}) == 3


@pytest.mark.parametrize("template", ["(a|b", "a)", "a>b", "x}"])
def test_faulty_templates_are_refused(template):
    with pytest.raises(ValueError):
        Scene(Random(0), RULES).say(template)


def test_a_public_scene_cannot_write_personal_items():
    with pytest.raises(ValueError, match="none is allowed"):
        Scene(Random(0), RULES).say("call <mobile>")


def test_undefined_rules_are_found():
    assert undefined_rules(RULES, roots=["{deep} {animal}"]) == set()
    assert undefined_rules(RULES, roots=["{deep} (x|{bird})"]) == {"bird"}


@pytest.mark.parametrize("book", [dialogues_zh, dialogues_en])
def test_the_private_grammars_are_complete(book):
    roots = [template for intent in book.INTENTS for template in intent.user + intent.agent]
    roots += [
        template for group in (book.IDENTITY, book.READBACK) for templates in group.values() for template in templates
    ]
    roots += ["{greet}{follow}{thanks}{bye}{ask}{opening}{closing}{feature}"]
    assert undefined_rules(book.RULES, roots=roots) == set()
    assert {item for intent in book.INTENTS for item in intent.items} <= set(book.IDENTITY)
    assert len(book.INTENTS) >= 25
    assert len(book.PRODUCTS) >= 12
    assert len(book.POLICIES) >= 8


def test_words_splits_and_joins_phrases():
    assert words(" a b_c \n d ") == ("a", "b c", "d")
