"""`wuming federate`: models that several parties train together."""

from __future__ import annotations

import typer

from wuming.app.cli import federate_keys, federate_network, federate_simulate

app = typer.Typer(help="Train one model at several parties that cannot pool their data.", no_args_is_help=True)
federate_simulate.register(app)
federate_keys.register(app)
federate_network.register(app)
