"""Fine-tuning: adapters, heads, replay and resume; each guarantee beside a twin without it."""

from __future__ import annotations

import copy
import warnings
from dataclasses import replace

import pytest
import torch
from torch import nn

from wuming.core.errors import MissingExtra, PrivacyParameterError, SelfCheckFailed
from wuming.training.clipping.rules import Flat
from wuming.training.execution import Execution
from wuming.training.fine_tuning import fine_tune, language_loss, loss_for, quiet
from wuming.training.lora import Lora, attach
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.text.encoding import TransformersCoder
from wuming.training.text.packing import Encoded, Packed, collate
from wuming.training.text.tokenizer import Tokenizer
from wuming.training.text.units import as_documents, language_units
from wuming.training.tiny_classifier import TinyClassifier, TinyConfig

KEY = bytes(range(32))
PLAN = TrainingPlan(
    population=9,
    expected_batch_size=4,
    steps=5,
    noise_multiplier=1.0,
    clipping=Flat(0.5),
    unit_of_privacy="subject",
    records_per_unit=2,
)
STEP = Optimisation(1e-2)
DATA = [
    {"subject": f"u{i % 9}", "text": "my order is late " * (1 + i % 4), "label": ("bad", "good")[i % 2]}
    for i in range(30)
]
warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*")


@pytest.fixture(scope="module")
def tokens():
    return Tokenizer.train(["hello there where is my order", "my order is late"] * 3, vocabulary=300)


def network(tokens, kind="llama", task="causal-lm"):
    from transformers import (
        AutoModelForCausalLM,
        AutoModelForSequenceClassification,
        BertConfig,
        GPT2Config,
        LlamaConfig,
        Qwen2Config,
    )

    sizes = {
        "vocab_size": tokens.size,
        "hidden_size": 16,
        "intermediate_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "max_position_embeddings": 64,
        "bos_token_id": 1,
        "eos_token_id": 1,
        "pad_token_id": 0,
    }
    torch.manual_seed(7)
    config = {"llama": LlamaConfig, "qwen2": Qwen2Config, "bert": BertConfig, "gpt2": GPT2Config}[kind]
    if kind in ("llama", "qwen2"):
        sizes |= {"num_key_value_heads": 2, "tie_word_embeddings": True}
    if kind == "gpt2":
        sizes = {"n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 64, "vocab_size": tokens.size} | {
            name: sizes[name] for name in ("bos_token_id", "eos_token_id", "pad_token_id")
        }
    if task == "causal-lm":
        return AutoModelForCausalLM.from_config(config(**sizes))
    return AutoModelForSequenceClassification.from_config(config(**sizes, num_labels=2))


def trained(model, tokens, **options):
    return fine_tune(model, tokens, DATA, PLAN, **{"optimisation": STEP, "max_tokens": 32, "run_key": KEY, **options})


def moved(before, after):
    old = dict(before.named_parameters())
    return {name for name, p in after.named_parameters() if name in old and not torch.equal(p, old[name])}


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_adapters_move_the_base_does_not_and_plain_peft_loads_them(tokens, tmp_path, kind):
    from peft import PeftModel

    base = network(tokens, kind)
    result = trained(copy.deepcopy(base), tokens, lora=Lora(rank=2))
    assert result.report["passed"]
    inner = result.model.get_base_model()
    frozen = [n for n, p in inner.named_parameters() if "lora_" not in n and p.requires_grad]
    assert frozen == []
    result.save(tmp_path / "a", **result.claim(1e-3))
    loaded = PeftModel.from_pretrained(base, tmp_path / "a").eval()
    ids = torch.tensor([[1, 5, 9, 7]])
    with torch.no_grad():
        assert torch.equal(loaded(ids).logits, result.model(ids).logits)
        with loaded.disable_adapter():
            assert not torch.equal(loaded(ids).logits, result.model(ids).logits)
    assert not (tmp_path / "a" / "model.safetensors").exists()


@pytest.mark.parametrize(("kind", "lora"), [("llama", None), ("bert", None), ("bert", Lora(rank=2)), ("gpt2", None)])
def test_a_classifier_trains_its_head(tokens, kind, lora):
    model = network(tokens, kind, "sequence-classification")
    start = copy.deepcopy(model)
    result = trained(model, tokens, task="sequence-classification", labels=("bad", "good"), lora=lora)
    assert result.report["passed"]
    ids = torch.tensor([[1, 5, 9, 7]])
    with torch.no_grad():
        assert not torch.equal(start.eval()(ids).logits, result.model(ids).logits)
    if lora is not None:
        # The copy of the head that the forward pass reads is the one that moved.
        heads = [m for m in result.model.modules() if type(m).__name__ == "ModulesToSaveWrapper"]
        [head] = heads
        active = head.modules_to_save["default"]
        assert not torch.equal(active.weight, head.original_module.weight)


def test_a_replay_is_bit_identical_and_another_key_is_not(tokens):
    model = network(tokens)
    runs = [trained(copy.deepcopy(model), tokens, lora=Lora(rank=2), run_key=key) for key in (KEY, KEY, bytes(32))]
    states = [torch.cat([p.flatten() for p in r.model.parameters()]) for r in runs]
    assert torch.equal(states[0], states[1])
    assert not torch.equal(states[0], states[2])


class _Killed(Exception):
    pass


@pytest.mark.parametrize(("stop", "lora"), [(1, Lora(rank=2)), (4, None)])
def test_a_killed_and_resumed_run_is_the_uninterrupted_one_bit_for_bit(tokens, tmp_path, stop, lora):
    model = network(tokens)
    whole = trained(copy.deepcopy(model), tokens, lora=lora)

    def kill(done, _total):
        if done == stop + 1:
            raise _Killed

    path = tmp_path / "state"
    with pytest.raises(_Killed):
        trained(copy.deepcopy(model), tokens, lora=lora, checkpoint=path, checkpoint_every=1, on_step=kill)
    seen = []
    again = trained(
        copy.deepcopy(model), tokens, lora=lora, checkpoint=path, on_step=lambda done, _total: seen.append(done)
    )
    assert seen == list(range(stop + 1, PLAN.steps + 1))
    assert again.report == whole.report
    for first, second in zip(whole.model.parameters(), again.model.parameters(), strict=True):
        assert torch.equal(first, second)


def test_adapters_put_on_after_the_trainer_are_caught(tokens):
    """The twin: the trainer is built first, then the forward pass is given other tensors."""
    model = network(tokens)
    units = language_units(as_documents(DATA, "subject"), tokens, max_tokens=32)
    trainer = PrivateTrainer(model, units, PLAN, optimisation=STEP, run_key=KEY)
    attach(model, Lora(rank=2), "causal-lm")
    with pytest.raises(SelfCheckFailed):
        trainer.run(language_loss)


def test_dropout_is_refused_in_adapters_and_switched_off_in_models(tokens):
    with pytest.raises(PrivacyParameterError, match=r"dropout=0\.1"):
        Lora(dropout=0.1)
    model = network(tokens, "gpt2").train()
    assert any(isinstance(m, nn.Dropout) and m.p > 0 for m in model.modules())
    batch = collate([Packed.of([Encoded.whole([1, 5, 9, 7])])], 0)
    assert not torch.equal(language_loss(model, batch), language_loss(model, batch))
    quiet(model)
    model.train()
    assert torch.equal(language_loss(model, batch), language_loss(model, batch))


class _Coupled(TinyClassifier):
    """A twin whose examples look at each other."""

    def forward(self, input_ids, attention_mask):
        output = super().forward(input_ids, attention_mask)
        output.logits = output.logits - output.logits.mean(0, keepdim=True)
        return output


@pytest.mark.parametrize(("kind", "passes"), [(TinyClassifier, True), (_Coupled, False)])
def test_a_model_that_couples_examples_is_caught(tokens, kind, passes):
    model = kind(TinyConfig(tokens.size, 8, 2), seed=1)
    if passes:
        result = trained(model, tokens, task="sequence-classification", labels=("bad", "good"))
        assert result.report["passed"]
        return
    with pytest.raises(SelfCheckFailed, match=r"plain loop|another example"):
        trained(model, tokens, task="sequence-classification", labels=("bad", "good"))


def test_the_tiny_classifier_comes_back_from_disk(tokens, tmp_path):
    model = TinyClassifier(TinyConfig(tokens.size, 8, 2), seed=1)
    model.save_pretrained(tmp_path)
    ids, mask = torch.tensor([[1, 5, 9]]), torch.ones(1, 3)
    assert torch.equal(TinyClassifier.from_pretrained(tmp_path)(ids, mask).logits, model(ids, mask).logits)


def test_gradient_checkpointing_gives_the_same_weights(tokens):
    plain, saving = network(tokens), network(tokens)
    saving.config.use_cache = False
    saving.activation_checkpointing_enable({"use_reentrant": False})
    first, second = trained(plain, tokens), trained(saving, tokens)
    for one, other in zip(first.model.parameters(), second.model.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_what_is_private_stays_out_of_the_claim(tokens):
    claim = trained(network(tokens), tokens, lora=Lora(rank=2)).claim(1e-3)
    assert {"epsilon", "delta", "unit_of_privacy", "neighbouring_relation", "sampler"} <= claim.keys()
    assert claim["self_check"] == {"passed": True}
    assert not {"noise_ratio", "largest_clipped_share"} & {k for v in claim.values() if isinstance(v, dict) for k in v}


def test_wrong_tasks_targets_and_tokenizers_are_refused(tokens):
    with pytest.raises(PrivacyParameterError, match="task"):
        trained(network(tokens), tokens, task="translation")
    with pytest.raises(PrivacyParameterError, match="targets"):
        trained(network(tokens), tokens, lora=Lora(rank=2, targets=("nowhere",)))
    for wrong in ({"rank": 0}, {"alpha": 0.0}, {"targets": ()}):
        with pytest.raises(PrivacyParameterError):
            Lora(**wrong)

    class _Nameless:
        eos_token_id = sep_token_id = None

    with pytest.raises(MissingExtra, match="end-of-text"):
        TransformersCoder(_Nameless())


def test_a_shown_unit_of_another_kind_needs_another_plan(tokens):
    """Records as units: each line is one, whoever wrote it."""
    plan = replace(PLAN, unit_of_privacy="record", records_per_unit=1, population=30)
    data = [{"text": record["text"]} for record in DATA]
    options = {"optimisation": STEP, "max_tokens": 32, "run_key": KEY}
    assert fine_tune(network(tokens), tokens, data, plan, **options).report["passed"]


def test_positions_that_do_not_count_from_zero_are_left_to_the_model(tokens):
    from transformers import RobertaConfig, RobertaForCausalLM

    config = RobertaConfig(
        vocab_size=tokens.size,
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=64,
        pad_token_id=0,
        is_decoder=True,
    )
    model = RobertaForCausalLM(config).eval()
    assert loss_for(model, "causal-lm", tokens).keywords == {"numbered": False}
    assert loss_for(network(tokens), "causal-lm", tokens).keywords == {"numbered": True}


def test_micro_batches_change_nothing_but_rounding(tokens):
    few = trained(network(tokens), tokens, execution=Execution(micro_batch_tokens=64))
    many = trained(network(tokens), tokens, execution=Execution(micro_batch_tokens=4096))
    for one, other in zip(few.model.parameters(), many.model.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-4)


def test_a_quantised_base_stays_as_it_is_and_its_adapters_learn(tokens):
    """int8 weights (torchao), frozen; the clipped gradients of the adapters equal a plain loop's."""
    quantization = pytest.importorskip("torchao.quantization")
    model = network(tokens)
    quantization.quantize_(
        model,
        quantization.Int8WeightOnlyConfig(),
        filter_fn=lambda module, name: isinstance(module, nn.Linear) and "lm_head" not in name,
    )
    layer = model.model.layers[0].mlp.up_proj
    before = layer.weight.dequantize().clone()
    assert type(layer.weight) is not nn.Parameter
    result = trained(model, tokens, lora=Lora(rank=2))
    assert result.report["equals_plain_loop"]
    after = result.model.get_base_model().model.layers[0].mlp.up_proj.base_layer.weight.dequantize()
    assert torch.equal(after, before)
