"""Start instructions: clients of Camunda 7 have an instance begin elsewhere than at its start event."""

from typing import Any

import pytest
from flask import Flask

from server.commands import deployments
from server.identity.actor import CONSOLE
from tests.api.camunda7.conftest import Caller
from tests.commands.conftest import APPROVAL, model
from tests.commands.test_unique_business_keys import UNIQUE

START = "/process-definition/key/printing/start"
SEE = {"type": "startBeforeActivity", "activityId": "see"}
MEND = {"type": "startBeforeActivity", "activityId": "mend"}


def begin(asking: Caller, *instructions: Any, path: str = START, status: int = 200, **more: Any) -> Any:
    return asking.post(path, {"startInstructions": list(instructions), **more}, status)


def visited(asking: Caller, instance: str) -> list[str]:
    """The elements, in the order in which they were entered."""
    found = asking.get(f"/history/activity-instance?processInstanceId={instance}&sortBy=occurrence&sortOrder=asc")
    return [each["activityId"] for each in found]


def count(asking: Caller) -> int:
    number: int = asking.get("/process-instance/count")["count"]
    return number


def test_it_begins_before_elements_with_all_variables_and_no_start_event(ada: Caller) -> None:
    pages = {"pages": {"value": 3, "type": "Integer"}}
    more: dict[str, Any] = {"variables": {"paper": {"value": "A4"}, "pages": {"value": 1}}, "businessKey": "P-1"}
    begun = begin(ada, {**SEE, "variables": pages}, MEND, withVariablesInReturn=True, **more)
    assert begun["businessKey"] == "P-1"
    assert {name: each["value"] for name, each in begun["variables"].items()} == {"pages": 3, "paper": "A4"}
    assert visited(ada, begun["id"]) == ["see", "mend"]
    assert {each["taskDefinitionKey"] for each in ada.get(f"/task?processInstanceId={begun['id']}")} == {"see", "mend"}


@pytest.mark.parametrize(
    "instruction",
    [
        {"type": "startAfterActivity", "activityId": "print"},
        {"type": "startTransition", "transitionId": "f1_print_see"},
    ],
)
def test_it_begins_behind_an_element_or_at_a_flow(ada: Caller, instruction: Any) -> None:
    assert visited(ada, begin(ada, instruction)["id"]) == ["see"]


def test_it_begins_so_whatever_way_the_definition_is_named(ada: Caller) -> None:
    by_id = ada.get("/process-definition/key/printing")["id"]
    for path in (f"/process-definition/{by_id}/start", "/process-definition/key/printing/tenant-id/any/start"):
        assert visited(ada, begin(ada, SEE, path=path)["id"]) == ["see"]


@pytest.mark.parametrize(
    ("instruction", "status"),
    [
        ({"type": "startBeforeActivity", "activityId": "nothing"}, 400),
        ({"type": "startBeforeActivity", "activityId": "jam"}, 400),
        ({"type": "startBeforeActivity"}, 400),
        ({"type": "startAfterActivity", "activityId": "nothing"}, 404),
        ({"type": "startAfterActivity", "activityId": "see"}, 400),
        ({"type": "startTransition", "transitionId": "nothing"}, 404),
        ({**SEE, "ancestorActivityInstanceId": "b7b3b0a4-0000-4000-8000-000000000000"}, 404),
        ({"type": "cancel", "activityId": "print"}, 400),
        ({"activityId": "see"}, 400),
    ],
    ids=str,
)
def test_what_cannot_be_done_starts_nothing(ada: Caller, instruction: Any, status: int) -> None:
    told = begin(ada, SEE, instruction, status=status)
    assert told["message"]
    assert count(ada) == 0


@pytest.mark.parametrize("instruction", [SEE, {"type": "startAfterActivity", "activityId": "no"}])
def test_who_may_only_start_begins_nowhere_else(ada: Caller, zoe: Caller, printer: Caller, instruction: Any) -> None:
    for asking in (zoe, printer):
        assert "move tokens" in begin(asking, instruction, status=403)["message"]
    assert count(ada) == 0


def test_business_keys_stay_unique(app: Flask, ada: Caller) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("orders.bpmn", model("orders", APPROVAL, UNIQUE))])
    path, approve = "/process-definition/key/orders/start", {"type": "startBeforeActivity", "activityId": "approve"}
    begin(ada, approve, path=path, businessKey="A-1")
    begin(ada, approve, path=path, businessKey="A-1", status=400)
    assert count(ada) == 1
