"""Postal addresses in English text: whole to the unit, over line ends, of many countries; what only looks like one."""

from __future__ import annotations

import pytest

from wuming.deidentification.english.addresses import find_english_addresses
from wuming.deidentification.specification import TAKEN


def found(text: str) -> list[str]:
    """The longest stretches taken as addresses, in order."""
    taken = sorted((one.start, -one.end) for one in find_english_addresses(text) if one.score >= TAKEN)
    kept: list[tuple[int, int]] = []
    for start, end in taken:
        if not kept or start >= kept[-1][1]:
            kept.append((start, -end))
    return [text[start:end] for start, end in kept]


@pytest.mark.parametrize(
    "address",
    [
        "482 Maple Avenue, Apt 5B, Denver, CO 80203",
        "1600 N Oak St, Springfield, IL 62704",
        "P.O. Box 1234, Austin, TX 78701",
        "221B Baker Street, London NW1 6XE",
        "Flat 3, 27 Colmore Row, Birmingham, B3 2EW",
        "1600 Pennsylvania Avenue NW, Washington, DC 20500",
        "350 Fifth Avenue\nNew York, NY 10118",
        "12 Harbour View Road\nApt. 14\nAuckland\nNew Zealand 1010",
        "Hauptstraße 12, 10115 Berlin, Germany",
        "12 rue de Rivoli, 75001 Paris, France",
        "Via Roma 131",
        "Magasinsgatan 7",
        "Unit 4, 12 King Road\nManchester\nM1 2AB",
        "PSC 1437, Box 3833\nAPO AA 66791",
        "the corner of Elm Street and Fifth Avenue",
        "45 Oak Drive",
        "ul. Marszałkowska 10/12, 00-590 Warszawa",
        "Nyhavn 17, 1051 København K",
        "Karl Johans gate 22, 0026 Oslo, Norway",
        "Vodičkova 36, 116 02 Praha 1, Czech Republic",
        "Av. Paulista 1578, São Paulo - SP, 01310-200",
        "12, MG Road, Bengaluru 560001",
        "Plot 4, Ngong Road, Nairobi",
        "Rynek Główny 8",
        "Szent István király útja 44, Szeged",
        "Kossuth Lajos utca 12., 1053 Budapest",
        "Dunaújvárosi utca 2., H-2746 Mosonmagyaróvár",
        "chemin de Balmat 2, 7146 Badan",
        "Parmova ulica 18, 1000 Ljubljana",
        "22, rue de Valentin, 50563 Delahaye-sur-Barbier",
        "Mikonkatu 17 A 4, 00100 Helsinki",
        "Viale Tomasetti, 32",
        "118 Wekawhanga Copse",
        "Paseo de Priscila Blanco 45 Puerta 4, 28001 Madrid",
    ],
)
def test_whole(address: str) -> None:
    for frame in ("{}", "Please send it to {}.", "I live at {}, thanks", "Address: {}\n\nBest"):
        assert found(frame.format(address)) == [address], frame


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Please update my zip to 6280", ["6280"]),
        ("my zip code has changed to 48750", ["48750"]),
        ("The postcode is SW1A 1AA now", ["SW1A 1AA"]),
        ("She resides at 48659 Simmons Parkways.", ["48659 Simmons Parkways"]),
        ("She worked at 3000 Simmons Parkways.", []),
        ("zip of 4 files, the ZIP file is 1098 bytes", []),
    ],
)
def test_postcodes_alone(text: str, codes: list[str]) -> None:
    assert found(text) == codes


def test_without_capitals() -> None:
    text = "ship to 482 maple avenue, apt 5b, denver, co 80203"
    assert found(text) == ["482 maple avenue, apt 5b, denver, co 80203"]
    assert found("she lives at flat 4, 12 queens road, bristol bs8 1qu") == ["flat 4, 12 queens road, bristol bs8 1qu"]
    assert found("you must enter on hegyalja út 98 at noon") == ["hegyalja út 98"]


def test_postcode_beside_its_label() -> None:
    assert found("ZIP: 90210") == ["90210"]
    assert found("postcode is SW1A 1AA") == ["SW1A 1AA"]


@pytest.mark.parametrize(
    "text",
    [
        "in May 2020 the 3 Musketeers met on 12 January 2021",
        "I was born on 5 May 1990 in Krakow",
        "Windows 10, Boeing 747 and Chapter 12",
        "Version 3 Beta 2 of Python 3.11 costs 99 Dollars",
        "3 Hard Drive failures on Server 12",
        "Order 66 was placed at Table 4 by 2 Adults",
        "HTTP 404 Not Found, 500 Internal Server Error",
        "The Wall Street Journal, 5 Star Hotels, 100 Best Places",
        "int main(void) { return 42 Main; }",
        "In 2012, Oak Street was closed",
        "addresses as defined by RFC 4193.",
        "Apollo 11, 1969 Houston",
        "Based on RFC 2060: IMAP",
    ],
)
def test_no_address(text: str) -> None:
    assert found(text) == []


def test_linear_on_long_lines() -> None:
    for text in ("1 A " * 50_000, "Rue " * 50_000, "9" * 200_000, "12 Aa Bb Cc Dd Ee Ff " * 10_000):
        find_english_addresses(text)
