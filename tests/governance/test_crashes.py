"""Many processes at once, and processes killed at any point."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wuming.accounting.filter import ORDERS
from wuming.core.errors import BudgetExceeded
from wuming.governance.account_state import AccountState, replay
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger

EVENT = {"kind": "gaussian"}
RDP = [order / 8 for order in ORDERS]
CAP = 6.0
FORK = multiprocessing.get_context("fork")


class UnlockedAccounts(Accounts):
    """A broken twin: looks first, writes later."""

    def reserve(self, account: str, event: Any, rdp: Any, schedule: str) -> Any:
        state = replay(self._ledger.entries())[account]
        if not state.filter.admits(state.curve("reserved", "committed"), rdp):
            raise BudgetExceeded("full")
        time.sleep(0.02)
        body = {"account": account, "schedule": schedule, "event": event, "reservation": schedule * 3, "rdp": rdp}
        self._ledger.append("account.reserve", body)


def _spend(make: Callable[[Ledger], Accounts], path: Path, account: str, worker: int, barrier: Any) -> None:
    accounts = make(Ledger(path))
    barrier.wait()
    for number in range(6):
        try:
            accounts.reserve(account, EVENT, RDP, f"{worker}-{number}")
        except BudgetExceeded:
            return


def _overspent(make: Callable[[Ledger], Accounts], path: Path) -> bool:
    """Let 8 processes spend until refused; say whether the cap was passed."""
    accounts = Accounts(Ledger(path))
    account = accounts.open("shop", "subject", "add-or-remove-one", CAP, 1e-5)
    barrier = FORK.Barrier(8)
    workers = [FORK.Process(target=_spend, args=(make, path, account, i, barrier)) for i in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    status = accounts.status(account)
    assert status.spent_epsilon > 0.6 * CAP  # they did meet at the cap
    return status.spent_epsilon > CAP


def test_eight_processes_never_pass_the_cap_but_do_without_the_lock(tmp_path: Path) -> None:
    assert not _overspent(Accounts, tmp_path / "locked.sqlite")
    assert _overspent(UnlockedAccounts, tmp_path / "unlocked.sqlite")


def _work_until_killed(path: Path, account: str, pipe: int, run: int) -> None:
    accounts = Accounts(Ledger(path))
    for number in range(10_000):
        schedule = f"{run}-{number}"
        reservation = accounts.reserve(account, EVENT, [value / 10_000 for value in RDP], schedule)
        os.write(pipe, f"drawn {schedule}\n".encode())  # from here on, noise may have been seen
        if number % 2:
            reservation.commit()
            os.write(pipe, f"committed {schedule}\n".encode())


def _kill_one(path: Path, account: str, run: int, after: float) -> list[tuple[str, str]]:
    """Start a worker, kill it with SIGKILL `after` seconds from its first sign of life, return what it had reported."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _work_until_killed(path, account, writer, run)
        finally:
            os._exit(1)
    os.close(writer)
    seen = os.read(reader, 1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as file:
        lines = (seen + file.read()).decode().splitlines()
    return [(line.split()[0], line.split()[1]) for line in lines]


def _missing(state: AccountState, reported: list[tuple[str, str]], counts: Callable[[Any], bool]) -> list[str]:
    """Return the schedules that a worker reported and the account does not count."""
    counted = {known.schedule: known.state for known in state.reservations.values() if counts(known)}
    return [
        schedule
        for word, schedule in reported
        if schedule not in counted or (word == "committed" and counted[schedule] != "committed")
    ]


def test_sigkill_loses_nothing_and_never_under_counts(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    accounts = Accounts(Ledger(path))
    account = accounts.open("shop", "subject", "add-or-remove-one", CAP, 1e-5)
    reported: list[tuple[str, str]] = []
    for run in range(16):
        reported += _kill_one(path, account, run, random.uniform(0, 0.06))
        assert Ledger(path).verify().entries >= len(reported)
    state = replay(Ledger(path).entries())[account]
    assert len(reported) >= 16
    assert _missing(state, reported, lambda known: known.counts) == []
    # The twin that counts only what was committed forgets events whose noise was drawn.
    assert _missing(state, reported, lambda known: known.state == "committed") != []
    assert accounts.status(account).spent_epsilon >= accounts.status(account).committed_epsilon
