"""A SuperLink in this process, of Flower's own parts, that offers silos its Fleet API over TLS and nothing else.

Flower's stock SuperLink also opens its Control API on the same port, through which anybody who reaches it may register
nodes and submit apps unless accounts are set up. Here it is not opened: the nodes are the members of the agreement,
known by their keys; no app is ever submitted; the ServerApp runs in this process.
"""

from __future__ import annotations

import contextlib
import math
import os
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import uvicorn
from flwr.app import Error, Message
from flwr.app.message import remove_content_from_message
from flwr.common.constant import (
    NOOP_ACCOUNT_NAME,
    NOOP_FLWR_AID,
    SUPERLINK_NODE_ID,
    ErrorCode,
    SubStatus,
)
from flwr.server.superlink.linkstate import LinkState
from flwr.supercore.constant import FLWR_IN_MEMORY_DB_NAME, NOOP_FEDERATION_ID, TaskType
from flwr.supercore.inflatable.inflatable_object import (
    get_all_nested_objects,
    get_object_tree,
    iterate_object_tree,
    no_object_id_recompute,
)
from flwr.supercore.inflatable.inflatable_utils import inflate_object_from_contents
from flwr.supercore.object_store import NoObjectInStoreError
from flwr.supercore.task_identity import TaskIdentity
from flwr.superlink.main import create_app

from wuming.core.errors import KeyUnavailable, StorageError
from wuming.crypto.signatures import read_secret_file
from wuming.federated.flower.agreement import Agreement
from wuming.federated.flower.certificates import normal_public_pem

_HEARTBEAT_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.1
_OPEN: Final = "/v1/fleet/"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the SuperLink listens, and as whom.

    Attributes:
        host: of the interface.
        port: TCP.
        certificate: PEM file of the server's certificate.
        key: PEM file of its key, readable by its owner only.
    """

    host: str
    port: int
    certificate: Path
    key: Path


@contextlib.contextmanager
def superlink(agreement: Agreement, address: Address) -> Iterator[FleetGrid]:
    """Run a SuperLink for the members of a federation; yields the grid of a ServerApp.

    Raises:
        KeyUnavailable: key or certificate is missing, unreadable, open to others, or not of one pair.
        StorageError: it could not listen there.
    """
    _check_pair(address)
    os.environ["FLWR_DATABASE"] = FLWR_IN_MEMORY_DB_NAME  # messages of a round are kept nowhere but in memory
    app = create_app()
    app.state.enable_supernode_auth = True  # no node registers itself
    state: LinkState = app.state.linkstate_factory.state()
    nodes = {
        state.create_node(
            NOOP_FLWR_AID, NOOP_ACCOUNT_NAME, normal_public_pem(member.node_key).encode(), 0, name=member.name
        ): member.name
        for member in agreement.members
    }
    server = uvicorn.Server(
        uvicorn.Config(
            _only_fleet(app),
            host=address.host,
            port=address.port,
            ssl_certfile=str(address.certificate),
            ssl_keyfile=str(address.key),
            log_level="warning",
            access_log=False,
        )
    )
    thread = threading.Thread(target=_serve, args=(server,), name="superlink", daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(0.02)
    if not server.started:
        raise StorageError(
            f"cannot listen on {address.host}:{address.port}", help="Choose a free port and an address of this machine."
        )
    grid = FleetGrid(state, nodes)
    try:
        yield grid
    finally:
        grid.close()
        server.should_exit = True
        thread.join(timeout=5)


class FleetGrid:
    """The `Grid` of a ServerApp that runs in the SuperLink's own process.

    Args:
        state: of the SuperLink.
        nodes: node id → member's name.
    """

    def __init__(self, state: LinkState, nodes: dict[int, str]) -> None:
        self._state = state
        self.nodes = nodes
        self.run_id: int = state.create_run(
            None, None, None, {}, NOOP_FEDERATION_ID, None, NOOP_FLWR_AID, TaskType.SERVER_APP
        )
        self.run = state.get_run_info(run_ids=[self.run_id])[0]
        self._task = self.run.primary_task_id
        state.claim_task(self._task)
        state.activate_task(self._task)
        TaskIdentity.run_id, TaskIdentity.node_id = self.run_id, SUPERLINK_NODE_ID
        TaskIdentity.task_id = self._task
        self._parts: dict[str, Message] = {}
        self._closed = threading.Event()
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()

    def close(self) -> None:
        """End the run; nodes get no more messages of it."""
        if not self._closed.is_set():
            self._closed.set()
            self._state.finish_task(self._task, SubStatus.COMPLETED, "")

    def get_node_ids(self) -> list[int]:
        """Return the nodes that are there now."""
        return sorted(self._state.get_nodes(self.run_id))

    def get_nodes(self) -> list[Any]:
        """Return what is known of the nodes that are there now."""
        return list(self._state.get_node_info(node_ids=self.get_node_ids()))

    def health(self) -> dict[str, str]:
        """Return member's name → `registered` (never seen), `online` or `offline`."""
        found = self._state.get_node_info(node_ids=list(self.nodes))
        return {self.nodes[node.node_id]: str(node.status) for node in found}

    def push_messages(self, messages: Iterable[Message]) -> list[str]:
        """Leave messages for their nodes; return their ids, empty where one could not be left."""
        names = []
        missing: dict[str, Any] = {}
        # A session ends with its last object, so all messages are entered before the first object.
        session = self._state.start_session(self.run_id)
        with no_object_id_recompute():
            for message in messages:
                name = message.metadata.__dict__["_message_id"] = message.object_id
                stored, wanted = self._state.store_message_and_object_tree(
                    remove_content_from_message(message), get_object_tree(message), session
                )
                names.append(name if stored else "")
                objects = get_all_nested_objects(message) if wanted else {}
                missing.update({one: objects[one] for one in wanted})
            for name, thing in missing.items():
                self._state.store_object(self.run_id, session, name, thing.deflate())
        return names

    def pull_messages(self, message_ids: Iterable[str]) -> list[Message]:
        """Return the answers that have arrived whole."""
        waiting = set(message_ids)
        for reply in self._state.get_message_res(message_ids=waiting - self._parts.keys(), run_id=self.run_id):
            self._parts[reply.metadata.reply_to_message_id] = reply
        whole = []
        for asked in waiting & self._parts.keys():
            reply = self._inflated(self._parts[asked])
            if reply is not None:
                del self._parts[asked]
                self._state.delete_messages({asked})
                whole.append(reply)
        return whole

    def forget(self, message_ids: Iterable[str]) -> None:
        """Drop messages and what of their answers has come; what comes later is not stored."""
        for name in message_ids:
            part = self._parts.pop(name, None)
            if part is not None:
                self._state.object_store.delete(part.metadata.message_id)
            self._state.delete_messages({name})
            self._state.object_store.delete(name)

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> list[Message]:
        """Leave messages and wait for the answers, at most `timeout` seconds."""
        waiting = {name for name in self.push_messages(messages) if name}
        deadline = time.monotonic() + (math.inf if timeout is None else timeout)
        replies: list[Message] = []
        while waiting:
            arrived = self.pull_messages(waiting)
            replies += arrived
            waiting -= {reply.metadata.reply_to_message_id for reply in arrived}
            if not waiting or time.monotonic() >= deadline:
                break
            time.sleep(_POLL_SECONDS)
        return replies

    def _inflated(self, reply: Message) -> Message | None:
        """Return an answer with its content, or None while parts of it are on their way."""
        if reply.has_error():
            return reply
        store, name = self._state.object_store, reply.metadata.message_id
        contents = {}
        try:
            for tree in iterate_object_tree(store.get_object_tree(name)):
                contents[tree.object_id] = store.get(tree.object_id)
        except NoObjectInStoreError:
            return Message(Error(ErrorCode.REPLY_MESSAGE_UNAVAILABLE, "its upload was not finished"), reply_to=reply)
        if any(not content for content in contents.values()):
            return None
        whole: Message = inflate_object_from_contents(name, contents)
        whole.metadata.__dict__["_message_id"] = name
        store.delete(name)
        return whole

    def _beat(self) -> None:
        while not self._closed.wait(_HEARTBEAT_SECONDS):
            self._state.acknowledge_task_heartbeat(self._task)


def _check_pair(address: Address) -> None:
    read_secret_file(address.key)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(address.certificate, address.key)
    except (OSError, ssl.SSLError) as error:
        raise KeyUnavailable(
            f"{address.certificate} is no certificate of the key {address.key}",
            help="Give the folder server/ that `wuming federate keys --host` has made.",
        ) from error


def _only_fleet(app: Any) -> Any:
    """Return the application with nothing open but what nodes need."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" or str(scope.get("path", "")).startswith(_OPEN):
            await app(scope, receive, send)
            return
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    return guarded


def _serve(server: uvicorn.Server) -> None:
    # uvicorn leaves by SystemExit where it cannot listen; in a thread that would only be a message on the screen.
    with contextlib.suppress(SystemExit):
        server.run()
