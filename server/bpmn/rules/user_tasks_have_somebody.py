"""A user task says who may do it: a person, candidates, or by its lane."""

from collections.abc import Iterator

from server.bpmn.definition import Kind
from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for element in subject.elements.values():
        if element.kind is not Kind.USER_TASK:
            continue
        people = element.assignment
        if people.assignee is None and not people.candidate_users and not people.candidate_groups:
            text = (
                "The user task names nobody, so nobody finds it on their list; fill in an assignee or candidate group."
            )
            yield Problem(text, element.id, element.line, level="warning", code="user-task-without-assignment")
