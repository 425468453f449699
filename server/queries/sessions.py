"""Who is behind a browser's secret, a token or a password: the actor with roles, groups and substitutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from server.database import Moment, db, rows
from server.identity.actor import Actor, restricted
from server.identity.passwords import password_matches
from server.identity.secrets import secret_hash
from server.records.identity import Person, Session, Token
from server.runtime.actors import actor, actor_of, known

__all__ = [
    "Bearer",
    "OpenSession",
    "SignedIn",
    "actor_of",
    "bearer",
    "open_sessions",
    "password_hash",
    "password_is_right",
    "signed_in",
]


@dataclass(frozen=True)
class SignedIn:
    """A live session: the actor it stands for, and when the browser was last seen."""

    session_id: str
    actor: Actor
    email: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class OpenSession:
    """One signed-in browser of a person."""

    id: str
    address: str
    browser: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Bearer:
    """Who shows a token: the actor as the token lets them act, and when it was used last."""

    actor: Actor
    seen_at: datetime | None


def password_is_right(name: str, password: str) -> bool:
    """Whether somebody active may sign in with this; takes as long for a name that does not exist.

    Asked before the command that opens a session: a password is slow to check on purpose, and no transaction waits.
    """
    return password_matches(password_hash(name), password)


def password_hash(name: str) -> str | None:
    """What is kept of the password of somebody active; None for nobody and for those who have none."""
    found = select(Person.password_hash).where(Person.id == name.strip().lower(), Person.active)
    return db.session.scalar(found)


def signed_in(secret: str, moment: datetime, idle: timedelta, length: timedelta) -> SignedIn | None:
    """The session of *secret*, or None when there is none, it is too old or idle, or the person was deactivated."""
    given = {
        "secret_hash": secret_hash(secret),
        "moment": moment,
        "seen_after": moment - idle,
        "created_after": moment - length,
    }
    row = rows(_signed_in_statement(), given).one_or_none()
    if row is None:
        return None
    session_id, created_at, seen_at, email, *row_of_person = row
    return SignedIn(session_id, actor(*row_of_person), email or "", created_at, seen_at)


def bearer(secret: str, moment: datetime) -> Bearer | None:
    """Who acts by a token, or None when there is none of this secret, it was revoked or is over, or its holder is."""
    row = rows(_bearer_statement(), {"secret_hash": secret_hash(secret), "moment": moment}).one_or_none()
    if row is None:
        return None
    token_id, roles, process_keys, seen_at, *row_of_person = row
    return Bearer(_restricted(actor(*row_of_person), token_id, roles, process_keys), seen_at)


@lru_cache(1024)
def _restricted(actor: Actor, token_id: str, roles: str, process_keys: str) -> Actor:
    parts = (frozenset(part for part in text.split(",") if part) for text in (roles, process_keys))
    return restricted(actor, token_id, *parts)


def open_sessions(actor: Actor, moment: datetime, idle: timedelta, length: timedelta) -> tuple[OpenSession, ...]:
    """The browsers in which the actor is signed in, the last used first."""
    rows = db.session.scalars(
        select(Session)
        .where(Session.person_id == actor.id)
        .where(Session.seen_at > moment - idle, Session.created_at > moment - length)
        .order_by(Session.seen_at.desc())
    )
    return tuple(OpenSession(row.id, row.address, row.browser, row.created_at, row.seen_at) for row in rows)


@lru_cache(1)
def _signed_in_statement() -> Select[*tuple[Any, ...]]:
    """Built once: every request asks it, and building it costs more than asking."""
    return (
        select(Session.id, Session.created_at, Session.seen_at, Person.email, *known())
        .join(Person, Person.id == Session.person_id)
        .where(Session.id == bindparam("secret_hash"), Person.active)
        .where(Session.seen_at > bindparam("seen_after"), Session.created_at > bindparam("created_after"))
    )


@lru_cache(1)
def _bearer_statement() -> Select[*tuple[Any, ...]]:
    now = bindparam("moment", type_=Moment)
    return (
        select(Token.id, Token.roles, Token.process_keys, Token.seen_at, *known())
        .join(Person, Person.id == Token.person_id)
        .where(Token.hash == bindparam("secret_hash"), Person.active)
        .where(Token.revoked_at.is_(None), Token.expires_at > now)
    )
