"""The doorway for people who come from the usual tutorials on differential privacy.

    from wuming import differential_privacy as dp

    dp_model = dp.PrivateSGDNet(model, epsilon=1.0, delta=1e-5, train_loader=train_loader, epochs=10)

Nearly everything here lives elsewhere: this page gathers what such a program needs under one name, and joins training
with the audit of its own canaries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wuming.core.errors import MissingExtra

try:
    import torch as _torch  # noqa: F401  said here once, instead of deep inside
except ImportError as error:
    raise MissingExtra(
        "wuming.differential_privacy needs the package torch", help="Install it with: pip install 'wuming[train]'"
    ) from error

from wuming.accounting.accountant import delta_of, epsilon, rdp
from wuming.accounting.calibration import noise_multiplier
from wuming.auditing.bounds.bound import check_bound
from wuming.auditing.bounds.canaries import CanaryAudit, audit_by_canaries
from wuming.auditing.risk.bounds import Claim
from wuming.mechanisms.clipping import clip
from wuming.mechanisms.gaussian import gaussian_mechanism
from wuming.training.clipping.rules import AdaptiveQuantile, Automatic, Flat, PerLayer
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.sgd.net import PrivateSGDNet as _PrivateSGDNet
from wuming.training.statement import PrivacyStatement

__all__ = [
    "AdaptiveQuantile",
    "AuditedStatement",
    "Automatic",
    "CanaryAudit",
    "Execution",
    "Flat",
    "Optimisation",
    "PerLayer",
    "PrivacyStatement",
    "PrivateSGDNet",
    "PrivateTrainer",
    "TrainingPlan",
    "UnitData",
    "clip",
    "delta_of",
    "epsilon",
    "gaussian_mechanism",
    "noise_multiplier",
    "rdp",
]


@dataclass(frozen=True, repr=False)
class AuditedStatement(PrivacyStatement):
    """A statement with what the run's own canaries show of it.

    Attributes:
        audit: verdict, bounds with their null hypotheses, and a picture.
    """

    audit: CanaryAudit

    def as_json(self) -> dict[str, Any]:
        """Return all fields as a JSON object, without the picture."""
        stated = {name: value for name, value in vars(self).items() if name != "audit"}
        return stated | {"audit": self.audit.as_json()}

    def __repr__(self) -> str:
        """Return the statement as a table for people, with the audit below."""
        return f"{super().__repr__()}\n{self.audit}"


class PrivateSGDNet(_PrivateSGDNet):
    """`training.sgd.net.PrivateSGDNet`, whose canaries, where it has any, are audited by `check_privacy`."""

    __doc__ = _PrivateSGDNet.__doc__

    def check_privacy(self, *, confidence: float = 0.95) -> PrivacyStatement:
        """Return what may be claimed, with all that the figures depend on; with canaries, an `AuditedStatement`.

        Args:
            confidence: of the audited lower bounds, together.

        Raises:
            SelfCheckFailed: a check of clipping, noise, sampling or movement failed: there is no claim.
            ClaimRefused: the canaries disprove the claim.
        """
        statement, probe = super().check_privacy(), self._session.probe
        if probe is None or statement.steps_done < statement.steps_planned:
            return statement
        claim = Claim(
            statement.epsilon,
            statement.delta,
            statement.unit_of_privacy,
            statement.neighbouring_relation,
            statement.sampler,
            self.plan.event,
        )
        audit = audit_by_canaries(
            probe.scores, probe.coins, claim, access="white-box", confidence=confidence, normal=True
        )
        check_bound(audit.tested)
        return AuditedStatement(**vars(statement), audit=audit)
