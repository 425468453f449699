"""Attacks in every place where a process model holds text: each ends in an incident, and the next instance runs."""

from datetime import UTC, datetime
from html import escape
from time import thread_time

import pytest

from server import bpmn
from server.engine.construction import construct
from server.engine.execution import Execution, Setting
from server.engine.facts import IncidentRaised

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
SETTING = Setting(instance_id="i", process_key="p", business_key=None, initiator="ann")
VARIABLES = {"s": "a" * 20_000, "x": 1}
ATTACKS = {
    "feel": "= count(for i in 1..10**9 return i) > 1",
    "feel's pattern": '= matches(s + s + s + s, "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x")',
    "feel's recursion": "= {f: function(x) f(x), r: f(1)}.r",
    "juel": "${s.replace('a', s)}",
    "juel's walk": "${s.getClass().forName('java.lang.Runtime')}",
}
PLACES = {
    "condition": """<exclusiveGateway id="g"/><sequenceFlow id="a" sourceRef="start" targetRef="g"/>
        <sequenceFlow id="b" sourceRef="g" targetRef="end"><conditionExpression>{}</conditionExpression>
        </sequenceFlow>""",
    "assignment": """<userTask id="g" camunda:assignee="{}"/>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "candidates": """<userTask id="g" camunda:candidateGroups="{}"/>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "mapping": """<userTask id="g"><extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="y">{}</camunda:inputParameter></camunda:inputOutput></extensionElements>
        </userTask>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "timer": """<intermediateCatchEvent id="g"><timerEventDefinition><timeDuration>{}</timeDuration>
        </timerEventDefinition></intermediateCatchEvent>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "cardinality": """<userTask id="g"><multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality>
        </multiInstanceLoopCharacteristics></userTask>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "due date": """<userTask id="g" camunda:dueDate="{}"/>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
}
SCRIPTS = [
    "while True: pass",
    "x = 'a'\nwhile True: x += x",
    "x = [s] * 99999\ny = str(x)",
    "y = s.replace('a', s)",
    "y = 10 ** 10 ** 10",
    "a = []\nfor i in range(60): a = [a, a]\ny = str(a)",
]
SCRIPT = """<scriptTask id="g" scriptFormat="python"><script>{}</script></scriptTask>
    <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>"""


def incidents_of(place: str, text: str) -> list[str]:
    """What operators are told, at deploy or when an instance has started."""
    model = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
        xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><process id="p" isExecutable="true">
        <startEvent id="start"/>{place.format(escape(text))}<endEvent id="end"/></process></definitions>"""
    reading = bpmn.read_model(model.encode(), "attack.bpmn")
    refused = [problem.text for problem in reading.problems if problem.level == "problem"]
    if refused:
        return refused
    execution = Execution.start(construct(reading.processes[0]), SETTING, MOMENT, dict(VARIABLES))
    return [str(fact.message) for fact in execution.take_facts() if isinstance(fact, IncidentRaised)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_model_becomes_an_incident(place: str, attack: str) -> None:
    started = thread_time()
    told = incidents_of(PLACES[place], ATTACKS[attack])
    assert len(told) == 1
    assert "\n" not in told[0]
    assert thread_time() - started < 1.5


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_attack_in_a_script_becomes_an_incident(script: str) -> None:
    started = thread_time()
    assert len(incidents_of(SCRIPT, script)) == 1
    assert thread_time() - started < 1.5


def test_after_all_attacks_an_honest_model_runs() -> None:
    assert incidents_of(PLACES["assignment"], '= if x = 1 then "ann" else "bob"') == []
