"""The page's sentences in two languages, and figures written for people."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jinja2 import Undefined

from wuming.compliance.catalogue import fill
from wuming.compliance.review import show

LANGUAGES = ("en", "zh")
_GLOSSARY = ("epsilon", "unit", "sampler", "canary", "exposure", "perplexity", "control", "k", "bound")


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return all sentences: key → language → text."""
    data = files("wuming.compliance.dossier").joinpath("texts.yaml").read_bytes()
    return {key: {str(name): str(text) for name, text in value.items()} for key, value in yaml.safe_load(data).items()}


def absent(value: Any) -> bool:
    """Whether a claim is missing, null or not finite."""
    return value is None or isinstance(value, Undefined) or (isinstance(value, float) and not math.isfinite(value))


class Language:
    """Sentences and figures in one language.

    Args:
        code: `en` or `zh`.
        public: whether missing figures were left out because they are internal.
    """

    def __init__(self, code: str, *, public: bool) -> None:
        self.code = code
        self._missing = texts()["withheld" if public else "not_measured"][code]

    def text(self, key: str, **values: Any) -> str:
        """Return the sentence `key`, its places filled; an unknown key is returned as it is (a name from the data)."""
        entry = texts().get(key)
        if entry is None:
            return key.partition("_")[2] or key
        return fill(entry[self.code], lambda name, _: values.get(name, ""))

    def known(self, key: str) -> bool:
        """Whether there is a sentence `key`."""
        return key in texts()

    def term(self, value: Any) -> str:
        """Return a claim's fixed word (`subject`, `consent`) in this language; another word is returned as it is."""
        return self._missing if absent(value) else self.text(f"term_{value}")

    def number(self, value: Any) -> str:
        """Write a number short; say so when there is none."""
        return self._missing if absent(value) else show(value)

    def exact(self, value: Any) -> str:
        """Write a number with every digit: ε and δ are never rounded down."""
        return self._missing if absent(value) else show(value, exact=True)

    def spent(self, value: Any) -> str:
        """Write what is spent with four significant digits, rounded up."""
        return self._missing if absent(value) else show(_four_digits(value, math.ceil))

    def left(self, value: Any) -> str:
        """Write what is left with four significant digits, rounded down."""
        return self._missing if absent(value) else show(_four_digits(value, math.floor))

    def percent(self, value: Any) -> str:
        """Write a share as a percentage with three significant digits."""
        return self._missing if absent(value) or not isinstance(value, int | float) else f"{100 * value:.3g}%"

    def interval(self, value: Any, form: Callable[[Any], str] | None = None) -> str:
        """Write an interval `[low, high]`."""
        if absent(value) or not isinstance(value, list | tuple) or len(value) != 2:
            return self._missing
        return " – ".join((form or self.number)(end) for end in value)

    def glossary(self) -> list[tuple[str, str]]:
        """Return (word, meaning) pairs."""
        pairs = (texts()[f"g_{name}"][self.code].partition("|") for name in _GLOSSARY)
        return [(word, meaning) for word, _, meaning in pairs]


def _four_digits(value: float, rounding: Callable[[Decimal], int]) -> float:
    """Round the decimal that a float is written as, so that 1.5 stays 1.5 either way."""
    written = Decimal(repr(value))
    unit = Decimal(1).scaleb(written.adjusted() - 3) if written else Decimal(1)
    return float(rounding(written / unit) * unit)
