"""Only if nothing has changed: whatever has revisions tells them as ETag and is held to them by If-Match."""

from typing import Any

import pytest
from flask import Flask

from server.api.nouns import NOUNS
from tests.api.house import Program, program
from tests.web.purchases import ask

WHY = {"reason": "because"}
OUTDATED = (412, "urn:procession:problem:outdated")


@pytest.fixture
def approval(app: Flask, grace: Program) -> str:
    """The id of a user task that is offered to Grace."""
    with app.app_context():
        ask()
    [row] = grace.get("/user-tasks?tab=groups").json["items"]
    return str(row["id"])


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["type"]


def test_every_endpoint_that_tells_a_revision_tells_that_of_what_can_be_changed() -> None:
    endpoints = [endpoint for noun in NOUNS for endpoint in noun.endpoints]
    told = {endpoint.places[0] for endpoint in endpoints if endpoint.tells_revision}
    taken = {endpoint.places[0] for endpoint in endpoints if endpoint.takes_revision}
    assert told == taken


def test_a_user_task_is_claimed_only_as_it_was_seen(grace: Program, approval: str) -> None:
    path = f"/user-tasks/{approval}"
    seen = grace.get(path).headers["ETag"]
    assert grace.post(f"{path}/claim", If_Match=seen).status_code == 204
    assert told(grace.post(f"{path}/release", If_Match=seen)) == OUTDATED
    now = grace.get(path).headers["ETag"]
    assert grace.post(f"{path}/release", If_Match=now).status_code == 204


def test_a_completion_from_a_revision_that_has_passed_is_refused_and_changes_nothing(
    grace: Program, approval: str
) -> None:
    path = f"/user-tasks/{approval}"
    seen = grace.get(path).headers["ETag"]
    grace.post(f"{path}/question", {"text": "Why?"})
    done = {"values": {"approved": True, "why": "needed"}}
    assert told(grace.post(f"{path}/completion", done, If_Match=seen)) == OUTDATED
    assert grace.get(path).json["state"] == "open"
    now = grace.get(path).headers["ETag"]
    assert grace.post(f"{path}/completion", done, If_Match=now).status_code == 200


def test_a_user_task_that_was_completed_meanwhile_has_another_revision(grace: Program, approval: str) -> None:
    path = f"/user-tasks/{approval}"
    seen = grace.get(path).headers["ETag"]
    grace.post(f"{path}/completion", {"values": {"approved": True, "why": "needed"}})
    assert told(grace.post(f"{path}/claim", If_Match=seen)) == OUTDATED


@pytest.mark.parametrize("change", ["delegation", "assignment"])
def test_whoever_passes_it_on_changes_it(grace: Program, alan: Program, approval: str, change: str) -> None:
    path = f"/user-tasks/{approval}"
    asking = grace if change == "delegation" else alan
    before = grace.get(path).json["revision"]
    assert asking.post(f"{path}/{change}", {"person_id": "ada", "reason": "knows"}).status_code == 204
    assert alan.get(path).json["revision"] == before + 1


def test_many_at_once_change_each(grace: Program, approval: str) -> None:
    before = grace.get(f"/user-tasks/{approval}").json["revision"]
    assert grace.post("/user-tasks/claims", {"user_task_ids": [approval]}).json == {"count": 1}
    assert grace.get(f"/user-tasks/{approval}").json["revision"] == before + 1


def test_a_draft_has_no_revision_to_be_held_against(grace: Program, approval: str) -> None:
    answer = grace.put(f"/user-tasks/{approval}/draft", {"values": {}}, If_Match='"1"')
    assert answer.status_code == 400


def test_a_version_is_suspended_only_as_it_was_seen(alan: Program) -> None:
    path = next(f"/process-definitions/{one['id']}" for one in alan.get("/process-definitions").json["items"])
    seen = alan.get(path).headers["ETag"]
    assert alan.post(f"{path}/suspension", WHY, If_Match=seen).status_code == 204
    assert told(alan.post(f"{path}/resumption", WHY, If_Match=seen)) == OUTDATED
    now = alan.get(path).headers["ETag"]
    assert alan.post(f"{path}/resumption", WHY, If_Match=now).status_code == 204
    assert alan.get(path).json["suspended"] is False


def test_a_connection_is_changed_only_as_it_was_seen(app: Flask, katherine: Program) -> None:
    made = {"name": "erp", "connector": "http", "settings": {"url": "https://erp.example.org"}}
    assert katherine.post("/connections", made).status_code == 204
    seen = katherine.get("/connections/erp").headers["ETag"]
    other = {"settings": {"url": "https://erp.example.com"}}
    assert katherine.put("/connections/erp", other, If_Match=seen).status_code == 204
    assert told(katherine.put("/connections/erp", other, If_Match=seen)) == OUTDATED
    assert told(katherine.delete("/connections/erp", If_Match=seen)) == OUTDATED
    now = katherine.get("/connections/erp").headers["ETag"]
    assert program(app, "katherine").delete("/connections/erp", If_Match=now).status_code == 204
