"""Tokens on the pages: made and shown once, listed, revoked; programs and their tokens for administrators."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import stuck
from tests.web.purchases import sign_in

NEW = {"name": "invoice worker", "expires_at": "2026-12-24", "process_keys": ""}
SECRET = re.compile(r'value="(procession_[\w-]{43})"')


@pytest.fixture
def katherine(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "katherine")


def who(app: Flask, secret: str) -> int:
    return app.test_client().get("/api/v1/account", headers={"Authorization": f"Bearer {secret}"}).status_code


def test_a_token_is_shown_once_and_works_until_it_is_revoked(app: Flask, ada: FlaskClient) -> None:
    made = ada.post("/account/tokens", data=NEW)
    found = SECRET.search(made.text)
    assert found is not None
    assert who(app, found[1]) == 200
    page = ada.get("/account/tokens").text
    assert "invoice worker" in page
    assert found[1] not in page
    revoke = re.search(r'action="(/account/tokens/\w+/revoke)"', page)
    assert revoke is not None
    assert ada.post(revoke[1]).status_code == 303
    assert who(app, found[1]) == 401
    assert "Revoked" in ada.get("/account/tokens").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "Say what the token is for"),
        ({"expires_at": "2030-01-01"}, "within 366 days"),
        ({"expires_at": "soon"}, "Give a day and a time"),
        ({"roles": "operator"}, "does not have the role operator"),
    ],
)
def test_a_token_with_a_problem_is_refused_at_the_field(
    ada: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    answer = ada.post("/account/tokens", data=NEW | {"process_keys": "purchase"} | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="purchase"' in answer.text
    assert SECRET.search(answer.text) is None


def test_nobody_revokes_the_token_of_somebody_else(app: Flask, ada: FlaskClient, grace: FlaskClient) -> None:
    ada.post("/account/tokens", data=NEW)
    revoke = re.search(r'action="(/account/tokens/\w+/revoke)"', ada.get("/account/tokens").text)
    assert revoke is not None
    assert grace.post(revoke[1]).status_code == 404


def test_an_administrator_makes_a_program_and_its_token(app: Flask, katherine: FlaskClient) -> None:
    assert "There is no program yet" in katherine.get("/administration/tokens").text
    program = {"id": "robot", "name": "Robot", "roles": ["participant"]}
    assert katherine.post("/administration/tokens/program", data=program).status_code == 303
    assert katherine.post("/administration/tokens/program", data=program).status_code == 422
    made = katherine.post("/administration/tokens", data=NEW | {"person_id": "robot"})
    found = SECRET.search(made.text)
    assert found is not None
    assert who(app, found[1]) == 200
    page = katherine.get("/administration/tokens").text
    revoke = re.search(r'action="(/administration/tokens/\w+/revoke)"', page)
    assert revoke is not None
    assert katherine.post(revoke[1]).status_code == 303
    assert who(app, found[1]) == 401


def test_an_administrator_makes_no_token_in_the_name_of_a_person(katherine: FlaskClient) -> None:
    answer = katherine.post("/administration/tokens", data=NEW | {"person_id": "ada"})
    assert answer.status_code == 422
    assert SECRET.search(answer.text) is None


def test_a_program_has_no_password_to_set(katherine: FlaskClient) -> None:
    katherine.post("/administration/tokens/program", data={"id": "robot", "name": "Robot", "roles": ["participant"]})
    assert "Set the password" not in katherine.get("/administration/people/robot").text


@pytest.mark.parametrize("address", ["/administration/tokens", "/administration/tokens/program"])
def test_only_administrators_find_everybodys_tokens(ada: FlaskClient, address: str) -> None:
    assert ada.get(address).status_code == 404
    assert ada.post(address, data=NEW).status_code == 404


def test_the_documentation_of_the_api_is_a_page_of_ours(ada: FlaskClient) -> None:
    page = ada.get("/api/v1/docs")
    assert page.status_code == 200
    assert "/api/v1/user-tasks/{user_task_id}/completion" in page.text
    assert "https://" not in page.text.replace("https://evil", "")


def test_the_documentation_is_for_those_who_are_signed_in(app: Flask) -> None:
    assert app.test_client().get("/api/v1/docs").status_code == 302
