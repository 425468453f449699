"""Messages wait for a receiver, tell by their content whose they are, and begin what only the latest version begins."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.commands import conditions, deployments, messages, process_instances, signals
from server.database import db
from server.errors import NotFound
from server.identity.actor import CONSOLE, Actor
from server.queries import jobs
from server.records.data_store import DataStore
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.records.waiting_message import WaitingMessage
from server.runtime import inbox
from server.runtime.submissions import variables_of
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import flows, model

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MAIL = '<message id="mail" name="mail"/>'
LISTENS = (
    '<startEvent id="begin"/><intermediateCatchEvent id="x"><messageEventDefinition messageRef="mail"/>'
    '</intermediateCatchEvent><userTask id="u"/>' + flows("begin>x", "x>u")
)


def deploy_with(key: str, body: str, roots: str = MAIL) -> None:
    content = model(key, body).replace(b"</definitions>", roots.encode() + b"</definitions>")
    deployments.deploy(CONSOLE, [(f"{key}.bpmn", content)])


def work(settings: Settings) -> None:
    while work_once(settings, "test", {}):
        pass


def kept_in(instance_id: str) -> dict[str, object]:
    db.session.rollback()
    return variables_of(db.session.get_one(ProcessInstance, instance_id))


def still_waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(WaitingMessage)) or 0


def test_a_message_that_nobody_waits_for_waits_until_somebody_does(settings: Settings, ann: Actor, olga: Actor) -> None:
    deploy_with("listens", LISTENS)
    assert messages.send(olga, "mail", {"text": "early"}) is None
    assert still_waiting() == 1
    instance_id = process_instances.start(ann, "listens", {}).instance_id
    work(settings)
    assert kept_in(instance_id) == {"text": "early"}
    assert still_waiting() == 0


def test_a_waiting_message_has_one_receiver(settings: Settings, ann: Actor, olga: Actor) -> None:
    deploy_with("listens", LISTENS)
    messages.send(olga, "mail", {"text": "early"})
    first, second = (process_instances.start(ann, "listens", {}).instance_id for _ in range(2))
    work(settings)
    assert kept_in(first) == {"text": "early"}
    assert kept_in(second) == {}


def test_a_waiting_message_with_a_key_is_not_for_somebody_else(settings: Settings, ann: Actor, olga: Actor) -> None:
    deploy_with("listens", LISTENS)
    messages.send(olga, "mail", {"text": "early"}, "K-2")
    first = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    second = process_instances.start(ann, "listens", {}, business_key="K-2").instance_id
    work(settings)
    assert kept_in(first) == {}
    assert kept_in(second) == {"text": "early"}


def test_a_waiting_message_is_thrown_away_when_its_time_is_over(settings: Settings, ann: Actor, olga: Actor) -> None:
    clock.freeze(NOON)
    deploy_with("listens", LISTENS)
    messages.send(olga, "mail", {}, time_to_live=60)
    clock.freeze(NOON + timedelta(seconds=30))
    work(settings)
    assert still_waiting() == 1
    clock.freeze(NOON + timedelta(seconds=61))
    work(settings)
    assert still_waiting() == 0


def test_a_message_that_is_not_to_wait_is_refused(app: Flask, olga: Actor) -> None:
    with pytest.raises(NotFound, match="Nobody waits for the message mail"):
        messages.send(olga, "mail", {}, time_to_live=0)


def test_where_the_settings_say_so_no_message_waits(olga: Actor, settings: Settings, ann: Actor) -> None:
    deploy_with("sends", '<startEvent id="begin"/><sendTask id="x" messageRef="mail"/>' + flows("begin>x"))
    inbox.patience.seconds = 0
    try:
        with pytest.raises(NotFound):
            messages.send(olga, "mail", {})
        process_instances.start(ann, "sends", {})
        work(settings)
        assert still_waiting() == 0
    finally:
        inbox.patience.seconds = Settings().message_time_to_live


def test_a_message_that_an_instance_throws_waits_too(settings: Settings, ann: Actor) -> None:
    deploy_with("sends", '<startEvent id="begin"/><sendTask id="x" messageRef="mail"/>' + flows("begin>x"))
    deploy_with("listens", LISTENS)
    process_instances.start(ann, "sends", {})
    work(settings)
    assert still_waiting() == 1
    process_instances.start(ann, "listens", {})
    work(settings)
    assert still_waiting() == 0


def test_a_message_that_says_how_long_it_waits_waits_so_long(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    for key, span in (("brief", "PT1M"), ("none", "PT0S")):
        publish = f'<z:publishMessage xmlns:z="http://camunda.org/schema/zeebe/1.0" timeToLive="{span}"/>'
        task = f'<sendTask id="x" messageRef="mail"><extensionElements>{publish}</extensionElements></sendTask>'
        deploy_with(key, f'<startEvent id="begin"/>{task}' + flows("begin>x"))
    process_instances.start(ann, "none", {})
    work(settings)
    assert still_waiting() == 0
    process_instances.start(ann, "brief", {})
    work(settings)
    db.session.rollback()
    assert db.session.scalars(select(WaitingMessage)).one().expires_at == NOON + timedelta(minutes=1)
    clock.freeze(NOON + timedelta(seconds=61))
    work(settings)
    assert still_waiting() == 0


def test_a_version_that_a_waiting_message_begins_is_begun_when_it_is_deployed(settings: Settings, olga: Actor) -> None:
    messages.send(olga, "mail", {"text": "early"})
    deploy_with(
        "begun",
        '<startEvent id="s"><messageEventDefinition messageRef="mail"/></startEvent><userTask id="u"/>' + flows("s>u"),
    )
    work(settings)
    db.session.rollback()
    instance = db.session.scalars(select(ProcessInstance)).one()
    assert variables_of(instance) == {"text": "early"}


def test_only_the_latest_version_is_begun_by_an_event(settings: Settings, olga: Actor) -> None:
    start = '<startEvent id="s"><messageEventDefinition messageRef="mail"/></startEvent><userTask id="u{}"/>'
    deploy_with("begun", start.format(1) + flows("s>u1"))
    deploy_with("begun", start.format(2) + flows("s>u2"))
    instance_id = messages.send(olga, "mail", {})
    work(settings)
    db.session.rollback()
    instances = db.session.scalars(select(ProcessInstance)).all()
    assert [instance.id for instance in instances] == [instance_id]


def test_each_trigger_of_a_start_event_begins_an_instance(settings: Settings, olga: Actor) -> None:
    deploy_with(
        "begun",
        '<startEvent id="s"><messageEventDefinition messageRef="mail"/><signalEventDefinition signalRef="bell"/>'
        '</startEvent><userTask id="u"/>' + flows("s>u"),
        MAIL + '<signal id="bell" name="bell"/>',
    )
    messages.send(olga, "mail", {"from": "mail"})
    signals.send(olga, "bell", {"from": "bell"})
    work(settings)
    db.session.rollback()
    found = [variables_of(instance) for instance in db.session.scalars(select(ProcessInstance))]
    assert sorted(found, key=str) == [{"from": "bell"}, {"from": "mail"}]


def test_a_gateway_that_instantiates_begins_an_instance_at_its_event(settings: Settings, olga: Actor) -> None:
    deploy_with(
        "begun",
        '<eventBasedGateway id="g" instantiate="true"/><intermediateCatchEvent id="a"><messageEventDefinition '
        'messageRef="mail"/></intermediateCatchEvent><userTask id="u"/><userTask id="v"/>'
        '<intermediateCatchEvent id="b"><messageEventDefinition messageRef="other"/></intermediateCatchEvent>'
        + flows("g>a", "g>b", "a>u", "b>v"),
        MAIL + '<message id="other" name="other"/>',
    )
    instance_id = messages.send(olga, "other", {"n": 1})
    assert instance_id is not None
    assert kept_in(instance_id) == {"n": 1}


KEYED = (
    MAIL + '<message id="ask" name="ask"/><correlationProperty id="number">'
    '<correlationPropertyRetrievalExpression messageRef="mail"><messagePath>order.number</messagePath>'
    '</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef="ask">'
    "<messagePath>number + 0</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
    '<collaboration id="c"><participant id="pool" processRef="keyed"/><correlationKey id="key">'
    "<correlationPropertyRef>number</correlationPropertyRef></correlationKey></collaboration>"
)


def test_a_message_without_a_key_tells_it_by_what_is_in_it(settings: Settings, olga: Actor) -> None:
    deploy_with(
        "keyed",
        '<startEvent id="s"><messageEventDefinition messageRef="ask"/></startEvent><intermediateCatchEvent id="x">'
        '<messageEventDefinition messageRef="mail"/></intermediateCatchEvent><userTask id="u"/>' + flows("s>x", "x>u"),
        KEYED,
    )
    first, second = (messages.send(olga, "ask", {"number": number}) for number in (1, 2))
    assert messages.send(olga, "mail", {"order": {"number": 2}, "text": "for two"}) == second
    assert first is not None
    assert "text" not in kept_in(first)
    assert messages.send(olga, "mail", {"order": {"number": 3}}) is None


def test_a_data_store_is_kept_in_the_database_and_shared_by_all_instances(ann: Actor) -> None:
    body = (
        '<dataStoreReference id="ref" dataStoreRef="stock"/><startEvent id="s"/><scriptTask id="x"><ioSpecification>'
        '<dataInput id="i" name="count"/><dataOutput id="o" name="left"/><inputSet><dataInputRefs>i</dataInputRefs>'
        "<optionalInputRefs>i</optionalInputRefs></inputSet><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet>"
        "</ioSpecification><dataInputAssociation>"
        "<sourceRef>ref</sourceRef><targetRef>i</targetRef></dataInputAssociation><dataOutputAssociation>"
        "<sourceRef>o</sourceRef><targetRef>ref</targetRef></dataOutputAssociation>"
        "<script>left = 1 if count is None else count + 1</script></scriptTask>" + flows("s>x")
    )
    deploy_with("counts", body, '<dataStore id="stock" name="stock"/>')
    for _ in range(3):
        process_instances.start(ann, "counts", {})
    db.session.rollback()
    row = db.session.get_one(DataStore, "stock")
    assert json.loads(row.value) == 3


def test_what_an_instance_has_written_to_a_data_store_is_read_by_what_it_calls_in_the_same_step(ann: Actor) -> None:
    stock = '<dataStore id="stock" name="stock"/>'
    store = '<dataStoreReference id="ref" dataStoreRef="stock"/><startEvent id="s"/>'
    writes = (
        '<scriptTask id="x"><ioSpecification><dataOutput id="o" name="left"/><inputSet/><outputSet><dataOutputRefs>o'
        "</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>o</sourceRef>"
        "<targetRef>ref</targetRef></dataOutputAssociation><script>left = 7</script></scriptTask>"
        '<callActivity id="y" calledElement="reads"><extensionElements><camunda:out variables="all"/>'
        '</extensionElements></callActivity><userTask id="u"/>' + flows("s>x", "x>y", "y>u")
    )
    reads = (
        '<scriptTask id="x"><ioSpecification><dataInput id="i" name="count"/><inputSet><dataInputRefs>i</dataInputRefs>'
        "</inputSet><outputSet/></ioSpecification><dataInputAssociation><sourceRef>ref</sourceRef><targetRef>i"
        "</targetRef></dataInputAssociation><script>seen = count</script></scriptTask>" + flows("s>x")
    )
    deploy_with("reads", store + reads, stock)
    deploy_with("writes", store + writes, stock)
    assert kept_in(process_instances.start(ann, "writes", {}).instance_id) == {"seen": 7}


def test_a_global_task_is_called_but_not_started_by_hand(settings: Settings, ann: Actor) -> None:
    roots = '<globalScriptTask id="twice" scriptLanguage="python"><script>m = 2 * 21</script></globalScriptTask>'
    call = '<startEvent id="s"/><callActivity id="x" calledElement="twice"><extensionElements><camunda:out '
    call += 'variables="all"/></extensionElements></callActivity><userTask id="u"/>'
    deploy_with("calls", call + flows("s>x", "x>u"), roots)
    instance_id = process_instances.start(ann, "calls", {}).instance_id
    assert kept_in(instance_id) == {"m": 42}
    found = select(ProcessDefinition.key).where(ProcessDefinition.startable)
    assert list(db.session.scalars(found)) == ["calls"]


def test_what_came_while_an_instance_was_suspended_is_brought_when_it_is_resumed(
    settings: Settings, ann: Actor, olga: Actor
) -> None:
    deploy_with("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}).instance_id
    process_instances.suspend(olga, instance_id, "Let us see.")
    assert messages.send(olga, "mail", {"text": "late"}) is None
    work(settings)
    process_instances.resume(olga, instance_id, "Go on.")
    work(settings)
    assert kept_in(instance_id) == {"text": "late"}


def test_a_suspended_definition_is_begun_by_no_message_before_it_is_resumed(settings: Settings, olga: Actor) -> None:
    start = '<startEvent id="s"><messageEventDefinition messageRef="mail"/></startEvent><userTask id="u"/>'
    deploy_with("begun", start + flows("s>u"))
    db.session.rollback()
    definition_id = db.session.scalars(select(ProcessDefinition.id)).one()
    deployments.suspend_definition(olga, definition_id, "Not now.")
    assert messages.send(olga, "mail", {}) is None
    work(settings)
    deployments.resume_definition(olga, definition_id, "Now.")
    work(settings)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(ProcessInstance)) == 1


def _definition() -> str:
    db.session.rollback()
    return db.session.scalars(select(ProcessDefinition.id)).one()


def _instances() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ProcessInstance)) or 0


def test_a_suspended_definition_is_begun_by_no_signal(settings: Settings, olga: Actor) -> None:
    start = '<startEvent id="s"><signalEventDefinition signalRef="bell"/></startEvent><userTask id="u"/>'
    deploy_with("begun", start + flows("s>u"), '<signal id="bell" name="bell"/>')
    deployments.suspend_definition(olga, _definition(), "Not now.")
    assert signals.send(olga, "bell", {}) == 0
    work(settings)
    assert _instances() == 0
    deployments.resume_definition(olga, _definition(), "Now.")
    work(settings)
    assert _instances() == 0
    assert signals.send(olga, "bell", {}) == 1
    work(settings)
    assert _instances() == 1


def test_a_timer_begins_a_suspended_definition_when_it_is_resumed(settings: Settings, olga: Actor) -> None:
    clock.freeze(NOON)
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    deploy_with("begun", f'<startEvent id="s">{timer}</startEvent><userTask id="u"/>' + flows("s>u"))
    deployments.suspend_definition(olga, _definition(), "Not now.")
    clock.freeze(NOON + timedelta(hours=2))
    work(settings)
    assert _instances() == 0
    held = jobs.listed(olga, jobs.JobFilter(state=jobs.JobState.HELD), clock.now())
    assert [row.state for row in held.rows] == [jobs.JobState.HELD]
    deployments.resume_definition(olga, _definition(), "Now.")
    work(settings)
    assert _instances() == 1


def test_a_condition_begins_no_suspended_definition(settings: Settings, olga: Actor) -> None:
    condition = "<conditionalEventDefinition><condition>${level > 3}</condition></conditionalEventDefinition>"
    deploy_with("begun", f'<startEvent id="s">{condition}</startEvent><userTask id="u"/>' + flows("s>u"))
    deployments.suspend_definition(olga, _definition(), "Not now.")
    assert conditions.evaluate(olga, {"level": 5}) == []
    deployments.resume_definition(olga, _definition(), "Now.")
    assert len(conditions.evaluate(olga, {"level": 5})) == 1
