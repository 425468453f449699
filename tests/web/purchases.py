"""A small house for tests of pages and queries: five people, two groups, and a process of two user tasks."""

from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.commands import deployments, groups, people, process_instances
from server.identity.actor import CONSOLE, Actor
from server.queries import sessions

PASSWORD = "correct horse battery"

PROCESS = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="http://example.org/tests">
  <process id="purchase" name="Purchase approval" isExecutable="true" camunda:candidateStarterGroups="staff">
    <documentation>Anything that **costs money**.</documentation>
    <extensionElements><camunda:properties>
      <camunda:property name="businessKey" value="PR-${sequence}"/>
      <camunda:property name="title" value="${item}"/>
      <camunda:property name="category" value="Buying"/>
    </camunda:properties></extensionElements>
    <startEvent id="asked" name="Asked" camunda:formKey="purchase_request"/>
    <sequenceFlow id="f1" sourceRef="asked" targetRef="approve"/>
    <userTask id="approve" name="Approve purchase" camunda:candidateGroups="approvers"
      camunda:formKey="purchase_decision">
      <documentation>Check the *cost centre*.

&lt;script&gt;alert(1)&lt;/script&gt; [odd](javascript:alert(1))</documentation>
    </userTask>
    <sequenceFlow id="f2" sourceRef="approve" targetRef="order"/>
    <userTask id="order" name="Order it" camunda:assignee="linus"/>
    <sequenceFlow id="f3" sourceRef="order" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>"""

REQUEST_FORM = b"""{"type": "default", "id": "purchase_request", "components": [
  {"type": "textfield", "id": "f_item", "key": "item", "label": "What", "validate": {"required": true}},
  {"type": "number", "id": "f_amount", "key": "amount", "label": "Amount", "validate": {"min": 1}}]}"""

DECISION_FORM = b"""{"type": "default", "id": "purchase_decision", "components": [
  {"type": "textfield", "id": "d_item", "key": "item", "label": "What", "readonly": true},
  {"type": "checkbox", "id": "d_ok", "key": "approved", "label": "Approved"},
  {"type": "textarea", "id": "d_why", "key": "why", "label": "Reason", "validate": {"required": true}}]}"""

PEOPLE = {
    "ada": ("Ada", ("participant",), "staff"),
    "grace": ("Grace", ("participant",), "approvers"),
    "linus": ("Linus", ("participant",), "approvers"),
    "mallory": ("Mallory", ("participant",), ""),
    "alan": ("Alan", ("operator",), ""),
}


def settle() -> None:
    """Create the people, the groups and the process; needs an application context."""
    groups.create(CONSOLE, "staff", "Staff")
    groups.create(CONSOLE, "approvers", "Purchasing approvers")
    for person_id, (name, roles, group) in PEOPLE.items():
        people.create(CONSOLE, person_id, name, PASSWORD, roles, zone="Europe/Berlin")
        if group:
            groups.add_member(CONSOLE, group, person_id)
    files = [("purchase.bpmn", PROCESS), ("request.form", REQUEST_FORM), ("decision.form", DECISION_FORM)]
    deployments.deploy(CONSOLE, files)


def sign_in(app: Flask, person_id: str) -> FlaskClient:
    """A browser in which *person_id* is signed in."""
    browser = app.test_client()
    answer = browser.post("/sign-in", data={"name": person_id, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return browser


def actor(person_id: str) -> Actor:
    """The actor that the sign-in of *person_id* yields."""
    found = sessions.actor_of(person_id, clock.now())
    assert found is not None
    return found


def ask(item: str = "Three laptops", amount: int = 900) -> str:
    """Ada starts a purchase; the id of the instance."""
    return process_instances.start(actor("ada"), "purchase", {"item": item, "amount": amount}).instance_id
