"""What task lists ask: lists, claiming, delegating, completing, forms, identity links, comments, filters."""

from typing import Any

import pytest

from tests.api.camunda7.conftest import Caller

TASK = {
    "id", "name", "assignee", "created", "due", "followUp", "lastUpdated", "delegationState", "description",
    "executionId", "owner", "parentTaskId", "priority", "processDefinitionId", "processInstanceId",
    "taskDefinitionKey", "caseExecutionId", "caseInstanceId", "caseDefinitionId", "suspended", "formKey",
    "camundaFormRef", "tenantId", "taskState",
}  # fmt: skip


def approval(caller: Caller, business_key: str = "A-1") -> Any:
    """A new approval's user task."""
    body = {"businessKey": business_key, "variables": {"size": {"value": 3}}}
    instance_id = caller.post("/process-definition/key/approval/start", body)["id"]
    [found] = caller.get(f"/task?processInstanceId={instance_id}")
    return found


def test_a_user_task_has_every_field_that_a_list_looks_for(ada: Caller) -> None:
    found = approval(ada)
    assert set(found) == TASK
    assert (found["name"], found["assignee"], found["taskState"]) == ("Approve", None, "Created")
    assert ada.get(f"/task/{found['id']}") == found


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("unassigned=true", True),
        ("assigned=True", False),
        ("candidateGroup=clerks", True),
        ("candidateGroups=clerks,others", True),
        ("candidateGroup=others", False),
        ("candidateUser=ada", False),
        ("processDefinitionKey=approval", True),
        ("processDefinitionKeyIn=approval,other", True),
        ("processInstanceBusinessKey=A-1", True),
        ("processInstanceBusinessKeyLike=A-%25", True),
        ("nameLike=%25prov%25", True),
        ("name=Other", False),
        ("taskDefinitionKey=approve", True),
        ("priority=50", True),
        ("minPriority=51", False),
        ("createdAfter=2020-01-01T00:00:00.000%2B0000", True),
        ("createdBefore=2020-01-01T00:00:00.000%2B0000", False),
        ("processVariables=size_eq_3", True),
        ("processVariables=size_eq_4", False),
        ("active=true", True),
        ("suspended=true", False),
        ("delegationState=PENDING", False),
        ("sortBy=created&sortOrder=desc&firstResult=0&maxResults=5", True),
        ("maxResults=0", False),
        ("tenantIdIn=a", False),
    ],
)
def test_user_tasks_are_found_by_what_is_asked(ada: Caller, query: str, is_found: bool) -> None:
    found = approval(ada)
    assert (found in ada.get(f"/task?{query}")) is is_found


def test_a_list_is_asked_by_a_body_too(ada: Caller) -> None:
    found = approval(ada)
    body = {"unassigned": True, "sorting": [{"sortBy": "priority", "sortOrder": "asc"}], "orQueries": []}
    assert ada.post("/task?maxResults=9", body) == [found]
    assert ada.post("/task/count", body) == {"count": 1}
    wanted = {"processVariables": [{"name": "size", "operator": "eq", "value": 3}]}
    assert ada.post("/task", wanted) == [found]
    unknown = {"processVariables": [{"name": "size", "operator": "between", "value": 3}]}
    assert "compared by 'between'" in ada.post("/task", unknown, 400)["message"]


def test_a_user_task_is_claimed_given_back_and_assigned(ada: Caller) -> None:
    path = f"/task/{approval(ada)['id']}"
    ada.post(f"{path}/claim", {"userId": "ada"}, 204)
    assert ada.get(path)["assignee"] == "ada"
    ada.post(f"{path}/claim", {"userId": "ada"}, 204)
    assert "was claimed by ada" in ada.post(f"{path}/claim", {"userId": "zoe"}, 400)["message"]
    ada.post(f"{path}/unclaim", None, 204)
    assert ada.get(path)["assignee"] is None
    ada.post(f"{path}/assignee", {"userId": "zoe"}, 204)
    assert ada.get(path)["assignee"] == "zoe"
    ada.post(f"{path}/assignee", {"userId": None}, 204)
    assert ada.get(path)["assignee"] is None


def test_a_delegated_user_task_comes_back_when_it_is_resolved(ada: Caller, zoe: Caller) -> None:
    path = f"/task/{approval(ada)['id']}"
    ada.post(f"{path}/claim", {"userId": "ada"}, 204)
    ada.post(f"{path}/delegate", {"userId": "zoe"}, 204)
    found = ada.get(path)
    assert (found["owner"], found["assignee"], found["delegationState"]) == ("ada", "zoe", "PENDING")
    assert ada.get("/task?delegationState=PENDING") == [found]
    zoe.post(f"{path}/resolve", {}, 204)
    assert ada.get(path)["assignee"] == "ada"


def test_a_program_completes_with_variables_as_they_are(ada: Caller) -> None:
    found = approval(ada)
    path = f"/task/{found['id']}"
    shown = ada.post(f"{path}/complete", {"variables": {"free": {"value": "x"}}, "withVariablesInReturn": True})
    assert shown == {}
    assert ada.ask("GET", path).status_code == 404
    [past] = ada.get(f"/history/task?processInstanceId={found['processInstanceId']}")
    assert (past["taskState"], past["assignee"]) == ("Completed", "ada")


def test_a_form_is_checked_when_it_is_submitted(ada: Caller) -> None:
    path = f"/task/{approval(ada)['id']}"
    assert ada.post(f"{path}/submit-form", {"variables": {"free": {"value": "x"}}}, 400)["message"]
    ada.post(f"{path}/submit-form", {"variables": {"amount": {"value": 5, "type": "Long"}}}, 204)


def test_a_participant_without_the_role_completes_by_the_form_alone(ada: Caller, zoe: Caller) -> None:
    path = f"/task/{approval(ada)['id']}"
    ada.post(f"{path}/assignee", {"userId": "zoe"}, 204)
    assert zoe.post(f"{path}/complete", {"variables": {"free": {"value": "x"}}}, 400)["message"]
    zoe.post(f"{path}/complete", {"variables": {"amount": {"value": 5}}}, 204)


def test_what_one_may_not_see_is_not_there(ada: Caller, zoe: Caller) -> None:
    found = approval(ada)
    assert zoe.ask("GET", f"/task/{found['id']}").status_code == 404
    assert zoe.get("/task") == []
    assert zoe.ask("POST", f"/task/{found['id']}/complete", {}).status_code == 404


def test_forms_and_variables_of_a_user_task_are_read(ada: Caller) -> None:
    path = f"/task/{approval(ada)['id']}"
    assert ada.get(f"{path}/form") == {"key": None, "camundaFormRef": None, "contextPath": None}
    assert ada.get(f"{path}/form-variables?variableNames=size")["size"]["value"] == 3
    assert ada.post(f"{path}/variables", {"modifications": {"more": {"value": "m"}}}, 204) is None
    assert ada.get(f"{path}/variables/more")["value"] == "m"
    ada.put(f"{path}/variables/more", {"value": "n"})
    assert ada.get(f"{path}/variables")["more"]["value"] == "n"
    assert ada.ask("DELETE", f"{path}/variables/more").status_code == 204
    assert ada.ask("GET", f"{path}/variables/more").status_code == 404
    assert ada.ask("GET", f"{path}/deployed-form").status_code == 400


def test_identity_links_say_who_may_do_it_and_are_changed(ada: Caller) -> None:
    path = f"/task/{approval(ada)['id']}"
    offered = {"userId": None, "groupId": "clerks", "type": "candidate"}
    assert ada.get(f"{path}/identity-links") == [offered]
    ada.post(f"{path}/identity-links", {"userId": "zoe", "type": "candidate"}, 204)
    assert {"userId": "zoe", "groupId": None, "type": "candidate"} in ada.get(f"{path}/identity-links")
    ada.post(f"{path}/identity-links/delete", {"userId": "zoe", "type": "candidate"}, 204)
    assert ada.get(f"{path}/identity-links?type=candidate") == [offered]
    assert ada.get("/task/report/candidate-group-count") == [{"groupName": "clerks", "taskCount": 1}]


def test_a_comment_is_written_and_read(ada: Caller) -> None:
    path = f"/task/{approval(ada)['id']}"
    made = ada.post(f"{path}/comment/create", {"message": "Please hurry"})
    assert (made["message"], made["userId"], made["removalTime"]) == ("Please hurry", "ada", None)
    assert ada.get(f"{path}/comment") == [made]
    assert ada.get(f"{path}/comment/{made['id']}") == made


def test_a_user_task_gets_another_priority_and_date(ada: Caller) -> None:
    found = approval(ada)
    changed = {**found, "priority": 80, "due": "2030-01-01T00:00:00.000+0000"}
    ada.put(f"/task/{found['id']}", changed)
    now = ada.get(f"/task/{found['id']}")
    assert (now["priority"], now["due"]) == (80, "2030-01-01T00:00:00.000+0000")


def test_a_filter_is_kept_counted_listed_and_removed(ada: Caller, zoe: Caller) -> None:
    found = approval(ada)
    body = {"resourceType": "Task", "name": "Free ones", "query": {"unassigned": True}, "properties": {"color": "#fff"}}
    made = ada.post("/filter/create", body)
    assert made["properties"] == {"color": "#fff"}
    path = f"/filter/{made['id']}"
    assert [each["itemCount"] for each in ada.get("/filter?itemCount=true&resourceType=Task")] == [1]
    assert ada.post(f"{path}/list", {}) == [found]
    assert ada.post(f"{path}/count", {"name": "Other"}) == {"count": 0}
    ada.put(path, {**body, "name": "Renamed"})
    assert ada.get(path)["name"] == "Renamed"
    assert zoe.ask("GET", path).status_code == 404
    assert ada.ask("DELETE", path).status_code == 204
    assert ada.get("/filter") == []
    assert ada.ask("OPTIONS", "/filter").json["links"]  # type: ignore[index]  # it is an object


def test_people_and_groups_are_told(ada: Caller) -> None:
    assert ada.post("/identity/verify", {"username": "ada", "password": "a long enough password"})["authenticated"]
    assert not ada.post("/identity/verify", {"username": "ada", "password": "wrong"})["authenticated"]
    found = ada.get("/identity/groups?userId=ada")
    assert found["groups"] == [{"id": "clerks", "name": "Clerks"}]
    assert found["groupUsers"][0] == {
        "id": "ada",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "displayName": "Ada Lovelace",
    }
    assert [each["id"] for each in ada.get("/user?memberOfGroup=clerks")] == ["ada"]
    assert ada.get("/user/count")["count"] == 3
    assert ada.get("/user/ada/profile")["lastName"] == "Lovelace"
    assert ada.get("/group") == [{"id": "clerks", "name": "Clerks", "type": "WORKFLOW"}]
