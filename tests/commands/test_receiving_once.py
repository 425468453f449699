"""Messages with a key of their own: received once, however often they come."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.commands import deployments, messages
from server.database import db
from server.errors import NotFound
from server.identity.actor import CONSOLE, Actor
from server.records.process_instance import ProcessInstance
from server.records.waiting_message import WaitingMessage
from tests.commands.conftest import flows, model

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BEGUN = '<startEvent id="s"><messageEventDefinition messageRef="mail"/></startEvent><userTask id="u"/>' + flows("s>u")


def deploy() -> None:
    data = model("begun", BEGUN).replace(b"<process ", b'<message id="mail" name="mail"/><process ', 1)
    deployments.deploy(CONSOLE, [("begun.bpmn", data)])


def begun() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ProcessInstance)) or 0


def waiting() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(WaitingMessage)) or 0


def test_the_same_message_again_changes_nothing_and_is_told_the_same(olga: Actor) -> None:
    deploy()
    first = messages.send(olga, "mail", {"n": 1}, once="a")
    assert first is not None
    assert messages.send(olga, "mail", {"n": 2}, once="a") == first
    assert begun() == 1
    assert messages.send(olga, "mail", {"n": 3}, once="b") != first
    assert begun() == 2


def test_a_key_is_one_of_its_message_name(olga: Actor) -> None:
    deploy()
    messages.send(olga, "post", {}, once="a")
    messages.send(olga, "mail", {}, once="a")
    assert (begun(), waiting()) == (1, 1)


def test_a_message_that_waits_is_not_kept_twice(olga: Actor) -> None:
    assert messages.send(olga, "mail", {}, once="a") is None
    assert messages.send(olga, "mail", {}, once="a") is None
    assert waiting() == 1


def test_a_message_that_was_refused_may_come_again(olga: Actor) -> None:
    with pytest.raises(NotFound, match="Nobody waits for the message mail"):
        messages.send(olga, "mail", {}, time_to_live=0, once="a")
    deploy()
    assert messages.send(olga, "mail", {}, once="a") is not None


def test_a_key_is_forgotten_after_a_week(olga: Actor) -> None:
    clock.freeze(NOON)
    deploy()
    messages.send(olga, "mail", {}, once="a")
    clock.freeze(NOON + timedelta(days=7))
    messages.send(olga, "mail", {}, once="a")
    assert begun() == 2


def test_the_same_message_five_times_at_once_begins_one_instance(app: Flask, olga: Actor) -> None:
    deploy()
    db.session.remove()
    ready = threading.Barrier(5)
    told: list[str | None] = []

    def send() -> None:
        with app.app_context():
            ready.wait()
            told.append(messages.send(olga, "mail", {}, once="a"))

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert begun() == 1
    assert len(told) == 5
    assert len(set(told)) == 1
