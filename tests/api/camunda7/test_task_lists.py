"""What lists of user tasks are asked for: values of variables, alternatives, descriptions, dates, their order."""

from typing import Any

import pytest

from server.commands import deployments
from server.identity.actor import CONSOLE
from tests.api.camunda7.conftest import Caller
from tests.commands.conftest import flows, model

pytestmark = pytest.mark.usefixtures("described")
TELLING = (
    '<startEvent id="s"/><userTask id="first" name="First" camunda:candidateGroups="clerks">'
    "<documentation>Look at the Bill</documentation></userTask>"
    '<userTask id="second" name="Second" camunda:candidateUsers="zoe">'
    "<documentation>Approve it</documentation></userTask>"
    '<userTask id="third" name="Third" camunda:followUpDate="2030-01-01T00:00:00Z"/>'
    + flows("s>first", "s>second", "s>third")
)
LARGE = "x" * 20_000  # the state of such an instance is kept in parts


@pytest.fixture
def described(app: Any) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("telling.bpmn", model("telling", TELLING))])


def start(caller: Caller, key: str = "approval", **variables: Any) -> str:
    """A new instance with such variables."""
    body = {
        "variables": {name: each if isinstance(each, dict) else {"value": each} for name, each in variables.items()}
    }
    return str(caller.post(f"/process-definition/key/{key}/start", body)["id"])


def names(found: Any) -> list[str]:
    return [each["name"] for each in found]


def where(name: str, operator: str, value: Any) -> dict[str, Any]:
    return {"processVariables": [{"name": name, "operator": operator, "value": value}]}


@pytest.mark.parametrize(
    ("operator", "value", "fits"),
    [
        ("eq", 3, True),
        ("eq", 3.0, True),
        ("eq", "3", False),
        ("eq", True, False),
        ("neq", 3, False),
        ("neq", 4, True),
        ("gt", 2, True),
        ("gt", 3, False),
        ("gteq", 3, True),
        ("gteq", 3.5, False),
        ("lt", 4, True),
        ("lt", 3, False),
        ("lt", "4", False),
        ("lteq", 3, True),
        ("lteq", 2, False),
        ("like", "3", False),
        ("notLike", "3", False),
    ],
)
@pytest.mark.parametrize("path", ["/task", "/history/task"])
def test_a_number_is_compared_with_numbers_alone(ada: Caller, path: str, operator: str, value: Any, fits: bool) -> None:
    start(ada, size=3)
    start(ada, other=3)
    found = ada.post(path, where("size", operator, value))
    assert names(found) == (["Approve"] if fits else [])
    if path == "/task":
        assert ada.post("/task/count", where("size", operator, value)) == {"count": len(found)}


@pytest.mark.parametrize(
    ("operator", "value", "fits"),
    [
        ("like", "B-%", True),
        ("like", "%-20%", True),
        ("like", "%26", True),
        ("like", "%6%26", False),
        ("like", "B-2026", True),
        ("like", "b-2026", False),
        ("like", "B_2026", False),
        ("notLike", "B-%", False),
        ("notLike", "C%", True),
        ("gt", "A", True),
        ("lt", "A", False),
    ],
)
def test_a_text_is_compared_with_texts_and_patterns(ada: Caller, operator: str, value: Any, fits: bool) -> None:
    start(ada, number="B-2026")
    assert bool(ada.post("/task", where("number", operator, value))) is fits


@pytest.mark.parametrize(
    ("operator", "value", "fits"),
    [
        ("gt", "2026-01-01T00:00:00.000+0000", True),
        ("lt", "2026-01-01T00:00:00.000+0000", False),
        ("eq", "2026-05-01T12:00:00.000+0200", True),
        ("eq", "yesterday", False),
    ],
)
def test_a_date_is_compared_with_how_dates_are_written(ada: Caller, operator: str, value: str, fits: bool) -> None:
    start(ada, day={"type": "Date", "value": "2026-05-01T10:00:00.000+0000"})
    assert bool(ada.post("/task", where("day", operator, value))) is fits


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("size_gt_2,size_lt_4", True),
        ("size_gt_3", False),
        ("size_gteq_2.5", True),
        ("number_eq_7", True),  # nobody says in a query string that a text is meant
        ("number_like_7%25", True),
        ("my_name_eq_a_b", True),
    ],
)
@pytest.mark.parametrize("path", ["/task?processVariables=", "/process-instance?variables="])
def test_a_query_string_says_the_operator_between_name_and_value(
    ada: Caller, path: str, query: str, fits: bool
) -> None:
    start(ada, size=3, number="7", my_name="a_b")
    assert bool(ada.get(path + query)) is fits


def test_a_query_string_without_an_operator_is_refused(ada: Caller) -> None:
    answer = ada.ask("GET", "/process-instance?variables=size_between_3")
    assert answer.status_code == 400
    assert "write name_eq_value" in (answer.json or {})["message"]


def test_variables_of_a_large_instance_are_found_as_well(ada: Caller) -> None:
    values: dict[str, Any] = {"text": LARGE, "size%": 5}
    start(ada, **values)
    assert names(ada.post("/task", where("size%", "gt", 4))) == ["Approve"]
    assert ada.post("/task", where("sizes", "gt", 4)) == []


def test_history_remembers_the_variables_of_what_has_ended(ada: Caller) -> None:
    ended, running = start(ada, size=3), start(ada, size=4)
    [found] = ada.get(f"/task?processInstanceId={ended}")
    ada.post(f"/task/{found['id']}/complete", {}, 204)
    asked = {"variables": [{"name": "size", "operator": "lt", "value": 4}]}
    assert [each["id"] for each in ada.post("/history/process-instance", asked)] == [ended]
    assert ada.post("/history/process-instance/count", asked) == {"count": 1}
    assert [each["id"] for each in ada.get("/history/process-instance?variables=size_gt_3")] == [running]
    past = ada.post("/history/task", where("size", "eq", 3))
    assert [each["processInstanceId"] for each in past] == [ended]


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ({"name": "First", "taskDefinitionKey": "third"}, ["First", "Third"]),
        ({"name": "First", "candidateUser": "zoe"}, ["First", "Second"]),
        ({"candidateGroup": "clerks", "candidateUser": "zoe"}, ["First", "Second"]),
        ({"name": "First", **where("size", "gt", 2)}, ["First", "Second", "Third"]),
        ({"name": "First", **where("size", "gt", 3)}, ["First"]),
        ({"name": "First", **where("none", "neq", 3)}, ["First"]),
        ({"description": "Approve it", "followUpAfter": "2029-01-01T00:00:00.000+0000"}, ["Second", "Third"]),
        ({}, ["First", "Second", "Third"]),
        ({"tenantIdIn": ["a"]}, []),
    ],
)  # fmt: skip
def test_one_of_several_conditions_has_to_hold(ada: Caller, one: dict[str, Any], found: list[str]) -> None:
    start(ada, "telling", size=3)
    body = {"orQueries": [one], "processDefinitionKey": "telling"}
    shown = ada.post("/task", body | {"sorting": [{"sortBy": "name", "sortOrder": "asc"}]})
    assert names(shown) == found
    assert ada.post("/task/count", body) == {"count": len(found)}


def test_each_of_several_or_queries_has_to_hold(ada: Caller) -> None:
    start(ada, "telling", size=3)
    body = {"orQueries": [{"name": "First", "nameLike": "Sec%"}, {"name": "First", "assigned": True}]}
    assert names(ada.post("/task", body)) == ["First"]
    assert names(ada.post("/history/task", {"orQueries": [{"taskName": "First", "taskNameLike": "%ird"}]})) in (
        ["First", "Third"],
        ["Third", "First"],
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"orQueries": [{"name": "x"}] * 51}, "50 at most"),
        ({"processVariables": [{"name": "x", "value": 1}] * 51}, "50 conditions at most"),
        ({"processVariables": [{"name": "x" * 60_000, "value": 1}]}, "longer than 1000"),
        ({"processVariables": [{"name": "x\0", "value": 1}]}, "zero character"),
    ],
)
def test_more_than_a_statement_can_hold_is_refused(ada: Caller, body: dict[str, Any], told: str) -> None:
    assert told in ada.post("/task", body, 400)["message"]


@pytest.mark.parametrize("inner", [{"orQueries": [{"name": "x"}]}, {"sorting": [{"sortBy": "name"}]}])
def test_what_stands_outside_cannot_stand_inside_of_or_queries(ada: Caller, inner: dict[str, Any]) -> None:
    assert "inside of orQueries" in ada.post("/task", {"orQueries": [inner]}, 400)["message"]


def test_a_saved_filter_keeps_its_or_queries_beside_those_that_are_asked(ada: Caller) -> None:
    start(ada, "telling")
    saved = {"name": "Mine", "query": {"orQueries": [{"name": "First", "nameLike": "Sec%"}]}}
    path = f"/filter/{ada.post('/filter/create', saved)['id']}"
    assert ada.post(f"{path}/count", {}) == {"count": 2}
    assert names(ada.post(f"{path}/list", {"orQueries": [{"name": "First", "assigned": True}]})) == ["First"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("description=Approve it", ["Second"]),
        ("description=approve", []),
        ("descriptionLike=%bill%", ["First"]),
        ("descriptionLike=%25", ["First", "Second"]),
        ("followUpBeforeOrNotExistent=2029-01-01T00:00:00.000+0000", ["First", "Second"]),
        ("followUpBeforeOrNotExistent=2031-01-01T00:00:00.000+0000", ["First", "Second", "Third"]),
        ("withoutDueDate=true", ["First", "Second", "Third"]),
        ("nameNotLike=%IR%", ["Second"]),
        ("taskDefinitionKeyNotIn=first,third", ["Second"]),
        ("withCandidateGroups=true", ["First"]),
        ("withoutCandidateUsers=true&withoutCandidateGroups=true", ["Third"]),
    ],
)
def test_descriptions_dates_and_candidates_are_asked_for(ada: Caller, query: str, found: list[str]) -> None:
    start(ada, "telling")
    wanted = dict(part.split("=") for part in query.replace("%25", "%").split("&"))
    asked = wanted | {"processDefinitionKey": "telling", "sortBy": "name", "sortOrder": "asc"}
    assert names(ada.get("/task", query_string=asked)) == found
    assert ada.get("/task/count", query_string=asked) == {"count": len(found)}


def test_a_candidate_finds_what_is_in_the_instance_and_nothing_of_others(ada: Caller, zoe: Caller) -> None:
    instance_id = start(ada, "telling")
    start(ada)
    assert set(names(zoe.get("/task?descriptionLike=%25"))) == {"First", "Second"}
    assert zoe.get("/task/count?description=Look at the Bill") == {"count": 1}
    assert set(names(zoe.get("/task"))) == {"First", "Second", "Third"}
    visits = zoe.get(f"/history/activity-instance?processInstanceId={instance_id}")
    assert {each["activityId"] for each in visits} == {"s", "first", "second", "third"}


@pytest.mark.parametrize(
    ("sorting", "found"),
    [
        ([{"sortBy": "description", "sortOrder": "asc"}], ["Second", "First"]),
        ([{"sortBy": "description", "sortOrder": "desc"}], ["First", "Second"]),
        ([{"sortBy": "tenantId", "sortOrder": "asc"}, {"sortBy": "name", "sortOrder": "desc"}], ["Second", "First"]),
    ],
)
def test_a_list_is_sorted_by_what_the_models_say(ada: Caller, sorting: Any, found: list[str]) -> None:
    start(ada, "telling")
    assert names(ada.post("/task", {"sorting": sorting, "descriptionLike": "%"})) == found


def test_a_list_is_sorted_by_a_variable(ada: Caller) -> None:
    ids = {size: start(ada, size=size) for size in (10, 9, 30)}
    none, text = start(ada), start(ada, size="20")

    def sorted_by(order: str, **more: Any) -> list[str]:
        one = {"sortBy": "processVariable", "sortOrder": order, "parameters": {"variable": "size", "type": "Integer"}}
        body = {"sorting": [one, {"sortBy": "created", "sortOrder": "asc"}]}
        return [each["processInstanceId"] for each in ada.post("/task", body, query_string=more)]

    assert sorted_by("asc") == [ids[9], ids[10], ids[30], text, none]
    assert sorted_by("desc") == [text, ids[30], ids[10], ids[9], none]
    assert sorted_by("asc", firstResult=1, maxResults=2) == [ids[10], ids[30]]


@pytest.mark.parametrize(
    ("sorting", "told"),
    [
        ([{"sortBy": "processVariable", "sortOrder": "asc"}], "variable is missing"),
        ([{"sortBy": "processVariable", "parameters": {"variable": "a"}}], "sortOrder has to be"),
        (
            [
                {"sortBy": "name", "sortOrder": "asc"},
                {"sortBy": "taskVariable", "sortOrder": "asc", "parameters": {"variable": "a"}},
            ],
            "has to come before",
        ),
    ],
)
def test_an_order_that_cannot_be_is_refused(ada: Caller, sorting: Any, told: str) -> None:
    assert told in ada.post("/task", {"sorting": sorting}, 400)["message"]


def test_a_list_says_where_there_are_comments_and_files(ada: Caller) -> None:
    start(ada, "telling")
    first, second, third = ada.get("/task?sortBy=name&sortOrder=asc")
    ada.post(f"/task/{first['id']}/comment/create", {"message": "Please hurry"})
    sent = {"content": (__file__, "a.txt")}
    assert ada.ask("POST", f"/task/{second['id']}/attachment/create", data=sent).status_code == 200
    query = {"withCommentAttachmentInfo": "true", "sortBy": "name", "sortOrder": "asc"}
    found = ada.get("/task", query_string=query)
    assert [(each["comment"], each["attachment"]) for each in found] == [(True, False), (False, True), (False, False)]
    assert ada.get(f"/task/{first['id']}?withCommentAttachmentInfo=true")["comment"] is True
    assert "comment" not in ada.get(f"/task/{third['id']}")


def test_tasks_of_the_past_are_found_by_their_own_words(ada: Caller) -> None:
    instance_id = start(ada, "telling")
    [first] = ada.get("/task?name=First")
    ada.post(f"/task/{first['id']}/complete", {}, 204)

    def found(**query: str) -> list[str]:
        asked = {"processInstanceId": instance_id, "sortBy": "taskName", "sortOrder": "asc", **query}
        return names(ada.get("/history/task", query_string=asked))

    long_ago = "2020-01-01T00:00:00.000+0000"
    assert found(taskDescriptionLike="%bill%") == ["First"]
    assert found(finishedAfter=long_ago) == ["First"]
    assert found(finishedBefore=long_ago) == []
    assert found(startedAfter=long_ago) == ["First", "Second", "Third"]
    assert found(taskFollowUpDateAfter=long_ago) == ["Third"]
    assert found(taskNameLike="sec%") == ["Second"]
    assert found(unfinished="true", sortBy="taskDescription", sortOrder="asc")[-1:] != ["First"]
