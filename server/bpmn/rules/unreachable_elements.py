"""What nothing leads to is never executed; most often a flow was forgotten."""

from collections.abc import Iterator

from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        holder = subject.elements.get(subject.level_of[element.id].id)
        told_outside = holder is not None and holder.id not in subject.reachable
        if element.id not in subject.reachable and not told_outside:
            text = "Nothing leads here, so it is never executed; draw the missing flow or delete the element."
            yield Problem(text, element.id, element.line, level="warning")
