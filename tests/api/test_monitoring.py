"""What monitors ask: health for everybody, figures for those who may read them."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from server.settings import Settings
from tests import databases
from tests.api.house import Program, program
from tests.web import stuck


def test_a_server_that_can_work_says_so_to_everybody(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/health/live").json == {"status": "live"}
    ready = browser.get("/health/ready")
    assert (ready.status_code, ready.json) == (200, {"status": "ready"})


@databases.ONLY_SQLITE
def test_a_server_without_its_schema_lives_and_is_not_ready(tmp_path: Path, kind: str) -> None:
    with databases.running(Settings(database_url=f"sqlite:///{tmp_path}/empty.sqlite")) as app:
        assert app.test_client().get("/health/live").status_code == 200
        ready = app.test_client().get("/health/ready")
    assert ready.status_code == 503
    assert ready.json is not None
    assert "procession upgrade" in ready.json["detail"]


def figures(app: Flask, asking: Program | None = None) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {asking.secret}"} if asking else {}
    answer = app.test_client().get("/metrics", headers=headers)
    return answer.status_code, answer.text


def test_operators_read_the_figures_and_nobody_else(app: Flask, ada: Program, alan: Program) -> None:
    with app.app_context():
        stuck.bill(0)
        stuck.bill(2)
    status, text = figures(app, alan)
    assert status == 200
    assert 'procession_process_instances{state="active"} 2.0' in text
    assert "procession_incidents_open 1.0" in text
    assert 'procession_jobs{state="ready"} 1.0' in text
    assert figures(app)[0] == 401
    assert figures(app, ada)[0] == 403
    assert figures(app, program(app, "alan", process_keys=["purchase"]))[0] == 403


@pytest.mark.parametrize(("networks", "status"), [(("127.0.0.0/8",), 200), (("10.0.0.0/8", "::1/128"), 401)])
def test_networks_that_are_named_read_the_figures_without_a_token(
    settings: Settings, networks: tuple[str, ...], status: int
) -> None:
    with databases.running(replace(settings, metrics_allowed=networks)) as app:
        assert figures(app)[0] == status


def test_requests_are_measured_by_endpoint(app: Flask, ada: Program, alan: Program) -> None:
    ada.get("/account")
    text = figures(app, alan)[1]
    assert 'procession_request_seconds_count{endpoint="api.account_profile",method="GET",status="2xx"} 1.0' in text
