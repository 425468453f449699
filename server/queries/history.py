"""The audit trail of an instance: what happened (facts) and who asked for it (commands), in one order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from server.database import db
from server.errors import NotFound
from server.expressions import values
from server.identity.actor import Actor, name_of
from server.records.identity import Group, Person
from server.records.logs import AuditEntry, HistoryEntry
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime import access, definitions
from server.sentences import say

ON_A_PAGE = 2_000
IN_A_FILE = 100_000


@dataclass(frozen=True)
class Entry:
    """One fact or command. `name` is the kind of the fact or the command; values of `fields` are plain Python values.

    `subject` is the name of the user task that a command was given on, if it was one.
    """

    at: datetime
    actor: str
    who: str
    is_command: bool
    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Trail:
    """Entries, the oldest first; `facts` counts all there are. `titles` are the names of elements and flows by their
    keys, of people by "user:<id>" and of groups by "group:<id>".
    """

    entries: tuple[Entry, ...]
    facts: int
    is_cut: bool
    titles: Mapping[str, str]


def trail(actor: Actor, instance_id: str, limit: int = ON_A_PAGE) -> Trail:
    """What happened in an instance that the actor may see, at most *limit* facts. Raises NotFound."""
    definition_id = db.session.scalar(
        select(ProcessInstance.definition_id).where(ProcessInstance.id == instance_id, access.visible_instances(actor))
    )
    if definition_id is None:
        raise NotFound(say("There is no process instance here by that address, or you may not see it."))
    facts, is_cut = _facts(instance_id, limit)
    until = facts[-1].at if is_cut else None
    commands = _commands(instance_id, until, limit)
    # A command stands before the facts that it brought about at the same moment; both keep their own order.
    entries = sorted((*commands, *facts), key=lambda entry: (entry.at, not entry.is_command))
    process = definitions.process(definition_id)
    titles = {flow.id: flow.name for flow in process.flows()}
    titles |= {element.id: element.name or element.id for element in process.elements()}
    return Trail(tuple(entries), len(facts), is_cut, titles | _people(facts))


def _people(facts: list[Entry]) -> dict[str, str]:
    """The names of the people and groups that user tasks were for, and of those who chose what is done next."""
    users: set[str] = set()
    groups: set[str] = set()
    for fact in facts:
        if fact.name == "AdHocActivityPicked" and fact.fields.get("person"):
            users.add(fact.fields["person"])
        if fact.name == "UserTaskCreated":
            users |= {*fact.fields.get("candidate_users", ()), *fact.fields.get("excluded_users", ())}
            users |= {fact.fields["assignee"]} if fact.fields.get("assignee") else set()
            groups |= set(fact.fields.get("candidate_groups", ()))
    found = {f"user:{row.id}": row.name for row in db.session.execute(_names(Person, users))}
    return found | {f"group:{row.id}": row.name for row in db.session.execute(_names(Group, groups))}


def _names(record: type[Person] | type[Group], ids: set[str]) -> Select[str, str]:
    return select(record.id, record.name).where(record.id.in_(ids))


def _facts(instance_id: str, limit: int) -> tuple[list[Entry], bool]:
    """The first *limit* facts, and whether there are more. Every row has at least one."""
    rows = db.session.execute(
        select(HistoryEntry.at, HistoryEntry.actor, HistoryEntry.facts, func.coalesce(Person.name, "").label("name"))
        .outerjoin(Person, Person.id == HistoryEntry.actor)
        .where(HistoryEntry.instance_id == instance_id)
        .order_by(HistoryEntry.id)
        .limit(limit + 1)
    )
    found: list[Entry] = []
    for row in rows:
        who = row.name or name_of(row.actor)
        for kind, fields in json.loads(row.facts):
            if len(found) == limit:
                return found, True
            found.append(Entry(row.at, row.actor, who, False, kind, {k: values.decode(v) for k, v in fields.items()}))
    return found, False


def _commands(instance_id: str, until: datetime | None, limit: int) -> list[Entry]:
    statement = (
        select(AuditEntry, Person.name, UserTask.name.label("user_task"))
        .outerjoin(Person, Person.id == AuditEntry.actor)
        .outerjoin(UserTask, UserTask.id == AuditEntry.subject)
        .where(AuditEntry.instance_id == instance_id)
        .order_by(AuditEntry.id)
        .limit(limit)
    )
    if until is not None:
        statement = statement.where(AuditEntry.at <= until)
    return [
        Entry(
            entry.at,
            entry.actor,
            name or name_of(entry.actor),
            True,
            entry.command,
            json.loads(entry.details) if entry.details else {},
            entry.reason or "",
            user_task or "",
        )
        for entry, name, user_task in db.session.execute(statement)
    ]
