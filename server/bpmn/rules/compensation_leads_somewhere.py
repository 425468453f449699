"""Who undoes an activity stands beside it and is reached by nothing else; what is to be undone can be (10.7)."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Level, Trigger
from server.bpmn.names import ACTIVITIES
from server.bpmn.subject import Subject
from server.errors import Problem

THROWN = frozenset((Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT))


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        undoing = {boundary.undone_by for boundary in level.elements.values()}
        for element in level.elements.values():
            if element.for_compensation and not element.triggered_by_event:
                yield from _activity(element, element.id in undoing)
            for trigger in element.triggers:
                if trigger.kind != "compensation":
                    continue
                if element.kind is Kind.BOUNDARY_EVENT:
                    yield from _boundary(element, level)
                elif element.kind in THROWN and trigger.reference is not None:
                    yield from _thrown(element, trigger, level, subject)
        yield from _event_sub_processes(level)
    yield from _called(subject)


def _activity(element: Element, is_used: bool) -> Iterator[Problem]:
    if element.boundaries:
        text = "An activity for compensation has no boundary events; draw them on an activity inside a sub-process."
        yield Problem(text, element.id, element.line, code="compensation-activity-with-boundary")
    if not is_used:
        text = "No compensation boundary event leads here by an association, so it is never executed."
        yield Problem(text, element.id, element.line, level="warning", code="compensation-activity-unused")


def _boundary(event: Element, level: Level) -> Iterator[Problem]:
    if event.outgoing:
        text = "No sequence flow leaves a compensation event; draw an association to an activity for compensation."
        yield Problem(text, event.id, event.line, code="compensation-event-with-flow")
    if event.undone_by is not None and event.undone_by not in level.elements:
        text = f'The activity for compensation "{event.undone_by}" lies in another level; draw it beside the event.'
        yield Problem(text, event.id, event.line, code="compensation-without-activity")
    if len(event.triggers) > 1:
        text = "A compensation event on the border has no other trigger; draw one boundary event for each."
        yield Problem(text, event.id, event.line, code="compensation-with-other-trigger")


def _thrown(event: Element, trigger: Trigger, level: Level, subject: Subject) -> Iterator[Problem]:
    """The activity is in the level of the event, or in the one around the event sub-process that the event is in."""
    around: Level | None = level
    while around is not None and trigger.reference not in around.elements:
        holder = subject.elements.get(around.id)
        is_event = holder is not None and holder.triggered_by_event
        around = subject.level_of[holder.id] if holder is not None and is_event else None
    if around is None:
        text = f'"{trigger.reference}" cannot be seen from here; throw the compensation in the level of the activity.'
        yield Problem(text, event.id, trigger.line, code="compensation-out-of-sight")
    elif not undoable(around.elements[str(trigger.reference)], around):
        text = f'Nothing undoes "{trigger.reference}"; draw a compensation boundary event on it.'
        yield Problem(text, event.id, trigger.line, code="compensation-of-nothing")


def undoable(element: Element, level: Level) -> bool:
    """Something says how the activity is undone: at its border, or inside it at whatever depth."""
    pending = [(element, level)]
    while pending:
        one, around = pending.pop()
        if any(around.elements[key].undone_by is not None for key in one.boundaries if key in around.elements):
            return True
        if one.inner is not None:
            pending.extend((inside, one.inner) for inside in one.inner.elements.values() if inside.kind in ACTIVITIES)
            if any(_starts_with_compensation(inside) for inside in one.inner.event_sub_processes):
                return True
    return False


def _called(subject: Subject) -> Iterator[Problem]:
    """A called instance has ended and keeps nothing; only what stands at the border of the call can undo it."""
    calls: dict[str, Element] = {}
    for level in filter(_undoes_all, subject.levels):
        pending = [level]
        while pending:
            around = pending.pop()
            pending += [each.inner for each in around.elements.values() if each.inner is not None]
            found = (each for each in around.elements.values() if each.kind is Kind.CALL_ACTIVITY)
            calls.update((each.id, each) for each in found if not each.for_compensation and not undoable(each, around))
    for call in calls.values():
        text = "What the called process has done is not undone with the rest; draw a compensation boundary event on it."
        yield Problem(text, call.id, call.line, level="warning", code="call-not-undone")


def _undoes_all(level: Level) -> bool:
    """All that was completed in the level may be undone: by an event in it, or in an event sub-process of it."""
    inside = [each.inner for each in level.event_sub_processes if each.inner is not None]
    elements = (each for one in (level, *inside) for each in one.elements.values() if each.kind in THROWN)
    triggers = [trigger for each in elements for trigger in each.triggers]
    return any(each.kind == "cancel" or (each.kind == "compensation" and each.reference is None) for each in triggers)


def _event_sub_processes(level: Level) -> Iterator[Problem]:
    found = [element for element in level.event_sub_processes if _starts_with_compensation(element)]
    for element in found[1:]:
        text = f'"{found[0].id}" says already how this level is undone; keep one compensation event sub-process.'
        yield Problem(text, element.id, element.line, code="several-compensation-sub-processes")


def _starts_with_compensation(element: Element) -> bool:
    starts = [element.inner.elements[key] for key in element.inner.starts] if element.inner is not None else []
    return any(trigger.kind == "compensation" for start in starts for trigger in start.triggers)
