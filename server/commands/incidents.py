"""Retry or skip what failed, say who has it to mend, and write a note at it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.runtime.act import Act
from server.runtime.actors import actor_of
from server.runtime.causes import Group, open_incidents
from server.runtime.finding import visible_instance
from server.runtime.instances import advance
from server.runtime.jobs import revive
from server.runtime.mending import retry_with
from server.runtime.notices import tell
from server.runtime.transaction import command
from server.sentences import say, say_many

LONGEST_NOTE = 4_000


@command(Permission.MEND)
def retry(act: Act, incident_id: str, reason: str, variables: Mapping[str, Any] | None = None) -> None:
    """Try again now, from where it failed, after changing *variables*.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    row, given = _open(act, incident_id), dict(variables or {})
    if given and not act.actor.may(Permission.EDIT_VARIABLES):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.EDIT_VARIABLES)))
    for name in given:
        if not name.isidentifier():
            text = say("%(name)s is no name for a variable: letters, digits and underscores only.", name=repr(name))
            raise Invalid(text, [Problem(text, element="variables")])

    advance(act, row.instance_id, lambda execution: retry_with(execution, row.activity, given, act.moment))
    revive(row.instance_id, row.activity, act.moment)
    act.ring()
    act.on(row.id, row.instance_id, reason, {"variables": sorted(given)} if given else None)


@command(Permission.MOVE_TOKENS)
def skip(act: Act, incident_id: str, reason: str) -> None:
    """Leave undone what failed, and go on behind it. Raises NotFound, Conflict, Invalid."""
    row = _open(act, incident_id)
    if not reason.strip():
        raise Invalid(say("Give a reason: the audit log keeps it."), [Problem(say("Give a reason."), element="reason")])
    advance(act, row.instance_id, lambda execution: execution.skip(row.activity, act.moment))
    act.on(row.id, row.instance_id, reason.strip())


@command(Permission.MEND)
def give(act: Act, incident_id: str, person_id: str | None) -> None:
    """Say who has it to mend (None: nobody); they are told. Raises NotFound, Conflict, Invalid."""
    row = _open(act, incident_id)
    _check_owner(act, person_id)
    row.owner = person_id
    instance = db.session.get_one(ProcessInstance, row.instance_id)
    what = say("the incident in %(called)s", called=instance.business_key or say("an instance"))
    _tell(act, person_id, what, f"/instances/{row.instance_id}", row.definition_id)
    act.on(row.id, row.instance_id, details={"to": person_id})


@command(Permission.MEND)
def give_cause(act: Act, group: Group, person_id: str | None) -> int:
    """The same for all of one cause; returns how many. Raises Invalid, NotFound."""
    _check_owner(act, person_id)
    rows = db.session.scalars(open_incidents(act.actor, group)).all()
    if not rows:
        raise NotFound(say("No incident with this cause is open any more."))
    ids = [row.id for row in rows]
    for at in range(0, len(ids), 500):
        db.session.execute(update(Incident).where(Incident.id.in_(ids[at : at + 500])).values(owner=person_id))
    what = say_many("%(number)s incident of one cause", "%(number)s incidents of one cause", len(rows))
    _tell(act, person_id, what, "/operations", rows[0].definition_id)
    act.on(group.cause, details={"to": person_id, "incidents": len(rows)})
    return len(rows)


@command(Permission.MEND)
def write_note(act: Act, incident_id: str, text: str) -> None:
    """Write a note at it, in place of any that is there; an empty one is none. Raises NotFound, Conflict, Invalid."""
    row, words = _open(act, incident_id), text.strip()
    if len(words) > LONGEST_NOTE:
        problem = say("A note has at most %(most)s characters.", most=LONGEST_NOTE)
        raise Invalid(problem, [Problem(problem, element="note")])
    row.note = words or None
    act.on(row.id, row.instance_id, details={"note": row.note})


def _open(act: Act, incident_id: str) -> Incident:
    row = db.session.get(Incident, incident_id)
    if row is None:
        raise NotFound(say("There is no such incident."))
    visible_instance(act.actor, row.instance_id)
    if row.resolved_at is not None:
        raise Conflict(say("This incident has been resolved already."))
    return row


def _check_owner(act: Act, person_id: str | None) -> None:
    person = actor_of(person_id, act.moment) if person_id is not None else None
    if person_id is not None and (person is None or not person.may(Permission.MEND)):
        text = say("%(name)s is nobody who may mend process instances. Choose an operator.", name=person_id)
        raise Invalid(text, [Problem(text, element="person_id")])


def _tell(act: Act, person_id: str | None, what: str, link: str, definition_id: str) -> None:
    if person_id is not None and person_id != act.actor.id:
        tell(
            [person_id],
            "incident",
            say("%(name)s asks you to mend %(what)s", name=act.actor.name, what=what),
            link,
            act.moment,
            definition_id=definition_id,
        )
