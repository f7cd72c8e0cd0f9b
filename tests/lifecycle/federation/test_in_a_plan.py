"""A plan whose train stage is a federation: one charge, the claim that follows from the noise, and what is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import wuming.lifecycle.federation.training as federated_job
from wuming.accounting.events import event_from_json
from wuming.compliance.dossier import recompute
from wuming.compliance.dossier.verify import verify_dossier
from wuming.core.errors import BudgetExceeded, EmptyData, MalformedRecord, PrivacyParameterError, SelfCheckFailed
from wuming.crypto.keys import KeyStore
from wuming.federated.crowd import LocalCrowd
from wuming.federated.encoding import encoding
from wuming.lifecycle.federation.claim import FederatedTraining

ELSEWHERE: dict[str, Any] = {"train__learning_rate": 0.009, "source__lineage": "elsewhere"}


def claims_of(place: Any, run: str = "federated") -> dict[str, Any]:
    claims: dict[str, Any] = place.read(run, "run.json")["stages"]["train"]["evidence"]["claims"]
    return claims


def reserved(place: Any, lineage: str = "silos") -> list[Any]:
    entries = place.entries("account.reserve")
    return [entry for entry in entries if entry.body["account"].startswith(f"{lineage}/")]


def test_the_run_is_released_and_its_evidence_says_that_it_was_a_federation(federated_once: Any) -> None:
    claims = claims_of(federated_once)
    told = claims["federation"]
    assert (told["silos"], told["least_survivors"], told["dropouts_tolerated"], told["colluders"]) == (3, 3, 0, 1)
    assert told["rounds"] == claims["steps"] == 4
    assert told["dropped_out"] == 0
    assert told["epsilon_public"] < told["epsilon_server"] == claims["epsilon"] <= 2.0
    assert (claims["unit_of_privacy"], claims["sampler"]) == ("subject", "Poisson over subjects")
    assert claims["self_check"]["passed"]
    assert claims["self_check"]["sums_exact"]
    assert (federated_once.runs / "federated" / "release" / "model" / "model.safetensors").exists()
    page = (federated_once.runs / "federated" / "dossier" / "index.html").read_text("utf-8")
    assert "federation of 3 silos" in page
    assert not any(name in page for name in ("north", "south", "west"))  # silos' names are nobody's business


def test_the_lineage_is_charged_once_with_what_the_server_sees(federated_once: Any) -> None:
    (entry,) = reserved(federated_once)
    assert entry.body["event"] == claims_of(federated_once)["event"]
    account = federated_once.status("silos")
    assert account.committed == 1
    assert account.pending == ()
    assert 0 < account.spent_failure_delta <= account.failure_delta < account.delta


def test_a_verifier_computes_both_epsilons_again(federated_once: Any) -> None:
    key = KeyStore(federated_once.home / "keys").signing_key().public
    found = verify_dossier(federated_once.runs / "federated" / "dossier", key)
    assert found.ok, found.problems
    assert not found.problems


def all_survivors(claims: dict[str, Any]) -> None:
    """Charge as if nobody colluded: the noise of all silos, against a server that knows one."""
    claims["event"], claims["epsilon"] = claims["federation"]["public_event"], claims["federation"]["epsilon_public"]
    claims["federation"]["epsilon_server"] = claims["epsilon"]
    claims["noise_multiplier"] = claims["event"]["events"][0]["noise_multiplier"]


def unsampled(claims: dict[str, Any]) -> None:
    claims["event"]["events"][0]["sampling_probability"] = 1.0


def without_failures(claims: dict[str, Any]) -> None:
    claims["event"]["events"][1]["delta"] = 0.0


@pytest.mark.parametrize(
    "twin",
    [
        all_survivors,
        unsampled,
        without_failures,
        lambda claims: claims["federation"].update(colluders=0),
        lambda claims: claims["federation"].update(least_survivors=2, dropouts_tolerated=1),
        lambda claims: claims["federation"].update(dropouts_tolerated=1),
        lambda claims: claims["federation"].update(member_variance=2 * claims["federation"]["member_variance"]),
        lambda claims: claims["federation"].update(epsilon_public=1.0),
        lambda claims: claims["federation"].update(epsilon_server=1.0),
        lambda claims: claims["federation"].update(rounds=3),
        lambda claims: claims["federation"].pop("public_event"),
    ],
)
def test_figures_that_do_not_follow_are_found(federated_once: Any, twin: Callable[[dict[str, Any]], Any]) -> None:
    claims = copy.deepcopy(claims_of(federated_once))
    assert recompute.training(claims).problems == []
    twin(claims)
    assert recompute.training(claims).problems


def test_the_same_plan_again_is_free_and_ends_with_the_same_weights(
    federated: Any, planned: dict[str, Any], trained: Callable[..., None]
) -> None:
    trained(federated, "again", **planned)
    assert federated.weights("again") == federated.weights("federated")
    assert len(reserved(federated)) == 1
    assert federated.status("silos").committed == 1


def test_a_federation_that_was_interrupted_begins_anew_and_is_charged_once(
    federated: Any, planned: dict[str, Any], trained: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = federated_job.report

    def stop(label: str, done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(federated_job, "report", stop)
    with pytest.raises(KeyboardInterrupt):
        federated.run("stopped", **planned | ELSEWHERE)
    assert federated.status("elsewhere").pending
    monkeypatch.setattr(federated_job, "report", real)
    trained(federated, "stopped", **planned | ELSEWHERE)
    trained(federated, "whole", **planned | ELSEWHERE)
    assert federated.weights("stopped") == federated.weights("whole")
    assert len(reserved(federated, "elsewhere")) == 1
    assert federated.status("elsewhere").pending == ()


def test_a_silo_that_forgets_its_noise_is_found(
    federated: Any, planned: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin of the noise: one of three silos adds none, and the sum has a third less."""
    real, calls = encoding.skellam, [0]

    def forgetful(*arguments: Any, **options: Any) -> Any:
        calls[0] += 1
        drawn = real(*arguments, **options)
        return np.zeros_like(drawn) if calls[0] % 3 == 1 else drawn

    monkeypatch.setattr(encoding, "skellam", forgetful)
    with pytest.raises(SelfCheckFailed, match="noise_as_claimed"):
        federated.run("forgetful", **planned | ELSEWHERE)
    assert not (federated.runs / "forgetful" / "models" / "protected").exists()


def test_a_sum_that_is_not_the_plain_sum_is_found(
    federated: Any, planned: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LocalCrowd.plain_sum
    monkeypatch.setattr(LocalCrowd, "plain_sum", lambda self, names, length: real(self, names, length) + 1)
    with pytest.raises(SelfCheckFailed, match="sums_exact"):
        federated.run("wrong", **planned | ELSEWHERE)


def test_a_silo_that_falls_silent_ends_the_stage(
    federated: Any, planned: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one machine nobody drops out but by a fault, and the replay of a sum of fewer would be another sum."""
    real = LocalCrowd.answers

    def silent(self: Any, stage: Any, inbox: Any) -> Any:
        yield from ((name, answer) for name, answer in real(self, stage, inbox) if name != "west")

    monkeypatch.setattr(LocalCrowd, "answers", silent)
    tolerant = {"federation": planned["federation"] | {"least_survivors": 2, "colluders": 0}}
    with pytest.raises(SelfCheckFailed, match="everybody_stayed"):
        federated.run("silent", **planned | ELSEWHERE | tolerant)


def test_an_account_that_is_spent_refuses_before_anything_is_trained(federated: Any, planned: dict[str, Any]) -> None:
    with pytest.raises(BudgetExceeded):
        federated.run("poor", **planned | ELSEWHERE, budget__epsilon=2.0)
    assert not (federated.runs / "poor" / "models").exists()
    assert reserved(federated, "elsewhere") == []


def test_an_account_without_a_part_for_failures_refuses_with_the_reason(
    federated: Any, planned: dict[str, Any]
) -> None:
    before = federated.charges()
    with pytest.raises(BudgetExceeded, match="set no part of its delta aside") as refusal:
        federated.run("late", **planned | {"source__lineage": "tiny"})  # opened by a training at one place
    assert refusal.value.help
    assert federated.charges() == before


def test_training_at_one_place_is_charged_to_the_same_account(
    federated: Any, planned: dict[str, Any], trained: Callable[..., None]
) -> None:
    trained(federated, "central", **planned | {"federation": None})
    account = federated.status("silos")
    assert account.committed == 2
    assert "federation" not in claims_of(federated, "central")


@pytest.mark.parametrize(
    ("silo_of", "error", "words"),
    [
        (lambda number, _: "Jupiter" if number == 7 else "north", MalformedRecord, "names no silo of the plan"),
        (lambda number, _: None if number == 7 else "north", MalformedRecord, "'branch' is missing"),
        (lambda number, _: ("north", "south")[number % 2], EmptyData, "1 of 3 silos"),
        (
            lambda number, name: ("north", "south", "west")[(number + (name == "r04-1")) % 3],
            PrivacyParameterError,
            "1 subjects have records in several silos",
        ),
    ],
)
def test_records_that_no_silo_can_hold_are_refused(
    federated: Any,
    planned: dict[str, Any],
    in_silos: Callable[..., None],
    silo_of: Callable[[int, str], str | None],
    error: type[Exception],
    words: str,
) -> None:
    in_silos(federated.data, silo_of)
    charges = federated.charges()
    with pytest.raises(error, match=words) as refusal:
        federated.run("refused", **planned)
    assert "Jupiter" not in str(refusal.value)
    assert federated.charges() == charges


@pytest.mark.full
def test_documents_of_one_subject_may_lie_in_several_silos(
    federated: Any, planned: dict[str, Any], in_silos: Callable[..., None], trained: Callable[..., None]
) -> None:
    """Where the unit is a document, it lies in one silo whoever it is about."""
    in_silos(federated.data, lambda number, name: ("north", "south", "west")[(number + int(name[-1])) % 3])
    changes: dict[str, Any] = {
        "unit_of_privacy": "document",
        "train__population": 120,
        "train__delta": 8e-5,
        "budget__delta": 8e-5,
        "source__table": None,
        "anonymise": None,
        "source__consent": None,
        "source__legal_basis": "contract",
    }
    trained(federated, "documents", **planned | changes)
    assert claims_of(federated, "documents")["sampler"] == "Poisson over documents"


def test_both_epsilons_follow_from_a_plan_with_dropouts(federated: Any) -> None:
    changes = {"federation": {"silo": "branch", "silos": list("abcdefg"), "least_survivors": 5, "colluders": 1}}
    plan = federated.plan(**changes)
    found = FederatedTraining.of(plan, 5000, federated.home / "cache")
    again = FederatedTraining.of(plan, 5000, federated.home / "cache")  # from the cache
    assert again.plan.digest == found.plan.digest
    told = found.claims([7, 7, 7, 7])
    assert told["dropouts_tolerated"] == 2
    server, public = event_from_json(found.event.as_json()), event_from_json(told["public_event"])
    ratio = public.events[0].noise_multiplier / server.events[0].noise_multiplier  # type: ignore[union-attr]
    assert ratio == pytest.approx((5 / 4) ** 0.5, rel=1e-6)
    assert found.epsilon <= plan.train.epsilon
