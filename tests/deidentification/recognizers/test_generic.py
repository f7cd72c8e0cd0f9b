"""Identifiers that look the same in every country: published checks, hits and near misses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from wuming.deidentification import Detector
from wuming.deidentification.recognizers import checks
from wuming.deidentification.recognizers.generic.calling_codes import possible_number
from wuming.deidentification.recognizers.generic.coin_checks import base_58_check, bech_32, eip_55
from wuming.deidentification.recognizers.generic.domains import cut_to_domain
from wuming.deidentification.recognizers.generic.keccak import keccak_256

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "identifiers.json").read_text())
DETECTOR = Detector(
    kinds=(
        "EMAIL", "PHONE", "CREDIT_CARD", "IBAN", "SWIFT_BIC", "IP_ADDRESS", "MAC_ADDRESS", "URL", "IMEI", "VIN",
        "CRYPTO_ADDRESS", "GEO_COORDINATE", "PASSPORT",
    )
)  # fmt: skip
CHECKS: dict[str, Callable[[str], object]] = {
    "vin": checks.vin_check,
    "aba": checks.aba_check,
    "nhs": checks.nhs_check,
    "imei": checks.luhn,
    "eip_55": eip_55,
    "bech_32": bech_32,
    "base_58": base_58_check,
}


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_published_values(name: str) -> None:
    assert [value for value in VECTORS[name]["valid"] if not CHECKS[name](value)] == []
    assert [value for value in VECTORS[name]["invalid"] if CHECKS[name](value)] == []


def test_published_hashes() -> None:
    for message in ("", "abc"):
        assert keccak_256(message.encode()).hex() == VECTORS["keccak_256"][message]


@pytest.mark.parametrize("name", ["aba", "nhs", "imei", "bech_32", "base_58"])
def test_every_single_error_is_caught(name: str) -> None:
    value = VECTORS[name]["valid"][-2]
    for place, old in enumerate(value):
        for new in set("023456789" if old.isdigit() else "ACDEFGHJKLMN") - {old, old.upper(), old.lower()}:
            if name != "bech_32" or place > value.rfind("1"):
                assert not CHECKS[name](value[:place] + new + value[place + 1 :])


def test_lengths_of_countries() -> None:
    assert possible_number("447700900123")
    assert possible_number("12025550123")
    assert possible_number("85261234567")
    assert not possible_number("1202555012")
    assert not possible_number("8526123456")
    assert not possible_number("0441234567")


def test_domains() -> None:
    assert cut_to_domain("mail.example.co.uk") == "mail.example.co.uk"
    assert cut_to_domain("example.com.Please") == "example.com"
    assert cut_to_domain("2x.png") == cut_to_domain("self.weight") == ""


HITS = [
    ("PASSPORT", "护照编号：512345678", "512345678"),  # 编号 alone would be a decoy
    ("IP_ADDRESS", "登录IP47.137.146.214，请查", "47.137.146.214"),
    ("IP_ADDRESS", "Look at this: 501:9ee5:43e:a1c8:8f0b:9250:77ed:a955!", "501:9ee5:43e:a1c8:8f0b:9250:77ed:a955"),
    ("MAC_ADDRESS", "地址吧——56-C8-E3-EF-0A-E5", "56-C8-E3-EF-0A-E5"),
    ("CREDIT_CARD", "收到378/4774/3928·433·6请回复", "378/4774/3928·433·6"),
    ("CREDIT_CARD", "我记得是5106279460\n476619这个。", "5106279460\n476619"),
    ("CREDIT_CARD", "Submitted 6OI12O5708705776, takes", "6OI12O5708705776"),
    ("CREDIT_CARD", "先按2 ２\xad2𝟏-8\u200b⑥ ⁵-３7７\xad7⁰𝟏 ⁸⓪\xad5登记", "2 ２\xad2𝟏-8\u200b⑥ ⁵-３7７\xad7⁰𝟏 ⁸⓪\xad5"),
    ("EMAIL", "邮箱zhangwei@example.com收件", "zhangwei@example.com"),
    ("EMAIL", "a.b+c@mail.example.co.uk.", "a.b+c@mail.example.co.uk"),
    ("EMAIL", "邮箱ｌｉｌｙ＠example.com", "ｌｉｌｙ＠example.com"),
    ("EMAIL", '"john doe"@example.com wrote', '"john doe"@example.com'),
    ("EMAIL", "to user@[192.168.1.1] and", "user@[192.168.1.1]"),
    ("EMAIL", "<bob_99@x.museum>", "bob_99@x.museum"),
    ("EMAIL", "Mail bob@example.com.Please answer", "bob@example.com"),
    ("EMAIL", "info@müller.de", "info@müller.de"),
    ("EMAIL", "联系：张三@example.com", "张三@example.com"),
    ("EMAIL", "li@例子.中国", "li@例子.中国"),
    ("EMAIL", "zhangwei[at]example[dot]com", "zhangwei[at]example[dot]com"),
    ("EMAIL", "zhangwei (at) example (dot) com", "zhangwei (at) example (dot) com"),
    ("EMAIL", "zhang dot wei at example dot com", "zhang dot wei at example dot com"),
    ("EMAIL", "zhangwei艾特example点com", "zhangwei艾特example点com"),
    ("EMAIL", "lily【at】qq.com", "lily【at】qq.com"),
    ("EMAIL", "bob @ example . com", "bob @ example . com"),
    ("EMAIL", "发到lily@qq。com", "lily@qq。com"),
    ("EMAIL", "lily88#qq.com", "lily88#qq.com"),
    ("EMAIL", "write to bob99 at gmail.com", "bob99 at gmail.com"),
    ("EMAIL", "bob&#64;example&#46;com", "bob&#64;example&#46;com"),
    ("PHONE", "+44 7700 900123", "+44 7700 900123"),
    ("PHONE", "电话+44 (0)20 7946 0958", "+44 (0)20 7946 0958"),
    ("PHONE", "tel 0044 20 7946 0958", "0044 20 7946 0958"),
    ("PHONE", "reach us at +49 151 23456789", "+49 151 23456789"),
    ("PHONE", "Tel: +55 (11) 99876-5432", "+55 (11) 99876-5432"),
    ("PHONE", "Mobile: +91 9876543210", "+91 9876543210"),
    ("PHONE", "+33 6 12 34 56 78", "+33 6 12 34 56 78"),
    ("PHONE", "tél. 06 12 34 56 78", "06 12 34 56 78"),
    ("PHONE", "携帯番号は090-1234-5678です", "090-1234-5678"),
    ("PHONE", "080-9876-5432", "080-9876-5432"),
    ("PHONE", "전화 010-1234-5678", "010-1234-5678"),
    ("PHONE", "Handy: 0171 1234567", "0171 1234567"),
    ("PHONE", "Telefon 089/12345678", "089/12345678"),
    ("PHONE", "07700 900123", "07700 900123"),
    ("PHONE", "0044 20 7946 0958", "0044 20 7946 0958"),
    ("PHONE", "It is 00 33 6 and 0033 6 12 34 56 78.", "0033 6 12 34 56 78"),
    ("PHONE", "Bonjour, 06 12 34 56 78", "06 12 34 56 78"),
    ("PHONE", "01.42.68.53.00", "01.42.68.53.00"),
    ("PHONE", "(11) 98765-4321", "(11) 98765-4321"),
    ("PHONE", "(02) 9876 5432", "(02) 9876 5432"),
    ("PHONE", "0131 496 0123", "0131 496 0123"),
    ("PHONE", "Ligar: (21) 3456-7890", "(21) 3456-7890"),
    ("PHONE", "+1 (303) 555-0142 ext 12", "+1 (303) 555-0142 ext 12"),
    ("CREDIT_CARD", "信用卡4111111111111111已扣款", "4111111111111111"),
    ("CREDIT_CARD", "card 3782 822463 10005", "3782 822463 10005"),
    ("CREDIT_CARD", "5555-5555-5555-4444", "5555-5555-5555-4444"),
    ("CREDIT_CARD", "30569309025904", "30569309025904"),
    ("CREDIT_CARD", "visa 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"),
    ("CREDIT_CARD", "信用卡号4111111111111112", "4111111111111112"),  # a slip in the check digit
    ("IBAN", "IBAN GB82 WEST 1234 5698 7654 32.", "GB82 WEST 1234 5698 7654 32"),
    ("IBAN", "账号DE89370400440532013000", "DE89370400440532013000"),
    ("IBAN", "gb42nawi04454264788619", "gb42nawi04454264788619"),
    ("IBAN", "RO49 AAAA 1B31 0075 9384 0000 then more", "RO49 AAAA 1B31 0075 9384 0000"),
    ("IBAN", "NL91 ABNA 0417 1643 00 and", "NL91 ABNA 0417 1643 00"),
    ("IBAN", "FR14 2004 1010 0505 0001 3M02 606", "FR14 2004 1010 0505 0001 3M02 606"),
    ("SWIFT_BIC", "SWIFT: DEUTDEFF", "DEUTDEFF"),
    ("SWIFT_BIC", "SWIFT代码 BKCHCNBJ300", "BKCHCNBJ300"),
    ("SWIFT_BIC", "swift code bofaus3n", "bofaus3n"),
    ("SWIFT_BIC", "IBAN NL91 ABNA 0417 1643 00, ABNANL2A", "ABNANL2A"),
    ("IP_ADDRESS", "服务器192.168.1.100宕机", "192.168.1.100"),
    ("IP_ADDRESS", "10[.]0[.]0[.]5", "10[.]0[.]0[.]5"),
    ("IP_ADDRESS", "http://10.1.2.3:8080/", "10.1.2.3"),
    ("IP_ADDRESS", "from 2001:db8:85a3::8a2e:370:7334,", "2001:db8:85a3::8a2e:370:7334"),
    ("IP_ADDRESS", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
    ("IP_ADDRESS", "地址 ::1 是本机", "::1"),
    ("IP_ADDRESS", "::ffff:192.168.1.1", "::ffff:192.168.1.1"),
    ("IP_ADDRESS", "fe80::1%eth0", "fe80::1%eth0"),
    ("IP_ADDRESS", "[2001:db8::1]:443", "2001:db8::1"),
    ("MAC_ADDRESS", "MAC地址AA:BB:CC:DD:EE:FF", "AA:BB:CC:DD:EE:FF"),
    ("MAC_ADDRESS", "00-1a-2b-3c-4d-5e", "00-1a-2b-3c-4d-5e"),
    ("MAC_ADDRESS", "aabb.ccdd.ee0f", "aabb.ccdd.ee0f"),
    ("MAC_ADDRESS", "mac 001A2B3C4D5E", "001A2B3C4D5E"),
    ("URL", "postgres://bob:hunter2@db.example.com:5432/x", "postgres://bob:hunter2@db.example.com:5432/x"),
    ("URL", "链接https://example.com/verify?token=abc123def456，请点", "https://example.com/verify?token=abc123def456"),
    ("URL", "(see https://a.com/x?email=bob@x.com).", "https://a.com/x?email=bob@x.com"),
    ("URL", "https://a.com/u?user_id=829104", "https://a.com/u?user_id=829104"),
    ("IMEI", "IMEI: 490154203237518", "490154203237518"),
    ("IMEI", "串号35-209900-176148-1", "35-209900-176148-1"),
    ("IMEI", "手机IMEISV 4901542032375181", "4901542032375181"),
    ("VIN", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788"),
    ("VIN", "车架号WVWZZZ1JZ3W386752", "WVWZZZ1JZ3W386752"),  # no check character in Europe
    ("CRYPTO_ADDRESS", "付到1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa吧", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
    ("CRYPTO_ADDRESS", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
    ("CRYPTO_ADDRESS", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
    ("CRYPTO_ADDRESS", "eth 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
    ("CRYPTO_ADDRESS", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8"),
    ("GEO_COORDINATE", "坐标39.9042, 116.4074", "39.9042, 116.4074"),
    ("GEO_COORDINATE", "[116.397428,39.90923]", "116.397428,39.90923"),
    ("GEO_COORDINATE", "-33.8688, 151.2093", "-33.8688, 151.2093"),
    ("GEO_COORDINATE", "longitude=116.397428", "116.397428"),
    ("GEO_COORDINATE", "40°26′46″N 79°58′56″W", "40°26′46″N 79°58′56″W"),
    ("GEO_COORDINATE", "在北纬39度54分20秒，东经116度23分29秒", "北纬39度54分20秒，东经116度23分29秒"),
    ("GEO_COORDINATE", "39.9042°N, 116.4074°E", "39.9042°N, 116.4074°E"),
    ("PASSPORT", "passport number is 561234567", "561234567"),
    ("PASSPORT", "Reisepass C01X00T47", "C01X00T47"),
    ("PASSPORT", "passeport 12AB34567", "12AB34567"),
]


@pytest.mark.parametrize(("kind", "text", "value"), HITS)
def test_hits(kind: str, text: str, value: str) -> None:
    assert value in [text[span.start : span.end] for span in DETECTOR.find(text) if span.kind == kind]


@pytest.mark.parametrize(
    "text",
    [
        "npm i lodash@4.17.21, pkg@1.2.3",
        "git@github.com:owner/repo.git",
        "0044 2079 4609 5812",
        "7f 06 12 34 56 78 9a",
        "06 12 34 56 78 90",
        "1.06.12.34.56.78",
        "(11) 2019-2020 and (1) 555 1234",
        "00 11 22 33 44 55",
        "icon@2x.png user@localhost @decorator q = x@self.weight",
        "hello @example.com, look at example.com",
        "polka dot dress at home dot",
        "4111111111111112",
        "x == [2637, 8782, 8362, 8876, 3924]",
        "1757, 1807, 6158, 8204, 8205, 8232",
        "SF4653347738066",
        "买的时候是1.8.8.8，才8天就降到1.6.9.9",
        "loss=3.457622\n2024-12-04T00:53:23.8",
        "mem 19345\n2024-10-16 19:40:39",
        "订单号4111111111111111",
        "DE00370400440532013000",
        "ZZ89370400440532013000",
        "Taylor Swift PLATFORM album",
        "The Swift language PERFORMANCE",
        "version 1.2.3.4 released, 版本10.0.1.2",
        "256.1.2.3 and 1.2.3.4.5",
        "std::vector, a::b, 12:30:45, Foo::bar::dead::1",
        "AA:BB:CC:DD:EE 00:00:00:00:00:00",
        "1234.5678.9012",
        "see https://example.com/page?id=5&page=2",
        "https://a.com/?token=<token>&key=${KEY}",
        "git+ssh://git@github.com/a/b",
        "353456789012345",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
        "commit 0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
        "x = [0.12345, 0.23456, 0.345]; loss 12.34567, 23.45678",
        "气温25°C，转角37.5°",
        "x = 1+2345678901",
        "C12345678",
        "550e8400-e29b-41d4-a716-446655440000",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_near_misses(text: str) -> None:
    assert DETECTOR.find(text) == []


def test_a_public_address_is_reported_only_below_the_usual_score() -> None:
    text = "visit https://example.com/page"
    assert DETECTOR.find(text) == []
    assert [span.kind for span in Detector(kinds=("URL",), min_score=0.2).find(text)] == ["URL"]


def test_the_machine_readable_zone_of_a_passport() -> None:
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    assert [(span.start, span.end, span.kind) for span in DETECTOR.find(zone)] == [(0, len(zone), "PASSPORT")]
