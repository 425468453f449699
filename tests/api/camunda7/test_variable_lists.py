"""Lists of variables: of instances that are named, or of variables that are, wherever they are."""

from typing import Any

import pytest

from server.queries import chosen_variables
from tests.api.camunda7.conftest import Caller
from tests.api.camunda7.test_operations import start

BOTH = pytest.mark.parametrize("path", ["/variable-instance", "/history/variable-instance"])


def began(caller: Caller, key: str = "printing", **variables: Any) -> str:
    return start(caller, key, variables={name: {"value": value} for name, value in variables.items()})


def ask(caller: Caller, path: str, method: str = "GET", **wanted: Any) -> Any:
    return caller.post(path, wanted) if method == "POST" else caller.get(path, query_string=wanted)


def held(found: Any) -> list[tuple[str, Any]]:
    return sorted((each["name"], each["value"]) for each in found)


@BOTH
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_variables_of_a_name_are_found_wherever_they_are(ada: Caller, path: str, method: str) -> None:
    ids = {began(ada, size=1, paper="A4"), began(ada, "order", size=2)}
    began(ada, paper="size")
    found = ask(ada, path, method, variableName="size")
    assert held(found) == [("size", 1), ("size", 2)]
    assert {each["processInstanceId"] for each in found} == ids
    assert ask(ada, f"{path}/count", method, variableName="size") == {"count": 2}
    several = "size,paper" if method == "GET" else ["size", "paper"]
    assert held(ask(ada, path, method, variableNameIn=several)) == [
        ("paper", "A4"),
        ("paper", "size"),
        ("size", 1),
        ("size", 2),
    ]


@BOTH
def test_a_process_a_value_and_a_pattern_narrow_them(ada: Caller, path: str) -> None:
    began(ada, size=1)
    began(ada, "order", size=2)
    began(ada, size="2", other=2)
    assert held(ask(ada, path, variableName="size", processDefinitionKey="order")) == [("size", 2)]
    definition = ada.get("/process-definition/key/order")["id"]
    assert held(ask(ada, path, variableName="size", processDefinitionId=definition)) == [("size", 2)]
    assert held(ask(ada, path, "POST", variableValues=[{"name": "size", "operator": "gt", "value": 1}])) == [
        ("size", 2)
    ]
    assert len(ask(ada, path, variableValues="size_eq_2")) == 2
    assert held(ask(ada, path, "POST", variableName="size", variableValue="2")) == [("size", "2")]
    assert len(ask(ada, path, variableName="size", variableValue="2")) == 2
    assert held(ask(ada, path, variableNameIn="size,other", variableNameLike="%the%")) == [("other", 2)]


@BOTH
def test_they_come_in_parts_the_newest_instances_first(ada: Caller, path: str) -> None:
    for size in range(5):
        began(ada, size=size)
    parts = [ask(ada, path, variableName="size", firstResult=first, maxResults=2) for first in (0, 2, 4)]
    assert [[each["value"] for each in part] for part in parts] == [[4, 3], [2, 1], [0]]


def test_ended_instances_have_left_theirs_behind(ada: Caller) -> None:
    ended = began(ada, size=1)
    began(ada, other=1)
    assert ada.ask("DELETE", f"/process-instance/{ended}").status_code == 204
    assert ask(ada, "/variable-instance", variableName="size") == []
    assert held(ask(ada, "/history/variable-instance", variableName="size")) == [("size", 1)]
    assert ask(ada, "/variable-instance", processInstanceId=ended) == []
    assert len(ask(ada, "/history/variable-instance", processInstanceId=ended)) == 1


@BOTH
def test_nobody_finds_those_of_instances_that_they_may_not_see(ada: Caller, zoe: Caller, path: str) -> None:
    began(ada, size=1)
    assert ask(zoe, path, variableName="size") == []


@BOTH
def test_without_instance_and_name_it_is_said_what_to_give(ada: Caller, path: str) -> None:
    for query in ("", "?variableNameLike=s%25", "?processDefinitionKey=printing"):
        answer = ada.ask("GET", path + query)
        assert (answer.status_code, "variableName" in (answer.json or {})["message"]) == (400, True)


@pytest.mark.parametrize("name", ["\0", "x" * 1001])
def test_a_name_that_no_variable_can_have_is_refused(ada: Caller, name: str) -> None:
    assert ada.ask("POST", "/variable-instance", {"variableName": name}).status_code == 400


def test_of_instances_that_are_named_any_number_of_names_may_be_asked_for(ada: Caller) -> None:
    names = [f"n{number}" for number in range(60)]
    instance_id = began(ada, n59=1)
    found = ask(ada, "/variable-instance", "POST", processInstanceId=instance_id, variableNameIn=names)
    assert held(found) == [("n59", 1)]
    assert ada.ask("POST", "/variable-instance", {"variableNameIn": names}).status_code == 400


@pytest.mark.parametrize("name", ["größe", "a_b", "per%cent", 'quo"te'])
def test_any_name_is_found_after_the_end_too(ada: Caller, name: str) -> None:
    ended = start(ada, variables={name: {"value": 1}, "axb": {"value": 2}})
    assert held(ask(ada, "/variable-instance", variableName=name)) == [(name, 1)]
    ada.ask("DELETE", f"/process-instance/{ended}")
    assert held(ask(ada, "/history/variable-instance", variableName=name)) == [(name, 1)]


def test_only_so_many_instances_are_looked_into(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen_variables, "LOOKED_INTO", 2)
    for size in range(3):
        began(ada, size=size)
    ada.ask("DELETE", f"/process-instance/{began(ada, other=1)}")
    for path in ("/variable-instance", "/history/variable-instance"):
        assert held(ask(ada, path, variableName="size")) == [("size", 1), ("size", 2)]
