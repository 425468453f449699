"""Scripts of pages of other origins: those that the settings name may call the REST APIs, and none reads a page."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.api.origins import read_origins
from server.app import create_app
from server.errors import Invalid
from server.settings import Settings, read_settings
from tests.api.house import Program
from tests.web.purchases import PASSWORD

TASKS, EVIL = "https://tasks.example.com", "https://evil.example"
PATHS = pytest.mark.parametrize("path", ["/api/v1/account", "/engine-rest/task", "/engine-rest/engine/default/task"])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, allowed_origins=(TASKS, "http://localhost:3000"))


def preflight(app: Flask, path: str, origin: str = TASKS, method: str = "PUT") -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "if-match"}
    return app.test_client().open(path, method="OPTIONS", headers=asked)


def allowed(answer: Any) -> list[str]:
    return [name for name, _ in answer.headers if name.startswith("Access-Control-")]


@PATHS
def test_what_a_browser_asks_before_is_answered_to_an_origin_that_is_named(app: Flask, path: str) -> None:
    answer = preflight(app, path)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == TASKS
    assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
    assert {"Authorization", "If-Match"} <= set(answer.headers["Access-Control-Allow-Headers"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


@PATHS
@pytest.mark.parametrize("origin", [EVIL, "null", "http://tasks.example.com", f"{TASKS}.evil.example", f"{TASKS}:8443"])
def test_another_origin_is_told_nothing(app: Flask, path: str, origin: str) -> None:
    answer = preflight(app, path, origin)
    assert allowed(answer) == []
    assert "Origin" in answer.headers["Vary"]
    assert allowed(app.test_client().get(path, headers={"Origin": origin})) == []


@PATHS
def test_an_answer_can_be_read_whether_or_not_it_is_a_refusal(app: Flask, path: str, ada: Program) -> None:
    for headers, status in (({}, 401), ({"Authorization": f"Bearer {ada.secret}"}, 200)):
        answer = app.test_client().get(path, headers={"Origin": TASKS, **headers})
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == TASKS
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert "Origin" in answer.headers["Vary"]


def test_a_script_of_an_origin_that_is_named_changes_something_by_token_or_password(app: Flask, ada: Program) -> None:
    headers = {"Origin": TASKS, "Sec-Fetch-Site": "cross-site"}
    assert ada.ask("POST", "/account/notices/reading", headers=headers).status_code == 204
    again = app.test_client().post("/api/v1/account/notices/reading", headers=headers, auth=("ada", PASSWORD))
    assert again.status_code == 204
    assert ada.ask("POST", "/account/notices/reading", headers={**headers, "Origin": EVIL}).status_code == 403


@pytest.mark.parametrize("origin", [TASKS, EVIL, "null"])
def test_a_session_is_never_taken_from_another_origin(app: Flask, browser: Program, origin: str) -> None:
    assert browser.get("/account").status_code == 200
    assert browser.get("/account", Origin=origin).status_code == 401
    assert browser.post("/account/notices/reading", Origin=origin).status_code in (401, 403)
    assert browser.post("/account/notices/reading", Origin="http://localhost").status_code == 204


@pytest.mark.parametrize("path", ["/signin", "/api/v1/docs", "/metrics", "/", "/engine-restless"])
def test_pages_are_for_no_other_origin(app: Flask, path: str) -> None:
    assert allowed(preflight(app, path)) == []
    assert allowed(app.test_client().get(path, headers={"Origin": TASKS})) == []


def test_without_the_setting_nobody_is_told_anything(settings: Settings) -> None:
    app = create_app(replace(settings, allowed_origins=()))
    assert allowed(preflight(app, "/api/v1/account")) == []
    assert "Origin" not in app.test_client().get("/api/v1/account", headers={"Origin": TASKS}).headers.get("Vary", "")


@pytest.mark.parametrize(
    "origin",
    [
        *("*", "https://*.example.com", "null", "tasks.example.com", f"{TASKS}/", "https://a@b.example"),
        *("ftp://a.example", "https://", "https://a.example:port", "https://a.example?x", "https://a b.example"),
    ],
)
def test_what_is_no_origin_is_refused_at_the_start(tmp_path: Path, origin: str) -> None:
    given = read_settings({"PROCESSION_ALLOWED_ORIGINS": f"{TASKS}, {origin}"})
    with pytest.raises(Invalid, match="PROCESSION_ALLOWED_ORIGINS"):
        create_app(replace(given, database_url=f"sqlite:///{tmp_path}/d.sqlite", files_path=tmp_path))


def test_an_origin_is_known_however_it_is_written() -> None:
    written = ("HTTPS://Tasks.Example.com:443", "http://[::1]:8080", "http://localhost:80")
    assert read_origins(written) == {"https://tasks.example.com", "http://[::1]:8080", "http://localhost"}
