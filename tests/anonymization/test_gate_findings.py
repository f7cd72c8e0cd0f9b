"""Facts that refuse a release by themselves: each planted by hand, each absent from the twin beside it."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest

from wuming.anonymization.attacks.matching import View
from wuming.anonymization.findings.classes import Promise, closeness, diversity, journalist, prosecutor
from wuming.anonymization.findings.derived import derived_columns
from wuming.anonymization.findings.edges import _tail, interval_bounds
from wuming.anonymization.findings.identifiers import copies, hashes, in_text, left_in, published_without_role
from wuming.anonymization.findings.intersection import intersection
from wuming.anonymization.findings.order import row_order
from wuming.anonymization.findings.rarity import gap_patterns, outliers, rare_categories, rare_values
from wuming.anonymization.models import t_closeness
from wuming.anonymization.release import Release
from wuming.anonymization.roles import Roles
from wuming.core.errors import TableError
from wuming.core.ports import Span
from wuming.core.tables import Table


def text(*cells):
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def table(**columns):
    return Table({n: text(*c) if isinstance(c[0], str) else np.array(c) for n, c in columns.items()})


def release(published, *, quasi=("age",), sensitive=(), insensitive=(), direct=(), subject=None):
    return Release(published, Roles(subject, direct, quasi, sensitive, insensitive))


def test_roles():
    roles = Roles(subject="id", direct=["name"], quasi_identifiers=["age"])
    assert (roles.removed, roles.named) == (("id", "name"), ("id", "name", "age"))
    assert roles.without_role(table(id=["a"], age=[1], news=["no"])) == ("news",)
    with pytest.raises(TableError, match="'age' is named twice"):
        Roles(quasi_identifiers=("age",), sensitive=("age",))


def test_prosecutor_and_the_column_that_splits():
    published = table(age=["<40"] * 4 + [">=40"] * 4, sex=["F", "F", "F", "F", "F", "F", "F", "M"])
    found = prosecutor(release(published, quasi=("age", "sex")), Promise(2))
    assert (found.refused, found.columns) == (True, ("sex",))
    assert found.detail == "smallest class 1 rows, 1 of 3 classes below k = 2"
    assert not prosecutor(release(published, quasi=("age",)), Promise(4)).refused


def test_journalist_counts_people_of_the_population():
    original = table(age=[20, 30, 50])
    view = View(release(table(age=["<40", "<40", ">=40"])), original)
    assert journalist(view, table(age=[20, 30, 50, 60]), Promise(2)).refused is False
    assert journalist(view, original, Promise(2)).refused is True


def test_diversity():
    published = table(age=["<40"] * 2 + [">=40"] * 2, ill=["flu", "gout", "flu", "flu"])
    one = release(published, sensitive=("ill",))
    assert [found.refused for found in diversity(one, Promise(2, l=2))] == [True]
    assert diversity(one, Promise(2, l=1)) == []


@pytest.mark.parametrize("numbers", [False, True])
def test_closeness_is_that_of_the_original_table(numbers):
    rng = np.random.default_rng(3)
    values = rng.integers(0, 4, 60)
    cells = values.tolist() if numbers else [str(value) for value in values]
    original = table(age=["<40"] * 30 + [">=40"] * 30, ill=cells)
    one = release(original, sensitive=("ill",))
    distance = t_closeness(original, ["age"], "ill")
    assert not closeness(original, one, Promise(2, t=distance + 1e-6))[0].refused
    assert closeness(original, one, Promise(2, t=distance - 1e-3))[0].refused
    # Suppressed rows count for the table: with one class left, it still differs from the whole.
    half = release(original.take(np.arange(30)), sensitive=("ill",))
    mine, whole = np.bincount(values[:30], minlength=4) / 30, np.bincount(values, minlength=4) / 60
    far = np.abs(np.cumsum(mine - whole)).sum() / 3 if numbers else np.abs(mine - whole).sum() / 2
    assert closeness(original, half, Promise(2, t=far - 1e-3))[0].refused
    assert not closeness(original, half, Promise(2, t=far + 1e-6))[0].refused


def test_identifiers():
    original = table(id=["u1", "u2", "u3"], phone=["13900000001", "13900000002", "13900000003"], age=[20, 30, 50])
    roles = {"direct": ("phone",), "subject": "id"}
    clean = table(age=["*"] * 3)
    with_phone = Table({**clean.columns, "phone": original.columns["phone"]})
    renamed = Table({**clean.columns, "contact": original.columns["phone"][::-1]})
    hashed = [hashlib.sha256(phone.encode()).hexdigest() for phone in original.columns["phone"]]
    keyed = [hashlib.sha256(b"key" + phone.encode()).hexdigest() for phone in original.columns["phone"]]
    assert left_in(release(with_phone, **roles)).columns == ("phone",)
    assert not left_in(release(clean, **roles)).refused
    assert copies(original, release(renamed, **roles)).columns == ("contact",)
    assert not copies(original, release(clean, **roles)).refused
    assert published_without_role(original, release(renamed, **roles)).columns == ("contact",)
    assert hashes(original, release(Table({**clean.columns, "h": text(*hashed)}), **roles)).columns == ("h",)
    assert not hashes(original, release(Table({**clean.columns, "h": text(*keyed)}), **roles)).refused


def test_a_copy_must_agree_row_by_row():
    rng = np.random.default_rng(0)
    age, hours = rng.integers(20, 60, 300), rng.integers(20, 60, 300)
    original = table(age=age.tolist(), hours=hours.tolist(), years=age.tolist())
    published = Table({"age": text(*["*"] * 300), "hours": hours, "years": age})
    assert copies(original, release(published, insensitive=("hours", "years"))).columns == ("years",)


class Detector:
    def find(self, text):
        return [Span(0, 1, "name")] if "Li" in text else []


def test_identifiers_in_text():
    names = ["王伟", "李娜", "张敏", "刘静"]
    notes = ["王伟 called", "nothing", "张敏 wrote", "刘静 wrote"]
    original = table(name=names, age=[1, 2, 3, 4], note=notes)
    published = Table({"age": text(*["*"] * 4), "note": original.columns["note"]})
    one = release(published, sensitive=("note",), direct=("name",))
    found = in_text(original, one, None)
    assert (found.columns, found.detail) == (("note",), "3 cells hold personal data")
    blank = table(name=names, age=[1, 2, 3, 4], note=["called"] * 4)
    one = release(Table({"age": published.columns["age"], "note": blank.columns["note"]}), direct=("name",))
    assert not in_text(blank, one, None).refused
    other = table(name=names, age=[1, 2, 3, 4], note=["Li called", "x", "y", "z"])
    one = release(Table({"age": published.columns["age"], "note": other.columns["note"]}), direct=("name",))
    assert in_text(other, one, Detector()).refused
    assert not in_text(other, one, None).refused


def test_derived_columns():
    ages = [20, 21, 22, 23] * 5
    original = table(age=ages, group=[f"g{age // 2}" for age in ages], news=["a", "b"] * 10)
    published = Table(
        {"age": text(*["<40"] * 20), "group": original.columns["group"], "news": original.columns["news"]}
    )
    found = derived_columns(original, release(published, insensitive=("group", "news")), k=11)
    assert set(found.columns) == {"group", "news"}  # "news" follows from these ages as well
    mixed = table(age=ages, group=["a", "b", "b", "a", "b"] * 4, news=["a"] * 20)
    published = Table({"age": text(*["<40"] * 20), "group": mixed.columns["group"], "news": mixed.columns["news"]})
    assert not derived_columns(mixed, release(published, insensitive=("group", "news")), k=11).refused


def test_rare_values_gaps_and_outliers():
    published = table(age=["*"] * 6, key=["a", "a", "a", "a", "a", "b"], pay=[1.0, 2.0, 1.0, 2.0, 1.0, 9.0])
    assert rare_values(release(published, insensitive=("key",)), k=2).columns == ("key", "pay")
    assert not rare_values(release(published.select(["age"])), k=2).refused
    assert outliers(release(published, sensitive=("pay",)), k=2).columns == ("pay",)
    level = table(age=["*"] * 6, pay=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert not outliers(release(level, sensitive=("pay",)), k=2).refused
    gaps = table(age=["*"] * 6, a=["x", "x", "x", "x", "", ""], b=["x", "x", "x", "x", "x", ""])
    assert gap_patterns(release(gaps, sensitive=("a", "b")), k=2).columns == ("a", "b")
    assert not gap_patterns(release(gaps, sensitive=("b",)), k=1).refused


def test_rare_categories_are_not_named():
    original = table(city=["A"] * 3 + ["B"] * 3 + ["C"])
    named = release(table(city=["A | B | C"] * 7), quasi=("city",))
    assert rare_categories(original, named, k=2).columns == ("city",)
    hidden = release(table(city=["A | B | other"] * 7), quasi=("city",))
    assert not rare_categories(original, hidden, k=2).refused


def test_row_order():
    rng = np.random.default_rng(5)
    ages, plans = rng.integers(18, 80, 400), rng.integers(0, 5, 400)
    original = table(age=ages.tolist(), plan=[f"p{plan}" for plan in plans])
    labels = text(*("<40" if age < 40 else ">=40" for age in ages))
    kept = Table({"age": labels, "plan": original.columns["plan"]})
    assert row_order(View(release(kept, sensitive=("plan",)), original), original).refused
    thinned = kept.take(np.flatnonzero(rng.random(400) < 0.8))
    assert row_order(View(release(thinned, sensitive=("plan",)), original), original).refused
    for order in (rng.permutation(400), np.lexsort((plans, labels.astype(str)))):
        shuffled = kept.take(order)
        assert not row_order(View(release(shuffled, sensitive=("plan",)), original), original).refused
    # An original that is sorted itself: the published order follows from the published cells and tells nothing.
    by_age = np.lexsort((plans, labels.astype(str)))
    sorted_original, sorted_kept = original.take(by_age), kept.take(by_age)
    view = View(release(sorted_kept, sensitive=("plan",)), sorted_original)
    assert not row_order(view, sorted_original).refused


def test_interval_bounds():
    rng = np.random.default_rng(1)
    pay = np.unique(rng.integers(10_000, 90_000, 900))
    original = Table({"pay": pay})

    def published(cuts):
        edges = [-np.inf, *cuts, np.inf]
        place = np.searchsorted(cuts, pay, side="right")
        return text(*(f"[{edges[p]}, {edges[p + 1]})".replace("[-inf, ", "<").replace(", inf)", "") for p in place))

    def refused(cuts):
        cells = published(cuts)
        fixed = text(*(c[:-1] if c[0] == "<" else (">=" + c[1:] if "," not in c else c) for c in cells))
        one = release(Table({"pay": fixed}), quasi=("pay",))
        return interval_bounds(View(one, original), original, k=5, level=0.001).refused

    assert refused(pay[100:800:100].tolist())
    assert not refused([20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000])
    assert not refused([12_345, 23_456, 34_567, 45_678, 56_789, 67_891])


def test_the_tail_of_unequal_trials():
    p = [0.1, 0.5, 0.7]
    for hits in range(4):
        plain = sum(
            np.prod([q if bit else 1 - q for q, bit in zip(p, bits, strict=True)])
            for bits in itertools.product([0, 1], repeat=3)
            if sum(bits) >= hits
        )
        assert _tail(np.array(p), hits) == pytest.approx(plain)


def people(rows=40):
    ages = [20 + row for row in range(rows)]
    return table(age=ages, ill=[("flu", "gout", "ulcer", "cold")[row % 4] for row in range(rows)])


def by_cut(original, *cuts):
    edges = [f"<{cuts[0]}", *(f"[{a}, {b})" for a, b in itertools.pairwise(cuts)), f">={cuts[-1]}"]
    labels = text(*(edges[int(np.searchsorted(cuts, age, side="right"))] for age in original.columns["age"].tolist()))
    return release(Table({"age": labels, "ill": original.columns["ill"]}), sensitive=("ill",))


def test_two_releases_with_other_cuts():
    original = people()
    same, difference = intersection(original, by_cut(original, 40), by_cut(original, 40), Promise(10, l=2))
    assert not same.refused
    assert not difference.refused
    coarser, _ = intersection(original, by_cut(original, 40), by_cut(original, 30, 40, 50), Promise(10, l=2))
    assert not coarser.refused
    # 20 … 59 in tens, then moved by two years: the first class had 20 … 29; 30 and 31 join them.
    pay = Table({**original.columns, "ill": text(*(f"{number}" for number in range(40)))})
    moved, _ = intersection(pay, by_cut(pay, 32, 42, 52), by_cut(pay, 30, 40, 50), Promise(10))
    assert moved.refused
    assert "fewest 2" in moved.detail


def test_one_person_more():
    original = people()
    fewer = original.take(np.arange(1, 40))
    now, then = by_cut(original, 40), by_cut(fewer, 40)
    found, difference = intersection(original, now, then, Promise(5))
    assert difference.refused
    assert not found.refused
    _, difference = intersection(fewer, then, now, Promise(5))
    assert difference.refused
    _, difference = intersection(original, now, by_cut(original.take(np.arange(10, 40)), 40), Promise(5))
    assert not difference.refused  # ten people came
