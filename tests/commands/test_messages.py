"""Messages wait for a receiver, tell by their content whose they are, and begin what only the latest version begins."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.commands import deployments, messages, process_instances, signals
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound
from server.identity.actor import CONSOLE, Actor
from server.queries import messages as queries
from server.records.data_store import DataStore
from server.records.definition import ProcessDefinition
from server.records.logs import AuditEntry
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


def _deploy(key: str, body: str, roots: str = MAIL) -> None:
    content = model(key, body).replace(b"</definitions>", roots.encode() + b"</definitions>")
    deployments.deploy(CONSOLE, [(f"{key}.bpmn", content)])


def _work(settings: Settings) -> None:
    while work_once(settings, "test", {}):
        pass


def _variables(instance_id: str) -> dict[str, object]:
    db.session.rollback()
    return variables_of(db.session.get_one(ProcessInstance, instance_id))


def _waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(WaitingMessage)) or 0


def test_a_message_that_nobody_waits_for_waits_until_somebody_does(settings: Settings, ann: Actor, olga: Actor) -> None:
    _deploy("listens", LISTENS)
    assert messages.send(olga, "mail", {"text": "early"}) is None
    assert _waiting() == 1
    instance_id = process_instances.start(ann, "listens", {}).instance_id
    _work(settings)
    assert _variables(instance_id) == {"text": "early"}
    assert _waiting() == 0


def test_a_waiting_message_has_one_receiver(settings: Settings, ann: Actor, olga: Actor) -> None:
    _deploy("listens", LISTENS)
    messages.send(olga, "mail", {"text": "early"})
    first, second = (process_instances.start(ann, "listens", {}).instance_id for _ in range(2))
    _work(settings)
    assert _variables(first) == {"text": "early"}
    assert _variables(second) == {}


def test_a_waiting_message_with_a_key_is_not_for_somebody_else(settings: Settings, ann: Actor, olga: Actor) -> None:
    _deploy("listens", LISTENS)
    messages.send(olga, "mail", {"text": "early"}, "K-2")
    first = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    second = process_instances.start(ann, "listens", {}, business_key="K-2").instance_id
    _work(settings)
    assert _variables(first) == {}
    assert _variables(second) == {"text": "early"}


def test_a_waiting_message_is_thrown_away_when_its_time_is_over(settings: Settings, ann: Actor, olga: Actor) -> None:
    clock.freeze(NOON)
    _deploy("listens", LISTENS)
    messages.send(olga, "mail", {}, time_to_live=60)
    clock.freeze(NOON + timedelta(seconds=30))
    _work(settings)
    assert _waiting() == 1
    clock.freeze(NOON + timedelta(seconds=61))
    _work(settings)
    assert _waiting() == 0


def test_a_message_that_is_not_to_wait_is_refused(app: Flask, olga: Actor) -> None:
    with pytest.raises(NotFound, match="Nobody waits for the message mail"):
        messages.send(olga, "mail", {}, time_to_live=0)


def test_where_the_settings_say_so_no_message_waits(olga: Actor, settings: Settings, ann: Actor) -> None:
    _deploy("sends", '<startEvent id="begin"/><sendTask id="x" messageRef="mail"/>' + flows("begin>x"))
    inbox.patience.seconds = 0
    try:
        with pytest.raises(NotFound):
            messages.send(olga, "mail", {})
        process_instances.start(ann, "sends", {})
        _work(settings)
        assert _waiting() == 0
    finally:
        inbox.patience.seconds = Settings().message_time_to_live


def test_a_message_that_an_instance_throws_waits_too(settings: Settings, ann: Actor) -> None:
    _deploy("sends", '<startEvent id="begin"/><sendTask id="x" messageRef="mail"/>' + flows("begin>x"))
    _deploy("listens", LISTENS)
    process_instances.start(ann, "sends", {})
    _work(settings)
    assert _waiting() == 1
    process_instances.start(ann, "listens", {})
    _work(settings)
    assert _waiting() == 0


def test_a_version_that_a_waiting_message_begins_is_begun_when_it_is_deployed(settings: Settings, olga: Actor) -> None:
    messages.send(olga, "mail", {"text": "early"})
    _deploy(
        "begun",
        '<startEvent id="s"><messageEventDefinition messageRef="mail"/></startEvent><userTask id="u"/>' + flows("s>u"),
    )
    _work(settings)
    db.session.rollback()
    instance = db.session.scalars(select(ProcessInstance)).one()
    assert variables_of(instance) == {"text": "early"}


def test_only_the_latest_version_is_begun_by_an_event(settings: Settings, olga: Actor) -> None:
    start = '<startEvent id="s"><messageEventDefinition messageRef="mail"/></startEvent><userTask id="u{}"/>'
    _deploy("begun", start.format(1) + flows("s>u1"))
    _deploy("begun", start.format(2) + flows("s>u2"))
    instance_id = messages.send(olga, "mail", {})
    _work(settings)
    db.session.rollback()
    instances = db.session.scalars(select(ProcessInstance)).all()
    assert [instance.id for instance in instances] == [instance_id]


def test_each_trigger_of_a_start_event_begins_an_instance(settings: Settings, olga: Actor) -> None:
    _deploy(
        "begun",
        '<startEvent id="s"><messageEventDefinition messageRef="mail"/><signalEventDefinition signalRef="bell"/>'
        '</startEvent><userTask id="u"/>' + flows("s>u"),
        MAIL + '<signal id="bell" name="bell"/>',
    )
    messages.send(olga, "mail", {"from": "mail"})
    signals.send(olga, "bell", {"from": "bell"})
    _work(settings)
    db.session.rollback()
    found = [variables_of(instance) for instance in db.session.scalars(select(ProcessInstance))]
    assert sorted(found, key=str) == [{"from": "bell"}, {"from": "mail"}]


def test_a_gateway_that_instantiates_begins_an_instance_at_its_event(settings: Settings, olga: Actor) -> None:
    _deploy(
        "begun",
        '<eventBasedGateway id="g" instantiate="true"/><intermediateCatchEvent id="a"><messageEventDefinition '
        'messageRef="mail"/></intermediateCatchEvent><userTask id="u"/><userTask id="v"/>'
        '<intermediateCatchEvent id="b"><messageEventDefinition messageRef="other"/></intermediateCatchEvent>'
        + flows("g>a", "g>b", "a>u", "b>v"),
        MAIL + '<message id="other" name="other"/>',
    )
    instance_id = messages.send(olga, "other", {"n": 1})
    assert instance_id is not None
    assert _variables(instance_id) == {"n": 1}


KEYED = (
    MAIL + '<message id="ask" name="ask"/><correlationProperty id="number">'
    '<correlationPropertyRetrievalExpression messageRef="mail"><messagePath>order.number</messagePath>'
    '</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef="ask">'
    "<messagePath>number + 0</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
    '<collaboration id="c"><participant id="pool" processRef="keyed"/><correlationKey id="key">'
    "<correlationPropertyRef>number</correlationPropertyRef></correlationKey></collaboration>"
)


def test_a_message_without_a_key_tells_it_by_what_is_in_it(settings: Settings, olga: Actor) -> None:
    _deploy(
        "keyed",
        '<startEvent id="s"><messageEventDefinition messageRef="ask"/></startEvent><intermediateCatchEvent id="x">'
        '<messageEventDefinition messageRef="mail"/></intermediateCatchEvent><userTask id="u"/>' + flows("s>x", "x>u"),
        KEYED,
    )
    first, second = (messages.send(olga, "ask", {"number": number}) for number in (1, 2))
    assert messages.send(olga, "mail", {"order": {"number": 2}, "text": "for two"}) == second
    assert first is not None
    assert "text" not in _variables(first)
    assert messages.send(olga, "mail", {"order": {"number": 3}}) is None


def test_a_data_store_is_kept_in_the_database_and_shared_by_all_instances(ann: Actor) -> None:
    body = (
        '<dataStoreReference id="ref" dataStoreRef="stock"/><startEvent id="s"/><scriptTask id="x"><ioSpecification>'
        '<dataInput id="i" name="count"/><dataOutput id="o" name="left"/><inputSet><dataInputRefs>i</dataInputRefs>'
        "</inputSet><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification><dataInputAssociation>"
        "<sourceRef>ref</sourceRef><targetRef>i</targetRef></dataInputAssociation><dataOutputAssociation>"
        "<sourceRef>o</sourceRef><targetRef>ref</targetRef></dataOutputAssociation>"
        "<script>left = 1 if count is None else count + 1</script></scriptTask>" + flows("s>x")
    )
    _deploy("counts", body, '<dataStore id="stock" name="stock"/>')
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
    _deploy("reads", store + reads, stock)
    _deploy("writes", store + writes, stock)
    assert _variables(process_instances.start(ann, "writes", {}).instance_id) == {"seen": 7}


def test_a_global_task_is_called_but_not_started_by_hand(settings: Settings, ann: Actor) -> None:
    roots = '<globalScriptTask id="twice" scriptLanguage="python"><script>m = 2 * 21</script></globalScriptTask>'
    call = '<startEvent id="s"/><callActivity id="x" calledElement="twice"><extensionElements><camunda:out '
    call += 'variables="all"/></extensionElements></callActivity><userTask id="u"/>'
    _deploy("calls", call + flows("s>x", "x>u"), roots)
    instance_id = process_instances.start(ann, "calls", {}).instance_id
    assert _variables(instance_id) == {"m": 42}
    found = select(ProcessDefinition.key).where(ProcessDefinition.startable)
    assert list(db.session.scalars(found)) == ["calls"]


def test_what_came_while_an_instance_was_suspended_is_brought_when_it_is_resumed(
    settings: Settings, ann: Actor, olga: Actor
) -> None:
    _deploy("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}).instance_id
    process_instances.suspend(olga, instance_id, "Let us see.")
    assert messages.send(olga, "mail", {"text": "late"}) is None
    _work(settings)
    process_instances.resume(olga, instance_id, "Go on.")
    _work(settings)
    assert _variables(instance_id) == {"text": "late"}


def test_a_suspended_definition_is_begun_by_no_message_before_it_is_resumed(settings: Settings, olga: Actor) -> None:
    start = '<startEvent id="s"><messageEventDefinition messageRef="mail"/></startEvent><userTask id="u"/>'
    _deploy("begun", start + flows("s>u"))
    db.session.rollback()
    definition_id = db.session.scalars(select(ProcessDefinition.id)).one()
    deployments.suspend_definition(olga, definition_id, "Not now.")
    assert messages.send(olga, "mail", {}) is None
    _work(settings)
    deployments.resume_definition(olga, definition_id, "Now.")
    _work(settings)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(ProcessInstance)) == 1


def _early(olga: Actor, key: str | None = "K-9", **values: object) -> queries.MessageRow:
    """A message that nobody waits for."""
    assert messages.send(olga, "mail", values, key) is None
    return queries.listed(olga, clock.now()).rows[0]


def _audited(command: str) -> AuditEntry:
    db.session.rollback()
    return db.session.scalars(select(AuditEntry).where(AuditEntry.command == command)).one()


def test_a_waiting_message_is_given_by_hand_to_an_instance_with_another_key(
    settings: Settings, ann: Actor, olga: Actor
) -> None:
    _deploy("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    message = _early(olga, text="yours")
    _work(settings)
    assert message.listeners == 1
    messages.match(olga, message.id, instance_id, " They mistyped the key ")
    assert _variables(instance_id) == {"text": "yours"}
    assert _waiting() == 0
    entry = _audited("messages.match")
    assert (entry.subject, entry.instance_id, entry.reason) == ("mail", instance_id, "They mistyped the key")
    assert "K-9" in str(entry.details)
    assert "yours" not in str(entry.details)
    _work(settings)
    assert _waiting() == 0


def test_a_waiting_message_is_discarded_with_a_reason(settings: Settings, ann: Actor, olga: Actor) -> None:
    _deploy("sends", '<startEvent id="begin"/><sendTask id="x" messageRef="mail"/>' + flows("begin>x"))
    sender_id = process_instances.start(ann, "sends", {}, business_key="S-1").instance_id
    _work(settings)
    (message,) = queries.listed(olga, clock.now()).rows
    assert (message.sender_id, message.sender, message.listeners) == (sender_id, "S-1", 0)
    messages.discard(olga, message.id, "A test")
    assert _waiting() == 0
    entry = _audited("messages.discard")
    assert (entry.subject, entry.instance_id, entry.reason) == ("mail", sender_id, "A test")


def test_what_is_decided_by_hand_needs_a_reason(ann: Actor, olga: Actor) -> None:
    _deploy("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    message = _early(olga)
    with pytest.raises(Invalid, match="Give a reason"):
        messages.match(olga, message.id, instance_id, " ")
    with pytest.raises(Invalid, match="Give a reason"):
        messages.discard(olga, message.id, "")
    assert _waiting() == 1


def test_only_who_mends_decides_about_a_message(ann: Actor, olga: Actor) -> None:
    _deploy("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    message = _early(olga)
    with pytest.raises(Forbidden):
        messages.match(ann, message.id, instance_id, "Mine")
    with pytest.raises(Forbidden):
        messages.discard(ann, message.id, "Mine")
    with pytest.raises(Forbidden):
        queries.listed(ann, clock.now())
    with pytest.raises(Forbidden):
        queries.listeners(ann, "mail", None)
    assert _waiting() == 1


def test_a_message_is_not_given_to_who_does_not_wait_for_it(ann: Actor, olga: Actor) -> None:
    other = '<startEvent id="begin"/><userTask id="u"/>' + flows("begin>u")
    _deploy("other", other)
    instance_id = process_instances.start(ann, "other", {}, business_key="K-1").instance_id
    message = _early(olga)
    with pytest.raises(Conflict, match="K-1 does not wait for the message mail"):
        messages.match(olga, message.id, instance_id, "Try")
    with pytest.raises(NotFound):
        messages.match(olga, message.id, "nobody", "Try")
    assert _waiting() == 1


def test_a_suspended_instance_is_not_given_a_message_and_not_offered(ann: Actor, olga: Actor) -> None:
    _deploy("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    process_instances.suspend(olga, instance_id, "Wait")
    message = _early(olga)
    assert queries.listeners(olga, "mail", "K-9") == ()
    with pytest.raises(Conflict, match="K-1 is suspended: resume it first"):
        messages.match(olga, message.id, instance_id, "Try")
    assert _waiting() == 1


def test_a_message_is_given_once(settings: Settings, ann: Actor, olga: Actor) -> None:
    _deploy("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    message = _early(olga)
    messages.match(olga, message.id, instance_id, "Theirs")
    with pytest.raises(NotFound, match="does not wait any more"):
        messages.match(olga, message.id, instance_id, "Theirs")
    with pytest.raises(NotFound, match="does not wait any more"):
        messages.discard(olga, message.id, "Twice")
    with pytest.raises(NotFound, match="does not wait any more"):
        queries.message(olga, message.id, clock.now())


def test_messages_are_listed_newest_first_by_name_and_page_while_their_time_runs(app: Flask, olga: Actor) -> None:
    clock.freeze(NOON)
    for number in range(queries.PAGE + 1):
        clock.freeze(NOON + timedelta(seconds=number))
        messages.send(olga, f"mail_{number}", {"n": number}, time_to_live=3600)
    messages.send(olga, "OTHER%", {}, time_to_live=60)
    now = clock.now()
    first = queries.listed(olga, now)
    assert (first.total, first.pages, len(first.rows)) == (queries.PAGE + 2, 2, queries.PAGE)
    assert first.rows[-1].arrived_at > queries.listed(olga, now, page=2).rows[0].arrived_at
    assert [row.name for row in queries.listed(olga, now, "other").rows] == ["OTHER%"]
    assert [row.name for row in queries.listed(olga, now, "%").rows] == ["OTHER%"]
    assert queries.listed(olga, now, "mail_1").rows[0].payload == {"n": 19}
    assert queries.listed(olga, now + timedelta(minutes=2), "other").rows == ()


def test_who_waits_is_listed_with_the_same_key_first_and_each_instance_once(ann: Actor, olga: Actor) -> None:
    _deploy("listens", LISTENS)
    for key in ("K-1", "K-2", "K-3"):
        process_instances.start(ann, "listens", {}, business_key=key)
    listeners = queries.listeners(olga, "mail", "K-2")
    assert [one.business_key for one in listeners] == ["K-2", "K-1", "K-3"]
    assert {(one.process_name, one.element_name, one.correlation_key == one.business_key) for one in listeners} == {
        ("Listens", "x", True)
    }
    twice = (
        '<startEvent id="begin"/><parallelGateway id="g"/>'
        '<intermediateCatchEvent id="x"><messageEventDefinition messageRef="mail"/></intermediateCatchEvent>'
        '<intermediateCatchEvent id="y"><messageEventDefinition messageRef="mail"/></intermediateCatchEvent>'
        + flows("begin>g", "g>x", "g>y")
    )
    _deploy("twice", twice)
    instance_id = process_instances.start(ann, "twice", {}).instance_id
    assert [one.instance_id for one in queries.listeners(olga, "mail", None)].count(instance_id) == 1
