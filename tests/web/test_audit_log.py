"""The audit log: filters, paging, CSV, and who may read it."""

import csv
import io
import pkgutil
from importlib import import_module

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import commands
from server.commands import process_instances
from server.identity.permissions import Permission
from server.web.audit_log import COMMANDS
from tests.web import stuck
from tests.web.purchases import actor, sign_in


@pytest.fixture
def margaret(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "margaret")


def _suspended(app: Flask, reason: str) -> str:
    with app.app_context():
        instance_id = stuck.bill(5)
        process_instances.suspend(actor("alan"), instance_id, reason)
        return instance_id


def test_an_entry_says_who_what_on_which_and_why(app: Flask, margaret: FlaskClient) -> None:
    instance_id = _suspended(app, "The bank is closed")
    page = margaret.get("/audit?command=process_instances.suspend").text
    for text in ("Alan", "Suspended a process instance", "B-1001", f"/instances/{instance_id}", "The bank is closed"):
        assert text in page


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("person=alan", True),
        ("person=grace", False),
        ("instance=B-1001", True),
        ("instance=B-2002", False),
        ("since=2020-01-01&until=2099-01-01", True),
        ("until=2020-01-01", False),
        ("since=2099-01-01", False),
        ("since=odd&until=%27&command=odd&page=x", True),
    ],
)
def test_entries_are_filtered_by_person_instance_and_day(
    app: Flask, margaret: FlaskClient, query: str, is_there: bool
) -> None:
    _suspended(app, "The bank is closed")
    page = margaret.get(f"/audit?{query}")
    assert page.status_code == 200
    assert ("The bank is closed" in page.text) is is_there


def test_the_csv_has_every_entry_of_the_filter_and_no_cell_is_a_formula(app: Flask, margaret: FlaskClient) -> None:
    _suspended(app, '=HYPERLINK("http://example.org")')
    answer = margaret.get("/audit/audit.csv?command=process_instances.suspend")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [(row["Sign-in name"], row["Business key"]) for row in rows] == [("alan", "B-1001")]
    assert rows[0]["Reason"] == '\'=HYPERLINK("http://example.org")'


def test_a_long_log_has_pages_and_they_keep_the_filter(app: Flask, margaret: FlaskClient) -> None:
    with app.app_context():
        for _ in range(60):
            stuck.bill(5)
    first = margaret.get("/audit?command=process_instances.start").text
    assert "1 to 50 of 60" in first
    assert "/audit?command=process_instances.start&amp;page=2" in first
    assert "51 to 60 of 60" in margaret.get("/audit?command=process_instances.start&page=2").text


def test_administrators_read_the_log_without_links_to_instances_they_may_not_see(
    app: Flask, margaret: FlaskClient
) -> None:
    instance_id = _suspended(app, "The bank is closed")
    page = sign_in(app, "katherine").get("/audit").text
    assert "The bank is closed" in page
    assert f"/instances/{instance_id}" not in page


@pytest.mark.parametrize("person_id", ["ada", "alan"])
def test_participants_and_operators_find_no_audit_log(app: Flask, margaret: FlaskClient, person_id: str) -> None:
    browser = sign_in(app, person_id)
    assert browser.get("/audit").status_code == 404
    assert browser.get("/audit/audit.csv").status_code == 404


def test_every_command_in_words_is_a_command() -> None:
    given = {
        f"{module.name}.{name}"
        for module in pkgutil.iter_modules(commands.__path__)
        for name, function in vars(import_module(f"server.commands.{module.name}")).items()
        if isinstance(getattr(function, "permission", None), Permission)
    }
    by_themselves = {
        "jobs.claim",
        "jobs.claim_one",
        "jobs.hint",
        "jobs.renew",
        "jobs.run",
        "jobs.settle_connector",
        "jobs.settle_error",
        "jobs.fail",
        "jobs.bury",
    }
    by_themselves |= {"attachments.find", "connections.use", "jobs.settle_agent"}
    by_themselves |= {"webhooks.refuse", "webhooks.repeat"}
    by_themselves |= {"batches.open_item", "batches.settle_item", "sendings.open_sending", "sendings.settle"}
    by_themselves |= {"clean_up.schedule", "clean_up.sweep", "jobs.repeat", "jobs.count_late_result"}
    by_themselves |= {f"subscribers.{name}" for name in ("use", "settle", "note_status")}
    by_themselves |= {f"external_tasks.{name}" for name in ("fetch_and_lock", "lock", "extend_lock")}
    unaudited = {"tokens.touch", "drafts.save", "drafts.discard", "notices.read", "notices.read_all", "sessions.touch"}
    private = {name for name in given if name.split(".")[1].startswith("_")}
    assert set(COMMANDS) - given == set()
    assert given - set(COMMANDS) - by_themselves - unaudited - private == set()


def test_whoever_signs_in_is_named_as_the_one_who_did_it(app: Flask, margaret: FlaskClient) -> None:
    page = margaret.get("/audit?command=sessions.open_session").text
    assert '<td data-l="Who">Margaret</td>' in page
    rows = list(csv.DictReader(io.StringIO(margaret.get("/audit/audit.csv").text.lstrip("\ufeff"))))
    signed_in = [row for row in rows if row["Command"] == "sessions.open_session"]
    assert [(row["Sign-in name"], row["Name"]) for row in signed_in] == [("margaret", "Margaret")]


def test_every_entry_shows_its_number_in_the_chain(app: Flask, margaret: FlaskClient) -> None:
    page = margaret.get("/audit?command=sessions.open_session").text
    rows = list(csv.DictReader(io.StringIO(margaret.get("/audit/audit.csv").text.lstrip("\ufeff"))))
    assert [int(row["Number"]) for row in rows] == list(range(1, len(rows) + 1))
    (number,) = (row["Number"] for row in rows if row["Command"] == "sessions.open_session")
    assert f'<th scope="row">{number}</th>' in page
