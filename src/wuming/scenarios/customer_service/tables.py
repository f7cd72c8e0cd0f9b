"""The customer table: one row a user, with attributes that hang together as they do among people."""

from __future__ import annotations

from random import Random

from wuming.scenarios.customer_service import lexicon_en, lexicon_zh
from wuming.scenarios.customer_service.personas import Persona

COLUMNS = ("subject", "name", "mobile", "age", "sex", "city", "occupation", "plan", "monthly_spending", "health_flag")
HEALTH_FLAGS = ("none", "hearing", "vision", "mobility", "chronic-illness", "mental-health")
PLANS = ("basic", "standard", "family", "premium", "business")
OCCUPATIONS = (
    "teacher", "nurse", "engineer", "driver", "shop assistant", "farmer", "accountant", "cook", "civil servant",
    "factory worker", "designer", "lawyer", "courier", "small business owner", "researcher",
)  # fmt: skip
AS_OF_YEAR = 2026

_CITIES_EN = {
    "北京市": "Beijing", "上海市": "Shanghai", "天津市": "Tianjin", "重庆市": "Chongqing",
    "杭州市": "Hangzhou", "宁波市": "Ningbo", "南京市": "Nanjing", "苏州市": "Suzhou",
    "广州市": "Guangzhou", "深圳市": "Shenzhen", "成都市": "Chengdu", "武汉市": "Wuhan",
    "长沙市": "Changsha", "西安市": "Xi'an", "青岛市": "Qingdao", "厦门市": "Xiamen",
}  # fmt: skip
_WELL_PAID = frozenset({"engineer", "lawyer", "accountant", "designer", "small business owner", "researcher"})


def customer_row(rng: Random, persona: Persona) -> dict[str, str | int]:
    """Return the row of one user; age, occupation, plan, spending and health are correlated."""
    age = AS_OF_YEAR - persona.birth.year
    occupation = _occupation(rng, age, male=persona.male)
    plan = _plan(rng, age, occupation)
    base = {"basic": 38, "standard": 79, "family": 129, "premium": 199, "business": 269}[plan]
    spending = max(18, round(base * rng.lognormvariate(0.0, 0.22) * (1.15 if occupation in _WELL_PAID else 1.0)))
    city = lexicon_zh.CITIES[persona.city][1] if persona.language == "zh" else lexicon_en.CITIES[persona.city]
    return {
        "subject": persona.subject,
        "name": persona.values["name"],
        "mobile": persona.values["mobile"],
        "age": age,
        "sex": "male" if persona.male else "female",
        "city": _CITIES_EN.get(city, city),
        "occupation": occupation,
        "plan": plan,
        "monthly_spending": spending,
        "health_flag": _health(rng, age, occupation),
    }


def _occupation(rng: Random, age: int, *, male: bool) -> str:
    if age < 19 or (age < 24 and rng.random() < 0.6):
        return "student"
    if age >= 62 and rng.random() < 0.85:
        return "retired"
    weights = [4 if (job in {"nurse", "teacher", "accountant", "shop assistant"}) != male else 2 for job in OCCUPATIONS]
    return rng.choices(OCCUPATIONS, weights)[0]


def _plan(rng: Random, age: int, occupation: str) -> str:
    if occupation == "small business owner":
        return rng.choices(PLANS, (5, 15, 15, 20, 45))[0]
    if occupation in {"student", "retired"}:
        return rng.choices(PLANS, (50, 35, 12, 3, 0))[0]
    if 30 <= age <= 55:
        return rng.choices(PLANS, (12, 33, 35, 15, 5))[0]
    return rng.choices(PLANS, (20, 45, 12, 20, 3))[0]


def _health(rng: Random, age: int, occupation: str) -> str:
    old = max(0.0, (age - 40) / 40)
    weights = (
        max(0.3, 0.80 - 0.45 * old),
        0.03 + 0.14 * old + (0.03 if occupation == "factory worker" else 0.0),
        0.03 + 0.10 * old,
        0.03 + 0.12 * old,
        0.05 + 0.15 * old,
        0.06,
    )
    return rng.choices(HEALTH_FLAGS, weights)[0]
