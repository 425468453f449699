"""Holds what was read against every rule, and tells problems in the order of the file."""

from dataclasses import replace

from server.bpmn.calls import check_calls
from server.bpmn.reader import Reading
from server.bpmn.rules import EXECUTION, STRUCTURE
from server.bpmn.subject import harmless, subject_of
from server.errors import Problem


def validated(reading: Reading, name: str) -> Reading:
    """The reading with the findings of all rules added; `name` is the file's.

    A problem of an element that nothing leads to is a warning: it cannot do harm.
    """
    found: list[Problem] = [*reading.problems, *check_calls(reading.processes)]
    for process in reading.processes:
        subject = subject_of(process)
        for check in STRUCTURE:
            found.extend(check(subject))
        if not process.executable:
            continue
        for check in EXECUTION:
            for problem in check(subject):
                unreachable = problem.element in subject.elements and problem.element not in subject.reachable
                if unreachable and problem.level == "problem":
                    problem = harmless(problem)
                found.append(problem)
    told = dict.fromkeys(replace(problem, resource=name) for problem in found)
    return Reading(reading.processes, tuple(sorted(told, key=lambda problem: problem.line)))
