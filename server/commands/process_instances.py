"""Start, withdraw and mend process instances."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select

from server.database import change, db, table
from server.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.records.process_instance import Involvement, ProcessInstance
from server.records.user_task import IS_OPEN, Draft, UserTask
from server.runtime import definitions, inbox
from server.runtime.access import check_start_elsewhere, startable
from server.runtime.act import Act
from server.runtime.finding import next_user_task, visible_instance
from server.runtime.instances import advance, begin, locked, move_tokens
from server.runtime.involvement import involve
from server.runtime.notices import tell
from server.runtime.submissions import accept_start, attach, take_files
from server.runtime.transaction import command
from server.sentences import say


@dataclass(frozen=True)
class Started:
    """The new instance; `user_task_id` is the first one in it that the same person can do."""

    instance_id: str
    business_key: str | None
    user_task_id: str | None


_drafts = table(Draft).c
_DRAFT_SENT = delete(table(Draft)).where(
    _drafts.subject == bindparam("subject"), _drafts.person_id == bindparam("person")
)


@command(Permission.START)
def start(
    act: Act,
    process_key: str,
    values: Mapping[str, Any],
    business_key: str | None = None,
    variables: Mapping[str, Any] | None = None,
    file_ids: Sequence[str] = (),
    before: Sequence[str] = (),
) -> Started:
    """Start the latest version of a process with the values of its start form.

    *variables* are those that no form asks for, from whoever may give such; with them alone the form is left out.
    `file_ids` are the actor's uploads that they name. Who may move tokens may have it begin *before* some elements
    instead of at its start event; then the form is left out unless there are values for it. Raises NotFound, Forbidden,
    Conflict (suspended, or not meant to run), Invalid with the problems of the fields.
    """
    if before:
        check_start_elsewhere(act.actor, variables or {})
    elif variables and not act.actor.may(Permission.GIVE_VARIABLES):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.GIVE_VARIABLES)))
    row = definitions.latest(process_key)
    if row is None:
        raise NotFound(say("There is no process %(process_key)s.", process_key=process_key))
    if not startable(act.actor, process_key, frozenset(json.loads(row.starters))):
        raise Forbidden(say("You may not start %(name)s. Whoever answers for it can tell you who may.", name=row.name))
    if row.suspended:
        raise Conflict(say("%(name)s is suspended: no new requests just now.", name=row.name))
    deployed = definitions.deployed(row.id)
    plain = deployed.process.plain_start()
    form, accepted = (
        (None, {}) if (variables or before) and not values else accept_start(deployed.process, plain, values)
    )
    instance, _ = begin(act, deployed, {**accepted, **(variables or {})}, business_key=business_key, before=before)
    involve(instance.id, [act.actor.id])
    if form is not None:
        attach(form, accepted, act.actor.id, instance.id)
    take_files(file_ids, act.actor.id, instance.id)
    change(_DRAFT_SENT, {"subject": f"start:{process_key}", "person": act.actor.id})
    act.on(process_key, instance.id, details={"started": list(before)} if before else None)
    return Started(instance.id, instance.business_key, next_user_task(act.actor, instance.id))


@command(Permission.START)
def withdraw(act: Act, instance_id: str, reason: str) -> None:
    """Take back one's own request. Raises NotFound, Forbidden, Conflict, Invalid."""
    row = visible_instance(act.actor, instance_id)
    if row.started_by != act.actor.id:
        raise Forbidden(say("Only whoever started it may withdraw it."))
    _end(act, row, reason, "Withdrawn")


@command(Permission.MEND)
def cancel(act: Act, instance_id: str, reason: str) -> None:
    """End an instance for good. Raises NotFound, Conflict, Invalid."""
    _end(act, visible_instance(act.actor, instance_id), reason, "Cancelled")


def _end(act: Act, row: ProcessInstance, reason: str, word: str) -> None:
    words = _reason(reason)
    advance(act, row.id, lambda e: e.terminate(f"{word}: {words}", act.moment), suspended=True)
    if row.started_by != act.actor.id:
        told = say("%(called)s was cancelled", called=row.business_key or say("Your request"))
        link = f"/instances/{row.id}"
        tell([row.started_by], "ended", told, link, act.moment, definition_id=row.definition_id, words=words)
    act.on(row.id, row.id, words)


@command(Permission.MEND)
def suspend(act: Act, instance_id: str, reason: str) -> None:
    """Nothing goes on in it until it is resumed. Raises NotFound, Conflict, Invalid."""
    _set_state(act, instance_id, "active", "suspended", reason)


@command(Permission.MEND)
def resume(act: Act, instance_id: str, reason: str) -> None:
    """It goes on; what became due meanwhile is done now. Raises NotFound, Conflict, Invalid."""
    _set_state(act, instance_id, "suspended", "active", reason)
    inbox.bring_to(act.moment, instance_id=instance_id)
    act.ring()


def _set_state(act: Act, instance_id: str, old: str, new: str, reason: str) -> None:
    words = _reason(reason)
    visible_instance(act.actor, instance_id)
    row = locked(act, instance_id)
    if row.state != old:
        raise Conflict(say("It is %(state)s, not %(old)s.", state=say(row.state), old=say(old)))
    row.state, row.revision = new, row.revision + 1
    act.on(row.id, row.id, words)


@command(Permission.EDIT_VARIABLES)
def set_variable(act: Act, instance_id: str, name: str, value: Any, reason: str) -> None:
    """Give a variable of the process another value. Raises NotFound, Conflict, Invalid."""
    words = _reason(reason)
    if not name.isidentifier():
        text = say("“%(name)s” is no name for a variable: letters, digits and underscores only.", name=name)
        raise Invalid(text, [Problem(text, element="name")])
    visible_instance(act.actor, instance_id)
    advance(act, instance_id, lambda e: e.set_variable(name, value, act.moment), suspended=True)
    act.on(instance_id, instance_id, words, {"variable": name})


@command(Permission.EDIT_VARIABLES)
def remove_variable(act: Act, instance_id: str, name: str, reason: str) -> None:
    """Take a variable of the process away. Raises NotFound, Conflict, Invalid."""
    words = _reason(reason)
    visible_instance(act.actor, instance_id)
    advance(act, instance_id, lambda e: e.remove_variable(name, act.moment), suspended=True)
    act.on(instance_id, instance_id, words, {"variable": name})


@command(Permission.MOVE_TOKENS)
def move(
    act: Act,
    instance_id: str,
    cancel: Sequence[int],
    start: Sequence[str],
    reason: str,
    variables: Mapping[str, Any] | None = None,
    file_ids: Sequence[str] = (),
) -> None:
    """Move tokens: begin anew before some elements, take away some activities, as one step.

    *variables* of the process are set before, `file_ids` are the actor's uploads that they name. Raises NotFound,
    Forbidden, Conflict, Invalid; nothing has moved then.
    """
    if variables and not act.actor.may(Permission.EDIT_VARIABLES):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.EDIT_VARIABLES)))
    words = _reason(reason)
    visible_instance(act.actor, instance_id)
    if not cancel and not start:
        raise Invalid(say("Choose what to cancel or where to begin anew."))
    move_tokens(act, instance_id, cancel, start, variables)
    take_files(file_ids, act.actor.id, instance_id)
    moved = {"cancelled": list(cancel), "started": list(start)}
    act.on(instance_id, instance_id, words, moved | {"variables": sorted(variables)} if variables else moved)


@command(Permission.START)
def remind(act: Act, instance_id: str) -> int:
    """Tell everybody who has a user task of one's request that it is waiting; returns how many people."""
    row = visible_instance(act.actor, instance_id)
    waiting = select(UserTask.assignee).where(UserTask.instance_id == row.id, IS_OPEN, UserTask.assignee.is_not(None))
    persons = sorted({p for p in db.session.scalars(waiting) if p is not None and p != act.actor.id})
    if not persons:
        raise Conflict(say("Nobody has claimed it yet, so there is nobody to remind."))
    text = say(
        "%(name)s asks you to look at %(called)s",
        name=act.actor.name,
        called=row.business_key or say("a request"),
    )
    tell(persons, "reminded", text, f"/instances/{row.id}", act.moment, definition_id=row.definition_id)
    act.on(row.id, row.id)
    return len(persons)


@command(Permission.SIGN_IN)
def follow(act: Act, instance_id: str, follows: bool) -> None:
    """Keep an eye on an instance one may see, or stop it. Raises NotFound."""
    row = visible_instance(act.actor, instance_id)
    involve(row.id, [act.actor.id])
    db.session.get_one(Involvement, (row.id, act.actor.id)).follows = follows
    act.on(row.id, row.id)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(say("Give a reason: the audit log keeps it."), [Problem(say("Give a reason."), element="reason")])
    return reason.strip()
