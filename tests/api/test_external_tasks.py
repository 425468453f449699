"""External tasks over our own API: fetched anew each time, reported once, with values and files as they are."""

import base64
from typing import Any

import pytest
from flask import Flask

from server.commands import deployments
from server.identity.actor import CONSOLE
from tests.api.house import Program, program
from tests.commands.conftest import flows, model

PRINT = (
    '<startEvent id="s"><messageEventDefinition messageRef="Ordered"/></startEvent>'
    '<serviceTask id="print" camunda:type="external" camunda:topic="print"/>'
    '<boundaryEvent id="jam" attachedToRef="print"><errorEventDefinition errorRef="JamError"/></boundaryEvent>'
    '<userTask id="see" camunda:assignee="ada"/><userTask id="mend" camunda:assignee="ada"/>'
    + flows("s>print", "print>see", "jam>mend")
    + '</process><message id="Ordered" name="ordered"/><error id="JamError" errorCode="JAM"/><process id="nothing">'
)
LETTER = {"$file": {"name": "a.txt", "media_type": "text/plain", "content": base64.b64encode(b"hello").decode()}}
FETCH = {"worker": "w", "topics": [{"topic": "print"}]}


@pytest.fixture
def robbie(app: Flask) -> Program:
    with app.app_context():
        deployments.deploy(CONSOLE, [("print.bpmn", model("printing", PRINT))])
    return program(app, "robbie")


def fetched(robbie: Program) -> Any:
    """The one external task that there is, of a process that has just begun."""
    assert robbie.post("/messages", {"name": "ordered"}).status_code == 200
    [found] = robbie.post("/external-tasks/fetch", FETCH).json["items"]
    return found


def files(alan: Program, instance_id: str) -> list[str]:
    return [one["name"] for one in alan.get(f"/process-instances/{instance_id}/attachments").json["items"]]


def variables(alan: Program, instance_id: str) -> Any:
    return alan.get(f"/process-instances/{instance_id}/variables").json["variables"]


def test_fetching_takes_no_key_because_it_locks_other_work_each_time(robbie: Program) -> None:
    answer = robbie.post("/external-tasks/fetch", FETCH, Idempotency_Key="one")
    assert answer.status_code == 400
    assert answer.json["detail"] == "This is done anew however often it is asked for: leave out Idempotency-Key here."


def test_the_document_offers_fetching_no_key(robbie: Program) -> None:
    paths = robbie.get("/openapi.json").json["paths"]
    named = {
        end: [one["name"] for one in paths[f"/api/v1/external-tasks/{end}"]["post"]["parameters"]]
        for end in ("fetch", "{external_task_id}/completion")
    }
    assert named == {"fetch": [], "{external_task_id}/completion": ["external_task_id", "Idempotency-Key"]}


def test_a_result_with_a_file_under_a_key_is_taken_and_taken_once(robbie: Program, alan: Program) -> None:
    found = fetched(robbie)
    body = {"worker": "w", "variables": {"letter": LETTER}, "own_variables": {"copy": LETTER}}
    for _ in range(2):
        answer = robbie.post(f"/external-tasks/{found['id']}/completion", body, Idempotency_Key="one")
        assert answer.status_code == 204
    [place] = alan.get(f"/process-instances/{found['instance_id']}/tokens").json["items"]
    letter = variables(alan, found["instance_id"])["letter"]
    assert (place["element_key"], letter["name"]) == ("see", "a.txt")
    assert alan.get(f"/attachments/{letter['attachment']}").data == b"hello"
    assert files(alan, found["instance_id"]) == ["a.txt", "a.txt"]


def test_a_file_of_a_result_that_was_not_taken_is_not_the_instances(robbie: Program, alan: Program) -> None:
    found = fetched(robbie)
    body = {"worker": "somebody else", "variables": {"letter": LETTER}}
    assert robbie.post(f"/external-tasks/{found['id']}/completion", body).status_code == 409
    assert files(alan, found["instance_id"]) == []


def test_an_error_brings_a_file(robbie: Program, alan: Program) -> None:
    found = fetched(robbie)
    body = {"worker": "w", "code": "JAM", "variables": {"letter": LETTER}}
    assert robbie.post(f"/external-tasks/{found['id']}/bpmn-error", body).status_code == 204
    [place] = alan.get(f"/process-instances/{found['instance_id']}/tokens").json["items"]
    assert (place["element_key"], files(alan, found["instance_id"])) == ("mend", ["a.txt"])


def test_values_keep_their_types_on_the_way_in_and_out(robbie: Program, alan: Program) -> None:
    given = {"due": {"$date": "2026-11-21"}, "sum": {"$decimal": "1.10"}, "rows": [{"took": {"$duration": "PT2H"}}]}
    found = fetched(robbie)
    body = {"worker": "w", "variables": given}
    assert robbie.post(f"/external-tasks/{found['id']}/completion", body).status_code == 204
    assert variables(alan, found["instance_id"]) == given


@pytest.mark.parametrize(
    "odd",
    [
        {"$date": "tomorrow"},
        {"$decimal": "NaN"},
        {"$odd": 1},
        {"$file": {"name": "a.txt", "media_type": "text/plain", "content": "?"}},
        {"$file": "a.txt"},
        [{"inside": {"$time": 7}}],
    ],
    ids=str,
)
def test_what_is_no_value_is_pointed_to(robbie: Program, odd: Any) -> None:
    found = fetched(robbie)
    answer = robbie.post(f"/external-tasks/{found['id']}/completion", {"worker": "w", "variables": {"x": odd}})
    assert (answer.status_code, answer.json["problems"][0]["pointer"]) == (422, "/variables/x")
