"""What Camunda Modeler does when somebody deploys a diagram and starts it: its five calls, byte for byte."""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.api.camunda7.conftest import Caller
from tests.commands.conftest import flows, model

BOUNDARY = "----WebKitFormBoundaryModeler"
INVOICE = model("invoice", '<startEvent id="s"/><userTask id="pay" camunda:assignee="ada"/>' + flows("s>pay"))
BROKEN = model("invoice", '<startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="nowhere"/>')
FORM = json.dumps({"type": "default", "id": "pay", "components": [{"type": "number", "key": "amount"}]}).encode()


def part(name: str, content: bytes, more: str = "") -> bytes:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"


def file_part(name: str, content: bytes) -> bytes:
    head = f'; filename="{name}"\r\nContent-Type: text/xml'
    return part(name, content, head)


def recorded(*files: tuple[str, bytes]) -> bytes:
    """The body as the Modeler writes it."""
    fields = (
        ("deployment-name", b"invoice"),
        ("deployment-source", b"Camunda Modeler"),
        ("enable-duplicate-filtering", b"true"),
    )
    return b"".join(
        [*(part(*field) for field in fields), *(file_part(*file) for file in files), f"--{BOUNDARY}--\r\n".encode()]
    )


def deploy(caller: Caller, *files: tuple[str, bytes]) -> TestResponse:
    return caller.ask(
        "POST",
        "/deployment/create",
        data=recorded(*files),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
        headers={"Accept": "application/json"},
    )


def test_the_connection_is_checked_first_without_and_then_with_a_name(app: Flask, ada: Caller) -> None:
    answer = app.test_client().get("/engine-rest/deployment?maxResults=0", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert set(answer.json or {}) == {"type", "message", "code"}
    assert ada.get("/deployment?maxResults=0") == []


def test_the_version_is_one_that_the_modeler_knows_and_says_who_we_are(ada: Caller) -> None:
    found = ada.get("/version")
    assert (found["version"], found["product"]) == ("7.24.0", "Procession")


def test_a_diagram_is_deployed_and_started(app: Flask, ada: Caller) -> None:
    answer = deploy(ada, ("invoice.bpmn", INVOICE), ("pay.form", FORM))
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    found: Any = answer.json
    [definition] = found["deployedProcessDefinitions"].values()
    assert (definition["key"], definition["version"], definition["resource"]) == ("invoice", 1, "invoice.bpmn")
    assert (found["name"], found["source"]) == ("invoice", "Camunda Modeler")
    started = ada.post(f"/process-definition/{definition['id']}/start", {"businessKey": None, "variables": None})
    assert started["definitionId"] == definition["id"]
    assert ada.get(f"/process-instance/{started['id']}")["ended"] is False


def test_the_same_diagram_keeps_its_version_and_is_told_again(ada: Caller) -> None:
    first: Any = deploy(ada, ("invoice.bpmn", INVOICE)).json
    second: Any = deploy(ada, ("invoice.bpmn", INVOICE)).json
    assert list(second["deployedProcessDefinitions"]) == list(first["deployedProcessDefinitions"])


def test_a_diagram_that_cannot_run_is_refused_with_its_elements(ada: Caller) -> None:
    answer = deploy(ada, ("invoice.bpmn", BROKEN))
    found: Any = answer.json
    assert (answer.status_code, found["type"]) == (400, "ParseException")
    assert found["message"].startswith("ENGINE-09005 Could not parse BPMN process.")
    assert "nowhere" in found["message"]
    assert found["details"]["invoice.bpmn"]["errors"]


def test_a_deployment_without_a_resource_is_refused(ada: Caller) -> None:
    assert deploy(ada).status_code == 400
    answer = ada.ask("POST", "/deployment/create", data={"surprise": "no file"})
    assert (answer.status_code, "no file name" in answer.text) == (400, True)


def test_who_may_not_deploy_is_told_so(zoe: Caller) -> None:
    assert deploy(zoe, ("invoice.bpmn", INVOICE)).status_code == 403
    assert zoe.ask("GET", "/deployment?maxResults=0").status_code == 403


def test_the_links_of_the_modeler_land_on_our_pages(app: Flask, ada: Caller) -> None:
    client = app.test_client()
    found: Any = client.get("/.well-known/camunda-automation-platform/webapps").json
    assert not found["cockpitUrl"].rstrip("/").endswith("cockpit")
    instance_id = ada.post("/process-definition/key/printing/start", {})["id"]
    place = urlsplit(found["cockpitUrl"]).path
    landed = client.get(f"{place}process-instance/{instance_id}")
    assert landed.status_code == 302
    assert landed.location.startswith("/instances/")
    listed = client.get(f'{place}repository?deploymentsQuery=[{{"type":"id","operator":"eq","value":"x"}}]')
    assert listed.location == "/definitions"


def test_deployed_files_are_given_back_byte_for_byte(ada: Caller) -> None:
    found: Any = deploy(ada, ("invoice.bpmn", INVOICE)).json
    [resource] = ada.get(f"/deployment/{found['id']}/resources")
    path = f"/deployment/{found['id']}/resources/{resource['id']}/data"
    assert ada.ask("GET", path).data == INVOICE
    [definition] = found["deployedProcessDefinitions"].values()
    assert ada.get(f"/process-definition/{definition['id']}/xml")["bpmn20Xml"].encode() == INVOICE


def test_the_other_place_of_the_same_engine_answers_too(app: Flask, ada: Caller) -> None:
    assert ada.get("/engine/default/version")["version"] == "7.24.0"
    assert ada.get("/engine") == [{"name": "default"}]
