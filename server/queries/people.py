"""People and groups by name: for choosing whom to hand something over to, and for showing names instead of ids."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Integer, bindparam, func, or_, select

from server.database import db, rows
from server.identity.actor import Actor
from server.records.identity import Group, Membership, Person
from server.records.user_task import Candidate


@dataclass(frozen=True)
class Named:
    """A person or a group: the id and what it is called."""

    id: str
    name: str


@dataclass(frozen=True)
class Profile:
    """What a person sees and may change about themselves."""

    id: str
    name: str
    email: str
    zone: str
    language: str
    roles: tuple[str, ...]
    groups: tuple[Named, ...]


def names(person_ids: Iterable[str]) -> dict[str, str]:
    """The name of each person; an id that is nobody's stands for itself by being absent."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))}


def profile(actor: Actor) -> Profile:
    """The actor's own account."""
    person = db.session.get_one(Person, actor.id)
    groups = db.session.execute(
        select(Group.id, Group.name)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.person_id == actor.id)
        .order_by(Group.name)
    )
    return Profile(
        person.id,
        person.name,
        person.email or "",
        person.zone,
        person.language,
        tuple(role for role in person.roles.split(",") if role),
        tuple(Named(row.id, row.name) for row in groups),
    )


_PARTICIPANTS = (
    select(Person.id, Person.name)
    .where(Person.active, Person.id != bindparam("but"), Person.roles.contains("participant"))
    .order_by(Person.name)
    .limit(bindparam("most", type_=Integer))
)


def successors(actor: Actor, user_task_id: str | None = None, limit: int = 200) -> tuple[Named, ...]:
    """Whom work may be handed over to: active participants but the actor and those the model excludes.

    With a user task: its candidates first.
    """
    statement = _PARTICIPANTS
    if user_task_id is not None:
        named = select(Candidate.name).where(Candidate.user_task_id == user_task_id)
        members = select(Membership.person_id).where(Membership.group_id.in_(named.where(Candidate.kind == "group")))
        is_candidate = or_(Person.id.in_(named.where(Candidate.kind == "user")), Person.id.in_(members))
        statement = statement.where(Person.id.not_in(named.where(Candidate.kind == "excluded")))
        statement = statement.order_by(None).order_by(is_candidate.desc(), Person.name)
    return tuple(Named(row.id, row.name) for row in rows(statement, {"but": actor.id, "most": limit}))


def found(text: str, limit: int = 6) -> tuple[Named, ...]:
    """Active people whose name or sign-in name holds *text*."""
    sought = text.lower()
    rows = db.session.execute(
        select(Person.id, Person.name)
        .where(Person.active)
        .where(
            or_(
                func.lower(Person.name).contains(sought, autoescape=True),
                func.lower(Person.id).contains(sought, autoescape=True),
            )
        )
        .order_by(Person.name)
        .limit(limit)
    )
    return tuple(Named(row.id, row.name) for row in rows)
