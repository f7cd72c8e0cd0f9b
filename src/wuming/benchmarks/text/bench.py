"""The text bench: its rows."""

from __future__ import annotations

from wuming.benchmarks.house.bench import Bench, Row
from wuming.benchmarks.text import (
    chinese_names,
    english,
    false_alarms,
    fixtures,
    postal,
    records,
    speed,
    structured,
    volume,
)

_STRUCTURED, _NAMES = ("structured",), ("names",)

BENCH = Bench(
    "text",
    "Personal data in Chinese and English text: found, missed, mistaken, and how fast",
    (
        Row("speed", (), "Speed, one core, beside argus-redact and Presidio", speed.measure, 4.0),
        Row("clean", _STRUCTURED, "Structured types, plainly written", structured.clean, 6.0),
        Row("spellings", _STRUCTURED, "Structured types in adversarial spellings", structured.spelled, 5.0),
        Row("false-alarms", (), "False alarms where nothing is personal", false_alarms.measure, 3.0),
        Row("msra-persons", _NAMES, "Persons in Chinese news (MSRA test)", chinese_names.msra_persons, 0.5),
        Row("cluener-persons", _NAMES, "Persons in Chinese news (CLUENER dev)", chinese_names.cluener_persons, 0.5),
        Row("chinese-addresses", _NAMES, "Chinese postal addresses to the room", postal.measure, 0.2),
        Row("volume", (), "A gigabyte through deidentify and restore", volume.measure, 40.0, optional=True),
        Row("english", _NAMES, "English sentences with labelled spans", english.measure, 0.5),
        Row("records", (), "Paragraphs about people, beside argus-redact and Presidio", records.measure, 0.5),
        Row("fixtures", (), "Another product's cases (argus-redact)", fixtures.measure, 0.1),
    ),
)
