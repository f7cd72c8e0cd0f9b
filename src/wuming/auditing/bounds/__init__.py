"""Lower bounds of ε from scores, each with the null hypothesis that it tests and the design that it needs."""

from __future__ import annotations
