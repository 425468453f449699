"""Start events that wait: the latest version of a process listens for messages and signals and sets its timers."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from server.bpmn.definition import Element, Process, Trigger
from server.database import db, new_id
from server.errors import Failure, Invalid
from server.expressions import parse
from server.expressions.moments import parse_timer
from server.records.definition import ProcessDefinition
from server.records.job import Job
from server.records.subscription import Subscription
from server.runtime.act import Act
from server.runtime.jobs import new_job


def forget_starts(process_key: str) -> None:
    """Older versions are not started by events any more."""
    versions = select(ProcessDefinition.id).where(ProcessDefinition.key == process_key)
    db.session.execute(delete(Subscription).where(Subscription.definition_id.in_(versions)))
    db.session.execute(delete(Job).where(Job.definition_id.in_(versions)))


def watch_starts(act: Act, definition_id: str, process: Process) -> None:
    """Have messages, signals and timers start this version. Raises Invalid for a name or time that has no value."""
    subscriptions: list[dict[str, Any]] = []
    jobs: list[dict[str, Any]] = []
    for key in process.level.starts:
        element = process.level.elements[key]
        for trigger in element.triggers:
            if trigger.kind == "timer":
                jobs.append(_timer(definition_id, element, trigger, act.moment))
            elif trigger.kind in ("message", "signal"):
                subscriptions.append(_subscription(definition_id, element, trigger))
    if subscriptions:
        db.session.execute(insert(Subscription), subscriptions)
    if jobs:
        db.session.execute(insert(Job), jobs)
        act.ring()


def _value(element: Element, trigger: Trigger) -> Any:
    """What the expression says before there is an instance with variables."""
    source = trigger.timer if trigger.kind == "timer" else trigger.name
    try:
        return parse(source).evaluate({}) if source is not None else ""
    except Failure as failure:
        raise Invalid(f"The start event '{element.name or element.id}' cannot be watched: {failure}") from failure


def _timer(definition_id: str, element: Element, trigger: Trigger, moment: datetime) -> dict[str, Any]:
    schedule = parse_timer(trigger.timer_form or "duration", _value(element, trigger), moment)  # type: ignore[arg-type]  # the reader gives one of the three forms
    payload = {"left": schedule.repetitions_left, "period": schedule.period}
    row = new_job("start_timer", schedule.due, moment, payload)
    row.update(definition_id=definition_id, element_key=element.id)
    return row


def _subscription(definition_id: str, element: Element, trigger: Trigger) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": trigger.kind,
        "name": str(_value(element, trigger)),
        "correlation_key": None,
        "instance_id": None,
        "activity": None,
        "number": None,
        "definition_id": definition_id,
        "element_key": element.id,
    }
