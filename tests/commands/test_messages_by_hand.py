"""Messages that nobody waits for: people give one to an instance whatever its key, or discard it."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.commands import messages, process_instances
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound
from server.identity.actor import Actor
from server.queries import messages as queries
from server.records.logs import AuditEntry
from server.settings import Settings
from tests.commands.conftest import flows
from tests.commands.test_messages import LISTENS, deploy_with, kept_in, still_waiting, work

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


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
    deploy_with("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    message = _early(olga, text="yours")
    work(settings)
    assert message.listeners == 1
    messages.match(olga, message.id, instance_id, " They mistyped the key ")
    assert kept_in(instance_id) == {"text": "yours"}
    assert still_waiting() == 0
    entry = _audited("messages.match")
    assert (entry.subject, entry.instance_id, entry.reason) == ("mail", instance_id, "They mistyped the key")
    assert "K-9" in str(entry.details)
    assert "yours" not in str(entry.details)
    work(settings)
    assert still_waiting() == 0


def test_a_waiting_message_is_discarded_with_a_reason(settings: Settings, ann: Actor, olga: Actor) -> None:
    deploy_with("sends", '<startEvent id="begin"/><sendTask id="x" messageRef="mail"/>' + flows("begin>x"))
    sender_id = process_instances.start(ann, "sends", {}, business_key="S-1").instance_id
    work(settings)
    (message,) = queries.listed(olga, clock.now()).rows
    assert (message.sender_id, message.sender, message.listeners) == (sender_id, "S-1", 0)
    messages.discard(olga, message.id, "A test")
    assert still_waiting() == 0
    entry = _audited("messages.discard")
    assert (entry.subject, entry.instance_id, entry.reason) == ("mail", sender_id, "A test")


def test_what_is_decided_by_hand_needs_a_reason(ann: Actor, olga: Actor) -> None:
    deploy_with("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    message = _early(olga)
    with pytest.raises(Invalid, match="Give a reason"):
        messages.match(olga, message.id, instance_id, " ")
    with pytest.raises(Invalid, match="Give a reason"):
        messages.discard(olga, message.id, "")
    assert still_waiting() == 1


def test_only_who_mends_decides_about_a_message(ann: Actor, olga: Actor) -> None:
    deploy_with("listens", LISTENS)
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
    assert still_waiting() == 1


def test_a_message_is_not_given_to_who_does_not_wait_for_it(ann: Actor, olga: Actor) -> None:
    other = '<startEvent id="begin"/><userTask id="u"/>' + flows("begin>u")
    deploy_with("other", other)
    instance_id = process_instances.start(ann, "other", {}, business_key="K-1").instance_id
    message = _early(olga)
    with pytest.raises(Conflict, match="K-1 does not wait for the message mail"):
        messages.match(olga, message.id, instance_id, "Try")
    with pytest.raises(NotFound):
        messages.match(olga, message.id, "nobody", "Try")
    assert still_waiting() == 1


def test_a_suspended_instance_is_not_given_a_message_and_not_offered(ann: Actor, olga: Actor) -> None:
    deploy_with("listens", LISTENS)
    instance_id = process_instances.start(ann, "listens", {}, business_key="K-1").instance_id
    process_instances.suspend(olga, instance_id, "Wait")
    message = _early(olga)
    assert queries.listeners(olga, "mail", "K-9").rows == ()
    with pytest.raises(Conflict, match="K-1 is suspended: resume it first"):
        messages.match(olga, message.id, instance_id, "Try")
    assert still_waiting() == 1


def test_a_message_is_given_once(settings: Settings, ann: Actor, olga: Actor) -> None:
    deploy_with("listens", LISTENS)
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
    deploy_with("listens", LISTENS)
    for key in ("K-1", "K-2", "K-3"):
        process_instances.start(ann, "listens", {}, business_key=key)
    listeners = queries.listeners(olga, "mail", "K-2").rows
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
    deploy_with("twice", twice)
    instance_id = process_instances.start(ann, "twice", {}).instance_id
    assert [one.instance_id for one in queries.listeners(olga, "mail", None).rows].count(instance_id) == 1
