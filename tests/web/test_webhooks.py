"""Webhooks and subscribers on their pages: opened, changed, paused, what came and what was sent; no secret twice."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import deployments, people
from server.identity.actor import CONSOLE
from tests.api.webhook_models import orders
from tests.web import stuck
from tests.web.purchases import PASSWORD, sign_in

HERE = "/administration/webhooks"
OUT = "/administration/subscribers"
TYPED = {"element_key": "placed", "name": "Shop", "verification": "token", "secret": "a-token-of-the-shop"}


@pytest.fixture
def katherine(app: Flask) -> FlaskClient:
    stuck.settle(app)
    with app.app_context():
        deployments.deploy(CONSOLE, [("orders.bpmn", orders())])
    return sign_in(app, "katherine")


def open_webhook(browser: FlaskClient, **changed: str) -> str:
    """Open one; the address of its page."""
    answer = browser.post(f"{HERE}/new?process=orders", data=TYPED | changed)
    assert answer.status_code == 200, answer.text
    assert "a-token-of-the-shop" in answer.text
    found = re.search(r"/administration/webhooks/\w{13}", answer.text)
    assert found is not None
    return found[0]


def call(app: Flask, page: str, body: object) -> int:
    address = re.search(r'value="http://[^"]*(/hooks/[\w-]+)"', page)
    assert address is not None
    headers = {"Authorization": "Bearer a-token-of-the-shop"}
    return app.test_client().post(address[1], json=body, headers=headers).status_code


def test_a_webhook_is_opened_on_a_process_and_its_secret_is_shown_once(katherine: FlaskClient) -> None:
    assert '<option value="orders">' in katherine.get(HERE).text
    choices = katherine.get(f"{HERE}/new?process=orders").text
    assert "Order placed: brings the message order placed" in choices
    assert "Typed in: starts the process" in choices
    own = open_webhook(katherine)
    for address in (own, HERE, "/audit"):
        assert "a-token-of-the-shop" not in katherine.get(address).text


def test_what_is_wrong_is_said_at_its_field_and_the_secret_is_not_shown_again(katherine: FlaskClient) -> None:
    answer = katherine.post(f"{HERE}/new?process=orders", data=TYPED | {"payload_schema": "{"})
    assert (answer.status_code, "The schema is not JSON" in answer.text) == (422, True)
    assert "a-token-of-the-shop" not in answer.text


def test_the_log_shows_what_came_and_replays_it(app: Flask, katherine: FlaskClient) -> None:
    own = open_webhook(katherine, business_key="number")
    page = katherine.get(own).text
    assert call(app, page, {"order": "O-1"}) == 422
    assert "Refused" in katherine.get(own).text
    found = re.search(r'href="(/administration/webhooks/calls/\w+)"', katherine.get(own).text)
    assert found is not None
    assert "O-1" in katherine.get(found[1]).text
    assert katherine.post(f"{found[1]}/replay").status_code == 422
    changed = katherine.post(own, data=TYPED | {"business_key": "order", "variables": "order = order\nboth=1 = 1"})
    assert changed.status_code == 303
    again = katherine.post(f"{found[1]}/replay")
    assert again.status_code == 303
    assert "Replays" in katherine.get(again.headers["Location"]).text


def test_a_webhook_is_paused_given_another_secret_and_closed(app: Flask, katherine: FlaskClient) -> None:
    own = open_webhook(katherine)
    page = katherine.get(own).text
    assert [katherine.post(f"{own}/pause").status_code for _ in range(2)] == [303, 409]
    assert call(app, page, {}) == 409
    assert katherine.post(f"{own}/resume").status_code == 303
    assert "another-token-of-it" in katherine.post(f"{own}/secret", data={"secret": "another-token-of-it"}).text
    assert katherine.post(f"{own}/secret", data={"secret": "short"}).status_code == 422
    assert call(app, page, {}) == 200
    assert katherine.post(f"{own}/close").status_code == 303
    assert katherine.get(own).status_code == 404


def test_an_analyst_opens_one_from_the_page_of_the_process(app: Flask, katherine: FlaskClient) -> None:
    with app.app_context():
        people.create(CONSOLE, "tim", "Tim", PASSWORD, ("analyst",))
    tim = sign_in(app, "tim")
    found = re.search(r'href="(/definitions/\w{13})">Orders', tim.get("/definitions").text)
    assert found is not None
    assert f"{HERE}/new?process=orders" in tim.get(found[1]).text
    own = open_webhook(tim)
    assert own in tim.get(found[1]).text
    call(app, tim.get(own).text, {"order": "O-77"})
    log = re.search(r'href="(/administration/webhooks/calls/\w+)"', tim.get(own).text)
    assert log is not None
    assert ("O-77" in tim.get(log[1]).text, "O-77" in katherine.get(log[1]).text) == (False, True)
    assert [tim.get(f"{OUT}/new").status_code, "Other systems are told" in tim.get(HERE).text] == [404, False]


@pytest.mark.parametrize("person_id", ["ada", "alan"])
def test_nobody_else_finds_the_pages_of_webhooks(app: Flask, katherine: FlaskClient, person_id: str) -> None:
    browser = sign_in(app, person_id)
    assert [browser.get(address).status_code for address in (HERE, f"{HERE}/new", f"{OUT}/new")] == [404, 404, 404]


def test_a_subscriber_is_added_changed_paused_and_removed(katherine: FlaskClient) -> None:
    typed = {"name": "Ledger", "url": "https://ledger.example.org/events", "kinds": ["InstanceStarted"]}
    answer = katherine.post(f"{OUT}/new", data=typed)
    secret = re.search(r"whsec_[\w+/=]+", answer.text)
    assert (answer.status_code, secret is not None) == (200, True)
    found = re.search(r"/administration/subscribers/\w{13}", answer.text)
    assert found is not None
    assert secret is not None
    assert secret[0] not in katherine.get(found[0]).text
    assert katherine.post(found[0], data=typed | {"url": "nowhere"}).status_code == 422
    assert (
        katherine.post(found[0], data=typed | {"name": "Books", "process_keys": "orders, billing"}).status_code == 303
    )
    assert "billing, orders" in katherine.get(HERE).text
    assert [katherine.post(f"{found[0]}/pause").status_code for _ in range(2)] == [303, 409]
    assert katherine.post(f"{found[0]}/trial").status_code == 409
    assert katherine.post(f"{found[0]}/resume").status_code == 303
    assert "whsec_" in katherine.post(f"{found[0]}/secret").text
    assert katherine.post(f"{found[0]}/remove").status_code == 303
    assert katherine.get(found[0]).status_code == 404


def test_a_delivery_is_looked_at_and_sent_again(katherine: FlaskClient) -> None:
    katherine.post(f"{OUT}/new", data={"name": "Ledger", "url": "https://ledger.example.org/events"})
    found = re.search(r'href="(/administration/subscribers/\w{13})"', katherine.get(HERE).text)
    assert found is not None
    assert katherine.post(f"{found[1]}/trial").status_code == 303
    assert katherine.get(f"{found[1]}?state=dead").text.count("/deliveries/") == 0
    delivery = re.search(r'href="(/administration/subscribers/deliveries/\w+)"', katherine.get(found[1]).text)
    assert delivery is not None
    assert "procession.Trial" in katherine.get(delivery[1]).text
    assert katherine.post(f"{delivery[1]}/resend").status_code == 409
    assert katherine.post(f"{found[1]}/resend").status_code == 303
