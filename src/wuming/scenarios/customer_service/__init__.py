"""The embedded scenario: a telecom company's customer service, generated from a seed, with ground truth kept apart."""

from wuming.scenarios.customer_service.plan import plan_yaml
from wuming.scenarios.customer_service.public import public_corpus
from wuming.scenarios.customer_service.writer import Size, generate

__all__ = ["Size", "generate", "plan_yaml", "public_corpus"]
