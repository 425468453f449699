"""Deleting deployments: those that nothing has come of go, and nothing else does."""

import io
from typing import Any

import pytest

from tests.api.camunda7.conftest import Caller
from tests.commands.conftest import flows, model

FORM = b'{"id": "bill", "type": "default", "components": []}'


def process(name: str) -> bytes:
    """A process that the message "billed" starts."""
    return model(
        "billing",
        '<startEvent id="s"><messageEventDefinition messageRef="Billed"/></startEvent><startEvent id="plain"/>'
        f'<userTask id="pay" name="{name}" camunda:assignee="ada"/>'
        + flows("s>pay", "plain>pay")
        + '</process><message id="Billed" name="billed"/><process id="nothing4">',
    )


def deploy(caller: Caller, *files: tuple[str, bytes]) -> str:
    sent = {name: (io.BytesIO(content), name) for name, content in files}
    answer = caller.ask("POST", "/deployment/create", data=sent)
    assert answer.status_code == 200, answer.text
    return str((answer.json or {})["id"])


def versions(caller: Caller) -> list[int]:
    return [each["version"] for each in caller.get("/process-definition?key=billing&sortBy=version&sortOrder=asc")]


def billed(caller: Caller) -> Any:
    """The version that the message starts now."""
    [begun] = caller.post("/message", {"messageName": "billed", "resultEnabled": True})
    return begun["processInstance"]["definitionId"].split(":")[1]


def test_a_deployment_that_nothing_has_come_of_goes_and_the_version_before_is_the_latest_again(ada: Caller) -> None:
    deploy(ada, ("billing.bpmn", process("Pay")))
    second = deploy(ada, ("billing.bpmn", process("Pay it")))
    assert versions(ada) == [1, 2]
    assert ada.ask("DELETE", f"/deployment/{second}?cascade=true").status_code == 204
    assert versions(ada) == [1]
    assert ada.ask("GET", f"/deployment/{second}").status_code == 404
    assert ada.get("/process-definition/key/billing")["version"] == 1
    assert billed(ada) == "1"


def test_after_the_only_version_has_gone_nothing_of_it_is_started(ada: Caller) -> None:
    only = deploy(ada, ("billing.bpmn", process("Pay")))
    assert ada.ask("DELETE", f"/deployment/{only}").status_code == 204
    assert versions(ada) == []
    assert ada.post("/message", {"messageName": "billed"}, 400)["type"] == "MismatchingMessageCorrelationException"
    deploy(ada, ("billing.bpmn", process("Pay")))
    assert billed(ada) == "1"


@pytest.mark.parametrize("cascade", ["", "?cascade=true"])
def test_what_has_run_stays(ada: Caller, cascade: str) -> None:
    ran = deploy(ada, ("billing.bpmn", process("Pay")))
    instance_id = ada.post("/process-definition/key/billing/start", {})["id"]
    assert ada.ask("DELETE", f"/process-instance/{instance_id}").status_code == 204
    answer = ada.ask("DELETE", f"/deployment/{ran}{cascade}")
    assert answer.status_code == 400
    assert (answer.json or {})["message"].startswith("Billing version 1 has run, and what has run stays")
    assert versions(ada) == [1]


def test_an_older_version_goes_without_touching_the_latest(ada: Caller) -> None:
    first = deploy(ada, ("billing.bpmn", process("Pay")))
    deploy(ada, ("billing.bpmn", process("Pay it")))
    assert ada.ask("DELETE", f"/deployment/{first}").status_code == 204
    assert versions(ada) == [2]
    assert billed(ada) == "2"


def test_forms_stay_since_other_models_may_name_them(ada: Caller) -> None:
    found = deploy(ada, ("billing.bpmn", process("Pay")), ("bill.form", FORM))
    answer = ada.ask("DELETE", f"/deployment/{found}")
    assert (answer.status_code, "holds bill, which other models may name" in answer.text) == (400, True)
    assert versions(ada) == [1]


def test_who_may_not_deploy_deletes_no_deployment(ada: Caller, printer: Caller) -> None:
    found = deploy(ada, ("billing.bpmn", process("Pay")))
    assert printer.ask("DELETE", f"/deployment/{found}").status_code == 403
    assert ada.ask("DELETE", "/deployment/00000000-0000-8000-8000-000000000000").status_code == 404
    assert versions(ada) == [1]
