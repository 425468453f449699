"""User tasks that stand alone: created, found, worked on and deleted as those of the reference."""

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.commands import people
from server.identity.actor import CONSOLE
from tests.api.camunda7.conftest import Caller
from tests.api.camunda7.models import PASSWORD

PROJECT = Path(__file__).parents[3]
FILES = [PROJECT / "bpmn_models" / "single_task.bpmn", *sorted((PROJECT / "forms").glob("single_task_*.form"))]


@pytest.fixture
def deployed(ada: Caller) -> None:
    """The process application that they are instances of."""
    sent = {file.name: (io.BytesIO(file.read_bytes()), file.name) for file in FILES}
    assert ada.ask("POST", "/deployment/create", data=sent).status_code == 200


def created(caller: Caller, name: str, **more: Any) -> Any:
    caller.post("/task/create", {"name": name, **more}, 204)
    [found] = caller.get("/task", query_string={"name": name})
    return found


@pytest.mark.usefixtures("deployed")
def test_a_user_task_that_stands_alone_has_what_it_was_given(ada: Caller) -> None:
    due, follow_up = "2026-12-24T18:00:00.000+0000", "2026-12-01T08:00:00.000+0000"
    found = created(ada, "Buy paper", assignee="zoe", due=due, followUp=follow_up, priority=77, description="A4")
    assert (found["assignee"], found["due"], found["followUp"], found["priority"]) == ("zoe", due, follow_up, 77)
    assert (found["taskState"], found["owner"], found["delegationState"]) == ("Created", None, None)
    assert ada.get(f"/task/{found['id']}/variables/more")["value"] == "A4"


@pytest.mark.usefixtures("deployed")
def test_it_is_an_ordinary_instance_with_a_history(ada: Caller) -> None:
    found = created(ada, "Buy paper", assignee="ada")
    assert found["processDefinitionId"].startswith("single_task:1:")
    assert ada.get(f"/process-instance/{found['processInstanceId']}")["businessKey"] == "ST-1001"
    ada.post(f"/task/{found['id']}/complete", {}, 204)
    [past] = ada.get(f"/history/process-instance?processInstanceId={found['processInstanceId']}")
    assert (past["state"], past["startUserId"]) == ("COMPLETED", "ada")


@pytest.mark.usefixtures("deployed")
def test_a_date_at_the_end_of_all_calendars_is_kept(ada: Caller) -> None:
    found = created(ada, "Pay back", assignee="zoe", due="9999-12-31T23:59:59.000+0000")
    assert found["due"] == "9999-12-31T23:59:59.000+0000"


@pytest.mark.usefixtures("deployed")
def test_what_is_no_character_becomes_the_sign_for_an_unknown_one_in_a_list(ada: Caller) -> None:
    variables = {"what": {"value": "a\x00b"}, "assignee": {"value": "z\x00"}}
    ada.post("/process-definition/key/single_task/start", {"variables": variables})
    [found] = ada.get("/task")
    assert (found["name"], found["assignee"]) == ("a\ufffdb", "z\ufffd")


@pytest.mark.usefixtures("deployed")
def test_nulls_are_as_if_nothing_was_given(ada: Caller) -> None:
    names = ("id", "description", "assignee", "owner", "delegationState", "due", "followUp", "priority")
    found = created(ada, "Buy paper", **dict.fromkeys((*names, "parentTaskId", "caseInstanceId", "tenantId")))
    assert (found["assignee"], found["due"], found["followUp"], found["priority"]) == (None, None, None, 50)


@pytest.mark.usefixtures("deployed")
def test_without_an_assignee_whoever_created_it_may_claim_it(ada: Caller) -> None:
    path = f"/task/{created(ada, 'Buy paper')['id']}"
    assert ada.get(f"{path}/identity-links") == [{"userId": "ada", "groupId": None, "type": "candidate"}]
    ada.post(f"{path}/claim", {"userId": "ada"}, 204)
    ada.post(f"{path}/unclaim", None, 204)
    assert ada.get(path)["assignee"] is None


@pytest.mark.usefixtures("deployed")
def test_an_operator_takes_what_is_not_offered_to_them(ada: Caller, zoe: Caller) -> None:
    zoe.post("/task/create", {"name": "Buy paper", "assignee": "zoe"}, 204)
    [found] = ada.get("/task?name=Buy%20paper")
    path = f"/task/{found['id']}"
    ada.post(f"{path}/assignee", {}, 204)
    ada.post(f"{path}/assignee", {"userId": "ada"}, 204)
    assert ada.get(path)["assignee"] == "ada"


@pytest.mark.usefixtures("deployed")
def test_whoever_creates_it_is_not_asked_when_it_is_overdue(ada: Caller) -> None:
    found = created(ada, "Buy paper", assignee="zoe", due="2020-01-01T00:00:00.000+0000")
    tree = ada.get(f"/process-instance/{found['processInstanceId']}/activity-instances")
    [inner] = tree["childActivityInstances"]
    assert [each["activityId"] for each in inner["childActivityInstances"]] == ["do_it"]


@pytest.mark.usefixtures("deployed")
def test_it_is_offered_updated_and_completed_as_every_other_one(ada: Caller, zoe: Caller) -> None:
    path = f"/task/{created(ada, 'Buy paper')['id']}"
    ada.post(f"{path}/identity-links", {"userId": "zoe", "type": "candidate"}, 204)
    ada.put(path, {"name": "Buy paper", "priority": 60, "due": "2026-12-24T18:00:00.000+0000"})
    zoe.post(f"{path}/claim", {"userId": "zoe"}, 204)
    changed = zoe.get(path)
    assert (changed["assignee"], changed["priority"]) == ("zoe", 60)
    zoe.post(f"{path}/complete", {"variables": {"outcome": {"value": "done"}}}, 204)
    assert ada.get("/process-instance/count") == {"count": 0}


@pytest.mark.usefixtures("deployed")
def test_a_participant_creates_one_for_somebody_without_any_other_role(ada: Caller, zoe: Caller) -> None:
    zoe.post("/task/create", {"name": "Buy paper", "assignee": "ada", "due": "2026-12-24T18:00:00.000+0000"}, 204)
    [found] = ada.get("/task?assignee=ada")
    assert (found["name"], found["due"]) == ("Buy paper", "2026-12-24T18:00:00.000+0000")
    refused = zoe.post("/task/create", {"name": "Buy ink"}, 400)
    assert refused["message"] == "assignee is missing: without the role worker you create a user task for somebody."


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "name is missing."),
        ({"name": " "}, "name is missing."),
        ({"name": ["a"]}, "name has to be a text."),
        ({"name": "n" * 256}, "name has 256 characters; write 255 at most."),
        ({"name": "a", "id": "my-own"}, "id cannot be chosen"),
        ({"name": "a", "owner": "zoe"}, "owner cannot be given here"),
        ({"name": "a", "delegationState": "PENDING"}, "delegationState cannot be given here"),
        ({"name": "a", "parentTaskId": "1"}, "parentTaskId cannot be kept"),
        ({"name": "a", "caseInstanceId": "1"}, "caseInstanceId cannot be kept"),
        ({"name": "a", "tenantId": "1"}, "tenantId cannot be kept"),
        ({"name": "a", "due": "tomorrow"}, "due is 'tomorrow'"),
        ({"name": "a", "followUp": "0001-01-01T00:00:00.000+1400"}, "followUp is '0001-01-01"),
        ({"name": "a", "priority": "high"}, "priority has to be a whole number."),
        ({"name": "a", "priority": 2**31}, "priority is a whole number of at most 32 bits."),
        ({"name": "a\x00"}, "name holds what is no character"),
        ({"name": "a\ud800"}, "What was sent holds half of a character"),
        ({"name": "a", "assignee": {}}, "assignee has to be a text."),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_sentence(ada: Caller, body: Any, said: str) -> None:
    refused = ada.post("/task/create", body, 400)
    assert refused["type"]
    assert refused["message"].startswith(said)
    assert ada.get("/process-instance/count") == {"count": 0}


def test_where_the_application_is_not_deployed_it_is_said_what_to_deploy(ada: Caller) -> None:
    refused = ada.post("/task/create", {"name": "Buy paper"}, 400)
    assert "bpmn_models/single_task.bpmn deployed together with forms/single_task_*.form" in refused["message"]


@pytest.mark.usefixtures("deployed")
def test_it_is_deleted_with_its_instance(ada: Caller) -> None:
    found = created(ada, "Buy paper", assignee="zoe")
    assert ada.ask("DELETE", f"/task/{found['id']}").status_code == 204
    assert ada.ask("GET", f"/task/{found['id']}").status_code == 404
    assert ada.get("/process-instance/count") == {"count": 0}
    [past] = ada.get(f"/history/task?processInstanceId={found['processInstanceId']}")
    assert past["taskState"] == "Deleted"
    assert ada.ask("DELETE", f"/task/{found['id']}").status_code == 404


@pytest.mark.usefixtures("deployed")
def test_whoever_created_it_deletes_it_and_whoever_only_has_it_does_not(ada: Caller, zoe: Caller) -> None:
    own = created(zoe, "Water the plants", assignee="zoe")
    assert zoe.ask("DELETE", f"/task/{own['id']}").status_code == 204
    given = created(ada, "Buy paper", assignee="zoe")
    refused = zoe.ask("DELETE", f"/task/{given['id']}")
    assert (refused.status_code, (refused.json or {})["message"]) == (403, "Only whoever started it may withdraw it.")
    assert ada.get(f"/task/{given['id']}") == given


@pytest.mark.usefixtures("deployed")
def test_a_user_task_of_another_process_is_not_deleted_alone(ada: Caller) -> None:
    ada.post("/process-definition/key/approval/start", {})
    [found] = ada.get("/task")
    refused = ada.ask("DELETE", f"/task/{found['id']}")
    assert refused.status_code == 400
    assert (refused.json or {})["message"].startswith("Approve cannot be deleted because it is part of a running")
    assert ada.get(f"/task/{found['id']}") == found


@pytest.mark.usefixtures("deployed")
def test_whoever_may_not_start_processes_creates_none(app: Flask, ada: Caller) -> None:
    people.create(CONSOLE, "annie", "Annie", PASSWORD, ["auditor"])
    annie = Caller(app.test_client(), "annie")
    assert annie.ask("POST", "/task/create", {"name": "Buy paper", "assignee": "ada"}).status_code == 403
    found = created(ada, "Buy paper")
    assert annie.ask("DELETE", f"/task/{found['id']}").status_code == 403
    nobody = app.test_client().post("/engine-rest/task/create", json={"name": "Buy paper"})
    assert nobody.status_code == 401


@pytest.mark.usefixtures("deployed")
def test_whoever_may_not_see_it_is_told_of_no_such_user_task(ada: Caller, printer: Caller) -> None:
    found = created(ada, "Buy paper")
    assert printer.ask("DELETE", f"/task/{found['id']}").status_code == 404


def test_a_moment_that_no_calendar_has_is_refused_wherever_it_is_written(ada: Caller) -> None:
    ada.post("/process-definition/key/approval/start", {})
    [found] = ada.get("/task")
    refused = ada.put(f"/task/{found['id']}", {"due": "0001-01-01T00:00:00.000+1400"}, 400)
    assert refused["message"].startswith("due is '0001-01-01")
