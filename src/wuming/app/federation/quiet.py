"""Flower on the command line: no telemetry, and no log of its own beside ours."""

from __future__ import annotations

import logging


def quiet_flower() -> None:
    """Switch off telemetry, and let Flower log errors alone.

    Raises:
        MissingExtra: Flower is not installed.
    """
    from wuming.federated.flower.quiet import require_flower

    require_flower()
    logging.getLogger("flwr").setLevel(logging.CRITICAL)
