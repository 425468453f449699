"""Sign in and out."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from server.database import db
from server.errors import Forbidden
from server.identity.passwords import hash_password, is_outdated
from server.identity.permissions import Permission
from server.identity.secrets import new_secret, secret_hash
from server.records.identity import Person
from server.records.identity import Session as SessionRow
from server.runtime.act import Act
from server.runtime.transaction import command
from server.sentences import say


@dataclass(frozen=True)
class SignedIn:
    """A new session: the secret goes into the cookie and is kept nowhere else."""

    secret: str
    person_id: str


@command(Permission.SIGN_IN)
def open_session(act: Act, person_id: str, password: str, address: str, browser: str) -> SignedIn:
    """A session for somebody whose password has just been found right. Raises Forbidden if they were deactivated."""
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise Forbidden(say("This person cannot sign in any more."))
    if person.password_hash is not None and is_outdated(person.password_hash):
        person.password_hash = hash_password(password)
    secret = new_secret()
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
