"""What a published table is still good for, measured against the original by how its cells are read.

covering.py     what the cells of a column cover
classes.py      average class size, discernibility
granularity.py  share of a column that a cell covers (NCP)
entropy.py      non-uniform entropy
queries.py      error of random range queries
learning.py     accuracy of a model that learns from it

These figures are computed on personal data without noise: internal.
"""

from wuming.anonymization.quality.classes import average_class_size, discernibility
from wuming.anonymization.quality.covering import Covered, Reading, cover, cover_points
from wuming.anonymization.quality.entropy import entropy_losses
from wuming.anonymization.quality.granularity import certainty_penalties
from wuming.anonymization.quality.learning import Accuracy, model_accuracy
from wuming.anonymization.quality.queries import QueryErrors, query_errors

__all__ = [
    "Accuracy",
    "Covered",
    "QueryErrors",
    "Reading",
    "average_class_size",
    "certainty_penalties",
    "cover",
    "cover_points",
    "discernibility",
    "entropy_losses",
    "model_accuracy",
    "query_errors",
]
