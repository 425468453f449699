"""What Camunda 7, Flowable and Activiti say, each word in a process that is played."""

from datetime import UTC, datetime

from server.engine import facts
from tests.bpmn.models import extended
from tests.processes.dialects.vendors import Vendor, tries

JAM = '<error id="jam" errorCode="JAM"/>'
TASK = "<userTask id='x'>{}</userTask>"


@tries("family", "assignee candidateUsers candidateGroups dueDate followUpDate priority")
def a_user_task_is_given_to_whom_the_model_says(vendor: Vendor) -> None:
    play = vendor.play(
        "x userTask camunda:assignee='${boss}' camunda:candidateUsers='ada, ben' camunda:candidateGroups='hr'"
        " camunda:dueDate='2026-02-01T10:00:00Z' camunda:followUpDate='2026-01-31T10:00:00Z'"
        " camunda:priority='${7 * 10}'",
        boss="hedy",
    )
    asked = play.asked("x")
    assert (asked.assignee, asked.candidate_users, asked.candidate_groups) == ("hedy", ("ada", "ben"), ("hr",))
    assert asked.due == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert asked.follow_up == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert asked.priority == 70


@tries("family", "properties")
def who_is_excluded_is_a_property(vendor: Vendor) -> None:
    words = '<camunda:properties><camunda:property name="excludedUsers" value="${who}"/></camunda:properties>'
    assert vendor.play(TASK.format(extended(words)), who="ada").asked("x").excluded_users == ("ada",)


@tries("family", "expression resultVariable")
def an_expression_is_evaluated_into_a_variable(vendor: Vendor) -> None:
    play = vendor.play("x serviceTask camunda:expression='${n + 1}' camunda:resultVariable='m'", n=1)
    assert (play.completed, play.variables["m"]) == (True, 2)


@tries("family", "resultVariable")
def a_script_leaves_its_value_in_a_variable(vendor: Vendor) -> None:
    script = "<scriptTask id='x' scriptFormat='juel' camunda:resultVariable='m'><script>${n * 2}</script></scriptTask>"
    assert vendor.play(script, n=3).variables["m"] == 6


@tries("family", "async asyncBefore asyncAfter failedJobRetryTimeCycle")
def a_break_is_asked_for_where_the_model_says(vendor: Vendor) -> None:
    retry = extended("<camunda:failedJobRetryTimeCycle>R3/PT10M</camunda:failedJobRetryTimeCycle>")
    for attributes, breaks in (
        ("camunda:async='true'", 1),
        ("camunda:asyncBefore='true'", 1),
        ("camunda:asyncBefore='true' camunda:asyncAfter='true'", 2),
        ("", 0),
    ):
        play = vendor.play(f"<task id='x' {attributes}>{retry}</task>")
        asked = [(fact.element, fact.retry_cycle) for fact in play.all(facts.ContinuationRequested)]
        assert asked == [("x", "R3/PT10M")] * breaks
        assert play.completed


@tries("family", "collection elementVariable")
def a_multi_instance_goes_through_a_collection(vendor: Vendor) -> None:
    loop = (
        "<multiInstanceLoopCharacteristics isSequential='true' camunda:collection='${guests}'"
        " camunda:elementVariable='guest'/>"
    )
    play = vendor.play(f"<userTask id='x' camunda:assignee='${{guest}}'>{loop}</userTask>", guests=["ada", "ben"])
    assert play.asked("x").assignee == "ada"
    play.complete("x", "ada")
    assert play.asked("x").assignee == "ben"


@tries("family", "calledElementBinding calledElementVersion calledElementVersionTag in out")
def a_call_says_which_version_and_what_crosses(vendor: Vendor) -> None:
    crossing = extended(
        '<camunda:in businessKey="${key}"/>',
        '<camunda:in source="a" target="b"/>',
        '<camunda:in sourceExpression="${a + 1}" target="c"/>',
        '<camunda:out source="d" target="e"/>',
        '<camunda:out sourceExpression="${d + 1}" target="f"/>',
    )
    for binding, words in (
        ("version", ("version", "3")),
        ("versionTag", ("versionTag", "3")),
        ("deployment", ("deployment", None)),
        ("latest", ("latest", None)),
    ):
        said = {"version": "camunda:calledElementVersion='3'", "versionTag": "camunda:calledElementVersionTag='3'"}
        attributes = f"calledElement='q' camunda:calledElementBinding='{binding}' {said.get(binding, '')}"
        play = vendor.play(f"<callActivity id='x' {attributes}>{crossing}</callActivity>", a=1, key="K-9", secret=1)
        (call,) = play.all(facts.CallRequested)
        assert (call.binding, call.version, call.business_key) == (*words, "K-9")
        assert call.variables == {"b": 1, "c": 2}
        play.do("return_from_call", play.at("x"), {"d": 4, "secret": 2})
        assert (play.variables["e"], play.variables["f"], play.variables["secret"]) == (4, 5, 1)


@tries("family", "in out")
def a_call_may_be_given_everything_and_give_everything_back(vendor: Vendor) -> None:
    crossing = extended('<camunda:in variables="all"/>', '<camunda:out variables="all"/>')
    play = vendor.play(f"<callActivity id='x' calledElement='q'>{crossing}</callActivity>", a=1, b=2)
    assert play.all(facts.CallRequested)[0].variables == {"a": 1, "b": 2}
    play.do("return_from_call", play.at("x"), {"b": 3})
    assert play.variables == {"a": 1, "b": 3}


@tries("family", "initiator")
def who_has_started_it_is_a_variable(vendor: Vendor) -> None:
    play = vendor.play("s startEvent camunda:initiator='who'\nx userTask\ns -> x")
    assert play.variables["who"] == "ada"


@tries("family", "errorCodeVariable errorMessageVariable")
def an_error_that_is_caught_leaves_its_code_and_message(vendor: Vendor) -> None:
    caught = (
        "<boundaryEvent id='b' attachedToRef='x'><errorEventDefinition camunda:errorCodeVariable='code'"
        " camunda:errorMessageVariable='why'/></boundaryEvent>"
    )
    work = "<serviceTask id='x' camunda:type='external' camunda:topic='print'/>"
    play = vendor.play(f"s startEvent\n{work}\n{caught}\nu userTask\ns -> x\nb -> u")
    play.do("throw_error", play.at("x"), "JAM", "It jams", {})
    assert (play.variables["code"], play.variables["why"]) == ("JAM", "It jams")


@tries("family", "escalationCodeVariable")
def an_escalation_that_is_caught_leaves_its_code(vendor: Vendor) -> None:
    thrown = "<endEvent id='t'><escalationEventDefinition escalationRef='es'/></endEvent>"
    caught = (
        "<boundaryEvent id='b' attachedToRef='x'><escalationEventDefinition camunda:escalationCodeVariable='code'/>"
        "</boundaryEvent>"
    )
    play = vendor.play(
        f"s startEvent\n<subProcess id='x'>{thrown}</subProcess>\n{caught}\nu userTask\ns -> x\nb -> u",
        '<escalation id="es" escalationCode="L"/>',
    )
    assert play.variables["code"] == "L"


@tries("family", "inputOutput")
def parameters_are_local_and_only_outputs_leave(vendor: Vendor) -> None:
    mapped = extended(
        "<camunda:inputOutput>"
        '<camunda:inputParameter name="a">plain</camunda:inputParameter>'
        '<camunda:inputParameter name="b">${n + 1}</camunda:inputParameter>'
        '<camunda:inputParameter name="c"><camunda:script scriptFormat="python">n + 2</camunda:script>'
        "</camunda:inputParameter>"
        '<camunda:inputParameter name="d"><camunda:list><camunda:value>one</camunda:value><camunda:value>${n}'
        "</camunda:value></camunda:list></camunda:inputParameter>"
        '<camunda:inputParameter name="f"><camunda:map><camunda:entry key="k">${n}</camunda:entry></camunda:map>'
        "</camunda:inputParameter>"
        '<camunda:outputParameter name="out">${d}</camunda:outputParameter>'
        '<camunda:outputParameter name="k">${f.k}</camunda:outputParameter>'
        '<camunda:outputParameter name="sum">${b + c}</camunda:outputParameter>'
        "</camunda:inputOutput>"
    )
    play = vendor.play(TASK.format(mapped), n=1)
    play.complete("x", "ada")
    assert play.variables == {"n": 1, "out": ["one", 1], "k": 1, "sum": 5}


@tries("family", "connector")
def a_connector_is_called_with_its_inputs_and_gives_its_outputs(vendor: Vendor) -> None:
    connector = extended(
        "<camunda:connector><camunda:connectorId>http-connector</camunda:connectorId><camunda:inputOutput>"
        '<camunda:inputParameter name="url">https://example.org/${n}</camunda:inputParameter>'
        '<camunda:inputParameter name="method">GET</camunda:inputParameter>'
        '<camunda:outputParameter name="got">${statusCode}</camunda:outputParameter>'
        "</camunda:inputOutput></camunda:connector>"
    )
    play = vendor.play(f"<serviceTask id='x'>{connector}</serviceTask>", n=1)
    (called,) = play.all(facts.ConnectorCalled)
    assert (called.connector, called.parameters["url"]) == ("http", "https://example.org/1")
    play.answer("x", statusCode=200)
    assert play.variables["got"] == 200


@tries("family", "type topic taskPriority field errorEventDefinition")
def an_external_task_waits_for_a_worker_who_may_answer_with_an_error(vendor: Vendor) -> None:
    inside = extended(
        "<camunda:field name='paper' stringValue='${size}'/>",
        "<camunda:errorEventDefinition errorRef='jam' expression='${jams}'/>",
    )
    attributes = "camunda:type='external' camunda:topic='${printer}' camunda:taskPriority='70'"
    work = f"<serviceTask id='x' {attributes}>{inside}</serviceTask>"
    caught = "<boundaryEvent id='b' attachedToRef='x'><errorEventDefinition errorRef='jam'/></boundaryEvent>"
    for jams, passed in ((True, "b"), (False, "e")):
        play = vendor.play(
            f"s startEvent\n{work}\n{caught}\nu endEvent\ne endEvent\ns -> x -> e\nb -> u",
            JAM,
            printer="hall",
            size="A4",
        )
        (task,) = play.all(facts.ExternalTaskCreated)
        assert (task.topic, task.priority, task.headers) == ("hall", 70, {"paper": "A4"})
        play.do("complete_external_task", play.at("x"), {"jams": jams})
        assert passed in play.passed


@tries("family", "class delegateExpression type resource field")
def code_in_another_place_waits_for_a_worker(vendor: Vendor) -> None:
    told = extended("<camunda:field name='paper' stringValue='A4'/>")
    for notation, topic, headers in (
        (f"<serviceTask id='x' camunda:class='org.Act'>{told}</serviceTask>", "org.Act", {"paper": "A4"}),
        ("x sendTask camunda:delegateExpression='${act}'", "act", {}),
        ("x serviceTask camunda:type='shell'", "shell", {}),
        ("x scriptTask scriptFormat='groovy' camunda:resource='a.groovy'", "groovy", {"resource": "a.groovy"}),
    ):
        play = vendor.play(notation)
        (task,) = play.all(facts.ExternalTaskCreated)
        assert (task.topic, task.headers) == (topic, headers)
        play.do("complete_external_task", play.at("x"), {"done": 1})
        assert (play.completed, play.variables) == (True, {"done": 1})


@tries("family", "type field")
def a_mail_task_sends_a_mail(vendor: Vendor) -> None:
    fields = "<camunda:field name='to' stringValue='a@example.org'/><camunda:field name='text' expression='Hi ${n}'/>"
    play = vendor.play(f"<serviceTask id='x' camunda:type='mail'>{extended(fields)}</serviceTask>", n=1)
    assert play.mails == [("x", {"to": "a@example.org", "text": "Hi 1"})]


@tries("family", "decisionRef decisionRefBinding decisionRefVersion decisionRefVersionTag mapDecisionResult")
def a_decision_is_made(vendor: Vendor) -> None:
    for binding, word, value in (
        ("version", "decisionRefVersion", "2"),
        ("versionTag", "decisionRefVersionTag", "v2"),
    ):
        play = vendor.play(
            f"x businessRuleTask camunda:decisionRef='cheap' camunda:decisionRefBinding='{binding}'"
            f" camunda:{word}='{value}' camunda:resultVariable='fine' camunda:mapDecisionResult='singleEntry'",
            amount=5,
        )
        assert play.variables["fine"] is True
        decision = play.process.level.elements["x"].decision
        assert decision is not None
        assert decision.result_mapping == "singleEntry"
        assert (decision.binding, decision.version.text if decision.version else None) == (binding, value)


@tries("family", "type field")
def a_decision_task_of_flowable_names_its_table_in_a_field(vendor: Vendor) -> None:
    field = "<camunda:field name='decisionTableReferenceKey'><camunda:string>cheap</camunda:string></camunda:field>"
    play = vendor.play(f"<serviceTask id='x' camunda:type='dmn'>{extended(field)}</serviceTask>", amount=5)
    assert {key for key, _ in play.decisions} == {"cheap"}


@tries("family", "executionListener")
def execution_listeners_are_heard_at_start_end_and_on_the_way(vendor: Vendor) -> None:
    def heard(event: str) -> str:
        script = f"<camunda:script scriptFormat='python'>log.append('{event}')</camunda:script>"
        return f"<camunda:executionListener event='{event}'>{script}</camunda:executionListener>"

    flow = f"<sequenceFlow id='f' sourceRef='s' targetRef='x'>{extended(heard('take'))}</sequenceFlow>"
    task = f"<task id='x'>{extended(heard('start'), heard('end'))}</task>"
    play = vendor.play(f"s startEvent\n{flow}\n{task}\nu userTask\nx -> u", log=[])
    assert play.variables["log"] == ["take", "start", "end"]


@tries("family", "taskListener")
def task_listeners_are_heard_from_creation_to_completion(vendor: Vendor) -> None:
    due = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    words = "".join(
        f"<camunda:taskListener event='{event}'><camunda:script scriptFormat='python'>log.append('{event}')"
        f"</camunda:script>{due if event == 'timeout' else ''}</camunda:taskListener>"
        for event in ("create", "assignment", "timeout", "complete", "delete")
    )
    play = vendor.play(f"<userTask id='x' camunda:assignee='ada'>{extended(words)}</userTask>", log=[])
    play.wait(hours=2)
    play.complete("x", "ada")
    assert play.variables["log"] == ["create", "assignment", "timeout", "complete"]


@tries("family", "executionListener taskListener class delegateExpression")
def a_listener_that_is_code_waits_for_a_worker(vendor: Vendor) -> None:
    play = vendor.play(
        TASK.format(
            extended(
                "<camunda:executionListener event='start' class='org.Begin'/>",
                "<camunda:taskListener event='create' delegateExpression='${tell}'/>",
            )
        )
    )
    for topic in ("org.Begin", "tell"):
        assert play.open == []
        assert play.all(facts.ExternalTaskCreated)[-1].topic == topic
        play.do("complete_external_task", play.at("x"), {})
    assert play.open == ["x"]
