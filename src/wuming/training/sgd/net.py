"""A model whose ordinary training loop is differentially private: `PrivateSGDNet`.

How it works. A forward pass in training mode switches the clipping engine on; ordinary weight gradients are then not
computed at all. When the backward pass has ended, each unit's gradient is clipped, the sum is noised once, and only
then do the parameters get a `.grad`: the noised sum divided by the expected batch size. What an optimiser does with it
is post-processing. The order of the loop is kept by `sgd_session.py`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NoReturn

import torch
from torch import nn
from torch.utils.data import DataLoader

from wuming.core.errors import PrivacyParameterError, SelfCheckFailed, UnsupportedEvent
from wuming.crypto.random import new_key
from wuming.training.clipping.rules import Flat, Rule, rule_as_json
from wuming.training.loader import PrivateLoader, data_of
from wuming.training.plan import Sampler, TrainingPlan, warn_of_delta
from wuming.training.ranks import Ranks
from wuming.training.sgd.session import SGDSession
from wuming.training.statement import PrivacyStatement
from wuming.training.step import verdicts


class PrivateSGDNet(nn.Module):
    """Wraps a model; loops over `loader` with a plain optimiser are then DP-SGD under one fixed plan.

    ::

        dp_model = PrivateSGDNet(model, epsilon=1.0, delta=1e-5, train_loader=train_loader, epochs=10)
        optimizer = torch.optim.Adam(dp_model.parameters(), lr=1e-3)
        for epoch in range(10):
            for x, y in dp_model.loader:
                optimizer.zero_grad()
                loss = functional.cross_entropy(dp_model(x), y)
                loss.backward()
                optimizer.step()
        print(dp_model.check_privacy())

    The loss must be the plain mean (`loss_reduction="mean"`) or sum over the rows of the batch, each row's part of its
    own row alone. A *weighted* mean, or one that leaves rows out (`weight=`, `ignore_index=`), divides by a number that
    depends on other people's rows, and voids the guarantee; no check here sees that. The loss's value, and everything
    else computed from private batches, is private: it is for your eyes, not for release.

    In evaluation mode, or without gradients, forward passes are free for any data and leave no trace in the training.

    Formal guarantee: the sequence of all `.grad` and parameter values is (ε, δ)-DP for the plan's unit and neighbouring
    relation, if the loss is as said and nothing else that reaches the optimiser comes from the private data.

    Args:
        model: its trainable parameters are updated in place. Move, wrap and freeze it first.
        epsilon: target, > 0; the least noise that keeps it is used. None: `noise_multiplier` decides.
        delta: in (0, 1), at most 1/population; a warning says so above 1/(10·population).
        train_loader: its data set, collate function and batch size (the *expected* size) are used, nothing else.
        epochs: at least 1; the schedule has epochs · round(population / batch size) steps, and no more.
        population: public figure for the number of units (of records, where `owners` is given). None: the size of the
            data set, which is thereby declared public; a warning says so.
        max_grad_norm: bound C on one unit's gradient, in L2; for `clipping=None`.
        noise_multiplier: σ; with `epsilon` given, too, refused where it does not keep that.
        sampler: see `TrainingPlan`.
        max_batch_size: of `sampler="truncated-poisson"` alone.
        clipping: rule; None: `Flat(max_grad_norm)`.
        loss_reduction: of the loss that `backward` is called on.
        unit_of_privacy: what one example is, where `owners` is not given.
        owners: the subject that each example belongs to. The unit of privacy is then the subject.
        records_per_owner: most examples of one subject that are ever used; needed with `owners`.
        run_key: 32 secret bytes that decide coins and noise; None: fresh ones. One key must never serve two runs that
            differ in data, plan or start.
        canaries: units to invent among the gradients for an audit (see `training.probe`). They count: population and
            expected batch grow in the same proportion, so that everybody takes part as often as without them.

    Attributes:
        model: the wrapped model; `state_dict` is its own.
        plan: the claim.
        loader: iterable over the batches of one epoch.

    Raises:
        PrivacyParameterError: a parameter for which there is no guarantee, or no loader.
        SelfCheckFailed: a model whose gradients cannot be bounded per unit, with the layer and the reason; later, a
            loop that leaves the order above.
    """

    def __init__(
        self,
        model: nn.Module,
        epsilon: float | None = None,
        delta: float | None = None,
        train_loader: DataLoader[Any] | None = None,
        epochs: int | None = None,
        *,
        population: int | None = None,
        max_grad_norm: float = 1.0,
        noise_multiplier: float | None = None,
        sampler: Sampler = "poisson",
        max_batch_size: int | None = None,
        clipping: Rule | None = None,
        loss_reduction: Literal["mean", "sum"] = "mean",
        unit_of_privacy: Literal["record", "document"] = "record",
        owners: Sequence[str] | None = None,
        records_per_owner: int | None = None,
        run_key: bytes | None = None,
        canaries: int = 0,
    ) -> None:
        super().__init__()
        data, batch_size = data_of(train_loader, owners)
        if delta is None or epochs is None:
            raise PrivacyParameterError(
                f"delta={delta}, epochs={epochs}: both are needed",
                help="Noise is chosen for a number of steps that is fixed in advance, and for a delta such as 1e-5.",
            )
        if loss_reduction not in ("mean", "sum"):
            raise PrivacyParameterError(f"loss_reduction={loss_reduction!r} must be 'mean' or 'sum'")
        if (owners is None) != (records_per_owner is None):
            raise PrivacyParameterError(
                f"records_per_owner={records_per_owner} belongs to owners, and must be given there",
                help="It bounds what one subject can do; ε grows with it.",
            )
        if Ranks.current().world > 1:
            raise UnsupportedEvent("PrivateSGDNet runs in one process", help="Use PrivateTrainer under torchrun.")
        if population is None:
            population = _declared_public(data.size)
        steps_per_epoch = max(1, round(population / batch_size))
        fields: dict[str, Any] = {
            "population": population + canaries,
            "expected_batch_size": round(batch_size * (population + canaries) / population),
            "steps": epochs * steps_per_epoch,
            "clipping": clipping or Flat(max_grad_norm),
            "sampler": sampler,
            "max_batch_size": max_batch_size,
            "unit_of_privacy": unit_of_privacy,
        }
        if records_per_owner is not None:
            fields |= {"unit_of_privacy": "subject", "sampled": "records", "records_per_unit": records_per_owner}
        self.plan, self._delta = _plan(epsilon, delta, noise_multiplier, fields), delta
        self._epsilon = self.plan.epsilon(delta)
        key = new_key() if run_key is None else run_key
        self.model = model
        self._session = SGDSession(
            model,
            data,
            self.plan,
            key,
            mean=loss_reduction == "mean",
            steps_per_epoch=steps_per_epoch,
            canaries=canaries,
        )
        self.loader = PrivateLoader(self._session)

    def forward(self, *arguments: Any, **named: Any) -> Any:
        """Run the model; in training mode on the current batch of `loader`, once.

        Raises:
            SelfCheckFailed: in training mode: data that are not the current batch, a second pass, an output that has no
                row for each example, or a buffer that changes.
        """
        if self.training and torch.is_grad_enabled():
            return self._session.forward(arguments, named)
        self._session.drop_recording()
        return self.model(*arguments, **named)

    def check_privacy(self) -> PrivacyStatement:
        """Return what may be claimed, with all that the figures depend on.

        Raises:
            SelfCheckFailed: a check of clipping, noise, sampling or movement failed: there is no claim.
        """
        session, plan = self._session, self.plan
        found = verdicts(
            plan,
            session.checks,
            session.parameters,
            session.start,
            steps_done=session.steps_done,
            participants=session.participants,
        )
        if failed := [name for name, passed in found.items() if passed is False]:
            raise SelfCheckFailed(
                f"the training self-check failed: {', '.join(failed)}",
                help="The model gives no guarantee; do not release it.",
            )
        return PrivacyStatement(
            epsilon=self._epsilon,
            delta=self._delta,
            unit_of_privacy=plan.unit_of_privacy,
            records_per_unit=plan.records_per_unit,
            neighbouring_relation=plan.neighbouring_relation,
            sampler=plan.sampler,
            sampling_probability=plan.sampling_probability,
            population=plan.population,
            expected_batch_size=plan.expected_batch_size,
            steps_done=session.steps_done,
            steps_planned=plan.steps,
            noise_multiplier=plan.noise_multiplier,
            clipping=rule_as_json(plan.clipping),
            self_check=found,
        )

    def state_dict(self, *arguments: Any, **named: Any) -> Any:
        """Return the wrapped model's state, which the plain model loads. It holds no key, no data and no counter."""
        return self.model.state_dict(*arguments, **named)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Load weights into the wrapped model: post-processing, if they are public or from this run.

        Raises:
            SelfCheckFailed: tensors of other shapes, or `assign=True`, which would exchange the trained tensors.
        """
        own = self.model.state_dict()
        other = [n for n, value in state_dict.items() if n in own and tuple(value.shape) != tuple(own[n].shape)]
        if assign or other:
            raise SelfCheckFailed(
                f"load_state_dict would exchange trained tensors: assign={assign}, other shapes: {other[:3]}",
                help="Load into the plain model before PrivateSGDNet is built; steps are resumed by PrivateTrainer.",
            )
        return self.model.load_state_dict(state_dict, strict=strict)

    def __deepcopy__(self, _: Any) -> NoReturn:
        """Refuse: a copy would draw the same noise for other gradients."""
        raise SelfCheckFailed("PrivateSGDNet cannot be copied: noise would be drawn twice", help=_COPY)

    def __reduce_ex__(self, _: Any) -> NoReturn:
        """Refuse: a file would hold the run key and the data."""
        raise SelfCheckFailed("PrivateSGDNet cannot be pickled: it holds the run key and the data", help=_COPY)


_COPY = "Copy dp_model.model, or save dp_model.state_dict()."


def _declared_public(size: int) -> int:
    warnings.warn(
        f"population={size} was taken from the data set and is thereby declared public; give population= to say so "
        "yourself",
        stacklevel=3,
    )
    return size


def _plan(
    epsilon: float | None, delta: float, noise_multiplier: float | None, fields: Mapping[str, Any]
) -> TrainingPlan:
    """Return the plan with the noise that was given, or with the least that keeps ε."""
    if noise_multiplier is None:
        if epsilon is None:
            raise PrivacyParameterError(
                "neither epsilon nor noise_multiplier is given", help="Give epsilon=, such as 8."
            )
        return TrainingPlan.for_epsilon(epsilon, delta, **fields)
    warn_of_delta(delta, fields["population"])
    plan = TrainingPlan(noise_multiplier=noise_multiplier, **fields)
    if epsilon is not None and plan.epsilon(delta) > epsilon:
        raise PrivacyParameterError(
            f"noise_multiplier={noise_multiplier} gives epsilon={plan.epsilon(delta)}, above epsilon={epsilon}",
            help="Leave noise_multiplier out: the least sufficient one is then found.",
        )
    return plan
