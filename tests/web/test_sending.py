"""Sending a message or a signal by hand."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.queries import messages
from server.queries.messages import MessageRow
from tests.web import stuck
from tests.web.purchases import actor, sign_in

PAGE = "/operations/send"


@pytest.fixture
def alan(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "alan")


def _waiting(app: Flask) -> list[MessageRow]:
    with app.app_context():
        return list(messages.listed(actor("alan"), clock.now()).rows)


def test_a_message_that_nobody_waits_for_is_kept_and_says_so(app: Flask, alan: FlaskClient) -> None:
    for _ in range(2):
        typed = {"kind": "message", "name": "paid", "key": "7", "values": '{"amount": 5}', "once": "a"}
        assert alan.post(PAGE, data=typed).status_code == 303
    rows = _waiting(app)
    assert [(row.name, row.correlation_key, row.payload) for row in rows] == [("paid", "7", {"amount": 5})]
    assert "waits: nobody waits for it yet" in alan.get(PAGE).text


def test_a_signal_says_how_many_listen(alan: FlaskClient) -> None:
    assert alan.post(PAGE, data={"kind": "signal", "name": "bell", "values": "{}"}).status_code == 303
    assert "0 listen to the signal bell" in alan.get(PAGE).text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "", "values": "{}"}, "Write the name that the model gives it."),
        ({"name": "paid", "values": "{"}, "This is not JSON"),
        ({"name": "paid", "values": "[]"}, "Write an object"),
    ],
)
def test_what_cannot_be_sent_is_told_at_its_field(alan: FlaskClient, typed: dict[str, str], sentence: str) -> None:
    answer = alan.post(PAGE, data={"kind": "message", **typed})
    assert answer.status_code == 422
    assert sentence in answer.text


def test_whoever_may_not_send_messages_finds_no_such_page(app: Flask, alan: FlaskClient) -> None:
    assert 'href="/operations/send"' in alan.get("/operations/messages").text
    assert sign_in(app, "ada").get(PAGE).status_code == 404
