"""Sign in and out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from server.database import db
from server.errors import Forbidden, Rejection
from server.identity.actor import Actor
from server.identity.passwords import hash_password, is_outdated, password_matches
from server.identity.permissions import Permission
from server.records.identity import Person
from server.records.identity import Session as SessionRow
from server.runtime.act import Act
from server.runtime.transaction import command


@dataclass(frozen=True)
class SignedIn:
    """A new session: the secret goes into the cookie and is kept nowhere else."""

    secret: str
    person_id: str


VISITOR = Actor("visitor", "Somebody", permissions=frozenset({Permission.SIGN_IN}))
"""Who is not signed in yet may do nothing but sign in."""


def secret_hash(secret: str) -> str:
    """What is kept of a session's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def password_is_right(name: str, password: str) -> bool:
    """Whether somebody active may sign in with this; takes as long for a name that does not exist.

    Asked before the command, because a password is slow to check on purpose and no transaction should wait for it.
    """
    row = db.session.execute(
        select(Person.password_hash).where(Person.id == name.strip().lower(), Person.active)
    ).one_or_none()
    return password_matches(row.password_hash if row else None, password)


def sign_in(name: str, password: str, address: str, browser: str) -> SignedIn:
    """Open a session. Raises Rejection with one sentence that does not tell whether the name exists."""
    if not password_is_right(name, password):
        raise Rejection("That name and password do not belong together. Check both, or ask an administrator.")
    return open_session(VISITOR, name.strip().lower(), password, address, browser)


@command(Permission.SIGN_IN)
def open_session(act: Act, person_id: str, password: str, address: str, browser: str) -> SignedIn:
    """A session for somebody whose password has just been found right. Raises Forbidden if they were deactivated."""
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise Forbidden("This person cannot sign in any more.")
    if person.password_hash is not None and is_outdated(person.password_hash):
        person.password_hash = hash_password(password)
    secret = secrets.token_urlsafe(32)
    db.session.execute(
        delete(SessionRow).where(SessionRow.person_id == person_id, SessionRow.seen_at < act.moment - timedelta(days=2))
    )
    db.session.add(
        SessionRow(
            id=secret_hash(secret),
            person_id=person_id,
            created_at=act.moment,
            seen_at=act.moment,
            address=address[:64],
            browser=browser[:200],
        )
    )
    act.on(person_id, details={"address": address})
    return SignedIn(secret, person_id)


@command(Permission.SIGN_IN, audited=False)
def touch(act: Act, secret: str) -> None:
    """Note that the session is in use (asked at most once a minute by the web)."""
    row = db.session.get(SessionRow, secret_hash(secret))
    if row is not None:
        row.seen_at = act.moment


@command(Permission.SIGN_IN)
def sign_out(act: Act, secret: str) -> None:
    """Close this session."""
    db.session.execute(delete(SessionRow).where(SessionRow.id == secret_hash(secret)))
    act.on(act.actor.id)


@command(Permission.SIGN_IN)
def sign_out_others(act: Act, secret: str) -> None:
    """Close all of the actor's sessions but this one."""
    db.session.execute(
        delete(SessionRow).where(SessionRow.person_id == act.actor.id, SessionRow.id != secret_hash(secret))
    )
    act.on(act.actor.id)
