"""A sequence flow joins two elements of one level; it never crosses a pool or a sub-process (BPMN 2.0.2, 7.6.1)."""

from collections.abc import Iterator

from server.bpmn.subject import Subject
from server.errors import Problem


def check(subject: Subject) -> Iterator[Problem]:
    for level in subject.levels:
        for flow in level.flows.values():
            for end, key in (("source", flow.source), ("target", flow.target)):
                if key in level.elements:
                    continue
                code = "flow-ends-nowhere"
                if not key:
                    text = f"The sequence flow has no {end}; draw it again."
                elif key in subject.elements:
                    code = "flow-crosses-level"
                    text = f'The sequence flow crosses the border of a sub-process to "{key}"; end it at the border.'
                else:
                    text = f'The {end} "{key}" is no activity, event or gateway of this process; draw the flow again.'
                yield Problem(text, flow.id, flow.line, code=code)
