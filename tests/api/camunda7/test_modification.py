"""Modification: clients of Camunda 7 move tokens by instructions, as one step or not at all."""

from typing import Any

import pytest

from tests.api.camunda7.conftest import Caller


@pytest.fixture
def instance(ada: Caller) -> str:
    """The address of one that waits for a printer."""
    return f"/process-instance/{ada.post('/process-definition/key/printing/start', {})['id']}"


def nodes(ada: Caller, instance: str) -> dict[str, str]:
    """Where it stands: the elements, with the ids of the activity instances."""
    tree = ada.get(f"{instance}/activity-instances")
    return {node["activityId"]: node["id"] for node in tree["childActivityInstances"]}


def modify(ada: Caller, instance: str, *instructions: Any, status: int = 204, **more: Any) -> Any:
    return ada.post(f"{instance}/modification", {"instructions": list(instructions), **more}, status)


def test_tokens_are_moved_with_variables_and_a_reason(ada: Caller, instance: str) -> None:
    variables = {"pages": {"value": 3, "type": "Integer", "local": False}}
    start = {"type": "startBeforeActivity", "activityId": "see", "variables": variables}
    more: dict[str, Any] = {"skipCustomListeners": True, "skipIoMappings": True, "annotation": "the printer burnt down"}
    modify(ada, instance, {"type": "cancel", "activityId": "print"}, start, **more)
    assert set(nodes(ada, instance)) == {"see"}
    assert ada.get(f"{instance}/variables/pages")["value"] == 3
    operations = ada.get("/history/user-operation?sortBy=timestamp&sortOrder=desc")
    assert "the printer burnt down" in str(operations)


def test_an_activity_is_cancelled_by_its_own_id(ada: Caller, instance: str) -> None:
    own = nodes(ada, instance)["print"]
    cancel = {"type": "cancel", "activityInstanceId": own}
    modify(ada, instance, {"type": "startBeforeActivity", "activityId": "mend"}, cancel)
    assert set(nodes(ada, instance)) == {"mend"}


@pytest.mark.parametrize(
    "start",
    [
        {"type": "startAfterActivity", "activityId": "print"},
        {"type": "startTransition", "transitionId": "f1_print_see"},
    ],
)
def test_a_token_begins_behind_an_element_or_at_a_flow(ada: Caller, instance: str, start: Any) -> None:
    modify(ada, instance, start)
    assert set(nodes(ada, instance)) == {"print", "see"}


@pytest.mark.parametrize(
    ("instruction", "status"),
    [
        ({"type": "cancel", "activityId": "see"}, 404),
        ({"type": "cancel", "activityInstanceId": "b7b3b0a4-0000-4000-8000-000000000000"}, 404),
        ({"type": "cancel"}, 400),
        ({"type": "startBeforeActivity"}, 400),
        ({"type": "startAfterActivity", "activityId": "nothing"}, 404),
        ({"type": "startAfterActivity", "activityId": "see"}, 400),
        ({"type": "startTransition", "transitionId": "nothing"}, 404),
        ({"type": "jump", "activityId": "see"}, 400),
        ({"activityId": "see"}, 400),
    ],
    ids=str,
)
def test_what_cannot_be_done_moves_nothing(ada: Caller, instance: str, instruction: Any, status: int) -> None:
    start = {"type": "startBeforeActivity", "activityId": "mend"}
    told = modify(ada, instance, start, instruction, status=status)
    assert told["message"]
    assert set(nodes(ada, instance)) == {"print"}


def test_no_instructions_are_a_mistake(ada: Caller, instance: str) -> None:
    assert "instructions" in modify(ada, instance, status=400)["message"]


def test_only_operators_move_tokens(ada: Caller, zoe: Caller, instance: str) -> None:
    body = {"instructions": [{"type": "cancel", "activityId": "print"}]}
    assert zoe.ask("POST", f"{instance}/modification", body).status_code in (403, 404)
    assert set(nodes(ada, instance)) == {"print"}


def test_a_message_brings_a_file_that_a_worker_can_load(ada: Caller) -> None:
    about = {"filename": "a.txt", "mimetype": "text/plain"}
    letter = {"value": "aGVsbG8=", "type": "File", "valueInfo": about}
    body = {"messageName": "ordered", "processVariables": {"letter": letter}, "resultEnabled": True}
    [reached] = ada.post("/message", body)
    path = f"/process-instance/{reached['processInstance']['id']}/variables/letter/data"
    assert ada.ask("GET", path).data == b"hello"
