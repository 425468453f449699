"""What a webhook means: which elements may have one, what a call's body becomes, and bringing that to the process."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import select

from server.bpmn.definition import Element, Kind, Process
from server.connectors import schemas
from server.database import db, new_id
from server.errors import Conflict, Failure, Invalid, NotFound, Problem
from server.expressions import parse
from server.expressions.characters import HALF, is_whole
from server.expressions.expression import Expression
from server.identity.actor import webhook_actor
from server.identity.secrets import new_secret
from server.records.definition import ProcessDefinition
from server.records.webhook import Webhook
from server.runtime import definitions, inbox
from server.runtime.act import Act
from server.runtime.delivery import deliver, hold_receiver
from server.runtime.instances import begin
from server.runtime.scope import is_in_scope
from server.sentences import say

SIGNATURE, TOKEN = "signature", "token"  # ways of proving, no secret
WAYS = (SIGNATURE, TOKEN)
FORM = "application/x-www-form-urlencoded"
PROPERTY = "webhook"  # an element with this property has a webhook; its value is the way of proving
_CATCHING = (Kind.START_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.BOUNDARY_EVENT, Kind.RECEIVE_TASK)


@dataclass(frozen=True)
class Place:
    """An element that a webhook may be opened on; `message` is None where the process is started without one."""

    element: Element
    message: str | None


def places(process: Process) -> Iterator[Place]:
    """Every element that other systems may report to, in the order of the file."""
    plain = process.level.plain_starts()
    for element in process.elements():
        if element.kind is Kind.START_EVENT and not element.triggers and element.id in plain:
            yield Place(element, None)
        elif element.kind in _CATCHING and (name := _message(element)) is not None:
            yield Place(element, name)


def place_of(process: Process, element_key: str) -> Place:
    """The place with this key. Raises Invalid where nothing can be reported."""
    found = next((place for place in places(process) if place.element.id == element_key), None)
    if found is None:
        text = say(
            "%(process)s has no start event and catches no message at %(element)s.",
            process=process.name or process.key,
            element=element_key[:100],
        )
        raise Invalid(text, [Problem(text, element="element_key")])
    return found


def _message(element: Element) -> str | None:
    """The name of the message it catches, unless only an instance would know it."""
    for trigger in element.triggers:
        if trigger.kind == "message" and trigger.name is not None:
            try:
                return str(parse(trigger.name).evaluate({}))
            except (Failure, Invalid):
                return None
    return None


def open_declared(act: Act, process: Process) -> None:
    """A webhook for each element whose model asks for one and that has none yet; its secret is made by a person.

    Raises Invalid for a property that cannot be understood.
    """
    for place in places(process):
        way = place.element.properties.get(PROPERTY, "").strip()
        if not way:
            continue
        if way not in WAYS:
            text = say(
                'The property webhook of "%(name)s" is %(signature)s or %(token)s.',
                name=place.element.name or place.element.id,
                signature=SIGNATURE,
                token=TOKEN,
            )
            raise Invalid(text, [Problem(text, element=place.element.id)])
        here = (Webhook.process_key == process.key, Webhook.element_key == place.element.id)
        if db.session.scalar(select(Webhook.id).where(*here).limit(1)) is None:
            db.session.add(_declared(act, process, place.element, way))


def _declared(act: Act, process: Process, element: Element, way: str) -> Webhook:
    said = element.properties
    schema = said.get("webhookSchema", "").strip() or None
    if schema is not None:
        read_schema(schema)
    row = new_webhook(act, process.key, element.id, element.name or element.id, way)
    row.payload_schema = schema
    row.business_key = said.get("webhookBusinessKey", "").strip() or None
    row.correlation_key = said.get("webhookCorrelationKey", "").strip() or None
    return row


def new_webhook(act: Act, process_key: str, element_key: str, name: str, way: str) -> Webhook:
    """A row with nothing special, at an address that nobody can guess."""
    return Webhook(
        id=new_id(),
        address=new_secret(),
        process_key=process_key,
        element_key=element_key,
        name=name[:100],
        verification=way,
        token_header="authorization",  # noqa: S106  # the name of a header
        variables="{}",
        key_header="webhook-id",
        is_paused=False,
        revision=1,
        changed_at=act.moment,
        changed_by=act.actor.id,
    )


def read_schema(text: str) -> Any:
    """The JSON Schema in a text. Raises Invalid."""
    try:
        schema = json.loads(text)
    except ValueError as error:
        sentence = say("The schema is not JSON: %(error)s.", error=str(error))
        raise Invalid(sentence, [Problem(sentence, element="payload_schema")]) from None
    try:
        schemas.check_schema(schema)
    except Invalid as invalid:
        raise Invalid(invalid.message, [Problem(invalid.message, element="payload_schema")]) from None
    return schema


def payload_of(media_type: str, content: bytes) -> Any:
    """What a call's body holds: JSON, or the fields of a form. Raises Invalid."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise Invalid(say("The body is not text in UTF-8.")) from None
    if "\\u0000" in text or "\0" in text:
        raise Invalid(say("What was sent holds a character that no text has (U+0000)."))
    if media_type == FORM:
        return dict(parse_qsl(text, keep_blank_values=True))
    try:
        payload, is_shown = json.loads(text, parse_constant=_no_number), is_whole(text)
    except (ValueError, RecursionError):
        raise Invalid(say("The body is not JSON.")) from None
    if not is_shown:
        raise Invalid(HALF)
    return payload


def _no_number(text: str) -> Any:
    raise ValueError(text)


def carry_out(act: Act, row: Webhook, payload: Any) -> str | None:
    """Start the process, or bring the message; returns the instance, None where the message waits.

    Raises Invalid for a payload that does not fit, NotFound where nobody waits, Conflict.
    """
    if row.payload_schema is not None:
        _check(payload, json.loads(row.payload_schema))
    given = _given(row, payload)
    definition_id, process = _process(row.process_key)
    place = place_of(process, row.element_key)
    if place.message is None:
        started, _ = begin(act, definitions.deployed(definition_id), given.variables, business_key=given.business_key)
        return started.id
    return _bring(act, row, place.message, given)


@dataclass(frozen=True)
class _Given:
    business_key: str | None
    correlation_key: str | None
    variables: Mapping[str, Any]


def _check(payload: Any, schema: Any) -> None:
    try:
        problems = schemas.problems(payload, schema)
    except Failure as failure:
        raise Invalid(say("The schema of this webhook cannot be used: %(error)s", error=str(failure))) from None
    if problems:
        raise Invalid(say("The payload does not fit the schema of this webhook."), problems)


def _given(row: Webhook, payload: Any) -> _Given:
    scope = {**(payload if isinstance(payload, dict) else {}), "payload": payload}
    wanted: dict[str, str] = json.loads(row.variables)
    whole = payload if isinstance(payload, dict) else {"payload": payload}
    variables = {name: _evaluated(name, text, scope) for name, text in wanted.items()} if wanted else whole
    business = _key("business_key", row.business_key, scope)
    if row.business_key and business is None:
        raise Invalid(
            say("The payload gives no business key: %(text)s is no text and no number in it.", text=row.business_key)
        )
    correlation = _key("correlation_key", row.correlation_key, scope)
    if row.correlation_key and correlation is None:
        raise Invalid(
            say(
                "The payload gives no correlation key: %(text)s is no text and no number in it.",
                text=row.correlation_key,
            )
        )
    return _Given(business, correlation, variables)


def _key(name: str, text: str | None, scope: Mapping[str, Any]) -> str | None:
    value = _evaluated(name, text, scope) if text else None
    return None if value is None or isinstance(value, dict | list) else str(value)


def _evaluated(name: str, text: str, scope: Mapping[str, Any]) -> Any:
    try:
        return expression(text).evaluate(scope)
    except (Failure, Invalid) as error:
        text = say("What %(name)s is made of cannot be evaluated: %(error)s", name=name, error=error.args[0])
        raise Invalid(text) from None


def expression(text: str) -> Any:
    """FEEL, with or without the equals sign that some editors put first. Raises Invalid."""
    return parse(Expression(text.strip().removeprefix("="), "feel"))


def _process(process_key: str) -> tuple[str, Process]:
    where = (ProcessDefinition.key == process_key, ProcessDefinition.latest)
    row = db.session.execute(
        select(ProcessDefinition.id, ProcessDefinition.suspended, ProcessDefinition.name).where(*where)
    ).one_or_none()
    if row is None:
        raise NotFound(say("There is no process %(key)s any more.", key=process_key))
    if row.suspended:
        raise Conflict(say("%(name)s is suspended: nothing is reported to it just now.", name=row.name))
    return row.id, definitions.process(row.id)


def _bring(act: Act, row: Webhook, message: str, given: _Given) -> str | None:
    key = given.correlation_key or given.business_key
    receiver = hold_receiver(act, message, key, given.variables)
    if receiver is not None and not is_in_scope(webhook_actor(row.name, row.process_key), receiver):
        receiver = None
    if receiver is not None:
        return deliver(act, "message", receiver, given.variables, given.business_key or key)
    if not inbox.patience.seconds:
        if key:
            raise NotFound(say("Nobody waits for the message %(name)s with the key %(key)s.", name=message, key=key))
        raise NotFound(say("Nobody waits for the message %(name)s.", name=message))
    inbox.keep(message, key, given.variables, act.moment, None, inbox.patience.seconds)
    act.ring()
    return None
