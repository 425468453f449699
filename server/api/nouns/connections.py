"""Connections to other systems, the secrets they need, and what connectors there are; no secret is ever shown."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.installation import settings
from server.api.shapes import CLOSED, NO_NUL, Key, Text
from server.commands import connections as commands
from server.commands import secrets as secret_commands
from server.connectors import CONNECTORS
from server.connectors.calling import try_out
from server.errors import Conflict, Failure, Invalid
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.identity.sealing import seal_of
from server.keyset import Page
from server.queries import connections as queries
from server.sentences import say

noun = Noun("connections", "Connections", Permission.KEEP_SECRETS)
connectors = Noun("connectors", "Connections", Permission.KEEP_SECRETS)
secrets = Noun("secrets", "Connections", Permission.KEEP_SECRETS)
Settings = Annotated[dict[Key, Text], Field(max_length=100)]


@shape(frozen=True, config=CLOSED)
class Settled:
    """What a connection holds, by the keys of its connector's fields; a field that is secret has a secret's name."""

    settings: Settings


@shape(frozen=True, config=CLOSED, kw_only=True)
class NewConnection(Settled):
    """The same, with the name that models know it by, and what it is a connection of."""

    name: Key
    connector: Key


@shape(frozen=True, config=CLOSED)
class SecretValue:
    """What is kept secret."""

    value: Annotated[str, Field(min_length=1, max_length=64 * 1024, pattern=NO_NUL)]


@dataclass(frozen=True)
class Trial:
    """What the other end said, in a sentence."""

    answer: str


@dataclass(frozen=True)
class FieldView:
    """One thing that connections of a connector hold; no `choices`: any text."""

    key: str
    label: str
    hint: str
    is_secret: bool
    is_required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True)
class ConnectorView:
    """What connections are made of; `can_be_tried`: there is something to ask that changes nothing there."""

    key: str
    can_be_tried: bool
    fields: tuple[FieldView, ...]


@connectors.get("")
def known(actor: Actor) -> Page[ConnectorView]:
    """What there are connections of, with the fields that each holds."""
    return Page(tuple(_connector(key) for key in CONNECTORS))


def _connector(key: str) -> ConnectorView:
    fields = tuple(
        FieldView(one.key, one.label, one.hint, one.secret, one.required, tuple(one.choices))
        for one in CONNECTORS[key].fields
    )
    return ConnectorView(key, CONNECTORS[key].trial is not None, fields)


@noun.get("")
def find(actor: Actor) -> Page[queries.ConnectionRow]:
    """Every connection."""
    return Page(queries.connections(actor))


@noun.post("")
def add(actor: Actor, body: NewConnection) -> None:
    """Make a connection."""
    if any(row.name == body.name for row in queries.connections(actor)):
        raise Conflict(say('There is a connection "%(name)s" already.', name=body.name))
    commands.keep(actor, body.name, body.connector, body.settings)


@noun.get("/{connection_name}", tells_revision=True)
def one(actor: Actor, connection_name: str) -> queries.ConnectionRow:
    """One connection; its revision is the ETag that changes take as If-Match."""
    return queries.connection(actor, connection_name)


@noun.put("/{connection_name}")
def change(actor: Actor, connection_name: str, body: Settled) -> None:
    """Have it hold something else: all fields are given anew."""
    commands.keep(actor, connection_name, queries.connection(actor, connection_name).connector, body.settings)


@noun.delete("/{connection_name}")
def remove(actor: Actor, connection_name: str) -> None:
    """Forget it; models that name it get incidents."""
    commands.remove(actor, connection_name)


@noun.get("/{connection_name}/use")
def use(actor: Actor, connection_name: str) -> queries.Use:
    """What the answers of its agent have used so far."""
    return queries.use(actor, queries.connection(actor, connection_name).name)


@noun.post("/{connection_name}/trial", changes=False, takes_key=False)
def try_one(actor: Actor, connection_name: str) -> Trial:
    """Ask the other end something that changes nothing there."""
    connector = queries.connection(actor, connection_name).connector
    opened = commands.open_to_try(actor, seal_of(settings()), connection_name, connector)
    try:
        return Trial(try_out(connector, opened, settings()))
    except Failure as failure:
        raise Invalid(str(failure.args[0])) from failure


@secrets.get("")
def secret_names(actor: Actor) -> Page[queries.SecretRow]:
    """Every secret by its name, with the connections that need it; never what is kept."""
    return Page(queries.secrets(actor))


@secrets.put("/{secret_name}", takes_key=False)
def keep_secret(actor: Actor, secret_name: str, body: SecretValue) -> None:
    """Keep a secret under a name, in place of what stood there.

    It takes no Idempotency-Key: asked again it comes to the same, and of a secret not even a digest is written down.
    """
    secret_commands.keep(actor, seal_of(settings()), secret_name, body.value)


@secrets.delete("/{secret_name}")
def remove_secret(actor: Actor, secret_name: str) -> None:
    """Forget a secret that no connection needs."""
    secret_commands.remove(actor, secret_name)
