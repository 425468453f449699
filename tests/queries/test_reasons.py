"""Why a branch was taken: the conditions that decided, with the values of that moment; asking changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from server.commands import conditions, deployments, process_instances
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


ELSEWHERE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">
  <process id="elsewhere" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="e" sourceRef="begin" targetRef="set"/>
    <scriptTask id="set" scriptFormat="python"><script>{script}</script></scriptTask>
    <sequenceFlow id="f" sourceRef="set" targetRef="g"/>
    {element}
    <sequenceFlow id="h" sourceRef="g" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""


def asked_elsewhere(element: str, variables: Mapping[str, Any]) -> list[Reason]:
    """What is told of the conditions of the element `g` that lead along no flow, in the order of the trail."""
    script = "\n".join(f"{name} = {value!r}" for name, value in variables.items())
    deployments.deploy(CONSOLE, [("elsewhere.bpmn", ELSEWHERE.format(element=element, script=script).encode())])
    instance_id = process_instances.start(CONSOLE, "elsewhere", {}).instance_id
    entries = history.trail(CONSOLE, instance_id).entries
    numbers = [number for number, entry in enumerate(entries, start=1) if entry.name == "ConditionAsked"]
    found = reasons.reasons(CONSOLE, instance_id, entries, numbers)
    return [reason for number in numbers for reason in found[number]]


LOOP = """<scriptTask id="g" scriptFormat="python"><script>amount = amount - 4</script>
  <standardLoopCharacteristics{}><loopCondition>= amount &gt; 3 and loopCounter &lt; 9</loopCondition>
  </standardLoopCharacteristics></scriptTask>"""


def test_a_loop_tells_for_each_pass_why_there_was_another_one(app: Flask) -> None:
    with app.app_context():
        told = asked_elsewhere(LOOP.format(""), {"amount": 9})
    assert [(one.what, one.holds, one.untold, one.why.parts[0]) for one in told] == [
        ("loop", True, "", Explained("amount > 3", True, (Explained("amount", 5),))),
        ("loop", False, "", Explained("amount > 3", False, (Explained("amount", 1),))),
    ]
    assert told[0].why.parts[1] == Explained("loopCounter < 9", True, (Explained("loopCounter", 1),))


def test_a_loop_that_is_tested_first_tells_why_it_did_not_run(app: Flask) -> None:
    with app.app_context():
        [told] = asked_elsewhere(LOOP.format(' testBefore="true"'), {"amount": 3})
    assert (told.holds, told.why.value, told.untold) == (False, False, "")


SEVERAL = """<scriptTask id="g" scriptFormat="python"><script>found = loopCounter</script>
  <multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>{}</loopCardinality>
  <completionCondition>${{nrOfCompletedInstances >= wanted &amp;&amp; loopCounter == 1}}</completionCondition>
  </multiInstanceLoopCharacteristics></scriptTask>"""


def test_a_multi_instance_tells_how_often_it_was_to_run_and_why_it_was_enough(app: Flask) -> None:
    with app.app_context():
        often, enough = asked_elsewhere(SEVERAL.format("= wanted + 3"), {"wanted": 2})
    assert (often.what, often.holds, often.untold) == ("cardinality", 5, "")
    assert often.why.parts == (Explained("wanted", 2),)
    assert (enough.what, enough.holds, enough.untold) == ("completion", True, "")
    assert enough.why.parts == (
        Explained(
            "nrOfCompletedInstances >= wanted",
            True,
            (Explained("nrOfCompletedInstances", 2), Explained("wanted", 2)),
        ),
        Explained("loopCounter == 1", True, (Explained("loopCounter", 1),)),
    )


def test_a_number_of_instances_that_is_written_as_text_is_told_too(app: Flask) -> None:
    with app.app_context():
        often, _ = asked_elsewhere(SEVERAL.format("${'3'}"), {"wanted": 2})
    assert (often.holds, often.why.value, often.untold) == (3, "3", "")


@pytest.mark.parametrize("length", [2, 30])
def test_a_multi_instance_over_a_list_tells_the_list(app: Flask, length: int) -> None:
    element = """<task id="g"><multiInstanceLoopCharacteristics><loopDataInputRef>items</loopDataInputRef>
      </multiInstanceLoopCharacteristics></task><dataObject id="items" name="items"/>"""
    with app.app_context():
        [told] = asked_elsewhere(element, {"items": list(range(length))})
    assert (told.what, told.holds, told.untold) == ("collection", length, "")
    assert told.why.value[:2] == [0, 1]


CAUGHT = """<intermediateCatchEvent id="g"><conditionalEventDefinition><condition>= amount &gt; 3 or urgent</condition>
  </conditionalEventDefinition></intermediateCatchEvent>"""


def test_a_conditional_event_tells_the_condition_that_became_true(app: Flask) -> None:
    with app.app_context():
        [told] = asked_elsewhere(CAUGHT, {"amount": 3, "urgent": True})
    assert (told.what, told.holds, told.untold) == ("event", True, "")
    assert told.why.parts == (
        Explained("amount > 3", False, (Explained("amount", 3),)),
        Explained("urgent", True),
    )


def test_a_condition_that_did_not_become_true_has_decided_nothing_yet(app: Flask) -> None:
    with app.app_context():
        assert asked_elsewhere(CAUGHT, {"amount": 3, "urgent": False}) == []


@pytest.mark.parametrize("host", ["boundary", "sub-process"])
def test_a_conditional_event_on_an_activity_or_in_a_sub_process_sees_the_variables_there(app: Flask, host: str) -> None:
    condition = """<conditionalEventDefinition><condition>= amount &gt; 3</condition></conditionalEventDefinition>"""
    if host == "boundary":
        element = f"""<userTask id="g"/><boundaryEvent id="b" attachedToRef="g">{condition}</boundaryEvent>
          <sequenceFlow id="x" sourceRef="b" targetRef="end"/>"""
    else:
        element = f"""<subProcess id="g"><userTask id="u"/><subProcess id="s" triggeredByEvent="true">
          <startEvent id="b">{condition}</startEvent></subProcess></subProcess>"""
    with app.app_context():
        [told] = asked_elsewhere(element, {"amount": 4})
    assert (told.what, told.untold, told.why.parts) == ("event", "", (Explained("amount", 4),))


def test_the_condition_that_began_an_instance_is_told_with_what_was_said(app: Flask) -> None:
    start = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="t">
      <process id="elsewhere" isExecutable="true"><startEvent id="low"><conditionalEventDefinition>
      <condition>= stock &lt; 5</condition></conditionalEventDefinition></startEvent></process></definitions>"""
    with app.app_context():
        deployments.deploy(CONSOLE, [("start.bpmn", start.encode())])
        [instance_id] = conditions.evaluate(CONSOLE, {"stock": 4})
        entries = history.trail(CONSOLE, instance_id).entries
        [number] = [number for number, entry in enumerate(entries, start=1) if entry.name == "ConditionAsked"]
        [told] = reasons.reasons(CONSOLE, instance_id, entries, [number])[number]
    assert (told.what, told.untold, told.why.parts) == ("event", "", (Explained("stock", 4),))


def test_a_complex_gateway_tells_why_enough_tokens_had_come(app: Flask) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("complex.bpmn", COMPLEX)])
        instance_id = process_instances.start(CONSOLE, "choosing", {}).instance_id
        entries = history.trail(CONSOLE, instance_id).entries
        numbers = [number for number, entry in enumerate(entries, start=1) if entry.name == "ConditionAsked"]
        [[told]] = reasons.reasons(CONSOLE, instance_id, entries, numbers).values()
    assert (told.what, told.holds, told.untold) == ("activation", True, "")
    assert told.why.parts == (Explained("activationCount", 2),)


def test_an_ad_hoc_sub_process_tells_why_it_was_enough(app: Flask) -> None:
    element = """<adHocSubProcess id="g"><scriptTask id="t" scriptFormat="python"><script>amount = 7</script>
      </scriptTask><completionCondition>= amount = 7</completionCondition></adHocSubProcess>"""
    with app.app_context():
        [told] = asked_elsewhere(element, {"amount": 1})
    assert (told.what, told.untold, told.why.parts) == ("completion", "", (Explained("amount", 7),))
