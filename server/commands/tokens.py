"""Make and revoke the tokens that programs act by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.database import db, new_id
from server.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.identity.secrets import new_token, secret_hash
from server.records.identity import Person, Token
from server.runtime.act import Act
from server.runtime.transaction import command
from server.sentences import say

LONGEST = timedelta(days=366)
LONGEST_NAME = 60


@dataclass(frozen=True)
class NewToken:
    """What one may do with it. `roles`: these of the holder's; `process_keys`: these processes; none: all."""

    name: str
    expires_at: datetime
    roles: Sequence[str] = ()
    process_keys: Sequence[str] = ()


@dataclass(frozen=True)
class Created:
    """A token that has been made; its secret is shown this once and kept nowhere."""

    id: str
    secret: str


@command(Permission.SIGN_IN)
def create(act: Act, new: NewToken) -> Created:
    """A token of one's own. Raises Forbidden for those who act by a token themselves, and Invalid."""
    if act.actor.token:
        raise Forbidden(say("A token cannot make another one. Sign in, and make it under My account."))
    return _create(act, _find(act.actor.id), new)


@command(Permission.ADMINISTER)
def create_for(act: Act, person_id: str, new: NewToken) -> Created:
    """A token for a program. Raises NotFound, Invalid, and Forbidden for a person: they make their own."""
    person = _find(person_id)
    if not person.is_program:
        raise Forbidden(
            say(
                "%(name)s is a person, who makes tokens under My account. Make a program for this one.",
                name=person.name,
            )
        )
    if act.actor.token:
        raise Forbidden(say("A token cannot make another one. Sign in, and make it under Administration."))
    return _create(act, person, new)


@command(Permission.SIGN_IN)
def revoke(act: Act, token_id: str) -> None:
    """It cannot be used any more: one's own, and for administrators anybody's. Raises NotFound, Conflict."""
    row = db.session.get(Token, token_id)
    if row is None or (row.person_id != act.actor.id and not act.actor.may(Permission.ADMINISTER)):
        raise NotFound(say("There is no such token."))
    if row.revoked_at is not None:
        raise Conflict(say("The token %(name)s has been revoked already.", name=row.name))
    row.revoked_at = act.moment
    act.on(row.id, details={"person": row.person_id, "name": row.name})


@command(Permission.SIGN_IN, audited=False)
def touch(act: Act, address: str) -> None:
    """Note that the actor's token is in use (asked at most once a minute by the faces)."""
    row = db.session.get(Token, act.actor.token)
    if row is not None:
        row.seen_at, row.seen_address = act.moment, address[:64]


def _create(act: Act, person: Person, new: NewToken) -> Created:
    secret = new_token()
    row = Token(
        id=new_id(),
        hash=secret_hash(secret),
        person_id=person.id,
        name=_name(new.name),
        roles=",".join(_roles(person, new.roles)),
        process_keys=",".join(_process_keys(new.process_keys)),
        created_at=act.moment,
        created_by=act.actor.id,
        expires_at=_end(act, new.expires_at),
    )
    db.session.add(row)
    details = {"person": person.id, "name": row.name, "roles": row.roles, "processes": row.process_keys}
    act.on(row.id, details=details | {"expires": row.expires_at.isoformat()})
    return Created(row.id, secret)


def _find(person_id: str) -> Person:
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise NotFound(say("There is nobody with the sign-in name %(person_id)s.", person_id=person_id))
    return person


def _name(name: str) -> str:
    words = name.strip()
    if not words or len(words) > LONGEST_NAME:
        raise _wrong("name", say("Say what the token is for, in at most %(most)s characters.", most=LONGEST_NAME))
    return words


def _roles(person: Person, roles: Sequence[str]) -> list[str]:
    own = [role for role in person.roles.split(",") if role]
    for role in roles:
        if role not in own:
            raise _wrong(
                "roles",
                say(
                    "%(name)s does not have the role %(role)s. Choose among %(own)s.",
                    name=person.name,
                    role=role,
                    own=", ".join(own),
                ),
            )
    return [role for role in own if role in roles]


def _process_keys(keys: Sequence[str]) -> list[str]:
    found = sorted({key.strip() for key in keys if key.strip()})
    if any("," in key or len(key) > 200 for key in found) or len(found) > 50:
        raise _wrong("process_keys", say("Name at most 50 processes by their keys, such as purchase_approval."))
    return found


def _end(act: Act, moment: datetime) -> datetime:
    if not act.moment < moment <= act.moment + LONGEST:
        raise _wrong(
            "expires_at", say("A token ends within %(days)s days from now. Choose an earlier day.", days=LONGEST.days)
        )
    return moment


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])
