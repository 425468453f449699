"""People and groups as programs choose them: names for everybody who may sign in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.identity import Group, Membership, Person
from server.runtime.selecting import Selection, Where, conditions, part

PEOPLE: Mapping[str, Any] = {"id": Person.id, "name": Person.name, "email": Person.email}
GROUPS: Mapping[str, Any] = {"id": Group.id, "name": Group.name}


@dataclass(frozen=True)
class PersonRow:
    """Somebody; the e-mail address is told to themselves and to administrators."""

    id: str
    name: str
    email: str | None


@dataclass(frozen=True)
class GroupRow:
    id: str
    name: str


def people(actor: Actor, wanted: Selection, group_id: str | None = None) -> tuple[PersonRow, ...]:
    """Active people, of one group or all. Raises Forbidden, Invalid."""
    found = db.session.scalars(part(_people(actor, group_id), PEOPLE, wanted, Person.id))
    return tuple(_person(actor, row) for row in found)


def people_count(actor: Actor, wanted: Selection, group_id: str | None = None) -> int:
    chosen = _people(actor, group_id).where(*conditions(PEOPLE, wanted.where))
    return db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def person(actor: Actor, person_id: str) -> PersonRow:
    """One of them. Raises NotFound, Forbidden."""
    found = people(actor, Selection((Where("id", person_id),)))
    if not found:
        raise NotFound(f"There is nobody with the id {person_id[:80]}.")
    return found[0]


def groups(actor: Actor, wanted: Selection, member_id: str | None = None) -> tuple[GroupRow, ...]:
    """Groups, those of one person or all. Raises Forbidden, Invalid."""
    _check(actor)
    statement = select(Group)
    if member_id is not None:
        mine = select(Membership.group_id).where(Membership.person_id == member_id)
        statement = statement.where(Group.id.in_(mine))
    return tuple(GroupRow(row.id, row.name) for row in db.session.scalars(part(statement, GROUPS, wanted, Group.id)))


def members(actor: Actor, group_ids: tuple[str, ...]) -> tuple[PersonRow, ...]:
    """Whoever is in one of the groups. Raises Forbidden."""
    _check(actor)
    within = select(Membership.person_id).where(Membership.group_id.in_(group_ids))
    found = db.session.scalars(select(Person).where(Person.active, Person.id.in_(within)).order_by(Person.id))
    return tuple(_person(actor, row) for row in found)


def _people(actor: Actor, group_id: str | None) -> Select[Person]:
    _check(actor)
    statement = select(Person).where(Person.active)
    if group_id is None:
        return statement
    within = select(Membership.person_id).where(Membership.group_id == group_id)
    return statement.where(Person.id.in_(within))


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SIGN_IN):
        raise Forbidden(f"You may not {Permission.SIGN_IN}.")


def _person(actor: Actor, row: Person) -> PersonRow:
    may = actor.id == row.id or actor.may(Permission.ADMINISTER)
    return PersonRow(row.id, row.name, row.email if may else None)
