"""Camunda 7's attributes and extension elements, in our words."""

from typing import Any

import pytest

from server.bpmn.definition import Assign, ConnectorCall, FormReference
from server.expressions import parse
from server.expressions.expression import Expression
from tests.bpmn.models import around, extended, model, problems, read, the_problem


def x(notation: str, roots: str = "") -> Any:
    """The element `x`, untyped: a test looks only at what it has put in."""
    reading = read(around(notation, roots))
    assert not reading.refused, reading.problems
    return reading.processes[0].level.elements["x"]


def holding(tag: str, inside: str) -> str:
    return f"<{tag} id='x'>{extended(inside)}</{tag}>"


def throwing_a_signal(inside: str) -> str:
    definition = f"<signalEventDefinition signalRef='g'>{extended(inside)}</signalEventDefinition>"
    return f"<intermediateThrowEvent id='x'>{definition}</intermediateThrowEvent>"


def literal(text: str, line: int = 4) -> Expression:
    return Expression(text, "text", line)


def juel(text: str, line: int = 4) -> Expression:
    return Expression(text, "juel", line)


def test_people_and_dates_of_a_user_task() -> None:
    people = x(
        "x userTask camunda:assignee='${boss}' camunda:candidateUsers='anna, ${pick(a, b)}'"
        " camunda:candidateGroups='legal' camunda:dueDate='P2D' camunda:followUpDate='${later}' camunda:priority='70'"
    ).assignment
    assert people.assignee == juel("${boss}")
    assert people.candidate_users == (literal("anna"), juel("${pick(a, b)}"))
    assert people.candidate_groups == (literal("legal"),)
    assert (people.due, people.follow_up, people.priority) == (literal("P2D"), juel("${later}"), literal("70"))


def test_excluded_users_are_a_property() -> None:
    words = extended(
        '<camunda:properties><camunda:property name="excludedUsers" value="${requester}"/></camunda:properties>'
    )
    found = x(f"<userTask id='x' camunda:candidateGroups='legal'>{words}</userTask>")
    assert found.assignment.excluded_users == (juel("${requester}"),)
    assert found.assignment.candidate_groups == (literal("legal"),)


@pytest.mark.parametrize(
    ("attribute", "key"),
    [
        ("formKey='approve'", "approve"),
        ("formKey='camunda-forms:deployment:approve.form'", "approve"),
        ("formKey='embedded:app:forms/approve.html'", "approve"),
        ("formRef='approve' camunda:formRefBinding='latest'", "approve"),
    ],
)
def test_a_form_is_known_by_its_key(attribute: str, key: str) -> None:
    assert x(f"x userTask camunda:{attribute}").form == FormReference(key)


def test_form_fields_written_in_the_model() -> None:
    field = (
        '<camunda:formField id="amount" label="Amount" type="long" defaultValue="${guess}"><camunda:validation>'
        '<camunda:constraint name="required"/><camunda:constraint name="min" config="1"/></camunda:validation>'
        "</camunda:formField>"
    )
    choice = '<camunda:formField id="size" type="enum"><camunda:value id="s" name="Small"/></camunda:formField>'
    form = x(f"<userTask id='x'>{extended(f'<camunda:formData>{field}{choice}</camunda:formData>')}</userTask>").form
    amount, size = form.fields
    assert (amount.key, amount.label, amount.type, amount.required, amount.minimum) == (
        "amount",
        "Amount",
        "long",
        True,
        "1",
    )
    assert amount.default == juel("${guess}")
    assert size.options == (("s", "Small"),)


def test_a_validator_class_is_refused() -> None:
    field = (
        '<camunda:formField id="a"><camunda:validation><camunda:constraint name="validator" config="org.Check"/>'
        "</camunda:validation></camunda:formField>"
    )
    data = around(f"<userTask id='x'>{extended(f'<camunda:formData>{field}</camunda:formData>')}</userTask>")
    assert 'The constraint "validator" cannot be checked' in the_problem(data)


def mapped(inside: str) -> str:
    return extended(f"<camunda:inputOutput>{inside}</camunda:inputOutput>")


def test_parameters_are_texts_expressions_scripts_lists_and_maps() -> None:
    found = x(
        "<userTask id='x'>"
        + mapped(
            '<camunda:inputParameter name="a">plain</camunda:inputParameter>'
            '<camunda:inputParameter name="b">${b}</camunda:inputParameter>'
            '<camunda:inputParameter name="c"><camunda:script scriptFormat="python">1 + 1</camunda:script>'
            "</camunda:inputParameter>"
            '<camunda:inputParameter name="d"><camunda:list><camunda:value>one</camunda:value><camunda:value>${two}'
            "</camunda:value></camunda:list></camunda:inputParameter>"
            '<camunda:inputParameter name="e"><camunda:map><camunda:entry key="k">v</camunda:entry></camunda:map>'
            "</camunda:inputParameter>"
            '<camunda:outputParameter name="f">${f}</camunda:outputParameter>'
        )
        + "</userTask>"
    )
    assert found.inputs == (
        Assign("a", literal("plain")),
        Assign("b", juel("${b}")),
        Assign("c", Expression("1 + 1", "python", 4)),
        Assign(
            "d", Expression('["list", [["value", "one", "text", 4], ["value", "${two}", "juel", 4]]]', "composition", 4)
        ),
        Assign("e", Expression('["map", {"k": ["value", "v", "text", 4]}]', "composition", 4)),
    )
    assert found.outputs == (Assign("f", juel("${f}")),)


def test_the_http_connector_is_outside_work() -> None:
    connector = (
        "<camunda:connector><camunda:connectorId>http-connector</camunda:connectorId><camunda:inputOutput>"
        '<camunda:inputParameter name="url">https://status.example</camunda:inputParameter>'
        '<camunda:outputParameter name="state">${response}</camunda:outputParameter></camunda:inputOutput>'
        "</camunda:connector>"
    )
    retry = "<camunda:failedJobRetryTimeCycle>R3/PT10M</camunda:failedJobRetryTimeCycle>"
    found = x(f"<serviceTask id='x' camunda:asyncBefore='true'>{extended(connector, retry)}</serviceTask>")
    inputs = (Assign("url", literal("https://status.example")),)
    assert found.connector == ConnectorCall("http", inputs, (Assign("state", juel("${response}")),))
    assert (found.retry_cycle, found.asynchronous_before) == ("R3/PT10M", True)


def test_an_unknown_connector_is_refused() -> None:
    connector = "<camunda:connector><camunda:connectorId>soap</camunda:connectorId></camunda:connector>"
    found = problems(around(f"<serviceTask id='x'>{extended(connector)}</serviceTask>"))
    assert any(
        text.startswith('The connector "soap" is not known; use ') and "http-connector" in text for text in found
    )


def test_a_service_task_may_be_an_expression() -> None:
    found = x("x serviceTask camunda:expression='${a + b}' camunda:resultVariable='sum'")
    assert (found.service, found.service_result) == (juel("${a + b}"), "sum")


@pytest.mark.parametrize(
    ("notation", "words"),
    [
        ("x serviceTask camunda:type='external'", "The external task has no topic"),
        ("x callActivity calledElement='q' camunda:variableMappingClass='org.Map'", "Code outside the model cannot be"),
        ("x userTask camunda:wonder='1'", "camunda:wonder is not known here"),
        (holding("task", "<camunda:executionListener event='start'/>"), "The listener does nothing"),
        (holding("task", "<camunda:executionListener event='noon' expression='${a}'/>"), "A listener to"),
        (holding("userTask", "<camunda:taskListener event='timeout' expression='${a}'/>"), "has no timer"),
        (holding("userTask", "<camunda:taskListener event='delete' class='org.Act'/>"), "cannot wait for a worker"),
        (
            holding(
                "task",
                "<camunda:executionListener event='end'><camunda:script resource='a.py'/></camunda:executionListener>",
            ),
            "A script outside the model",
        ),
        (holding("task", "<camunda:wonder/>"), "camunda:wonder is not known here"),
        ("x callActivity calledElement='q' camunda:calledElementBinding='version'", "needs calledElementVersion"),
    ],
)
def test_what_would_change_the_course_of_things_is_refused(notation: str, words: str) -> None:
    found = problems(around(notation))
    assert any(words in text for text in found), found


def test_an_external_task_says_its_topic_its_priority_and_what_its_worker_is_told() -> None:
    error = "<camunda:errorEventDefinition errorRef='jam' expression='${jams}'/>"
    field = "<camunda:field name='paper' stringValue='A4'/>"
    attributes = "camunda:type='external' camunda:topic='${printer}' camunda:taskPriority='70'"
    notation = f"<serviceTask id='x' {attributes}>{extended(field, error)}</serviceTask>"
    work = x(notation, '<error id="jam" errorCode="JAM" camunda:errorMessage="It jams"/>').external
    assert (work.topic, work.priority, work.headers) == (juel("${printer}"), literal("70"), (("paper", literal("A4")),))
    assert [(each.code, each.condition, each.message.text) for each in work.errors] == [
        ("JAM", juel("${jams}"), "It jams")
    ]


@pytest.mark.parametrize(
    ("notation", "topic"),
    [
        ("x serviceTask camunda:class='org.Act'", "org.Act"),
        ("x sendTask camunda:delegateExpression='${act}'", "act"),
        ("x businessRuleTask camunda:class='org.Rules'", "org.Rules"),
        ("x serviceTask camunda:type='shell'", "shell"),
        ("<scriptTask id='x' scriptFormat='groovy' camunda:resource='a.groovy'/>", "groovy"),
        ("<endEvent id='x'><messageEventDefinition camunda:class='org.Send'/></endEvent>", "org.Send"),
    ],
)
def test_code_outside_the_model_waits_for_a_worker_and_that_is_told(notation: str, topic: str) -> None:
    data = around(notation) if "endEvent" not in notation else model(f"s startEvent\n{notation}\ns -> x")
    reading = read(data)
    assert not reading.refused, reading.problems
    external = reading.processes[0].level.elements["x"].external
    assert external is not None
    assert external.topic.text == topic
    assert any(text.startswith("Needs a worker") for text in problems(data, "warning"))


def test_a_mail_task_is_the_mail_connector() -> None:
    fields = "<camunda:field name='to' stringValue='a@example.org'/><camunda:field name='text' expression='${words}'/>"
    found = x(f"<serviceTask id='x' camunda:type='mail'>{extended(fields)}</serviceTask>").connector
    assert found == ConnectorCall("mail", (Assign("to", literal("a@example.org")), Assign("text", juel("${words}"))))


def test_listeners_are_expressions_scripts_or_code() -> None:
    listeners = extended(
        "<camunda:executionListener event='start' expression='${a}'/>",
        "<camunda:executionListener event='end'><camunda:script scriptFormat='python'>a = 1</camunda:script>"
        "</camunda:executionListener>",
        "<camunda:taskListener event='create' delegateExpression='${audit}'/>",
    )
    first, second, third = x(f"<userTask id='x'>{listeners}</userTask>").listeners
    assert (first.event, first.expression) == ("start", juel("${a}"))
    assert (second.event, second.script) == ("end", Expression("a = 1", "python", 4))
    assert (third.event, third.work.topic.text) == ("create", "audit")


def test_a_listener_to_a_timeout_has_a_timer() -> None:
    timer = "<timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition>"
    (listener,) = x(
        holding("userTask", f"<camunda:taskListener event='timeout' expression='${{a}}'>{timer}</camunda:taskListener>")
    ).listeners
    assert listener.timer is not None
    assert (listener.event, listener.timer.timer_form) == ("timeout", "duration")
    assert listener.timer.timer == Expression("PT2H", "text", listener.line)
    assert any(
        "is not understood" in text
        for text in problems(
            around(
                holding(
                    "userTask",
                    "<camunda:taskListener event='timeout' expression='${a}'>"
                    + timer.replace("PT2H", "P2")
                    + "</camunda:taskListener>",
                )
            )
        )
    )


def test_a_listener_to_everything_is_one_for_each_event() -> None:
    listeners = x(holding("userTask", "<camunda:taskListener event='all' expression='${a}'/>")).listeners
    assert [each.event for each in listeners] == ["create", "assignment", "complete", "delete"]


def test_a_worker_is_not_told_of_an_interruption_and_that_is_said() -> None:
    found = read(around(holding("task", "<camunda:executionListener event='end' class='org.Act'/>"))).problems
    assert any(each.level == "ignored" and "interrupted" in each.text for each in found)


def test_a_flow_has_listeners_too() -> None:
    listener = extended("<camunda:executionListener event='take' expression='${a}'/>")
    flow = f"<sequenceFlow id='f' sourceRef='s' targetRef='x'>{listener}</sequenceFlow>"
    process = read(model(f"s startEvent\nx task\n{flow}")).processes[0]
    assert [each.event for each in process.level.flows["f"].listeners] == ["take"]


def test_what_listens_to_a_process_is_heard_at_its_start_and_at_its_very_end() -> None:
    listeners = extended(
        "<camunda:executionListener event='start' class='org.Begin'/>",
        "<camunda:executionListener event='end' expression='${a}'/>",
    )
    level = read(model(f"{listeners}\ns startEvent\nx task\ns -> x")).processes[0].level
    assert [(each.event, each.work is not None) for each in level.elements["s"].listeners] == [("start", True)]
    assert [each.event for each in level.listeners] == ["end"]
    code = extended("<camunda:executionListener event='end' class='org.Close'/>")
    assert any("when a process ends" in text for text in problems(model(f"{code}\nx task")))


def test_lists_and_maps_hold_texts_expressions_and_scripts() -> None:
    parameter = (
        "<camunda:inputOutput><camunda:inputParameter name='all'><camunda:list><camunda:value>one</camunda:value>"
        "<camunda:value>${two}</camunda:value><camunda:script scriptFormat='python'>3 + 0</camunda:script>"
        "<camunda:map><camunda:entry key='four'>${two * 2}</camunda:entry></camunda:map></camunda:list>"
        "</camunda:inputParameter></camunda:inputOutput>"
    )
    source = x(holding("task", parameter)).inputs[0].source
    assert parse(source).evaluate({"two": 2}) == ["one", 2, 3, {"four": 4}]
    assert parse(source).names == {"two"}


def test_a_receive_task_without_a_message_waits_under_its_own_name() -> None:
    found = x("x receiveTask name='Payment'")
    assert found.triggers[0].name == literal("Payment")
    assert "names no message" in " ".join(problems(around("x receiveTask name='Payment'"), "warning"))


def test_an_error_that_is_not_in_the_file_is_named_by_its_code() -> None:
    boundary = "<boundaryEvent id='b' attachedToRef='x'><errorEventDefinition errorRef='LATE'/></boundaryEvent>"
    data = around(f"x task\n{boundary}")
    assert read(data).processes[0].level.elements["b"].triggers[0].name == literal("LATE", 5)
    assert problems(data) == []


def test_a_decision_says_its_binding_and_its_result() -> None:
    attributes = "camunda:decisionRef='risk' camunda:decisionRefBinding='version' camunda:decisionRefVersion='2'"
    found = read(
        around(f"x businessRuleTask {attributes} camunda:resultVariable='r' camunda:mapDecisionResult='singleEntry'")
    )
    decision = found.processes[0].level.elements["x"].decision
    assert decision is not None
    assert (decision.key, decision.binding, decision.version) == (literal("risk"), "version", literal("2"))
    assert (decision.result_variable, decision.result_mapping) == ("r", "singleEntry")


def test_what_changes_nothing_is_listed_as_ignored_with_a_reason() -> None:
    data = around(
        "x task camunda:modelerTemplate='a' camunda:modelerTemplateVersion='5' bioc:stroke='#f00' modeler:x='1'"
    )
    assert problems(data) == []
    assert len(problems(data, "ignored")) == 4


def test_what_is_said_of_jobs_is_read() -> None:
    said = "camunda:asyncBefore='true' camunda:jobPriority='${n}' camunda:exclusive='false'"
    found = read(around(f"x manualTask {said}")).processes[0].level.elements["x"]
    assert (found.asynchronous_before, found.concurrent, found.job_priority) == (True, True, juel("${n}"))


def test_a_call_says_which_version_and_what_crosses() -> None:
    crossing = extended(
        '<camunda:in businessKey="#{execution.processBusinessKey}"/>',
        '<camunda:in source="a" target="b"/>',
        '<camunda:in sourceExpression="${a + 1}" target="c"/>',
        '<camunda:out variables="all"/>',
    )
    attributes = "calledElement='q' camunda:calledElementBinding='version' camunda:calledElementVersion='3'"
    call = x(f"<callActivity id='x' {attributes}>{crossing}</callActivity>").call
    assert (call.process_key, call.binding, call.version) == (literal("q"), "version", literal("3"))
    assert call.inputs == (Assign("b", Expression("a", "variable", 4)), Assign("c", juel("${a + 1}")))
    assert (call.all_inputs, call.all_outputs) == (False, True)
    assert call.business_key == juel("#{execution.processBusinessKey}")


def test_a_signal_takes_variables_along() -> None:
    found = x(throwing_a_signal("<camunda:in source='a' target='b'/>"), '<signal id="g" name="Go ${n}"/>')
    trigger = found.triggers[0]
    assert trigger.payload == (Assign("b", Expression("a", "variable", 4)),)
    assert trigger.name.language == "juel"


def test_a_signal_may_take_every_variable_along() -> None:
    found = x(throwing_a_signal("<camunda:in variables='all'/>"), '<signal id="g" name="Go"/>')
    assert found.triggers[0].all_variables is True


def test_a_multi_instance_over_a_collection_collects_results_by_properties() -> None:
    words = extended(
        '<camunda:properties><camunda:property name="resultCollection" value="votes"/>'
        '<camunda:property name="resultVariable" value="vote"/></camunda:properties>'
    )
    loop = "<multiInstanceLoopCharacteristics camunda:collection='experts' camunda:elementVariable='expert'/>"
    found = x(f"<userTask id='x'>{words}{loop}</userTask>").loop
    assert found.collection == Expression("experts", "feel", 4)
    assert (found.element_variable, found.result_collection, found.result_variable) == ("expert", "votes", "vote")


def test_an_error_that_is_caught_leaves_code_and_message_in_variables() -> None:
    boundary = (
        "<boundaryEvent id='b' attachedToRef='x'><errorEventDefinition camunda:errorCodeVariable='code'"
        " camunda:errorMessageVariable='why'/></boundaryEvent>"
    )
    process = read(around(f"x task\n{boundary}")).processes[0]
    trigger = process.level.elements["b"].triggers[0]
    assert (trigger.code_variable, trigger.message_variable) == ("code", "why")


def test_flowable_speaks_the_same_words() -> None:
    assert x("x userTask flowable:assignee='anna'").assignment.assignee == literal("anna")
