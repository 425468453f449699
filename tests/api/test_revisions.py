"""Only if nothing has changed: whatever has revisions tells them as ETag and is held to them by If-Match."""

from typing import Any

import pytest
from flask import Flask

from server.api.nouns import NOUNS
from tests.api.examples import MOMENT
from tests.api.house import Program, program
from tests.web.purchases import PASSWORD, ask

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


def changed_once(asking: Program, path: str, change: tuple[str, str, Any]) -> tuple[str, str]:
    """Make the change (method, place below *path*, body) twice as it was seen first: only the first one is taken.

    Returns the revision before and the one after.
    """
    method, below, body = change
    seen = asking.get(path).headers["ETag"]
    assert asking.ask(method, f"{path}{below}", body, {"If-Match": seen}).status_code == 204
    assert told(asking.ask(method, f"{path}{below}", body, {"If-Match": seen})) == OUTDATED
    return seen, asking.get(path).headers["ETag"]


def test_every_endpoint_that_tells_a_revision_tells_that_of_what_can_be_changed() -> None:
    endpoints = [endpoint for noun in NOUNS for endpoint in noun.endpoints]
    told = {
        endpoint.places[0] if endpoint.places else endpoint.path for endpoint in endpoints if endpoint.tells_revision
    }
    taken = {
        endpoint.places[0] if endpoint.places else endpoint.path for endpoint in endpoints if endpoint.takes_revision
    }
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
    assert grace.post("/user-tasks/claims", {"user_task_ids": [approval]}).json == {"user_task_ids": [approval]}
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


HOURS = {"name": "Office", "zone": "Europe/Berlin", "week": {"monday": "9:00-17:00"}}
POLICY = {"due_soon": 60}


def calendar(katherine: Program) -> str:
    """The address of a calendar that nothing counts by."""
    assert katherine.post("/calendars", {"key": "office", **HOURS}).status_code == 201
    return "/calendars/office"


def test_a_calendar_is_changed_only_as_it_was_seen(katherine: Program) -> None:
    path = calendar(katherine)
    seen = katherine.get(path).headers["ETag"]
    assert katherine.put(path, {**HOURS, "zone": "UTC"}, If_Match=seen).status_code == 204
    assert told(katherine.put(path, HOURS, If_Match=seen)) == OUTDATED
    assert told(katherine.delete(path, If_Match=seen)) == OUTDATED
    assert katherine.get(path).json["zone"] == "UTC"
    now = katherine.get(path).headers["ETag"]
    assert katherine.delete(path, If_Match=now).status_code == 204


def test_whoever_is_refused_is_told_which_revision_there_is(katherine: Program) -> None:
    answer = katherine.put(calendar(katherine), HOURS, If_Match='"7"')
    assert answer.json["detail"] == "The calendar has revision 1 by now. Look at it again."


@pytest.mark.parametrize("scope", ["every-process", "processes/purchase"])
def test_notices_are_settled_only_as_they_were_seen(katherine: Program, scope: str) -> None:
    path = f"/notice-policies/{scope}"
    seen = katherine.get(path).headers["ETag"]
    assert katherine.put(path, POLICY, If_Match=seen).status_code == 204
    assert told(katherine.put(path, {"due_soon": 120}, If_Match=seen)) == OUTDATED
    assert katherine.get(path).json["due_soon"] == 60
    now = katherine.get(path).headers["ETag"]
    assert katherine.put(path, {"due_soon": 120}, If_Match=now).status_code == 204


def test_what_one_process_settles_leaves_the_revision_of_every_process(katherine: Program) -> None:
    seen = katherine.get("/notice-policies/every-process").headers["ETag"]
    katherine.put("/notice-policies/processes/purchase", POLICY)
    assert katherine.get("/notice-policies/every-process").headers["ETag"] == seen


def test_a_policy_that_was_taken_back_and_settled_anew_has_a_revision_that_nobody_has_seen(katherine: Program) -> None:
    path = "/notice-policies/processes/purchase"
    katherine.put(path, POLICY)
    seen = katherine.get(path).headers["ETag"]
    assert katherine.delete(path, If_Match=seen).status_code == 204
    assert told(katherine.delete(path, If_Match=seen)) == OUTDATED
    katherine.put(path, {"due_soon": 120})
    assert told(katherine.put(path, POLICY, If_Match=seen)) == OUTDATED


PERSON = {"name": "Ada Lovelace", "roles": ["participant"]}
PERSON_CHANGES: dict[str, tuple[str, str, Any]] = {
    "their name": ("PUT", "", PERSON),
    "their password": ("PUT", "/password", {"password": "a brand new password"}),
    "letting them in": ("POST", "/activation", WHY),
    "keeping them out": ("POST", "/deactivation", WHY),
}


@pytest.mark.parametrize("change", PERSON_CHANGES)
def test_a_person_is_changed_only_as_they_were_seen(katherine: Program, change: str) -> None:
    _, now = changed_once(katherine, "/people/ada", PERSON_CHANGES[change])
    method, below, body = PERSON_CHANGES[change]
    assert katherine.ask(method, f"/people/ada{below}", body, {"If-Match": now}).status_code == 204


@pytest.mark.parametrize(
    "own",
    [
        ("", {"name": "Ada L."}),
        ("/password", {"old": PASSWORD, "new": "a brand new password"}),
    ],
    ids=["profile", "password"],
)
def test_a_person_who_changes_their_own_account_has_another_revision(
    katherine: Program, ada: Program, own: tuple[str, Any]
) -> None:
    seen = katherine.get("/people/ada").headers["ETag"]
    assert ada.put(f"/account{own[0]}", own[1]).status_code == 204
    assert told(katherine.put("/people/ada", PERSON, If_Match=seen)) == OUTDATED


def test_a_program_that_gets_a_token_is_not_changed(katherine: Program) -> None:
    katherine.post("/programs", {"id": "printer", "name": "Printer", "roles": ["worker"]})
    answer = katherine.post("/programs/printer/tokens", {"name": "t", "expires_at": MOMENT}, If_Match='"1"')
    assert answer.status_code == 400


GROUP_CHANGES: dict[str, tuple[str, str, Any]] = {
    "its name": ("PUT", "", {"name": "Everybody"}),
    "who comes": ("PUT", "/members/grace", {}),
    "who leads": ("PUT", "/members/ada", {"leads": True}),
    "who goes": ("DELETE", "/members/ada", None),
}


@pytest.mark.parametrize("change", GROUP_CHANGES)
def test_a_group_is_changed_only_as_it_was_seen(katherine: Program, change: str) -> None:
    seen, now = changed_once(katherine, "/groups/staff", GROUP_CHANGES[change])
    assert told(katherine.delete("/groups/staff", If_Match=seen)) == OUTDATED
    assert katherine.delete("/groups/staff", If_Match=now).status_code == 204
