"""Messages that nobody waits for: the page under Operations, matching one to an instance by hand, discarding it."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.commands import deployments, messages, process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.queries import messages as queries
from server.queries import operations
from server.records.logs import AuditEntry
from server.settings import Settings
from server.workers.loop import work_once
from tests.web import stuck
from tests.web.purchases import actor, sign_in

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LISTENS = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">
  <message id="paid" name="paid"/>
  <process id="listens" name="Wait for money" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="wait"/>
    <intermediateCatchEvent id="wait" name="Money is here"><messageEventDefinition messageRef="paid"/>
    </intermediateCatchEvent>
    <sequenceFlow id="f2" sourceRef="wait" targetRef="end"/><endEvent id="end"/>
  </process>
  <process id="sends" name="Pay" isExecutable="true">
    <startEvent id="go"/><sequenceFlow id="g1" sourceRef="go" targetRef="pay"/>
    <sendTask id="pay" name="Pay it" messageRef="paid"/>
  </process>
</definitions>"""


@pytest.fixture
def alan(app: Flask) -> FlaskClient:
    clock.freeze(NOON)
    stuck.settle(app)
    with app.app_context():
        deployments.deploy(CONSOLE, [("listens.bpmn", LISTENS)])
    return sign_in(app, "alan")


def wait(app: Flask, key: str) -> str:
    """Ada starts one that waits for money; the id of the instance."""
    with app.app_context():
        return process_instances.start(actor("ada"), "listens", {}, business_key=key).instance_id


def send(app: Flask, name: str = "paid", key: str | None = "K-9", **values: object) -> str:
    """A message that nobody waits for; its id."""
    with app.app_context():
        assert messages.send(actor("alan"), name, values, key) is None
        return queries.listed(actor("alan"), clock.now(), name).rows[0].id


def test_without_messages_the_page_says_when_one_waits(alan: FlaskClient) -> None:
    page = alan.get("/operations/messages").text
    assert "No message waits" in page
    assert "is kept here until its time is over" in page


def test_a_message_stands_with_its_key_its_times_and_its_folded_content(app: Flask, alan: FlaskClient) -> None:
    send(app, amount=12, of={"name": "<b>Ada</b>"})
    page = alan.get("/operations/messages").text
    for text in ("paid", "K-9", "2026-11-20 13:00", "2026-11-21 13:00", "From outside", "2 values"):
        assert text in page
    assert "<details" in page
    assert '"amount": 12' in html.unescape(page)
    assert "<b>Ada</b>" not in page
    assert "Match paid" not in page, "nobody waits for this name, whatever the key"
    assert "Discard paid" in page


def test_a_long_content_is_cut(app: Flask, alan: FlaskClient) -> None:
    send(app, text="long " * 5000)
    page = alan.get("/operations/messages").text
    assert "characters more" in page
    assert len(page) < 40_000


def test_the_instance_that_sent_it_is_linked(app: Flask, alan: FlaskClient, settings: Settings) -> None:
    with app.app_context():
        sender = process_instances.start(actor("ada"), "sends", {}, business_key="PAY-1").instance_id
        while work_once(settings, "test", {}):
            pass
    page = alan.get("/operations/messages").text
    assert f'<a href="/instances/{sender}">PAY-1</a>' in page


def test_operations_link_there_and_count_them(app: Flask, alan: FlaskClient) -> None:
    send(app)
    send(app, "unheard")
    assert 'href="/operations/messages">Messages <span class="n">2</span>' in alan.get("/operations").text
    clock.freeze(NOON + timedelta(days=2))
    with app.app_context():
        assert operations.strip(actor("alan")).messages == 0


@pytest.mark.parametrize(("query", "names"), [("q=unhea", {"unheard"}), ("q=%25", set()), ("page=odd", {"paid"})])
def test_messages_are_searched_by_name_and_odd_addresses_do_no_harm(
    app: Flask, alan: FlaskClient, query: str, names: set[str]
) -> None:
    send(app)
    send(app, "unheard")
    answer = alan.get(f"/operations/messages?{query}")
    assert answer.status_code == 200
    for name in names:
        assert f"Discard {name}" in answer.text
    assert ("No message is called like that" in answer.text) is not bool(names)


def test_many_messages_are_paged(app: Flask, alan: FlaskClient) -> None:
    for number in range(queries.PAGE + 1):
        send(app, f"paid {number}")
    page = alan.get("/operations/messages?q=paid").text
    assert f"1 to {queries.PAGE} of {queries.PAGE + 1}" in page
    assert "q=paid&amp;page=2" in page
    assert page.count("Discard…") == queries.PAGE
    assert alan.get("/operations/messages?q=paid&page=2").text.count("Discard…") == 1


def test_whoever_waits_is_searched_and_paged_in_the_dialog(
    app: Flask, alan: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LISTENERS_PAGE", 2)
    for key in ("K-1", "K-2", "K-3"):
        wait(app, key)
    address = f"/operations/messages/{send(app)}/match"
    first, second = alan.get(address).text, alan.get(f"{address}?page=2").text
    assert ("1 to 2 of 3" in first, "3 to 3 of 3" in second) == (True, True)
    seen = [[f"K-{number}, Wait" in page for page in (first, second)] for number in (1, 2, 3)]
    assert sorted(seen) == [[False, True], [True, False], [True, False]]
    found = alan.get(f"{address}?q=k-2").text
    assert [f"K-{number}, Wait" in found for number in (1, 2, 3)] == [False, True, False]
    assert "No instance that waits for it is called like that." in alan.get(f"{address}?q=%25").text


def test_a_message_is_matched_to_one_of_the_instances_that_wait_for_its_name(app: Flask, alan: FlaskClient) -> None:
    instance_id, other_id = wait(app, "K-1"), wait(app, "K-2")
    message_id = send(app, amount=12)
    assert f"/operations/messages/{message_id}/match" in alan.get("/operations/messages").text
    dialog = alan.get(f"/operations/messages/{message_id}/match").text
    assert "K-1, Wait for money, at Money is here, for the key K-1" in dialog
    assert f'value="{other_id}"' in dialog
    answer = alan.post(
        f"/operations/messages/{message_id}/match", data={"instance": instance_id, "reason": "They mistyped it"}
    )
    assert answer.status_code == 303
    assert "No message waits" in alan.get("/operations/messages").text
    page = alan.get(f"/instances/{instance_id}").text
    assert "Gave it a message that nobody waited for" in page
    assert "“They mistyped it”" in page
    assert "amount" in page


def test_matching_asks_for_an_instance_and_a_reason_and_keeps_what_was_chosen(app: Flask, alan: FlaskClient) -> None:
    instance_id, message_id = wait(app, "K-1"), send(app)
    address = f"/operations/messages/{message_id}/match"
    answer = alan.post(address, data={"instance": "", "reason": "Theirs"})
    assert answer.status_code == 422
    assert "Choose the instance that is to get it." in answer.text
    answer = alan.post(address, data={"instance": instance_id, "reason": " "})
    assert answer.status_code == 422
    assert "Give a reason" in answer.text
    assert f'<option value="{instance_id}" selected>' in answer.text


def test_who_does_not_wait_any_more_is_refused_in_one_sentence(app: Flask, alan: FlaskClient) -> None:
    instance_id, message_id = wait(app, "K-1"), send(app)
    with app.app_context():
        process_instances.cancel(actor("alan"), instance_id, "Not needed")
    answer = alan.post(f"/operations/messages/{message_id}/match", data={"instance": instance_id, "reason": "Theirs"})
    assert answer.status_code == 409
    assert "K-1 does not wait for the message paid, or not any more." in html.unescape(answer.text)


def test_a_message_is_discarded_with_a_reason(app: Flask, alan: FlaskClient) -> None:
    message_id = send(app)
    address = f"/operations/messages/{message_id}/discard"
    assert "Discard 1 message" in alan.get(address).text
    assert alan.post(address, data={"reason": ""}).status_code == 422
    assert alan.post(address, data={"reason": "A test of theirs"}).status_code == 303
    assert alan.get(address).status_code == 404
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(command="messages.discard").one()
        assert (entry.actor, entry.subject, entry.reason) == ("alan", "paid", "A test of theirs")


def test_by_htmx_the_dialogs_are_their_content_alone(app: Flask, alan: FlaskClient) -> None:
    message_id = send(app)
    for verb in ("match", "discard"):
        part = alan.get(f"/operations/messages/{message_id}/{verb}", headers={"HX-Request": "true"}).text
        assert "<html" not in part
        assert "<form" in part


@pytest.mark.parametrize("person", ["ada", "margaret", "katherine"])
def test_whoever_does_not_see_operations_does_not_see_messages(app: Flask, alan: FlaskClient, person: str) -> None:
    message_id, browser = send(app), sign_in(app, person)
    assert browser.get("/operations/messages").status_code == 404
    assert browser.post(f"/operations/messages/{message_id}/discard", data={"reason": "Odd"}).status_code == 404


def test_jobs_that_look_for_who_waits_are_told_in_words(app: Flask, alan: FlaskClient) -> None:
    send(app)
    assert "See who waits for a message" in alan.get("/operations/jobs").text


def test_the_audit_log_says_in_words_what_was_decided(app: Flask, alan: FlaskClient) -> None:
    alan.post(f"/operations/messages/{send(app)}/discard", data={"reason": "A test of theirs"})
    page = sign_in(app, "margaret").get("/audit").text
    assert "Discarded a message" in page
    assert "key: K-9; arrived: 2026-11-20 13:00" in page
