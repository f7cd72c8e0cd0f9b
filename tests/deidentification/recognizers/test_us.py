"""Identifiers of the United States: hits and near misses."""

from __future__ import annotations

import pytest

from wuming.deidentification import Detector

DETECTOR = Detector(
    kinds=("PHONE", "US_SSN", "US_ITIN", "US_BANK_ROUTING", "US_DRIVER_LICENSE", "US_PLATE"), languages=("en",)
)

HITS = [
    ("PHONE", "call me at (303) 555-0142 please", "(303) 555-0142"),
    ("PHONE", "my number is 303-555-0142.", "303-555-0142"),
    ("PHONE", "555.123.4567", "555.123.4567"),
    ("PHONE", "phone 5551234567", "5551234567"),
    ("PHONE", "001-420-335-7509x38548", "001-420-335-7509x38548"),
    ("PHONE", "(978)645-9740x11144", "(978)645-9740x11144"),
    ("PHONE", "+1-555-123-4567", "+1-555-123-4567"),
    ("US_SSN", "My SSN is 078-05-1120.", "078-05-1120"),
    ("US_SSN", "078-05-1120", "078-05-1120"),
    ("US_SSN", "SSN is 123 45 6789", "123 45 6789"),
    ("US_SSN", "social security number 219099999", "219099999"),
    ("US_ITIN", "ITIN 912-70-1234", "912-70-1234"),
    ("US_ITIN", "912-70-1234", "912-70-1234"),
    ("US_ITIN", "taxpayer id 912701234", "912701234"),
    ("US_BANK_ROUTING", "routing number 021000021", "021000021"),
    ("US_BANK_ROUTING", "ABA 0210-0002-1", "0210-0002-1"),
    ("US_DRIVER_LICENSE", "driver license S123-456-78-901-0", "S123-456-78-901-0"),
    ("US_DRIVER_LICENSE", "Driver's license number: D1234567", "D1234567"),
    ("US_DRIVER_LICENSE", "my driver's license number is 2270-66-1551", "2270-66-1551"),
    ("PHONE", "stop sending messages to 024 971 50 30", "024 971 50 30"),
    ("PHONE", "they are not answering at 78 651 450", "78 651 450"),
    ("US_PLATE", "license plate 7ABC123 was towed", "7ABC123"),
    ("US_PLATE", "license plate number = HMW 5587; remarks", "HMW 5587"),
    ("US_PLATE", "plate number: 8-41341V", "8-41341V"),
    ("US_PLATE", "IKE-1471 is my license plate", "IKE-1471"),
    ("PHONE", "Someone posted 800.733.3177 here", "800.733.3177"),
]


@pytest.mark.parametrize(("kind", "text", "value"), HITS)
def test_hits(kind: str, text: str, value: str) -> None:
    assert [(span.kind, text[span.start : span.end]) for span in DETECTOR.find(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "000-45-6789", "666-45-6789", "SSN 666-45-6789", "SSN 900-45-6789", "12-345-6789", "123-45-67890",
        "order number 123-45-6789", "912-10-1234", "021000021", "routing 021000022", "D1234567", "2024-01-02",
        "5551234567", "tracking 303-555-0142", "a-123-45-6789",
        "plate number missing, submitted on 2024-05-06", "license plate WANTED", "下单时间 2024-07-27 09:13:24",
    ],
)  # fmt: skip
def test_near_misses(text: str) -> None:
    assert DETECTOR.find(text) == []
