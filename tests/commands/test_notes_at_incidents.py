"""Notes that operators write at incidents."""

import pytest
from sqlalchemy import select

from server.commands import incidents, process_instances
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound
from server.identity.actor import Actor
from server.queries import activity_instances
from server.records.incident import Incident
from server.records.logs import AuditEntry
from tests.commands.conftest import deploy, flows

STUCK = (
    '<startEvent id="s"/><scriptTask id="divide" scriptFormat="python"><script>x = 1 / y</script></scriptTask>'
    '<endEvent id="e"/>' + flows("s>divide", "divide>e")
)


@pytest.fixture
def incident(ann: Actor) -> Incident:
    deploy(("stuck", STUCK))
    process_instances.start(ann, "stuck", {})
    return db.session.scalars(select(Incident)).one()


def note_of(incident: Incident) -> str | None:
    return db.session.scalar(select(Incident.note).where(Incident.id == incident.id))


def test_a_note_is_kept_without_blanks_around_it_and_another_takes_its_place(olga: Actor, incident: Incident) -> None:
    assert note_of(incident) is None
    for text in ("  Asked the bank.\n", "The bank says no.\nTry on Monday."):
        incidents.write_note(olga, incident.id, text)
        assert note_of(incident) == text.strip()


def test_an_empty_note_is_none(olga: Actor, incident: Incident) -> None:
    incidents.write_note(olga, incident.id, "Asked the bank.")
    incidents.write_note(olga, incident.id, " ")
    assert note_of(incident) is None


def test_a_note_has_at_most_4000_characters(olga: Actor, incident: Incident) -> None:
    incidents.write_note(olga, incident.id, "x" * 4_000)
    with pytest.raises(Invalid, match="at most 4000 characters"):
        incidents.write_note(olga, incident.id, "y" * 4_001)
    assert note_of(incident) == "x" * 4_000


def test_the_audit_log_keeps_what_was_written(olga: Actor, incident: Incident) -> None:
    incidents.write_note(olga, incident.id, "Asked the bank.")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.command == "incidents.write_note")).one()
    assert (entry.actor, entry.instance_id, entry.subject) == ("olga", incident.instance_id, incident.id)
    assert entry.details == '{"note":"Asked the bank."}'


def test_only_who_mends_writes_one(ann: Actor, incident: Incident) -> None:
    with pytest.raises(Forbidden, match="mend"):
        incidents.write_note(ann, incident.id, "It was me.")
    assert note_of(incident) is None


def test_an_incident_that_is_not_there_or_is_mended_takes_none(olga: Actor, incident: Incident) -> None:
    with pytest.raises(NotFound):
        incidents.write_note(olga, "nowhere", "Lost")
    incidents.write_note(olga, incident.id, "Asked the bank.")
    process_instances.cancel(olga, incident.instance_id, "Nobody needs it")
    with pytest.raises(Conflict, match="resolved already"):
        incidents.write_note(olga, incident.id, "Too late")
    [line] = activity_instances.incidents(olga, incident.instance_id)
    assert line.note == "Asked the bank."
