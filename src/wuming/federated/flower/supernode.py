"""A SuperNode in this process that runs only the ClientApp installed on this machine.

Flower's stock SuperNode fetches the app from the SuperLink and runs it. Under the adversary of secure aggregation, a
server that may do anything, that app could read the silo's data and keys. Here nothing that comes
from the server is ever run: the app is given by the silo, and messages of any run are answered by it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from flwr.app import Context, Message, RecordDict

from wuming.core.errors import NodeRefused
from wuming.federated.flower import wire
from wuming.federated.flower.connection import FleetConnection, Link
from wuming.federated.flower.mod import forget

App = Callable[[Message, Context], Message]

_SHORTEST_PAUSE: Final = 0.1  # seconds between two looks for messages: short within a round, longer in between
_LONGEST_PAUSE: Final = 1.0
_log = logging.getLogger(__name__)


def run_node(
    link: Link,
    app: App,
    *,
    node_config: dict[str, Any] | None = None,
    patience: float = 60.0,
    stop: threading.Event | None = None,
    on_connected: Callable[[int], None] | None = None,
) -> None:
    """Answer the server's messages until `stop` is set, or the server has been away for `patience` seconds.

    Args:
        link: the server.
        app: the silo's own ClientApp.
        node_config: what the app finds in `context.node_config`.
        patience: seconds to wait for a server that does not answer.
        stop: ends the node.
        on_connected: is told this node's id.

    Raises:
        NodeRefused: another server (`wrong-certificate`), none at first (`no-server`), or one that does not take this
            node (`unknown-node`).
    """
    ending = stop or threading.Event()
    with FleetConnection(link, patience=patience) as connection:
        if on_connected is not None:
            on_connected(connection.node_id)
        context: Context | None = None
        pause = _SHORTEST_PAUSE
        while not ending.is_set():
            try:
                message = connection.receive()
                if message is None:
                    ending.wait(pause)
                    pause = min(1.3 * pause, _LONGEST_PAUSE)
                    continue
                pause = _SHORTEST_PAUSE
                context = _context(message, context, connection.node_id, node_config or {})
                connection.send(_answer(app, message, context))
            except NodeRefused as error:
                if error.reason != "no-server":
                    raise
                return  # the federation has ended, or its server has
            except Exception as error:  # noqa: BLE001  (one message is lost on its way; the node goes on)
                _log.warning("a message was lost on its way (%s)", type(error).__name__)
        if context is not None:
            forget(context)


def _context(message: Message, known: Context | None, node_id: int, node_config: dict[str, Any]) -> Context:
    """Return what the app remembers: one run at a time, in memory alone."""
    run_id = message.metadata.run_id
    if known is not None and known.run_id == run_id:
        return known
    return Context(run_id=run_id, node_id=node_id, node_config=node_config, state=RecordDict(), run_config={})


def _answer(app: App, message: Message, context: Context) -> Message:
    try:
        return app(message, context)
    except Exception as error:  # noqa: BLE001  (an app may raise anything; its words stay here)
        return wire.error_reply(message, error)
