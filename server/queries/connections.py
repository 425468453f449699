"""Connections and the names of secrets, for those who keep them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from server.database import db
from server.errors import Forbidden, Invalid, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.identity.sealing import Seal
from server.records.connection import AgentAnswer, Connection, Secret
from server.records.identity import Person
from server.runtime.connections import named_secrets, settings_of
from server.sentences import say


@dataclass(frozen=True)
class SecretRow:
    """A secret without its value; `used_by` are the names of connections."""

    name: str
    changed_at: datetime
    changed_by: str
    used_by: tuple[str, ...]


@dataclass(frozen=True)
class ConnectionRow:
    """A connection as it was kept. Fields that are secrets hold names of secrets."""

    name: str
    connector: str
    settings: Mapping[str, str]
    changed_at: datetime
    changed_by: str
    revision: int


@dataclass(frozen=True)
class Use:
    """What the answers of a connection's agent have used; `cost` in the connection's currency."""

    answers: int
    tokens_in: int
    tokens_out: int
    cost: float


def secrets(actor: Actor) -> tuple[SecretRow, ...]:
    """Every secret by name. Raises Forbidden."""
    _check(actor)
    users: dict[str, list[str]] = {}
    for connection in db.session.scalars(select(Connection).order_by(Connection.name)):
        for secret in named_secrets(connection).values():
            users.setdefault(secret, []).append(connection.name)
    found = db.session.execute(
        select(Secret.name, Secret.changed_at, Secret.changed_by, Person.name.label("person"))
        .outerjoin(Person, Person.id == Secret.changed_by)
        .order_by(Secret.name)
    )
    return tuple(
        SecretRow(row.name, row.changed_at, row.person or row.changed_by, tuple(users.get(row.name, ())))
        for row in found
    )


def unopened(actor: Actor, seal: Seal) -> tuple[str, ...]:
    """The names of secrets that no key fits. Raises Forbidden."""
    _check(actor)
    return tuple(row.name for row in db.session.scalars(select(Secret).order_by(Secret.name)) if not _opens(seal, row))


def _opens(seal: Seal, row: Secret) -> bool:
    try:
        seal.open(row.name, row.sealed)
    except Invalid:
        return False
    return True


def connections(actor: Actor) -> tuple[ConnectionRow, ...]:
    """Every connection by name. Raises Forbidden."""
    _check(actor)
    found = db.session.execute(
        select(Connection, Person.name)
        .outerjoin(Person, Person.id == Connection.changed_by)
        .order_by(Connection.connector, Connection.name)
    )
    return tuple(_row(connection, person) for connection, person in found)


def connection(actor: Actor, name: str) -> ConnectionRow:
    """One connection. Raises NotFound, Forbidden."""
    _check(actor)
    row = db.session.get(Connection, name)
    if row is None:
        raise NotFound(say('There is no connection "%(name)s".', name=name))
    return _row(row, db.session.scalar(select(Person.name).where(Person.id == row.changed_by)))


def use(actor: Actor, name: str) -> Use:
    """What the agent of a connection has used so far. Raises Forbidden."""
    _check(actor)
    columns = (AgentAnswer.tokens_in, AgentAnswer.tokens_out, AgentAnswer.cost)
    sums = (func.coalesce(func.sum(column), 0) for column in columns)
    row = db.session.execute(select(func.count(), *sums).where(AgentAnswer.connection == name)).one()
    return Use(int(row[0]), int(row[1]), int(row[2]), int(row[3]) / 1_000_000)


def _row(row: Connection, person: str | None) -> ConnectionRow:
    return ConnectionRow(
        row.name, row.connector, settings_of(row), row.changed_at, person or row.changed_by, row.revision
    )


def _check(actor: Actor) -> None:
    if not actor.may(Permission.KEEP_SECRETS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.KEEP_SECRETS)))
