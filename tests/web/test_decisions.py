"""The pages of decisions: the list, one version with its table, its file, trying it, and what an instance made."""

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from server.commands import deployments, people
from server.database import db
from server.expressions import values
from server.identity.actor import CONSOLE
from server.records.logs import HistoryEntry
from server.runtime import decisions
from tests.dmn.models import decision, file, literal, table
from tests.web import purchases

SIZES = table(["amount", "kind"], ["size"], [["< 10", "-", '"small"'], [">= 10", '"<b>"', '"big"']])
FILE = file(decision("limit", literal("amount * 2")) + decision("size", SIZES, ["limit"]))


@pytest.fixture
def analyst(app: Flask) -> FlaskClient:
    with app.app_context():
        people.create(CONSOLE, "hedy", "Hedy", purchases.PASSWORD, ("analyst",))
    return purchases.sign_in(app, "hedy")


@pytest.fixture
def size(app: Flask) -> str:
    """The id of a deployed decision."""
    with app.app_context():
        return next(d.id for d in deployments.deploy(CONSOLE, [("sizes.dmn", FILE)]).decisions if d.key == "size")


def test_the_list_shows_the_latest_version_of_each_decision(analyst: FlaskClient, size: str) -> None:
    text = analyst.get("/decisions").get_data(as_text=True)
    assert f"/decisions/{size}" in text
    assert "2 decisions" in text
    assert "No decision fits" in analyst.get("/decisions?q=unheard-of").get_data(as_text=True)


def test_an_empty_list_says_how_to_fill_it(analyst: FlaskClient) -> None:
    assert "No decision is deployed" in analyst.get("/decisions").get_data(as_text=True)


def test_whoever_may_not_see_definitions_sees_no_decision(app: Flask, size: str) -> None:
    ada = purchases.sign_in(app, "ada")
    for address in ("/decisions", f"/decisions/{size}", f"/decisions/{size}/dmn"):
        assert ada.get(address).status_code == 404
    assert ada.post(f"/decisions/{size}", data={"v.amount": "1"}).status_code == 404


def test_a_decision_is_shown_as_its_table(analyst: FlaskClient, size: str) -> None:
    text = analyst.get(f"/decisions/{size}").get_data(as_text=True)
    assert "Unique: at most one rule matches" in text
    assert "&lt; 10" in text
    assert "amount * 2" in text
    assert "No rule matches, and there is no default output" in text
    assert "<b>" not in text


def test_the_file_is_given_back_as_it_came(analyst: FlaskClient, size: str) -> None:
    answer = analyst.get(f"/decisions/{size}/dmn")
    assert answer.data == FILE
    assert "sizes.dmn" in answer.headers["Content-Disposition"]


def test_trying_a_decision_shows_the_rules_that_match(analyst: FlaskClient, size: str) -> None:
    answer = analyst.post(f"/decisions/{size}", data={"v.amount": "12", "v.kind": '"<b>"'})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "&#34;big&#34;" in text
    assert text.count("Matched: ") == 1
    assert "= 12" in text


def test_what_a_person_writes_is_told_apart_by_its_looks(analyst: FlaskClient, size: str) -> None:
    for written, shown in (("1", "small"), ("", "null"), ("many", "null")):
        text = analyst.post(f"/decisions/{size}", data={"v.amount": written}).get_data(as_text=True)
        assert shown in text.split("Result</dt>")[1].split("</dd>")[0]


def test_a_decision_that_cannot_be_made_says_why(app: Flask, analyst: FlaskClient) -> None:
    both = file(decision("size", table(["amount"], ["x"], [["-", "1"], ["-", "2"]])))
    with app.app_context():
        [made] = deployments.deploy(CONSOLE, [("both.dmn", both)]).decisions
    text = analyst.post(f"/decisions/{made.id}", data={"v.amount": "1"}).get_data(as_text=True)
    assert "The decision cannot be made." in text
    assert "the rules 1, 2 match" in text


def test_a_number_that_is_none_is_told_at_its_field(app: Flask, analyst: FlaskClient) -> None:
    stated = table(["amount"], ["x"], [["1", "1"]]).replace("<inputExpression>", '<inputExpression typeRef="number">')
    with app.app_context():
        [made] = deployments.deploy(CONSOLE, [("a.dmn", file(decision("size", stated)))]).decisions
    answer = analyst.post(f"/decisions/{made.id}", data={"v.amount": "many"})
    assert answer.status_code == 422
    assert "many is not a number" in answer.get_data(as_text=True)


def test_decisions_are_deployed_on_the_page_of_processes(analyst: FlaskClient) -> None:
    answer = analyst.post(
        "/definitions/deploy",
        data={"file": (io.BytesIO(file(decision("one", literal("1")))), "one.dmn")},
        headers={"HX-Request": "true"},
    )
    text = answer.get_data(as_text=True)
    assert "0 forms, 1 decision." in text
    assert "version 1" in text


def test_an_instance_shows_why_a_cell_could_not_be_decided(app: Flask) -> None:
    odd = table(["amount"], ["x"], [["date(amount) = ?", '"first"'], ["-", '"second"']], "FIRST")
    with app.app_context():
        deployments.deploy(CONSOLE, [("odd.dmn", file(decision("odd", odd)))])
        instance_id = purchases.ask()
        _, told = decisions.made("odd", "latest", None, None, {"amount": "<b>"}, "nobody")
        _record(instance_id, told)
    text = purchases.sign_in(app, "ada").get(f"/instances/{instance_id}").get_data(as_text=True)
    assert "Approve purchase: odd = &#34;second&#34;" in text
    assert "rule 1: " in text
    assert "&#39;&lt;b&gt;&#39; is not a date" in text


def _record(instance_id: str, told: Mapping[str, Any]) -> None:
    """Let history tell that the instance has had a decision made."""
    fact = ["DecisionMade", {"activity": 1, "element": "approve", "told": values.encode(told)}]
    row = {"instance_id": instance_id, "at": datetime(2026, 1, 31, tzinfo=UTC), "actor": "ada"}
    db.session.execute(insert(HistoryEntry), [{**row, "facts": json.dumps([fact], separators=(",", ":"))}])
    db.session.commit()


def test_an_instance_shows_the_decisions_it_made_with_the_rules_that_matched(app: Flask, size: str) -> None:
    with app.app_context():
        instance_id = purchases.ask()
        _, told = decisions.made("size", "latest", None, None, {"amount": 3}, "nobody")
        _record(instance_id, told)
    text = purchases.sign_in(app, "ada").get(f"/instances/{instance_id}").get_data(as_text=True)
    assert "Decisions made" in text
    assert "Approve purchase: size = &#34;small&#34;" in text
    assert text.count("Matched: ") == 1


HOSTILE = [
    *("", " ", "9" * 400, "-1e400", "1e999999999", "1e99999999999999999999", "NaN", "= 1/0", '{"a": ', "[" * 5_000),
    *('"', "a" * 300_000, "2026-02-30", "P1Y1D", "{{7*7}}", "<script>", "__class__", "null", "[1, [2]]", "= x"),
]


@pytest.mark.parametrize("written", HOSTILE, ids=lambda text: text[:12])
def test_whatever_is_written_into_the_form_is_answered_by_its_page(
    analyst: FlaskClient, size: str, written: str
) -> None:
    answer = analyst.post(f"/decisions/{size}", data={"v.amount": written, "v.kind": written})
    assert answer.status_code in (200, 422)
    text = answer.get_data(as_text=True)
    assert "Try it" in text
    assert 'value="<script>' not in text
