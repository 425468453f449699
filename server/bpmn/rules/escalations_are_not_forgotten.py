"""Something happens when a user task stays undone, and somebody hears when the model escalates."""

from collections.abc import Iterator

from server.bpmn.definition import Element, Kind
from server.bpmn.subject import Subject
from server.errors import Problem

SHOWN = 5
THROWING = frozenset((Kind.END_EVENT, Kind.INTERMEDIATE_THROW_EVENT))


def check(subject: Subject) -> Iterator[Problem]:
    undone = [
        element
        for element in subject.elements.values()
        if element.kind is Kind.USER_TASK and element.id in subject.reachable and not _is_chased(element, subject)
    ]
    if undone:
        names = ", ".join(element.name or element.id for element in undone[:SHOWN])
        more = f" and {len(undone) - SHOWN} more" if len(undone) > SHOWN else ""
        text = (
            f"Nothing happens when nobody does this: {names}{more}. Set a due date, or draw a timer on the border that"
            " escalates."
        )
        yield Problem(text, undone[0].id, undone[0].line, level="warning", code="escalation-missing")
    for element in subject.elements.values():
        if element.kind in THROWING and _escalates(element) and not _is_heard(element, subject):
            text = "Nothing in the model catches this escalation; draw an escalation event on a sub-process around it."
            yield Problem(text, element.id, element.line, level="warning", code="escalation-not-caught")


def _is_chased(user_task: Element, subject: Subject) -> bool:
    """A due date, or a timer at its border, at that of what it stands in, or in an event sub-process beside."""
    if user_task.assignment.due is not None:
        return True
    element: Element | None = user_task
    while element is not None:
        level = subject.level_of[element.id]
        if any(_has(level.elements[key], "timer") for key in element.boundaries if key in level.elements):
            return True
        for beside in level.event_sub_processes:
            starts = [beside.inner.elements[key] for key in beside.inner.starts] if beside.inner is not None else []
            if any(_has(start, "timer") for start in starts):
                return True
        element = subject.elements.get(level.id)
    return False


def _is_heard(event: Element, subject: Subject) -> bool:
    """Whether a scope around catches escalations; of the outermost, the caller of the process may."""
    level = subject.level_of[event.id]
    while True:
        for beside in level.event_sub_processes:
            starts = [beside.inner.elements[key] for key in beside.inner.starts] if beside.inner is not None else []
            if any(_has(start, "escalation") for start in starts):
                return True
        holder = subject.elements.get(level.id)
        if holder is None:
            return level is not subject.process.level
        level = subject.level_of[holder.id]
        if any(_has(level.elements[key], "escalation") for key in holder.boundaries if key in level.elements):
            return True


def _escalates(element: Element) -> bool:
    return _has(element, "escalation")


def _has(element: Element, kind: str) -> bool:
    return any(trigger.kind == kind for trigger in element.triggers)
