"""The list of process instances: filters, who sees what, and the same as CSV."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import process_instances
from tests.web import purchases


@pytest.fixture
def alan(app: Flask) -> FlaskClient:
    return purchases.sign_in(app, "alan")


@pytest.fixture
def two(app: Flask) -> tuple[str, str]:
    """A running purchase and a withdrawn one."""
    with app.app_context():
        first, second = purchases.ask("Laptops"), purchases.ask("Phones")
        process_instances.withdraw(purchases.actor("ada"), second, "No need")
        return first, second


def rows(browser: FlaskClient, query: str = "") -> list[str]:
    text = browser.get(f"/instances?{query}").get_data(as_text=True)
    return [key for key in ("PR-1001", "PR-1002") if f">{key}</a>" in text]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["PR-1001", "PR-1002"]),
        ("state=active", ["PR-1001"]),
        ("state=terminated", ["PR-1002"]),
        ("state=incident", []),
        ("q=phone", ["PR-1002"]),
        ("q=pr-1001", ["PR-1001"]),
        ("q=%25", []),
        ("process=purchase&by=ada", ["PR-1001", "PR-1002"]),
        ("by=grace", []),
        ("from=2000-01-01&until=2001-01-01", []),
        ("from=2000-01-01&sort=oldest", ["PR-1001", "PR-1002"]),
        ("sort=';--&state=odd&page=-1", ["PR-1001", "PR-1002"]),
        ("until=9999-12-31", ["PR-1001", "PR-1002"]),
    ],
)
def test_each_filter_finds_what_it_says(
    alan: FlaskClient, two: tuple[str, str], query: str, expected: list[str]
) -> None:
    assert rows(alan, query) == expected


def test_people_see_only_what_they_take_part_in(app: Flask, two: tuple[str, str], ada: FlaskClient) -> None:
    assert rows(ada) == ["PR-1001", "PR-1002"]
    assert rows(purchases.sign_in(app, "mallory")) == []


def test_a_day_that_is_none_is_told(alan: FlaskClient) -> None:
    assert "is no date" in alan.get("/instances?from=yesterday").get_data(as_text=True)


def test_the_list_as_csv_obeys_filters_and_holds_no_formula(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        purchases.ask("=cmd|'/c calc'!A1")
    answer = alan.get("/instances/export?q=calc")
    assert answer.mimetype == "text/csv"
    lines = answer.get_data(as_text=True).splitlines()
    assert len(lines) == 2
    assert "'=cmd" in lines[1]
    assert len(alan.get("/instances/export?q=unheard").get_data(as_text=True).splitlines()) == 1
