"""Faker and python-stdnum as sources and judges of values. A server: `python -m wuming.benchmarks.peers.values SOCKET`.

Neither is shipped, neither is used by anything else: they draw values that no author of a recogniser has made, and say
of the bench's own values whether their check digits are right.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from random import Random

import stdnum.bitcoin  # type: ignore[import-not-found]
import stdnum.cn.ric  # type: ignore[import-not-found]
import stdnum.cn.uscc  # type: ignore[import-not-found]
import stdnum.exceptions  # type: ignore[import-not-found]
import stdnum.gb.nhs  # type: ignore[import-not-found]
import stdnum.iban  # type: ignore[import-not-found]
import stdnum.imei  # type: ignore[import-not-found]
import stdnum.luhn  # type: ignore[import-not-found]
import stdnum.us.itin  # type: ignore[import-not-found]
import stdnum.us.rtn  # type: ignore[import-not-found]
import stdnum.us.ssn  # type: ignore[import-not-found]
from Crypto.Hash import keccak
from faker import Faker  # type: ignore[import-not-found]

from wuming.benchmarks.house.protocol import Commands, serve

_NORTH_AMERICA = re.compile(r"(?:\+?1[-. ]?|001-)?\(?[2-9]\d\d\)?[-. ]?[2-9]\d\d[-. ]?\d{4}")
_IBAN_LOCALES = (
    "de_DE",
    "fr_FR",
    "it_IT",
    "nl_NL",
    "es_ES",
    "en_GB",
    "pl_PL",
    "fi_FI",
    "de_AT",
    "de_CH",
    "pt_PT",
    "no_NO",
)
_MOST_TRIES = 50

# The numbers, without what else they are written with, of whatever python-stdnum judges.
_JUDGES: dict[str, Callable[[str], object]] = {
    "CN_RESIDENT_ID": stdnum.cn.ric.validate,
    "CN_USCC": stdnum.cn.uscc.validate,
    "BANK_CARD": lambda value: stdnum.luhn.validate(value.replace(" ", "").replace("-", "")),
    "IMEI": stdnum.imei.validate,
    "UK_NHS": stdnum.gb.nhs.validate,
    "US_SSN": lambda value: stdnum.us.ssn.validate(value.replace(" ", "-")),
    "US_ITIN": stdnum.us.itin.validate,
    "US_BANK_ROUTING": stdnum.us.rtn.validate,
    "CRYPTO_ADDRESS": stdnum.bitcoin.validate,
    "IBAN": stdnum.iban.validate,
}


class Source:
    """Draws values and judges them."""

    def __init__(self) -> None:
        self._faker = {name: Faker(name) for name in ("zh_CN", "zh_TW", "en_US", "en_GB", *_IBAN_LOCALES)}
        self._random = Random(0)  # noqa: S311  (reproducible test data)

    def commands(self) -> Commands:
        """Return what may be asked."""
        return {"draw": self.draw, "forms": lambda: sorted(self._sources()), "judge": self.judge}

    def draw(self, form: str, count: int, seed: int) -> list[str]:
        """Return so many values of a form, in a random order that follows from the seed."""
        for faker in self._faker.values():
            faker.seed_instance(seed)
        self._random.seed(seed)
        return [self._sources()[form]() for _ in range(count)]

    def judge(self, kind: str, values: list[str]) -> list[str]:
        """Return those of the values whose check digits python-stdnum refuses.

        Its other rules are not ours: it knows no county that is younger than its list, and no department N or Y.
        """
        return [value for value in values if not _passes(_JUDGES[kind], value)]

    def _sources(self) -> dict[str, Callable[[], str]]:
        zh, en = self._faker["zh_CN"], self._faker["en_US"]
        return {
            "PHONE/zh_CN": zh.phone_number,
            "PHONE/en_US": self._north_america,
            "EMAIL/zh_CN": zh.ascii_free_email,
            "EMAIL/en_US": en.company_email,
            "CN_RESIDENT_ID/zh_CN": zh.ssn,
            "CREDIT_CARD/en_US": self._credit_card,
            "CN_PLATE/zh_CN": zh.license_plate,
            "US_PLATE/en_US": en.license_plate,
            "VIN/en_US": en.vin,
            "IBAN/twelve countries": lambda: self._faker[self._random.choice(_IBAN_LOCALES)].iban(),
            "IBAN/in fours": self._grouped_iban,
            "SWIFT_BIC/en_US": en.swift,
            "US_SSN/en_US": en.ssn,
            "US_ITIN/en_US": en.itin,
            "US_BANK_ROUTING/en_US": en.aba,
            "IP_ADDRESS/version 4": en.ipv4_public,
            "IP_ADDRESS/version 6": en.ipv6,
            "MAC_ADDRESS/en_US": en.mac_address,
            "PASSPORT/en_US": en.passport_number,
            "GEO_COORDINATE/anywhere": lambda: ", ".join(map(str, en.latlng())),
            "USERNAME/en_US": en.user_name,
            "TW_ID/zh_TW": self._faker["zh_TW"].ssn,
            "UK_NHS/python-stdnum": self._nhs,
            "CRYPTO_ADDRESS/ethereum": self._ethereum,
        }

    def _north_america(self) -> str:
        for _ in range(_MOST_TRIES):
            value: str = self._faker["en_US"].phone_number().partition("x")[0]  # the extension is no part of the number
            if _NORTH_AMERICA.fullmatch(value):
                return value
        raise ValueError("no number of the North American plan was drawn")

    def _credit_card(self) -> str:
        kind = self._random.choice(("visa16", "mastercard", "amex", "discover", "jcb16", "diners"))
        value: str = self._faker["en_US"].credit_card_number(kind)
        if len(value) == 16 and self._random.random() < 0.4:
            sign = self._random.choice(" -")
            return sign.join(value[i : i + 4] for i in range(0, 16, 4))
        return value

    def _grouped_iban(self) -> str:
        value = self._faker[self._random.choice(_IBAN_LOCALES)].iban()
        return " ".join(value[i : i + 4] for i in range(0, len(value), 4))

    def _nhs(self) -> str:
        for _ in range(_MOST_TRIES):
            body = str(self._random.randrange(400_000_000, 800_000_000))
            check = str(stdnum.gb.nhs.calc_check_digit(body)) if hasattr(stdnum.gb.nhs, "calc_check_digit") else ""
            for digit in [check] if check else "0123456789":
                if len(digit) == 1 and stdnum.gb.nhs.is_valid(body + digit):
                    formatted: str = stdnum.gb.nhs.format(body + digit)
                    return formatted
        raise ValueError("no NHS number was drawn")

    def _ethereum(self) -> str:
        """Return an address whose capitals are its check (EIP-55)."""
        body = self._random.randbytes(20).hex()
        hashed = keccak.new(data=body.encode(), digest_bits=256).hexdigest()
        return "0x" + "".join(c.upper() if int(h, 16) >= 8 else c for c, h in zip(body, hashed, strict=False))


def _passes(judge: Callable[[str], object], value: str) -> bool:
    try:
        judge(value)
    except stdnum.exceptions.InvalidChecksum:
        return False
    except stdnum.exceptions.ValidationError:
        return True
    return True


if __name__ == "__main__":
    serve(sys.argv[1], {"values": lambda: Source().commands()})
