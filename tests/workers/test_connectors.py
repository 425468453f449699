"""Connectors as models name them: from the drawing over the call to the variables, at real servers."""

import io
import json
import sqlite3
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server import files
from server.commands import attachments, connections, deployments, process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.records.activity_instance import ActivityInstance
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.settings import Settings
from server.workers.loop import work_once
from tests import databases
from tests.loopback import Post, Site, post

__all__ = ["post"]
pytestmark = databases.ONLY_SQLITE

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tests"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <error id="gone_error" errorCode="gone"/>
  <process id="called" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>
    <serviceTask id="call" name="Call"><extensionElements>{before}<camunda:connector><camunda:inputOutput>
      {inputs}
      {outputs}
    </camunda:inputOutput><camunda:connectorId>{connector}</camunda:connectorId></camunda:connector>
    </extensionElements></serviceTask>
    <boundaryEvent id="caught" attachedToRef="call"><errorEventDefinition errorRef="gone_error"/></boundaryEvent>
    <sequenceFlow id="f2" sourceRef="call" targetRef="done"/><endEvent id="done"/>
    <sequenceFlow id="f3" sourceRef="caught" targetRef="lost"/><userTask id="lost"/>
    <sequenceFlow id="f4" sourceRef="lost" targetRef="done2"/><endEvent id="done2"/>
  </process></definitions>"""


def model(connector: str, inputs: dict[str, str], outputs: dict[str, str], before: str = "") -> bytes:
    given = "".join(
        f'<camunda:inputParameter name="{name}">{text}</camunda:inputParameter>' for name, text in inputs.items()
    )
    taken = "".join(
        f'<camunda:outputParameter name="{name}">${{{text}}}</camunda:outputParameter>'
        for name, text in outputs.items()
    )
    parts = {"inputs": given, "outputs": taken, "connector": connector, "before": before}
    return MODEL.format(**parts).encode()


def begun(drawn: bytes) -> str:
    deployments.deploy(CONSOLE, [("called.bpmn", drawn)])
    return process_instances.start(CONSOLE, "called", {}).instance_id


def run(settings: Settings, drawn: bytes) -> str:
    instance_id = begun(drawn)
    work(settings)
    return instance_id


def work(settings: Settings) -> None:
    while work_once(replace(settings, http_allowed=("127.0.0.1",)), "test", {}):
        pass


def passed(instance_id: str) -> set[str]:
    rows = select(ActivityInstance.element_key).where(ActivityInstance.instance_id == instance_id)
    return set(db.session.scalars(rows))


def state_of(instance_id: str) -> str:
    db.session.rollback()
    row = db.session.get(ProcessInstance, instance_id)
    assert row is not None
    return row.state


def json_answer(site: Site, path: str, value: Any) -> None:
    site.answers[path] = (200, {"content-type": "application/json"}, json.dumps(value).encode())


def test_pages_are_turned_by_expressions_of_the_model_only(app: Flask, settings: Settings, site: Site) -> None:
    json_answer(site, "/a", {"items": [1], "next": "/b"})
    json_answer(site, "/b", {"items": [2]})
    inputs = {"url": site.url("/a"), "nextPage": "= response.next", "items": "${response.items}"}
    drawn = model("http-connector", inputs, {"total": "response[0] + response[1]"})
    assert state_of(run(settings, drawn)) == "completed"
    assert [path for _, path, _, _ in site.asked] == ["/a", "/b"]


def test_a_status_that_the_model_foresees_goes_its_way(app: Flask, settings: Settings, site: Site) -> None:
    codes = '<camunda:map><camunda:entry key="4xx">gone</camunda:entry></camunda:map>'
    found = run(settings, model("http", {"url": site.url("/missing"), "errors": codes}, {}))
    assert "lost" in passed(found)
    assert db.session.scalars(select(Incident)).all() == []


@pytest.mark.parametrize(("total", "way"), [(0, "lost"), (7, "done")])
def test_an_answer_that_means_an_error_goes_its_way(
    app: Flask, settings: Settings, site: Site, total: int, way: str
) -> None:
    json_answer(site, "/a", {"total": total})
    meant = '<camunda:errorEventDefinition errorRef="gone_error" expression="${response.total == 0}"/>'
    assert way in passed(run(settings, model("http", {"url": site.url("/a")}, {}, before=meant)))


def test_a_question_to_a_database_is_the_authors(app: Flask, settings: Settings, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.sqlite") as shop:
        shop.execute("CREATE TABLE orders (id INTEGER, name TEXT)")
        shop.execute("INSERT INTO orders VALUES (1, '${evil}'), (2, 'ink')")
    shop.close()
    connections.keep(CONSOLE, "shop", "sql", {"url": f"sqlite:///{tmp_path}/shop.sqlite"})
    query = "SELECT id FROM orders WHERE name = '${evil}' OR name = :name ORDER BY id"
    values = '<camunda:map><camunda:entry key="name">ink</camunda:entry></camunda:map>'
    inputs = {"connection": "shop", "query": query, "values": values}
    drawn = model("sql", inputs, {"sum": "rows[0].id + rows[1].id"})
    assert state_of(run(settings, drawn)) == "completed"


def test_a_mail_takes_files_of_its_instance_and_of_no_other(app: Flask, settings: Settings, post: Post) -> None:
    mails = replace(settings, mail_server="127.0.0.1", mail_port=post.port)
    inputs = {"to": "a@example.org", "textTemplate": "See {{ n }}", "attachments": "offer.txt"}
    inputs["values"] = '<camunda:map><camunda:entry key="n">${1 + 1}</camunda:entry></camunda:map>'
    drawn = model("mail-send", inputs, {})
    first, second = begun(drawn), begun(drawn)
    stored = files.store(settings.files_path, io.BytesIO(b"the offer"), 100)
    attachments.upload(CONSOLE, "offer.txt", "text/plain", stored, first)
    work(mails)
    ((_, _, content),) = post.taken
    (file,) = message_from_bytes(content, policy=default).iter_attachments()
    assert (file.get_filename(), file.get_content().strip()) == ("offer.txt", "the offer")
    (incident,) = db.session.scalars(select(Incident)).all()
    assert (incident.instance_id, incident.message) == (second, 'The instance has no file "offer.txt".')


def test_a_connection_that_nobody_kept_is_an_incident_that_says_so(app: Flask, settings: Settings) -> None:
    run(settings, model("sql", {"connection": "nothing", "query": "SELECT 1"}, {}))
    (incident,) = db.session.scalars(select(Incident)).all()
    assert 'There is no connection "nothing"' in incident.message
