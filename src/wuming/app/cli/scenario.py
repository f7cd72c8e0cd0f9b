"""`wuming scenario`: ready stories on data that they generate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wuming.app.cli.run import Size
from wuming.app.display import shown_progress

if TYPE_CHECKING:
    from wuming.scenarios.monthly import Story

app = typer.Typer(help="Play a ready story on data that it generates.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Play a ready story on data that it generates."""


@app.command()
def monthly(
    size: Annotated[Size, typer.Option(help="How much is generated.")] = Size.small,
    releases: Annotated[int, typer.Option(min=1, max=4, help="Months to release; the budget bears three.")] = 4,
    seed: Annotated[
        int, typer.Option(min=0, help="Seed of generated data and of the base model; never of sampling or noise.")
    ] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder of the story (default: ./runs/monthly-SIZE-SEED).")] = None,
    public: Annotated[bool, typer.Option("--public", help="Leave un-noised figures out of the dossiers.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; progress goes to standard error.")
    ] = False,
) -> None:
    """Update one customer-service model every month under one budget.

    Three releases are admitted; before the third a person withdraws, and her records are gone from it. The fourth is
    refused by the account, and the command ends with the exit code of that refusal (40). One dossier a release, and
    one chart of the budget's life. The same command again goes on where it stopped.

    Example: wuming scenario monthly --releases 3
    """
    from wuming.scenarios.monthly import play

    folder = out or Path("runs") / f"monthly-{size.value}-{seed}"
    with shown_progress() as progress:
        story, refusal = play(folder, progress=progress, size=size.value, seed=seed, releases=releases, public=public)
    if as_json:
        print(json.dumps(story.as_json(), ensure_ascii=False, allow_nan=False), flush=True)
    else:
        _show(story)
    if refusal is not None:
        raise refusal


@app.command()
def finance(
    size: Annotated[Size, typer.Option(help="How much is generated.")] = Size.small,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the generated data; never of noise.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder of the story (default: ./runs/finance-SIZE-SEED).")] = None,
    public: Annotated[bool, typer.Option("--public", help="Leave un-noised figures out of the dossier.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; progress goes to standard error.")
    ] = False,
) -> None:
    """Count customers' opinions about financial products, privately.

    Messages pass consent and de-identification, opinions are read from the text that is left, and counts by product,
    week and opinion are drawn with noise, error bounds beside each, charged to one account. With a signed dossier and a
    chart by week. The same command again goes on where it stopped, and charges nothing twice.

    Example: wuming scenario finance --out finance
    """
    from wuming.app.scenario_tables import show_finance
    from wuming.scenarios.finance import play

    folder = out or Path("runs") / f"finance-{size.value}-{seed}"
    with shown_progress() as progress:
        outcome = play(folder, progress=progress, size=size.value, seed=seed, public=public)
    if as_json:
        print(json.dumps(outcome.as_json(), ensure_ascii=False, allow_nan=False), flush=True)
    else:
        show_finance(outcome)


@app.command()
def recommendation(
    epsilon: Annotated[float, typer.Option(help="Of both counts together, for one person.")] = 1.0,
    delta: Annotated[float, typer.Option(help="Of both counts together.")] = 1e-6,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="MovieLens 100k (u.data, u.item). Default: generated ratings.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Seed of generated ratings and of what is held out; never of noise.")
    ] = 0,
    out: Annotated[Path | None, typer.Option(help="Folder of the story (default: ./runs/LINEAGE-EPSILON).")] = None,
    public: Annotated[bool, typer.Option("--public", help="Leave un-noised figures out of the dossier.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; progress goes to standard error.")
    ] = False,
) -> None:
    """Recommend films from private counts, against the same without privacy.

    How many people have each film, and both of two popular ones, is counted with noise: two events, one account. A
    recommender is made of the noisy counts, and asked for films that were held out.

    Example: wuming scenario recommendation --epsilon 2 --out films
    """
    from wuming.app.scenario_tables import show_recommendation
    from wuming.scenarios.recommendation import lineage_of, play

    folder = out or Path("runs") / f"{lineage_of(data, seed)}-{epsilon:g}"
    with shown_progress() as progress:
        outcome = play(folder, progress=progress, epsilon=epsilon, delta=delta, data=data, seed=seed, public=public)
    if as_json:
        print(json.dumps(outcome.as_json(), ensure_ascii=False, allow_nan=False), flush=True)
    else:
        show_recommendation(outcome)


def _show(story: Story) -> None:
    print(f"account {story.account}; each ε for one subject, add or remove one, Poisson over subjects")
    for item in story.releases:
        print(
            f"{item.month}  released: ε ≤ {item.epsilon} with δ = {item.delta:g}; {item.records} records of "
            f"{item.subjects} people; account ε {item.charge_before:.2f} → {item.charge_after:.2f} of {item.cap:g}"
        )
        print(f"         dossier: {item.dossier}")
    if story.withdrawn is not None:
        gone = story.withdrawn
        print(
            f"withdrawn {gone['at']}: {gone['subject']} is in {', '.join(gone['in']) or 'no release'}, and not in "
            f"{', '.join(gone['not_in']) or 'any yet'} (wuming lineage {gone['subject']} --lineage {story.lineage})"
        )
        print("         What was released before stays; ε bounds what it can tell about her.")
    if story.refused is not None:
        print(f"{story.refused.month}  refused: {story.refused.why}")
    print(f"chart: {story.chart}", flush=True)
