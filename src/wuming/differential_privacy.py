"""The doorway for people who come from the usual tutorials on differential privacy.

    from wuming import differential_privacy as dp

    dp_model = dp.PrivateSGDNet(model, epsilon=1.0, delta=1e-5, train_loader=train_loader, epochs=10)

Everything here lives elsewhere: this page only gathers what such a program needs under one name.
"""

from wuming.core.errors import MissingExtra

try:
    import torch as _torch  # noqa: F401  said here once, instead of deep inside
except ImportError as error:
    raise MissingExtra(
        "wuming.differential_privacy needs the package torch", help="Install it with: pip install 'wuming[train]'"
    ) from error

from wuming.accounting.accountant import delta_of, epsilon, rdp
from wuming.accounting.calibration import noise_multiplier
from wuming.mechanisms.clipping import clip
from wuming.mechanisms.gaussian import gaussian_mechanism
from wuming.training.clipping.rules import AdaptiveQuantile, Automatic, Flat, PerLayer
from wuming.training.data import UnitData
from wuming.training.execution import Execution
from wuming.training.optimisation import Optimisation
from wuming.training.plan import TrainingPlan
from wuming.training.private import PrivateTrainer
from wuming.training.sgd.net import PrivateSGDNet
from wuming.training.statement import PrivacyStatement

__all__ = [
    "AdaptiveQuantile",
    "Automatic",
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
