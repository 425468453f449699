"""Values keep their types, and files go with them, wherever programs give some: forms, messages, signals, mending."""

import base64
from typing import Any

import pytest
from flask import Flask

from server.commands import deployments
from server.identity.actor import CONSOLE
from tests.api.house import Program, program
from tests.commands.conftest import flows, model

LETTER = {"$file": {"name": "a.txt", "media_type": "text/plain", "content": base64.b64encode(b"hello").decode()}}
TYPED = {"on": {"$date": "2026-11-21"}, "total": {"$decimal": "1.10"}, "odd": {"$": {"$date": "no date"}}}
ORDERED = (
    '<startEvent id="by_hand"/><startEvent id="s"><messageEventDefinition messageRef="Ordered"/></startEvent>'
    '<userTask id="pack" camunda:assignee="ada"/>'
    + flows("s>pack", "by_hand>pack")
    + '</process><message id="Ordered" name="ordered"/><process id="nothing3">'
)
ASKED = (
    '<startEvent id="s" camunda:formKey="trip"/><userTask id="look" camunda:assignee="ada" camunda:formKey="trip"/>'
    + flows("s>look")
)
FORM = b"""{"type": "default", "id": "trip", "components": [
  {"type": "datetime", "subtype": "date", "id": "f1", "key": "day", "dateLabel": "Day"},
  {"type": "datetime", "subtype": "datetime", "id": "f2", "key": "at", "dateLabel": "At"},
  {"type": "number", "id": "f3", "key": "cost", "label": "Cost"},
  {"type": "filepicker", "id": "f4", "key": "ticket", "label": "Ticket", "multiple": true}]}"""
TRIP = {"day": {"$date": "2026-12-01"}, "at": {"$datetime": "2026-12-01T09:30:00+01:00"}, "cost": {"$decimal": "9.5"}}


@pytest.fixture(autouse=True)
def _models(app: Flask) -> None:
    with app.app_context():
        files = [("trip.bpmn", model("trip", ASKED)), ("trip.form", FORM), ("ordered.bpmn", model("ordered", ORDERED))]
        deployments.deploy(CONSOLE, files)


@pytest.fixture
def robbie(app: Flask) -> Program:
    return program(app, "robbie")


def variables(asking: Program, instance_id: str) -> Any:
    return asking.get(f"/process-instances/{instance_id}/variables").json["variables"]


def content(asking: Program, variable: Any) -> bytes:
    found: bytes = asking.get(f"/attachments/{variable['attachment']}").data
    return found


def test_a_form_takes_dates_numbers_and_files_with_their_tags(ada: Program, alan: Program) -> None:
    begun = ada.post("/process-instances", {"process_key": "trip", "values": TRIP | {"ticket": [LETTER]}})
    assert begun.status_code == 201, begun.text
    found = variables(alan, begun.json["instance_id"])
    assert (found["day"], found["at"], found["cost"]) == (
        "2026-12-01",
        "2026-12-01T09:30:00+01:00",
        {"$decimal": "9.5"},
    )
    assert content(alan, {"attachment": found["ticket"][0]}) == b"hello"


def test_a_completion_takes_them_too(ada: Program, alan: Program) -> None:
    begun = ada.post("/process-instances", {"process_key": "trip"}).json
    done = ada.post(f"/user-tasks/{begun['user_task_id']}/completion", {"values": {"ticket": LETTER, "cost": 3}})
    assert done.status_code == 200, done.text
    [file] = alan.get(f"/process-instances/{begun['instance_id']}/attachments").json["items"]
    assert file["name"] == "a.txt"


def test_a_program_starts_with_variables_that_no_form_asks_for(robbie: Program, alan: Program) -> None:
    for key in ("trip", "ordered"):
        begun = robbie.post("/process-instances", {"process_key": key, "variables": TYPED | {"letter": LETTER}})
        assert begun.status_code == 201, begun.text
        found = variables(alan, begun.json["instance_id"])
        letter = found.pop("letter")
        assert (found, content(alan, letter)) == (TYPED, b"hello")


def test_variables_beside_the_form_leave_the_form_its_say(robbie: Program) -> None:
    body = {"process_key": "trip", "values": {"day": "someday"}, "variables": {"more": 1}}
    answer = robbie.post("/process-instances", body)
    assert (answer.status_code, answer.json["problems"][0]["pointer"]) == (422, "/values/day")


def test_people_give_only_what_a_form_asks_for(ada: Program) -> None:
    answer = ada.post("/process-instances", {"process_key": "ordered", "variables": {"more": 1}})
    assert answer.status_code == 403


def test_a_start_with_a_file_under_a_key_is_one_start_with_one_file(robbie: Program, alan: Program) -> None:
    body = {"process_key": "ordered", "variables": {"letter": LETTER}}
    first, second = (robbie.post("/process-instances", body, Idempotency_Key="one").json for _ in range(2))
    assert first == second
    assert len(alan.get(f"/process-instances/{first['instance_id']}/attachments").json["items"]) == 1


def test_a_message_brings_values_and_a_file(robbie: Program, alan: Program) -> None:
    reached = robbie.post("/messages", {"name": "ordered", "payload": TYPED | {"letter": LETTER}}).json["instance_id"]
    found = variables(alan, reached)
    letter = found.pop("letter")
    assert (found, content(alan, letter)) == (TYPED, b"hello")


def test_a_message_with_a_file_does_not_wait(robbie: Program) -> None:
    assert robbie.post("/messages", {"name": "unknown", "payload": {"letter": LETTER}}).status_code == 404
    assert robbie.post("/messages", {"name": "unknown", "payload": TYPED}).json == {"instance_id": None}


def test_an_operator_gives_a_variable_a_date_and_no_file(ada: Program, alan: Program) -> None:
    begun = ada.post("/process-instances", {"process_key": "trip"}).json["instance_id"]
    path = f"/process-instances/{begun}/variables/day"
    assert alan.put(path, {"value": {"$date": "2026-12-24"}, "reason": "later"}).status_code == 204
    assert variables(alan, begun)["day"] == {"$date": "2026-12-24"}
    refused = alan.put(path, {"value": LETTER, "reason": "later"})
    assert (refused.status_code, refused.json["problems"][0]["pointer"]) == (422, "/value")


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/process-instances", {"process_key": "trip", "values": {"day": {"$date": "x"}}}, "/values/day"),
        ("/process-instances", {"process_key": "trip", "variables": {"a": {"$x": 1}}}, "/variables/a"),
        ("/messages", {"name": "ordered", "payload": {"a": {"$time": []}}}, "/payload/a"),
        ("/signals", {"name": "s", "payload": {"a": {"$decimal": "NaN"}}}, "/payload/a"),
    ],
)
def test_what_is_no_value_is_pointed_to(robbie: Program, path: str, body: Any, pointer: str) -> None:
    answer = robbie.post(path, body)
    assert (answer.status_code, answer.json["problems"][0]["pointer"]) == (422, pointer)
