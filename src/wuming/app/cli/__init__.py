"""The command `wuming`: a table of commands, each imported only when it is used."""

from __future__ import annotations

from wuming.app.cli.entry import main

__all__ = ["main"]
