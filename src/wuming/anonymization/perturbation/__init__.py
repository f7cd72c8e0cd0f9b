"""Perturbation of single cells: noise, rounding, PRAM and swapping; each says what it guarantees, be it nothing formal.

noise.py     Laplace on a public range (local differential privacy), Gaussian, Gaussian that keeps the covariance
rounding.py  to the nearest multiple, at random, at random with totals kept
pram.py      categories by a transition matrix (local differential privacy), invariant matrices, estimates
swapping.py  of near ranks, and inside strata
"""

from wuming.anonymization.perturbation.guarantee import Guarantee, Perturbed
from wuming.anonymization.perturbation.noise import add_correlated_noise, add_gaussian_noise, add_laplace_noise
from wuming.anonymization.perturbation.pram import (
    Transition,
    estimated_counts,
    invariant,
    keep_or_replace,
    pram,
    standard_errors,
)
from wuming.anonymization.perturbation.rounding import round_at_random, round_to_nearest, round_with_totals
from wuming.anonymization.perturbation.swapping import swap_ranks, swap_within

__all__ = [
    "Guarantee",
    "Perturbed",
    "Transition",
    "add_correlated_noise",
    "add_gaussian_noise",
    "add_laplace_noise",
    "estimated_counts",
    "invariant",
    "keep_or_replace",
    "pram",
    "round_at_random",
    "round_to_nearest",
    "round_with_totals",
    "standard_errors",
    "swap_ranks",
    "swap_within",
]
