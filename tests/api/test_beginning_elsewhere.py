"""Programs may have an instance begin before some elements instead of at its start event."""

import pytest
from flask import Flask

from server.commands import deployments, people
from server.identity.actor import CONSOLE
from server.identity.permissions import Role
from tests.api.house import Program, program
from tests.api.test_sent_values import ASKED, FORM, TYPED
from tests.commands.conftest import model
from tests.web.purchases import PASSWORD


@pytest.fixture
def ida(app: Flask) -> Program:
    """A participant who is an operator as well, beside a process whose start form asks for a trip."""
    with app.app_context():
        deployments.deploy(CONSOLE, [("trip.bpmn", model("trip", ASKED)), ("trip.form", FORM)])
        people.create(CONSOLE, "ida", "Ida", PASSWORD, [Role.PARTICIPANT, Role.OPERATOR])
    return program(app, "ida")


def test_it_begins_there_without_the_start_form(ida: Program) -> None:
    body = {"process_key": "trip", "start": ["look"], "variables": TYPED, "business_key": "T-1"}
    begun = ida.post("/process-instances", body)
    assert begun.status_code == 201, begun.text
    path = f"/process-instances/{begun.json['instance_id']}"
    assert [each["element_key"] for each in ida.get(f"{path}/activity-instances").json["items"]] == ["look"]
    assert ida.get(f"{path}/variables").json["variables"] == TYPED
    assert ida.get(path).json["business_key"] == "T-1"


def test_history_says_where_it_began(ida: Program) -> None:
    begun = ida.post("/process-instances", {"process_key": "trip", "start": ["look"]}).json["instance_id"]
    entries = ida.get(f"/process-instances/{begun}/history").json["entries"]
    assert [each["fields"]["element"] for each in entries if each["name"] == "InstanceStarted"] == ["look"]


def test_values_for_the_start_form_are_still_checked_by_it(ida: Program) -> None:
    body = {"process_key": "trip", "start": ["look"], "values": {"day": "someday"}}
    answer = ida.post("/process-instances", body)
    assert (answer.status_code, answer.json["problems"][0]["pointer"]) == (422, "/values/day")


def test_an_element_that_is_not_there_is_told_and_nothing_starts(ida: Program) -> None:
    answer = ida.post("/process-instances", {"process_key": "trip", "start": ["nowhere"]})
    assert (answer.status_code, "nowhere" in answer.json["detail"]) == (422, True)
    assert ida.get("/process-instances?process_key=trip").json["items"] == []


@pytest.mark.usefixtures("ida")
def test_who_may_only_start_is_refused(ada: Program, app: Flask) -> None:
    for asking in (ada, program(app, "robbie")):
        answer = asking.post("/process-instances", {"process_key": "trip", "start": ["look"]})
        assert (answer.status_code, "move tokens" in answer.json["detail"]) == (403, True)
