"""The controls as they lie in `controls/*.yaml`: read once, checked, ordered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from wuming.compliance.conditions import check_condition
from wuming.core.canonical import digest_bytes
from wuming.core.errors import PlanError

LAWS = {
    "PIPL": {"en": "Personal Information Protection Law (China)", "zh": "个人信息保护法"},
    "GDPR": {"en": "General Data Protection Regulation (EU)", "zh": "欧盟《通用数据保护条例》"},
    "Interim Measures": {
        "en": "Interim Measures for the Management of Generative AI Services (China, 2023)",
        "zh": "生成式人工智能服务管理暂行办法",
    },
    "GB/T 45652-2025": {
        "en": "Security specification for generative AI pre-training and fine-tuning data",
        "zh": "网络安全技术 生成式人工智能预训练和优化训练数据安全规范",
    },
    "GB/T 45654-2025": {
        "en": "Basic security requirements for generative AI services",
        "zh": "网络安全技术 生成式人工智能服务安全基本要求",
    },
    "NIST SP 800-226": {
        "en": "Guidelines for Evaluating Differential Privacy Guarantees (2025)",
        "zh": "差分隐私保证评估指南（2025）",
    },
}
_CHINESE_NAMES = {"PIPL": "《个人信息保护法》", "Interim Measures": "《生成式人工智能服务管理暂行办法》"}
REQUIRED = {"id", "order", "title", "mandatory", "reads", "articles", "test", "reason", "advice"}
ALLOWED = REQUIRED | {"not_applicable"}
_PLACEHOLDER = re.compile(r"\{([^{}|]+?)(?:\|([a-z]+))?\}")


@dataclass(frozen=True)
class Article:
    """One duty: the law's short name, the article ("" where only the subject is cited), and a few words on it."""

    law: str
    article: str
    about: Mapping[str, str]

    @property
    def label(self) -> str:
        """The citation, as `PIPL Art. 6`."""
        return f"{self.law} {self.article}".strip()

    def label_in(self, language: str) -> str:
        """The citation in `en` or `zh`; in Chinese, Chinese laws by their own names."""
        if language != "zh":
            return self.label
        article = re.sub(r"^Art\. (\d+)", r"第 \1 条", self.article)
        return f"{_CHINESE_NAMES.get(self.law, self.law)} {article.replace('Recital', '序言')}".strip()


@dataclass(frozen=True)
class Control:
    """One checkable duty; see docs/compliance.md for the file format."""

    id: str
    order: int
    title: Mapping[str, str]
    mandatory: bool
    reads: str
    articles: tuple[Article, ...]
    not_applicable: tuple[Mapping[str, Any], ...]
    test: Mapping[str, Any]
    reason: Mapping[str, str]
    advice: Mapping[str, str]


def parse_control(data: bytes, *, name: str) -> Control:
    """Read one control file.

    Raises:
        PlanError: not YAML, an unknown or missing key, a text that lacks a language, or an unknown condition.
    """

    def refuse(what: str) -> PlanError:
        return PlanError(f"control file {name}: {what}", help="See docs/compliance.md for the format of a control.")

    try:
        raw = yaml.safe_load(data)
    except yaml.YAMLError as error:
        raise refuse("not valid YAML") from error
    if not isinstance(raw, dict) or not REQUIRED <= set(raw) <= ALLOWED:
        keys = set(raw) if isinstance(raw, dict) else set()
        raise refuse(f"missing keys {sorted(REQUIRED - keys)}, unknown keys {sorted(map(str, keys - ALLOWED))}")
    for field in ("title", "reason", "advice"):
        _two_languages(raw[field], refuse, field)
    if not isinstance(raw["mandatory"], bool) or not isinstance(raw["order"], int):
        raise refuse("'mandatory' is true or false and 'order' a whole number")
    articles = []
    for item in raw["articles"]:
        if not isinstance(item, dict) or item.get("law") not in LAWS:
            raise refuse(f"an article names one of the laws {list(LAWS)}")
        about = {"en": item["en"], "zh": item["zh"]}
        articles.append(Article(item["law"], str(item.get("article", "")), about))
    exceptions = raw.get("not_applicable") or []
    for exception in exceptions:
        check_condition(exception["when"], where=raw["id"])
        _two_languages(exception["reason"], refuse, "not_applicable.reason")
    check_condition(raw["test"], where=raw["id"])
    return Control(
        id=raw["id"],
        order=raw["order"],
        title=raw["title"],
        mandatory=raw["mandatory"],
        reads=raw["reads"],
        articles=tuple(articles),
        not_applicable=tuple(exceptions),
        test=raw["test"],
        reason=raw["reason"],
        advice=raw["advice"],
    )


def _two_languages(value: Any, refuse: Any, field: str) -> None:
    if not isinstance(value, dict) or set(value) != {"en", "zh"} or not all(isinstance(v, str) for v in value.values()):
        raise refuse(f"'{field}' needs text in en and zh")


@cache
def _files() -> tuple[tuple[str, bytes], ...]:
    folder = files("wuming.compliance").joinpath("controls")
    return tuple(sorted((entry.name, entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".yaml")))


@cache
def controls() -> tuple[Control, ...]:
    """Return all controls in their order.

    Raises:
        PlanError: a file is not a control, or two controls share an id.
    """
    found = sorted((parse_control(data, name=name) for name, data in _files()), key=lambda item: (item.order, item.id))
    ids = [control.id for control in found]
    if len(set(ids)) != len(ids):
        raise PlanError("two control files share an id", help="Give each control an id of its own.")
    return tuple(found)


@cache
def catalogue_digest() -> str:
    """Return one digest over all control files, so that a reader knows which catalogue judged a release."""
    return digest_bytes(b"".join(digest_bytes(name.encode() + b"\x00" + data).encode() for name, data in _files()))


def placeholders(text: str) -> list[tuple[str, str]]:
    """Return the `{path|format}` places of a reason text, as (path, format)."""
    return [(match[1], match[2] or "") for match in _PLACEHOLDER.finditer(text)]


def fill(text: str, value_of: Any) -> str:
    """Fill the `{path|format}` places of a reason text with `value_of(path, format)`; values are never formats."""
    return _PLACEHOLDER.sub(lambda match: str(value_of(match[1], match[2] or "")), text)
