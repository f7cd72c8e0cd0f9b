"""Privacy models: what a table of classes promises, as values a recoding algorithm can ask, and today's measures.

model.py        what every model answers, and which prunings its flags allow
k_anonymity.py  classes of k rows                       k_map.py       classes of k people of a population
diversity.py    distinct, entropy, recursive            closeness.py   t-closeness, over distances.py
disclosure.py   delta-disclosure                        likeness.py    basic and enhanced beta-likeness
presence.py     delta-presence                          prosecutor.py  highest and average risk
uniqueness.py   population uniqueness, over superpopulation.py
combined.py     several at once, and a model asked about the sample's rows alone
measures.py     k, distinct l and t of a table as it is
"""

from wuming.anonymization.models.closeness import TCloseness
from wuming.anonymization.models.combined import All, OnSample
from wuming.anonymization.models.disclosure import DeltaDisclosure
from wuming.anonymization.models.distances import Distance, EqualDistance, HierarchicalDistance, OrderedDistance
from wuming.anonymization.models.diversity import DistinctDiversity, EntropyDiversity, RecursiveDiversity
from wuming.anonymization.models.k_anonymity import KAnonymity
from wuming.anonymization.models.k_map import KMap
from wuming.anonymization.models.likeness import BasicLikeness, EnhancedLikeness
from wuming.anonymization.models.measures import (
    Codes,
    classes_of,
    factorize,
    k_anonymity,
    l_diversity,
    t_closeness,
)
from wuming.anonymization.models.model import Model, Monotone
from wuming.anonymization.models.population import Appended, Counted, Population
from wuming.anonymization.models.presence import DeltaPresence
from wuming.anonymization.models.prosecutor import AverageRisk, MaximumRisk
from wuming.anonymization.models.sensitive import Sensitive
from wuming.anonymization.models.uniqueness import PopulationUniqueness

__all__ = [
    "All",
    "Appended",
    "AverageRisk",
    "BasicLikeness",
    "Codes",
    "Counted",
    "DeltaDisclosure",
    "DeltaPresence",
    "Distance",
    "DistinctDiversity",
    "EnhancedLikeness",
    "EntropyDiversity",
    "EqualDistance",
    "HierarchicalDistance",
    "KAnonymity",
    "KMap",
    "MaximumRisk",
    "Model",
    "Monotone",
    "OnSample",
    "OrderedDistance",
    "Population",
    "PopulationUniqueness",
    "RecursiveDiversity",
    "Sensitive",
    "TCloseness",
    "classes_of",
    "factorize",
    "k_anonymity",
    "l_diversity",
    "t_closeness",
]
