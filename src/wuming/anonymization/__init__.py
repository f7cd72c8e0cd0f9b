"""Tables: k-anonymity and l-diversity by Mondrian, and what risk and loss remain."""

from wuming.anonymization.engine import Anonymised, anonymise
from wuming.anonymization.models import k_anonymity, l_diversity, t_closeness
from wuming.anonymization.risk import Risk, journalist_risk, prosecutor_risk

__all__ = [
    "Anonymised",
    "Risk",
    "anonymise",
    "journalist_risk",
    "k_anonymity",
    "l_diversity",
    "prosecutor_risk",
    "t_closeness",
]
