"""Open webhooks on elements of processes, change, pause and close them; receive what other systems report."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.database import db, new_id
from server.errors import Conflict, Failure, Invalid, NotFound, Problem, Repeated
from server.identity.permissions import Permission
from server.identity.sealing import Seal
from server.identity.signing import is_signing_secret, new_signing_secret
from server.records.definition import ProcessDefinition
from server.records.webhook import Webhook, WebhookCall
from server.runtime import definitions, forgetting, webhooks
from server.runtime.act import Act
from server.runtime.revisions import check_revision
from server.runtime.transaction import command
from server.runtime.webhooks import SIGNATURE, WAYS
from server.sentences import say

OVERLAP = timedelta(hours=24)
"""So long the secret that was replaced is good as well: the other system is told the new one meanwhile."""
LONGEST_NAME = 100
HEADER = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]{1,100}")  # RFC 9110, 5.6.2
SHORTEST_TOKEN = 16
LONGEST_TOKEN = 500


@dataclass(frozen=True)
class Wanted:
    """How a webhook works. Keys and variables are FEEL over the payload; no variables: the payload as it is."""

    name: str
    verification: str = SIGNATURE
    token_header: str = "authorization"  # noqa: S105  # the name of a header
    payload_schema: str | None = None
    business_key: str | None = None
    correlation_key: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    key_header: str = "webhook-id"


@dataclass(frozen=True)
class Opened:
    """A webhook that has been opened, or given another secret, which is shown this once."""

    id: str
    address: str
    secret: str


@dataclass(frozen=True)
class Received:
    """A call as it came: who called, and what was in it."""

    address: str
    key: str | None
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Taken:
    """What came of a call; no instance: the message waits for somebody. `repeated`: the same call had come before."""

    id: str
    instance_id: str | None
    repeated: bool = False


@command(Permission.KEEP_WEBHOOKS)
def open_webhook(act: Act, seal: Seal, process_key: str, element_key: str, wanted: Wanted, secret: str = "") -> Opened:
    """Open one on an element of the latest version; *secret* "": one is made. Raises NotFound, Invalid."""
    latest = select(ProcessDefinition.id).where(ProcessDefinition.key == process_key, ProcessDefinition.latest)
    definition_id = db.session.scalar(latest)
    if definition_id is None:
        raise NotFound(say("There is no process %(key)s.", key=process_key[:100]))
    webhooks.place_of(definitions.process(definition_id), element_key)
    row = webhooks.new_webhook(act, process_key, element_key, wanted.name, wanted.verification)
    _settle(row, wanted)
    given = _given_secret(row.verification, secret)
    row.sealed = seal.close(_sealed_as(row), given)
    db.session.add(row)
    act.on(row.id, details={"process": process_key, "element": element_key, "name": row.name})
    return Opened(row.id, row.address, given)


@command(Permission.KEEP_WEBHOOKS)
def change(act: Act, webhook_id: str, wanted: Wanted) -> None:
    """Have it work otherwise from now on; with another way of proving it needs another secret.

    Raises NotFound, Invalid, Outdated.
    """
    row = _changed(act, webhook_id)
    if wanted.verification != row.verification and row.sealed is not None:
        row.sealed = row.sealed_before = row.before_until = None  # a token that was chosen may be no key to sign with
    _settle(row, wanted)
    act.on(row.id, details={"name": row.name, "verification": row.verification})


@command(Permission.KEEP_WEBHOOKS)
def rotate(act: Act, seal: Seal, webhook_id: str, secret: str = "") -> Opened:
    """Give it another secret; the one before is good for a day more. Raises NotFound, Invalid, Outdated."""
    row = _changed(act, webhook_id)
    given = _given_secret(row.verification, secret)
    row.sealed_before, row.before_until = row.sealed, act.moment + OVERLAP
    row.sealed = seal.close(_sealed_as(row), given)
    act.on(row.id, details={"name": row.name})
    return Opened(row.id, row.address, given)


@command(Permission.KEEP_WEBHOOKS)
def pause(act: Act, webhook_id: str) -> None:
    """Take no calls for a while. Raises NotFound, Conflict, Outdated."""
    _switch(act, webhook_id, True)


@command(Permission.KEEP_WEBHOOKS)
def resume(act: Act, webhook_id: str) -> None:
    """Take calls again. Raises NotFound, Conflict, Outdated."""
    _switch(act, webhook_id, False)


@command(Permission.KEEP_WEBHOOKS)
def close(act: Act, webhook_id: str) -> None:
    """Close it for good, with the log of its calls. Raises NotFound, Outdated."""
    row = _changed(act, webhook_id)
    db.session.execute(delete(WebhookCall).where(WebhookCall.webhook_id == row.id))
    db.session.delete(row)
    act.on(row.id, details={"process": row.process_key, "element": row.element_key, "name": row.name})


def _switch(act: Act, webhook_id: str, is_paused: bool) -> None:
    row = _changed(act, webhook_id)
    if row.is_paused == is_paused:
        if is_paused:
            raise Conflict(say("The webhook %(name)s is paused already.", name=row.name))
        raise Conflict(say("The webhook %(name)s takes calls already.", name=row.name))
    row.is_paused = is_paused
    act.on(row.id, details={"name": row.name})


@command(Permission.SEND_MESSAGES)
def receive(act: Act, webhook_id: str, call: Received) -> Taken:
    """Do what a call reports; who called has been checked.

    Raises Repeated for one that was taken before, Invalid, NotFound, Conflict.
    """
    row = _found(webhook_id)
    if row.is_paused:
        raise Conflict(say("This webhook is paused just now."))
    kept = _keep(act, row, call)
    instance_id = webhooks.carry_out(act, row, webhooks.payload_of(call.media_type, call.content))
    db.session.execute(update(WebhookCall).where(WebhookCall.id == kept).values(instance_id=instance_id))
    act.on(row.id, instance_id, details={"name": row.name, "call": kept, "key": call.key})
    return Taken(kept, instance_id)


@command(Permission.SEND_MESSAGES, audited=False)
def repeat(act: Act, webhook_id: str, key: str) -> Taken:
    """A call has come that was taken before: what it answered then. Raises NotFound."""
    same = (WebhookCall.webhook_id == webhook_id, WebhookCall.taken_key == key)
    row = db.session.scalar(select(WebhookCall).where(*same))
    if row is None:
        raise NotFound(say("The call that came first is not known any more."))
    row.repeats += 1
    return Taken(row.id, row.instance_id, True)


@command(Permission.SEND_MESSAGES, audited=False)
def refuse(act: Act, webhook_id: str, call: Received, status: int, message: str, replay_of: str | None = None) -> None:
    """Write down that a call was not taken, and why; a body that nobody has vouched for is left out by the caller."""
    _found(webhook_id)
    db.session.add(WebhookCall(**_row(act, webhook_id, call, "refused", status, message[:1000], replay_of)))
    forgetting.begin(act)


@command(Permission.KEEP_SECRETS)
def replay(act: Act, call_id: str) -> Taken:
    """Do once more what a call reported, whatever came of it then, as the webhook works now.

    Raises NotFound, Invalid, Conflict.
    """
    call = db.session.get(WebhookCall, call_id)
    if call is None or call.content is None:
        raise NotFound(say("There is no such call, or nothing of it was kept."))
    row = _found(call.webhook_id)
    again = Received(call.address, None, call.media_type, call.content.encode())
    values = _row(act, row.id, again, "taken", 200, "", call.id) | {"key": call.key}
    instance_id = webhooks.carry_out(act, row, webhooks.payload_of(again.media_type, again.content))
    db.session.add(WebhookCall(**(values | {"instance_id": instance_id})))
    act.on(row.id, instance_id, details={"name": row.name, "call": call.id})
    return Taken(values["id"], instance_id)


def _found(webhook_id: str) -> Webhook:
    row = db.session.get(Webhook, webhook_id)
    if row is None:
        raise NotFound(say("There is no such webhook."))
    return row


def _changed(act: Act, webhook_id: str) -> Webhook:
    """The webhook, to be changed now. Raises NotFound, Outdated."""
    row = db.session.scalar(select(Webhook).where(Webhook.id == webhook_id).with_for_update())
    if row is None:
        raise NotFound(say("There is no such webhook."))
    check_revision(row.id, row.revision)
    row.revision += 1
    row.changed_at, row.changed_by = act.moment, act.actor.id
    return row


def _sealed_as(row: Webhook) -> str:
    return f"webhook:{row.id}"


def _settle(row: Webhook, wanted: Wanted) -> None:
    """Write what is wanted into the row. Raises Invalid naming the field that is wrong."""
    name = wanted.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise _wrong("name", say("Give it a name of at most %(most)s characters.", most=LONGEST_NAME))
    if wanted.verification not in WAYS:
        raise _wrong("verification", say("Choose one of %(known)s.", known=", ".join(WAYS)))
    row.name, row.verification = name, wanted.verification
    row.token_header, row.key_header = (
        _header("token_header", wanted.token_header),
        _header("key_header", wanted.key_header),
    )
    row.payload_schema = wanted.payload_schema.strip() or None if wanted.payload_schema else None
    if row.payload_schema is not None:
        webhooks.read_schema(row.payload_schema)
    row.business_key = _expression("business_key", wanted.business_key)
    row.correlation_key = _expression("correlation_key", wanted.correlation_key)
    variables = {key.strip(): _expression("variables", text) for key, text in wanted.variables.items()}
    if not all(key.isidentifier() and text for key, text in variables.items()):
        raise _wrong(
            "variables", say("Each variable has a name of letters, digits and underscores, and an expression.")
        )
    row.variables = json.dumps(variables)


def _header(field_name: str, text: str) -> str:
    name = text.strip().lower()
    if not HEADER.fullmatch(name):
        raise _wrong(field_name, say("That is not the name of a header; names have letters, digits and hyphens."))
    return name


def _expression(field_name: str, text: str | None) -> str | None:
    if text is None or not text.strip():
        return None
    try:
        webhooks.expression(text)
    except (Failure, Invalid) as error:
        raise _wrong(field_name, str(error)) from None
    return text.strip()


def _given_secret(verification: str, secret: str) -> str:
    if not secret:
        return new_signing_secret()
    if verification == SIGNATURE and not is_signing_secret(secret):
        raise _wrong(
            "secret", say("A secret to sign with is whsec_ and 24 to 64 bytes in base64. Leave it empty for one.")
        )
    fits = SHORTEST_TOKEN <= len(secret) <= LONGEST_TOKEN and secret.isascii() and secret.isprintable()
    if not fits or " " in secret:
        raise _wrong(
            "secret",
            say(
                "A token has %(least)s to %(most)s visible ASCII characters.", least=SHORTEST_TOKEN, most=LONGEST_TOKEN
            ),
        )
    return secret


def _keep(act: Act, row: Webhook, call: Received) -> str:
    """Write the call down under its key; who comes with the same key at the same time waits. Raises Repeated."""
    values = _row(act, row.id, call, "taken", 200, "", None) | {"taken_key": call.key}
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    kept = dialect.insert(WebhookCall).values(values).on_conflict_do_nothing().returning(WebhookCall.id)
    identity: str | None = db.session.scalar(kept)
    if identity is None:
        raise Repeated()
    forgetting.begin(act)
    return identity


def _row(
    act: Act, webhook_id: str, call: Received, state: str, status: int, message: str, replay_of: str | None
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "webhook_id": webhook_id,
        "received_at": act.moment,
        "address": call.address[:64],
        "key": call.key,
        "taken_key": None,
        "state": state,
        "status": status,
        "message": message,
        "media_type": call.media_type[:100],
        "content": call.content.decode("utf-8", "replace").replace("\0", "") if call.content else None,
        "instance_id": None,
        "repeats": 0,
        "replay_of": replay_of,
    }


def _wrong(field_name: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field_name)])
