"""A statement that is run again and again says and does what it would if SQLAlchemy ran it each time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import bindparam, event, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from server import clock
from server.commands import process_instances, user_tasks
from server.database import add_rows, change, connection, db, rows, table
from server.identity.actor import person_actor
from server.records.identity import Person
from server.settings import Settings
from tests import databases
from tests.commands.conftest import APPROVAL, deploy

MOMENT = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
_person = table(Person)
_OF_ID = select(Person.id, Person.name, Person.active, Person.created_at).where(Person.id == bindparam("id"))


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def app(kind: str, tmp_path: Path) -> Iterator[Flask]:
    with (
        databases.copy(kind, tmp_path, _empty) as url,
        databases.running(Settings(database_url=url, files_path=tmp_path)) as app,
    ):
        yield app


def _empty() -> None:
    """What is there is made by the tests."""


def _row(name: str, **more: object) -> dict[str, object]:
    given = {"id": name, "name": name.title(), "email": None, "password_hash": None, "roles": "", "active": True}
    return {**given, "zone": "UTC", "created_at": MOMENT, "external_id": None, "is_program": False, **more}


@pytest.fixture
def sent() -> Iterator[list[bool]]:
    """Of each statement sent since, whether it was prepared: SQLAlchemy has a context for those it runs itself."""
    noted: list[bool] = []

    def note(_: object, __: object, ___: str, ____: object, context: object, _____: bool) -> None:
        noted.append(context is None)

    event.listen(db.engine, "before_cursor_execute", note)
    yield noted
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_statement_is_prepared_from_its_second_run_on_and_finds_the_same(app: Flask, sent: list[bool]) -> None:
    asked = select(Person.id, Person.active, Person.created_at.label("since")).where(Person.id == bindparam("id"))
    add_rows(Person, [_row("ann")])
    add_rows(Person, [_row("bob", active=False)])
    sent.clear()
    found = [rows(asked, {"id": name}).one() for name in ("ann", "ann", "bob")]
    assert sent == [False, True, True]
    assert found == [("ann", True, MOMENT), ("ann", True, MOMENT), ("bob", False, MOMENT)]
    assert found[1].since == found[0].since
    assert type(found[2].active) is bool


def test_rows_are_written_one_or_many_at_once(app: Flask) -> None:
    for names in (["a"], ["b"], ["c", "d", "e"], ["f", "g"]):
        add_rows(Person, [_row(name) for name in names])
    assert [row.id for row in rows(select(Person.id).order_by(Person.id))] == list("abcdefg")


def test_a_column_that_is_not_given_has_its_default_at_every_run(app: Flask) -> None:
    for name in ("ann", "bob", "cid"):
        row = _row(name)
        del row["active"], row["zone"]
        add_rows(Person, [row])
    found = rows(select(Person.active, Person.zone)).all()
    assert found == [(True, "UTC")] * 3


def test_values_that_stand_in_a_statement_are_sent_with_those_that_are_given(app: Flask) -> None:
    renamed = update(_person).where(_person.c.id == bindparam("whom")).values(name="Somebody", created_at=MOMENT)
    for name in ("ann", "bob", "cid"):
        add_rows(Person, [_row(name, created_at=clock.now())])
        change(renamed, {"whom": name})
    assert rows(select(Person.name, Person.created_at)).all() == [("Somebody", MOMENT)] * 3


def test_a_statement_that_returns_what_it_changed_does_so_at_every_run(app: Flask) -> None:
    add_rows(Person, [_row("ann")])
    louder = update(_person).values(name=func.upper(_person.c.name)).returning(_person.c.name)
    assert [rows(louder).one().name for _ in range(3)] == ["ANN"] * 3


def test_a_list_of_any_length_is_found_though_the_text_of_its_statement_changes(app: Flask) -> None:
    add_rows(Person, [_row(name) for name in ("ann", "bob", "cid")])
    some = select(Person.id).where(Person.id.in_(bindparam("ids", expanding=True))).order_by(Person.id)
    found = [rows(some, {"ids": ids}).scalars().all() for ids in (["ann"], ["ann", "cid"], [])]
    assert found == [["ann"], ["ann", "cid"], []]


def test_what_the_database_refuses_is_told_as_sqlalchemy_tells_it(app: Flask) -> None:
    add_rows(Person, [_row("ann")])
    add_rows(Person, [_row("bob")])
    with pytest.raises(IntegrityError) as told:
        add_rows(Person, [_row("ann")])
    assert told.value.statement is not None
    assert told.value.statement.startswith("INSERT INTO person")
    db.session.rollback()
    assert rows(_OF_ID, {"id": "ann"}).all() == []


@databases.ONLY_POSTGRESQL
def test_a_connection_that_was_cut_is_given_up(app: Flask) -> None:
    for _ in range(2):
        rows(_OF_ID, {"id": "ann"})
    number = connection().scalar(select(func.pg_backend_pid()))
    with db.engine.connect() as other:
        other.execute(select(func.pg_terminate_backend(number)))
    with pytest.raises(Exception, match="terminating connection") as told:
        rows(_OF_ID, {"id": "ann"})
    assert getattr(told.value, "connection_invalidated", False)
    db.session.rollback()
    assert rows(_OF_ID, {"id": "ann"}).all() == []


def test_sqlalchemy_itself_runs_one_statement_of_a_completion_and_none_of_a_start(app: Flask, sent: list[bool]) -> None:
    """The one is that which finds the user task and its instance as objects."""
    actor = person_actor("ann", "Ann", frozenset({"participant", "designer"}), frozenset({"clerks"}))
    connection().execute(insert(_person), _row("ann"))
    db.session.commit()
    deploy(("approval", APPROVAL))
    for _ in range(3):
        sent.clear()
        started = process_instances.start(actor, "approval", {})
        by_start, sent[:] = sent.count(False), []
        assert started.user_task_id is not None
        user_tasks.complete(actor, started.user_task_id, {"amount": 7})
    assert (by_start, sent.count(False)) == (0, 1)
