"""What people have done, with what they changed as far as the audit log keeps it."""

from typing import Any

from tests.api.camunda7.conftest import Caller
from tests.api.camunda7.test_tasks import approval


def last(caller: Caller) -> tuple[Any, ...]:
    """The last operation: on what, what changed, before, after."""
    found = caller.get("/history/user-operation?sortBy=timestamp&sortOrder=desc&maxResults=1")[0]
    return found["entityType"], found["property"], found["orgValue"], found["newValue"]


def test_a_change_of_a_user_task_tells_both_values(ada: Caller) -> None:
    found = approval(ada)
    path = f"/task/{found['id']}"
    ada.put(path, {**found, "priority": 80})
    assert last(ada) == ("Task", "priority", "50", "80")
    ada.put(path, {**found, "priority": 10, "due": "2030-01-01T00:00:00.000+0000"})
    assert last(ada) == ("Task", "priority, dueDate", "80, ", "10, 2030-01-01T00:00:00+00:00")
    ada.put(path, {**found, "priority": 10, "due": "2030-01-01T00:00:00.000+0000"})
    assert last(ada) == ("Task", None, None, None)


def test_an_assignment_and_a_candidate_are_told(ada: Caller) -> None:
    path = f"/task/{approval(ada)['id']}"
    ada.post(f"{path}/identity-links", {"userId": "zoe", "type": "candidate"}, 204)
    assert last(ada) == ("Task", "candidate", None, "user:zoe")
    ada.post(f"{path}/identity-links/delete", {"userId": "zoe", "type": "candidate"}, 204)
    assert last(ada) == ("Task", "candidate", "user:zoe", None)
    ada.post(f"{path}/claim", {"userId": "ada"}, 204)
    ada.post(f"{path}/delegate", {"userId": "zoe"}, 204)
    assert last(ada)[1::2] == ("assignee", "zoe")


def test_suspending_and_variables_are_told(ada: Caller) -> None:
    instance_id = approval(ada)["processInstanceId"]
    ada.post(
        f"/process-instance/{instance_id}/variables", {"modifications": {"b": {"value": 1}, "a": {"value": 2}}}, 204
    )
    assert last(ada) == ("Variable", "variables", None, "a, b")
    ada.put(f"/process-instance/{instance_id}/suspended", {"suspended": True})
    assert last(ada) == ("ProcessInstance", "suspensionState", "active", "suspended")
