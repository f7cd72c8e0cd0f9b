"""How the sentences of presidio-research are read: joined addresses, types, ages, what is counted."""

from __future__ import annotations

from wuming.benchmarks.text.presidio_research import Sample, agreement, merged


def test_the_pieces_of_one_address_are_joined_over_bullets_and_marks_of_quoted_mail() -> None:
    text = "> 12 Elm Road\n> Leeds\n> 10115\nin York"
    pieces = [(2, 13, "STREET_ADDRESS"), (16, 21, "GPE"), (24, 29, "ZIP_CODE"), (33, 37, "GPE")]
    assert merged(text, pieces) == [(2, 29, "ADDRESS"), (33, 37, "LOCATION")]
    assert merged("12 Elm Road for Leeds", [(0, 11, "STREET_ADDRESS"), (16, 21, "GPE")]) == [
        (0, 11, "ADDRESS"),
        (16, 21, "LOCATION"),
    ]


def test_an_age_is_its_numeral() -> None:
    sample = Sample("This 79 year old man", [(5, 7, "AGE")], 1)
    assert agreement([sample], [[(5, 16, "AGE")]], outside=False).all.strict == 1
    assert agreement([sample], [[(8, 16, "AGE")]], outside=False).all.strict == 0


def test_types_outside_ours_are_counted_only_where_asked_for() -> None:
    sample = Sample("On Monday Ann left", [(3, 9, "DATE_TIME"), (10, 13, "PERSON")], 1)
    found = [[(10, 13, "PERSON"), (3, 9, "URL")]]
    assert agreement([sample], found, outside=False).all.f1(partial=False) == 1.0
    assert agreement([sample], found, outside=True).all.as_json()["recall_strict"] == 0.5
