"""S22: planted canaries are used at the other end, and stand in no table, no log and no page afterwards."""

import base64
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from server.commands import connections, deployments, people, process_instances, secrets
from server.database import db
from server.identity.actor import CONSOLE
from server.identity.sealing import seal_of
from server.settings import Settings
from server.workers.loop import work_once
from tests import databases
from tests.loopback import Site

TAIL = "kanariefagel-4711"  # long enough to stand in no random token by chance
CANARY = f"canary/värld-{TAIL}"
PASSWORD = "a long enough password"
MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tests"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" name="Effect" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>
    <serviceTask id="call" name="Call"><extensionElements><camunda:connector><camunda:inputOutput>
      <camunda:inputParameter name="connection">erp</camunda:inputParameter>
      <camunda:inputParameter name="url">{path}</camunda:inputParameter>
      <camunda:outputParameter name="echo">${{response}}</camunda:outputParameter>
      <camunda:outputParameter name="heads">${{headers}}</camunda:outputParameter>
    </camunda:inputOutput><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector>
    </extensionElements></serviceTask>
    <sequenceFlow id="f2" sourceRef="call" targetRef="look"/><userTask id="look" name="Look"/>
    <sequenceFlow id="f3" sourceRef="look" targetRef="done"/><endEvent id="done"/>
  </process></definitions>"""


@pytest.fixture
def allowed(settings: Settings) -> Settings:
    return Settings(database_url=settings.database_url, files_path=settings.files_path, http_allowed=("127.0.0.1",))


@pytest.fixture
def echo(app: Flask, site: Site, allowed: Settings) -> str:
    """A system that sends back what it was told, and in one place complains about it; the header it expects."""
    secrets.keep(CONSOLE, seal_of(allowed), "erp.password", CANARY)
    told = {"authentication": "basic", "user": "ann", "password": "erp.password"}
    connections.keep(CONSOLE, "erp", "http", {"url": site.url("/v1"), **told})
    pair = base64.b64encode(f"ann:{CANARY}".encode()).decode()
    body = f'{{"you": "Basic {pair}", "said": ["{CANARY}"], "{CANARY}": 1}}'.encode()
    site.answers["/v1/echo"] = (200, {"content-type": "application/json", "x-echo": pair}, body)
    site.answers["/v1/bad"] = (200, {"content-type": f"text/{CANARY.encode().hex()}"}, CANARY.encode())
    return f"Basic {pair}"


def run(key: str, path: str, settings: Settings) -> str:
    deployments.deploy(CONSOLE, [(f"{key}.bpmn", MODEL.format(key=key, path=path).encode())])
    instance_id = process_instances.start(CONSOLE, key, {}).instance_id
    while work_once(settings, "test", {}):
        pass
    return instance_id


def everything_kept() -> str:
    db.session.rollback()
    return "\n".join(repr(row) for table in db.metadata.sorted_tables for row in db.session.execute(select(table)))


def spellings() -> list[str]:
    return [CANARY, TAIL, base64.b64encode(CANARY.encode()).decode()[:12]]


def test_a_canary_reaches_the_other_end_and_nobody_else(
    app: Flask, site: Site, allowed: Settings, echo: str, capfd: pytest.CaptureFixture[str]
) -> None:
    pages: list[Any] = []
    instances = [run("good", "echo", allowed), run("text", "bad", allowed), run("none", "missing", allowed)]
    assert [headers["authorization"] for _, _, headers, _ in site.asked] == [echo] * 3
    kept = everything_kept()
    assert "•••" in kept
    assert [word for word in spellings() if word in kept] == []
    people.create(CONSOLE, "olga", "Olga", PASSWORD, ["administrator", "operator", "auditor"])
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    assert browser.post("/sign-in", data={"name": "olga", "password": PASSWORD}).status_code == 303
    addresses = ["/administration/connections", "/administration/connections/erp", "/audit", "/operations"]
    addresses += [f"/instances/{instance_id}" for instance_id in instances]
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200, address
        pages.append(answer.text)
    assert [word for word in spellings() for page in pages if word in page] == []
    logged = capfd.readouterr()
    assert [word for word in spellings() if word in logged.out + logged.err] == []


@databases.ONLY_SQLITE
def test_a_missing_secret_is_an_incident_that_names_it(app: Flask, allowed: Settings, echo: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM secret"))
    run("gone", "echo", allowed)
    assert 'needs the secret "erp.password"' in everything_kept()


@databases.ONLY_SQLITE
def test_a_model_cannot_lead_a_connection_elsewhere(app: Flask, site: Site, allowed: Settings, echo: str) -> None:
    for number, path in enumerate(("http://127.0.0.1:9/x", "../echo", "%2e%2e/echo", site.url("/v2"), "a/..%5c../b")):
        run(f"out{number}", path, allowed)
    assert site.asked == []
    assert everything_kept().count("leads out of the connection") >= 5
