"""`wuming query` as a person uses it: answers, quotes, charts, the account, and what is refused."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from wuming.app.cli.commands import cli
from wuming.app.statistics.chart import draw
from wuming.app.statistics.table import words
from wuming.statistics.answer import Answer, Cost, Estimate, ExpectedError, Row

pl = pytest.importorskip("polars")
SQL = "SELECT city, COUNT(*), AVG(spend) FROM t GROUP BY city"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("WUMING_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    pl.DataFrame(
        {
            "user_id": [number % 300 for number in range(1200)],
            "city": ["北京", "上海", "<b>"] * 400,
            "spend": [float(number % 100) for number in range(1200)],
        }
    ).write_parquet("orders.parquet")
    (tmp_path / "cities.csv").write_text("北京\n上海\n<b>\n", encoding="utf-8")
    return tmp_path


def run(*words_):
    return CliRunner().invoke(cli, ["query", "orders.parquet", *words_], catch_exceptions=True)


TERMS = ["--subject", "user_id", "--bounds", "spend=0:100", "--max-rows", "20", "--max-groups", "3"]
KEYS = ["--keys", "city=@cities.csv"]


def test_answer_is_charged_and_on_record(folder):
    found = run(SQL, "--epsilon", "2", *TERMS, *KEYS, "--json", "--chart", "a.svg")
    assert found.exit_code == 0, found.output
    answer = json.loads(found.output)
    assert [row["keys"]["city"] for row in answer["rows"]] == ["北京", "上海", "<b>"]
    assert answer["account"]["account"] == "orders/subject/add-or-remove-one"
    assert answer["account"]["committed"] == 1
    assert 2 <= answer["account"]["spent_epsilon"] < 2.2
    assert answer["cost"]["epsilon"] == 2
    assert answer["cost"]["sampler"] == "none"
    picture = ElementTree.fromstring((folder / "a.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own
    assert "北京" in "".join(picture.itertext())
    from wuming.governance.ledger import Ledger

    entries = [entry.body for entry in Ledger().entries() if entry.kind == "evidence"]
    assert [entry["kind"] for entry in entries] == ["query"]
    assert entries[0]["claims"]["figures"] == ["count", "avg_spend"]
    again = run(SQL, "--epsilon", "2", *TERMS, *KEYS)
    assert "±" in again.output
    assert "charge epsilon 4" in again.output


def test_quote_charges_nothing_and_opens_nothing(folder):
    found = run(SQL, "--epsilon", "1", *TERMS, *KEYS, "--quote", "--json")
    assert json.loads(found.output)["fits"] is True
    from wuming.governance.accounts import Accounts
    from wuming.governance.ledger import Ledger

    assert Accounts(Ledger()).all() == []
    assert "3 groups, public" in run(SQL, "--epsilon", "1", *TERMS, *KEYS, "--quote").output


def test_private_keys_take_a_delta(folder):
    refused = run(SQL, "--epsilon", "2", *TERMS)
    assert refused.exception is not None
    found = run(SQL, "--epsilon", "5", "--delta", "1e-7", *TERMS, "--json", "--lineage", "shop")
    answer = json.loads(found.output)
    assert answer["account"]["account"] == "shop/subject/add-or-remove-one"
    assert len(answer["rows"]) == 3


@pytest.mark.parametrize(
    "words_",
    [
        ["SELECT MAX(spend) FROM t", "--epsilon", "1", *TERMS],
        [SQL, "--epsilon", "0", *TERMS, *KEYS],
        [SQL, "--epsilon", "nan", *TERMS, *KEYS],
        [SQL, "--epsilon", "1"],
        [SQL, "--epsilon", "1", *TERMS, "--bounds", "spend"],
        [SQL, "--epsilon", "1", *TERMS, *KEYS, "--bounds", "spend=0:5"],
        [SQL, "--epsilon", "1", *TERMS, *KEYS, *KEYS],
        [SQL, *TERMS, *KEYS],
        [SQL, "--epsilon", "1", *TERMS, *KEYS, "--chart", "a.png"],
        [SQL, "--epsilon", "100", *TERMS, *KEYS],
        ["SELECT COUNT(*) FROM t", "--epsilon", "1", "--subject", "nobody", "--max-rows", "3"],
    ],
)
def test_refusals_charge_nothing(folder, words_):
    found = run(*words_)
    assert found.exit_code != 0
    from wuming.governance.accounts import Accounts
    from wuming.governance.ledger import Ledger

    assert all(status.spent_epsilon == 0 for status in Accounts(Ledger()).all())


def test_a_contract_may_hold_the_price(folder):
    (folder / "orders.yaml").write_text(
        "subject: user_id\nmax_rows: 20\nmax_groups: 3\nbounds: {spend: [0, 100]}\n"
        "keys: {city: {file: cities.csv}}\nepsilon: 0.5\n",
        encoding="utf-8",
    )
    assert json.loads(run(SQL, "--contract", "orders.yaml", "--json").output)["cost"]["epsilon"] == 0.5
    assert json.loads(run(SQL, "--contract", "orders.yaml", "--epsilon", "1", "--json").output)["cost"]["epsilon"] == 1
    assert run(SQL, "--contract", "orders.yaml", "--max-groups", "2").exit_code != 0


def test_words_of_a_figure():
    assert words(Estimate(12, 10, 14)) == "12 ± 2"
    assert words(Estimate(1.5, 1.0, 3.0)) == "1.5 (1 to 3)"
    assert words(Estimate(None, 0.0, 9.0)) == "too few rows to say"
    assert words(Estimate(5.0, None, None)) == "5"


def test_chart_escapes_and_survives_odd_figures():
    rows = (Row(("<&>" * 20,), (Estimate(-5.0, -9.0, -1.0),)), Row(("b",), (Estimate(None, 0.0, 1.0),)))
    rows += tuple(Row((str(n),), (Estimate(n, n - 1.0, n + 1.0),)) for n in range(80))
    answer = Answer(("k",), ("n",), rows, Cost(1.0, 0.0, "laplace", 1.0), (ExpectedError("n", 1.0, "x"),))
    text = draw(answer, "n")
    assert draw(answer, "n") == text
    assert "22 groups more" in "".join(ElementTree.fromstring(text).itertext())  # noqa: S314 - our own


def budget(*words_):
    return CliRunner().invoke(cli, ["budget", "show", *words_], catch_exceptions=True)


def test_every_answer_stands_in_its_account(folder):
    for _ in range(2):
        assert (
            run('SELECT city, COUNT(*) AS "<i>" FROM t GROUP BY city', "--epsilon", "1", *TERMS, *KEYS).exit_code == 0
        )
    assert run(SQL, "--epsilon", "2", "--delta", "1e-7", *TERMS, "--noise", "gaussian").exit_code == 0
    name = "orders/subject/add-or-remove-one"
    found = json.loads(budget(name, "--json", "--page", "account.html").output)
    (status,), answers = found["accounts"], found["answers"]
    assert status["failure_delta"] == 5e-7
    assert 0 < status["spent_failure_delta"] <= 1e-7
    assert [item["claims"]["cost"]["epsilon"] for item in answers] == [1, 1, 2]
    assert answers[2]["claims"]["contract"]["bounds"] == {"spend": [0, 100]}
    assert answers[2]["claims"]["account"] == {
        "id": name,
        "cap_epsilon": 8,
        "spent_epsilon": status["spent_epsilon"],
        "delta": 1e-6,
    }
    page = (folder / "account.html").read_text(encoding="utf-8")
    assert page.count("2 rows") == page.count("<script") == page.count("<i>") == 0
    assert page.count("&lt;i&gt;") == 4  # two answers, in two languages
    assert "Answers on record: 3; their ε and δ add up to ε = 4" in page
    words_ = budget(name).output
    assert "3 on record; the other committed events (0)" in words_
    assert "of 5e-07, which is set aside" in words_
    assert words_.count("unit subject, add-or-remove-one, laplace noise") == 2
    assert budget("--page", "x.html").exit_code != 0
    assert "no such folder" in str(budget(name, "--page", "nowhere/x.html").exception)


def test_what_left_no_record_is_said(folder):
    from wuming.accounting.accountant import approximate_rdp
    from wuming.accounting.events import EpsilonDelta
    from wuming.governance.accounts import Accounts
    from wuming.governance.ledger import Ledger

    accounts = Accounts(Ledger())
    account = accounts.open("shop", "subject", "add-or-remove-one", 5, 1e-6)
    charged = accounts.budget(account, lambda event: (event.as_json(), *approximate_rdp(event)))
    charged.reserve(EpsilonDelta(1.0), schedule="sha256:" + "1" * 64).commit()
    assert "0 on record; the other committed events (1)" in budget(account).output
    (event,) = json.loads(budget(account, "--json", "--page", "shop.html").output)["events"]
    assert (event["event"]["kind"], event["state"]) == ("epsilon-delta", "committed")
    assert "<td>epsilon-delta</td><td>happened</td>" in (folder / "shop.html").read_text(encoding="utf-8")
    assert "failures" not in budget(account).output


def test_tables_of_databases_and_json_lines_have_accounts_of_their_own(folder):
    import sqlite3

    frame = pl.read_parquet("orders.parquet")
    with sqlite3.connect("shop.db") as connection:
        connection.execute("CREATE TABLE orders (user_id INTEGER, city TEXT, spend REAL)")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", frame.rows())
    connection.close()
    frame.write_ndjson("orders.jsonl")
    histogram = "SELECT BIN(spend, 0, 100, 4) AS band, COUNT(*) FROM t GROUP BY band"
    for table, name in (("sqlite:///shop.db?table=orders", "shop-orders"), ("orders.jsonl", "orders")):
        done = CliRunner().invoke(
            cli, ["query", table, histogram, "--epsilon", "5", *TERMS, "--json", "--chart", "bars.svg"]
        )
        assert done.exit_code == 0, done.output
        answer = json.loads(done.output)
        assert answer["account"]["account"] == f"{name}/subject/add-or-remove-one"
        assert [row["keys"]["band"] for row in answer["rows"]] == ["[0, 25)", "[25, 50)", "[50, 75)", "[75, 100]"]
        assert "[75, 100]" in (folder / "bars.svg").read_text(encoding="utf-8")
    (item,) = json.loads(budget("shop-orders/subject/add-or-remove-one", "--json").output)["answers"]
    assert len(item["inputs"]) == 1
    refused = CliRunner().invoke(cli, ["query", "sqlite:///shop.db", histogram, "--epsilon", "5", *TERMS])
    assert "names one table" in str(refused.exception)
