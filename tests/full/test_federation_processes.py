"""Federations of real processes over TLS on loopback: silos killed, late or refused, and a server that is killed."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("flwr")

TASK = """
import os, signal, time
from pathlib import Path

import numpy as np


class Trainer:
    record_bound = None

    def __init__(self, name, place):
        self.name, self.place = name, place

    def contribution(self, weights, round_number):
        calls = Path(f"{self.name}.calls")
        before = len(calls.read_text()) if calls.exists() else 0
        calls.write_text("x" * (before + 1))
        if before == 1 and self.name == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if before == 1 and self.name == "late":
            time.sleep(30)
        return np.full(weights.size, 0.01 * (self.place + 1))


class Task:
    def start(self):
        return np.zeros(50)

    def trainer(self, name, members, plan, strategy, secret):
        return Trainer(name, members.index(name))

    def evaluate(self, weights):
        return {"mean": float(weights.mean())}
"""
RESTARTED = """
import os, signal, time
from pathlib import Path

import numpy as np

SILOS = ("east", "north", "south")


def calls(name):
    path = Path(f"{name}.calls")
    return len(path.read_text()) if path.exists() else 0


class Trainer:
    record_bound = None

    def __init__(self, name, place):
        self.name, self.place = name, place

    def contribution(self, weights, round_number):
        Path(f"{self.name}.calls").write_text("x" * (calls(self.name) + 1))
        if self.name == "north" and calls("north") == 2:
            while min(map(calls, SILOS)) < 2:
                time.sleep(0.05)
            os.kill(int(Path("server.pid").read_text()), signal.SIGKILL)  # all train, and nobody has sent
        return np.full(weights.size, 0.01 * (self.place + 1))


class Task:
    def start(self):
        return np.zeros(50)

    def trainer(self, name, members, plan, strategy, secret):
        return Trainer(name, members.index(name))

    def evaluate(self, weights):
        marker = Path("between")
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)  # between the first round and the second
        return {"mean": float(weights.mean())}
"""
SILOS = ("east", "killed", "late", "north", "south")
MAIN = "from wuming.app.cli import main; main()"


def wuming(folder: Path, home: str, *words: object) -> subprocess.Popen[str]:
    environment = {**os.environ, "WUMING_HOME": str(folder / home), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, *map(str, words)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def agreed(folder: Path, members: tuple[str, ...] = SILOS, task: str = TASK) -> Path:
    """Make all keys, and an agreement for a task above: three rounds, unit client, noise by the silos."""
    hosts = ["--host", "127.0.0.1"]
    silos = [word for name in members for word in ("--silo", name)]
    made = wuming(folder, "home", "federate", "keys", "keys", *hosts, *silos)
    assert made.wait(120) == 0, made.stderr.read()
    path = folder / "keys" / "federation.yaml"
    values = {
        "task": "small_task:Task",
        "rounds": "3",
        "unit": "client",
        "bound": "1.0",
        "sampling_probability": "1.0",
        "divisor": "5.0",
        "epsilon": "8.0",
        "delta": "1.0e-3",
        "colluders": "0",
        "least_survivors": str(len(members) // 2 + 1),
        "strategy": "{name: fedavg}",
    }
    text = re.sub(r"^vector_norm:.*\n", "", path.read_text(), flags=re.MULTILINE)
    for name, value in values.items():
        text = re.sub(rf"^{name}:.*$", f"{name}: {value}", text, flags=re.MULTILINE)
    (folder / "federation.yaml").write_text(text)
    (folder / "small_task.py").write_text(task)
    return folder / "federation.yaml"


def account(folder: Path, silo: str) -> dict[str, object]:
    shown = wuming(folder, f"home-{silo}", "budget", "show", "--json")
    out, error = shown.communicate(timeout=120)
    assert shown.returncode == 0, error
    (found,) = json.loads(out)["accounts"]
    return found


@pytest.mark.full
def test_a_federation_finishes_and_every_ledger_is_right(tmp_path: Path) -> None:
    agreement = agreed(tmp_path)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = wuming(
        tmp_path, "home", "federate", "serve", "--agreement", agreement, "--keys", "keys/server",
        "--host", "127.0.0.1", "--port", port, "--training-timeout", 20, "--answer-timeout", 60, "--wait", 300,
        "--json",
    )  # fmt: skip
    silos = {
        name: wuming(
            tmp_path, f"home-{name}", "federate", "join", f"keys/{name}", "--agreement", agreement,
            "--server", f"127.0.0.1:{port}", "--lineage", name, "--cap", 40, "--patience", 60, "--json",
        )
        for name in SILOS
    }  # fmt: skip
    time.sleep(5)
    # Strangers: one with keys of its own, a member with another node's key, one with another federation's authority.
    made = wuming(tmp_path, "other", "federate", "keys", "other", "--host", "127.0.0.1", "--silo", "east")
    assert made.wait(300) == 0
    common = ("--agreement", agreement, "--server", f"127.0.0.1:{port}", "--lineage", "x", "--cap", 40)
    refused = {}
    for reason, sources in (
        ("no-member", ("other", "other", "keys")),
        ("unknown-node", ("keys", "other", "keys")),
        ("wrong-certificate", ("keys", "keys", "other")),
    ):
        (tmp_path / reason).mkdir()
        for name, source in zip(("identity.pem", "node.key", "authority.pem"), sources, strict=True):
            (tmp_path / reason / name).write_bytes((tmp_path / source / "east" / name).read_bytes())
            (tmp_path / reason / name).chmod(0o600)
        refused[reason] = wuming(tmp_path, f"home-{reason}", "federate", "join", reason, *common)
    try:
        for reason, process in refused.items():
            assert f"({reason})" in process.communicate(timeout=300)[1]
            assert process.returncode == (62 if reason == "no-member" else 66)

        out, error = server.communicate(timeout=600)
        assert server.returncode == 0, error
        told = json.loads(out.splitlines()[-1])
        assert (told["phase"], told["rounds"]) == ("finished", 3)
        assert 0 < told["epsilon_public"] <= told["epsilon_server"] <= 8
        ends = {name: process.communicate(timeout=300) for name, process in silos.items()}
        assert silos["killed"].returncode == -9
        sent = {name: json.loads(end[0])["vectors_sent"] for name, end in ends.items() if name != "killed"}
        assert (sent["east"], sent["north"], sent["south"]) == (3, 3, 3)
        assert [told["silos"][name]["rounds"] for name in ("east", "killed", "north", "south")] == [3, 1, 3, 3]
        assert told["silos"]["late"]["rounds"] < 3

        shown = wuming(tmp_path, "home", "federate", "status")
        assert "finished, 3 of 3 rounds" in shown.communicate(timeout=120)[0]
        # A vector that was made counts, late or not; what was reserved for one that was never made is open.
        books = {name: account(tmp_path, name) for name in SILOS}
        entries = {name: (book["committed"], len(book["pending"])) for name, book in books.items()}
        assert entries == {**dict.fromkeys(SILOS, (3, 0)), "killed": (1, 1), "late": (sent["late"], 0)}
    finally:
        for process in (server, *silos.values(), *refused.values()):
            if process.poll() is None:
                process.kill()


@pytest.mark.full
def test_a_server_that_is_killed_twice_goes_on_and_every_ledger_is_right(tmp_path: Path) -> None:
    """Once between two rounds, once while all train; the silos stay, and pay for the vectors that they made."""
    names = ("east", "north", "south")
    agreement = agreed(tmp_path, names, RESTARTED)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]

    def started() -> subprocess.Popen[str]:
        process = wuming(
            tmp_path, "home", "federate", "serve", "--agreement", agreement, "--keys", "keys/server",
            "--host", "127.0.0.1", "--port", port, "--wait", 300, "--json",
        )  # fmt: skip
        (tmp_path / "server.pid").write_text(str(process.pid))
        return process

    servers = [started()]
    silos = {
        name: wuming(
            tmp_path, f"home-{name}", "federate", "join", f"keys/{name}", "--agreement", agreement,
            "--server", f"127.0.0.1:{port}", "--lineage", name, "--cap", 40, "--patience", 120, "--json",
        )
        for name in names
    }  # fmt: skip
    try:
        for _ in range(2):
            assert servers[-1].wait(600) == -9, servers[-1].stderr.read()
            servers.append(started())
        out, error = servers[-1].communicate(timeout=600)
        assert servers[-1].returncode == 0, error
        told = json.loads(out.splitlines()[-1])
        assert (told["phase"], told["rounds"], told["rounds_charged"]) == ("finished", 3, 3)
        assert 0 < told["epsilon_public"] <= told["epsilon_server"] <= 8
        assert {silo["rounds"] for silo in told["silos"].values()} == {3}
        assert [point["round"] for point in told["curve"]] == [1, 2, 3]
        ends = {name: process.communicate(timeout=300) for name, process in silos.items()}
        # Three sums, and the vectors of the round in which the server was killed.
        assert {json.loads(end[0])["vectors_sent"] for end in ends.values()} == {4}
        books = {name: account(tmp_path, name) for name in names}
        assert {name: (book["committed"], len(book["pending"])) for name, book in books.items()} == dict.fromkeys(
            names, (4, 0)
        )
        numbers = {json.loads((tmp_path / "keys" / name / "rounds.json").read_text())["federation"] for name in names}
        state = json.loads((tmp_path / "home" / "federation" / "rounds.json").read_text())
        assert numbers == {state["opened"]} == {state["spent"][-1]}

        again = started()
        assert json.loads(again.communicate(timeout=300)[0].splitlines()[-1])["phase"] == "finished"
        other = tmp_path / "other.yaml"
        other.write_text(agreement.read_text().replace("divisor: 5.0", "divisor: 6.0"))
        agreement = other
        refused = started()
        assert "belongs to another agreement" in refused.communicate(timeout=300)[1]
        assert refused.returncode == 71
    finally:
        for process in (*servers, *silos.values()):
            if process.poll() is None:
                process.kill()
