"""A node's connection to a SuperLink: Flower's Fleet API over TLS, with named errors.

Flower's own connection of a SuperNode leaves the process where something goes wrong, and tries a wrong certificate
for ever; the calls and messages here are the same.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from flwr.app import Message
from flwr.app.message import remove_content_from_message
from flwr.common.serde import message_from_proto, message_to_proto
from flwr.proto.fleet_pb2 import ActivateNodeRequest, DeactivateNodeRequest, PullMessagesRequest, PushMessagesRequest
from flwr.proto.heartbeat_pb2 import SendNodeHeartbeatRequest
from flwr.proto.node_pb2 import Node
from flwr.supercore.inflatable.inflatable_object import (
    get_all_nested_objects,
    get_object_tree,
    iterate_object_tree,
    no_object_id_recompute,
)
from flwr.supercore.inflatable.inflatable_protobuf_utils import (
    make_confirm_message_received_fn_protobuf,
    make_pull_object_fn_protobuf,
    make_push_object_fn_protobuf,
)
from flwr.supercore.inflatable.inflatable_utils import inflate_object_from_contents, pull_objects, push_objects
from flwr.supercore.interceptors.http.runtime_version import RuntimeVersionHttpInterceptor
from flwr.supercore.primitives.asymmetric import public_key_to_bytes
from flwr.supernode.fleet_http_client import FleetHttpClient
from flwr.supernode.node_auth_http_interceptor import NodeAuthHttpInterceptor

from wuming.core.errors import NodeRefused

_HEARTBEAT_SECONDS: Final = 10.0  # the shortest that Flower takes; after two the node counts as away
_RETRY_SECONDS: Final = 0.5
_SERVER_ERROR: Final = 500
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Link:
    """The SuperLink, and how this node proves itself to it.

    Attributes:
        host: name or address; the server's certificate must be for it.
        port: TCP.
        authority: PEM file of the federation's certificate authority.
        key: this node's key; its public half is in the agreement.
    """

    host: str
    port: int
    authority: Path
    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def address(self) -> str:
        """`host:port`, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def check_server(link: Link, *, patience: float) -> None:
    """Wait for the server, and see that it is the one that the authority has certified for this name.

    Raises:
        NodeRefused: (`wrong-certificate`) it is another; (`no-server`) nobody answered for `patience` seconds.
    """
    try:
        context = ssl.create_default_context(cafile=str(link.authority))
    except (OSError, ssl.SSLError) as error:
        raise NodeRefused(
            f"no certificate can be read from {link.authority}",
            reason="wrong-certificate",
            help="Give the authority's certificate (PEM) of the federation.",
        ) from error
    deadline = time.monotonic() + patience
    while True:
        try:
            with (
                socket.create_connection((link.host, link.port), timeout=10) as plain,
                context.wrap_socket(plain, server_hostname=link.host),
            ):
                return
        except ssl.SSLCertVerificationError as error:
            raise NodeRefused(
                f"the server at {link.address} has no certificate of this federation for that name: "
                f"{error.verify_message}",
                reason="wrong-certificate",
                help="Do not go on. Ask the operator for the authority's certificate over another channel.",
            ) from error
        except OSError as error:
            if time.monotonic() >= deadline:
                raise _no_server(link, error) from error
            time.sleep(_RETRY_SECONDS)


class FleetConnection:
    """An open connection; a context manager, which says goodbye at the end.

    Args:
        link: the server.
        patience: seconds to wait for a server that does not answer, or still counts an earlier process of this node.

    Raises:
        NodeRefused: `wrong-certificate`, `no-server`, or `unknown-node`: the server does not take this key.
    """

    def __init__(self, link: Link, *, patience: float) -> None:
        check_server(link, patience=patience)
        self._link, self._patience = link, patience
        public = link.key.public_key()
        self._client = FleetHttpClient.from_server_address(
            link.address,
            False,
            str(link.authority),
            interceptors=[
                RuntimeVersionHttpInterceptor(component_name="SuperNode"),
                NodeAuthHttpInterceptor(link.key, public),
            ],
        )
        self._ended = threading.Event()
        self._public = public_key_to_bytes(public)
        try:
            self._node = Node(node_id=self._activated())
        except BaseException:
            self._client.close()
            raise
        self._beats = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._beats.start()

    @property
    def node_id(self) -> int:
        """This node's id at the server."""
        return int(self._node.node_id)

    def __enter__(self) -> FleetConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._beats.join(timeout=10)
        try:
            self._client.DeactivateNode(DeactivateNodeRequest(node_id=self._node.node_id))
        except httpx.HTTPError:
            pass  # it notices by itself that this node is gone
        finally:
            self._client.close()

    def receive(self) -> Message | None:
        """Return the next message with its content, or None.

        A server that was started anew does not know this connection any more; it is then asked to take the node again.

        Raises:
            NodeRefused: (`no-server`, `unknown-node`) the server was away for too long, or takes this node no more.
        """
        try:
            response = self._call(lambda: self._client.PullMessages(PullMessagesRequest(node=self._node)))
        except httpx.HTTPStatusError:
            self._node = Node(node_id=self._activated())
            return None
        if not response.messages_list:
            return None
        run_id = message_from_proto(response.messages_list[0]).metadata.run_id
        tree = response.message_object_trees[0]
        contents = pull_objects(
            [part.object_id for part in iterate_object_tree(tree)],
            pull_object_fn=make_pull_object_fn_protobuf(self._client.PullObject, self._node, run_id),
        )
        confirm = make_confirm_message_received_fn_protobuf(self._client.ConfirmMessageReceived, self._node, run_id)
        confirm(tree.object_id)
        message: Message = inflate_object_from_contents(tree.object_id, contents)
        message.metadata.__dict__["_message_id"] = tree.object_id
        return message

    def send(self, reply: Message) -> None:
        """Send an answer with its content.

        Raises:
            NodeRefused: (`no-server`) the server was away for too long.
            httpx.HTTPStatusError: it does not take the answer, which is late.
        """
        reply.metadata.__dict__["_message_id"] = reply.object_id
        with no_object_id_recompute():
            request = PushMessagesRequest(
                node=self._node,
                messages_list=[message_to_proto(remove_content_from_message(reply) if reply.has_content() else reply)],
                message_object_trees=[get_object_tree(reply)],
                clientapp_runtime_list=[0.0],
            )
            response = self._call(lambda: self._client.PushMessages(request))
            push_objects(
                get_all_nested_objects(reply),
                make_push_object_fn_protobuf(
                    self._client.PushObject, self._node, reply.metadata.run_id, response.session_id
                ),
                object_ids_to_push=set(response.objects_to_push),
            )

    def _activated(self) -> int:
        request = ActivateNodeRequest(public_key=self._public, heartbeat_interval=_HEARTBEAT_SECONDS)
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return int(self._call(lambda: self._client.ActivateNode(request)).node_id)
            except httpx.HTTPStatusError as error:
                # An earlier process of this node, that was killed, counts as there for some seconds more.
                if not self._known() or time.monotonic() >= deadline:
                    raise self._unknown() from error
                time.sleep(_RETRY_SECONDS)

    def _known(self) -> bool:
        """Tell whether the server knows the key: of a known one it then finds the heartbeat out of range."""
        try:
            self._client.ActivateNode(ActivateNodeRequest(public_key=self._public, heartbeat_interval=0))
        except httpx.HTTPStatusError as error:
            return "heartbeat" in error.response.text.lower()
        return True

    def _call(self, call: Callable[[], _T]) -> _T:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return call()
            except httpx.HTTPStatusError as error:
                if error.response.status_code < _SERVER_ERROR:
                    raise
                failure: Exception = error
            except httpx.TransportError as error:
                failure = error
            if time.monotonic() >= deadline or self._ended.wait(_RETRY_SECONDS):
                raise _no_server(self._link, failure) from failure

    def _unknown(self) -> NodeRefused:
        return NodeRefused(
            f"the server at {self._link.address} does not take this node",
            reason="unknown-node",
            help="Its key must be in the agreement that the server holds; no other process may use it now.",
        )

    def _beat(self) -> None:
        while not self._ended.wait(_HEARTBEAT_SECONDS * 0.8):
            request = SendNodeHeartbeatRequest(node=self._node, heartbeat_interval=_HEARTBEAT_SECONDS)
            try:
                self._client.SendNodeHeartbeat(request)
            except httpx.HTTPError:
                continue  # `receive` finds out whether the server is gone for good


def _no_server(link: Link, error: Exception) -> NodeRefused:
    return NodeRefused(
        f"no server answers at {link.address} ({type(error).__name__})",
        reason="no-server",
        help="Check address and port, and that `wuming federate serve` is running.",
    )
