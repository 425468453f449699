"""One command is one transaction: whatever goes wrong, the state is the one before or the one after."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from server.commands import process_instances, user_tasks
from server.database import Record, connection, db
from server.errors import Unavailable
from server.identity.actor import Actor
from server.records.user_task import UserTask
from tests import databases
from tests.commands.conftest import APPROVAL, deploy, flows

PARALLEL = (
    '<startEvent id="begin"/><userTask id="first" name="First" camunda:candidateGroups="clerks"/>'
    '<parallelGateway id="split"/><userTask id="second" name="Second" camunda:candidateGroups="clerks"/>'
    '<scriptTask id="count" scriptFormat="python"><script>total = 1</script></scriptTask>'
    '<intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    '</intermediateCatchEvent><parallelGateway id="join"/><endEvent id="done"/>'
    + flows("begin>first", "first>split", "split>second", "split>count", "count>pause", "second>join", "pause>join")
    + flows("join>done").replace("f0_", "g0_")
)


class Cut(Exception):
    """The power went off here."""


@contextmanager
def _cut_after(count: int) -> Iterator[list[str]]:
    """Fail when the statement after *count* others is about to be sent."""
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("BEGIN"):
            return
        if len(sent) == count:
            raise Cut(statement)
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    db.session.rollback()
    rows = {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Record.metadata.sorted_tables
    }
    db.session.rollback()
    return rows


def test_statements_go_through_the_transaction_that_is_open_and_never_through_one_that_has_ended(ann: Actor) -> None:
    first = connection()
    assert connection() is first
    db.session.rollback()
    second = connection()
    assert second is not first
    assert second.in_transaction()
    db.session.rollback()


def test_a_cut_after_any_statement_of_a_completion_leaves_the_state_before_or_the_state_after(ann: Actor) -> None:
    deploy(("parallel", PARALLEL))
    started = process_instances.start(ann, "parallel", {})
    assert started.user_task_id is not None
    before = _everything()
    count = 0
    while True:
        try:
            with _cut_after(count):
                user_tasks.complete(ann, started.user_task_id, {})
            break
        except Cut:
            assert _everything() == before, f"after {count} statements"
            count += 1
    assert count > 8
    names = set(db.session.scalars(select(UserTask.name).where(UserTask.state == "open")))
    assert names == {"Second"}


@databases.ONLY_SQLITE
def test_a_full_disk_refuses_the_write_says_so_and_needs_no_repair(app: Flask, ann: Actor) -> None:
    deploy(("approval", APPROVAL))
    started = process_instances.start(ann, "approval", {})
    assert started.user_task_id is not None
    before = _everything()
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    _limit_pages(int(pages))
    with pytest.raises(Unavailable, match="disk of the database is full, so nothing was saved"):
        _start_many(ann)
    full = _everything()
    assert full["user_task"][: len(before["user_task"])]
    _limit_pages(1_000_000)
    user_tasks.complete(ann, started.user_task_id, {"amount": 1})


def _start_many(ann: Actor) -> None:
    for _ in range(200):
        process_instances.start(ann, "approval", {})


def _limit_pages(count: int) -> None:
    """Every pooled connection gets the limit: SQLite then answers as it does on a full disk."""
    db.session.remove()
    db.engine.dispose()

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={count}")

    event.listen(db.engine, "connect", limit)
    db.engine.connect().close()


@databases.ONLY_SQLITE
def test_a_locked_database_refuses_the_write_in_one_sentence(app: Flask, ann: Actor, tmp_path: Path) -> None:
    deploy(("approval", APPROVAL))
    started = process_instances.start(ann, "approval", {})
    assert started.user_task_id is not None
    before = _everything()

    def hurry(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", hurry)
    other = sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="database is busy, so nothing was saved"):
        user_tasks.complete(ann, started.user_task_id, {"amount": 1})
    other.execute("ROLLBACK")
    other.close()
    assert _everything() == before
    user_tasks.complete(ann, started.user_task_id, {"amount": 1})


def test_a_completion_takes_eight_statements_and_one_commit(ann: Actor) -> None:
    deploy(("approval", APPROVAL))
    started = process_instances.start(ann, "approval", {})
    assert started.user_task_id is not None
    user_tasks.claim(ann, started.user_task_id)
    commits: list[object] = []
    event.listen(db.engine, "commit", lambda connection: commits.append(connection))
    with _cut_after(1000) as sent:
        user_tasks.complete(ann, started.user_task_id, {"amount": 7})
    assert len(sent) <= 8, "\n".join(sent)  # a ninth asks who is signed in
    assert len(commits) == 1


def test_completing_what_nobody_has_takes_more_only_for_who_is_new_to_the_instance(ann: Actor, bob: Actor) -> None:
    deploy(("approval", APPROVAL))
    for actor, most in ((ann, 8), (bob, 10)):  # bob becomes involved, and ann is told of the end
        started = process_instances.start(ann, "approval", {})
        assert started.user_task_id is not None
        with _cut_after(1000) as sent:
            user_tasks.complete(actor, started.user_task_id, {"amount": 7})
        assert len(sent) <= most, "\n".join(sent)


def test_a_start_takes_eleven_statements_and_writes_its_instance_once(ann: Actor) -> None:
    deploy(("approval", APPROVAL))
    process_instances.start(ann, "approval", {})
    with _cut_after(1000) as sent:
        process_instances.start(ann, "approval", {})
    assert len(sent) <= 11, "\n".join(sent)
    assert sum("process_instance " in one and not one.startswith("SELECT") for one in sent) == 1


def test_of_a_thousand_parallel_user_tasks_one_completion_writes_a_few_parts(ann: Actor) -> None:
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="false"><loopCardinality>1000</loopCardinality>'
        "</multiInstanceLoopCharacteristics>"
    )
    body = (
        f'<startEvent id="begin"/><userTask id="vote" name="Vote" camunda:candidateGroups="clerks">{loop}</userTask>'
        '<endEvent id="done"/>' + flows("begin>vote", "vote>done")
    )
    deploy(("wide", body))
    process_instances.start(ann, "wide", {})
    ids = db.session.scalars(select(UserTask.id).limit(3)).all()
    db.session.rollback()
    user_tasks.complete(ann, ids[0], {})
    before = dict(_everything_parts())
    user_tasks.complete(ann, ids[1], {})
    after = dict(_everything_parts())
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    assert 0 < len(changed) <= 8, changed


def _everything_parts() -> list[tuple[str, str]]:
    return [(str(row[1]), str(row[2])) for row in _everything()["instance_part"]]
