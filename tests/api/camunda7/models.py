"""The people and processes that these tests begin with."""

from server.commands import deployments, groups, people
from server.identity.actor import CONSOLE
from tests.commands.conftest import APPROVAL, flows, model

PASSWORD = "a long enough password"
ROLES = ["participant", "worker", "operator", "analyst"]

PRINT = (
    '<startEvent id="s"/><serviceTask id="print" name="Print" camunda:type="external" camunda:topic="print">'
    '<extensionElements><camunda:properties><camunda:property name="paper" value="A4"/></camunda:properties>'
    '</extensionElements></serviceTask><boundaryEvent id="jam" attachedToRef="print">'
    '<errorEventDefinition errorRef="JamError"/></boundaryEvent>'
    '<userTask id="see" name="See it" camunda:assignee="ada"/><userTask id="mend" camunda:assignee="ada"/>'
    + flows("s>print", "print>see", "jam>mend")
    + '</process><error id="JamError" errorCode="JAM"/><process id="nothing">'
)
WAITING = (
    '<startEvent id="s"/><intermediateCatchEvent id="wait"><messageEventDefinition messageRef="Paid"/>'
    '</intermediateCatchEvent><userTask id="ship" camunda:assignee="ada"/>'
    + flows("s>wait", "wait>ship")
    + '</process><message id="Paid" name="paid"/><process id="nothing2">'
)
ORDERED = (
    '<startEvent id="s"><messageEventDefinition messageRef="Ordered"/></startEvent>'
    '<userTask id="pack" camunda:assignee="ada"/>'
    + flows("s>pack")
    + '</process><message id="Ordered" name="ordered"/><process id="nothing3">'
)


def settle() -> None:
    """Ada may do all that these tests do, Zoe only takes part."""
    people.create(CONSOLE, "ada", "Ada Lovelace", PASSWORD, ROLES)
    people.create(CONSOLE, "printer", "Printer", PASSWORD, ["worker"])
    people.create(CONSOLE, "zoe", "Zoe", PASSWORD, ["participant"])
    groups.create(CONSOLE, "clerks", "Clerks")
    groups.add_member(CONSOLE, "clerks", "ada")
    for key, body in (("printing", PRINT), ("order", WAITING), ("ordered", ORDERED), ("approval", APPROVAL)):
        deployments.deploy(CONSOLE, [(f"{key}.bpmn", model(key, body))])
