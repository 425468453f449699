"""Jobs that are a step inside the database: what each kind does, as one table."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from server.database import db
from server.errors import NotFound
from server.expressions import values
from server.expressions.moments import Schedule, next_due
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.waiting_message import WaitingMessage
from server.runtime import deadlines, forgetting, inbox, notices, repetition, sendings
from server.runtime.act import Act
from server.runtime.calendars import calendar_at_start
from server.runtime.calls import Outcome
from server.runtime.conditions import stores_changed
from server.runtime.correlation import Receiver
from server.runtime.definitions import deployed
from server.runtime.delivery import broadcast, deliver, hold_receiver
from server.runtime.instances import advance, begin
from server.sentences import say

Carry = Callable[[Act, Job], bool]


def _place(row: Job) -> tuple[str, int]:
    assert row.instance_id is not None, "this kind of job belongs to an instance"
    assert row.activity is not None, "this kind of job belongs to an activity"
    return row.instance_id, row.activity


def _payload(row: Job) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(row.payload)
    return payload


def _timer(act: Act, row: Job) -> bool:
    instance_id, activity = _place(row)
    # The engine clears the timer as it fires, and with it this job; a cycle sets the next one.
    advance(act, instance_id, lambda e: e.fire_timer(activity, row.number or 0, act.moment))
    return True


def _start_timer(act: Act, row: Job) -> bool:
    """Start the process, and wait for the next time of a cycle."""
    assert row.definition_id is not None, "a definition starts by it"
    definition = deployed(row.definition_id)
    begin(act, definition, {}, start_element=row.element_key, number=row.number or 0)
    payload = _payload(row)
    element = definition.process.level.elements[row.element_key or ""]
    calendar = calendar_at_start(definition.process, element)
    following = next_due(Schedule(row.due_at, payload["left"], payload["period"]), act.moment, calendar)
    if following is None:
        return True
    row.due_at, row.attempts, row.lease_until, row.leased_by = following.due, 0, None, None
    row.payload = json.dumps({"left": following.repetitions_left, "period": following.period})
    return False


def _continuation(act: Act, row: Job) -> bool:
    instance_id, activity = _place(row)
    advance(act, instance_id, lambda e: e.continue_activity(activity, act.moment))
    return True


def _assignment(act: Act, row: Job) -> bool:
    """Somebody has got a user task, together with others: what listens to that hears it."""
    instance_id, activity = _place(row)
    payload = _payload(row)
    advance(
        act, instance_id, lambda e: e.assign_user_task(activity, payload["assignee"], payload["person"], act.moment)
    )
    return True


def _call_return(act: Act, row: Job) -> bool:
    instance_id, activity = _place(row)
    payload = _payload(row)
    outcome = Outcome(values.decode(payload["variables"]), payload["error"], payload["escalation"])
    advance(act, instance_id, lambda e: outcome.give(e, activity, act.moment))
    return True


def _call_cancel(act: Act, row: Job) -> bool:
    """End the instance that a call activity called in vain. It may have ended by itself meanwhile."""
    caller_id, activity = _place(row)
    called = select(ProcessInstance.id).where(
        ProcessInstance.caller_id == caller_id,
        ProcessInstance.caller_activity == activity,
        ProcessInstance.ended_at.is_(None),
    )
    called_id = db.session.scalar(called)
    if called_id is not None:
        reason = "The process that called it no longer waits for it"
        advance(act, called_id, lambda e: e.terminate(reason, act.moment), suspended=True)
    return True


def _message(act: Act, row: Job) -> bool:
    payload = _payload(row)
    name, key = payload["name"], payload.get("correlation_key")
    said, content = payload.get("time_to_live"), values.decode(payload["payload"])
    wait = inbox.patience.seconds if said is None else said
    receiver = hold_receiver(act, name, key, content)
    if receiver is not None:
        deliver(act, "message", receiver, content, key)
    elif wait:
        inbox.keep(name, key, content, act.moment, row.instance_id, wait)
    else:
        if key:
            raise NotFound(say("Nobody waits for the message %(name)s with the key %(key)s.", name=name, key=key))
        raise NotFound(say("Nobody waits for the message %(name)s.", name=name))
    return True


def _waiting_message(act: Act, row: Job) -> bool:
    """Bring a message from the inbox, if somebody waits for it by now; throw it away when its time is over."""
    message = db.session.get(WaitingMessage, _payload(row)["id"], with_for_update=True)
    if message is None:
        return True
    content = values.decode(json.loads(message.payload))
    receiver = hold_receiver(act, message.name, message.correlation_key, content)
    if receiver is not None:
        deliver(act, "message", receiver, content, message.correlation_key)
    elif act.moment < message.expires_at:
        row.due_at, row.attempts, row.lease_until, row.leased_by = message.expires_at, 0, None, None
        return False
    db.session.delete(message)
    return True


def _conditions(act: Act, row: Job) -> bool:
    stores_changed(act)
    return True


def _signal(act: Act, row: Job) -> bool:
    payload = _payload(row)
    broadcast(act, payload["name"], values.decode(payload["payload"]), but_instance=row.instance_id)
    return True


def _signal_delivery(act: Act, row: Job) -> bool:
    receiver = Receiver(row.instance_id, row.activity, row.number, row.definition_id, row.element_key or "")
    deliver(act, "signal", receiver, values.decode(_payload(row)["payload"]))
    return True


STEPS: dict[str, Carry] = {
    "timer": _timer,
    "start_timer": _start_timer,
    "continuation": _continuation,
    "assignment": _assignment,
    "call_return": _call_return,
    "call_cancel": _call_cancel,
    "message": _message,
    "waiting_message": _waiting_message,
    "conditions": _conditions,
    "signal": _signal,
    "signal_delivery": _signal_delivery,
    repetition.KIND: repetition.forget,
    notices.KIND: sendings.sort,
    deadlines.KIND: deadlines.pass_stage,
    deadlines.ANEW: deadlines.some_anew,
    forgetting.KIND: forgetting.forget,
}
MOVING = ("timer", "continuation", "assignment", "call_return", "signal_delivery")
"""The kinds that move the instance they belong to; what the others move is known when they are done."""
