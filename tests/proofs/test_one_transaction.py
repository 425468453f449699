"""G1 and G2: wherever a command is cut off, the state is the one before; and no step reaches for the world outside."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from server.commands import deployments, process_instances
from server.database import Record, db
from server.identity.actor import CONSOLE
from server.settings import Settings
from tests import databases
from tests.proofs import outcomes
from tests.proofs.installation import settle
from tests.proofs.playing import next_moves
from tests.proofs.zoo import ANN, ZOO

OUTSIDE = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system", "os.posix_spawn")


class Cut(Exception):
    """The power went off here."""


@pytest.fixture
def app(empty: str) -> Iterator[Flask]:
    with databases.running(Settings(database_url=empty)) as app:
        settle()
        yield app


def _everything() -> dict[str, list[str]]:
    """All rows of all tables."""
    db.session.rollback()
    tables = Record.metadata.sorted_tables
    rows = {table.name: sorted(repr(tuple(row)) for row in db.session.execute(select(table))) for table in tables}
    db.session.rollback()
    return rows


@contextmanager
def _cut_after(count: int) -> Iterator[None]:
    """Fail when the statement after *count* others is about to be sent; the commit counts as one."""
    sent = 0

    def count_one(*_: object) -> None:
        nonlocal sent
        if sent == count:
            raise Cut
        sent += 1

    event.listen(db.engine, "before_cursor_execute", count_one)
    event.listen(db.engine, "commit", count_one)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", count_one)
        event.remove(db.engine, "commit", count_one)


def _cut_everywhere(command: Callable[[], object]) -> None:
    """Have the command fail after each of its statements, and see that nothing is left of it; then let it happen."""
    before, count = _everything(), 0
    while True:
        try:
            with _cut_after(count):
                command()
        except Cut:
            assert _everything() == before, f"cut after {count} statements"
            count += 1
            continue
        assert count >= 4
        assert _everything() != before
        return


@pytest.mark.parametrize("name", ZOO)
def test_wherever_any_step_is_cut_off_the_state_is_the_one_before(app: Flask, name: str) -> None:
    deployments.deploy(CONSOLE, [("p.bpmn", ZOO[name])])
    _cut_everywhere(lambda: process_instances.start(ANN, "p", {}))
    while moves := next_moves(ANN):
        _cut_everywhere(moves[0])
    assert outcomes.states() == ({"active": 1} if outcomes.incidents() else {"completed": 1})


_watching = False


def _refuse(happening: str, _: object) -> None:
    if _watching and happening in OUTSIDE:
        raise AssertionError(f"a step must not: {happening}")


sys.addaudithook(_refuse)  # for the life of the process: Python has no way to take one back


@contextmanager
def _cut_off_from_the_world() -> Iterator[None]:
    global _watching
    _watching = True
    try:
        yield
    finally:
        _watching = False


def test_the_watch_finds_a_connection_that_is_tried(tmp_path: Path) -> None:
    with (
        socket.socket(socket.AF_UNIX) as trial,
        _cut_off_from_the_world(),
        pytest.raises(AssertionError, match="must not"),
    ):
        trial.connect(str(tmp_path / "nobody"))


@pytest.mark.parametrize("name", ZOO)
def test_no_step_reaches_for_anything_but_the_database(app: Flask, name: str) -> None:
    deployments.deploy(CONSOLE, [("p.bpmn", ZOO[name])])
    with _cut_off_from_the_world():
        process_instances.start(ANN, "p", {})
    while moves := next_moves(ANN):
        with _cut_off_from_the_world():
            moves[0]()
    assert outcomes.states() == ({"active": 1} if outcomes.incidents() else {"completed": 1})
