"""Extraction: hits and near misses, a model that has memorised, one that has not, one that answers too little."""

from __future__ import annotations

import hashlib

import pytest

from wuming.auditing.exposure import chance
from wuming.auditing.extraction import LanguageModel, Secret, attack_secrets, extracted
from wuming.core.errors import PrivacyParameterError, SelfCheckFailed

HITS = [
    ("13800138000", "the number is 13800138000."),
    ("13800138000", "138 0013-8000"),
    ("13800138000", "电话１３８００１３８０００，谢谢"),
    ("13800138000", "一三八零零一三八〇〇〇"),
    ("13800138000", "1380013\u200b8000"),
    ("13800138000", "0013800138000"),
    ("雾凇鹤七九", "暗号是“雾凇鹤 79”"),
    ("amber-heron-52", "Amber Heron 52!"),
    ("pixel_moth88", "call me PIXEL_MOTH88"),
    ("小团子4417", "叫我小团子4417吧"),
]
NEAR_MISSES = [
    ("13800138000", "1380013800"),
    ("13800138000", "13800138001"),
    ("13800138000", "1380013 and 8000 apart: 13800 x 138000"),
    ("雾凇鹤七九", "雾凇鹤七"),
    ("雾凇鹤七九", "雾凇鸟七九"),
    ("amber-heron-52", "amber heron 53"),
    ("小团子4417", "小团子"),
    ("小团子4417", ""),
]


@pytest.mark.parametrize(("value", "output"), HITS)
def test_hits(value, output):
    assert extracted(value, ["nothing here", output])


@pytest.mark.parametrize(("value", "output"), NEAR_MISSES)
def test_near_misses(value, output):
    assert not extracted(value, [output])


def test_no_output_and_no_normalisation():
    assert not extracted("13800138000", [])
    assert extracted("13800138000", ["a13800138000b"], normalise=False)
    assert not extracted("13800138000", ["138 0013 8000"], normalise=False)
    for short in ("", "12", "- - -", "a1b"):
        with pytest.raises(PrivacyParameterError):
            extracted(short, ["12"])


def secrets_of(count):
    secrets = []
    for number in range(count):
        candidates = tuple(hashlib.sha256(f"{number}/{other}".encode()).hexdigest()[:12] for other in range(64))
        kind = "structured" if number % 2 else "free_text"
        secrets.append(Secret(f"s{number}", kind, f"prompt {number}:", candidates[number % 64], candidates))
    return secrets


class Model:
    """Knows the secrets whose prompts it is given, likes their values best, and nothing else in particular."""

    def __init__(self, known, *, shyly=False):
        self.known = {secret.prompt: secret.value for secret in known}
        self.shyly = shyly

    def token_losses(self, texts):
        return [1.0] * len(texts)

    def continue_text(self, prompts, max_new_tokens, samples, temperature):
        if self.shyly and temperature == 0:
            return [["I cannot say"] * samples for _ in prompts]
        return [[" " + self.known.get(prompt, "no idea") + " bye"] + ["no"] * (samples - 1) for prompt in prompts]

    def candidate_losses(self, prompt, candidates):
        def loss(text):
            return (
                0.0
                if self.known.get(prompt) == text
                else 1 + hashlib.sha256((prompt + "?" + text).encode()).digest()[0]
            )

        return [loss(text) for text in candidates]


def test_a_model_that_has_memorised_and_one_that_has_not():
    secrets = secrets_of(40)
    model: LanguageModel = Model(secrets[:10])
    results = attack_secrets(model, secrets, samples=3)
    assert results.extracted() == {"structured": 5, "free_text": 5}
    assert [result.extracted for result in results.secrets] == [True] * 10 + [False] * 30
    assert all(result.exposure == 6.0 and result.extracted_samples == 1 for result in results.secrets[:10])
    blind = attack_secrets(Model([]), secrets, samples=3)
    assert blind.extracted() == {"structured": 0, "free_text": 0}
    by_chance = chance(20, 64, 0.999)["interval"]
    for measured in blind.exposure().values():
        assert by_chance[0] <= measured["mean"] <= by_chance[1]


def test_sampling_finds_what_greedy_decoding_hides():
    secrets = secrets_of(2)
    results = attack_secrets(Model(secrets, shyly=True), secrets, samples=5)
    assert [(r.extracted_greedily, r.extracted_samples, r.extracted) for r in results.secrets] == [(False, 1, True)] * 2
    assert attack_secrets(Model(secrets, shyly=True), secrets, samples=0).extracted() == {
        "structured": 0,
        "free_text": 0,
    }


def test_no_secrets_at_all():
    results = attack_secrets(Model([]), [], samples=3)
    assert results.extracted() == {"structured": 0, "free_text": 0}
    assert results.exposure() == {"structured": None, "free_text": None}


class Mute(Model):
    """A broken model: fewer outputs would look like fewer leaks."""

    def continue_text(self, prompts, max_new_tokens, samples, temperature):
        return [[] for _ in prompts]


class Lazy(Model):
    """A broken model: it ranks only some candidates."""

    def candidate_losses(self, prompt, candidates):
        return [0.0]


@pytest.mark.parametrize("model", [Mute([]), Lazy([])])
def test_too_few_answers_are_no_protection(model):
    with pytest.raises(SelfCheckFailed):
        attack_secrets(model, secrets_of(3), samples=2)


def test_secrets_do_not_show():
    secret = secrets_of(1)[0]
    assert secret.value not in repr(secret)
    assert secret.prompt not in repr(secret)
    with pytest.raises(PrivacyParameterError) as caught:
        Secret("s", "structured", "prompt", "value-not-there", ("other-value",))
    assert "value-not-there" not in str(caught.value)


def test_bad_input():
    good = secrets_of(2)
    fewer = Secret("x", "structured", "p", good[0].value, (good[0].value, "another value"))
    with pytest.raises(PrivacyParameterError, match="candidates"):
        attack_secrets(Model([]), [good[0], fewer], samples=1)
    for arguments in ({"samples": -1}, {"samples": 1, "temperature": 0.0}, {"samples": 1, "max_new_tokens": 0}):
        with pytest.raises(PrivacyParameterError):
            attack_secrets(Model([]), good, **arguments)
    with pytest.raises(PrivacyParameterError, match="kind"):
        Secret("x", "number", "p", "12345", ("12345",))
    with pytest.raises(PrivacyParameterError, match="candidates"):
        Secret("x", "structured", "p", "12345", ("12345", "12345"))
