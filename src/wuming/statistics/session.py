"""A session: questions about one private table, each priced before it is drawn, all charged to one budget.

    from wuming.statistics import Contract, MemoryBudget, Session

    contract = Contract("user_id", max_rows=20, max_groups=3, bounds={"spend": (0, 5000)}, keys={"city": cities})
    session = Session("orders.parquet", contract, MemoryBudget(epsilon=3, delta=1e-6))
    answer = session.ask("SELECT city, COUNT(*), AVG(spend) FROM orders GROUP BY city", epsilon=1)

**What is promised.** All answers together keep the budget's (ε, δ), for the unit subject and the relation
add-or-remove-one, whatever is asked after seeing earlier answers. max_rows and max_groups of one subject count in
*each* answer, and each answer's event says so.

**Adversary.** Chooses every question after seeing all answers, and knows everyone's rows but one subject's. Not
covered: who reads the memory of this process, or times it finely; and a file that cannot be read, which says so.

**Order.** Everything that can be wrong with a question is found without looking at a row. Then its event is reserved,
the exact numbers are computed, noise is drawn, and the reservation is committed. Where computing fails, nothing was
drawn and the reservation is given back; where the process dies, it stays spent. Every answer is charged once, also the
same question asked again: new noise on the same numbers is a new answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wuming.accounting.events import EpsilonDelta, Event
from wuming.core.canonical import digest
from wuming.core.errors import QueryRefused
from wuming.core.ports import PricedBudget, Reservation
from wuming.crypto.random import SecureStream, new_key
from wuming.mechanisms.noisy_max import top_k
from wuming.statistics.answer import Answer, Cost, Quote, Row
from wuming.statistics.budget import PureBudget
from wuming.statistics.checks import check_key, check_query
from wuming.statistics.contract import Contract
from wuming.statistics.drawing import draw
from wuming.statistics.exact import Exact, Share, compute, public_groups
from wuming.statistics.figures import estimates, expected_error
from wuming.statistics.noise_plan import Noise, NoisePlan, Tally, make_noise_plan
from wuming.statistics.presenting import presented
from wuming.statistics.query import Aggregate, Query, Scalar
from wuming.statistics.source import Source, open_source
from wuming.statistics.sql import parse_sql

if TYPE_CHECKING:
    import polars


class Session:
    """Questions about one private table.

    Args:
        rows: Polars frame, path of a Parquet, CSV or JSON lines file, URL of a table (`sqlite:///FILE?table=NAME`), or
            a source that is open.
        contract: what is public about it, and how much one subject counts.
        budget: what everything together may cost.

    Raises:
        MissingFile, MalformedRecord, QueryRefused: see `open_source`.
        MissingExtra: without the extra `statistics`.
    """

    def __init__(
        self,
        rows: polars.DataFrame | polars.LazyFrame | Path | str | Source,
        contract: Contract,
        budget: PricedBudget,
        *,
        _share: Share | None = None,
    ) -> None:
        self._source = rows if isinstance(rows, Source) else open_source(rows, contract)
        self.contract = contract.for_columns(self._source.columns)
        self.budget = budget
        self._share = _share

    def quote(self, question: Query | str, *, epsilon: float, delta: float = 0.0, noise: Noise = "laplace") -> Quote:
        """Say what a question costs and how far off its answer will be; nothing is drawn and nothing charged.

        Args, Raises: see `ask`; a budget that cannot bear it is no error here.
        """
        query, plan = self._planned(question, epsilon, delta, noise)
        price = self.budget.price(plan.event)
        groups = public_groups(query, self.contract)
        return Quote(
            cost=self._cost(plan, price.after - price.before),
            errors=tuple(expected_error(aggregate, plan, self.contract) for aggregate in query.aggregates),
            groups=None if groups is None else len(groups),
            threshold=plan.rule.threshold if plan.rule else None,
            fits=price.fits,
        )

    def ask(self, question: Query | str, *, epsilon: float, delta: float = 0.0, noise: Noise = "laplace") -> Answer:
        """Draw an answer, and charge it.

        Args:
            question: SQL (see `wuming.statistics.sql`) or a `Query`.
            epsilon: of the whole answer; divided evenly among the noisy numbers that it needs.
            delta: of the whole answer; needed for Gaussian noise, and for keys without a public list.
            noise: `laplace` or `gaussian`.

        Raises:
            QueryRefused: a question that cannot be answered privately, or not as asked; nothing was drawn or charged.
            PrivacyParameterError: ε or δ out of range, or missing where it is needed.
            BudgetExceeded: the budget cannot bear it; that depends on earlier questions alone, never on the data.
        """
        query, plan = self._planned(question, epsilon, delta, noise)
        price = self.budget.price(plan.event)
        reservation = self.budget.reserve(plan.event, schedule=_schedule(plan.event))
        exact = self._computed(query, plan, reservation)
        drawn = draw(exact, plan, _stream())
        reservation.commit()
        figures = [estimates(aggregate, plan, self.contract, drawn) for aggregate in query.aggregates]
        rows = [Row(keys, tuple(parts)) for keys, *parts in zip(drawn.groups, *figures, strict=True)]
        return Answer(
            keys=query.keys,
            names=tuple(aggregate.name for aggregate in query.aggregates),
            rows=presented(rows, query),
            cost=self._cost(plan, price.after - price.before),
            errors=tuple(expected_error(aggregate, plan, self.contract) for aggregate in query.aggregates),
        )

    def top(self, column: str, k: int, *, epsilon: float) -> tuple[Scalar, ...]:
        """Draw the k values of a column that most subjects have, best first; charged ε whole.

        A subject counts once for each of its values, however many they are within `max_rows`: a selection is private by
        how much one score changes, so `max_groups` takes nothing away here.

        Args:
            column: with public keys.
            k: from 1 to the number of keys.
            epsilon: of the whole selection.

        Raises:
            QueryRefused: a column without public keys, or k out of range.
        """
        keys = self.contract.keys.get(column)
        if keys is None:
            raise QueryRefused(f"column {column!r} has no public keys", help="List its values: --keys COLUMN=@FILE.")
        if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= min(len(keys), 1024):
            raise QueryRefused(f"k={k!r} is not from 1 to {min(len(keys), 1024)}", help="Ask for fewer.")
        query = Query((Aggregate("distinct", self.contract.subject, "subjects"),), (column,))
        wide = replace(self.contract, max_groups=len(keys))
        check_query(query, wide, self._source.columns)
        plan = make_noise_plan(query, wide, epsilon=epsilon, delta=0.0, noise="laplace")
        event = EpsilonDelta(epsilon)
        reservation = self.budget.reserve(event, schedule=_schedule(event))
        exact = self._computed(query, plan, reservation, wide)
        scores = exact.tallies[Tally("subjects")][:, 0]
        winners, _ = top_k(_stream(), scores, k=k, sensitivity=1, epsilon=epsilon, monotonic=True)
        reservation.commit()
        return tuple(keys[place] for place in winners)

    def divide(self, column: str, *, epsilon: float) -> Mapping[Scalar, Session]:
        """Divide the table by a column, and return a session for each key: parallel composition.

        A subject is in at most `max_groups` parts, always the same; so ε in every part costs max_groups · ε in all,
        which is charged now. Interactive pure mechanisms compose like any others, also when asked side by side (Vadhan
        & Wang, "Concurrent composition of differential privacy", 2021).

        Args:
            column: with public keys.
            epsilon: of each part.

        Raises:
            QueryRefused: a column without public keys, or a part that is divided again.
            BudgetExceeded: the budget cannot bear it.
        """
        keys = self.contract.keys.get(column)
        if keys is None or self._share is not None:
            raise QueryRefused(
                f"column {column!r} cannot divide this table",
                help="Divide the whole table by a column with public keys.",
            )
        check_key(column, self.contract, self._source.columns)
        event = EpsilonDelta(epsilon * min(self.contract.max_groups, len(keys)))
        self.budget.reserve(event, schedule=_schedule(event)).commit()
        seed = int(_stream().uint64(1)[0])
        return {
            key: Session(self._source, self.contract, PureBudget(epsilon), _share=Share(column, key, seed))
            for key in keys
        }

    def _planned(self, question: Query | str, epsilon: float, delta: float, noise: Noise) -> tuple[Query, NoisePlan]:
        columns = self._source.columns
        query = parse_sql(question, self.contract, columns) if isinstance(question, str) else question
        check_query(query, self.contract, columns)
        plan = make_noise_plan(query, self.contract, epsilon=epsilon, delta=delta, noise=noise)
        public_groups(query, self.contract)
        return query, plan

    def _computed(
        self, query: Query, plan: NoisePlan, reservation: Reservation, contract: Contract | None = None
    ) -> Exact:
        """Return the exact numbers; where that fails, nothing was drawn, and the reservation is given back."""
        try:
            return compute(self._source, contract or self.contract, query, plan, self._share)
        except BaseException:
            reservation.release()
            raise

    def _cost(self, plan: NoisePlan, charge: float) -> Cost:
        return Cost(epsilon=plan.epsilon, delta=plan.delta, noise=plan.noise, charge=charge)


def _schedule(event: Event) -> str:
    """Name one draw: a number that no other has, so that each is charged."""
    return digest({"event": event.as_json(), "draw": secrets.token_hex(16)})


def _stream() -> SecureStream:
    return SecureStream(new_key(), "answer")
