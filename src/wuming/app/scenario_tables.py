"""What the scenarios of statistics found, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table

from wuming.app.statistics.table import number, words
from wuming.statistics.answer import Estimate

if TYPE_CHECKING:
    from wuming.scenarios import finance, recommendation

_RECOMMENDERS = {
    "private": "from private counts",
    "private_cosine": "from private counts, shrunk cosines",
    "private_popularity": "private popularity alone",
    "without_privacy_popularity": "popularity alone, without privacy",
    "without_privacy_short_list": "the same on the short list, without privacy",
    "without_privacy": "the same on all items, without privacy",
}


def show_finance(outcome: finance.Outcome) -> None:
    """Print the answers, what they cost, and how good they are."""
    console = Console()
    for table in opinion_tables(outcome.answers):
        console.print(table)
    for name, answer in outcome.answers.items():
        cost = answer["cost"]
        print(
            f"{name}: ε = {cost['epsilon']:g}, δ = {cost['delta']:g}; unit {cost['unit']}, {cost['relation']}, "
            f"{cost['noise']} noise, no sampling"
        )
    account, checked, found = outcome.account, outcome.checked, outcome.collected
    print(
        f"account {account['account']}: charge ε {account['spent_epsilon']:.3g} of {account['cap_epsilon']:g}, "
        f"δ {account['delta']:g}, {account['committed']} answers"
    )
    for turn in checked["turns"]:
        shown = "the counts show it, as its largest jump" if turn["shown"] else "not its largest jump in the counts"
        print(f"what happened: {turn['product']}, week of {turn['week']}, {turn['what']}: {shown}")
    print(
        f"internal: {found['admitted']['records']:,} of {found['collected']['records']:,} messages may be used; "
        f"{outcome.deidentified['replaced']:,} pieces of personal data replaced; {outcome.accuracy:.1%} of opinions "
        f"read right; a count of {checked['mean_count']:.0f} is off by {checked['mean_error_to_table']:.1f} on average "
        f"(noise and limits), by {checked['mean_error_to_truth']:.1f} with misreadings"
    )
    print(f"chart: {outcome.chart}")
    print(f"dossier: {outcome.dossier}", flush=True)


def opinion_tables(answers: Mapping[str, Any]) -> Iterator[Table]:
    """Return a table of messages by product, opinion and week, and one of customers by product and opinion.

    Args:
        answers: of the finance scenario, as JSON.
    """
    weekly = answers["opinions"]
    cells = {
        tuple(row["keys"][name] for name in ("product", "opinion", "week")): row["figures"]["messages"]
        for row in weekly["rows"]
    }
    weeks = sorted({week for *_, week in cells})
    half = number(weekly["errors"][0]["half_width"])
    table = Table(
        title=f"messages by week, each ± {half} (95%)", box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True
    )
    for name in ("product", "opinion"):
        table.add_column(name, no_wrap=True)
    for week in weeks:
        table.add_column(week[5:], justify="right", no_wrap=True)
    groups = list(dict.fromkeys(key[:2] for key in cells))
    for place, (product, opinion) in enumerate(groups):
        last = place + 1 == len(groups) or groups[place + 1][0] != product
        figures = [number(cells[product, opinion, week]["value"]) for week in weeks]
        table.add_row(product, opinion, *figures, end_section=last)
    yield table
    customers = Table("product", "opinion", "customers", box=box.SIMPLE_HEAD, pad_edge=False)
    for row in answers["customers"]["rows"]:
        figure = Estimate(**row["figures"]["customers"])
        customers.add_row(row["keys"]["product"], row["keys"]["opinion"], words(figure))
    yield customers


def show_recommendation(outcome: recommendation.Outcome) -> None:
    """Print how good each recommender is, and what the counts cost."""
    table = Table("recommender", "hit rate at 10", "NDCG at 10", box=box.SIMPLE_HEAD, pad_edge=False)
    for name, words_ in _RECOMMENDERS.items():
        found = outcome.quality[name]
        table.add_row(words_, f"{found['hit_rate']:.3f}", f"{found['ndcg']:.3f}")
    Console().print(table)
    people, account, limits = outcome.quality["private"]["people"], outcome.account, outcome.limits
    print(f"internal: leave-one-out over {people:,} people, one item each, ranked among all that they do not have")
    print(
        f"both counts together: ε = {outcome.epsilon:g}, δ = {outcome.delta:g}; unit subject, add-or-remove-one, "
        "gaussian noise, no sampling"
    )
    print(
        f"at most {limits['popular_items']} items of a person count in the first, {limits['paired_items']} in the "
        f"pairs of {limits['short_list']} items; noise of a number: σ = {outcome.noise['popularity']:.1f} and "
        f"{outcome.noise['pairs']:.1f}"
    )
    print(
        f"account {account['account']}: charge ε {account['spent_epsilon']:.3g} of {account['cap_epsilon']:g}, "
        f"δ {account['delta']:g}, {account['committed']} events"
    )
    print(f"dossier: {outcome.dossier}", flush=True)
