"""Broken twins of the private trainer: each is one bug that someone has made, and a check must reject it.

A twin is a function of pytest's `MonkeyPatch`; it may patch the real parts, and returns what is put in place of the
example's parts: `trainer`, `loss` or `plan`. `family` names the example it shows on, `groups` the groups of checks.
"""

from __future__ import annotations

import twins_clipping
import twins_loop
import twins_noise
import twins_sampling
from twin_parts import TWINS, Twin

SECTIONS = (twins_clipping, twins_noise, twins_sampling, twins_loop)

__all__ = ["SECTIONS", "TWINS", "Twin"]
