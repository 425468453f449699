"""What protects every page: the policy, CSRF tokens, limits, the secret key."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.errors import Invalid
from server.settings import Settings
from server.web.security import POLICY, secret_key
from tests.web.purchases import PASSWORD

PAGES = ["/inbox", "/start", "/start/purchase", "/requests", "/search?q=ada", "/notices", "/account", "/nowhere"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_policy_and_nothing_inline(ada: FlaskClient, page: str) -> None:
    answer = ada.get(page)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["Cache-Control"] == "no-store"
    text = answer.get_data(as_text=True)
    assert " style=" not in text
    assert "<script>" not in text
    assert " onclick=" not in text


def test_a_change_without_a_token_is_refused(app: Flask, ada: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = ada.post("/account", data={"name": "Eve", "zone": "UTC"})
    assert answer.status_code == 400
    assert "reload the page" in answer.get_data(as_text=True)


def test_the_token_of_the_page_is_accepted_in_form_and_header(app: Flask, ada: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    text = ada.get("/account").get_data(as_text=True)
    token = text.split('name="csrf-token" content="')[1].split('"')[0]
    data = {"name": "Ada", "zone": "UTC", "csrf_token": token}
    assert ada.post("/account", data=data).status_code == 303
    answer = ada.post("/start/purchase/draft", json={"values": {}}, headers={"X-CSRFToken": token})
    assert answer.status_code == 200


def test_signing_in_needs_a_token_too(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert app.test_client().post("/sign-in", data={"name": "ada", "password": PASSWORD}).status_code == 400


def test_too_large_a_request_is_refused_in_one_sentence(app: Flask, ada: FlaskClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = ada.post("/account", data={"name": "x" * 2000, "zone": "UTC"})
    assert answer.status_code == 413
    assert "What you sent is larger than 1000 B." in answer.get_data(as_text=True)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"name": "ada", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_secret_key_is_made_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'x.sqlite'}")
    assert secret_key(settings) == secret_key(settings)
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_production_needs_a_secret_key_of_its_own(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'x.sqlite'}", production=True)
    with pytest.raises(Invalid, match="PROCESSION_SECRET_KEY"):
        secret_key(settings)
    assert secret_key(replace(settings, secret_key="k" * 40)) == "k" * 40


def test_a_page_that_is_not_there_is_told_with_a_way_back(ada: FlaskClient) -> None:
    answer = ada.get("/nowhere")
    assert answer.status_code == 404
    assert 'href="/"' in answer.get_data(as_text=True)


def test_built_files_are_kept_by_browsers_and_sent_compressed(app: Flask, ada: FlaskClient) -> None:
    page = ada.get("/account").get_data(as_text=True)
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    with app.test_client().get(address, headers={"Accept-Encoding": "br"}) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.mimetype == "text/css"
