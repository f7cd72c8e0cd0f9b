"""Tables of PostgreSQL: against a plain SELECT on a server of the test's own. Needs psycopg, initdb and postgres."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from datetime import date, datetime
from pathlib import Path

import pytest

from wuming.core.errors import MalformedRecord, QueryRefused
from wuming.statistics import Contract, MemoryBudget, Session
from wuming.statistics.source import collected, open_source

pl = pytest.importorskip("polars")
psycopg = pytest.importorskip("psycopg")

CONTRACT = Contract("person", max_rows=50, max_groups=9, bounds={"spend": (0, 10)}, keys={"city": ("a", "b")})
SCHEMA = """
CREATE SCHEMA sales;
CREATE TABLE sales.orders (person bigint, city varchar(9), spend numeric, weight real, member boolean, day date,
    moment timestamp, zoned timestamptz, code uuid, tags text[], "a ""b%s" integer);
CREATE TABLE orders (LIKE sales.orders);
INSERT INTO orders VALUES
    (1, 'a', 1.5, 'Infinity', true, '2026-01-31', '2026-01-31 10:00:00.5', '2026-01-31 23:30:00-02', NULL, '{x}', 1),
    (2, 'b', 'NaN', 'NaN', false, 'infinity', '-infinity', 'infinity', NULL, NULL, NULL),
    (NULL, NULL, 1e400, 2, NULL, '10000-01-01', '0044-03-15 BC', NULL, '00000000-0000-0000-0000-000000000001', NULL, 3);
CREATE VIEW few AS SELECT person, city, spend FROM orders;
"""


def _binary(name):
    found = shutil.which(name)
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(places[-1]) if places else None)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    initdb, postgres = _binary("initdb"), _binary("postgres")
    owner = {}
    folder = tmp_path_factory.mktemp("pg")
    if os.getuid() == 0:  # a server does not run as root
        try:
            entry = pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("nobody can run a server")
        owner = {"user": entry.pw_uid, "group": entry.pw_gid}
        for place in (folder, *folder.parents[:2]):
            place.chmod(0o755)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    if not (initdb and postgres):
        pytest.skip("no server is installed")
    options = {"check": True, "capture_output": True, "cwd": "/", **owner}
    subprocess.run([initdb, "-D", folder / "data", "-U", "me", "--auth=trust", "-E", "UTF8", "--no-sync"], **options)
    arguments = [postgres, "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
    running = subprocess.Popen(arguments, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **owner)
    url = f"postgresql://me@/postgres?host={folder}"
    try:
        for _ in range(100):
            try:
                with psycopg.connect(url) as connection:
                    connection.execute(SCHEMA)
                break
            except psycopg.OperationalError:
                time.sleep(0.1)
        yield url
    finally:
        running.terminate()
        running.wait(20)


def test_types_are_those_of_the_schema_and_odd_cells_are_missing(server):
    source = open_source(f"{server}&table=orders", CONTRACT)
    assert dict(source.columns) == {
        "person": "integer",
        "city": "text",
        "spend": "real",
        "weight": "real",
        "member": "boolean",
        "day": "date",
        "moment": "date",
        "zoned": "date",
        "code": "text",
        'a "b%s': "integer",
    }
    rows = collected(source.frame).to_dict(as_series=False)
    assert rows["person"] == [1, 2, None]
    assert rows["city"] == ["a", "b", None]
    assert rows["spend"] == [1.5, None, None]
    assert str(rows["weight"]) == "[inf, nan, 2.0]"
    assert rows["member"] == [True, False, None]
    assert rows["day"] == [date(2026, 1, 31), None, None]
    assert rows["moment"] == [datetime(2026, 1, 31, 10, 0, 0, 500_000), None, None]
    assert rows["zoned"] == [datetime(2026, 2, 1, 1, 30), None, None]
    assert rows["code"] == [None, None, "00000000-0000-0000-0000-000000000001"]
    assert rows['a "b%s'] == [1, None, 3]


def test_answers_come_from_tables_views_and_schemas(server):
    with psycopg.connect(server) as connection:
        connection.execute(
            "INSERT INTO sales.orders (person, city, spend) "
            "SELECT n % 500, 'a', n % 10 FROM generate_series(1, 200000) n"
        )
    found = Session(f"{server}&table=sales.orders", CONTRACT, MemoryBudget(90, 1e-6)).ask(
        "SELECT city, COUNT(*), AVG(spend) FROM t GROUP BY city", epsilon=80
    )
    assert abs(found.rows[0].figures[0].value - 500 * 50) < 50  # 50 of 400 rows of each
    assert abs(found.rows[0].figures[1].value - 4.5) < 0.2
    assert open_source(f"{server}&table=few", CONTRACT).columns["spend"] == "real"


def test_nothing_can_be_written_and_what_is_not_there_is_named(server, monkeypatch):
    for name in ("nothing", "pg_class", 'orders"; DROP TABLE orders; --', "information_schema.tables"):
        with pytest.raises(QueryRefused):
            open_source(f"{server}&table={name}", CONTRACT)
    from wuming.statistics import postgresql_tables

    with pytest.raises(MalformedRecord, match="ReadOnlySqlTransaction"), postgresql_tables._transaction(server) as one:
        one.execute("DROP TABLE orders")
    monkeypatch.setattr(postgresql_tables, "_CELLS", {**postgresql_tables._CELLS, "integer": "1 / ({0} - 1)"})
    broken = open_source(f"{server}&table=orders", CONTRACT)
    with pytest.raises(MalformedRecord) as refusal:
        collected(broken.frame)
    assert "zero" not in str(refusal.value)
    with pytest.raises(MalformedRecord, match="cannot be read") as refusal:
        open_source("postgresql://me:hunter2@localhost:1/shop?table=orders", CONTRACT)
    assert "hunter2" not in str(refusal.value)
