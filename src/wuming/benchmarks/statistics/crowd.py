"""Eight processes that ask at once: the cap holds, and every answer is charged once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from wuming.benchmarks.house.bench import Figure, Goal, Outcome
from wuming.benchmarks.house.running import Hall
from wuming.statistics.source import polars_library

_PROCESSES, _CAP = 8, 2.0
_SCRIPT = """
import json, sys
from wuming.accounting.accountant import approximate_rdp
from wuming.core.errors import BudgetExceeded
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger
from wuming.statistics import Contract, Session
accounts = Accounts(Ledger())
account = accounts.open("crowd", "subject", "add-or-remove-one", float(sys.argv[2]), 1e-6)
budget = accounts.budget(account, lambda event: (event.as_json(), *approximate_rdp(event)))
session, answers = Session(sys.argv[1], Contract("person", 1), budget), 0
try:
    while True:
        session.ask("SELECT COUNT(*) FROM t", epsilon=0.1)
        answers += 1
except BudgetExceeded:
    print(answers)
"""
_STATUS = """
import json
from wuming.governance.accounts import Accounts
from wuming.governance.ledger import Ledger
print(json.dumps(Accounts(Ledger()).status("crowd/subject/add-or-remove-one").as_json()))
"""


def measure(hall: Hall) -> Outcome:
    """Have all ask until they are refused."""
    hall.say(f"{_PROCESSES} processes")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.parquet"
        polars_library().DataFrame({"person": range(100)}).write_parquet(path)
        environment = {**os.environ, "WUMING_HOME": str(Path(folder) / "home")}
        ask = [sys.executable, "-c", _SCRIPT, str(path), str(_CAP)]
        asking = [subprocess.Popen(ask, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(_PROCESSES)]
        answers = sum(int(process.communicate()[0]) for process in asking)
        status = json.loads(
            subprocess.run(
                [sys.executable, "-c", _STATUS], env=environment, capture_output=True, text=True, check=True
            ).stdout
        )
    return Outcome(
        (
            Figure("charge / cap", "×", (status["spent_epsilon"] / _CAP,), Goal("<=", 1.0)),
            Figure("answers less charges", "", (float(abs(answers - status["committed"])),), Goal("<=", 0.0)),
            Figure("answers", "", (float(answers),)),
        ),
        {"status": status},
        (f"{_PROCESSES} processes, cap epsilon {_CAP} at delta 1e-6, answers of epsilon 0.1 each, unit subject",),
    )
