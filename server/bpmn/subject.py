"""What a rule looks at: one process with its levels, its elements by id and what a token can reach."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from server.bpmn.definition import Element, Level, Process
from server.errors import Problem


@dataclass(frozen=True)
class Subject:
    """A process, laid out for rules. `level_of` gives the level that holds an element."""

    process: Process
    levels: tuple[Level, ...]
    elements: Mapping[str, Element]
    level_of: Mapping[str, Level]
    reachable: frozenset[str]


def subject_of(process: Process) -> Subject:
    found = levels_of(process.level)
    return Subject(
        process,
        found,
        {key: element for level in found for key, element in level.elements.items()},
        {key: level for level in found for key in level.elements},
        reachable(process),
    )


def levels_of(outermost: Level) -> tuple[Level, ...]:
    """A level and those of all sub-processes in it, outer before inner."""
    found: list[Level] = []
    pending = [outermost]
    while pending:
        level = pending.pop()
        found.append(level)
        pending.extend(
            element.inner for element in reversed(tuple(level.elements.values())) if element.inner is not None
        )
    return tuple(found)


def reachable(process: Process) -> frozenset[str]:
    """The ids of the elements that a token can come to, conditions left aside."""
    seen: set[str] = set()
    pending = list(_begins(process.level))
    while pending:
        level, key = pending.pop()
        element = level.elements.get(key)
        if element is None or key in seen:
            continue
        seen.add(key)
        flows = (level.flows[flow] for flow in element.outgoing)
        pending.extend((level, flow.target) for flow in flows)
        pending.extend((level, boundary) for boundary in element.boundaries)
        pending.extend((level, linked) for linked in level.linked(element))
        if element.inner is not None:
            pending.extend(_begins(element.inner))
        if element.undone_by is not None:
            pending.append((level, element.undone_by))
    return frozenset(seen)


def _begins(level: Level) -> Iterator[tuple[Level, str]]:
    """Where something begins once a level has been entered."""
    for key in level.starts:
        yield level, key
    for element in level.event_sub_processes:
        yield level, element.id


def harmless(problem: Problem) -> Problem:
    """The same, told as a warning: no token ever comes to where it is."""
    return replace(problem, text=problem.text + " (Nothing leads here, so it does no harm.)", level="warning")
