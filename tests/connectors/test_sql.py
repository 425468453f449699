"""The sql connector against real databases of both kinds: it reads what it is asked for, and cannot write."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from server.connectors.connection import Connection
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.sql import SqlConnector, check_url
from server.errors import Failure, Invalid
from server.settings import Settings
from tests import databases
from tests.databases.postgresql import cluster

ROWS = "INSERT INTO orders (id, name, total) VALUES (1, 'pens', 12.5), (2, 'ink', 30), (3, 'desk', 400)"


@pytest.fixture(params=databases.KINDS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """A database with three orders."""
    if request.param == "sqlite":
        path = tmp_path / "shop.sqlite"
        with sqlite3.connect(path) as made:
            made.execute("CREATE TABLE orders (id INTEGER, name TEXT, total REAL)")
            made.execute(ROWS)
        made.close()
        yield Connection("shop", {"url": f"sqlite:///{path}", "seconds": "1"})
        return
    with psycopg.connect(cluster().create("shop"), autocommit=True) as built:
        built.execute("CREATE TABLE orders (id INTEGER, name TEXT, total NUMERIC)")
        built.execute("CREATE SEQUENCE numbers")
        built.execute(ROWS)
    yield Connection("shop", {"url": cluster().url("shop"), "seconds": "1"})
    cluster().drop("shop")


def ask(shop: Connection, query: str, **given: Any) -> Any:
    return SqlConnector().call({"query": query, **given}, CallContext("job-1", 1, Settings(), shop))


def test_rows_come_back_by_column_with_values_bound_to_names(shop: Connection) -> None:
    answer = ask(shop, "SELECT id, name FROM orders WHERE total > :least ORDER BY id", values={"least": 20})
    assert answer == {"rows": [{"id": 2, "name": "ink"}, {"id": 3, "name": "desk"}], "rowCount": 2, "isCut": False}


def test_a_value_is_never_read_as_a_query(shop: Connection) -> None:
    assert ask(shop, "SELECT id FROM orders WHERE name = :name", values={"name": "x' OR '1'='1"})["rows"] == []


def test_rows_beyond_the_limit_are_cut_and_that_is_told(shop: Connection) -> None:
    answer = ask(shop, "SELECT id FROM orders ORDER BY id", maxRows=2)
    assert ([row["id"] for row in answer["rows"]], answer["isCut"]) == ([1, 2], True)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM orders",
        "UPDATE orders SET name = 'x' RETURNING id",
        "INSERT INTO orders VALUES (4, 'x', 1)",
        "DROP TABLE orders",
        "CREATE TABLE t (a INTEGER)",
        "SELECT 1; DELETE FROM orders",
        "COMMIT; DELETE FROM orders",
        "COMMIT",
        "SET default_transaction_read_only = off",
        "SELECT set_config('transaction_read_only', 'off', false), nextval('numbers')",
        "WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone",
        "ATTACH DATABASE '/tmp/other.sqlite' AS other",
        "PRAGMA query_only = 0",
        "VACUUM INTO '/tmp/copy.sqlite'",
        "COPY orders TO PROGRAM 'cat'",
        "nonsense",
        "",
    ],
)
def test_nothing_but_a_question_is_asked(shop: Connection, query: str) -> None:
    with pytest.raises(Failure):
        ask(shop, query)
    assert ask(shop, "SELECT count(*) AS n FROM orders")["rows"] == [{"n": 3}]


def test_a_question_that_takes_too_long_is_given_up(shop: Connection) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with pytest.raises(TemporaryFailure, match="in time"):
        ask(shop, endless)


def test_a_value_that_is_missing_is_told_without_the_others(shop: Connection) -> None:
    with pytest.raises(Failure, match="bind parameter") as caught:
        ask(shop, "SELECT :a, :b", values={"a": "canary"})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("given", [{"maxRows": 0}, {"maxRows": 10_001}, {"values": "x"}, {"colour": "red"}])
def test_a_wrong_parameter_is_named(shop: Connection, given: dict[str, Any]) -> None:
    with pytest.raises(Failure, match=next(iter(given))):
        ask(shop, "SELECT 1", **given)


def test_rows_that_are_too_large_are_refused(shop: Connection) -> None:
    wide = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT :long AS a FROM n"
    with pytest.raises(Failure, match="PROCESSION_HTTP_ANSWER_LIMIT"):
        ask(shop, wide, values={"long": "x" * 2000})


def test_dates_and_nothing_are_kept_and_bytes_are_refused() -> None:
    url = cluster().url("postgres")
    shop = Connection("shop", {"url": url})
    answer = ask(shop, "SELECT DATE '2026-01-05' AS d, NULL AS n, ARRAY[1, 2] AS a, 1.50 AS m")
    assert {name: str(value) for name, value in answer["rows"][0].items()} == {
        "d": str(date(2026, 1, 5)),
        "n": "None",
        "a": "[1, 2]",
        "m": "1.50",
    }
    with pytest.raises(Failure, match="column b holds"):
        ask(shop, "SELECT '\\x00'::bytea AS b")


def test_a_database_that_is_not_there_may_come_back() -> None:
    with pytest.raises(TemporaryFailure, match="cannot be reached"):
        ask(
            Connection("shop", {"url": "postgresql://u@127.0.0.1:1/x", "seconds": "2"}, {"password": "canary"}),
            "SELECT 1",
        )
    with pytest.raises(Failure, match="not there"):
        ask(Connection("shop", {"url": "sqlite:////no/such/file"}), "SELECT 1")


@pytest.mark.parametrize("url", ["nonsense", "mysql://u@h/d", "postgresql://u:p@h/d", "postgresql://u@h/d?password=p"])
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        check_url(url)
