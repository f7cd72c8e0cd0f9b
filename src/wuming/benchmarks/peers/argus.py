"""argus-redact as a contestant. A server: `python -m wuming.benchmarks.peers.argus SOCKET`.

Both languages, its mode without models. It offers no detection without replacement, so its own count of the time that
detection took is what counts, which is to its advantage.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import argus_redact  # type: ignore[import-not-found]

from wuming.benchmarks.house.protocol import Commands, serve
from wuming.benchmarks.text.scanner import Found, Scanner


def _details(text: str) -> dict[str, Any]:
    details: dict[str, Any] = argus_redact.redact(text, lang=["zh", "en"], mode="fast", detailed=True)[2]
    return details


def _find(text: str) -> Found:
    return [(one["start"], one["end"], one["type"]) for one in _details(text)["entities"]]


def _seconds(text: str) -> float:
    stats = _details(text)["stats"]
    return float(stats["layer_1_ms"] + stats["merge_ms"]) / 1000


def _commands() -> Commands:
    warnings.simplefilter("ignore")
    return Scanner(_find, _seconds).commands()


if __name__ == "__main__":
    _find("联系人王芳，电话13912345678，mail a@example.com")  # its lexicons are read before contestants are forked
    serve(sys.argv[1], {"argus-redact": _commands})
