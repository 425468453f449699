"""Where somebody approves or reviews something, the model says what happens when the answer is no."""

import re
from collections.abc import Iterator

from server.bpmn.definition import Element, Kind, Level
from server.bpmn.subject import Subject
from server.errors import Problem

JUDGING = re.compile(
    r"\b(approv\w*|review\w*|authori[sz]e\w*|decide\w*|decision|sign[ -]?off|accept\w*)\b", re.IGNORECASE
)
CHOOSING = frozenset((Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY, Kind.COMPLEX_GATEWAY))
CAUGHT = frozenset(("error", "escalation", "cancel"))


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        for element in level.elements.values():
            if element.kind is Kind.USER_TASK and JUDGING.search(element.name) and not _chooses(element, level):
                text = (
                    f'"{element.name}" has one way out only, so nothing else happens when the answer is no; draw a'
                    " gateway after it with a way for that."
                )
                yield Problem(text, element.id, element.line, level="warning", code="no-rejection-path")


def _chooses(user_task: Element, level: Level) -> bool:
    """Whether, before anybody else is asked, something depends on the answer."""
    seen: set[str] = set()
    pending = [user_task]
    while pending:
        element = pending.pop()
        if element.id in seen:
            continue
        seen.add(element.id)
        flows = [level.flows[key] for key in element.outgoing]
        boundaries = (level.elements[key] for key in element.boundaries)
        if any(flow.condition is not None for flow in flows) or (element.kind in CHOOSING and len(flows) > 1):
            return True
        if element.loop is not None or any(t.kind in CAUGHT for boundary in boundaries for t in boundary.triggers):
            return True
        if element.kind in (Kind.CALL_ACTIVITY, Kind.SCRIPT_TASK, Kind.BUSINESS_RULE_TASK) or element.inner is not None:
            return True
        following = (level.elements.get(flow.target) for flow in flows)
        pending += [each for each in following if each is not None and each.kind is not Kind.USER_TASK]
    return False
