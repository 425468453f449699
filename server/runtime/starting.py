"""Start events that wait: the latest version of a process listens for messages and signals and sets its timers."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from server.bpmn.definition import Element, Process, Trigger
from server.database import db, new_id
from server.errors import Failure, Invalid
from server.expressions import parse
from server.expressions.moments import Form, parse_timer
from server.records.definition import ProcessDefinition
from server.records.job import Job
from server.records.subscription import Subscription
from server.runtime import calendars
from server.runtime.act import Act
from server.runtime.inbox import bring
from server.runtime.jobs import new_job
from server.sentences import say


def forget_starts(process_key: str) -> None:
    """Older versions are not started by events any more."""
    versions = select(ProcessDefinition.id).where(ProcessDefinition.key == process_key)
    db.session.execute(delete(Subscription).where(Subscription.definition_id.in_(versions)))
    db.session.execute(delete(Job).where(Job.definition_id.in_(versions)))


def watch_starts(act: Act, definition_id: str, process: Process) -> None:
    """Have messages, signals and timers start this version. Raises Invalid for a name or time that has no value."""
    subscriptions: list[dict[str, Any]] = []
    jobs: list[dict[str, Any]] = []
    for key, triggers in process.level.openers().items():
        element = process.level.elements[key]
        for number, trigger in enumerate(triggers):
            if trigger.kind == "timer":
                jobs.append(_timer(definition_id, process, element, trigger, number, act.moment))
            elif trigger.kind in ("message", "signal", "conditional"):
                subscriptions.append(_subscription(definition_id, element, trigger, number))
    if subscriptions:
        db.session.execute(insert(Subscription), subscriptions)
        bring([(row["name"], None) for row in subscriptions if row["kind"] == "message"], act.moment)
        act.ring()
    if jobs:
        db.session.execute(insert(Job), jobs)
        act.ring()


def _value(element: Element, trigger: Trigger) -> Any:
    """What the expression says before there is an instance with variables."""
    source = trigger.timer if trigger.kind == "timer" else trigger.name
    try:
        return parse(source).evaluate({}) if source is not None else ""
    except Failure as failure:
        raise Invalid(
            say(
                "The start event '%(name)s' cannot be watched: %(failure)s",
                name=element.name or element.id,
                failure=failure,
            )
        ) from failure


def _timer(
    definition_id: str, process: Process, element: Element, trigger: Trigger, number: int, moment: datetime
) -> dict[str, Any]:
    form, value = cast(Form, trigger.timer_form or "duration"), _value(element, trigger)
    zone = ZoneInfo(calendars.zone_for(process))
    schedule = parse_timer(form, value, moment, zone, calendars.calendar_at_start(process, element))
    payload = {"left": schedule.repetitions_left, "period": schedule.period}
    row = new_job("start_timer", schedule.due, moment, payload)
    row.update(definition_id=definition_id, element_key=element.id, number=number)
    return row


def _subscription(definition_id: str, element: Element, trigger: Trigger, number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": trigger.kind,
        "name": str(_value(element, trigger)),
        "correlation_key": None,
        "instance_id": None,
        "activity": None,
        "number": number,
        "definition_id": definition_id,
        "element_key": element.id,
        "held": False,
        "key_paths": None,
    }
