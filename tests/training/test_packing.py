"""Packing keeps the unit: what removing somebody changes, and that joining changes no token's loss."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from wuming.core.errors import PrivacyParameterError
from wuming.training.fine_tuning import language_loss
from wuming.training.language_model import IGNORE
from wuming.training.text.packing import Encoded, Packed, collate, layout, pack

records = st.lists(st.integers(2, 40), min_size=0, max_size=8)
units = st.dictionaries(st.sampled_from("abcdefg"), records, min_size=1, max_size=6)


def made(lengths: dict[str, list[int]]) -> dict[str, list[Encoded]]:
    """Every token of every record is a number of its own."""
    found, token = {}, 1
    for unit, sizes in lengths.items():
        found[unit] = []
        for size in sizes:
            found[unit].append(Encoded.whole(range(token, token + size)))
            token += size
    return found


@settings(max_examples=60, deadline=None)
@given(units, st.integers(2, 50), st.booleans(), st.data())
def test_removing_one_unit_leaves_the_sequences_of_all_others_as_they_are(lengths, max_tokens, join, data):
    data_set = made(lengths)
    gone = data.draw(st.sampled_from(sorted(lengths)))
    whole = pack(data_set, max_tokens, join=join)
    rest = pack({unit: r for unit, r in data_set.items() if unit != gone}, max_tokens, join=join)
    assert rest == {unit: sequences for unit, sequences in whole.items() if unit != gone}


@settings(max_examples=60, deadline=None)
@given(units, st.integers(2, 50))
def test_a_sequence_holds_one_unit_and_each_token_is_learnt_once(lengths, max_tokens):
    data_set = made(lengths)
    for unit, sequences in pack(data_set, max_tokens).items():
        own = {token for record in data_set[unit] for token in record.ids}
        learnt = []
        for sequence in sequences:
            assert set(sequence.ids) <= own
            assert len(sequence.ids) <= max_tokens
            learnt += [token for token, taught in zip(sequence.ids, sequence.learnt, strict=True) if taught]
        assert sorted(learnt) == sorted(t for record in data_set[unit] for t in record.ids[1:])


def _packed_over_all(data_set, max_tokens):
    """A broken twin: the usual packing, which fills sequences with whoever comes next."""
    flat = [(unit, record) for unit, found in data_set.items() for record in found]
    placed = layout([len(record.ids) for _, record in flat], max_tokens)
    result: dict[str, list[Packed]] = {}
    for pieces in placed:
        result.setdefault(flat[pieces[0].record][0], []).append(Packed.of([flat[p.record][1] for p in pieces]))
    return result


def test_the_usual_packing_is_caught_by_the_same_test():
    data_set = made({"a": [5, 5], "b": [7], "c": [4, 6]})
    whole, rest = _packed_over_all(data_set, 20), _packed_over_all({u: data_set[u] for u in "bc"}, 20)
    assert rest != {unit: sequences for unit, sequences in whole.items() if unit != "a"}
    assert pack({u: data_set[u] for u in "bc"}, 20) == {u: s for u, s in pack(data_set, 20).items() if u != "a"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(2, 60), min_size=1, max_size=12), st.integers(2, 64))
def test_layout_needs_at_most_the_bound_of_first_fit_decreasing(lengths, max_tokens):
    sequences = layout(lengths, max_tokens)
    total = sum(piece.length for pieces in sequences for piece in pieces)
    assert all(sum(piece.length for piece in pieces) <= max_tokens for pieces in sequences)
    # At most one sequence can be half empty or more: otherwise two would have been joined.
    assert sum(sum(p.length for p in pieces) * 2 <= max_tokens for pieces in sequences) <= 1
    assert len(sequences) <= 2 * total / max_tokens + 1


def test_max_tokens_below_two_is_refused():
    with pytest.raises(PrivacyParameterError, match="max_tokens=1"):
        layout([3], 1)


def test_targets_do_not_cross_a_border_and_prompts_are_not_learnt():
    first = Encoded((5, 6, 7), (False, True, True))
    second = Encoded((8, 9, 10, 11), (False, False, True, True))
    batch = collate([Packed.of([first, second]), Packed.of([first])], pad_id=0)
    assert batch["input_ids"].tolist() == [[5, 6, 7, 8, 9, 10, 11], [5, 6, 7, 0, 0, 0, 0]]
    assert batch["targets"].tolist() == [[6, 7, IGNORE, IGNORE, 10, 11, IGNORE], [6, 7] + [IGNORE] * 5]
    assert batch["position_ids"].tolist() == [[0, 1, 2, 0, 1, 2, 3], [0, 1, 2, 3, 4, 5, 6]]


def _model(kind):
    from transformers import AutoModelForCausalLM, GPT2Config, LlamaConfig, Qwen2Config

    torch.manual_seed(1)
    if kind == "gpt2":
        config = GPT2Config(vocab_size=60, n_embd=16, n_layer=2, n_head=2, n_positions=64)
    else:
        config = {"llama": LlamaConfig, "qwen2": Qwen2Config}[kind](
            vocab_size=60,
            hidden_size=16,
            intermediate_size=24,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
        )
    return AutoModelForCausalLM.from_config(config).eval()


@pytest.mark.parametrize("kind", ["gpt2", "llama", "qwen2"])
def test_joining_records_changes_no_loss(kind):
    """Each model of transformers that is joined must see the border; without restarting ids it would not."""
    model = _model(kind)
    generator = torch.Generator().manual_seed(4)
    parts = [Encoded.whole(torch.randint(2, 60, (n,), generator=generator).tolist()) for n in (9, 5, 12)]
    with torch.no_grad():
        apart = [language_loss(model, collate([Packed.of([p])], 0)).item() * (len(p.ids) - 1) for p in parts]
        together = collate([Packed.of(parts), Packed.of(parts[:1])], 0)
        joined = language_loss(model, together)[0].item() * sum(len(p.ids) - 1 for p in parts)
        together["position_ids"] = torch.arange(26).repeat(2, 1)
        crossing = language_loss(model, together)[0].item() * sum(len(p.ids) - 1 for p in parts)
    assert joined == pytest.approx(sum(apart), rel=1e-5)
    assert crossing != pytest.approx(sum(apart), rel=1e-5)


def test_the_loss_is_the_mean_over_a_sequences_own_tokens():
    model = _model("llama")
    short, long = Encoded.whole([1, 5, 6]), Encoded.whole([1, 9, 8, 7, 6, 5, 4])
    masked = Encoded((1, 9, 8, 7), (False, False, False, False))
    with torch.no_grad():
        batch = collate([Packed.of([short]), Packed.of([long]), Packed.of([masked])], 0)
        losses = language_loss(model, batch)
        logits = model(input_ids=torch.tensor([short.ids])).logits.log_softmax(-1)[0]
    assert losses[0].item() == pytest.approx(-(logits[0, 5] + logits[1, 6]).item() / 2, rel=1e-5)
    assert losses[2].item() == 0
