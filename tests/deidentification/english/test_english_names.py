"""Names of persons, organisations and places in English: hits, near misses, and what the tagger guarantees."""

from __future__ import annotations

import pytest

from wuming.deidentification.english.naming import find_english_names
from wuming.deidentification.specification import TAKEN


def found(text: str, kind: str) -> list[str]:
    """The stretches of `text` taken as `kind`, in order, none of them inside another."""
    taken = sorted((one.start, -one.end) for one in find_english_names(text) if one.kind == kind and one.score >= TAKEN)
    kept: list[tuple[int, int]] = []
    for start, end in taken:
        if not kept or start >= kept[-1][1]:
            kept.append((start, -end))
    return [text[start:end] for start, end in kept]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("My name is Sarah Miller and I need help", ["Sarah Miller"]),
        ("Dear Mr. Kowalczyk, your refund is on its way", ["Kowalczyk"]),
        ("I spoke to Jessica yesterday.", ["Jessica"]),
        ("Please ship it to Zhang Wei", ["Zhang Wei"]),
        ("Dr. Nguyen Thi Lan will see you at noon", ["Nguyen Thi Lan"]),
        ("Kind regards,\nBjörn Lindqvist", ["Björn Lindqvist"]),
        ("Name: John O'Brien-Smith\nPhone: 555", ["John O'Brien-Smith"]),
        ("NAME: JOHN SMITH", ["JOHN SMITH"]),
        ("my name is emily carter", ["emily carter"]),
        ("follow up with patricia jones next week", ["patricia jones"]),
        ("J. R. Hartley wrote to Ms. Okonkwo", ["J. R. Hartley", "Okonkwo"]),
        ("Ivan met María José García López in March", ["Ivan", "María José García López"]),
        ("客服Amy为您服务", ["Amy"]),
        ("Anna's car is blue", ["Anna"]),
        ("Officer Delgado arrested two men", ["Delgado"]),
        ("Dear Ms. Little", ["Little"]),
        ("Baroness Elke von Thann left", ["Elke von Thann"]),
        ("Anna, Ben and Tom are here", ["Anna", "Ben", "Tom"]),
        ('"It was late," said Fernando Alvarez, a teacher.', ["Fernando Alvarez"]),
        ("Tanvirul shares photos with Anna", ["Tanvirul", "Anna"]),
        ("Mr Tanvirul works with Abimbolade.", ["Tanvirul", "Abimbolade"]),
        ("I worked with Orhun for three years", ["Orhun"]),
        ("Tell Alenka I said hi. Does Tanvirul know?", ["Alenka", "Tanvirul"]),
        ("Ihre Steuer-ID lautet 02 345 678 901", []),
    ],
)
def test_persons(text: str, names: list[str]) -> None:
    assert found(text, "PERSON") == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("I work for Microsoft in Seattle", ["Microsoft"]),
        ("She studied at the University of Vermont.", ["University of Vermont"]),
        ("Shares of Northgate Holdings rose 4%", ["Northgate Holdings"]),
        ("Hawthorn Primary School is closed.", ["Hawthorn Primary School"]),
        ("Doctors at St. Columba's Hospital agree", ["St. Columba's Hospital"]),
        ("We hired him through Gradiant Research LLC.", ["Gradiant Research LLC"]),
        ("He was treated at Springfield General Hospital", ["Springfield General Hospital"]),
        ("The Brenloxa office is closed on Monday", ["Brenloxa"]),
        ("Quivara is a small logistics company from Ohio", ["Quivara"]),
        ("Ask Gradient Research LLC for a refund.", ["Gradient Research LLC"]),
        ("Does Microbilt Corporation ship abroad?", ["Microbilt Corporation"]),
        ("The data was stolen from Flightstats last week.", ["Flightstats"]),
        ("I work for Lawdragon", ["Lawdragon"]),
        ("Block Inc fell by a third", ["Block Inc"]),
        (
            "Shares of Quilldata, Brenloxa and Cobalt Ridge Partners fell.",
            ["Quilldata", "Brenloxa", "Cobalt Ridge Partners"],
        ),
        ("I work for Harper, Jenkins and Morgan in Leeds", ["Harper, Jenkins and Morgan"]),
    ],
)
def test_organisations(text: str, names: list[str]) -> None:
    assert found(text, "ORGANIZATION") == names


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("In Cardiff, Eutropio Prat is a household name.", "PERSON", ["Eutropio Prat"]),
        ("Robin Cox is a 36-year-old male; Colton Strong, a 55-year-old.", "PERSON", ["Robin Cox", "Colton Strong"]),
        ("The Corner Bakery is a 30-year-old business.", "PERSON", []),
        ("We met Lt. Col. James Harrow and Prof. Dr. Wolfgang Meyer.", "PERSON", ["James Harrow", "Wolfgang Meyer"]),
        ("Please mark this. Tell Mark the truth.", "PERSON", ["Mark"]),
        ("After nine years in Ontario, Markus Flantz took a job.", "PERSON", ["Markus Flantz"]),
        ("There are three founders: Konya, Becker and Vasquez.", "PERSON", ["Konya", "Becker", "Vasquez"]),
        ("We sell to Norway, Denmark and Jordan.", "LOCATION", ["Norway", "Denmark", "Jordan"]),
        ("Quorinda is a 2017 comedy film directed by Lena Moss.", "PERSON", ["Lena Moss"]),
        ("Quorinda is a 2017 comedy film directed by Lena Moss.", "ORGANIZATION", []),
        ("Berkshire Tannoy is a design agency based in Ohio.", "ORGANIZATION", ["Berkshire Tannoy"]),
        ("Anna Moss is a supplier of flowers.", "ORGANIZATION", []),
        ("According to Levi Galijn, Hartmann GmbH never paid.", "ORGANIZATION", ["Hartmann GmbH"]),
        ("Hale, Moss and Ortega LLP sued us.", "ORGANIZATION", ["Hale, Moss and Ortega LLP"]),
        ("Zestly and Hartmann GmbH are merging.", "ORGANIZATION", ["Zestly", "Hartmann GmbH"]),
        ("We hired Marlow and Finch Ltd in May.", "ORGANIZATION", ["Marlow and Finch Ltd"]),
    ],
)
def test_names_are_corrected_by_those_beside_them(text: str, kind: str, names: list[str]) -> None:
    assert found(text, kind) == names


def test_the_line_between_a_person_and_an_address_names_an_organisation() -> None:
    card = "Astrid Moss\nLawdragon\n138 Consul Place"
    assert found(card, "ORGANIZATION") == ["Lawdragon"]
    assert found(card, "PERSON") == ["Astrid Moss"]
    assert found("Astrid Moss\nNorway\n138 Consul Place", "ORGANIZATION") == []


@pytest.mark.parametrize(
    ("text", "kind", "names"),
    [
        ("I work for Chemical Abstracts Service.", "ORGANIZATION", ["Chemical Abstracts Service"]),
        ("I work for Uncle Bob and at Christmas, too.", "ORGANIZATION", []),
        ("Raute said it has won an order, and Outotec's net sales fell.", "ORGANIZATION", ["Raute", "Outotec"]),
        ("Kowalczyk said it was raining; Anna said it has stopped.", "PERSON", ["Kowalczyk", "Anna"]),
        ("Patient: KaTRina maRTin, aged 40, and dR. JosE riCHardSON", "PERSON", ["KaTRina maRTin", "JosE riCHardSON"]),
        ("Call getName() in JavaScript on YouTube; McDonald's has LaTeX.", "PERSON", []),
        ("Her maiden name is Key.", "PERSON", ["Key"]),
        ("POST /?first_name=Dmitry&last_name=Sokolov&zip=94110", "PERSON", ["Dmitry", "Sokolov"]),
        ("lastName: String, first_name: Optional[str], fullname='Default'", "PERSON", []),
        ("Brad Key wrote to us. Later Key moved.", "PERSON", ["Brad Key", "Key"]),
        ("Brad Key wrote to us. Press the Key to go on.", "PERSON", ["Brad Key"]),
        ("The U.N. office is closed", "ORGANIZATION", ["U.N."]),
        ("we flew from the united states to rome", "LOCATION", ["united states", "rome"]),
        ("follow up with monika žilková in a month", "PERSON", ["monika žilková"]),
        ("olga krylova's killers were found", "PERSON", ["olga krylova"]),
        ("My parents are Hungarians.", "LOCATION", []),
    ],
)
def test_names_known_by_the_words_before_them(text: str, kind: str, names: list[str]) -> None:
    assert found(text, kind) == names


@pytest.mark.parametrize("said", ["is a bank manager.", "is a business owner in Leeds", "is an agency nurse"])
def test_what_people_are_makes_no_organisation(said: str) -> None:
    assert found(f"Tanvirul {said}", "ORGANIZATION") == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("We moved here from Norway", ["Norway"]),
        ("I live in San Francisco now.", ["San Francisco"]),
        ("I have no card; I am in Lisbon", ["Lisbon"]),
        ("They flew from Paris to Buenos Aires", ["Paris", "Buenos Aires"]),
        ("France was super fun to visit!", ["France"]),
        ("The office is closed on Labor Day", []),
        ("We met in Praha 4, near the river", ["Praha 4"]),
        ("France 2, Norway 1", ["France", "Norway"]),
    ],
)
def test_places(text: str, names: list[str]) -> None:
    assert found(text, "LOCATION") == names


@pytest.mark.parametrize(
    "text",
    [
        "Hello, Customer Service, how can I help you on Monday?",
        "The Pro Max has a Smart Mode. Please Update it in March.",
        "Please click the Save Settings button to continue.",
        "Returns True if the Connection is open; raises ValueError otherwise.",
        "They're not answering. Don't worry, it's May already.",
        "I love Italian food and German cars.",
        "class HttpClient(BaseClient): return self.Session",
        "3... 2... 1... liftoff!",
        "    PYTHONUSERBASE = None",
        "warnings.warn(text, DeprecationWarning)",
        "except (AttributeError, OSError) as error:",
        "WAVE_FORMAT_ADPCM, ADPCM: 4 bits a sample",
        "SKU ZVT 4412, 3 pieces",
        "Invoice INV-20241009-29 is paid",
        "':': COLON,\n'&': AMPER,",
        "Setup: see the manual",
        "My NHS number is 943 476 5919, the other is NHS 485 777 3456.",
        "Mark this as read. Then bill the client and sue them.",
    ],
)
def test_nothing_personal(text: str) -> None:
    assert [one for one in find_english_names(text) if one.score >= TAKEN] == []


def test_a_name_found_once_is_found_in_its_other_mentions() -> None:
    text = "My name is Petra Vondrackova. The title on Vondrackova, as above, was wrong."
    assert "Vondrackova" in found(text, "PERSON")[1:]


def test_texts_do_not_influence_each_other() -> None:
    plain = "Sarah Miller met Ann in Rome"
    before = find_english_names(plain)
    find_english_names("My name is Rome Ann")
    assert find_english_names(plain) == before


def test_bounds_and_scores_hold_for_odd_texts() -> None:
    for text in (
        "",
        " ",
        "A",
        "A" * 5000,
        "Mr. " * 900,
        "Ab " * 4000,
        "\x00John\x01Smith",
        "Ł\u0301 É\n\n\nJ.",
        "O'" * 500,
    ):
        for one in find_english_names(text):
            assert 0 <= one.start < one.end <= len(text)
            assert 0 < one.score <= 1
