"""PrivateTransformersTrainer: the same weights as the plain private trainer, and nothing private shown."""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import pytest
import torch

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed
from wuming.training.clipping.rules import Flat
from wuming.training.data import UnitData
from wuming.training.fine_tuning import quiet
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.transformers_trainer import PrivateTransformersTrainer

KEY = bytes(range(32))
PLAN = TrainingPlan(
    population=10,
    expected_batch_size=3,
    steps=6,
    noise_multiplier=1.0,
    clipping=Flat(0.5),
    unit_of_privacy="subject",
    records_per_unit=2,
)


@pytest.fixture(scope="module")
def rows():
    generator = torch.Generator().manual_seed(2)
    made = []
    for number in range(24):
        ids = torch.randint(2, 60, (8,), generator=generator).tolist()
        labels = [-100] * (number % 3) + ids[number % 3 :]
        made.append({"input_ids": ids, "labels": labels, "owner": f"u{number % 10}", "note": "unused"})
    return made


@pytest.fixture
def model():
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = {"vocab_size": 60, "n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 32, "use_cache": False}
    return GPT2LMHeadModel(GPT2Config(**config, bos_token_id=1, eos_token_id=1))


def arguments(folder, **options):
    from transformers import TrainingArguments

    usual = {
        "output_dir": str(folder),
        "learning_rate": 0.01,
        "lr_scheduler_type": "constant",
        "optim": "sgd",
        "per_device_train_batch_size": 4,
        "report_to": [],
        "use_cpu": True,
        "save_strategy": "no",
        "logging_steps": 1,
        "disable_tqdm": True,
    }
    return TrainingArguments(**{**usual, **options})


def trainer(model, rows, folder, *, plan=PLAN, key=KEY, options=None, kind=PrivateTransformersTrainer, **more):
    args = arguments(folder, **(options or {}))
    return kind(model, args, plan=plan, train_dataset=rows, unit_column="owner", run_key=key, **more)


def flat(model):
    return torch.cat([p.detach().flatten() for p in model.parameters()])


def plainly(model, rows):
    """The same by PrivateTrainer and a loop of one's own."""
    model = quiet(model) or model
    inputs = [torch.tensor([row[name] for row in rows]) for name in ("input_ids", "labels")]
    data = UnitData.of_tensors(*inputs, units=[row["owner"] for row in rows])
    private = PrivateTrainer(model, data, PLAN, optimisation=torch.optim.SGD(model.parameters(), lr=0.01), run_key=KEY)
    for batch in private.micro_batches():
        ids, labels = batch.inputs
        logits = model(input_ids=ids, use_cache=False).logits[:, :-1]
        targets = labels[:, 1:]
        losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        private.backward(losses.view(targets.shape).sum(1) / (targets != -100).sum(1))
    private.finish()
    return flat(model)


def test_same_key_same_weights_as_the_plain_private_trainer(model, rows, tmp_path):
    expected = plainly(copy.deepcopy(model), rows)
    ours = trainer(model, rows, tmp_path)
    start = flat(model).clone()
    ours.train()
    assert ours.report["passed"]
    assert ours.state.global_step == PLAN.steps
    assert torch.allclose(flat(model), expected, atol=1e-6)
    assert not torch.allclose(flat(model), start, atol=1e-3)


def test_an_empty_step_is_a_step_of_trainer_too(model, rows, tmp_path):
    """With a small q many steps draw nobody: each must reach the optimiser alone, not as a sum or the last of some."""
    plan = replace(PLAN, population=40, expected_batch_size=1)
    ours = trainer(model, rows, tmp_path, plan=plan)
    seen = []
    step = ours.training_step

    def counted(*arguments):
        result = step(*arguments)
        seen.append(float(next(model.parameters()).grad.norm()))
        return result

    ours.training_step = counted
    ours.train()
    drawn = [len(ours._private._participants.of_step(number)) for number in range(PLAN.steps)]
    assert 0 in drawn
    assert len(seen) == PLAN.steps
    assert len(set(seen)) == PLAN.steps
    assert min(seen) > 0


def test_no_private_loss_is_shown_unless_asked_for(model, rows, tmp_path):
    ours = trainer(copy.deepcopy(model), rows, tmp_path)
    output = ours.train()
    shown = {name for entry in ours.state.log_history for name in entry}
    assert not {"loss", "train_loss"} & shown
    assert math.isnan(output.training_loss)
    assert "train_loss" not in output.metrics
    open_one = trainer(copy.deepcopy(model), rows, tmp_path, internal_logging=True)
    output = open_one.train()
    losses = [entry["loss"] for entry in open_one.state.log_history if "loss" in entry]
    assert len(losses) == PLAN.steps
    assert all(3 < loss < 6 for loss in losses if loss)
    assert torch.equal(flat(ours.model), flat(open_one.model))


def test_a_resumed_run_is_the_uninterrupted_one(model, rows, tmp_path):
    options = {"save_strategy": "steps", "save_steps": 2, "optim": "adamw_torch", "lr_scheduler_type": "linear"}
    whole = trainer(copy.deepcopy(model), rows, tmp_path / "a", options=options)
    whole.train()
    again = trainer(copy.deepcopy(model), rows, tmp_path / "b", options=options)
    again.train(resume_from_checkpoint=str(tmp_path / "a" / "checkpoint-4"))
    assert torch.equal(flat(whole.model), flat(again.model))
    assert again.report == whole.report
    stored = (tmp_path / "a" / "checkpoint-4" / "private.state").stat()
    assert stored.st_mode & 0o077 == 0


def test_resuming_without_our_state_or_key_is_refused(model, rows, tmp_path):
    options = {"save_strategy": "steps", "save_steps": 3}
    first = trainer(copy.deepcopy(model), rows, tmp_path, options=options)
    first.train()
    folder = tmp_path / "checkpoint-3"
    with pytest.raises(PrivacyParameterError, match="run_key given=False"):
        trainer(copy.deepcopy(model), rows, tmp_path, key=None).train(resume_from_checkpoint=str(folder))
    other = trainer(copy.deepcopy(model), rows, tmp_path, key=bytes(32), options=options)
    with pytest.raises(SelfCheckFailed, match="Trainer is at step 3, the private schedule at 0"):
        other.train(resume_from_checkpoint=str(folder))
    (folder / "private.state").unlink()
    with pytest.raises(PrivacyParameterError, match="there=False"):
        trainer(copy.deepcopy(model), rows, tmp_path, options=options).train(resume_from_checkpoint=str(folder))


@pytest.mark.parametrize(
    "options",
    [
        {"gradient_accumulation_steps": 2},
        {"auto_find_batch_size": True},
        {"train_sampling_strategy": "group_by_length"},
        {"load_best_model_at_end": True, "save_strategy": "steps", "eval_strategy": "steps", "eval_steps": 500},
        {"max_steps": 7},
        {"neftune_noise_alpha": 1.0},
        {"label_smoothing_factor": 0.1},
        {"push_to_hub": True},
        {"torch_compile": True},
    ],
)
def test_arguments_that_void_the_claim_are_refused(model, rows, tmp_path, options):
    with pytest.raises(PrivacyParameterError, match=next(iter(options))):
        trainer(model, rows, tmp_path, options=options)


def test_a_loss_scaler_and_random_masks_are_refused(model, rows, tmp_path):
    args = arguments(tmp_path)
    args.fp16 = True
    with pytest.raises(PrivacyParameterError, match="fp16"):
        PrivateTransformersTrainer(model, args, plan=PLAN, train_dataset=rows)

    class _Masking:
        mlm = True

    with pytest.raises(PrivacyParameterError, match="at random"):
        trainer(model, rows, tmp_path, data_collator=_Masking())


class _Coupled(PrivateTransformersTrainer):
    """A twin whose loss divides by the batch."""

    def example_losses(self, model, inputs):
        losses = super().example_losses(model, inputs)
        return losses / len(losses)


def test_a_loss_that_depends_on_the_batch_is_caught(model, rows, tmp_path):
    with pytest.raises(SelfCheckFailed, match="plain loop"):
        trainer(model, rows, tmp_path, kind=_Coupled).train()


def test_half_precision_passes_the_self_check_and_stays_near(model, rows, tmp_path):
    full, half = copy.deepcopy(model), copy.deepcopy(model)
    trainer(full, rows, tmp_path).train()
    ours = trainer(half, rows, tmp_path, options={"bf16": True})
    ours.train()
    assert ours.report["units_compared_with_plain_loop"] > 0
    assert torch.allclose(flat(full), flat(half), atol=0.05)
    assert not torch.equal(flat(full), flat(half))


class _FewerTensors(PrivateTransformersTrainer):
    """A twin whose optimiser leaves something out."""

    def create_optimizer(self, model=None):
        self.optimizer = torch.optim.SGD(list(self.model.parameters())[:-1], lr=0.01)
        return self.optimizer


def test_an_optimiser_over_other_tensors_is_caught(model, rows, tmp_path):
    ours = trainer(model, rows, tmp_path, kind=_FewerTensors)
    with pytest.raises(SelfCheckFailed, match="misses 1"):
        ours.train()
