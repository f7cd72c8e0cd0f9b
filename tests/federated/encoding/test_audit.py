"""The sum as it is released, audited: thousands of sums with and without one member's update, by an attacker."""

from __future__ import annotations

from wuming.accounting.accountant import delta_of
from wuming.benchmarks.federated.summed import shown_delta, small_encoding

SUMS = 2000


def test_the_sum_shows_no_more_than_is_claimed_and_a_twin_with_less_noise_does():
    encoding = small_encoding()
    claimed = delta_of(encoding.event_against_server(), 0.5)
    assert encoding.threshold - encoding.colluders == 2
    ours, twin = shown_delta(encoding, 2, 0.5, SUMS), shown_delta(encoding, 1, 0.5, SUMS)
    assert 0.4 * claimed < ours <= claimed < twin, (ours, claimed, twin)
