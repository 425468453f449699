"""A process that gets stuck for tests of operations: it divides by what is given, then waits two hours."""

from flask import Flask

from server.commands import deployments, people, process_instances
from server.identity.actor import CONSOLE
from tests.web.purchases import PASSWORD, actor

PROCESS = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="billing" name="Billing" isExecutable="true">
    <extensionElements><camunda:properties>
      <camunda:property name="businessKey" value="B-${sequence}"/>
    </camunda:properties></extensionElements>
    <startEvent id="asked" camunda:formKey="billing"/>
    <sequenceFlow id="f1" sourceRef="asked" targetRef="divide"/>
    <scriptTask id="divide" name="Divide the amount" scriptFormat="python">
      <script>share = 100 / amount</script></scriptTask>
    <sequenceFlow id="f2" sourceRef="divide" targetRef="wait"/>
    <intermediateCatchEvent id="wait" name="Two hours"><timerEventDefinition>
      <timeDuration>PT2H</timeDuration></timerEventDefinition></intermediateCatchEvent>
    <sequenceFlow id="f3" sourceRef="wait" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>"""

FORM = b"""{"type": "default", "id": "billing", "components": [
  {"type": "number", "id": "f_amount", "key": "amount", "label": "Amount"}]}"""

PEOPLE = {
    "margaret": ("Margaret", ("auditor",)),
    "katherine": ("Katherine", ("administrator",)),
}


def settle(app: Flask) -> None:
    """Add an auditor, an administrator and the process to the small house of `purchases`."""
    with app.app_context():
        for person_id, (name, roles) in PEOPLE.items():
            people.create(CONSOLE, person_id, name, PASSWORD, roles, zone="Europe/Berlin")
        deployments.deploy(CONSOLE, [("billing.bpmn", PROCESS), ("billing.form", FORM)])


def bill(amount: int) -> str:
    """Ada starts one: with 0 it gets stuck, else it waits for two hours; the id of the instance."""
    return process_instances.start(actor("ada"), "billing", {"amount": amount}).instance_id
