"""Keep secrets under a name, change and remove them, seal them anew. No command ever gives one back."""

from sqlalchemy import select

from server.database import db
from server.errors import Conflict, Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.identity.sealing import Seal
from server.records.connection import Connection, Secret
from server.records.subscriber import Subscriber
from server.records.webhook import Webhook
from server.runtime.act import Act
from server.runtime.connections import check_name, named_secrets
from server.runtime.transaction import command
from server.sentences import say

LONGEST = 64 * 1024


@command(Permission.KEEP_SECRETS)
def keep(act: Act, seal: Seal, name: str, value: str) -> None:
    """Keep *value* under *name*, in place of what stood there. Raises Invalid."""
    check_name(name)
    if not value or len(value) > LONGEST or "\0" in value:
        too_long = say("A secret is text of at most %(most)s KB.", most=LONGEST // 1024)
        sentence = too_long if value else say("The secret is empty.")
        raise Invalid(sentence, [Problem(sentence, element="value")])
    row = db.session.get(Secret, name)
    if row is None:
        row = Secret(name=name)
        db.session.add(row)
    row.sealed = seal.close(name, value)
    row.changed_at, row.changed_by = act.moment, act.actor.id
    act.on(name)


@command(Permission.KEEP_SECRETS)
def remove(act: Act, name: str) -> None:
    """Forget a secret. Raises NotFound, and Conflict while a connection needs it."""
    row = db.session.get(Secret, name)
    if row is None:
        raise NotFound(say('There is no secret "%(name)s".', name=name))
    using = [each.name for each in db.session.scalars(select(Connection)) if name in named_secrets(each).values()]
    if using:
        raise Conflict(
            say(
                'The connection "%(using)s" needs the secret "%(name)s"; change the connection first.',
                using=using[0],
                name=name,
            )
        )
    db.session.delete(row)
    act.on(name)


@command(Permission.KEEP_SECRETS)
def seal_anew(act: Act, seal: Seal) -> int:
    """Seal every secret with the newest key, so that older keys can be taken away; how many there are.

    Raises Invalid when one cannot be opened; then none is changed.
    """
    rows = db.session.scalars(select(Secret).with_for_update()).all()
    for row in rows:
        row.sealed = seal.close(row.name, seal.open(row.name, row.sealed))
    others = [_seal_pair_anew(seal, f"webhook:{each.id}", each) for each in db.session.scalars(select(Webhook))]
    others += [_seal_pair_anew(seal, f"subscriber:{each.id}", each) for each in db.session.scalars(select(Subscriber))]
    count = len(rows) + sum(others)
    act.on("every secret", details={"count": count})
    return count


def _seal_pair_anew(seal: Seal, name: str, row: Webhook | Subscriber) -> int:
    """The secret of a webhook or subscriber, and the one that it replaced; how many there are."""
    kept = (row.sealed, row.sealed_before)
    if row.sealed is not None:
        row.sealed = seal.close(name, seal.open(name, row.sealed))
    if row.sealed_before is not None:
        row.sealed_before = seal.close(name, seal.open(name, row.sealed_before))
    return sum(one is not None for one in kept)
