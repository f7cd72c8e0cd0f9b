"""Why Wuming decides some cases of another product otherwise, case by case."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {}
