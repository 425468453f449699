"""What workers ask, as the clients of Camunda 7 write it."""

import base64
import re
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from server.api.camunda7.wording.uploads import EXTENSION
from server.api.long_polls import long_polls
from server.settings import Settings
from tests.api.camunda7.conftest import Caller

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")
TASK = {
    "activityId", "activityInstanceId", "errorMessage", "errorDetails", "executionId", "id", "lockExpirationTime",
    "createTime", "processDefinitionId", "processDefinitionKey", "processDefinitionVersionTag", "processInstanceId",
    "retries", "suspended", "workerId", "topicName", "tenantId", "variables", "priority", "businessKey",
    "extensionProperties",
}  # fmt: skip


def start(caller: Caller, variables: Any = None, business_key: str | None = None) -> str:
    body = {"variables": variables or {}, "businessKey": business_key}
    return str(caller.post("/process-definition/key/printing/start", body)["id"])


def fetch(caller: Caller, wait: int | None = None, **topic: Any) -> Any:
    wanted = {"topicName": "print", "lockDuration": 60_000, **topic}
    body = {"workerId": "w1", "maxTasks": 1, "asyncResponseTimeout": wait, "topics": [wanted]}
    return caller.post("/external-task/fetchAndLock", body)


def test_a_worker_gets_every_field_it_may_look_for(printer: Caller) -> None:
    start(printer, {"size": {"value": 3}}, "P-1")
    [found] = fetch(printer, includeExtensionProperties=True)
    assert set(found) == TASK
    assert UUID.fullmatch(found["id"])
    assert MOMENT.fullmatch(found["lockExpirationTime"])
    assert found["processDefinitionId"].startswith("printing:1:")
    assert (found["businessKey"], found["retries"], found["workerId"]) == ("P-1", None, "w1")
    assert found["variables"] == {"size": {"type": "Integer", "value": 3, "valueInfo": {}}}
    assert found["extensionProperties"] == {"paper": "A4"}


def test_json_answers_have_the_plain_media_type(printer: Caller) -> None:
    answer = printer.ask("POST", "/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1, "topics": []})
    assert (answer.headers["Content-Type"], answer.text) == ("application/json", "[]")


def test_a_worker_completes_with_an_empty_answer(printer: Caller, ada: Caller) -> None:
    instance_id = start(printer)
    [found] = fetch(printer)
    answer = printer.ask("POST", f"/external-task/{found['id']}/complete", {"workerId": "w1", "variables": {"a": {"value": "x"}}})  # fmt: skip  # noqa: E501 # as it is sent
    assert (answer.status_code, answer.data) == (204, b"")
    assert ada.get(f"/process-instance/{instance_id}/variables/a")["value"] == "x"


def test_another_workers_work_is_refused_as_a_bad_request(printer: Caller) -> None:
    start(printer)
    [found] = fetch(printer)
    refused = printer.post(f"/external-task/{found['id']}/complete", {"workerId": "w2"}, 400)
    assert refused["type"] == "InvalidRequestException"
    assert "w2 does not have it" in refused["message"]
    assert refused["code"] is None


def test_what_is_not_there_is_not_found(printer: Caller) -> None:
    missing = "00000000-0000-8000-8000-000000000000"
    assert printer.post(f"/external-task/{missing}/complete", {"workerId": "w1"}, 404)["message"]
    assert printer.post("/external-task/nonsense/complete", {"workerId": "w1"}, 404)["message"]


def test_failures_count_down_to_an_incident_and_new_retries_resolve_it(printer: Caller, ada: Caller) -> None:
    start(printer)
    [found] = fetch(printer)
    path = f"/external-task/{found['id']}"
    failed = {"workerId": "w1", "errorMessage": "jammed", "errorDetails": "tray 2", "retries": 1, "retryTimeout": 0}
    printer.post(f"{path}/failure", failed, 204)
    [again] = fetch(printer)
    assert (again["retries"], again["errorMessage"], again["errorDetails"]) == (1, "jammed", "tray 2")
    printer.post(f"{path}/failure", {**failed, "retries": 0}, 204)
    assert fetch(printer) == []
    assert ada.get(path)["retries"] == 0
    assert ada.ask("GET", f"{path}/errorDetails").text == "tray 2"
    ada.put(f"{path}/retries", {"retries": 2})
    assert fetch(printer)[0]["retries"] == 2


def test_a_bpmn_error_goes_where_the_model_says(printer: Caller, ada: Caller) -> None:
    instance_id = start(printer)
    [found] = fetch(printer)
    body = {"workerId": "w1", "errorCode": "JAM", "errorMessage": "m", "variables": {"tray": {"value": 2}}}
    printer.post(f"/external-task/{found['id']}/bpmnError", body, 204)
    assert ada.get(f"/process-instance/{instance_id}/variables")["tray"]["value"] == 2


def test_locks_are_extended_taken_and_given_back(printer: Caller) -> None:
    start(printer)
    [found] = fetch(printer)
    path = f"/external-task/{found['id']}"
    printer.post(f"{path}/extendLock", {"workerId": "w1", "newDuration": 99_000}, 204)
    printer.post(f"{path}/unlock", None, 204)
    printer.post(f"{path}/lock", {"workerId": "w1", "lockDuration": 1000}, 204)
    answer = printer.ask("POST", f"{path}/unlock", data="null", content_type="application/json")
    assert answer.status_code == 204
    assert len(fetch(printer)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"maxTasks": 1, "topics": []},
        {"workerId": "w", "topics": []},
        {"workerId": "w", "maxTasks": -1, "topics": []},
        {"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "print"}]},
        {"workerId": "w", "maxTasks": 1, "topics": [{"lockDuration": 1}]},
        {"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "print", "lockDuration": 0}]},
        {"workerId": "w", "maxTasks": 1, "topics": [], "asyncResponseTimeout": 1_800_001},
        {"workerId": "w", "maxTasks": 1, "topics": "print"},
        {"workerId": {}, "maxTasks": 1, "topics": []},
        {"workerId": "w", "maxTasks": "many", "topics": []},
    ],
)
def test_what_cannot_be_fetched_is_said(printer: Caller, body: Any) -> None:
    refused = printer.post("/external-task/fetchAndLock", body, 400)
    assert refused["type"] == "InvalidRequestException"
    assert refused["message"]


def test_values_come_and_go_with_their_types(printer: Caller, ada: Caller) -> None:
    given = {
        "text": {"value": "x", "type": "string"},
        "whole": {"value": 7, "type": "Integer"},
        "long": {"value": 2**40, "type": "long"},
        "number": {"value": 1.5, "type": "Double"},
        "flag": {"value": True, "type": "Boolean"},
        "nothing": {"value": None, "type": "Null"},
        "moment": {"value": "2026-11-21T01:00:00.000+0100", "type": "Date"},
        "tree": {"value": '{"a":[1,2]}', "type": "Json"},
        "plain": {"value": "y"},
        "typed": {"value": "z", "type": None, "valueInfo": None},
    }
    start(printer, given)
    [found] = fetch(printer)
    shown = {name: (each["type"], each["value"]) for name, each in found["variables"].items()}
    assert shown == {
        "text": ("String", "x"),
        "whole": ("Integer", 7),
        "long": ("Long", 2**40),
        "number": ("Double", 1.5),
        "flag": ("Boolean", True),
        "nothing": ("Null", None),
        "moment": ("Date", "2026-11-21T01:00:00.000+0100"),
        "tree": ("Json", '{"a":[1,2]}'),
        "plain": ("String", "y"),
        "typed": ("String", "z"),
    }
    assert all(each["valueInfo"] == {} for each in found["variables"].values())


def test_a_file_is_sent_by_name_only_and_loaded_from_its_own_address(printer: Caller) -> None:
    content = base64.b64encode(b"%PDF").decode()
    about = {"filename": "a b.pdf", "mimetype": "application/pdf", "encoding": "UTF-8"}
    instance_id = start(printer, {"paper": {"value": content, "type": "File", "valueInfo": about}})
    [found] = fetch(printer, variables=["paper"])
    assert found["variables"] == {"paper": {"type": "File", "value": None, "valueInfo": about}}
    for place in (f"/process-instance/{found['executionId']}/variables", f"/execution/{instance_id}/localVariables"):
        answer = printer.ask("GET", f"{place}/paper/data")
        assert (answer.data, answer.headers["Content-Type"]) == (b"%PDF", "application/pdf")
    printer.post(f"/external-task/{found['id']}/unlock", None, 204)
    assert fetch(printer)[0]["variables"] == {}


def test_a_worker_hands_in_a_file(printer: Caller, ada: Caller) -> None:
    instance_id = start(printer)
    [found] = fetch(printer)
    sent = {"value": base64.b64encode(b"hello").decode(), "type": "file", "valueInfo": {"filename": "h.txt", "mimetype": "text/plain"}}  # fmt: skip  # noqa: E501 # as it is sent
    printer.post(f"/external-task/{found['id']}/complete", {"workerId": "w1", "variables": {"greeting": sent}}, 204)
    answer = ada.ask("GET", f"/process-instance/{instance_id}/variables/greeting/data")
    assert (answer.data, answer.headers["Content-Type"]) == (b"hello", "text/plain")


def test_an_instance_that_a_worker_has_no_work_of_is_not_shown_to_it(ada: Caller, printer: Caller) -> None:
    instance_id = start(ada)
    assert printer.ask("GET", f"/process-instance/{instance_id}/variables").status_code == 404
    fetch(printer)
    assert printer.ask("GET", f"/process-instance/{instance_id}/variables").status_code == 200


def test_a_worker_changes_variables_of_an_instance_that_it_has_work_of(ada: Caller, printer: Caller) -> None:
    instance_id = start(ada, {"old": {"value": 1}})
    fetch(printer)
    body = {"modifications": {"new": {"value": 2, "type": "Integer"}}, "deletions": ["old", "never"]}
    printer.post(f"/process-instance/{instance_id}/variables", body, 204)
    assert set(ada.get(f"/process-instance/{instance_id}/variables")) == {"new"}


def test_a_participant_is_no_worker(zoe: Caller) -> None:
    answer = zoe.ask("POST", "/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "print", "lockDuration": 1}]})  # fmt: skip  # noqa: E501 # as it is sent
    assert (answer.status_code, (answer.json or {})["type"]) == (403, "AuthorizationException")


def test_external_tasks_are_listed_by_what_is_asked(ada: Caller) -> None:
    first, second = start(ada), start(ada)
    fetch(ada)
    assert {each["processInstanceId"] for each in ada.get("/external-task")} == {first, second}
    assert [each["workerId"] for each in ada.get("/external-task?locked=True")] == ["w1"]
    assert ada.get(f"/external-task/count?processInstanceId={second}") == {"count": 1}
    assert ada.get("/external-task?maxResults=0") == []
    assert len(ada.get("/external-task?sortBy=createTime&sortOrder=desc&maxResults=1")) == 1
    assert ada.post("/external-task", {"topicName": "other"}) == []


def test_a_long_poll_without_work_is_answered_empty_when_its_time_is_over(printer: Caller) -> None:
    began = time.monotonic()
    assert fetch(printer, wait=300) == []
    assert 0.3 <= time.monotonic() - began < 3


def test_a_long_poll_is_answered_as_soon_as_there_is_work(app: Flask, printer: Caller, ada: Caller) -> None:
    found: list[Any] = []
    asking = Caller(app.test_client(), "printer")
    waiting = threading.Thread(target=lambda: found.extend(fetch(asking, wait=20_000)))
    waiting.start()
    time.sleep(0.7)
    began = time.monotonic()
    start(ada)
    waiting.join(10)
    assert len(found) == 1
    assert time.monotonic() - began < 5


def test_a_long_poll_finds_work_whose_lock_has_ended(app: Flask, printer: Caller, ada: Caller) -> None:
    start(ada)
    fetch(ada, lockDuration=700)
    assert len(fetch(printer, wait=10_000)) == 1


def test_no_more_wait_than_there_are_places_for(app: Flask, printer: Caller) -> None:
    polls = long_polls(app)
    polls._most = 0
    began = time.monotonic()
    assert fetch(printer, wait=20_000) == []
    assert time.monotonic() - began < 5


def poll(app: Flask, found: dict[str, Any], name: str, who: str = "printer") -> threading.Thread:
    """Begin to wait for work, for at most 20 s; what comes stands under the name."""
    asking = Caller(app.test_client(), who)
    waiting = threading.Thread(target=lambda: found.update({name: fetch(asking, wait=20_000)}))
    waiting.start()
    time.sleep(0.7)
    return waiting


def test_a_worker_that_asks_again_ends_what_it_waits_for_where_that_is_settled(app: Flask, settings: Settings) -> None:
    app.extensions[EXTENSION] = replace(settings, long_polls_alone=True)
    found: dict[str, Any] = {}
    older, others = poll(app, found, "older"), poll(app, found, "of another account", "ada")
    newer = poll(app, found, "newer")
    older.join(5)
    assert found == {"older": []}
    starter = Caller(app.test_client(), "ada")
    start(starter)
    start(starter)
    newer.join(10)
    others.join(10)
    assert [len(found[name]) for name in ("newer", "of another account")] == [1, 1]
    assert long_polls(app)._newest == {}


def test_workers_of_one_name_wait_side_by_side(app: Flask, ada: Caller) -> None:
    found: dict[str, Any] = {}
    both = [poll(app, found, "one"), poll(app, found, "other")]
    start(ada)
    start(ada)
    for each in both:
        each.join(10)
    assert [len(found[name]) for name in ("one", "other")] == [1, 1]
