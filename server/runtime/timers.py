"""Why a timer is due when it is: what the model says, and by which calendar and for what."""

from dataclasses import dataclass

from server.bpmn.calendars import calendar_at
from server.bpmn.definition import Element, Process, Trigger
from server.runtime.calendars import calendar_for, zone_for
from server.runtime.definitions import process


@dataclass(frozen=True)
class Reason:
    """`form` is date, duration or cycle; `text` as it is written in the model; `calendar` is a key, "" where time goes
    by as it does; `guards` is what people call the activity that the timer stands at, "" for one by itself."""

    form: str
    text: str
    calendar: str
    zone: str
    guards: str


def reason_of(definition_id: str | None, element_key: str | None, number: int | None) -> Reason | None:
    """What the model says of a timer; None where there is none (any more)."""
    if definition_id is None or element_key is None:
        return None
    model = process(definition_id)
    element = model.element(element_key)
    trigger = None if element is None else _trigger(element, number or 0)
    if element is None or trigger is None or trigger.timer is None:
        return None
    calendar = calendar_at(element, calendar_for(model))
    return Reason(trigger.timer_form or "", trigger.timer.text, calendar, zone_for(model), _guarded(model, element))


def _trigger(element: Element, number: int) -> Trigger | None:
    triggers = element.triggers or tuple(each.timer for each in element.listeners if each.timer is not None)
    return triggers[number] if number < len(triggers) else None


def _guarded(model: Process, element: Element) -> str:
    host = model.element(element.attached_to) if element.attached_to else None
    return (host.name or host.id) if host is not None else ""
