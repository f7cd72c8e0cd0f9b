"""The model that is updated every month: releases about one people under one budget, and a withdrawal between two."""

from wuming.scenarios.monthly.plan import MONTHS, Month, plan_yaml
from wuming.scenarios.monthly.story import Refused, Released, Story, play

__all__ = ["MONTHS", "Month", "Refused", "Released", "Story", "plan_yaml", "play"]
