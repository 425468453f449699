"""Connections and secrets on their pages: kept, changed, tried, removed, and no value shown again."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.connectors import CONNECTORS
from server.web.connections import TITLES
from tests.loopback import free_port
from tests.web import stuck
from tests.web.purchases import sign_in

HERE = "/administration/connections"
CANARY = "canary-4711"


@pytest.fixture
def katherine(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "katherine")


def keep_secret(browser: FlaskClient, name: str = "erp.token", value: str = CANARY) -> int:
    return browser.post(f"{HERE}/secrets", data={"name": name, "value": value}).status_code


def add_connection(browser: FlaskClient, **changed: str) -> int:
    typed = {"name": "erp", "url": f"http://127.0.0.1:{free_port()}/", "authentication": "bearer", "token": "erp.token"}
    return browser.post(f"{HERE}/new/http", data=typed | changed).status_code


def test_a_kept_secret_is_listed_by_name_and_never_shown(katherine: FlaskClient) -> None:
    assert keep_secret(katherine) == 303
    assert add_connection(katherine) == 303
    for address in (HERE, f"{HERE}/erp", "/audit"):
        page = katherine.get(address).text
        assert "erp" in page
        assert CANARY not in page


def test_a_secret_that_is_refused_is_not_shown_again(katherine: FlaskClient) -> None:
    answer = katherine.post(f"{HERE}/secrets", data={"name": "No Name", "value": CANARY})
    assert answer.status_code == 422
    assert "small letters" in answer.text
    assert CANARY not in answer.text


def test_a_connection_is_changed_and_says_what_is_wrong_at_its_field(katherine: FlaskClient) -> None:
    keep_secret(katherine)
    add_connection(katherine)
    assert katherine.post(f"{HERE}/erp", data={"url": "https://new.example.org"}).status_code == 303
    assert "https://new.example.org" in katherine.get(f"{HERE}/erp").text
    answer = katherine.post(f"{HERE}/erp", data={"url": "gopher://x"})
    assert (answer.status_code, "Write an address like" in answer.text) == (422, True)


def test_a_name_that_is_taken_is_not_taken_over(katherine: FlaskClient) -> None:
    keep_secret(katherine)
    assert [add_connection(katherine), add_connection(katherine)] == [303, 409]


def test_a_connection_that_does_not_answer_says_why(katherine: FlaskClient) -> None:
    keep_secret(katherine)
    add_connection(katherine)
    answer = katherine.post(f"{HERE}/erp/try")
    assert answer.status_code == 422
    assert "PROCESSION_HTTP_ALLOWED" in answer.text


def test_a_secret_in_use_stays_and_goes_after_its_connection(katherine: FlaskClient) -> None:
    keep_secret(katherine)
    add_connection(katherine)
    assert katherine.post(f"{HERE}/secrets/erp.token/remove").status_code == 409
    assert katherine.post(f"{HERE}/erp/remove").status_code == 303
    assert katherine.post(f"{HERE}/secrets/erp.token/remove").status_code == 303
    assert katherine.get(f"{HERE}/erp").status_code == 404


def test_the_operations_of_a_document_are_listed(katherine: FlaskClient) -> None:
    get = {"operationId": "listPets", "summary": "All pets", "parameters": [{"name": "limit", "in": "query"}]}
    document = json.dumps({"openapi": "3.1.0", "paths": {"/pets": {"get": get}}})
    typed = {"name": "pets", "url": "https://pets.example.org", "document": document}
    assert katherine.post(f"{HERE}/new/openapi", data=typed).status_code == 303
    page = katherine.get(f"{HERE}/pets").text
    assert all(words in page for words in ("listPets", "All pets", "limit (optional)"))
    assert "cannot be read" in katherine.post(f"{HERE}/pets", data=typed | {"document": "{"}).text


@pytest.mark.parametrize("person_id", ["ada", "alan"])
def test_nobody_else_finds_the_pages(app: Flask, katherine: FlaskClient, person_id: str) -> None:
    browser = sign_in(app, person_id)
    addresses = (HERE, f"{HERE}/new/http")
    assert [browser.get(address).status_code for address in addresses] == [404, 404]
    assert keep_secret(browser) == 404


@pytest.mark.parametrize("connector", CONNECTORS)
def test_every_connector_has_a_form_with_all_its_fields(katherine: FlaskClient, connector: str) -> None:
    page = katherine.get(f"{HERE}/new/{connector}").text
    assert TITLES[connector] in page
    assert all(f'name="{field.key}"' in page for field in CONNECTORS[connector].fields)
