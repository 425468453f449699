"""Keep subscribers that are told facts, pause them, give them other secrets; bring deliveries and send them again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select, update

from server.connectors.addresses import read_url
from server.database import db, new_id
from server.errors import Conflict, Failure, Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.identity.sealing import Seal
from server.identity.signing import is_signing_secret, new_signing_secret
from server.records.job import Job
from server.records.subscriber import Delivery, Subscriber
from server.runtime import forgetting, subscribers
from server.runtime.act import Act
from server.runtime.facts import FACTS
from server.runtime.revisions import check_revision
from server.runtime.transaction import command
from server.sentences import say

LONGEST_NAME = 100
LONGEST_URL = 2000
MOST = 50
"""Each step tells every subscriber that it concerns in its own transaction."""


@dataclass(frozen=True)
class Wanted:
    """Who is told, and of what; no kinds: every fact; no process keys: every process."""

    name: str
    url: str
    kinds: Sequence[str] = ()
    process_keys: Sequence[str] = ()


@dataclass(frozen=True)
class Kept:
    """A subscriber that is there now, or has another secret, which is shown this once."""

    id: str
    secret: str


@dataclass(frozen=True)
class Outgoing:
    """What is sent, where to, and the secrets that sign it, the newest first."""

    url: str
    event_id: str
    content: str
    secrets: tuple[str, ...] = field(repr=False)


@command(Permission.KEEP_SECRETS)
def add(act: Act, seal: Seal, wanted: Wanted, secret: str = "") -> Kept:
    """Have somebody told from now on; *secret* "": one is made. Raises Invalid, Conflict when there are too many."""
    if (db.session.scalar(select(func.count()).select_from(Subscriber)) or 0) >= MOST:
        raise Conflict(
            say("There are %(most)s subscribers, which is as many as there may be. Remove one first.", most=MOST)
        )
    row = Subscriber(id=new_id(), is_paused=False, revision=1, changed_at=act.moment, changed_by=act.actor.id)
    _settle(row, wanted)
    given = _given_secret(secret)
    row.sealed = seal.close(subscribers.sealed_as(row.id), given)
    db.session.add(row)
    act.on(row.id, details=_known(row))
    return Kept(row.id, given)


@command(Permission.KEEP_SECRETS)
def change(act: Act, subscriber_id: str, wanted: Wanted) -> None:
    """Tell it something else, or elsewhere, from now on. Raises NotFound, Invalid, Outdated."""
    row = _changed(act, subscriber_id)
    _settle(row, wanted)
    act.on(row.id, details=_known(row))


@command(Permission.KEEP_SECRETS)
def rotate(act: Act, seal: Seal, subscriber_id: str, secret: str = "") -> Kept:
    """Sign with another secret, and for a day with the one before as well. Raises NotFound, Invalid, Outdated."""
    row = _changed(act, subscriber_id)
    given = _given_secret(secret)
    row.sealed_before, row.before_until = row.sealed, act.moment + subscribers.OVERLAP
    row.sealed = seal.close(subscribers.sealed_as(row.id), given)
    act.on(row.id, details={"name": row.name})
    return Kept(row.id, given)


@command(Permission.KEEP_SECRETS)
def pause(act: Act, subscriber_id: str) -> None:
    """Send nothing for a while; what happens meanwhile is kept. Raises NotFound, Conflict, Outdated."""
    row = _changed(act, subscriber_id)
    if row.is_paused:
        raise Conflict(say("%(name)s is paused already.", name=row.name))
    row.is_paused = True
    subscribers.hold(row.id)
    act.on(row.id, details={"name": row.name})


@command(Permission.KEEP_SECRETS)
def resume(act: Act, subscriber_id: str) -> None:
    """Send again, first what has waited. Raises NotFound, Conflict, Outdated."""
    row = _changed(act, subscriber_id)
    if not row.is_paused:
        raise Conflict(say("%(name)s is not paused.", name=row.name))
    row.is_paused = False
    subscribers.release(act, row.id)
    act.on(row.id, details={"name": row.name})


@command(Permission.KEEP_SECRETS)
def remove(act: Act, subscriber_id: str) -> None:
    """Tell it nothing any more, and forget what it was told. Raises NotFound, Outdated."""
    row = _changed(act, subscriber_id)
    subscribers.hold(row.id)
    db.session.execute(delete(Delivery).where(Delivery.subscriber_id == row.id))
    db.session.delete(row)
    act.on(row.id, details={"name": row.name})


@command(Permission.KEEP_SECRETS)
def try_out(act: Act, subscriber_id: str) -> str:
    """Send an event that tells nothing but that events arrive; the id of its delivery. Raises NotFound, Conflict."""
    row = db.session.get(Subscriber, subscriber_id)
    if row is None:
        raise NotFound(say("There is no such subscriber."))
    if row.is_paused:
        raise Conflict(say("%(name)s is paused: resume it first.", name=row.name))
    event_id = new_id()
    content = subscribers.event(event_id, subscribers.TRIAL, act.moment, "", row.id, {"subscriber": row.name})
    made = subscribers.new_delivery(row.id, event_id, subscribers.TRIAL, None, content, act.moment)
    subscribers.write([made], False, act.moment)
    act.on(row.id, details={"name": row.name})
    act.ring()
    return str(made["id"])


@command(Permission.KEEP_SECRETS)
def resend(act: Act, delivery_id: str) -> None:
    """Send a delivery once more, whatever came of it. Raises NotFound, and Conflict while it is being sent anyway."""
    delivery = db.session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise NotFound(say("There is no such delivery."))
    _send_again(act, [delivery])
    act.on(delivery.id, delivery.instance_id, details={"event": delivery.event_id, "kind": delivery.kind})


@command(Permission.KEEP_SECRETS)
def resend_dead(act: Act, subscriber_id: str) -> int:
    """Send all that is dead once more; how many. Raises NotFound, Conflict."""
    row = db.session.get(Subscriber, subscriber_id)
    if row is None:
        raise NotFound(say("There is no such subscriber."))
    dead = select(Delivery).where(Delivery.subscriber_id == row.id, Delivery.state == "dead").with_for_update()
    found = db.session.scalars(dead.order_by(Delivery.created_at, Delivery.id)).all()
    if found:
        _send_again(act, found)
    act.on(row.id, details={"name": row.name, "count": len(found)})
    return len(found)


def _send_again(act: Act, deliveries: Sequence[Delivery]) -> None:
    row = db.session.get(Subscriber, deliveries[0].subscriber_id)
    if row is not None and row.is_paused:
        raise Conflict(say("%(name)s is paused: resume it first.", name=row.name))
    if any(each.state == "waiting" for each in deliveries):
        raise Conflict(say("It is being sent just now; wait for what comes of that."))
    subscribers.send([each.id for each in deliveries], act.moment)
    act.ring()


@command(Permission.RUN_JOBS, audited=False)
def use(act: Act, seal: Seal, job_id: str, delivery_id: str) -> Outgoing:
    """What a job is to bring. Raises NotFound where nothing is to be brought any more; then its job is gone too."""
    found = db.session.execute(
        select(Delivery, Subscriber)
        .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        .where(Delivery.id == delivery_id, Delivery.job_id == job_id)
    ).one_or_none()
    if found is None:
        raise NotFound(say("The delivery is not there any more, or held back."))
    delivery, row = found
    opened = tuple(seal.open(name, sealed) for name, sealed in subscribers.secrets_of(row, act.moment))
    return Outgoing(row.url, delivery.event_id, delivery.content, opened)


@command(Permission.RUN_JOBS, audited=False)
def settle(act: Act, job_id: str, attempt: int, delivery_id: str, status: int) -> None:
    """It was taken. Raises Conflict when the job was fenced off."""
    row = db.session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if row is None or row.attempts != attempt:
        raise Conflict(say("This job was given to another worker, or is done already."))
    subscribers.delivered(delivery_id, status, act.moment)
    db.session.execute(delete(Job).where(Job.id == job_id).execution_options(synchronize_session=False))
    forgetting.begin(act)


@command(Permission.RUN_JOBS, audited=False)
def note_status(act: Act, delivery_id: str, status: int) -> None:
    """What was answered by one that did not take it."""
    db.session.execute(update(Delivery).where(Delivery.id == delivery_id).values(status=status))


def _changed(act: Act, subscriber_id: str) -> Subscriber:
    """The subscriber, to be changed now. Raises NotFound, Outdated."""
    row = db.session.scalar(select(Subscriber).where(Subscriber.id == subscriber_id).with_for_update())
    if row is None:
        raise NotFound(say("There is no such subscriber."))
    check_revision(row.id, row.revision)
    row.revision += 1
    row.changed_at, row.changed_by = act.moment, act.actor.id
    return row


def _settle(row: Subscriber, wanted: Wanted) -> None:
    name, url = wanted.name.strip(), wanted.url.strip()
    if not name or len(name) > LONGEST_NAME:
        raise _wrong("name", say("Give it a name of at most %(most)s characters.", most=LONGEST_NAME))
    _check_url(url)
    unknown = [kind for kind in wanted.kinds if kind not in FACTS]
    if unknown:
        raise _wrong("kinds", say("There is no fact %(kind)s.", kind=unknown[0][:50]))
    keys = sorted({key.strip() for key in wanted.process_keys if key.strip()})
    if len(keys) > MOST or any(len(key) > 200 for key in keys):
        raise _wrong(
            "process_keys", say("Name at most %(most)s processes by their keys, such as purchase_approval.", most=MOST)
        )
    row.name, row.url = name, url
    row.kinds, row.process_keys = json.dumps(sorted(set(wanted.kinds))), json.dumps(keys)


def _check_url(text: str) -> None:
    """Where it may lead is checked each time that something is sent. Raises Invalid for what leads nowhere."""
    try:
        url = read_url(text)
    except Failure:
        url = None
    if url is None or url.scheme not in ("http", "https") or not url.host or url.userinfo or url.fragment:
        raise _wrong("url", say("Write an address like https://example.org/events, without a name and password in it."))
    if len(text) > LONGEST_URL:
        raise _wrong("url", say("An address has at most %(most)s characters.", most=LONGEST_URL))


def _given_secret(secret: str) -> str:
    if secret and not is_signing_secret(secret):
        raise _wrong(
            "secret", say("A secret to sign with is whsec_ and 24 to 64 bytes in base64. Leave it empty for one.")
        )
    return secret or new_signing_secret()


def _known(row: Subscriber) -> dict[str, str]:
    """What the audit log says of one: of the address only where it leads, since the rest may hold a key."""
    url = read_url(row.url)
    return {"name": row.name, "to": f"{url.scheme}://{url.host}", "kinds": row.kinds, "processes": row.process_keys}


def _wrong(field_name: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field_name)])
