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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wuming.accounting.events import EpsilonDelta, Event
from wuming.core.canonical import digest
from wuming.core.errors import QueryRefused
from wuming.core.ports import Price, PricedBudget, Reservation
from wuming.crypto.random import SecureStream, new_key
from wuming.mechanisms.exact import pure_event, rational_epsilon
from wuming.mechanisms.noisy_max import top_k
from wuming.mechanisms.smooth_sensitivity import smooth_median
from wuming.mechanisms.sparse_vector import AboveThreshold
from wuming.statistics.above import MOST_QUESTIONS, FirstAbove, check_counts, sensitivity_of
from wuming.statistics.answer import Answer, Cost, Estimate, ExpectedError, Quote, Row
from wuming.statistics.bins import contract_with_bins, source_with_bins
from wuming.statistics.budget import PureBudget
from wuming.statistics.checks import check_key, check_query
from wuming.statistics.contingency import Contingency, contingency_of
from wuming.statistics.contract import Contract
from wuming.statistics.drawing import draw
from wuming.statistics.exact import Exact, Share, cells_of, compute, public_groups
from wuming.statistics.figures import estimates, expected_error
from wuming.statistics.noise_plan import CELLS, Noise, NoisePlan, Tally, make_noise_plan
from wuming.statistics.presenting import presented
from wuming.statistics.query import Aggregate, Bins, Query, Scalar
from wuming.statistics.source import Source, open_source
from wuming.statistics.sql import parse_sql
from wuming.statistics.tails import Spread

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
        planned = self._planned(question, epsilon, delta, noise)
        query, plan = planned.query, planned.plan
        price = self.budget.price(plan.event)
        groups = public_groups(query, planned.contract)
        return Quote(
            cost=_cost(plan, price),
            errors=tuple(expected_error(aggregate, plan, planned.contract) for aggregate in query.aggregates),
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
        return self._drawn(self._planned(question, epsilon, delta, noise))

    def histogram(
        self, column: str, *, edges: Sequence[float], epsilon: float, delta: float = 0.0, noise: Noise = "laplace"
    ) -> Answer:
        """Draw the number of rows in each bin of a column of numbers; see `wuming.statistics.bins`.

        In SQL: `SELECT BIN(c, low, high, n), COUNT(*) FROM t GROUP BY BIN(c, low, high, n)`, for bins of one width.

        Args:
            column: of numbers.
            edges: public, growing, at least two; bins are half-open, the last one closed.
            epsilon, delta, noise: see `ask`.

        Returns:
            One row for each bin in order, with the figure `count`; the key is called `bin_COLUMN`.

        Raises: as `ask`.
        """
        name = f"bin_{column}"
        query = Query((Aggregate("count", None, "count"),), (name,), bins=(Bins(name, column, tuple(edges)),))
        return self.ask(query, epsilon=epsilon, delta=delta, noise=noise)

    def contingency(
        self, columns: Sequence[str], *, epsilon: float, delta: float = 0.0, noise: Noise = "laplace"
    ) -> Contingency:
        """Draw the number of rows of every combination of public keys, with sums that agree with the cells.

        Args:
            columns: with public keys.
            epsilon, delta, noise: see `ask`.

        Raises:
            QueryRefused: as `ask`, and for a column without public keys: then not all combinations are known.
            PrivacyParameterError, BudgetExceeded: as `ask`.
        """
        query = Query((Aggregate("count", None, "count"),), tuple(columns))
        planned = self._planned(query, epsilon, delta, noise)
        if not query.keys or planned.plan.rule is not None:
            raise QueryRefused(
                "a contingency table needs columns with public keys", help="List their values: --keys COLUMN=@FILE."
            )
        ((tally, *_),) = planned.plan.tallies
        return contingency_of(self._drawn(planned), Spread(noise, planned.plan.scale(tally)))

    def above(self, threshold: int, questions: Sequence[Query | str], *, epsilon: float) -> FirstAbove:
        """Draw which of many counts is the first above a line; charged ε whole and once, however many were below.

        Questions are asked in order, and none after the first that is above; the counts themselves are never told.

        Args:
            threshold: public whole number, up to 2⁶² from 0.
            questions: counts, as SQL or `Query`: COUNT(*), COUNT(c) or COUNT(DISTINCT c), with WHERE and nothing else.
            epsilon: of the whole.

        Raises:
            QueryRefused: a question that is no plain count, or cannot be answered privately.
            PrivacyParameterError: a threshold or an ε out of range.
            BudgetExceeded: the budget cannot bear it.
        """
        if isinstance(questions, str) or not 1 <= len(questions) <= MOST_QUESTIONS:
            raise QueryRefused(f"there is no list of 1 to {MOST_QUESTIONS} questions", help="Ask for a list of counts.")
        planned = [self._planned(question, epsilon, 0.0, "laplace") for question in questions]
        check_counts([one.query for one in planned])
        line = AboveThreshold(
            _stream(),
            threshold=threshold,
            sensitivity=sensitivity_of([one.query for one in planned], self.contract),
            epsilon=epsilon,
            monotonic=True,
        )
        price = self.budget.price(line.event)
        reservation = self.budget.reserve(line.event, schedule=_schedule(line.event))
        found = None
        for place, one in enumerate(planned):
            exact = self._computed(one, reservation)
            if place == 0:  # from here on something is drawn; what fails later comes too late to give anything back
                reservation.commit()
            ((tally, *_),) = one.plan.tallies
            if line.above(int(exact.tallies[tally][0, 0])):
                found = place
                break
        return FirstAbove(found, Cost(epsilon, 0.0, "laplace", price.after - price.before))

    def median(self, column: str, *, epsilon: float) -> Answer:
        """Draw the median of a column by its smooth sensitivity: little noise where many values are close to it.

        For tables of one row a subject. δ is 0. Values are put on a grid of 2²⁰ cells between the bounds. How much
        noise there was depends on the data, so no error can be stated.

        Args:
            column: of numbers, with bounds.
            epsilon: of the answer.

        Returns:
            One row with the figure `median_COLUMN`; the lower bound where there is no value.

        Raises:
            QueryRefused: as `ask`, and where more than one row of a subject counts.
            PrivacyParameterError: an ε out of range.
            BudgetExceeded: the budget cannot bear it.
        """
        if self.contract.max_rows != 1:
            raise QueryRefused(
                f"the smooth median bears one row of a subject, and max_rows={self.contract.max_rows} count",
                help="Set max_rows to 1, or ask MEDIAN(column), which bears more.",
            )
        name = f"median_{column}"
        planned = self._planned(Query((Aggregate("quantile", column, name, 0.5),)), epsilon, 0.0, "laplace")
        event = pure_event(rational_epsilon(epsilon))
        price = self.budget.price(event)
        reservation = self.budget.reserve(event, schedule=_schedule(event))
        with _given_back(reservation):
            cells = cells_of(planned.source, planned.contract, column, self._share)
        place, _ = smooth_median(_stream(), cells, lower=0, upper=CELLS, epsilon=epsilon)
        reservation.commit()
        low, high = self.contract.bounds[column]
        value = low + (high - low) * (place / CELLS)
        return Answer(
            keys=(),
            names=(name,),
            rows=(Row((), (Estimate(value, None, None),)),),
            cost=Cost(epsilon, 0.0, "cauchy", price.after - price.before),
            errors=(ExpectedError(name, None, "depends on the data, and must not be shown"),),
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
        exact = self._computed(_Planned(query, wide, self._source, plan), reservation)
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

    def _planned(self, question: Query | str, epsilon: float, delta: float, noise: Noise) -> _Planned:
        columns = self._source.columns
        query = parse_sql(question, self.contract, columns) if isinstance(question, str) else question
        check_query(query, self.contract, columns)
        contract = contract_with_bins(query, self.contract)
        plan = make_noise_plan(query, contract, epsilon=epsilon, delta=delta, noise=noise)
        public_groups(query, contract)
        return _Planned(query, contract, source_with_bins(query, self._source), plan)

    def _drawn(self, planned: _Planned) -> Answer:
        """Reserve, compute, draw and commit."""
        query, plan, contract = planned.query, planned.plan, planned.contract
        price = self.budget.price(plan.event)
        reservation = self.budget.reserve(plan.event, schedule=_schedule(plan.event))
        exact = self._computed(planned, reservation)
        drawn = draw(exact, plan, _stream())
        reservation.commit()
        figures = [estimates(aggregate, plan, contract, drawn) for aggregate in query.aggregates]
        rows = [Row(keys, tuple(parts)) for keys, *parts in zip(drawn.groups, *figures, strict=True)]
        return Answer(
            keys=query.keys,
            names=tuple(aggregate.name for aggregate in query.aggregates),
            rows=presented(rows, query),
            cost=_cost(plan, price),
            errors=tuple(expected_error(aggregate, plan, contract) for aggregate in query.aggregates),
        )

    def _computed(self, planned: _Planned, reservation: Reservation) -> Exact:
        with _given_back(reservation):
            return compute(planned.source, planned.contract, planned.query, planned.plan, self._share)


@dataclass(frozen=True)
class _Planned:
    """A checked question, the contract and the table with its bins, and what will be drawn."""

    query: Query
    contract: Contract
    source: Source
    plan: NoisePlan


@contextmanager
def _given_back(reservation: Reservation) -> Iterator[None]:
    """Compute exact numbers within; where that fails, nothing was drawn, and the reservation is given back."""
    try:
        yield
    except BaseException:
        reservation.release()
        raise


def _cost(plan: NoisePlan, price: Price) -> Cost:
    return Cost(epsilon=plan.epsilon, delta=plan.delta, noise=plan.noise, charge=price.after - price.before)


def _schedule(event: Event) -> str:
    """Name one draw: a number that no other has, so that each is charged."""
    return digest({"event": event.as_json(), "draw": secrets.token_hex(16)})


def _stream() -> SecureStream:
    return SecureStream(new_key(), "answer")
