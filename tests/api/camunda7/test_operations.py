"""What monitoring tools ask: definitions, instances, history, incidents, jobs; suspending and ending."""

from typing import Any

import pytest

from tests.api.camunda7.conftest import Caller


def start(caller: Caller, key: str = "printing", **body: Any) -> str:
    return str(caller.post(f"/process-definition/key/{key}/start", body)["id"])


def fail(caller: Caller) -> None:
    body = {"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "print", "lockDuration": 60_000}]}
    [found] = caller.post("/external-task/fetchAndLock", body)
    failed = {"workerId": "w", "errorMessage": "jammed", "retries": 0}
    caller.post(f"/external-task/{found['id']}/failure", failed, 204)


def test_definitions_are_listed_by_what_is_asked(ada: Caller) -> None:
    found = ada.get(
        "/process-definition?latestVersion=true&startableInTasklist=true&active=true&sortBy=name&sortOrder=asc"
    )
    assert [each["key"] for each in found][:2] == ["approval", "order"]
    assert [each["key"] for each in ada.get("/process-definition?key=order")] == ["order"]
    assert ada.get("/process-definition/count?keyLike=or%25") == {"count": 2}
    assert ada.get(f"/process-definition/{found[0]['id']}") == found[0]
    assert ada.get("/process-definition/key/order")["startableInTasklist"] is True
    assert ada.get("/process-definition/key/order/startForm")["key"] is None
    assert ada.ask("GET", "/process-definition/key/none").status_code == 404


def test_what_goes_on_in_a_definition_is_counted_by_element(ada: Caller) -> None:
    start(ada)
    start(ada)
    fail(ada)
    [counted] = ada.get("/process-definition/key/printing/statistics?incidents=true")
    assert (counted["id"], counted["instances"]) == ("print", 2)
    assert counted["incidents"] == [{"incidentType": "failedExternalTask", "incidentCount": 1}]


def test_instances_are_listed_suspended_and_ended(ada: Caller) -> None:
    instance_id = start(ada, businessKey="P-1", variables={"size": {"value": 3}})
    start(ada)
    [found] = ada.get("/process-instance?processDefinitionKey=printing&variables=size_eq_3")
    assert (found["id"], found["businessKey"]) == (instance_id, "P-1")
    assert ada.get("/process-instance/count") == {"count": 2}
    ada.put(f"/process-instance/{instance_id}/suspended", {"suspended": True})
    ada.put(f"/process-instance/{instance_id}/suspended", {"suspended": True})
    assert [each["id"] for each in ada.get("/process-instance?suspended=true")] == [instance_id]
    ada.put(f"/process-instance/{instance_id}/suspended", {"suspended": False})
    assert ada.ask("DELETE", f"/process-instance/{instance_id}?skipCustomListeners=true").status_code == 204
    assert ada.ask("GET", f"/process-instance/{instance_id}").status_code == 404
    past = ada.get(f"/history/process-instance/{instance_id}")
    assert (past["state"], past["endTime"] is not None) == ("EXTERNALLY_TERMINATED", True)


def test_a_suspended_definition_starts_nothing(ada: Caller) -> None:
    ada.put("/process-definition/key/printing/suspended", {"suspended": True})
    assert ada.post("/process-definition/key/printing/start", {}, 400)["message"]
    ada.put("/process-definition/key/printing/suspended", {"suspended": False})
    start(ada)


def test_the_tree_of_an_instance_says_where_it_is(ada: Caller) -> None:
    instance_id = start(ada)
    fail(ada)
    tree = ada.get(f"/process-instance/{instance_id}/activity-instances")
    assert (tree["id"], tree["activityType"]) == (instance_id, "processDefinition")
    [child] = tree["childActivityInstances"]
    assert (child["activityId"], child["activityType"]) == ("print", "serviceTask")
    assert child["incidents"][0]["incidentType"] == "failedExternalTask"


def test_an_annotation_of_an_incident_is_written_told_and_cleared(ada: Caller) -> None:
    instance_id = start(ada)
    fail(ada)
    [found] = ada.get("/incident")
    path = f"/incident/{found['id']}"
    assert found["annotation"] is None
    ada.put(f"{path}/annotation", {"annotation": "Paper is ordered."})
    for told in (ada.get(path), *ada.get("/incident"), *ada.get("/history/incident")):
        assert told["annotation"] == "Paper is ordered."
    [done] = [each for each in ada.get(f"/history/user-operation?processInstanceId={instance_id}") if each["property"]]
    assert (done["entityType"], done["property"], done["newValue"]) == ("Incident", "annotation", "Paper is ordered.")
    assert ada.ask("DELETE", f"{path}/annotation").status_code == 204
    assert ada.get(path)["annotation"] is None


def test_an_annotation_that_cannot_be_written_is_refused(ada: Caller, zoe: Caller) -> None:
    start(ada)
    fail(ada)
    path = f"/incident/{ada.get('/incident')[0]['id']}/annotation"
    assert "4000 characters" in ada.put(path, {"annotation": "x" * 4001}, 400)["message"]
    assert ada.put(path, {"annotation": ["x"]}, 400)["message"]
    assert zoe.ask("PUT", path, {"annotation": "x"}).status_code == 403
    assert zoe.ask("DELETE", path).status_code == 403
    assert ada.put("/incident/b7b3b0a4-0000-4000-8000-000000000000/annotation", {"annotation": "x"}, 404)["message"]


def test_an_incident_is_listed_and_tried_again(ada: Caller) -> None:
    instance_id = start(ada)
    fail(ada)
    [found] = ada.get(f"/incident?processInstanceId={instance_id}&incidentType=failedExternalTask")
    assert (found["incidentMessage"], found["activityId"]) == ("jammed", "print")
    assert ada.get(f"/incident/{found['id']}") == found
    assert ada.get("/incident?incidentType=failedJob") == []
    assert ada.ask("DELETE", f"/incident/{found['id']}").status_code == 204
    assert ada.get("/incident") == []
    [past] = ada.get("/history/incident?resolved=true")
    assert past["resolved"] is True


def test_messages_reach_who_waits_start_who_is_started_and_miss_nobody(ada: Caller) -> None:
    start(ada, "order", businessKey="O-1")
    start(ada, "order", businessKey="O-2")
    refused = ada.post("/message", {"messageName": "paid"}, 400)
    assert refused["type"] == "MismatchingMessageCorrelationException"
    assert ada.post("/message", {"messageName": "nobody"}, 400)["message"]
    ada.post("/message", {"messageName": "paid", "businessKey": "O-1"}, 204)
    [reached] = ada.post("/message", {"messageName": "paid", "all": True, "resultEnabled": True})
    assert reached["resultType"] == "Execution"
    [begun] = ada.post("/message", {"messageName": "ordered", "businessKey": "N-1", "resultEnabled": True})
    assert (begun["resultType"], begun["processInstance"]["businessKey"]) == ("ProcessDefinition", "N-1")


def test_a_message_is_correlated_by_values_of_variables(ada: Caller) -> None:
    start(ada, "order", variables={"number": {"value": 1}})
    second = start(ada, "order", variables={"number": {"value": 2}})
    body = {
        "messageName": "paid",
        "correlationKeys": {"number": {"value": 2, "type": "Integer"}},
        "resultEnabled": True,
    }
    [reached] = ada.post("/message", body)
    assert reached["execution"]["id"] == second


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_history_is_told_by_either_method(ada: Caller, method: str) -> None:
    instance_id = start(ada, variables={"size": {"value": 3}})

    def asked(path: str, **wanted: Any) -> Any:
        if method == "POST":
            return ada.post(path, wanted)
        return ada.get(path, query_string=wanted)

    [instance] = asked("/history/process-instance", processInstanceId=instance_id)
    assert (instance["state"], instance["startUserId"]) == ("ACTIVE", "ada")
    visits = asked("/history/activity-instance", processInstanceId=instance_id)
    assert [each["activityId"] for each in visits] == ["s", "print"]
    [variable] = asked("/history/variable-instance", processInstanceId=instance_id)
    assert (variable["name"], variable["value"], variable["type"]) == ("size", 3, "Integer")
    [now] = asked("/variable-instance", processInstanceIdIn=instance_id if method == "GET" else [instance_id])
    assert now["name"] == "size"
    assert asked("/history/process-instance/count", finished=True) == {"count": 0}


def test_what_people_did_is_told(ada: Caller) -> None:
    instance_id = start(ada)
    ada.put(f"/process-instance/{instance_id}/suspended", {"suspended": True})
    done = ada.get(f"/history/user-operation?processInstanceId={instance_id}&sortBy=timestamp&sortOrder=desc")
    assert [each["operationType"] for each in done] == ["Suspend", "Start"]
    assert done[0]["userId"] == "ada"


def test_jobs_are_listed_and_counted(ada: Caller) -> None:
    assert ada.get("/job?withException=true&firstResult=0&maxResults=10&sortBy=jobDueDate&sortOrder=desc") == []
    assert ada.get("/job/count") == {"count": 0}


def test_a_signal_is_sent(ada: Caller) -> None:
    ada.post("/signal", {"name": "alarm", "variables": {"a": {"value": 1}}}, 204)


@pytest.mark.parametrize(
    "path",
    [
        "/process-instance?sortBy=nothing&sortOrder=asc",
        "/process-instance?sortBy=instanceId",
        "/process-instance?maxResults=many",
        "/task?orQueries=1",
        "/task?createdAfter=yesterday",
        "/task?assigned=perhaps",
        "/variable-instance",
    ],
)
def test_what_cannot_be_asked_is_said(ada: Caller, path: str) -> None:
    answer = ada.ask("GET", path)
    assert (answer.status_code, bool((answer.json or {}).get("message"))) == (400, True)


def test_what_goes_on_is_counted_by_version(ada: Caller) -> None:
    start(ada)
    start(ada)
    fail(ada)
    found = {each["definition"]["key"]: each for each in ada.get("/process-definition/statistics?incidents=true")}
    printing = found["printing"]
    assert (printing["instances"], printing["id"]) == (2, printing["definition"]["id"])
    assert printing["incidents"] == [{"incidentType": "failedExternalTask", "incidentCount": 1}]
    assert (found["order"]["instances"], found["order"]["incidents"]) == (0, [])
