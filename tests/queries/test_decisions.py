"""The decisions of an instance that took them in a business rule task: seen by whoever may see the instance."""

import pytest
from flask import Flask

from server.commands import deployments, process_instances
from server.errors import NotFound
from server.identity.actor import CONSOLE
from server.queries import activity_instances, decisions, history
from server.web.wording import sentence
from tests.dmn.models import decision, file, table
from tests.web import purchases

PROCESS = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t"><process id="sized" isExecutable="true">
  <startEvent id="begun" camunda:formKey="purchase_request"/><sequenceFlow id="f1" sourceRef="begun" targetRef="judge"/>
  <businessRuleTask id="judge" name="Judge the size" camunda:decisionRef="size" camunda:resultVariable="size"
    camunda:mapDecisionResult="singleEntry"/>
  <sequenceFlow id="f2" sourceRef="judge" targetRef="look"/><userTask id="look"/></process></definitions>"""
SIZES = table(["amount"], ["size"], [["< 10", '"small"'], [">= 10", '"big"'], ["> 99", '"huge"']])


@pytest.fixture
def deployed(app: Flask) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("sized.bpmn", PROCESS), ("size.dmn", file(decision("size", SIZES)))])


def start(amount: int) -> str:
    return process_instances.start(purchases.actor("ada"), "sized", {"item": "Laptops", "amount": amount}).instance_id


@pytest.mark.usefixtures("deployed")
def test_a_business_rule_task_takes_a_decision_and_history_keeps_why(app: Flask) -> None:
    with app.app_context():
        instance_id, ada = start(12), purchases.actor("ada")
        assert activity_instances.variables(ada, instance_id)["size"] == "big"
        [made] = decisions.made(ada, instance_id)
        assert (made.element_key, made.value, made.version) == ("judge", '"big"', 1)
        assert made.tables[0].inputs == (("amount", "12"),)
        assert [rule.number for rule in made.tables[0].rules if rule.matched] == [2]
        trail = history.trail(ada, instance_id)
        said = next(sentence(one, trail.titles) for one in trail.entries if one.name == "DecisionMade")
        assert (said.what, said.why) == ("Decided “size” at Judge the size: “big”", "Rule 2 matched")


@pytest.mark.usefixtures("deployed")
def test_a_decision_that_cannot_be_made_is_an_incident_on_its_task(app: Flask) -> None:
    with app.app_context():
        instance_id = start(100)
        [incident] = activity_instances.incidents(purchases.actor("ada"), instance_id)
        assert incident.element_key == "judge"
        assert "the rules 2, 3 match" in incident.message


@pytest.mark.usefixtures("deployed")
def test_the_version_that_was_taken_is_shown_even_when_a_newer_one_is_there(app: Flask) -> None:
    with app.app_context():
        instance_id = start(5)
        newer = file(decision("size", SIZES.replace("small", "tiny")))
        deployments.deploy(CONSOLE, [("size.dmn", newer)])
        [made] = decisions.made(purchases.actor("ada"), instance_id)
        assert (made.version, made.value) == (1, '"small"')


@pytest.mark.usefixtures("deployed")
def test_whoever_may_not_see_the_instance_does_not_see_its_decisions(app: Flask) -> None:
    with app.app_context(), pytest.raises(NotFound):
        decisions.made(purchases.actor("mallory"), start(5))
