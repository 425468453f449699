"""What the standard's own elements become."""

from typing import Any

import pytest

from server.bpmn.definition import Kind, Process
from server.expressions.expression import Expression
from tests.bpmn.models import around, extended, file, model, problems, read


def the_process(data: bytes) -> Process:
    reading = read(data)
    assert [problem for problem in reading.problems if problem.level == "problem"] == []
    return reading.processes[0]


def x(data: bytes) -> Any:
    """The element `x`, untyped: a test looks only at what it has put in."""
    return the_process(data).level.elements["x"]


def test_flows_are_known_to_both_of_their_ends() -> None:
    level = the_process(around("x task")).level
    assert level.elements["x"].incoming == ("s_x",)
    assert level.elements["x"].outgoing == ("x_e",)
    assert level.starts == ("s",)


def test_every_element_keeps_the_line_it_stands_on() -> None:
    assert the_process(around("x task")).level.elements["x"].line == 4


def test_without_a_start_event_elements_that_nothing_leads_to_begin() -> None:
    level = the_process(model("a task\nb task\nc task\na -> c\nb -> c")).level
    assert level.starts == ("a", "b")


def test_a_message_is_found_by_a_prefixed_reference() -> None:
    data = around(
        '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="me:m"/></intermediateCatchEvent>',
        '<message id="m" name="Order paid"/>',
    )
    trigger = x(data).triggers[0]
    assert (trigger.kind, trigger.name.text, trigger.reference) == ("message", "Order paid", "m")


def test_an_event_definition_may_stand_beside_the_process() -> None:
    data = around(
        '<intermediateCatchEvent id="x"><eventDefinitionRef>me:d</eventDefinitionRef></intermediateCatchEvent>',
        '<signalEventDefinition id="d" signalRef="s1"/><signal id="s1" name="Alarm"/>',
    )
    assert x(data).triggers[0].name == Expression("Alarm", "text", 9)


@pytest.mark.parametrize(
    ("form", "text", "language"),
    [
        ("timeDuration", "PT2H", "text"),
        ("timeDate", "2030-01-31T09:00:00Z", "text"),
        ("timeCycle", "R3/PT10M", "text"),
        ("timeCycle", "0 9 * * MON", "text"),
        ("timeDuration", "${patience}", "juel"),
        ("timeDuration", "PT${patience}S", "juel"),
        ("timeDuration", '=duration("PT2H")', "feel"),
        ("timeDuration", "patience * 2", "feel"),
        ("timeDuration", "patience * (2 if late else 1)", "python"),
    ],
)
def test_the_look_of_a_timer_tells_its_language(form: str, text: str, language: str) -> None:
    data = around(
        f'<intermediateCatchEvent id="x"><timerEventDefinition><{form}>{text}</{form}></timerEventDefinition>'
        "</intermediateCatchEvent>"
    )
    timer = x(data).triggers[0].timer
    assert (timer.text, timer.language) == (text, language)


@pytest.mark.parametrize(
    ("text", "read", "language"),
    [
        ("amount > 3", "amount > 3", "feel"),
        ("amount == 3", "amount == 3", "python"),
        ("${amount > 3}", "${amount > 3}", "juel"),
        ('!name.contains("a")', '${!name.contains("a")}', "juel"),
        ("done &amp;&amp; !late", "${done && !late}", "juel"),
        ("true", "${true}", "juel"),
    ],
)
def test_the_look_of_a_condition_tells_its_language_though_it_lacks_braces(text: str, read: str, language: str) -> None:
    inside = f"<conditionExpression>{text}</conditionExpression>"
    flow = f'<sequenceFlow id="f" sourceRef="x" targetRef="e">{inside}</sequenceFlow>'
    data = model(f"s startEvent\nx task\ne endEvent\nd endEvent\ns -> x -> d\n{flow}")
    condition = the_process(data).level.flows["f"].condition
    assert condition is not None
    assert (condition.text, condition.language) == (read, language)


def test_an_error_catcher_without_a_code_catches_every_error() -> None:
    data = model(
        's startEvent\n<subProcess id="b"><task id="t"/></subProcess>\ne endEvent\ns -> b -> e\n'
        '<boundaryEvent id="x" attachedToRef="b"><errorEventDefinition/></boundaryEvent>\nf endEvent\nx -> f'
    )
    level = the_process(data).level
    assert level.elements["x"].triggers[0].name is None
    assert level.elements["b"].boundaries == ("x",)


def test_a_boundary_event_need_not_interrupt() -> None:
    data = model(
        "s startEvent\na userTask\ne endEvent\ns -> a -> e\n"
        '<boundaryEvent id="x" attachedToRef="a" cancelActivity="false"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>\nf endEvent\nx -> f"
    )
    assert x(data).interrupting is False


def test_a_script_loses_the_indentation_of_the_xml_and_keeps_its_line() -> None:
    script_task = """<scriptTask id="x" scriptFormat="python"><script>
      total = 1
      if total:
        total = 2
    </script></scriptTask>"""
    data = file(f'<process id="p" isExecutable="true">\n{script_task}\n</process>')
    script = x(data).script
    assert script == Expression("total = 1\nif total:\n  total = 2", "python", 4)


def test_a_multi_instance_reads_the_data_objects_of_the_standard() -> None:
    data = around(
        '<dataObject id="d1" name="reviewers"/><dataObjectReference id="r1" dataObjectRef="d1"/>'
        '<dataObject id="d2" name="votes"/><userTask id="x"><multiInstanceLoopCharacteristics isSequential="true">'
        '<loopDataInputRef>r1</loopDataInputRef><loopDataOutputRef>d2</loopDataOutputRef><inputDataItem name="who"/>'
        '<outputDataItem name="vote"/><completionCondition>nrOfCompletedInstances > 1</completionCondition>'
        "</multiInstanceLoopCharacteristics></userTask>"
    )
    loop = x(data).loop
    assert loop.kind == "sequential"
    assert loop.collection.text == "reviewers"
    assert (loop.element_variable, loop.result_collection, loop.result_variable) == ("who", "votes", "vote")
    assert loop.completion_condition.language == "feel"


def test_data_objects_are_variables_of_their_level() -> None:
    process = the_process(around('<dataObject id="d" name="order"/>\n<property id="note"/>\nx task'))
    assert process.level.variables == ("order", "note")


def test_a_standard_loop_has_a_condition_and_a_maximum() -> None:
    data = around(
        '<task id="x"><standardLoopCharacteristics testBefore="true" loopMaximum="3">'
        "<loopCondition xsi:type='tFormalExpression'>missing</loopCondition></standardLoopCharacteristics></task>"
    )
    loop = x(data).loop
    assert (loop.loop_condition.text, loop.loop_maximum, loop.test_before) == ("missing", 3, True)


def test_nobody_named_means_the_group_of_the_innermost_lane() -> None:
    data = around(
        '<laneSet><lane id="l1" name="Company"><flowNodeRef>x</flowNodeRef><childLaneSet><lane id="l2" name="Legal">'
        '<flowNodeRef>x</flowNodeRef></lane></childLaneSet></lane></laneSet>\n<userTask id="x"/>'
    )
    found = x(data)
    assert found.lane == "Legal"
    assert [group.text for group in found.assignment.candidate_groups] == ["Legal"]


def test_somebody_named_counts_more_than_the_lane() -> None:
    data = around(
        '<laneSet><lane id="l" name="Legal"><flowNodeRef>x</flowNodeRef></lane></laneSet>\n'
        '<userTask id="x" camunda:assignee="anna"/>'
    )
    assert x(data).assignment.candidate_groups == ()


def test_potential_owners_and_performers_are_people() -> None:
    formula = "<resourceAssignmentExpression><formalExpression>{}</formalExpression></resourceAssignmentExpression>"
    owners = formula.format("user(anna), group(legal, sales), board")
    data = around(
        f'<userTask id="x"><humanPerformer>{formula.format("${boss}")}</humanPerformer>'
        f"<potentialOwner>{owners}</potentialOwner></userTask>"
    )
    people = x(data).assignment
    assert people.assignee == Expression("${boss}", "juel", 4)
    assert [user.text for user in people.candidate_users] == ["anna"]
    assert [group.text for group in people.candidate_groups] == ["legal", "sales", "board"]


def test_a_drawn_process_is_read_and_refuses_nothing() -> None:
    reading = read(model("x complexGateway", process='id="p" isExecutable="false"'))
    assert reading.refused is False
    assert reading.processes[0].executable is False


def test_two_pools_hold_two_processes_and_messages_between_them_are_only_drawn() -> None:
    data = file(
        '<collaboration id="c"><participant id="p1" name="Shop" processRef="a"/><participant id="p2" processRef="b"/>'
        '<messageFlow id="mf" sourceRef="t1" targetRef="t2"/></collaboration>'
        '<process id="a" isExecutable="true"><task id="t1"/></process>'
        '<process id="b" isExecutable="true"><task id="t2"/></process>'
    )
    reading = read(data)
    assert [process.key for process in reading.processes] == ["a", "b"]
    assert reading.processes[0].name == "Shop"
    assert reading.problems == ()


def test_what_cannot_be_executed_is_harmless_where_nothing_leads() -> None:
    data = around("x task\nlost callActivity\nlost2 task\nlost -> lost2 -> lost")
    assert problems(data) == []
    assert any("calls nothing" in text for text in problems(data, "warning"))


def test_a_documentation_is_kept() -> None:
    assert x(around('<task id="x"><documentation>Look twice.</documentation></task>')).documentation == "Look twice."


def test_a_conditional_flow_and_a_default_flow_may_leave_a_task() -> None:
    data = model(
        's startEvent\n<task id="x" default="x_e"/>\ne endEvent\nf endEvent\ns -> x -> e\n'
        '<sequenceFlow id="c" sourceRef="x" targetRef="f"><conditionExpression>${late}</conditionExpression>'
        "</sequenceFlow>"
    )
    process = the_process(data)
    assert process.level.elements["x"].default == "x_e"
    assert process.level.flows["c"].condition == Expression("${late}", "juel", 9)


def test_a_send_task_throws_its_message_with_its_inputs_as_payload() -> None:
    words = extended(
        '<camunda:inputOutput><camunda:inputParameter name="order">${id}</camunda:inputParameter>'
        "</camunda:inputOutput>",
        '<camunda:properties><camunda:property name="correlationKey" value="${number}"/></camunda:properties>',
    )
    found = x(around(f'<sendTask id="x" messageRef="m">{words}</sendTask>', '<message id="m" name="Paid"/>'))
    assert found.kind is Kind.SEND_TASK
    trigger = found.triggers[0]
    assert [assign.target for assign in trigger.payload] == ["order"]
    assert trigger.correlation_key.text == "${number}"
    assert found.inputs == ()
