"""The steps bar: what has been done in an instance, what is under way, and what usually follows, in plain names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Row, select

from server.bpmn.definition import Element, Kind, Level, Process
from server.database import db
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.runtime import access, definitions

SHOWN = 6
FARTHEST = 60  # elements looked ahead: only a few steps are shown, and a long model must not exhaust the stack
_STEPS = frozenset(
    {
        Kind.USER_TASK,
        Kind.MANUAL_TASK,
        Kind.TASK,
        Kind.SERVICE_TASK,
        Kind.SEND_TASK,
        Kind.RECEIVE_TASK,
        Kind.CALL_ACTIVITY,
    }
)
_VARIABLE = re.compile(r"[$#]\{[^}]*\}")
_LIVE = frozenset({"active", "failed"})
_CHOICES = frozenset({Kind.EXCLUSIVE_GATEWAY, Kind.EVENT_BASED_GATEWAY})


@dataclass(frozen=True)
class Step:
    """One step: its name, and whether it is done, now, next or stopped."""

    name: str
    state: str  # done | now | next | stop
    element_key: str


def of_instances(actor: Actor, instance_ids: Iterable[str], shown: int = SHOWN) -> dict[str, tuple[Step, ...]]:
    """The steps of each of the instances that the actor may see, at most *shown* each."""
    wanted = list(instance_ids)
    if not wanted:
        return {}
    instances = db.session.execute(
        select(ProcessInstance.id, ProcessInstance.definition_id, ProcessInstance.state).where(
            ProcessInstance.id.in_(wanted), access.visible_instances(actor)
        )
    ).all()
    seen = [row.id for row in instances]
    visits = _visits(seen)
    stopped = _stopped(seen)
    return {
        row.id: _steps(definitions.process(row.definition_id), visits[row.id], stopped[row.id], row.state, shown)
        for row in instances
    }


def ahead_of(definition_id: str) -> tuple[Step, ...]:
    """What usually happens in a new instance, at most SHOWN steps. Raises NotFound."""
    level = definitions.process(definition_id).level
    starts = level.starts or tuple(e.id for e in level.elements.values() if not e.incoming)
    found = _following(level, starts[0], {}, 0) if starts else ()
    return tuple(_step(element, "next") for element in found[:SHOWN])


def _visits(instance_ids: list[str]) -> Mapping[str, list[Row[str, str, str]]]:
    rows = db.session.execute(
        select(ActivityInstance.instance_id, ActivityInstance.element_key, ActivityInstance.state)
        .where(ActivityInstance.instance_id.in_(instance_ids))
        .order_by(ActivityInstance.instance_id, ActivityInstance.activity)
    )
    found: dict[str, list[Row[str, str, str]]] = defaultdict(list)
    for row in rows:
        found[row.instance_id].append(row)
    return found


def _stopped(instance_ids: list[str]) -> Mapping[str, set[str]]:
    rows = db.session.execute(
        select(Incident.instance_id, Incident.element_key).where(
            Incident.instance_id.in_(instance_ids), Incident.resolved_at.is_(None)
        )
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.instance_id].add(row.element_key)
    return found


def _steps(
    process: Process, visits: list[Row[str, str, str]], stopped: set[str], state: str, shown: int
) -> tuple[Step, ...]:
    elements = {element.id: element for element in process.elements()}
    latest: dict[str, str] = {}
    for visit in visits:
        element = elements.get(visit.element_key)
        if element is not None and _is_step(element):
            before = latest.pop(visit.element_key, "")
            # One instance of a multi-instance may be completed while others still wait.
            latest[visit.element_key] = before if before in _LIVE else visit.state
    done = [_step(elements[key], "done") for key, state_of in latest.items() if state_of == "completed"]
    current = [key for key, state_of in latest.items() if state_of in _LIVE]
    current += [key for key in stopped if key in elements and key not in current]
    now = [_step(elements[key], "stop" if key in stopped else "now") for key in current]
    following = _next(process, current, latest) if state in ("active", "suspended") else []
    return _fitted(done, now, following, shown)


def _next(process: Process, current: list[str], latest: Mapping[str, str]) -> list[Step]:
    found: dict[str, Step] = {}
    for level in _levels(process.level):
        for key in current:
            if key in level.elements:
                for element in _after(level, level.elements[key], {key: ()}, 0):
                    if element.id not in latest:
                        found.setdefault(element.id, _step(element, "next"))
    return list(found.values())


def _fitted(done: list[Step], now: list[Step], following: list[Step], shown: int) -> tuple[Step, ...]:
    """What is under way stays; of the rest the nearest."""
    now = now[:shown]
    room = shown - len(now)
    ahead_of_now = following[: max(room - len(done), room // 2)]
    kept = room - len(ahead_of_now)
    return (*(done[-kept:] if kept else ()), *now, *ahead_of_now)


def _levels(level: Level) -> list[Level]:
    inner = [found for e in level.elements.values() if e.inner is not None for found in _levels(e.inner)]
    return [level, *inner]


def _step(element: Element, state: str) -> Step:
    return Step(_plain_name(element), state, element.id)


def _plain_name(element: Element) -> str:
    """Its name, with dots where a variable stands; its key where nothing else is left."""
    name = _VARIABLE.sub("…", element.name)
    if name.strip(" …"):
        return name
    return element.id if not element.name else element.id.replace("_", " ").capitalize()


def _is_step(element: Element) -> bool:
    return element.kind in _STEPS


def _following(level: Level, key: str, known: dict[str, tuple[Element, ...]], depth: int) -> tuple[Element, ...]:
    """The steps from an element on: every branch of a fork, the longest branch of a choice, no loop twice."""
    if key not in level.elements or depth > FARTHEST:
        return ()
    if key not in known:
        element = level.elements[key]
        known[key] = ()  # a loop that comes back here ends here
        inside: tuple[Element, ...] = (element,) if _is_step(element) else ()
        if element.inner is not None and element.inner.starts:
            inside = _following(element.inner, element.inner.starts[0], {}, depth + 1)
        known[key] = inside + _after(level, element, known, depth + 1)
    return known[key]


def _after(level: Level, element: Element, known: dict[str, tuple[Element, ...]], depth: int) -> tuple[Element, ...]:
    branches = [_following(level, level.flows[flow].target, known, depth) for flow in element.outgoing]
    if element.kind in _CHOICES:
        return max(branches, key=len, default=())
    return tuple({step.id: step for branch in branches for step in branch}.values())
