"""The whole server under attack from a model: an incident in one sentence, and the next instance runs."""

from html import escape

import pytest
from sqlalchemy import select

from server.commands import deployments, process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from tests.dmn.models import decision, file, literal
from tests.expressions.attacks import in_feel
from tests.expressions.attacks.bounds import bounded

MODEL = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
  <message id="m" name="{name}"/>
  <message id="k" name="paid"><extensionElements><zeebe:subscription correlationKey="{key}"/></extensionElements>
  </message>
  <process id="p" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="a" sourceRef="start" targetRef="g"/>
    {element}
    <sequenceFlow id="b" sourceRef="g" targetRef="end"/><endEvent id="end"/>
  </process></definitions>"""
CATCH = """<intermediateCatchEvent id="g"><messageEventDefinition messageRef="{}"/></intermediateCatchEvent>"""
DECIDE = """<businessRuleTask id="g" camunda:decisionRef="level" camunda:resultVariable="level"/>"""
MAPPED = """<userTask id="g"><extensionElements><zeebe:ioMapping><zeebe:input source="{}" target="y"/></zeebe:ioMapping>
    </extensionElements></userTask>"""
LONG_ON_PAPER = '{s: string join(for i in 1..20000 return "a"), r: for i in 1..20000 return s}.r'
FLOOD = "= count(for i in 1..10**9 return i) > 1"
HONEST = "= string(1 + 1)"


def state_of(element: str, name: str = "m", key: str = HONEST, decided: str = "1") -> tuple[str, list[str]]:
    """The state of a new instance, and the messages of its incidents."""
    model = MODEL.format(element=element, name=escape(name), key=escape(key))
    dmn = file(decision("level", literal(decided)))
    deployments.deploy(CONSOLE, [("p.bpmn", model.encode()), ("level.dmn", dmn)])
    instance_id = process_instances.start(CONSOLE, "p", {}).instance_id
    found = db.session.scalars(select(Incident.message).where(Incident.instance_id == instance_id))
    return db.session.get_one(ProcessInstance, instance_id).state, list(found)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "attack",
    [
        {"element": CATCH.format("m"), "name": FLOOD},
        {"element": CATCH.format("k"), "key": FLOOD},
        {"element": CATCH.format("k"), "key": "= {f: function(x) f(x), r: f(1)}.r"},
        {"element": DECIDE, "decided": FLOOD.removeprefix("= ")},
        {"element": DECIDE, "decided": in_feel.NESTED},
        {"element": DECIDE, "decided": LONG_ON_PAPER},
        {"element": MAPPED.format(escape(f"= {LONG_ON_PAPER}"))},
        {"element": DECIDE, "decided": 'replace("aaa", "a", string join(for i in 1..99999 return "aaaaaaaaaa"))'},
    ],
    ids=[
        "message name",
        "correlation key",
        "recursion",
        "decision",
        "nested lists",
        "long when it is written",
        "long variable",
        "growth in a decision",
    ],
)
def test_an_attack_becomes_an_incident_and_the_next_instance_runs(attack: dict[str, str]) -> None:
    with bounded():
        state, [told] = state_of(**attack)
    assert state == "active"
    assert "\n" not in told
    assert state_of(CATCH.format("k")) == ("active", [])
    assert state_of(DECIDE) == ("completed", [])
