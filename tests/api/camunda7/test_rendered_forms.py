"""Forms of fields that models hold, as HTML for other programs' pages."""

from typing import Any

import pytest
from flask import Flask
from lxml import etree

from server.commands import deployments
from server.identity.actor import CONSOLE
from tests.api.camunda7.conftest import Caller
from tests.commands.conftest import flows, model

FIELDS = (
    "<extensionElements><camunda:formData>"
    '<camunda:formField id="amount" label="Amount &lt;b&gt;" type="long" defaultValue="30">'
    '<camunda:validation><camunda:constraint name="required"/><camunda:constraint name="max" config="99"/>'
    "</camunda:validation></camunda:formField>"
    '<camunda:formField id="note" type="string"/>'
    '<camunda:formField id="sure" label="Sure" type="boolean" defaultValue="true"/>'
    '<camunda:formField id="size" label="Size" type="enum" defaultValue="l"><camunda:value id="s" name="Small"/>'
    '<camunda:value id="l" name="Large"/></camunda:formField>'
    "</camunda:formData></extensionElements>"
)
ASKING = (
    f'<startEvent id="begin">{FIELDS}</startEvent><userTask id="ask" camunda:assignee="ada">{FIELDS}</userTask>'
    '<userTask id="plain" camunda:assignee="ada"/>' + flows("begin>ask", "begin>plain")
)


@pytest.fixture(autouse=True)
def asking(app: Flask) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("asking.bpmn", model("asking", ASKING))])


def shown(caller: Caller, path: str) -> dict[str, Any]:
    """The fields of a form, by their names: the attributes of each."""
    answer = caller.ask("GET", f"{path}/rendered-form")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xhtml+xml"), answer.text
    form = etree.fromstring(answer.data)
    assert form.findtext("div/label") == "Amount <b>"
    found: dict[str, Any] = {
        str(each.attrib["cam-variable-name"]): each.attrib for each in form.iter() if "cam-variable-name" in each.attrib
    }
    found["options"] = [(each.get("value"), each.get("selected"), each.text) for each in form.iter("option")]
    return found


def task(caller: Caller, **variables: Any) -> tuple[str, str]:
    """The paths of a user task that asks, and of one that has no form."""
    body = {"variables": {name: {"value": value} for name, value in variables.items()}}
    instance_id = caller.post("/process-definition/key/asking/start", body)["id"]
    found = {each["taskDefinitionKey"]: each["id"] for each in caller.get(f"/task?processInstanceId={instance_id}")}
    return f"/task/{found['ask']}", f"/task/{found['plain']}"


def test_a_start_form_has_the_fields_of_the_model(ada: Caller) -> None:
    found = shown(ada, "/process-definition/key/asking")
    amount = found["amount"]
    assert (amount["cam-variable-type"], amount["type"], amount["value"]) == ("Long", "number", "30")
    assert (amount["required"], amount["max"]) == ("required", "99")
    assert (found["note"]["cam-variable-type"], found["note"]["value"]) == ("String", "")
    assert (found["sure"]["type"], found["sure"]["checked"]) == ("checkbox", "checked")
    assert found["options"] == [("", None, None), ("s", None, "Small"), ("l", "selected", "Large")]


def test_a_user_task_shows_the_variables_in_its_form_and_nothing_unescaped(ada: Caller) -> None:
    path, _ = task(ada, amount=7, note='"><script>alert(1)</script>', sure=False, size="s")
    found = shown(ada, path)
    assert (found["amount"]["value"], found["note"]["value"]) == ("7", '"><script>alert(1)</script>')
    assert "checked" not in found["sure"]
    assert found["options"][1] == ("s", "selected", "Small")
    assert "<script" not in ada.ask("GET", f"{path}/rendered-form").text


def test_a_form_that_is_not_written_in_the_model_is_not_made_up(ada: Caller, zoe: Caller) -> None:
    path, plain = task(ada)
    answer = ada.ask("GET", f"{plain}/rendered-form")
    assert (answer.status_code, "no form fields" in answer.text) == (400, True)
    assert zoe.ask("GET", f"{path}/rendered-form").status_code == 404
