"""The recommendation scenario: the bound on contributions, the noise, the charge, the dossier, and what it is worth."""

from __future__ import annotations

import json
import math
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.accounting.gaussian import gaussian_delta
from wuming.app.cli import entry
from wuming.compliance.dossier.verify import verify_dossier
from wuming.core.errors import (
    BudgetExceeded,
    EmptyData,
    MalformedRecord,
    MissingFile,
    PrivacyParameterError,
    RunConflict,
    UnknownDataset,
    WumingError,
)
from wuming.core.intervals import clopper_pearson_lower, clopper_pearson_upper
from wuming.core.ports import NoProgress
from wuming.core.reading import read_lines
from wuming.core.storage import file_digest, read_json, write_json
from wuming.crypto.keys import KeyStore
from wuming.crypto.random import SecureStream
from wuming.datasets.registry import locate
from wuming.governance.ledger import Ledger
from wuming.scenarios.recommendation import Outcome, compare, counting, limits_for, play, story
from wuming.scenarios.recommendation.counting import Limits, count_privately, pair_counts, popularity_counts
from wuming.scenarios.recommendation.evaluation import hold_out, quality
from wuming.scenarios.recommendation.generator import generated_ratings
from wuming.scenarios.recommendation.ratings import Ratings, as_ratings, read_movielens
from wuming.scenarios.recommendation.recommender import Recommender, ease, shrunk_cosine, without_noise
from wuming.statistics.budget import MemoryBudget

pytest.importorskip("opendp")
STREAM = SecureStream(b"s" * 32, "test")


def ratings_of(lists: list[list[int]], items: int) -> Ratings:
    subject = np.array([who for who, own in enumerate(lists) for _ in own], dtype=np.int64)
    return as_ratings(tuple(map(str, range(items))), subject, np.array([i for own in lists for i in own], np.int64))


# --- reading


@pytest.mark.parametrize(
    ("data", "item"),
    [
        ("7\t2\t5\t881\n7\t1\t3\t882\n9\t1\t1\t883\n", "1|A|x\n2|B|y\n3|C\xe9|z\n"),
        ("user|item|rating|timestamp\n7|2|5|881\n7|1|3|882\n9|1|1|883\n7|1|4|890\n", "item|title\n1|A\n2|B\n3|C\n"),
    ],
)
def test_both_forms_of_movielens_are_read(tmp_path: Path, data: str, item: str) -> None:
    (tmp_path / "u.data").write_text(data, encoding="latin-1")
    (tmp_path / "u.item").write_text(item, encoding="latin-1")
    found = read_movielens(tmp_path)
    assert found.catalogue == ("1", "2", "3")
    assert (found.subjects, found.subject.tolist(), found.item.tolist()) == (2, [0, 0, 1], [0, 1, 0])


@pytest.mark.parametrize(
    ("data", "item", "error"),
    [
        (None, "1|A\n", MissingFile),
        ("7\t1\t5\t8\n", None, MissingFile),
        ("7\t9\t5\t8\n", "1|A\n", MalformedRecord),
        ("7\t1\t5\t8\nabc\n", "1|A\n", MalformedRecord),
        ("7\t1\t5\t8\n", "1|A\n1|B\n", MalformedRecord),
        ("", "1|A\n", EmptyData),
    ],
)
def test_bad_files_are_refused_by_name(
    tmp_path: Path, data: str | None, item: str | None, error: type[WumingError]
) -> None:
    for name, text in (("u.data", data), ("u.item", item)):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="latin-1")
    with pytest.raises(error):
        read_movielens(tmp_path)


def test_generated_ratings_are_the_same_again_and_like_movielens() -> None:
    first, again = (generated_ratings(seed=2, subjects=400, items=300) for _ in range(2))
    assert first.digest == again.digest
    assert first.digest != generated_ratings(seed=3, subjects=400, items=300).digest
    count = np.bincount(first.subject)
    assert count.min() >= 20
    assert 40 < np.median(count) < 90


# --- the bound on contributions

people = st.lists(st.lists(st.integers(0, 11), min_size=1, max_size=3, unique=True), min_size=1, max_size=8)
heavy = st.lists(st.integers(0, 11), min_size=1, max_size=40)


def changes(others: list[list[int]], one: list[int], limits: Limits) -> tuple[float, float]:
    """By how much one subject changes both counts, in L2 norm. The others have few items, so nobody's are left out."""
    without, with_ = ratings_of(others, 12), ratings_of([*others, one], 12)
    items = np.arange(12, dtype=np.int64)[::-1]
    first, second = (
        (
            popularity_counts(ratings, limits.popular_items, STREAM),
            pair_counts(ratings, items, limits.paired_items, STREAM),
        )
        for ratings in (without, with_)
    )
    return tuple(float(np.linalg.norm(a - b)) for a, b in zip(first, second, strict=True))  # type: ignore[return-value]


LIMITS = Limits(1.0, 1e-6, popular_items=3, paired_items=3, short_list=12, popularity_share=0.3)


@given(people, heavy)
def test_one_subject_changes_the_counts_by_no_more_than_the_noise_is_made_for(
    others: list[list[int]], one: list[int]
) -> None:
    first, second = changes(others, one, LIMITS)
    assert first <= LIMITS.popularity_sensitivity
    assert second <= LIMITS.pair_sensitivity + 1e-12
    if len(set(one)) >= 3:
        assert second == pytest.approx(LIMITS.pair_sensitivity)  # and the bound is reached, so no noise is wasted


def everything(subjects: np.ndarray, _stream: Any, *, most: int) -> np.ndarray:
    return np.ones(len(subjects), dtype=bool)


def test_counting_without_the_limit_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "within_rows", everything)
    first, second = changes([[0, 1]], list(range(12)), LIMITS)
    assert first > LIMITS.popularity_sensitivity
    assert second > LIMITS.pair_sensitivity


def test_a_pair_that_stands_twice_counts_once() -> None:
    assert popularity_counts(ratings_of([[1, 1, 1, 2]], 4), 9, STREAM).tolist() == [0, 1, 1, 0]


@given(people)
def test_counts_are_those_of_a_plain_loop(lists: list[list[int]]) -> None:
    ratings, items = ratings_of(lists, 12), np.array([5, 0, 11, 3], dtype=np.int64)
    assert popularity_counts(ratings, 20, STREAM).tolist() == [sum(i in own for own in lists) for i in range(12)]
    plain = [
        sum(items[a] in own and items[b] in own for own in lists) for a, b in combinations_with_replacement(range(4), 2)
    ]
    assert pair_counts(ratings, items, 20, STREAM).tolist() == plain


class Unlimited:
    """A budget that bears everything, and computes nothing."""

    def reserve(self, event: Any, *, schedule: str) -> Any:
        return self

    def commit(self) -> None: ...

    def release(self) -> None: ...


def lower_bound(limits: Limits, runs: int) -> float:
    """What an attacker who knows all but one subject proves of ε, at 99% confidence: from the sum of all pairs."""
    others = [[0, 1], [2]]
    one = list(range(40))

    def sums(lists: list[list[int]]) -> np.ndarray:
        ratings = ratings_of(lists, 40)
        return np.array(
            [count_privately(ratings, limits, Unlimited(), schedule=lambda _: "x").pairs.sum() for _ in range(runs)]
        )

    without, with_ = sums(others), sums([*others, one])
    threshold = (np.median(without) + np.median(with_)) / 2  # chosen from the samples: one number, so hardly tuned
    true, false = int((with_ > threshold).sum()), int((without > threshold).sum())
    low, high = clopper_pearson_lower(true, runs, 0.995), clopper_pearson_upper(false, runs, 0.995)
    return math.log(max(low - limits.delta, 1e-9) / high)


def test_an_attacker_proves_no_more_than_epsilon_and_more_without_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(1.0, 1e-6, popular_items=2, paired_items=2, short_list=40, popularity_share=0.15)
    assert lower_bound(limits, 80) <= 1.0
    monkeypatch.setattr(counting, "within_rows", everything)
    assert lower_bound(limits, 80) > 1.0


# --- the noise


@settings(max_examples=40)
@given(st.floats(0.05, 8), st.floats(1e-8, 1e-4), st.floats(0.05, 0.95))
def test_both_counts_together_have_the_least_noise_that_is_allowed(epsilon: float, delta: float, share: float) -> None:
    first, second = Limits(epsilon, delta, 30, 20, 100, share).multipliers()
    together = 1 / math.sqrt(1 / first**2 + 1 / second**2)
    assert gaussian_delta(epsilon, together) <= delta
    assert gaussian_delta(epsilon, together * 0.99) > delta * 0.999
    assert second**-2 / (first**-2 + second**-2) == pytest.approx(1 - share, rel=1e-6)


def test_the_accountant_finds_the_same() -> None:
    pytest.importorskip("dp_accounting")
    from wuming.accounting.accountant import epsilon
    from wuming.accounting.events import Composed, Gaussian

    both = Composed(tuple(Gaussian(multiplier) for multiplier in limits_for(2.0, 1e-6, population=1000).multipliers()))
    assert epsilon(both, 1e-6) == pytest.approx(2.0, abs=2e-3)


def test_noise_has_the_stated_deviation() -> None:
    ratings = generated_ratings(seed=1, subjects=60, items=400)
    limits = Limits(1.0, 1e-6, popular_items=400, paired_items=30, short_list=120, popularity_share=0.3)
    counts = count_privately(ratings, limits, MemoryBudget(10, 1e-6), schedule=lambda _: "x")
    exact = popularity_counts(ratings, 400, STREAM)
    assert np.std(counts.popularity - exact) == pytest.approx(counts.popularity_sigma, rel=0.15)
    assert counts.popularity_sigma == pytest.approx(20 / (0.2367 * math.sqrt(0.3)), rel=1e-3)
    assert np.array_equal(counts.pairs, counts.pairs.T)
    assert list(counts.popularity[counts.short_list]) == sorted(counts.popularity, reverse=True)[:120]


@pytest.mark.parametrize(
    "wrong",
    [
        {"epsilon": 0.0}, {"epsilon": math.nan}, {"epsilon": 100.0}, {"delta": 0.0}, {"delta": 0.5},
        {"paired_items": 1}, {"popular_items": 0}, {"short_list": 1}, {"popularity_share": 1.0},
        {"popular_items": True},
    ],
)  # fmt: skip
def test_limits_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    right = {"epsilon": 1.0, "delta": 1e-6, "popular_items": 3, "paired_items": 3, "short_list": 9}
    with pytest.raises(PrivacyParameterError):
        Limits(**{**right, "popularity_share": 0.3, **wrong})


def test_a_count_that_fails_is_not_charged(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise MemoryError

    budget = MemoryBudget(10, 1e-6)
    monkeypatch.setattr(counting, "popularity_counts", fails)
    with pytest.raises(MemoryError):
        count_privately(ratings_of([[1, 2]], 12), LIMITS, budget, schedule=lambda _: "x")
    assert budget.price(counting.Gaussian(5.0)).before == 0


# --- the recommender


def test_weights_are_those_of_a_regression_on_the_other_items() -> None:
    rows = (np.random.default_rng(0).random((50, 6)) < 0.4).astype(float)
    weights = ease(rows.T @ rows, 3.0)
    for item in range(6):
        others = [i for i in range(6) if i != item]
        x, y = rows[:, others], rows[:, item]
        plain = np.linalg.solve(x.T @ x + 3.0 * np.eye(5), x.T @ y)
        assert weights[others, item] == pytest.approx(plain)
    assert np.all(np.diag(weights) == 0)


def symmetric(noise: np.ndarray) -> np.ndarray:
    return np.triu(noise) + np.triu(noise, 1).T


def test_noise_alone_leaves_nothing_and_a_strong_signal_stays() -> None:
    rng = np.random.default_rng(1)
    assert np.abs(without_noise(0.9 * symmetric(rng.normal(size=(80, 80))), 1.0)).max() < 1e-9
    direction = rng.normal(size=80)
    direction /= np.linalg.norm(direction)
    signal = 200 * np.outer(direction, direction)
    noisy = signal + symmetric(rng.normal(size=(80, 80)))
    assert np.linalg.norm(without_noise(noisy, 1.0) - signal) < 0.3 * np.linalg.norm(noisy - signal)


def test_cosines_shrink_to_nothing_where_noise_could_have_made_them() -> None:
    counts = np.array([[100.0, 50.0, 3.0], [50.0, 100.0, -4.0], [3.0, -4.0, 1.0]])
    weights = shrunk_cosine(counts, 5.0)
    assert weights[0, 1] == pytest.approx(0.5 * (1 - 25 / 2500))
    assert weights[0, 2] == weights[1, 2] == 0
    assert np.all(np.isfinite(shrunk_cosine(np.zeros((3, 3)), 0.0)))


def test_measuring_finds_who_knows_and_who_does_not() -> None:
    ratings = generated_ratings(seed=4, subjects=80, items=150)
    rest, held_out = hold_out(ratings, seed=0)
    assert len(ratings.item) - len(rest.item) == 80
    assert not any(item in rest.item[rest.subject == who] for who, item in enumerate(held_out))

    class Oracle(Recommender):
        place = 0

        def scores(self, rows: np.ndarray) -> np.ndarray:
            found = np.zeros(rows.shape)
            found[np.arange(len(rows)), held_out] = 1
            return found

    class Silent(Recommender):
        def scores(self, rows: np.ndarray) -> np.ndarray:
            return np.zeros(rows.shape)

    nothing = np.zeros(0, dtype=np.int64), None, np.zeros(150)
    best, none = quality(Oracle(*nothing), rest, held_out), quality(Silent(*nothing), rest, held_out)
    assert (best.hit_rate, best.ndcg, best.people) == (1.0, 1.0, 80)
    assert (none.hit_rate, none.ndcg) == (0.0, 0.0)


def test_private_counts_recommend_better_than_popularity_and_worse_than_without_privacy() -> None:
    rest, held_out = hold_out(generated_ratings(subjects=2000, items=500), seed=0)
    limits = limits_for(4.0, 1e-6, population=2000)
    found = compare(count_privately(rest, limits, MemoryBudget(20, 1e-6), schedule=lambda _: "x"), rest, held_out)
    popularity = found["without_privacy_popularity"].hit_rate
    assert popularity * 1.2 < found["private"].hit_rate < found["without_privacy"].hit_rate


# --- the story


def small(*, seed: int) -> Ratings:
    return generated_ratings(seed=seed, subjects=200, items=130)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Outcome]:
    base = tmp_path_factory.mktemp("films")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WUMING_HOME", str(base / "home"))
        patch.setattr(story, "generated_ratings", small)
        return base / "home", base / "story", play(base / "story", progress=NoProgress())


@pytest.fixture
def at_home(played: tuple[Path, Path, Outcome], monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Outcome]:
    monkeypatch.setenv("WUMING_HOME", str(played[0]))
    monkeypatch.setattr(story, "generated_ratings", small)
    return played[1], played[2]


def account_entries() -> list[str]:
    return [item.kind for item in Ledger().entries() if item.kind.startswith("account.")]


def test_two_events_are_charged_once_and_the_dossier_verifies(at_home: tuple[Path, Outcome]) -> None:
    folder, outcome = at_home
    assert account_entries() == ["account.open"] + ["account.reserve", "account.commit"] * 2
    assert outcome.account["account"] == "recommendation-0/subject/add-or-remove-one"
    assert 1.0 <= outcome.account["spent_epsilon"] < 1.5
    dossier = Path(outcome.dossier)
    key = KeyStore().signing_key().public
    checked = verify_dossier(dossier, key)
    page = (dossier / "index.html").read_text(encoding="utf-8")
    assert "Left out: the data were given as they are." in page
    assert "records admitted" not in page
    assert checked.ok, checked.problems
    pieces = [line["evidence"] for _, line in read_lines(dossier / "evidence.jsonl")]
    queries = [piece for piece in pieces if piece["kind"] == "query"]
    for name, piece in zip(("popularity", "pairs"), queries, strict=True):
        assert file_digest(dossier / "answers" / f"{name}.json") == piece["subject"]
    assert queries[0]["claims"]["contract"]["max_rows"] == 30
    assert queries[1]["claims"]["contract"]["max_rows"] == 210
    assert sum(piece["claims"]["cost"]["charge"] for piece in queries) == pytest.approx(
        outcome.account["spent_epsilon"]
    )
    again = play(folder, progress=NoProgress(), public=True)
    assert (again.account, again.quality) == (outcome.account, outcome.quality)
    assert verify_dossier(dossier, key).ok
    (dossier / "answers" / "pairs.json").write_bytes(b"{}")
    assert not verify_dossier(dossier, key).ok


def test_counts_that_were_changed_in_the_folder_are_not_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(story, "generated_ratings", small)
    play(tmp_path / "story", progress=NoProgress())
    path = tmp_path / "story" / "answers" / "pairs.json"
    stored = read_json(path)
    stored["answer"]["rows"][0]["figures"]["subjects"]["value"] = 1e6
    write_json(path, stored)
    assert play(tmp_path / "story", progress=NoProgress()).account["committed"] == 4


def test_a_refusal_draws_and_charges_nothing(at_home: tuple[Path, Outcome], tmp_path: Path) -> None:
    before = account_entries()
    with pytest.raises(BudgetExceeded):
        play(tmp_path / "more", progress=NoProgress(), epsilon=11.5)
    for wrong in ({"epsilon": 0.0}, {"delta": 1.0}):
        with pytest.raises(PrivacyParameterError):
            play(tmp_path / "wrong", progress=NoProgress(), **wrong)
    with pytest.raises(RunConflict):
        play(at_home[0], progress=NoProgress(), epsilon=2.0)
    assert account_entries() == before


def test_the_command(at_home: tuple[Path, Outcome], capsys: pytest.CaptureFixture[str]) -> None:
    folder, outcome = at_home
    assert entry.invoke(["scenario", "recommendation", "--out", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["quality"] == outcome.quality
    assert entry.invoke(["scenario", "recommendation", "--out", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "ε = 1, δ = 1e-06; unit subject, add-or-remove-one, gaussian noise, no sampling" in shown
    assert entry.invoke(["scenario", "recommendation", "--epsilon", "-1", "--json"]) == 30


def movielens() -> Path | None:
    try:
        folder = locate("movielens-100k")
    except UnknownDataset:
        return None
    return folder if (folder / "u.data").is_file() else None


@pytest.mark.skipif(movielens() is None, reason="MovieLens 100k is not there")
def test_movielens_is_read_and_counted() -> None:
    folder = movielens()
    assert folder is not None
    ratings = read_movielens(folder)
    assert (ratings.subjects, len(ratings.catalogue), len(ratings.item)) == (943, 1682, 100_000)
    rest, held_out = hold_out(ratings, seed=0)
    counts = count_privately(
        rest, limits_for(8.0, 1e-6, population=1000), MemoryBudget(20, 1e-6), schedule=lambda _: "x"
    )
    found = compare(counts, rest, held_out)
    assert found["private"].hit_rate > found["without_privacy_popularity"].hit_rate
    assert found["without_privacy"].hit_rate > 0.28
