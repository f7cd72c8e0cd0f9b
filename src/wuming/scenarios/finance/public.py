"""What is public in the finance scenario: products, weeks and opinions. None of it is read off the messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Opinion = Literal["positive", "neutral", "negative"]
OPINIONS: Final[tuple[Opinion, ...]] = ("positive", "neutral", "negative")

AS_OF: Final = date(2026, 6, 30)
"""Day on which consent and retention are judged."""
FIRST_WEEK: Final = date(2026, 5, 4)
WEEKS: Final = tuple((FIRST_WEEK + timedelta(weeks=number)).isoformat() for number in range(8))
"""Mondays of the weeks that are reported."""


@dataclass(frozen=True)
class Product:
    """One financial product.

    Attributes:
        code: public key.
        kind: `wealth`, `card` or `loan`.
        zh, en: names that customers use.
    """

    code: str
    kind: Literal["wealth", "card", "loan"]
    zh: str
    en: str


PRODUCTS: Final = (
    Product("wealth-daily", "wealth", "日日盈", "Daily Plus"),
    Product("wealth-steady", "wealth", "稳安理财", "Steady Plan"),
    Product("card-classic", "card", "青禾信用卡", "Classic Card"),
    Product("card-travel", "card", "远行卡", "Travel Card"),
    Product("loan-home", "loan", "安居贷", "Home Loan"),
    Product("loan-consumer", "loan", "随心贷", "Flexi Loan"),
)


@dataclass(frozen=True)
class Turn:
    """Something that happened, and what it did to opinions of one product from one week on.

    Attributes:
        product: its code.
        week: place in `WEEKS`.
        length: weeks that it lasts.
        shares: of positive, neutral and negative messages meanwhile.
        what: in words.
    """

    product: str
    week: int
    length: int
    shares: tuple[float, float, float]
    what: str


TURNS: Final = (
    Turn("card-travel", 4, 2, (0.08, 0.14, 0.78), "the card was declined abroad for some days"),
    Turn("loan-home", 5, 3, (0.68, 0.20, 0.12), "the rate was lowered"),
)
"""The truth that the statistics should show."""

USUAL: Final = (0.38, 0.27, 0.35)
"""Shares of positive, neutral and negative messages otherwise."""


def shares(product: str, week: int) -> tuple[float, float, float]:
    """Return the generator's shares of positive, neutral and negative messages."""
    for turn in TURNS:
        if turn.product == product and turn.week <= week < turn.week + turn.length:
            return turn.shares
    return USUAL


def week_of(day: str) -> str:
    """Return the Monday of a day's week, both as ISO 8601 text."""
    found = date.fromisoformat(day[:10])
    return (found - timedelta(days=found.weekday())).isoformat()
