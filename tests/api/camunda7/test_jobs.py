"""What is asked of jobs: other times, and what is not done to a job alone."""

from typing import Any

import pytest
from flask import Flask

from server.commands import deployments
from server.identity.actor import CONSOLE
from tests.api.camunda7.conftest import Caller
from tests.commands.conftest import flows, model

LATER = (
    '<startEvent id="s"/><intermediateCatchEvent id="later"><timerEventDefinition><timeDuration>P1D</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><userTask id="after" camunda:assignee="ada"/>'
    + flows("s>later", "later>after")
)


@pytest.fixture
def job(app: Flask, ada: Caller) -> Any:
    """A timer that waits a day."""
    with app.app_context():
        deployments.deploy(CONSOLE, [("timing.bpmn", model("timing", LATER))])
    ada.post("/process-definition/key/timing/start", {})
    [found] = ada.get("/job?timers=true")
    return found


def operations(caller: Caller) -> Any:
    return caller.get("/history/user-operation?sortBy=timestamp&sortOrder=desc")


def test_a_job_is_moved_to_another_time(ada: Caller, job: Any) -> None:
    due = "2035-01-01T00:00:00.000+0000"
    ada.put(f"/job/{job['id']}/duedate", {"duedate": due, "cascade": False})
    assert ada.get(f"/job/{job['id']}")["dueDate"] == due
    told = operations(ada)[0]
    assert (told["entityType"], told["jobId"], told["property"]) == ("Job", job["id"], "duedate")
    assert told["newValue"].startswith("2035-01-01")


def test_a_job_without_a_date_is_due_now(ada: Caller, job: Any) -> None:
    ada.put(f"/job/{job['id']}/duedate", {"duedate": None})
    assert ada.get(f"/job/{job['id']}")["dueDate"] < job["dueDate"]


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("duedate", {"duedate": "2035-01-01T00:00:00.000+0000", "cascade": True}, "leave cascade out"),
        ("duedate", {"duedate": "soon"}, "write a moment"),
        ("suspended", {}, "suspended is missing"),
        ("suspended", {"suspended": True}, "with its process instance: use PUT /process-instance/"),
    ],
)
def test_what_is_not_done_to_a_job_is_said(ada: Caller, job: Any, path: str, body: Any, told: str) -> None:
    assert told in ada.put(f"/job/{job['id']}/{path}", body, 400)["message"]
    assert ada.get(f"/job/{job['id']}") == job


def test_a_job_that_is_so_already_needs_no_suspending(ada: Caller, job: Any) -> None:
    ada.put(f"/job/{job['id']}/suspended", {"suspended": False})
    ada.put(f"/process-instance/{job['processInstanceId']}/suspended", {"suspended": True})
    ada.put(f"/job/{job['id']}/suspended", {"suspended": True})


def test_who_may_not_mend_moves_no_job(ada: Caller, zoe: Caller, job: Any) -> None:
    zoe.put(f"/job/{job['id']}/duedate", {"duedate": None}, 403)
    assert ada.get(f"/job/{job['id']}") == job
