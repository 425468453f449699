"""Every token that a gateway waits for can come, and none comes twice where one is expected (BPMN 2.0.2, 13.4)."""

from collections.abc import Iterator

from server.bpmn.soundness import Stuck, search
from server.bpmn.subject import Subject
from server.errors import Problem

SHOWN = 10
"""Elements of a path that are named; the middle of a longer one is left out."""


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        holder = subject.elements.get(level.id)
        if holder is not None and holder.ad_hoc is not None:
            continue
        for stuck in search(level):
            yield _told(stuck, subject)


def _told(stuck: Stuck, subject: Subject) -> Problem:
    element = subject.elements[stuck.element]
    way = " → ".join(_shortened([subject.elements[key].name or key for key in stuck.path]))
    if stuck.code == "possible-deadlock":
        text = f"A token may wait here for ever, as not every incoming flow gets one, on this way: {way}."
        advice = " Join with the kind of gateway that splits."
    else:
        text = f"Two tokens may come here, so that all from here on is done twice, on this way: {way}."
        advice = " Join the branches with a parallel or inclusive gateway before."
    return Problem(text + advice, element.id, element.line, level="warning", code=stuck.code)


def _shortened(names: list[str]) -> list[str]:
    if len(names) <= SHOWN:
        return names
    return [*names[:2], "…", *names[3 - SHOWN :]]
