"""Why a branch was taken: the conditions that decided, with the values of that moment; asking changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from server.commands import deployments, process_instances
from server.errors import NotFound
from server.expressions.explained import Explained
from server.identity.actor import CONSOLE
from server.queries import history, reasons
from server.queries.history import Entry
from server.queries.reasons import Reason
from tests.web import purchases

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="choosing" name="Choosing" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="e" sourceRef="begin" targetRef="set"/>
    <scriptTask id="set" scriptFormat="python"><script><![CDATA[{script}]]></script></scriptTask>
    <sequenceFlow id="f" sourceRef="set" targetRef="g"/>
    <{gateway} id="g" name="Which way?" default="other"/>
    {flows}
    <sequenceFlow id="other" name="otherwise" sourceRef="g" targetRef="script"/>
    <scriptTask id="script" scriptFormat="python"><script>amount = 0</script></scriptTask>
    <sequenceFlow id="out" sourceRef="script" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""
FLOW = """<sequenceFlow id="c{number}" name="way {number}" sourceRef="g" targetRef="script">
  <conditionExpression><![CDATA[{condition}]]></conditionExpression></sequenceFlow>"""


def decide(gateway: str, conditions: list[str], variables: Mapping[str, Any]) -> tuple[str, tuple[Entry, ...]]:
    """An instance that came to the gateway with these variables: its id and trail. CONSOLE sees all, as auditors do."""
    flows = "".join(FLOW.format(number=number, condition=text) for number, text in enumerate(conditions, start=1))
    script = "\n".join(f"{name} = {value!r}" for name, value in {"amount": 0, **variables}.items())
    model = MODEL.format(gateway=gateway, flows=flows, script=script)
    deployments.deploy(CONSOLE, [("choosing.bpmn", model.encode())])
    instance_id = process_instances.start(CONSOLE, "choosing", {}).instance_id
    return instance_id, history.trail(CONSOLE, instance_id).entries


def told(gateway: str, conditions: list[str], variables: Mapping[str, Any]) -> list[tuple[Reason, ...]]:
    """What is told of each flow that the gateway was left by."""
    return told_of(*decide(gateway, conditions, variables))


def told_of(instance_id: str, entries: Sequence[Entry]) -> list[tuple[Reason, ...]]:
    numbers = [
        number
        for number, entry in enumerate(entries, start=1)
        if entry.name == "FlowTaken" and entry.fields["source"] == "g"
    ]
    found = reasons.reasons(CONSOLE, instance_id, entries, numbers)
    return [found[number] for number in numbers]


def test_an_exclusive_gateway_tells_what_it_asked_until_one_held(app: Flask) -> None:
    conditions = ["= amount > 1000 and urgent", "= amount > 100", "= amount > 10"]
    with app.app_context():
        [asked] = told("exclusiveGateway", conditions, {"amount": 500, "urgent": True})
    assert [(one.flow, one.holds, one.untold) for one in asked] == [("way 1", False, ""), ("way 2", True, "")]
    assert asked[0].why.parts == (Explained("amount > 1000", False, (Explained("amount", 500),)),)
    assert asked[1].why.parts == (Explained("amount", 500),), "as it was then: the script set it to 0 later"


def test_the_default_flow_tells_why_no_condition_held(app: Flask) -> None:
    with app.app_context():
        [asked] = told("exclusiveGateway", ["= amount > 1000", "${amount > 900}"], {"amount": 500})
    assert [(one.flow, one.holds, one.why.parts) for one in asked] == [
        ("way 1", False, (Explained("amount", 500),)),
        ("way 2", False, (Explained("amount", 500),)),
    ]


def test_each_flow_of_an_inclusive_gateway_has_its_own_condition_and_those_that_did_not_hold(app: Flask) -> None:
    with app.app_context():
        first, second = told("inclusiveGateway", ["= a", "= b", "= c"], {"a": True, "b": False, "c": True})
    assert [(one.flow, one.holds) for one in first] == [("way 1", True), ("way 2", False)]
    assert [(one.flow, one.holds) for one in second] == [("way 2", False), ("way 3", True)]


def test_juel_is_told_part_by_part_too(app: Flask) -> None:
    with app.app_context():
        [[asked]] = told(
            "exclusiveGateway", ["${order.total > 100 && !empty items}"], {"order": {"total": 200}, "items": [1]}
        )
    assert asked.why.parts == (
        Explained("order.total > 100", True, (Explained("order.total", 200),)),
        Explained("!empty items", True, (Explained("items", [1]),)),
    )


def test_python_is_told_part_by_part_too(app: Flask) -> None:
    with app.app_context():
        [[asked]] = told("exclusiveGateway", ["len(items) == 2 and amount != 1"], {"items": [1, 2], "amount": 3})
    assert asked.holds
    assert asked.why.parts == (
        Explained("len(items) == 2", True, (Explained("len(items)", 2, (Explained("items", [1, 2]),)),)),
        Explained("amount != 1", True, (Explained("amount", 3),)),
    )


COMPLEX = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">
  <process id="choosing" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="e" sourceRef="begin" targetRef="split"/>
    <parallelGateway id="split"/><sequenceFlow id="a" sourceRef="split" targetRef="g"/>
    <sequenceFlow id="b" sourceRef="split" targetRef="g"/>
    <complexGateway id="g"><activationCondition>= activationCount &gt;= 2</activationCondition></complexGateway>
    <sequenceFlow id="c" name="way 1" sourceRef="g" targetRef="end">
      <conditionExpression>= waitingForStart</conditionExpression></sequenceFlow>
    <endEvent id="end"/>
  </process>
</definitions>"""


def test_a_complex_gateway_tells_what_it_counted(app: Flask) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("complex.bpmn", COMPLEX)])
        instance_id = process_instances.start(CONSOLE, "choosing", {}).instance_id
        [[asked]] = told_of(instance_id, history.trail(CONSOLE, instance_id).entries)
    assert (asked.flow, asked.holds, asked.why.value, asked.untold) == ("way 1", True, True, "")


def test_what_would_change_a_variable_is_not_asked_again(app: Flask) -> None:
    with app.app_context():
        [[asked]] = told("exclusiveGateway", ["${execution.setVariable('seen', 1) == null}"], {})
    assert asked.holds
    assert asked.untold.startswith("Cannot be told any more: ")
    assert "it changes a variable, so it is not asked again" in asked.untold


def test_what_comes_out_otherwise_now_is_not_passed_off_as_the_reason(app: Flask) -> None:
    with app.app_context():
        instance_id, entries = decide("exclusiveGateway", ["= amount > 100"], {"amount": 500})
        lost = [
            replace(entry, fields={**entry.fields, "values": {"amount": 1}}) if entry.name == "FlowTaken" else entry
            for entry in entries
        ]
        [[asked]] = told_of(instance_id, lost)
    assert asked.untold == "Cannot be told any more: what it reads was not kept as it was then."
    assert asked.why.parts == ()


def test_long_values_are_told_in_short(app: Flask) -> None:
    with app.app_context():
        [[asked]] = told("exclusiveGateway", ["= count(items) > 5"], {"items": ["x" * 700] * 25})
    [count] = asked.why.parts
    assert count.value == 25
    [items] = count.parts
    assert len(items.value) == 21
    assert len(items.value[0]) < 600


def test_slow_conditions_do_not_keep_the_reader_waiting(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons, "SECONDS", -1.0)
    with app.app_context():
        [[asked]] = told("exclusiveGateway", ["= amount > 1"], {"amount": 2})
    assert asked.untold == "Cannot be told any more: the conditions of this instance take too long."


def test_whoever_may_not_see_the_instance_is_told_nothing(app: Flask) -> None:
    with app.app_context():
        instance_id = purchases.ask()
        with pytest.raises(NotFound):
            reasons.reasons(purchases.actor("mallory"), instance_id, (), ())


NESTED = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="nested" name="Nested" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="e" sourceRef="begin" targetRef="set"/>
    <scriptTask id="set" scriptFormat="python"><script>limit = 1</script></scriptTask>
    <sequenceFlow id="f" sourceRef="set" targetRef="around"/>
    <subProcess id="around"><extensionElements><camunda:inputOutput>
      <camunda:inputParameter name="limit">${100}</camunda:inputParameter></camunda:inputOutput></extensionElements>
      <scriptTask id="g" scriptFormat="python"><script>pass</script></scriptTask>
      <sequenceFlow id="yes" name="yes" sourceRef="g" targetRef="in"><conditionExpression>= limit = 100
      </conditionExpression></sequenceFlow><endEvent id="in"/>
      <sequenceFlow id="no" name="no" sourceRef="g" targetRef="in"><conditionExpression>= limit = 1
      </conditionExpression></sequenceFlow>
    </subProcess>
    <sequenceFlow id="h" sourceRef="around" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""


def test_conditional_flows_of_an_activity_are_told_with_the_variables_of_the_sub_process_around_it(app: Flask) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("nested.bpmn", NESTED)])
        instance_id = process_instances.start(CONSOLE, "nested", {}).instance_id
        [asked] = told_of(instance_id, history.trail(CONSOLE, instance_id).entries)
    limit = (Explained("limit", 100),)
    assert [(one.flow, one.holds, one.untold, one.why.parts) for one in asked] == [
        ("yes", True, "", limit),
        ("no", False, "", limit),
    ]
