"""Flower without its telemetry and its update check, or the extra to install."""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec

from wuming.core.errors import MissingExtra


def require_flower() -> None:
    """Switch off what Flower tells its makers, before and after its import.

    Flower reads the variable once, when its telemetry module is imported; where that has happened already, the module's
    own switch is set too.

    Raises:
        MissingExtra: Flower is not installed.
    """
    os.environ["FLWR_TELEMETRY_ENABLED"] = "0"
    os.environ["FLWR_DISABLE_UPDATE_CHECK"] = "1"
    if find_spec("flwr") is None:
        raise MissingExtra("flwr is not installed", help="pip install 'wuming[federated]'")
    telemetry = import_module("flwr.supercore.telemetry")
    telemetry.FLWR_TELEMETRY_ENABLED = "0"  # type: ignore[attr-defined]
