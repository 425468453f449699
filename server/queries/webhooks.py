"""Webhooks as people keep them, the calls that came, and what the door has to know of one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from server import clock
from server.database import db
from server.errors import Forbidden, Invalid, NotFound, Unavailable
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.identity.sealing import Seal
from server.keyset import By, Page, Slice, read
from server.records.definition import ProcessDefinition
from server.records.identity import Person
from server.records.webhook import Webhook, WebhookCall
from server.runtime import definitions, webhooks
from server.sentences import say


class CallState(StrEnum):
    """What came of a call."""

    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True)
class WebhookView:
    """One webhook. `element` and `process` are what people call them; "" where the model has them no more."""

    id: str
    address: str
    name: str
    process_key: str
    process: str
    definition_id: str | None
    element_key: str
    element: str
    message: str | None
    verification: str
    token_header: str
    has_secret: bool
    before_until: datetime | None
    payload_schema: str | None
    business_key: str | None
    correlation_key: str | None
    variables: Mapping[str, str]
    key_header: str
    is_paused: bool
    revision: int
    changed_at: datetime
    changed_by: str
    calls: int
    last_call_at: datetime | None


@dataclass(frozen=True)
class CallRow:
    """One call. `content` is None for those who may not read it, and where nothing was kept."""

    id: str
    webhook_id: str
    received_at: datetime
    address: str
    key: str | None
    state: CallState
    status: int
    message: str
    media_type: str
    content: str | None
    instance_id: str | None
    repeats: int
    replay_of: str | None


@dataclass(frozen=True)
class PlaceRow:
    """An element of a process that a webhook may be opened on; no message: the process is started."""

    element_key: str
    element: str
    message: str | None


@dataclass(frozen=True)
class ProcessRow:
    """A process that runs, by its key and name."""

    key: str
    name: str


@dataclass(frozen=True)
class Door:
    """What has to be known of a webhook before anything of a call is looked at; never shown to anybody."""

    id: str
    name: str
    process_key: str
    verification: str
    token_header: str
    key_header: str
    secrets: tuple[str, ...] = field(repr=False)


def listed(actor: Actor) -> tuple[WebhookView, ...]:
    """Every webhook, by process and name. Raises Forbidden."""
    _check(actor)
    rows = db.session.scalars(select(Webhook).order_by(Webhook.process_key, Webhook.name, Webhook.id)).all()
    return tuple(_view(row) for row in rows)


def of_process(actor: Actor, process_key: str) -> tuple[WebhookView, ...]:
    """Those of one process. Raises Forbidden."""
    return tuple(row for row in listed(actor) if row.process_key == process_key)


def webhook(actor: Actor, webhook_id: str) -> WebhookView:
    """One of them. Raises NotFound, Forbidden."""
    _check(actor)
    row = db.session.get(Webhook, webhook_id)
    if row is None:
        raise NotFound(say("There is no such webhook."))
    return _view(row)


def processes(actor: Actor) -> tuple[ProcessRow, ...]:
    """The processes that one may be opened on. Raises Forbidden."""
    _check(actor)
    where = (ProcessDefinition.latest, ProcessDefinition.executable)
    found = select(ProcessDefinition.key, ProcessDefinition.name).where(*where).order_by(ProcessDefinition.name)
    return tuple(ProcessRow(row.key, row.name) for row in db.session.execute(found))


def places(actor: Actor, process_key: str) -> tuple[PlaceRow, ...]:
    """Where a webhook may be opened, in the order of the model. Raises NotFound, Forbidden."""
    _check(actor)
    definition_id = _latest(process_key)
    if definition_id is None:
        raise NotFound(say("There is no process %(key)s.", key=process_key[:100]))
    process = definitions.process(definition_id)
    if not process.executable:
        return ()
    return tuple(
        PlaceRow(one.element.id, one.element.name or one.element.id, one.message) for one in webhooks.places(process)
    )


def part(actor: Actor, webhook_id: str, state: CallState | None, wanted: Slice) -> Page[CallRow]:
    """A part of the calls that came to one, the newest first. Raises Forbidden, NotFound, Invalid."""
    webhook(actor, webhook_id)
    found = select(*WebhookCall.__table__.c).where(WebhookCall.webhook_id == webhook_id)
    if state is not None:
        found = found.where(WebhookCall.state == state)
    order = (By(WebhookCall.received_at, descending=True), By(WebhookCall.id, descending=True))
    return read(db.session.execute, found, order, wanted, lambda row: _call(actor, row))


def call(actor: Actor, call_id: str) -> CallRow:
    """One call. Raises NotFound, Forbidden."""
    _check(actor)
    row = db.session.get(WebhookCall, call_id)
    if row is None:
        raise NotFound(say("There is no such call; calls are forgotten after a while."))
    return _call(actor, row)


def door(address: str, seal: Seal) -> Door:
    """The webhook at an address, with the secrets that open it just now. Raises NotFound, Unavailable."""
    row = db.session.scalar(select(Webhook).where(Webhook.address == address))
    if row is None:
        raise NotFound(say("There is no webhook at this address."))
    kept = [row.sealed]
    if row.before_until is not None and clock.now() < row.before_until:
        kept.append(row.sealed_before)
    try:
        opened = tuple(seal.open(f"webhook:{row.id}", sealed) for sealed in kept if sealed is not None)
    except Invalid:
        raise Unavailable(
            say("The secret of this webhook cannot be opened: an administrator has to look at it.")
        ) from None
    return Door(row.id, row.name, row.process_key, row.verification, row.token_header, row.key_header, opened)


def _call(actor: Actor, row: Any) -> CallRow:
    """What is in calls is for those who answer for all that goes in and out, and for those who see instances."""
    may_read = actor.may(Permission.KEEP_SECRETS) or actor.may(Permission.SEE_ALL_INSTANCES)
    return CallRow(
        row.id,
        row.webhook_id,
        row.received_at,
        row.address,
        row.key,
        CallState(row.state),
        row.status,
        row.message,
        row.media_type,
        row.content if may_read else None,
        row.instance_id,
        row.repeats,
        row.replay_of,
    )


def _view(row: Webhook) -> WebhookView:
    definition_id = _latest(row.process_key)
    process = definitions.process(definition_id) if definition_id is not None else None
    place = (
        next((one for one in webhooks.places(process) if one.element.id == row.element_key), None) if process else None
    )
    calls = select(func.count(), func.max(WebhookCall.received_at)).where(WebhookCall.webhook_id == row.id)
    count, last = db.session.execute(calls).one()
    before = row.before_until if row.before_until is not None and clock.now() < row.before_until else None
    return WebhookView(
        id=row.id,
        address=row.address,
        name=row.name,
        process_key=row.process_key,
        process=(process.name or process.key) if process else "",
        definition_id=definition_id,
        element_key=row.element_key,
        element=(place.element.name or place.element.id) if place else "",
        message=place.message if place else None,
        verification=row.verification,
        token_header=row.token_header,
        has_secret=row.sealed is not None,
        before_until=before,
        payload_schema=row.payload_schema,
        business_key=row.business_key,
        correlation_key=row.correlation_key,
        variables=json.loads(row.variables),
        key_header=row.key_header,
        is_paused=row.is_paused,
        revision=row.revision,
        changed_at=row.changed_at,
        changed_by=db.session.scalar(select(Person.name).where(Person.id == row.changed_by)) or row.changed_by,
        calls=count,
        last_call_at=last,
    )


def _latest(process_key: str) -> str | None:
    where = (ProcessDefinition.key == process_key, ProcessDefinition.latest)
    return db.session.scalar(select(ProcessDefinition.id).where(*where))


def _check(actor: Actor) -> None:
    if not actor.may(Permission.KEEP_WEBHOOKS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.KEEP_WEBHOOKS)))
