"""SuperLink and nodes over TLS on loopback, in one process: who is let in, what is open, and an exact sum."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
from flwr.app import Message, RecordDict
from flwr.serverapp.strategy import FedAvg

from wuming.app.federation.keys import card_of, make_keys
from wuming.core.errors import KeyUnavailable, NodeRefused, StorageError
from wuming.federated.flower import Agreement, Member, SecureAggregation
from wuming.federated.flower.certificates import load_node_key, new_authority, new_node_key, new_server
from wuming.federated.flower.connection import FleetConnection, Link, check_server
from wuming.federated.flower.rounds import Timeouts
from wuming.federated.flower.superlink import Address, FleetGrid, superlink
from wuming.federated.flower.supernode import run_node

from . import small

SILOS = ("silo-0", "silo-1", "silo-2")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@dataclasses.dataclass
class Site:
    folder: Path
    agreed: Agreement
    port: int
    grid: FleetGrid
    stop: Callable[[], None]

    def link(self, silo: str = "silo-0", **changes: object) -> Link:
        made = self.folder / silo
        link = Link("127.0.0.1", self.port, made / "authority.pem", load_node_key(made / "node.key"))
        return dataclasses.replace(link, **changes)


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    make_keys(folder, name="tests", hosts=("127.0.0.1",), silos=SILOS)
    plain = small.agreement(3)
    members = tuple(
        Member(member.name, member.identity, card_of(folder / member.name / "member.json").node_key)
        for member in plain.members
    )
    agreed = dataclasses.replace(plain, members=members)
    port, server = free_port(), folder / "server"
    address = Address("127.0.0.1", port, server / "server.pem", server / "server.key")
    with contextlib.ExitStack() as stack:
        grid = stack.enter_context(superlink(agreed, address))
        yield Site(folder, agreed, port, grid, stack.close)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("federation") / "keys") as found:
        yield found


def test_nodes_of_the_agreement_come_to_an_exact_sum(site: Site) -> None:
    stop = threading.Event()
    threads = []
    for place, name in enumerate(SILOS):
        app = small.app(small.silo(place, site.agreed), place)
        threads.append(threading.Thread(target=run_node, args=(site.link(name), app), kwargs={"stop": stop}))
        threads[-1].start()
    deadline = time.monotonic() + 60
    while len(site.grid.get_node_ids()) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert set(site.grid.health().values()) == {"online"}
    held = []
    secure = SecureAggregation(
        FedAvg(fraction_evaluate=0.0), site.agreed, timeouts=Timeouts(60, 60), on_round=held.append
    )
    result = secure.start(site.grid, small.model(), num_rounds=1)
    stop.set()
    for thread in threads:
        thread.join(20)
    weights, bias = result.arrays.to_numpy_ndarrays()
    expected = np.mean([small.steps(place) for place in range(3)], axis=0)
    assert np.allclose(np.concatenate([weights.ravel(), bias - 1]), expected, atol=1e-12)
    assert held[0].survivors == SILOS
    assert set(site.grid.health().values()) == {"offline"}


def test_a_node_with_another_key_is_refused(site: Site, tmp_path: Path) -> None:
    stranger = tmp_path / "node.key"
    stranger.write_bytes(new_node_key()[0])
    stranger.chmod(0o600)
    with pytest.raises(NodeRefused, match="unknown-node"):
        FleetConnection(site.link(key=load_node_key(stranger)), patience=2)


def test_a_server_of_another_authority_is_refused(site: Site, tmp_path: Path) -> None:
    other = tmp_path / "authority.pem"
    other.write_bytes(new_authority("tests").certificate)
    with pytest.raises(NodeRefused, match="wrong-certificate"):
        check_server(site.link(authority=other), patience=2)
    other.write_text("nothing")
    with pytest.raises(NodeRefused, match="wrong-certificate"):
        check_server(site.link(authority=other), patience=2)


def test_a_server_under_another_name_is_refused(site: Site) -> None:
    with pytest.raises(NodeRefused, match="wrong-certificate"):
        check_server(site.link(host="localhost"), patience=2)


def test_nobody_there_is_said(site: Site) -> None:
    with pytest.raises(NodeRefused, match="no-server"):
        check_server(site.link(port=free_port()), patience=0.1)


@pytest.mark.parametrize(
    "path", ["/docs", "/health", "/openapi.json", "/v1/control/list-runs", "/v1/runtime/pull-messages", "/"]
)
def test_nothing_is_open_but_what_nodes_need(site: Site, path: str) -> None:
    verify = str(site.folder / "server" / "authority.pem")
    for method in ("GET", "POST"):
        assert httpx.request(method, f"https://127.0.0.1:{site.port}{path}", verify=verify).status_code == 404


def test_a_node_cannot_register_itself(site: Site, tmp_path: Path) -> None:
    from flwr.proto.fleet_pb2 import RegisterNodeFleetRequest
    from flwr.supercore.interceptors.http.runtime_version import RuntimeVersionHttpInterceptor
    from flwr.supercore.primitives.asymmetric import generate_key_pairs, public_key_to_bytes
    from flwr.supernode.fleet_http_client import FleetHttpClient
    from flwr.supernode.node_auth_http_interceptor import NodeAuthHttpInterceptor

    private, public = generate_key_pairs()
    proofs = [RuntimeVersionHttpInterceptor(component_name="SuperNode"), NodeAuthHttpInterceptor(private, public)]
    authority = str(site.folder / "server" / "authority.pem")
    client = FleetHttpClient.from_server_address(f"127.0.0.1:{site.port}", False, authority, interceptors=proofs)
    with client, pytest.raises(httpx.HTTPStatusError):
        client.RegisterNode(RegisterNodeFleetRequest(public_key=public_key_to_bytes(public)))


def test_a_port_that_is_taken_is_said(site: Site) -> None:
    server = site.folder / "server"
    files = (server / "server.pem", server / "server.key")
    with (
        pytest.raises(StorageError, match="cannot listen"),
        superlink(site.agreed, Address("127.0.0.1", site.port, *files)),
    ):
        pass


def test_a_servers_files_are_checked_before_anything_starts(site: Site, tmp_path: Path) -> None:
    server, silo = site.folder / "server", site.folder / "silo-0"
    bare = tmp_path / "server.key"
    bare.write_bytes((server / "server.key").read_bytes())
    bare.chmod(0o644)
    for certificate, key in (
        (server / "none.pem", server / "server.key"),
        (server / "server.pem", server / "none.key"),
        (server / "server.pem", silo / "node.key"),
        (server / "server.pem", bare),
    ):
        with pytest.raises(KeyUnavailable), superlink(site.agreed, Address("127.0.0.1", free_port(), certificate, key)):
            pass


def test_a_server_certificate_needs_a_host_and_its_own_authority() -> None:
    authority, other = new_authority("tests"), new_authority("tests")
    with pytest.raises(KeyUnavailable, match="no host"):
        new_server(authority, ())
    with pytest.raises(KeyUnavailable, match="do not belong"):
        new_server(dataclasses.replace(authority, key=other.key), ("localhost",))


def test_flower_tells_its_makers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.request

    from flwr.supercore import telemetry

    asked = []
    monkeypatch.setattr(urllib.request, "urlopen", lambda *args, **_: asked.append(args))
    telemetry.event(telemetry.EventType.RUN_SUPERLINK_ENTER).result(timeout=10)
    assert telemetry.FLWR_TELEMETRY_ENABLED == "0"
    assert asked == []
    monkeypatch.setattr(telemetry, "FLWR_TELEMETRY_ENABLED", "1")  # what it would do
    with contextlib.suppress(TypeError):
        telemetry.event(telemetry.EventType.RUN_SUPERLINK_ENTER).result(timeout=10)
    assert asked


def test_a_node_goes_on_with_a_server_that_was_started_anew(tmp_path: Path) -> None:
    with serving(tmp_path / "keys") as own, FleetConnection(own.link(), patience=20) as node:
        first = node.node_id
        assert own.grid.get_node_ids() == [first]
        own.stop()
        address = Address("127.0.0.1", own.port, *(own.folder / "server" / n for n in ("server.pem", "server.key")))
        with superlink(own.agreed, address) as grid:
            assert node.receive() is None
            assert node.node_id != first
            assert grid.get_node_ids() == [node.node_id]
            content = RecordDict({"arrays": small.model()})
            names = grid.push_messages([Message(content, node.node_id, "train")])
            message = node.receive()
            assert message is not None
            node.send(Message(content, reply_to=message))
            assert len(grid.pull_messages(names)) == 1


def test_what_nobody_waits_for_is_dropped(tmp_path: Path) -> None:
    content = RecordDict({"arrays": small.model()})
    with serving(tmp_path / "keys") as own:
        state = own.grid._state
        with FleetConnection(own.link(), patience=5) as node:
            names = own.grid.push_messages([Message(content, node.node_id, "train")])
            message = node.receive()
            assert message is not None
            own.grid.forget(names)
            node.send(Message(content, reply_to=message))
        assert state.num_message_ins() == state.num_message_res() == 0
        assert not state.object_store.store
