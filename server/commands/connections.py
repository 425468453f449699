"""Keep connections to other systems under a name that models use."""

import json
from collections.abc import Mapping

from server.connectors import CONNECTORS
from server.connectors.connection import Connection as Opened
from server.connectors.connection import checked
from server.database import db
from server.errors import Conflict, Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.identity.sealing import Seal
from server.records.connection import Connection, Secret
from server.runtime.act import Act
from server.runtime.connections import check_name, named_secrets, settings_of
from server.runtime.revisions import check_revision
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.KEEP_SECRETS)
def keep(act: Act, name: str, connector: str, settings: Mapping[str, str]) -> None:
    """Keep a connection under *name*, in place of what stood there.

    Raises Invalid naming the field that is wrong, Outdated, and Conflict when *name* is a connection of another
    connector.
    """
    check_name(name)
    if connector not in CONNECTORS:
        sentence = say("There is no such connector; choose one of %(names)s.", names=", ".join(sorted(CONNECTORS)))
        raise Invalid(sentence, [Problem(sentence, element="connector")])
    kept = checked(CONNECTORS[connector].fields, settings)
    _check_secrets(connector, kept)
    row = _changed(name)
    if row is None:
        row = Connection(name=name, connector=connector, revision=1)
        db.session.add(row)
    elif row.connector != connector:
        raise Conflict(
            say(
                '"%(name)s" is a connection of the %(connector)s connector already; choose another name.',
                name=name,
                connector=row.connector,
            )
        )
    row.settings = json.dumps(kept, ensure_ascii=False)
    row.changed_at, row.changed_by = act.moment, act.actor.id
    told = {key: value[:200] for key, value in kept.items()}
    act.on(name, details={"connector": connector, **told})


def _changed(name: str) -> Connection | None:
    """The connection, to be changed now. Raises Outdated."""
    row = db.session.get(Connection, name, with_for_update=True)
    if row is not None:
        check_revision(name, row.revision, say("The connection"))
        row.revision += 1
    return row


def _check_secrets(connector: str, kept: Mapping[str, str]) -> None:
    problems = [
        Problem(say('There is no secret "%(kept)s"; keep it first.', kept=kept[each.key][:64]), element=each.key)
        for each in CONNECTORS[connector].fields
        if each.secret and each.key in kept and db.session.get(Secret, kept[each.key]) is None
    ]
    if problems:
        raise Invalid(problems[0].text, problems)


@command(Permission.KEEP_SECRETS)
def remove(act: Act, name: str) -> None:
    """Forget a connection; models that name it get incidents. Raises NotFound, Outdated."""
    row = _changed(name)
    if row is None:
        raise NotFound(say('There is no connection "%(name)s".', name=name))
    db.session.delete(row)
    act.on(name, details={"connector": row.connector})


@command(Permission.RUN_JOBS, audited=False)
def use(act: Act, seal: Seal, name: str, connector: str) -> Opened:
    """A connection with its secrets for a job that needs them now. Raises NotFound, Invalid."""
    return _open(seal, name, connector)


@command(Permission.KEEP_SECRETS)
def open_to_try(act: Act, seal: Seal, name: str, connector: str) -> Opened:
    """A connection with its secrets, for somebody who wants to see whether it works. Raises NotFound, Invalid."""
    act.on(name, details={"connector": connector})
    return _open(seal, name, connector)


def _open(seal: Seal, name: str, connector: str) -> Opened:
    row = db.session.get(Connection, name)
    if row is None:
        raise NotFound(say('There is no connection "%(name)s"; an administrator can make it.', name=name[:64]))
    if row.connector != connector:
        raise Invalid(
            say(
                '"%(name)s" is a connection of the %(connector)s connector, not of %(wanted)s.',
                name=name,
                connector=row.connector,
                wanted=connector,
            )
        )
    secrets = {}
    for key, secret in named_secrets(row).items():
        kept = db.session.get(Secret, secret)
        if kept is None:
            raise NotFound(
                say(
                    'The connection "%(name)s" needs the secret "%(secret)s", which is not there any more.',
                    name=name,
                    secret=secret,
                )
            )
        secrets[key] = seal.open(secret, kept.sealed)
    return Opened(name, settings_of(row), secrets)
