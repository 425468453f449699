"""The actor that a person is: with roles, groups and whom they stand for just now."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ScalarSelect, and_, bindparam, or_, select

from server.database import Lines, Moment, rows
from server.identity.actor import Actor, person_actor
from server.records.identity import Membership, Person, Substitute


def actor_of(person_id: str, moment: datetime) -> Actor | None:
    """The actor that an active person is when they sign in; None when there is nobody of that name."""
    wanted = select(*known()).where(Person.id == person_id, Person.active)
    row = rows(wanted, {"moment": moment}).one_or_none()
    return None if row is None else actor(*row)


def known() -> tuple[Any, ...]:
    """What has to be known of a person who acts, in the order in which `actor` takes it."""
    return Person.id, Person.name, Person.roles, Person.zone, Person.language, _groups(), _led_groups(), _stood_for()


@lru_cache(1024)
def actor(
    person_id: str,
    name: str,
    roles: str,
    zone: str,
    language: str,
    groups: str | None,
    leads: str | None,
    stands_for: str | None,
) -> Actor:
    """The same actor for the same rows, so that statements built once for an actor are found by it at once."""
    return person_actor(
        person_id,
        name,
        frozenset(role for role in roles.split(",") if role),
        groups=_parts(groups),
        leads=_parts(leads),
        stands_for=_parts(stands_for),
        zone=zone,
        language=language,
    )


def _groups() -> ScalarSelect[Any]:
    return select(Lines(Membership.group_id)).where(Membership.person_id == Person.id).scalar_subquery()


def _led_groups() -> ScalarSelect[Any]:
    return (
        select(Lines(Membership.group_id)).where(Membership.person_id == Person.id, Membership.leads).scalar_subquery()
    )


def _stood_for() -> ScalarSelect[Any]:
    """Whom a person is a substitute of at the moment given with the statement."""
    moment = bindparam("moment", type_=Moment)
    lasting = or_(Substitute.until_at.is_(None), Substitute.until_at > moment)
    return (
        select(Lines(Substitute.person_id))
        .where(and_(Substitute.substitute_id == Person.id, Substitute.from_at <= moment, lasting))
        .scalar_subquery()
    )


def _parts(text: str | None) -> frozenset[str]:
    """No sign-in name and no group key holds a line break."""
    return frozenset(text.split("\n")) if text else frozenset()
