"""Signing in and out: cookies, time-outs, rate limits, and where one is sent."""

import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server import clock
from server.cli.demonstration.people import sign_ins
from server.commands import people
from server.database import db
from server.identity.actor import CONSOLE
from server.records.identity import Session
from server.web.security import safe_next
from tests.web.purchases import PASSWORD


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page_and_back(app: Flask) -> None:
    browser = app.test_client()
    answer = browser.get("/inbox?tab=groups")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/inbox?tab%3Dgroups"
    answer = browser.post(answer.location, data={"name": "ada", "password": PASSWORD, "next": "/inbox?tab=groups"})
    assert (answer.status_code, answer.location) == (303, "/inbox?tab=groups")


def test_the_database_keeps_the_hash_of_the_secret_only(app: Flask, ada: FlaskClient) -> None:
    with ada.session_transaction() as kept:
        secret = kept["_user_id"]
    with app.app_context():
        kept_ids = list(db.session.scalars(select(Session.id)))
    assert kept_ids == [hashlib.sha256(secret.encode()).hexdigest()]


def test_a_wrong_password_is_told_without_saying_whether_the_name_exists(app: Flask) -> None:
    texts = set()
    for name in ("ada", "nobody"):
        answer = app.test_client().post("/sign-in", data={"name": name, "password": "wrong password"})
        assert answer.status_code == 422
        text = answer.get_data(as_text=True)
        assert "do not belong together" in text
        texts.add(text[text.index('role="alert"') : text.index("<label")])
    assert len(texts) == 1


def test_signing_in_gives_a_new_secret_each_time(app: Flask) -> None:
    browser = app.test_client()
    secrets = []
    for _ in range(2):
        browser.post("/sign-in", data={"name": "ada", "password": PASSWORD})
        with browser.session_transaction() as kept:
            secrets.append(kept["_user_id"])
    assert secrets[0] != secrets[1]


def test_a_session_ends_after_half_an_hour_of_silence(ada: FlaskClient) -> None:
    begun = clock.now()
    clock.freeze(begun + timedelta(minutes=29))
    assert ada.get("/inbox").status_code == 200
    clock.freeze(begun + timedelta(minutes=58))
    assert ada.get("/inbox").status_code == 200
    clock.freeze(begun + timedelta(minutes=89))
    assert ada.get("/inbox").status_code == 302


def test_a_session_ends_after_twelve_hours_however_busy_it_was(ada: FlaskClient) -> None:
    begun = clock.now()
    for quarter in range(1, 48):
        clock.freeze(begun + timedelta(minutes=15 * quarter))
        assert ada.get("/notices").status_code == 200
    clock.freeze(begun + timedelta(hours=12, minutes=1))
    assert ada.get("/notices").status_code == 302


def test_after_signing_out_the_old_cookie_is_worth_nothing(app: Flask, ada: FlaskClient) -> None:
    cookie = ada.get_cookie("procession")
    assert cookie is not None
    assert ada.post("/sign-out").status_code == 303
    thief = app.test_client()
    thief.set_cookie("procession", cookie.value)
    assert thief.get("/inbox").status_code == 302


def test_the_eleventh_try_is_refused_in_one_sentence(app: Flask) -> None:
    browser = app.test_client()
    answers = [browser.post("/sign-in", data={"name": "ada", "password": "wrong"}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
    refused = browser.post("/sign-in", data={"name": "ada", "password": "wrong"})
    assert "Wait a minute" in refused.get_data(as_text=True)


def test_tries_from_many_addresses_count_for_the_account(app: Flask) -> None:
    statuses = [
        app.test_client()
        .post(
            "/sign-in",
            data={"name": "ada", "password": "wrong"},
            environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"},
        )
        .status_code
        for number in range(11)
    ]
    assert statuses[-1] == 429


def test_a_script_is_told_by_json_that_the_session_has_ended(app: Flask) -> None:
    answer = app.test_client().post("/user-tasks/x/draft", json={}, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert "Sign in again" in answer.get_json()["message"]


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "inbox", "/a\tb", "", None],
)
def test_nobody_is_sent_to_another_machine_after_signing_in(address: str | None) -> None:
    assert safe_next(address, "/inbox") == "/inbox"


def test_a_deactivated_person_is_signed_out_at_once(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        people.deactivate(CONSOLE, "ada")
    assert ada.get("/inbox").status_code == 302


def test_a_page_that_lies_open_and_asks_by_itself_keeps_no_session_alive(ada: FlaskClient) -> None:
    begun = clock.now()
    for minutes in (10, 20, 29):
        clock.freeze(begun + timedelta(minutes=minutes))
        assert ada.get("/waiting?seen=").status_code == 200
        assert ada.get("/inbox/list").status_code == 200
    clock.freeze(begun + timedelta(minutes=31))
    assert ada.get("/waiting?seen=", headers={"HX-Request": "true"}).status_code == 401


def test_the_sign_in_page_of_a_demonstration_says_the_password_once(app: Flask) -> None:
    people = sign_ins()
    app.config["DEMO_PEOPLE"] = people
    text = app.test_client().get("/sign-in").get_data(as_text=True)
    assert all(f'<th scope="row">{person.name}</th>' in text for person in people)
    assert {person.password for person in people} == {people[0].password}
    assert text.count(people[0].password) == 1
