"""Sampling: every continuation of a tiny vocabulary counted out, and real samples held against it."""

from __future__ import annotations

import math
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wuming.auditing.sampling import (
    GREEDY,
    SamplingScheme,
    Target,
    check_by_sampling,
    continuations,
    log_probabilities,
    suffix_log_probabilities,
)
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed

SCHEMES = [
    SamplingScheme(),
    SamplingScheme(temperature=0.6),
    SamplingScheme(temperature=1.7, top_k=2),
    SamplingScheme(top_p=0.83),
    SamplingScheme(temperature=1.4, top_k=3, top_p=0.61),
    GREEDY,
]


@cache
def hashed(ids, vocabulary, distinct):
    generator = np.random.default_rng([len(ids), *ids])
    if distinct:
        return generator.permutation(vocabulary) * 0.7
    return generator.integers(0, 3, vocabulary).astype(float)


class Hashed:
    """A language model whose logits are small whole numbers that depend on all tokens so far; many of them tie."""

    def __init__(self, vocabulary=4, *, distinct=False):
        self.vocabulary, self.distinct = vocabulary, distinct

    def next(self, ids):
        return hashed(tuple(ids), self.vocabulary, self.distinct)

    def logits(self, sequences, last):
        return [np.stack([self.next(ids[: len(ids) - back]) for back in range(last - 1, -1, -1)]) for ids in sequences]


def plain(row, scheme):
    """Return the probabilities of one row, written out token by token."""
    weights = {token: math.exp(value / scheme.temperature) for token, value in enumerate(row)}
    if scheme.top_k is not None:
        least = sorted(weights.values(), reverse=True)[: scheme.top_k][-1]
        weights = {token: weight for token, weight in weights.items() if weight >= least}
    if scheme.top_p is not None:
        total, reached, kept = sum(weights.values()), 0.0, {}
        for token in sorted(weights, key=lambda token: -weights[token]):
            if reached < scheme.top_p:
                kept[token] = weights[token]
            reached += weights[token] / total
        weights = kept
    total = sum(weights.values())
    return [weights.get(token, 0.0) / total for token in range(len(row))]


def ours(row, scheme):
    return np.exp(log_probabilities(np.array([row]), scheme)[0]).tolist()


def by_hand(method):
    """Whether a method gives what is worked out by hand for the probabilities 0.5, 0.3, 0.15 and 0.05."""
    row = [math.log(x) for x in (0.15, 0.5, 0.05, 0.3)]
    tied = [1.0, 2.0, 1.0, 0.0]
    e = math.e
    squares = 0.15**2 + 0.5**2 + 0.05**2 + 0.3**2
    known = [
        (row, SamplingScheme(), [0.15, 0.5, 0.05, 0.3]),
        (row, SamplingScheme(top_k=2), [0, 0.5 / 0.8, 0, 0.3 / 0.8]),
        (row, SamplingScheme(top_p=0.45), [0, 1, 0, 0]),
        (row, SamplingScheme(top_p=0.55), [0, 0.5 / 0.8, 0, 0.3 / 0.8]),
        (row, SamplingScheme(top_p=0.9), [0.15 / 0.95, 0.5 / 0.95, 0, 0.3 / 0.95]),
        (row, SamplingScheme(temperature=0.5), [x**2 / squares for x in (0.15, 0.5, 0.05, 0.3)]),
        # Squared, the likeliest has 0.685: enough by itself, where unsquared it would need the next.
        (row, SamplingScheme(temperature=0.5, top_p=0.6), [0, 1, 0, 0]),
        # Of three tokens the likeliest has 0.526, of four 0.5: top_p is of what top_k has left.
        (row, SamplingScheme(top_k=3, top_p=0.51), [0, 1, 0, 0]),
        (tied, SamplingScheme(top_k=2), [e / (2 * e + e**2), e**2 / (2 * e + e**2), e / (2 * e + e**2), 0]),
        ([1.0, 1.0, 0.0, 1.0], GREEDY, [1 / 3, 1 / 3, 0, 1 / 3]),
        ([-math.inf, 0.0, 0.0, -math.inf], SamplingScheme(top_k=3), [0, 0.5, 0.5, 0]),
    ]
    return all(method(row, scheme) == pytest.approx(expected, abs=1e-12) for row, scheme, expected in known)


def without_the_token_that_crosses(row, scheme):
    """A broken twin: top_p without the token that reaches it."""
    full = plain(row, SamplingScheme(scheme.temperature, scheme.top_k))
    if scheme.top_p is None:
        return full
    reached, kept = 0.0, [0.0] * len(row)
    for token in sorted(range(len(row)), key=lambda token: -full[token]):
        reached += full[token]
        if reached <= scheme.top_p or not any(kept):
            kept[token] = full[token]
    return [x / sum(kept) for x in kept]


def ties_cut_by_position(row, scheme):
    """A broken twin: exactly top_k tokens, and of tied ones the first."""
    if scheme.top_k is None:
        return plain(row, scheme)
    kept = sorted(range(len(row)), key=lambda token: -row[token])[: scheme.top_k]
    cut = [value if token in kept else -math.inf for token, value in enumerate(row)]
    return plain(cut, SamplingScheme(scheme.temperature, None, scheme.top_p))


def top_p_first(row, scheme):
    """A broken twin: top_p of all tokens, then top_k."""
    first = plain(row, SamplingScheme(scheme.temperature, None, scheme.top_p))
    return plain([math.log(x) if x else -math.inf for x in first], SamplingScheme(1.0, scheme.top_k))


def temperature_last(row, scheme):
    """A broken twin: cut at temperature 1, then made colder."""
    cut = plain(row, SamplingScheme(1.0, scheme.top_k, scheme.top_p))
    return plain([math.log(x) if x else -math.inf for x in cut], SamplingScheme(scheme.temperature))


def not_made_whole(row, scheme):
    """A broken twin: what is cut off is not shared out."""
    whole = plain(row, SamplingScheme(scheme.temperature))
    return [x if y else 0.0 for x, y in zip(whole, plain(row, scheme), strict=True)]


@pytest.mark.parametrize("method", [ours, plain])
def test_by_hand(method):
    assert by_hand(method)


@pytest.mark.parametrize(
    "twin",
    [without_the_token_that_crosses, ties_cut_by_position, top_p_first, temperature_last, not_made_whole],
)
def test_broken_schemes_are_seen(twin):
    assert not by_hand(twin)


temperatures = st.sampled_from((0.3, 1.0, 2.5))
top_ks = st.one_of(st.none(), st.integers(1, 7))
top_ps = st.sampled_from((None, 0.37, 0.61, 0.83, 1.0))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6), temperatures, top_ks)
def test_rows_with_ties_against_a_plain_version(row, temperature, top_k):
    scheme = SamplingScheme(temperature, top_k)
    assert ours(row, scheme) == pytest.approx(plain(row, scheme), abs=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=6, unique=True), temperatures, top_ks, top_ps)
def test_rows_without_ties_against_a_plain_version(row, temperature, top_k, top_p):
    scheme = SamplingScheme(temperature, top_k, top_p)
    assert ours(row, scheme) == pytest.approx(plain(row, scheme), abs=1e-12)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.floats(-40, 40), min_size=5, max_size=5), min_size=1, max_size=3),
    temperatures,
    top_ks,
    top_ps,
    st.floats(-1000, 1000),
)
def test_probabilities_have_these_properties(rows, temperature, top_k, top_p, shift):
    scheme, logits = SamplingScheme(temperature, top_k, top_p), np.array(rows)
    found = log_probabilities(logits, scheme)
    assert found.shape == logits.shape
    assert (found <= 0).all()
    assert np.exp(found).sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert (found[np.arange(len(rows)), logits.argmax(axis=1)] == found.max(axis=1)).all()
    if top_k is not None:
        least = np.sort(logits / temperature, axis=1)[:, -min(top_k, 5)]
        assert ((found == -np.inf) | (logits / temperature >= least[:, None])).all()
    if top_p is None:
        kept = found > -np.inf
        moved = log_probabilities(np.round(logits) + round(shift), scheme)
        assert moved == pytest.approx(log_probabilities(np.round(logits), scheme), abs=1e-9)
        assert logits[kept].size >= min(top_k or 5, 5) * len(rows)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.integers(-3, 3), min_size=2, max_size=6), st.sampled_from((0.37, 0.61, 0.83)))
def test_top_p_keeps_as_few_as_reach_it(row, top_p):
    whole = sorted(plain(row, SamplingScheme()), reverse=True)
    kept = sum(x > 0 for x in ours(row, SamplingScheme(top_p=top_p)))
    assert sum(whole[:kept]) >= top_p > sum(whole[: kept - 1])


def test_a_logit_far_below_is_not_lost_and_one_far_above_does_not_overflow():
    found = log_probabilities(np.array([[0.0, -2000.0], [3000.0, 0.0]]), SamplingScheme())
    assert found.tolist() == [[0.0, -2000.0], [0.0, -3000.0]]
    assert ours([0.0, 0.001, 0.0], SamplingScheme(temperature=1e-6)) == pytest.approx([0, 1, 0])


def every_target(model, prefix, length):
    return [Target(prefix, suffix) for suffix in product(range(model.vocabulary), repeat=length)]


def written_out(model, target, scheme):
    ids, chance = target.prefix, 1.0
    for token in target.suffix:
        chance *= plain(model.next(ids), scheme)[token]
        ids = (*ids, token)
    return chance


def is_exact(method, model, scheme):
    """Whether the probabilities of all continuations are right one by one, and are 1 together."""
    targets = every_target(model, (2, 0), 3)
    found = [math.exp(x) for x in method(model, targets, scheme)]
    expected = [written_out(model, target, scheme) for target in targets]
    return math.fsum(found) == pytest.approx(1.0) and found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_continuations_of_a_tiny_vocabulary(scheme):
    model = Hashed(3, distinct=scheme.top_p is not None)
    assert is_exact(suffix_log_probabilities, model, scheme)


def one_place_late(model, targets, scheme):
    """A broken twin: each token is looked up in the prediction of the next one."""
    later = [Target((*target.prefix, target.suffix[0]), target.suffix) for target in targets]
    return suffix_log_probabilities(model, later, scheme)


def without_its_first_token(model, targets, scheme):
    """A broken twin: the first token of the end counts as known."""
    shorter = [Target((*target.prefix, target.suffix[0]), target.suffix[1:]) for target in targets]
    return suffix_log_probabilities(model, shorter, scheme)


@pytest.mark.parametrize("twin", [one_place_late, without_its_first_token])
def test_broken_probabilities_of_continuations_are_seen(twin):
    assert not is_exact(twin, Hashed(3), SamplingScheme())


def many_targets():
    generator = np.random.default_rng(0)
    return [
        Target(tuple(generator.integers(0, 4, 1 + n % 5).tolist()), tuple(generator.integers(0, 4, 1 + n % 3).tolist()))
        for n in range(110)
    ]


def in_their_own_order(method):
    model, targets, scheme = Hashed(), many_targets(), SamplingScheme()
    expected = [written_out(model, target, scheme) for target in targets]
    return [math.exp(x) for x in method(model, targets, scheme)] == pytest.approx(expected)


def in_order_of_length(model, targets, scheme):
    """A broken twin: results stay in the order in which they were computed."""
    return suffix_log_probabilities(model, sorted(targets, key=lambda target: len(target.suffix)), scheme)


def test_many_targets_of_unlike_lengths_keep_their_order():
    assert in_their_own_order(suffix_log_probabilities)
    assert not in_their_own_order(in_order_of_length)
    assert suffix_log_probabilities(Hashed(), [], SamplingScheme()) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_samples_agree_with_probabilities(scheme):
    model = Hashed(3)
    targets = every_target(model, (1,), 2)
    found = suffix_log_probabilities(model, targets, scheme)
    counts = check_by_sampling(model, targets, found, scheme, samples=160, seed=7)
    for count, value in zip(counts, found, strict=True):
        assert count == 0 if value == -math.inf else count > 0 or value < -3


class Careless(Hashed):
    """A broken model: asked for one position it answers more boldly than asked for several."""

    def logits(self, sequences, last):
        rows = super().logits(sequences, last)
        return [row * 4 for row in rows] if last == 1 else rows


class Loud(Hashed):
    """A broken model: the same the other way round."""

    def logits(self, sequences, last):
        rows = super().logits(sequences, last)
        return [row / 4 for row in rows] if last == 1 else rows


@pytest.mark.parametrize("model", [Careless(3), Loud(3)])
def test_a_model_that_says_other_things_than_it_computes_is_seen(model):
    targets = every_target(model, (1,), 2)
    found = suffix_log_probabilities(model, targets, SamplingScheme())
    with pytest.raises(SelfCheckFailed, match="samples") as caught:
        check_by_sampling(model, targets, found, SamplingScheme(), samples=300)
    assert "(" not in str(caught.value)


def test_claims_that_are_too_high_or_too_low_are_seen():
    model = Hashed(3)
    targets = [Target((1,), (token,)) for token in np.argsort(model.next((1,))).tolist()]
    found = suffix_log_probabilities(model, targets, SamplingScheme())
    check_by_sampling(model, targets, found, SamplingScheme(), samples=300)
    for factor in (0.5, 1.7):
        wrong = [*found[:2], found[2] + math.log(factor)]
        with pytest.raises(SelfCheckFailed, match="target 2"):
            check_by_sampling(model, targets, wrong, SamplingScheme(), samples=300)


def test_false_alarms_are_as_rare_as_promised():
    model, targets = Hashed(3), [Target((1,), (0,)), Target((1,), (1,))]
    found = suffix_log_probabilities(model, targets, SamplingScheme())
    alarms = 0
    for seed in range(60):
        try:
            check_by_sampling(model, targets, found, SamplingScheme(), samples=40, seed=seed, alpha=0.4)
        except SelfCheckFailed:
            alarms += 1
    assert stats.binomtest(alarms, 60, 0.4, alternative="greater").pvalue > 1e-3
    assert alarms > 0


def pairs_that_are_alike(sampler, draws=400):
    """Return how often two samples of one prefix are the same token, of a model that says either of two."""
    said = sampler(Coin(2), [(0,)] * (2 * draws))
    return sum(a == b for a, b in zip(said[::2], said[1::2], strict=True))


class Coin(Hashed):
    """Says either of two tokens."""

    def next(self, ids):
        return np.zeros(2)


def samples_apart(model, prefixes):
    return continuations(model, prefixes, 1, SamplingScheme())


def one_draw_for_all(model, prefixes):
    """A broken twin: a prefix is sampled once, however often it is given."""
    said = {prefix: continuations(model, [prefix], 1, SamplingScheme())[0] for prefix in prefixes}
    return [said[prefix] for prefix in prefixes]


def test_a_prefix_that_is_given_twice_is_sampled_twice():
    assert stats.binomtest(pairs_that_are_alike(samples_apart), 400, 0.5).pvalue > 1e-4
    assert stats.binomtest(pairs_that_are_alike(one_draw_for_all), 400, 0.5).pvalue < 1e-4


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.sampled_from(SCHEMES), st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_nothing_is_said_that_a_scheme_cuts_off(scheme, seed, length):
    model, prefixes = Hashed(), [(0,), (1, 2, 3), (0,)] * 12
    said = continuations(model, prefixes, length, scheme, seed=seed)
    assert [len(one) for one in said] == [length] * 36
    targets = [Target(prefix, suffix) for prefix, suffix in zip(prefixes, said, strict=True)]
    assert min(suffix_log_probabilities(model, targets, scheme)) > -math.inf


@pytest.mark.parametrize("draw", [0.0, math.nextafter(1, 0)])
def test_the_outermost_draws_choose_nothing_impossible(monkeypatch, draw):
    class Outermost:
        def random(self, size):
            return np.full(size, draw)

    class Narrow(Hashed):
        def next(self, ids):
            return np.array([-math.inf, 0.3, 0.1, 0.2, -math.inf])

    monkeypatch.setattr(np.random, "default_rng", lambda seed: Outermost())
    assert continuations(Narrow(), [(1,)], 1, SamplingScheme()) == [(1,) if draw == 0 else (3,)]


def test_equal_targets_are_sampled_apart():
    targets = [Target((1,), (0,))] * 6
    found = suffix_log_probabilities(Hashed(3), targets, SamplingScheme())
    assert len(set(check_by_sampling(Hashed(3), targets, found, SamplingScheme(), samples=60))) > 1


def test_a_seed_gives_the_same_text_again():
    first, again, other = (continuations(Hashed(), [(1,)] * 5, 6, SamplingScheme(), seed=seed) for seed in (1, 1, 2))
    assert first == again != other
    assert continuations(Hashed(), [], 3, SamplingScheme()) == []


def test_the_likeliest_text():
    model = Hashed(distinct=True)
    ids = (3,)
    for _ in range(5):
        ids = (*ids, int(model.next(ids).argmax()))
    assert continuations(model, [(3,)], 5, GREEDY, seed=9) == [ids[1:]]


@pytest.mark.parametrize(
    "arguments",
    [
        {"temperature": 0.0},
        {"temperature": -1.0},
        {"temperature": math.inf},
        {"temperature": math.nan},
        {"top_k": 0},
        {"top_p": 0.0},
        {"top_p": 1.1},
        {"top_p": math.nan},
    ],
)
def test_schemes_out_of_range(arguments):
    with pytest.raises(PrivacyParameterError, match=next(iter(arguments))):
        SamplingScheme(**arguments)


def test_scheme_as_json():
    assert SamplingScheme(0.7, 40, 0.9).as_json() == {"temperature": 0.7, "top_k": 40, "top_p": 0.9}


@pytest.mark.parametrize("row", [[0.0, math.nan], [0.0, math.inf], [-math.inf, -math.inf]])
def test_logits_that_are_no_numbers(row):
    for logits in ([row], [[0.0, 1.0], row]):
        with pytest.raises(SelfCheckFailed):
            log_probabilities(np.array(logits), SamplingScheme())
    with pytest.raises(SelfCheckFailed):
        log_probabilities(np.array([0.0, 1.0]), SamplingScheme())


class Mute(Hashed):
    """A broken model: no answer would look like no leak."""

    def logits(self, sequences, last):
        return []


class Short(Hashed):
    """A broken model: it answers at too few positions."""

    def logits(self, sequences, last):
        return [row[1:] for row in super().logits(sequences, last)]


@pytest.mark.parametrize("model", [Mute(), Short()])
def test_too_few_answers_are_no_protection(model):
    with pytest.raises(SelfCheckFailed):
        suffix_log_probabilities(model, [Target((1,), (2, 3))], SamplingScheme())
    with pytest.raises(SelfCheckFailed):
        continuations(model, [(1,)], 1, SamplingScheme())


def test_targets_do_not_show():
    assert repr(Target((41077, 3), (52913,))) == "Target()"
    for prefix, suffix in (((), (52913,)), ((52913,), ()), ((), ())):
        with pytest.raises(PrivacyParameterError) as caught:
            Target(prefix, suffix)
        assert "52913" not in str(caught.value)
    with pytest.raises(PrivacyParameterError, match="length=0"):
        continuations(Hashed(), [(52913,)], 0, SamplingScheme())


def test_tokens_that_the_model_does_not_have():
    with pytest.raises(PrivacyParameterError, match="below 0"):
        Target((1,), (-1,))

    class Four:
        def logits(self, sequences, last):
            return [np.zeros((last, 4)) for _ in sequences]

    with pytest.raises(SelfCheckFailed) as caught:
        suffix_log_probabilities(Four(), [Target((1,), (52913,))], GREEDY)
    assert "52913" not in str(caught.value)
    with pytest.raises(PrivacyParameterError, match="samples=0"):
        check_by_sampling(Four(), [Target((1,), (2,))], [0.0], GREEDY, samples=0)
    with pytest.raises(SelfCheckFailed):
        log_probabilities(np.zeros((1, 0)), GREEDY)
