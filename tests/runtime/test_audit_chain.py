"""The audit log is a chain: whoever changes, takes away, adds or moves an entry by SQL is found out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, select, text, update

from server import clock
from server.commands import comments, groups, process_instances
from server.database import db
from server.errors import Forbidden, NotFound, Unavailable
from server.identity.actor import CONSOLE, Actor
from server.queries import audit_chain
from server.queries.audit_chain import Head, Verdict
from server.records.logs import AuditEntry
from tests.commands.conftest import APPROVAL, deploy


def verified(first: int = 1, kept: Head | None = None) -> Verdict:
    db.session.rollback()
    return audit_chain.verify(CONSOLE, first, kept)


def change(*statements: str | Executable) -> None:
    """What somebody with the database's password does."""
    db.session.rollback()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement) if isinstance(statement, str) else statement)


def changed(number: int, **fields: Any) -> Executable:
    return update(AuditEntry).where(AuditEntry.id == number).values(fields)


def moved(number: int, to: int) -> Executable:
    return changed(number, id=to)


@pytest.fixture(autouse=True)
def ten(app: Flask) -> None:
    """Ten entries: four of the people of these tests, six groups."""
    for number in range(6):
        groups.create(CONSOLE, f"group{number}", f"Größe {number}")


def test_the_chain_of_what_was_written_is_whole_and_ends_with_the_head(app: Flask) -> None:
    assert verified() == Verdict(10, audit_chain.head(CONSOLE))
    assert audit_chain.head(CONSOLE).number == 10
    assert verified(first=8).looked_at == 3


@pytest.mark.parametrize("field", ["at", "actor", "command", "subject", "instance_id", "reason", "details", "hash"])
def test_an_entry_of_which_any_field_was_changed_is_named(app: Flask, field: str) -> None:
    change(changed(5, **{field: datetime(2026, 1, 1, tzinfo=UTC) if field == "at" else "other"}))
    assert verified().wrong == "Entry 5 was changed."


def test_an_entry_that_was_taken_away_is_named(app: Flask) -> None:
    change("DELETE FROM audit_entry WHERE id = 5")
    assert verified().wrong == "Entry 5 is missing."


def test_entries_that_were_taken_from_the_end_are_named(app: Flask) -> None:
    change("DELETE FROM audit_entry WHERE id > 7")
    assert verified().wrong == "The entries 8 to 10 are missing."


def test_closing_the_gap_does_not_hide_it(app: Flask) -> None:
    change("DELETE FROM audit_entry WHERE id = 5", *(moved(number, number - 1) for number in range(6, 11)))
    assert verified().wrong == "Entry 5 was changed."


def test_an_entry_that_was_put_before_the_first_is_named(app: Flask) -> None:
    change(
        "INSERT INTO audit_entry (id, at, actor, command, hash) "
        "SELECT 0, at, actor, command, hash FROM audit_entry WHERE id = 1"
    )
    assert verified().wrong == "Entry 0 was added: the log begins with number 1."


def test_two_entries_that_were_swapped_are_named(app: Flask) -> None:
    change(moved(4, 99), moved(6, 4), moved(99, 6))
    assert verified().wrong == "Entry 4 was put in another place: what belongs there has the number 6 now."


def test_swapping_all_but_the_hashes_is_found_too(app: Flask) -> None:
    first, second = (row.hash for row in db.session.query(AuditEntry).where(AuditEntry.id.in_([4, 6])).order_by("id"))
    change(moved(4, 99), moved(6, 4), moved(99, 6), changed(4, hash=first), changed(6, hash=second))
    assert verified().wrong == "Entry 4 was put in another place: what belongs there has the number 6 now."


def test_a_log_that_was_shortened_with_its_head_is_found_out_by_a_kept_head(app: Flask) -> None:
    kept = audit_chain.head(CONSOLE)
    change(
        "DELETE FROM audit_entry WHERE id > 7",
        "UPDATE audit_head SET number = 7, hash = (SELECT hash FROM audit_entry WHERE id = 7)",
    )
    assert verified().wrong == ""
    assert verified(kept=kept).wrong == "The entries 8 to 10 are missing."
    for number in range(3):
        groups.create(CONSOLE, f"later{number}", "Later")
    assert verified().wrong == ""
    assert "not the one whose hash was kept" in verified(kept=kept).wrong


def test_a_kept_head_stays_true_while_the_log_grows(app: Flask) -> None:
    kept = audit_chain.head(CONSOLE)
    groups.create(CONSOLE, "later", "Later")
    assert verified(kept=kept) == Verdict(11, audit_chain.head(CONSOLE))


def test_a_changed_head_is_found(app: Flask) -> None:
    change("UPDATE audit_head SET hash = 'other'")
    assert verified().wrong == "The head was changed: its hash is not that of entry 10."
    change("UPDATE audit_head SET number = 9")
    assert verified().wrong == "Entry 10 was added: the head says that 9 is the last."


def test_without_its_head_the_log_takes_nothing_and_says_so(app: Flask) -> None:
    change("DELETE FROM audit_head")
    with pytest.raises(Unavailable, match="lost its head"):
        groups.create(CONSOLE, "later", "Later")
    assert verified().wrong == "The head is lost; the last entry is number 10."
    with pytest.raises(NotFound, match="lost its head"):
        audit_chain.head(CONSOLE)


def test_a_log_longer_than_a_portion_is_walked_to_its_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_chain, "AT_ONCE", 3)
    assert verified().looked_at == 10
    change("UPDATE audit_entry SET actor = 'other' WHERE id = 10")
    assert verified().wrong == "Entry 10 was changed."


def test_only_who_may_see_the_log_may_have_it_verified(ann: Actor) -> None:
    with pytest.raises(Forbidden):
        audit_chain.verify(ann)
    with pytest.raises(Forbidden):
        audit_chain.head(ann)


def test_a_walk_cannot_begin_where_nothing_is(app: Flask) -> None:
    with pytest.raises(NotFound, match="no entry 40"):
        verified(first=41)
    with pytest.raises(NotFound, match="numbered from 1"):
        verified(first=0)


def test_a_command_that_fails_takes_no_number(ann: Actor) -> None:
    with pytest.raises(NotFound):
        process_instances.start(ann, "nothing", {})
    assert audit_chain.head(CONSOLE).number == 10


def test_commands_of_many_threads_at_once_give_one_unbroken_chain(app: Flask, ann: Actor) -> None:
    deploy(("approval", APPROVAL))
    instance_id = process_instances.start(ann, "approval", {}).instance_id
    before = audit_chain.head(CONSOLE).number

    def speak(number: int) -> None:
        with app.app_context():
            if number % 2:
                process_instances.start(ann, "approval", {})
            else:
                comments.write(ann, instance_id, f"Comment {number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(speak, range(48)))
    assert verified() == Verdict(before + 48, audit_chain.head(CONSOLE))


def test_a_database_begins_its_chain_once_whoever_is_first(app: Flask) -> None:
    change("DELETE FROM audit_entry", "DELETE FROM audit_head")

    def create(number: int) -> None:
        with app.app_context():
            groups.create(CONSOLE, f"first{number}", "First")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(create, range(8)))
    assert verified().looked_at == 8


def test_moments_are_chained_to_the_microsecond(app: Flask) -> None:
    clock.freeze(clock.now() + timedelta(microseconds=1))
    groups.create(CONSOLE, "later", "Later")
    db.session.rollback()
    assert db.session.scalars(select(AuditEntry.at).where(AuditEntry.id == 11)).one() == clock.now()
    assert verified().wrong == ""
