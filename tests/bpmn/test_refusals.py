"""What cannot be executed faithfully is refused, with one sentence that says how to mend it."""

import pytest

from tests.bpmn.models import around, codes, extended, file, model, problems, read, the_problem


def event(tag: str, definition: str, attributes: str = "") -> str:
    return f'<{tag} id="x" {attributes}>{definition}</{tag}>'


REFUSED = {
    'x transaction method="##Store"': "A transaction is undone by compensation only",
    "x adHocSubProcess": "An ad-hoc sub-process holds at least one activity",
    "x businessRuleTask": "The business rule task names no decision",
    'x task startQuantity="0"': 'startQuantity of task is "0"',
    'x task completionQuantity="0"': 'completionQuantity of task is "0"',
    'x task colour="red"': "The attribute colour of task is not read",
    "x serviceTask": "The service task does not say what to do",
    "x sendTask": "The send task sends nothing",
    "x callActivity": "The call activity calls nothing",
    'x callActivity calledElement=" "': "The call activity calls nothing",
    "x scriptTask": "The script task has no script",
    "<scriptTask id='x'><script> </script></scriptTask>": "The script task has no script",
    "<task id='x'><script>1</script></task>": "script has no meaning inside task",
    "<task id='x'><wonder/></task>": "wonder is not an element that can be read",
    "x subProcess": "The sub-process is empty",
    "x intermediateCatchEvent": "The event needs a trigger",
    event("intermediateCatchEvent", "<linkEventDefinition name='l'/>"): "No link event of this level leads here",
    event("intermediateCatchEvent", "<conditionalEventDefinition/>"): "The conditional event has no condition",
    event("intermediateThrowEvent", "<compensateEventDefinition activityRef='gone'/>"): '"gone" is referred to but',
    event("intermediateThrowEvent", "<compensateEventDefinition activityRef='x'/>"): '"x" is no adHocSubProcess',
    event("intermediateThrowEvent", "<errorEventDefinition/>"): "cannot have the trigger error",
    event("intermediateCatchEvent", "<timerEventDefinition/>"): "The timer has no time",
    event("intermediateCatchEvent", "<messageEventDefinition/>"): "The message of this event has no name",
    event("intermediateCatchEvent", "<signalEventDefinition signalRef='gone'/>"): '"gone" is referred to but',
    event("intermediateThrowEvent", "<escalationEventDefinition/>"): "The escalation that is thrown has no code",
    "<task id='x'><standardLoopCharacteristics/></task>": "The loop would never end",
    "<task id='x'><standardLoopCharacteristics loopMaximum='-1'/></task>": "loopMaximum must be a whole number",
    "<task id='x'><multiInstanceLoopCharacteristics/></task>": "give it a collection or a loop cardinality",
}


@pytest.mark.parametrize(("notation", "words"), REFUSED.items())
def test_each_is_refused_by_a_sentence_of_its_own(notation: str, words: str) -> None:
    found = problems(around(notation))
    assert any(words in text for text in found), found


@pytest.mark.parametrize("notation", [key for key in REFUSED if key.startswith("x ")])
def test_a_problem_names_element_line_and_file(notation: str) -> None:
    problem = next(problem for problem in read(around(notation)).problems if problem.level == "problem")
    assert (problem.element, problem.line, problem.resource) == ("x", 4, "model.bpmn")


def timer(form: str, text: str) -> bytes:
    definition = f"<timerEventDefinition><{form}>{text}</{form}></timerEventDefinition>"
    return around(event("intermediateCatchEvent", definition))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("timeDuration", "P2"),
        ("timeDuration", "2 hours"),
        ("timeDate", "2030-13-01T00:00:00Z"),
        ("timeCycle", "R3/often"),
        ("timeCycle", "99 * * * *"),
        ("timeDuration", "-PT1H"),
        ("timeDuration", "=duration("),
    ],
)
def test_a_time_that_is_no_time_is_refused_with_an_example(form: str, text: str) -> None:
    assert "such as" in the_problem(timer(form, text))


def test_every_problem_of_a_file_is_told_at_once() -> None:
    data = model("s startEvent\na serviceTask\nb scriptTask\nc callActivity\ns -> a -> b -> c")
    assert [problem.element for problem in read(data).problems] == ["a", "b", "c"]


def test_an_event_sub_process_without_a_trigger_is_refused_though_nothing_leads_to_it() -> None:
    data = around('x task\n<subProcess id="es" triggeredByEvent="true"><task id="t"/></subProcess>')
    assert the_problem(data).startswith("An event sub-process has exactly one start event")


def test_what_stands_in_an_event_sub_process_is_looked_at_like_everything_else() -> None:
    start = '<startEvent id="es_s"><signalEventDefinition signalRef="bell"/></startEvent>'
    flow = '<sequenceFlow id="es_f" sourceRef="es_s" targetRef="es_t"/>'
    inside = f'<subProcess id="es" triggeredByEvent="true">{start}{flow}<serviceTask id="es_t"/></subProcess>'
    data = around(f"x task\n{inside}", '<signal id="bell" name="bell"/>')
    assert the_problem(data).startswith("The service task does not say what to do")


def test_two_processes_with_one_id_are_refused() -> None:
    data = file('<process id="p"><task id="a"/></process><process id="p"><task id="b"/></process>')
    assert the_problem(data).startswith('Two processes have the id "p"')


def test_two_elements_with_one_id_are_refused_with_both_lines() -> None:
    text = problems(model("a task\na task"))[0]
    assert text == 'Twice there is the id "a" (first on line 3); give one of them another id.'


def test_a_file_without_a_process_is_refused() -> None:
    assert the_problem(file("")) == "The file holds no process; draw one and export it again."


def test_a_process_without_an_id_is_refused() -> None:
    assert the_problem(file("<process><task id='a'/></process>")).startswith("The process has no id")


def test_a_process_without_elements_is_refused() -> None:
    assert the_problem(model("")) == "The process has no elements; draw at least a task."


@pytest.mark.parametrize(
    ("notation", "words"),
    [
        ("a task\na -> gone", 'The target "gone" is no activity, event or gateway of this process'),
        ("a task\nb task\ngone -> b\na -> b", 'The source "gone" is no activity, event or gateway of this process'),
        ('a task default="gone"', 'The default flow "gone" does not leave this element'),
        ('a task\n<boundaryEvent id="b" attachedToRef="gone"><errorEventDefinition/></boundaryEvent>', '"gone"'),
        ('<laneSet><lane id="l"><flowNodeRef>gone</flowNodeRef></lane></laneSet>\na task', '"gone" is referred to'),
        ("<task id='a'><outgoing>gone</outgoing></task>", '"gone" is named as outgoing'),
        ("a sendTask messageRef='gone'", '"gone" is referred to'),
    ],
)
def test_a_reference_to_nothing_is_refused(notation: str, words: str) -> None:
    found = problems(model(notation))
    assert any(words in text for text in found), found


def test_a_flow_does_not_cross_the_border_of_a_sub_process() -> None:
    data = around('<subProcess id="x"><task id="i"/></subProcess>\n<sequenceFlow id="f" sourceRef="s" targetRef="i"/>')
    assert the_problem(data).startswith("The sequence flow crosses the border of a sub-process")


def test_a_flow_does_not_lead_to_another_pool() -> None:
    flow = '<sequenceFlow id="f" sourceRef="a" targetRef="b"/>'
    executable = f'<process id="p" isExecutable="true"><task id="a"/>{flow}</process>'
    data = file(f'{executable}<process id="q"><task id="b"/></process>')
    assert "is no activity, event or gateway of this process" in the_problem(data)


def test_no_flow_leads_to_a_start_or_away_from_an_end() -> None:
    data = model("s startEvent\na task\ne endEvent\ns -> a -> e\ne -> a\na -> s")
    assert problems(data) == ["No sequence flow may lead to a start event.", "No sequence flow may leave an end event."]


def test_no_flow_leads_to_a_boundary_event() -> None:
    boundary = '<boundaryEvent id="b" attachedToRef="x"><errorEventDefinition/></boundaryEvent>'
    data = around(f"x task\n{boundary}\nf endEvent\nb -> f\nx -> b")
    assert the_problem(data) == "No sequence flow may lead to a boundary event; end the flow elsewhere."


def test_a_boundary_event_sits_on_an_activity() -> None:
    boundary = '<boundaryEvent id="b" attachedToRef="x"><errorEventDefinition/></boundaryEvent>'
    assert "sits on an activity" in the_problem(around(f"x exclusiveGateway\n{boundary}"))


def test_an_error_always_interrupts() -> None:
    boundary = '<boundaryEvent id="b" attachedToRef="x" cancelActivity="false"><errorEventDefinition/></boundaryEvent>'
    assert the_problem(around(f"x task\n{boundary}")).startswith("An error always interrupts")


def test_an_error_that_is_thrown_needs_a_code() -> None:
    data = model(
        's startEvent\n<endEvent id="e"><errorEventDefinition errorRef="er"/></endEvent>\ns -> e', '<error id="er"/>'
    )
    assert the_problem(data) == 'The error "er" has no errorCode; give it one.'


def test_an_exclusive_gateway_needs_a_condition_on_every_way_but_the_default() -> None:
    data = model('s startEvent\nx exclusiveGateway default="x_a"\na task\nb task\ns -> x -> a\nx -> b')
    problem = next(problem for problem in read(data).problems if problem.level == "problem")
    assert problem.element == "x_b"
    assert "give it one or make it the default flow" in problem.text


CONDITION = (
    '<sequenceFlow id="f" sourceRef="x" targetRef="a"><conditionExpression xsi:type="tFormalExpression">{}'
    "</conditionExpression></sequenceFlow>"
)


def test_a_condition_behind_a_parallel_gateway_is_refused() -> None:
    data = around(f"x parallelGateway\na task\n{CONDITION.format('late')}")
    assert the_problem(data).startswith("A parallel gateway takes every way out")


def test_a_condition_that_cannot_be_understood_is_refused_with_its_line() -> None:
    data = around(f"x task\na task\n{CONDITION.format('amount >')}")
    problem = next(problem for problem in read(data).problems if problem.level == "problem")
    assert (problem.element, problem.line) == ("f", 6)
    assert "amount >" in problem.text


def test_a_condition_in_feel_that_cannot_be_understood_is_refused() -> None:
    data = around(f"x task\na task\n{CONDITION.format('=amount >')}")
    assert codes(data) == {"feel"}


def test_a_file_that_states_feel_for_itself_is_read_as_feel() -> None:
    data = around(f"x task\na task\n{CONDITION.format('amount in [1, 5]')}")
    stated = data.replace(b"<definitions ", b'<definitions expressionLanguage="https://www.omg.org/spec/DMN/FEEL/" ')
    condition = read(stated).processes[0].level.flows["f"].condition
    assert condition is not None
    assert (problems(stated), condition.language) == ([], "feel")


def test_a_condition_on_a_default_flow_is_only_a_warning() -> None:
    data = around(f"<task id='x' default='f'/>\na task\n{CONDITION.format('late')}")
    assert problems(data) == []
    assert "never looked at" in problems(data, "warning")[0]


def test_an_event_gateway_leads_to_events_only() -> None:
    data = around("x eventBasedGateway\na task\nx -> a")
    assert any("After an event-based gateway an event is awaited, not a task" in text for text in problems(data))


def test_a_sub_process_does_not_begin_with_a_trigger() -> None:
    start = '<startEvent id="i"><signalEventDefinition signalRef="g"/></startEvent>'
    data = around(f'<subProcess id="x">{start}</subProcess>', '<signal id="g" name="Go"/>')
    assert the_problem(data).startswith("The start event of an embedded sub-process has no trigger")


def test_two_plain_start_events_are_refused() -> None:
    assert the_problem(model("a startEvent\nb startEvent\nc task\na -> c\nb -> c")).startswith(
        "There are 2 start events"
    )


def test_what_nothing_leads_to_is_a_warning() -> None:
    data = around("x task\nlost task\nlost2 task\nlost -> lost2 -> lost")
    assert len(problems(data, "warning")) == 2
    assert problems(data) == []


def test_a_called_process_of_the_same_file_needs_a_plain_start() -> None:
    start = '<startEvent id="i"><signalEventDefinition signalRef="g"/></startEvent>'
    data = around("x callActivity calledElement='q'", f'<process id="q">{start}</process><signal id="g" name="Go"/>')
    assert the_problem(data) == 'The process "q" has no plain start event, so it cannot be called.'


def test_a_script_that_is_not_allowed_is_refused() -> None:
    data = around("<scriptTask id='x' scriptFormat='python'><script>import os</script></scriptTask>")
    assert "import" in the_problem(data)


def test_extension_elements_of_another_vendor_are_listed_once() -> None:
    foreign = extended('<a:b xmlns:a="http://vendor.example/1"/>')
    data = model(f"s startEvent\n<task id='a'>{foreign}</task>\n<task id='b'>{foreign}</task>\ns -> a -> b")
    assert problems(data) == []
    assert len(problems(data, "ignored")) == 1
