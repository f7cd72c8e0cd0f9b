"""Each attack on a release that is small enough to be followed by hand, and on one that gives it nothing."""

from __future__ import annotations

import numpy as np
import pytest

from wuming.anonymization.attacks.attack import measure
from wuming.anonymization.attacks.inference import Homogeneity, Inference
from wuming.anonymization.attacks.linking import Isolation, Linkability, SinglingOut
from wuming.anonymization.attacks.refinement import Minimality, Refinement


def test_inference_guesses_the_commonest_value(make):
    published = make.table(age=["<40"] * 3 + [">=40"] * 3, ill=["flu", "flu", "gout", "gout", "gout", "flu"])
    release = make.release(published, quasi=("age",), sensitive=("ill",))
    people = make.table(age=[20, 30, 39, 40, 50, 60], ill=["flu", "flu", "gout", "gout", "gout", "flu"])
    controls = make.table(age=[25, 45, 26, 46, 27, 47], ill=["flu"] * 6)
    members, control = Inference(("age",), "ill").tries(make.trial(release, people, controls))
    assert members.tolist() == [1, 1, 0, 1, 1, 0]
    assert control.tolist() == [1, 0, 1, 0, 1, 0]


def test_nearly_equal_numbers_count_as_guessed(make):
    pay = [1000, 1001, 1002, 3000, 3001, 3002, *range(1200, 2800, 100)]
    age = [20] * 3 + [30] * 3 + [50] * 16
    published = make.table(age=["<25"] * 3 + ["[25, 40)"] * 3 + [">=40"] * 16, pay=pay)
    release = make.release(published, quasi=("age",), sensitive=("pay",))
    people = make.table(age=age, pay=pay)
    controls = make.table(age=[20] * 3 + [30] * 3, pay=[2000] * 6)
    members, control = Homogeneity(("age",), "pay").tries(make.trial(release, people, controls))
    assert members.tolist() == [1] * 6 + [-1] * 16
    assert control.tolist() == [0] * 6


def test_homogeneity_is_silent_where_values_differ(make):
    published = make.table(age=["<40"] * 2 + [">=40"] * 2, ill=["flu", "flu", "gout", "flu"])
    release = make.release(published, quasi=("age",), sensitive=("ill",))
    people = make.table(age=[20, 30, 50, 60], ill=["flu", "flu", "gout", "flu"])
    members, control = Homogeneity(("age",), "ill").tries(make.trial(release, people, people))
    assert members.tolist() == control.tolist() == [1, 1, -1, -1]


def test_background_knowledge_needs_the_other_value(make):
    published = make.table(age=["*"] * 4, job=["a", "a", "b", "b"], ill=["flu", "flu", "gout", "gout"])
    release = make.release(published, quasi=("age",), sensitive=("job", "ill"))
    people = make.table(age=[1, 2, 3, 4], job=["a", "a", "b", "b"], ill=["flu", "flu", "gout", "gout"])
    trial = make.trial(release, people, people)
    assert Inference(("age", "job"), "ill", background=True).tries(trial)[0].tolist() == [1] * 4
    assert Inference(("age",), "ill").tries(trial)[0].tolist() == [1, 1, 0, 0]


def test_isolation_counts_rows_that_fit_alone(make):
    published = make.table(age=["<40", "<40", ">=40"], plan=["a", "b", "b"])
    release = make.release(published, quasi=("age",), sensitive=("plan",))
    people = make.table(age=[20, 30, 50], plan=["a", "b", "b"])
    controls = make.table(age=[21, 51, 22], plan=["c", "b", "a"])
    trial = make.trial(release, people, controls)
    assert Isolation(("age",), "age").tries(trial)[0].tolist() == [0, 0, 1]
    members, control = Isolation(("age", "plan"), "both").tries(trial)
    assert members.tolist() == [1, 1, 1]
    assert control.tolist() == [0, 1, 1]  # nobody of the table has "c" below 40


def test_singling_out_asks_how_many_people_a_row_describes(make):
    published = make.table(age=["20", "30", "30"])
    release = make.release(published, quasi=("age",))
    people = make.table(age=[20, 30, 30])
    controls = make.table(age=[30, 40, 40])
    members, control = SinglingOut(("age",)).tries(make.trial(release, people, controls))
    assert sorted(members.tolist()) == [0, 0, 1]  # one person is 20, two are 30
    assert sorted(control.tolist()) == [0, 1, 1]  # nobody of the control is 20, one is 30


def test_linkability_finds_the_other_half_of_a_row(make):
    rng = np.random.default_rng(0)
    left, right = rng.permutation(200), rng.permutation(200)
    people = make.table(a=left.tolist(), b=right.tolist())
    controls = make.table(a=rng.permutation(200).tolist(), b=rng.permutation(200).tolist())
    attack = Linkability(("a",), ("b",))
    members, control = attack.tries(make.trial(make.release(people, quasi=("a", "b")), people, controls))
    assert members.mean() == 1.0
    assert control.mean() < 0.25  # one of ten by chance
    coarse = make.table(a=["*"] * 200, b=["*"] * 200)
    members, _ = attack.tries(make.trial(make.release(coarse, quasi=("a", "b")), people, controls))
    assert members.mean() < 0.25


def test_refinement_reads_the_hole_in_a_coarse_class(make):
    ages = [20, 21, 22, 23, 35, 45]
    published = make.table(age=["[20, 30)"] * 4 + ["[20, 50)"] * 2)
    people = make.table(age=ages)
    controls = make.table(age=[20, 25, 26, 27, 28, 45])
    attack = Refinement(("age",))
    members, control = attack.tries(make.trial(make.release(published, quasi=("age",)), people, controls))
    assert members.tolist() == [1, 1]  # neither of the two is below 30
    assert len(control) == 2


def test_refinement_does_not_claim_what_is_wrong(make):
    """The same labels, but two of the four below 30 were published in the coarse class, two older ones nowhere."""
    published = make.table(age=["[20, 30)"] * 2 + ["[20, 50)"] * 4)
    people = make.table(age=[20, 21, 22, 23, 35, 45])
    controls = make.table(age=[20, 25, 26, 27, 28, 45])
    members, _ = Refinement(("age",)).tries(make.trial(make.release(published, quasi=("age",)), people, controls))
    assert members.tolist() == [1, 1, 0, 0]


def test_refinement_has_nothing_to_say_of_boxes_that_tile(make):
    published = make.table(age=["<30"] * 3 + [">=30"] * 3)
    people = make.table(age=[20, 21, 22, 33, 35, 45])
    members, control = Refinement(("age",)).tries(make.trial(make.release(published, quasi=("age",)), people, people))
    assert len(members) == len(control) == 0


def test_minimality_tells_what_a_missing_cut_hides(make):
    """Four people of 20 and six of 30, k = 4. Cutting between them was not done, so one side has one illness only.
    Nothing occurs six times, and flu alone occurs four times: the four have the flu."""
    ages, ill = [20] * 4 + [30] * 6, ["flu"] * 4 + ["gout", "ulcer"] * 3
    published = make.table(age=["*"] * 10, ill=ill)
    people = make.table(age=ages, ill=ill)
    controls = make.table(age=[20, 19, 25, 30, 31, 20], ill=["gout"] * 5 + ["flu"])
    attack = Minimality(("age",), "ill", 4)
    release = make.release(published, quasi=("age",), sensitive=("ill",))
    members, control = attack.tries(make.trial(release, people, controls))
    assert members.tolist() == [1] * 4 + [-1] * 6
    assert control.tolist() == [0, 0, -1, -1, -1, 1]  # who is between 20 and 30 stands right of the cut
    # From five fives no side can be told; nor where a side of four needs five rows.
    even = make.release(make.table(age=["*"] * 10, ill=["flu"] * 5 + ["gout"] * 5), quasi=("age",), sensitive=("ill",))
    assert set(attack.tries(make.trial(even, people, people))[0].tolist()) == {-1}
    assert set(Minimality(("age",), "ill", 5).tries(make.trial(release, people, people))[0].tolist()) == {-1}


def test_the_column_that_helps_is_to_blame(make):
    rng = np.random.default_rng(0)
    age, key = rng.integers(0, 2, 600), rng.permutation(600)
    people = make.table(age=age.tolist(), key=key.tolist())
    controls = make.table(age=age.tolist(), key=(key + 1000).tolist())
    published = make.table(age=["*"] * 600, key=key.tolist())
    trial = make.trial(make.release(published, quasi=("age",), insensitive=("key",)), people, controls)
    outcome = measure(Isolation(("age", "key"), "all"), [trial], level=0.001, margin=0.05)
    assert (outcome.refused, outcome.columns, outcome.rate, outcome.control_rate) == (True, ("key",), 1.0, 0.0)
    assert outcome.trials == outcome.control_trials == 600
    assert outcome.lower_bound == pytest.approx(0.97, abs=0.03)
    assert measure(Isolation(("age",), "age"), [trial], level=0.001, margin=0.05).refused is False
