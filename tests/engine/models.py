"""A short notation for definitions, so that a test shows the process it is about in a line or two."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from server.bpmn.definition import Assign, Element, Flow, Kind, Level, Process, Trigger
from server.expressions import Expression


def python(text: str) -> Expression:
    return Expression(text, "python")


def juel(text: str) -> Expression:
    return Expression(text, "juel")


def text(value: str) -> Expression:
    return Expression(value, "text")


def assign(target: str, source: str) -> Assign:
    return Assign(target, python(source))


def node(key: str, kind: Kind = Kind.TASK, **rest: Any) -> Element:
    return Element(key, kind, **rest)


def start(key: str = "start", *triggers: Trigger, **rest: Any) -> Element:
    return node(key, Kind.START_EVENT, triggers=triggers, **rest)


def end(key: str = "end", *triggers: Trigger, **rest: Any) -> Element:
    return node(key, Kind.END_EVENT, triggers=triggers, **rest)


def user(key: str, **rest: Any) -> Element:
    return node(key, Kind.USER_TASK, **rest)


def script(key: str, source: str, **rest: Any) -> Element:
    return node(key, Kind.SCRIPT_TASK, script=python(source), **rest)


def xor(key: str, **rest: Any) -> Element:
    return node(key, Kind.EXCLUSIVE_GATEWAY, **rest)


def fork(key: str, **rest: Any) -> Element:
    return node(key, Kind.PARALLEL_GATEWAY, **rest)


def some(key: str, **rest: Any) -> Element:
    return node(key, Kind.INCLUSIVE_GATEWAY, **rest)


def race(key: str, **rest: Any) -> Element:
    return node(key, Kind.EVENT_BASED_GATEWAY, **rest)


def catch(key: str, *triggers: Trigger, **rest: Any) -> Element:
    return node(key, Kind.INTERMEDIATE_CATCH_EVENT, triggers=triggers, **rest)


def throw(key: str, *triggers: Trigger, **rest: Any) -> Element:
    return node(key, Kind.INTERMEDIATE_THROW_EVENT, triggers=triggers, **rest)


def boundary(key: str, on: str, *triggers: Trigger, **rest: Any) -> Element:
    return node(key, Kind.BOUNDARY_EVENT, attached_to=on, triggers=triggers, **rest)


def sub(key: str, *parts: "Element | str", variables: tuple[str, ...] = (), **rest: Any) -> Element:
    return node(key, Kind.SUB_PROCESS, inner=level(f"{key}.inside", parts, variables), **rest)


def transaction(key: str, *parts: "Element | str", **rest: Any) -> Element:
    return node(key, Kind.TRANSACTION, inner=level(f"{key}.inside", parts), **rest)


def event_sub(key: str, *parts: "Element | str", variables: tuple[str, ...] = ()) -> Element:
    """An event sub-process; one of the parts is its start event."""
    return sub(key, *parts, variables=variables, triggered_by_event=True)


def undone(element: Element, handler: Element) -> list["Element | str"]:
    """An activity, its compensation boundary event (`KEY_c`) and the activity that undoes it."""
    at = boundary(f"{element.id}_c", element.id, compensation(), undone_by=handler.id)
    return [element, at, replace(handler, for_compensation=True)]


def compensation(activity: str | None = None, **rest: Any) -> Trigger:
    return Trigger("compensation", reference=activity, **rest)


def cancel() -> Trigger:
    return Trigger("cancel")


def message(name: str, **rest: Any) -> Trigger:
    return Trigger("message", text(name), **rest)


def signal(name: str, **rest: Any) -> Trigger:
    return Trigger("signal", text(name), **rest)


def error(code: str | None = None, **rest: Any) -> Trigger:
    return Trigger("error", None if code is None else text(code), **rest)


def escalation(code: str | None = None, **rest: Any) -> Trigger:
    return Trigger("escalation", None if code is None else text(code), **rest)


def timer(form: str, value: str) -> Trigger:
    return Trigger("timer", timer_form=form, timer=text(value))


def terminate() -> Trigger:
    return Trigger("terminate")


def conditional(condition: str) -> Trigger:
    return Trigger("conditional", condition=python(condition))


def link(name: str) -> Trigger:
    return Trigger("link", text(name))


def level(key: str, parts: "Iterable[Element | str]", variables: tuple[str, ...] = ()) -> Level:
    """Elements, and flows such as "a > b > c" or "a > b: x > 1" (one flow with a condition) or "a > b: default"."""
    elements = {part.id: part for part in parts if isinstance(part, Element)}
    flows: dict[str, Flow] = {}
    defaults: dict[str, str] = {}
    for part in parts:
        if isinstance(part, str):
            way, _, condition = part.partition(":")
            keys = [key.strip() for key in way.split(">")]
            for source, target in pairwise(keys):
                flow = f"{source}>{target}"
                while flow in flows:
                    flow += "'"
                condition = condition.strip()
                if condition == "default":
                    defaults[source] = flow
                expression = python(condition) if condition and condition != "default" else None
                flows[flow] = Flow(flow, source, target, condition=expression)
    for name, element in elements.items():
        elements[name] = replace(
            element,
            incoming=tuple(flow.id for flow in flows.values() if flow.target == name),
            outgoing=tuple(flow.id for flow in flows.values() if flow.source == name),
            default=defaults.get(name),
            boundaries=tuple(other.id for other in elements.values() if other.attached_to == name),
        )
    events = tuple(name for name, element in elements.items() if element.kind is Kind.START_EVENT)
    free = tuple(name for name, element in elements.items() if not element.incoming and not _waits(element))
    return Level(key, elements, flows, events or free, variables)


def _waits(element: Element) -> bool:
    return element.attached_to is not None or element.triggered_by_event or element.for_compensation


def process(*parts: "Element | str", variables: tuple[str, ...] = ()) -> Process:
    return Process("process", "Process", level("process", parts, variables))


def start_of(element: Element) -> Element:
    """The start event of an event sub-process."""
    assert element.inner is not None
    return element.inner.elements[element.inner.starts[0]]
