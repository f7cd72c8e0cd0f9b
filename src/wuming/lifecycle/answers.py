"""Answers about private tables: the account that pays, what is on record, and a dossier of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wuming.accounting.accountant import approximate_rdp
from wuming.compliance.dossier.build import DossierResult, build_dossier
from wuming.core.canonical import digest
from wuming.core.evidence import Evidence
from wuming.crypto.keys import KeyStore
from wuming.governance.accounts import AccountBudget, Accounts
from wuming.governance.ledger import Ledger
from wuming.lifecycle.context import PRODUCER


def answer_budget(accounts: Accounts, account: str) -> AccountBudget:
    """Return an account as the budget that answers are charged to.

    Args:
        accounts: of the ledger.
        account: id of one that is open.
    """
    return accounts.budget(account, lambda event: (event.as_json(), *approximate_rdp(event)))


def on_record(ledger: Ledger, stored: Mapping[str, Any]) -> Evidence | None:
    """Return stored evidence when the ledger holds it word for word: a folder alone is not believed.

    Args:
        ledger: of this machine.
        stored: evidence as JSON.
    """
    if not any(entry.kind == "evidence" and entry.body == stored for entry in ledger.entries()):
        return None
    return Evidence(**{**stored, "inputs": tuple(stored["inputs"])})


def answers_dossier(
    folder: Path,
    named: Mapping[str, Evidence],
    *,
    title: str,
    run: str,
    before: Sequence[Evidence],
    ledger: Ledger,
    keys: KeyStore,
    public: bool,
    extra_files: Mapping[str, bytes],
) -> DossierResult:
    """Write the signed dossier of a release that consists of answers alone.

    Steps that such a release does not have are put on record as left out. There is no review: the controls judge models
    and tables, and the page says that it was not reviewed.

    Args:
        folder: of the dossier.
        named: what each answer is → its evidence.
        title: heading of the page.
        run: digest of what was to be done, for the record.
        before: evidence of the steps before the answers, in order.
        ledger, keys: of this machine.
        public: leave figures computed on private data without noise out.
        extra_files: the answers themselves; plain relative names.

    Raises: as `build_dossier`.
    """
    taken = {item.kind for item in before}
    left_out = [_left_out(kind, why, before, ledger) for kind, why in _LEFT_OUT.items() if kind not in taken]
    files = {name: item.subject for name, item in named.items()}
    key = keys.signing_key()
    ledger.append("release", {"run": run, "files": files, "signer": key.public.fingerprint})
    return build_dossier(
        folder,
        title=title,
        evidence=[*before, *left_out, *named.values()],
        releases=[*(_release(name, item) for name, item in named.items()), _INTERNAL],
        ledger_checkpoint=ledger.checkpoint(key),
        signing_key=key,
        public=public,
        extra_files=extra_files,
    )


_ANSWERS = "answers with noise are released, no model and no table"
_GIVEN = "the data were given as they are"
_LEFT_OUT = {
    "collect": _GIVEN,
    "de-identify": _GIVEN,
    "anonymise": _ANSWERS,
    "train": _ANSWERS,
    "audit": _ANSWERS,
    "assess": _ANSWERS,
}
_INTERNAL = {"what": "figures", "digest": None, "covered_by": "no ε: computed without noise", "internal": True}


def _left_out(kind: str, why: str, before: Sequence[Evidence], ledger: Ledger) -> Evidence:
    """Put on record that a step was left out, unless that is there."""
    claims = {"skipped": why}
    found = Evidence(kind, digest(claims), claims, tuple(item.subject for item in before[-1:]), PRODUCER)
    for entry in ledger.entries():
        if entry.kind == "evidence" and {**entry.body, "at": found.at} == found.as_json():
            return Evidence(**{**entry.body, "inputs": tuple(entry.body["inputs"])})
    ledger.record(found)
    return found


def _release(name: str, item: Evidence) -> dict[str, Any]:
    cost = item.claims["cost"]
    stated = {"epsilon": cost["epsilon"], "delta": cost["delta"], "unit_of_privacy": cost["unit"]}
    return {"name": name, "digest": item.subject, "at": item.at, "internal": False, **stated}
