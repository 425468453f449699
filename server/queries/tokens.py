"""The tokens of a person, and of everybody for administrators: what each is for and when it was used last."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, select

from server.database import db
from server.errors import Forbidden
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.identity import Person, Token
from server.sentences import say


class TokenState(StrEnum):
    """Whether a token can be used."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class TokenRow:
    """One token, without its secret, which nobody knows. No `roles`: all of the holder's; no `process_keys`: all."""

    id: str
    person_id: str
    person_name: str
    is_program: bool
    name: str
    roles: tuple[str, ...]
    process_keys: tuple[str, ...]
    state: TokenState
    created_at: datetime
    expires_at: datetime
    seen_at: datetime | None
    seen_address: str


@dataclass(frozen=True)
class Program:
    """An account that no person signs in with."""

    id: str
    name: str
    roles: tuple[str, ...]
    active: bool


def own(actor: Actor, moment: datetime) -> tuple[TokenRow, ...]:
    """The actor's own tokens, the newest first."""
    return _rows(_statement().where(Token.person_id == actor.id), moment)


def listed(actor: Actor, moment: datetime) -> tuple[TokenRow, ...]:
    """Everybody's tokens, the newest first. Raises Forbidden."""
    _check(actor)
    return _rows(_statement(), moment)


def programs(actor: Actor) -> tuple[Program, ...]:
    """Every program by name. Raises Forbidden."""
    _check(actor)
    found = db.session.scalars(select(Person).where(_is_program()).order_by(Person.name, Person.id))
    return tuple(Program(row.id, row.name, _parts(row.roles), row.active) for row in found)


def _is_program() -> ColumnElement[bool]:
    return Person.is_program.is_(True)


def _check(actor: Actor) -> None:
    if not actor.may(Permission.ADMINISTER):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.ADMINISTER)))


def _statement() -> Select[Token, str, bool]:
    return (
        select(Token, Person.name, Person.is_program)
        .join(Person, Person.id == Token.person_id)
        .order_by(Token.created_at.desc(), Token.id)
    )


def _rows(statement: Select[Token, str, bool], moment: datetime) -> tuple[TokenRow, ...]:
    return tuple(
        TokenRow(
            id=row.id,
            person_id=row.person_id,
            person_name=name,
            is_program=is_program,
            name=row.name,
            roles=_parts(row.roles),
            process_keys=_parts(row.process_keys),
            state=_state(row, moment),
            created_at=row.created_at,
            expires_at=row.expires_at,
            seen_at=row.seen_at,
            seen_address=row.seen_address or "",
        )
        for row, name, is_program in db.session.execute(statement)
    )


def _state(row: Token, moment: datetime) -> TokenState:
    if row.revoked_at is not None:
        return TokenState.REVOKED
    return TokenState.ACTIVE if row.expires_at > moment else TokenState.EXPIRED


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)
