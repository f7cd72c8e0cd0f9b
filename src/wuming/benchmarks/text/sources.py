"""Where values come from: the standards in this folder, the customer-service scenario, Faker and python-stdnum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from wuming.benchmarks.house.protocol import Contestant
from wuming.benchmarks.text import standards_china, standards_devices, standards_secrets, standards_world
from wuming.benchmarks.text.values import Form, Value, drawn, given
from wuming.scenarios.customer_service import identifiers as scenario

PEER = "wuming.benchmarks.peers.values"

STANDARDS: Sequence[Form] = (
    *standards_china.FORMS,
    *standards_world.FORMS,
    *standards_devices.FORMS,
    *standards_secrets.FORMS,
)

_SCENARIO = (
    Form("PHONE", "scenario, mobile", scenario.mobile, bare=True),
    Form("PHONE", "scenario, landline", scenario.landline, bare=True),
    Form("CN_RESIDENT_ID", "scenario", lambda rng: _resident(rng), bare=True),
    Form("BANK_CARD", "scenario", scenario.bank_card, bare=True),
    Form("CREDIT_CARD", "scenario", scenario.credit_card, bare=True),
    Form("CN_USCC", "scenario", scenario.social_credit_code, bare=True),
    Form("CN_PLATE", "scenario", scenario.plate, bare=True),
    Form("CN_PASSPORT", "scenario", scenario.passport),
    Form("US_SSN", "scenario", scenario.social_security_number, bare=True),
    Form("IBAN", "scenario", scenario.iban, bare=True),
    Form("IP_ADDRESS", "scenario", scenario.ip_address, bare=True),
    Form("QQ", "scenario", scenario.qq_number),
)

# Forms of the peer by their name there; whether they are known without a word.
_PEERS: Mapping[str, bool] = {
    "PHONE/zh_CN": True,
    "PHONE/en_US": True,
    "EMAIL/zh_CN": True,
    "EMAIL/en_US": True,
    "CN_RESIDENT_ID/zh_CN": True,
    "CREDIT_CARD/en_US": True,
    "CN_PLATE/zh_CN": True,
    "US_PLATE/en_US": False,
    "VIN/en_US": True,
    "IBAN/twelve countries": True,
    "IBAN/in fours": True,
    "SWIFT_BIC/en_US": False,
    "US_SSN/en_US": True,
    "US_ITIN/en_US": True,
    "US_BANK_ROUTING/en_US": False,
    "IP_ADDRESS/version 4": True,
    "IP_ADDRESS/version 6": True,
    "MAC_ADDRESS/en_US": True,
    "PASSPORT/en_US": False,
    "GEO_COORDINATE/anywhere": False,
    "USERNAME/en_US": False,
    "TW_ID/zh_TW": True,
    "UK_NHS/python-stdnum": False,
    "CRYPTO_ADDRESS/ethereum": True,
}

# What python-stdnum can judge, of the forms that we draw: others have no check digit, or one that it does not know
# (bech32m among them).
JUDGED = (
    ("CN_RESIDENT_ID", "18 characters"),
    ("CN_USCC", "all departments"),
    ("BANK_CARD", "UnionPay"),
    ("BANK_CARD", "UnionPay in fours"),
    ("IMEI", "15 digits"),
    ("UK_NHS", "ten digits"),
    ("US_SSN", "dashes"),
    ("US_ITIN", "dashes"),
    ("US_BANK_ROUTING", "nine digits"),
    ("CRYPTO_ADDRESS", "bitcoin base58check"),
    ("IBAN", "six countries"),
)


def kinds() -> list[str]:
    """Return the types that values are drawn of."""
    return list(dict.fromkeys(form.kind for form in STANDARDS))


def own_values(count: int, seed: int, forms: Iterable[Form] = (*STANDARDS, *_SCENARIO)) -> list[Value]:
    """Draw so many values of each type, its forms in turn, without any peer."""
    found = []
    for kind, choice in _by_kind(forms).items():
        rng = Random(f"{seed}/{kind}")  # noqa: S311  (reproducible test data)
        found += [drawn(choice[i % len(choice)], rng) for i in range(count)]
    return found


def all_values(source: Contestant, count: int, seed: int) -> list[Value]:
    """Draw so many values of each type, its forms in turn, those of the peer among them."""
    theirs = [Form(name.partition("/")[0], name.partition("/")[2], _not_here, bare) for name, bare in _PEERS.items()]
    found = []
    for kind, choice in _by_kind([*STANDARDS, *_SCENARIO, *theirs]).items():
        rng = Random(f"{seed}/{kind}")  # noqa: S311
        share = -(-count // len(choice))
        for form in choice:
            if form.draw is _not_here:
                texts = source.do("draw", form=f"{kind}/{form.name}", count=share, seed=rng.randrange(2**31))
                found += [given(form, text) for text in texts]
            else:
                found += [drawn(form, rng) for _ in range(share)]
    return found


def refused(source: Contestant, count: int, seed: int) -> dict[str, list[str]]:
    """Return, by type and form, those of our values that python-stdnum refuses."""
    forms = {(form.kind, form.name): form for form in STANDARDS}
    answers = {}
    for kind, name in JUDGED:
        rng = Random(f"{seed}/{kind}/{name}")  # noqa: S311
        texts = [forms[kind, name].draw(rng) for _ in range(count)]
        answers[f"{kind}, {name}"] = source.do("judge", kind=kind, values=texts)
    return {name: values for name, values in answers.items() if values}


def _resident(rng: Random) -> str:
    birth = scenario.birth_date(rng, year=rng.randrange(1945, 2012))
    return scenario.resident_id(rng, birth=birth, male=rng.random() < 0.5)


def _by_kind(forms: Iterable[Form]) -> dict[str, list[Form]]:
    found: dict[str, list[Form]] = {}
    for form in forms:
        found.setdefault(form.kind, []).append(form)
    return found


def _not_here(rng: Random) -> str:
    raise NotImplementedError("the peer draws these")
