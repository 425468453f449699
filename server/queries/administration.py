"""People, groups and substitutes, as those who administer them see them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from server import clock
from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission, Role
from server.keyset import By, Page, Slice, read
from server.records.identity import Group, Membership, Person, Session, Substitute
from server.records.user_task import Candidate, UserTask
from server.sentences import say

PAGE = 50
_stand_in = aliased(Person)


class PersonState(StrEnum):
    """Whether somebody can sign in."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class SubstituteState(StrEnum):
    """Where now lies in the span of a substitute."""

    NOW = "now"
    LATER = "later"
    OVER = "over"


@dataclass(frozen=True)
class PeopleFilter:
    """Who is looked for; None and "": all; `page` counts from 1."""

    text: str = ""
    role: Role | None = None
    state: PersonState | None = None
    page: int = 1


@dataclass(frozen=True)
class PersonRow:
    """A person. `groups` and `substitutes` are names; substitutes are those of just now, `away_until` their end."""

    id: str
    name: str
    email: str
    active: bool
    zone: str
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    substitutes: tuple[str, ...]
    away_until: datetime | None
    seen_at: datetime | None
    created_at: datetime
    revision: int
    is_program: bool = False  # acts by tokens only


@dataclass(frozen=True)
class People:
    """One page of people."""

    rows: tuple[PersonRow, ...]
    total: int
    pages: int


@dataclass(frozen=True)
class Member:
    """A person in a group."""

    id: str
    name: str
    active: bool
    leads: bool


@dataclass(frozen=True)
class GroupRow:
    """A group with its members by name, and how many user tasks wait for somebody of it to claim them."""

    id: str
    name: str
    members: tuple[Member, ...]
    offered: int
    revision: int


@dataclass(frozen=True)
class SubstituteRow:
    """Who does whose work, from when until when (None: until further notice)."""

    id: str
    person_id: str
    person_name: str
    substitute_id: str
    substitute_name: str
    from_at: datetime
    until_at: datetime | None
    state: SubstituteState


def people_list(actor: Actor) -> list[PersonRow]:
    """Everybody, by name. Raises Forbidden."""
    _check(actor)
    return _with_what_belongs(db.session.scalars(_by_name(select(Person))).all())


def people(actor: Actor, wanted: PeopleFilter) -> People:
    """The page of people that *wanted* describes. Raises Forbidden."""
    _check(actor)
    where = _condition(wanted)
    total = db.session.scalar(select(func.count()).select_from(Person).where(where)) or 0
    statement = _by_name(select(Person).where(where)).offset((wanted.page - 1) * PAGE).limit(PAGE)
    return People(tuple(_with_what_belongs(db.session.scalars(statement).all())), total, max(1, -(-total // PAGE)))


def part(actor: Actor, wanted: PeopleFilter, which: Slice) -> Page[PersonRow]:
    """A part of the same list, by name; `page` of the filter is not looked at. Raises Forbidden, Invalid."""
    _check(actor)
    order = (By(func.lower(Person.name, type_=String)), By(Person.id))
    found = read(db.session.execute, select(Person).where(_condition(wanted)), order, which, lambda row: row.Person)
    return Page(tuple(_with_what_belongs(found.items)), found.next)


def person(actor: Actor, person_id: str) -> PersonRow:
    """One person. Raises NotFound, Forbidden."""
    _check(actor)
    row = db.session.get(Person, person_id)
    if row is None:
        raise NotFound(say("There is nobody with this sign-in name."))
    return _with_what_belongs([row])[0]


def choices(actor: Actor) -> tuple[tuple[str, str], ...]:
    """The (id, name) of everybody who can sign in, by name: for choosing a member or a substitute. Raises Forbidden."""
    _check(actor)
    rows = db.session.scalars(_by_name(select(Person).where(Person.active)))
    return tuple((row.id, row.name) for row in rows)


def groups(actor: Actor, text: str = "") -> tuple[GroupRow, ...]:
    """The groups whose name or key holds *text*, by name. Raises Forbidden."""
    _check(actor)
    where = _holds(text, Group.name, Group.id)
    return _with_members(
        db.session.scalars(select(Group).where(where).order_by(func.lower(Group.name), Group.id)).all()
    )


def group(actor: Actor, group_id: str) -> GroupRow:
    """One group. Raises NotFound, Forbidden."""
    _check(actor)
    row = db.session.get(Group, group_id)
    if row is None:
        raise NotFound(say("There is no such group."))
    return _with_members([row])[0]


def substitutes(actor: Actor) -> tuple[SubstituteRow, ...]:
    """Every substitute: those of now first, then what comes, then what is over. Raises Forbidden."""
    _check(actor)
    now = clock.now()
    found = db.session.execute(
        select(Substitute, Person.name, _stand_in.name.label("substitute_name"))
        .join(Person, Person.id == Substitute.person_id)
        .join(_stand_in, _stand_in.id == Substitute.substitute_id)
        .order_by(Substitute.from_at, Substitute.id)
    )
    rows = [_substitute(one, now) for one in found]
    places = list(SubstituteState)
    return tuple(sorted(rows, key=lambda row: places.index(row.state)))


def _check(actor: Actor) -> None:
    if not actor.may(Permission.ADMINISTER):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.ADMINISTER)))


def _by_name(statement: Select[Person]) -> Select[Person]:
    return statement.order_by(func.lower(Person.name), Person.id)


def _condition(wanted: PeopleFilter) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [_holds(wanted.text, Person.name, Person.id, Person.email)]
    if wanted.role is not None:
        # No role's name is a part of another's, so that a plain search in the list of roles finds it.
        parts.append(Person.roles.contains(wanted.role.value))
    if wanted.state is not None:
        parts.append(Person.active.is_(wanted.state is PersonState.ACTIVE))
    return and_(*parts)


def _holds(text: str, *columns: Any) -> ColumnElement[bool]:
    if not text:
        return true()
    return or_(*(func.lower(column).contains(text.lower(), autoescape=True) for column in columns))


def _with_what_belongs(people: Sequence[Person]) -> list[PersonRow]:
    ids = [row.id for row in people]
    groups, away, seen = _groups_of(ids), _away(ids), _last_seen(ids)
    return [
        PersonRow(
            id=row.id,
            name=row.name,
            email=row.email or "",
            active=row.active,
            zone=row.zone,
            roles=tuple(role for role in row.roles.split(",") if role),
            groups=tuple(groups[row.id]),
            substitutes=tuple(name for name, _ in away[row.id]),
            away_until=max((until for _, until in away[row.id] if until is not None), default=None),
            seen_at=seen.get(row.id),
            created_at=row.created_at,
            revision=row.revision,
            is_program=row.is_program,
        )
        for row in people
    ]


def _groups_of(person_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(Membership.person_id, Group.name)
        .join(Group, Group.id == Membership.group_id)
        .where(Membership.person_id.in_(person_ids))
        .order_by(func.lower(Group.name))
    )
    for person_id, name in rows:
        found[person_id].append(name)
    return found


def _away(person_ids: Sequence[str]) -> dict[str, list[tuple[str, datetime | None]]]:
    now = clock.now()
    found: dict[str, list[tuple[str, datetime | None]]] = defaultdict(list)
    rows = db.session.execute(
        select(Substitute.person_id, Person.name, Substitute.until_at)
        .join(Person, Person.id == Substitute.substitute_id)
        .where(Substitute.person_id.in_(person_ids), Substitute.from_at <= now)
        .where(or_(Substitute.until_at.is_(None), Substitute.until_at > now))
        .order_by(Substitute.from_at, Substitute.id)
    )
    for person_id, name, until in rows:
        found[person_id].append((name, until))
    return found


def _last_seen(person_ids: Sequence[str]) -> dict[str, datetime]:
    rows = db.session.execute(
        select(Session.person_id, func.max(Session.seen_at).label("seen_at"))
        .where(Session.person_id.in_(person_ids))
        .group_by(Session.person_id)
    )
    return {row.person_id: row.seen_at for row in rows}


def _with_members(groups: Sequence[Group]) -> tuple[GroupRow, ...]:
    ids = [row.id for row in groups]
    members: dict[str, list[Member]] = defaultdict(list)
    rows = db.session.execute(
        select(Membership, Person.name, Person.active)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.group_id.in_(ids))
        .order_by(Membership.leads.desc(), func.lower(Person.name), Person.id)
    )
    for row in rows:
        found: Membership = row.Membership
        members[found.group_id].append(Member(found.person_id, row.name, row.active, found.leads))
    offers = db.session.execute(
        select(Candidate.name, func.count().label("waiting"))
        .join(UserTask, UserTask.id == Candidate.user_task_id)
        .where(Candidate.kind == "group", Candidate.name.in_(ids))
        .where(UserTask.state == "open", UserTask.assignee.is_(None))
        .group_by(Candidate.name)
    )
    offered = {row.name: row.waiting for row in offers}
    return tuple(
        GroupRow(row.id, row.name, tuple(members[row.id]), offered.get(row.id, 0), row.revision) for row in groups
    )


def _substitute(found: Any, now: datetime) -> SubstituteRow:
    row: Substitute = found.Substitute
    if row.from_at > now:
        state = SubstituteState.LATER
    else:
        state = SubstituteState.NOW if row.until_at is None or row.until_at > now else SubstituteState.OVER
    return SubstituteRow(
        id=row.id,
        person_id=row.person_id,
        person_name=found.name,
        substitute_id=row.substitute_id,
        substitute_name=found.substitute_name,
        from_at=row.from_at,
        until_at=row.until_at,
        state=state,
    )
