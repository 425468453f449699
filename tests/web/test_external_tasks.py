"""Operators see what workers do, free it and give it new tries."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import deployments, external_tasks, process_instances
from server.commands.external_tasks import Wish
from server.identity.actor import CONSOLE
from tests.commands.conftest import flows, model
from tests.web import purchases

PRINT = (
    '<startEvent id="s"/><serviceTask id="print" name="Print the order" camunda:type="external" camunda:topic="print"/>'
    + flows("s>print")
)


@pytest.fixture
def operator(app: Flask) -> FlaskClient:
    return purchases.sign_in(app, "alan")


@pytest.fixture
def held(app: Flask) -> tuple[str, str]:
    """The instance and the external task that worker w1 has."""
    with app.app_context():
        deployments.deploy(CONSOLE, [("printing.bpmn", model("printing", PRINT))])
        instance_id = process_instances.start(CONSOLE, "printing", {}).instance_id
        [found] = external_tasks.fetch_and_lock(CONSOLE, "w1", 1, [Wish("print", 60)])
        return instance_id, found.id


def test_an_operator_sees_who_has_which_work(operator: FlaskClient, held: tuple[str, str]) -> None:
    for path in ("/operations/external-tasks", f"/instances/{held[0]}"):
        page = operator.get(path).text
        assert "Print the order" in page
        assert "w1" in page
        assert "Locked" in page
    assert "Nothing waits for a worker" in operator.get("/operations/external-tasks?state=free").text


def test_an_operator_frees_work_with_a_reason(operator: FlaskClient, held: tuple[str, str]) -> None:
    path = f"/operations/external-tasks/{held[1]}/unlock"
    assert "Unlock" in operator.get(path).text
    assert operator.post(path, data={"reason": ""}).status_code == 422
    assert operator.post(path, data={"reason": "The machine is gone"}).status_code == 303
    assert "Free" in operator.get(f"/instances/{held[0]}").text


def test_an_operator_gives_new_tries(app: Flask, operator: FlaskClient, held: tuple[str, str]) -> None:
    with app.app_context():
        external_tasks.fail(CONSOLE, held[1], "w1", "out of paper", "tray 2", 0)
    path = f"/operations/external-tasks/{held[1]}/retries"
    assert "tray 2" in operator.get(path).text
    assert operator.post(path, data={"reason": "Paper", "retries": "many"}).status_code == 422
    assert operator.post(path, data={"reason": "Paper", "retries": "2"}).status_code == 303
    with app.app_context():
        [again] = external_tasks.fetch_and_lock(CONSOLE, "w2", 1, [Wish("print", 60)])
    assert again.retries == 2


def test_who_is_no_operator_sees_no_external_tasks(app: Flask, ada: FlaskClient, held: tuple[str, str]) -> None:
    assert ada.get("/operations/external-tasks").status_code == 404
