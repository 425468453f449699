"""A business rule task makes a deployed decision; without one it is an incident that says what to deploy."""

from server.commands import deployments, process_instances
from server.database import db
from server.identity.actor import CONSOLE, Actor
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.runtime.submissions import variables_of
from tests.commands.conftest import deploy, flows

DISH = b"""<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="tests">
<inputData id="i" name="season"><variable name="season" typeRef="string"/></inputData>
<decision id="dish" name="Dish"><variable name="Dish" typeRef="string"/>
<informationRequirement><requiredInput href="#i"/></informationRequirement>
<decisionTable hitPolicy="UNIQUE"><input><inputExpression typeRef="string"><text>season</text></inputExpression></input>
<output typeRef="string"/>
<rule><inputEntry><text>"Winter"</text></inputEntry><outputEntry><text>"Roast"</text></outputEntry></rule>
<rule><inputEntry><text>"Summer"</text></inputEntry><outputEntry><text>"Salad"</text></outputEntry></rule>
</decisionTable></decision></definitions>"""
COOKS = (
    '<startEvent id="begin"/><scriptTask id="say"><script>season = "Winter"</script></scriptTask>'
    '<businessRuleTask id="choose" camunda:decisionRef="dish" camunda:resultVariable="dish" '
    'camunda:mapDecisionResult="singleEntry"/><userTask id="cook"/>' + flows("begin>say", "say>choose", "choose>cook")
)


def test_the_result_of_a_deployed_decision_becomes_a_variable(ann: Actor) -> None:
    deployments.deploy(CONSOLE, [("dish.dmn", DISH)])
    deploy(("cooks", COOKS))
    instance_id = process_instances.start(ann, "cooks", {}).instance_id
    db.session.rollback()
    variables = variables_of(db.session.get_one(ProcessInstance, instance_id))
    assert variables == {"season": "Winter", "dish": "Roast"}


def test_a_decision_that_is_not_deployed_is_an_incident_that_says_so(ann: Actor) -> None:
    deploy(("cooks", COOKS))
    process_instances.start(ann, "cooks", {})
    db.session.rollback()
    incident = db.session.query(Incident).one()
    assert incident.element_key == "choose"
    assert "'dish' is not deployed" in incident.message
