"""What the naive interpreter knows of a running process: one list of nodes, and what can be seen by looking at it."""

from dataclasses import dataclass, field
from datetime import datetime

from server.bpmn.definition import AdHoc, Element, Flow, Kind, Level, Loop, Process, Trigger
from server.expressions import Expression, parse
from tests.engine.models import outside, start_of


@dataclass(eq=False)
class Node:
    """A token, a body of a loop, an ear for an event; or in undoing: who undoes, a handler, a sub-process again."""

    element: Element
    around: "Node | None"  # the sub-process, loop or undoing that it is in; of an ear, the activity or gateway
    role: str = "token"  # token | body | ear | undoing | handler | again
    via: str | None = None  # the flow it came by, until a join lets it go on
    state: str = "ready"  # ready | joining | waiting | done | gone
    came: str | None = None  # behind a gateway that instantiates: the event that has come
    awaits: dict[int, list[datetime]] = field(default_factory=dict)  # triggers by their numbers; the times of a timer
    heard: set[int] = field(default_factory=set)  # triggers that have come, where all have to
    held: set[int] = field(default_factory=set)  # conditions that have been heard and still hold
    reset: list[str] = field(default_factory=list)  # the flows that a complex gateway's reset waits for
    done: int = 0  # bodies of a loop that are done; activities of an ad-hoc sub-process that were begun
    total: int = 0
    ending: bool = False  # an ad-hoc sub-process in which nothing new is begun
    notes: "list[Node]" = field(default_factory=list)  # what was completed in it and can be undone (10.7)
    thrower: "Node | None" = None  # on whose behalf it undoes; a sub-process is a transaction that is cancelled

    @property
    def level(self) -> "Node":
        """The sub-process around it."""
        return self.around or self if self.role in ("token", "undoing") else (self.around or self).level

    @property
    def inner(self) -> Level:
        return self.element.inner or Level("")

    @property
    def loops(self) -> bool:
        return self.element.loop is not None and self.role in ("token", "handler")


class Standing:
    """Where everything stands."""

    def __init__(self, process: Process, n: int) -> None:
        self.n = n
        self.elements = {element.id: element for element in process.elements()}
        self.flows = {flow.id: flow for flow in process.flows()}
        self.live: list[Node] = []  # in the order in which they came

    def can_come(self) -> list[tuple[str, str, Node, int]]:
        """What others can do: what it is, the element, who waits for it, by which of its triggers."""
        found = [
            (node.element.triggers[at].kind, node.element.id, node, at) for node in self.live for at in node.awaits
        ]
        found = [one for one in found if one[0] in ("message", "signal", "timer")]
        for node in (one for one in self.live if one.state == "waiting" and not one.loops):
            how, key = node.element.ad_hoc or AdHoc(), node.element.id
            found += [(outside(node.element), key, node, 0)] if outside(node.element) else []
            if node.element.lets_people_choose() and node.role != "again":
                free = not node.ending and not (how.sequential and self.busy(node))
                found += [("choose", choice, node, 0) for choice in node.inner.starts if free]
                found += [("enough", key, node, 0)] if how.completion is None else []
        return sorted(found, key=lambda one: one[:2])

    def value(self, expression: Expression | None, **names: object) -> object:
        return expression is not None and parse(expression).evaluate({"n": self.n, **names}, {})

    def once_more(self, node: Node) -> bool:
        loop = node.element.loop or Loop("standard")
        if loop.kind != "standard":
            return node.done < node.total
        if loop.loop_condition is None or node.done == loop.loop_maximum:
            return loop.loop_maximum is not None and node.done < loop.loop_maximum
        return bool(self.value(loop.loop_condition, loopCounter=node.done))

    def choose(self, node: Node) -> list[Flow]:
        """The flows to leave by (13.3.2, 13.4.2, 13.4.3)."""
        flows = [self.flows[key] for key in node.element.outgoing]
        if node.element.kind in (Kind.PARALLEL_GATEWAY, Kind.EVENT_BASED_GATEWAY):
            return [flow for flow in flows if node.element.parallel or node.came in (None, flow.target)]
        names, default = {"waitingForStart": not node.reset}, node.element.default
        held = [one for one in flows if one.id != default and (not one.condition or self.value(one.condition, **names))]
        written = [flow for flow in held if flow.condition is not None]
        if node.reset or (node.element.kind is Kind.EXCLUSIVE_GATEWAY and held):
            return written if node.reset else held[:1]
        return [flow for flow in flows if flow in held or (flow.id == default and not written)]

    def children(self, around: Node | None, *roles: str) -> list[Node]:
        return [one for one in self.live if one.around is around and (not roles or one.role in roles)]

    def busy(self, scope: Node) -> bool:
        return bool(self.children(scope, "token", "undoing"))

    def oldest(self, node: Node) -> dict[str, Node]:
        """The first token that waits at a join, by the flow it came by."""
        here = [one for one in reversed(self.children(node.around, "token")) if one.element is node.element]
        return {flow: one for flow in node.element.incoming for one in here if one.via == flow}

    def holds_back(self, other: Node, join: Node, filled: set[str]) -> bool:
        seen, pending = {join.element.id}, [other.element.id]
        reached: set[str] = set()
        while pending:
            one = self.elements[pending.pop()]
            if one.id not in seen:
                seen.add(one.id)
                reached |= set(one.outgoing) & set(join.element.incoming)
                pending += [self.flows[flow].target for flow in one.outgoing]
                pending += [*one.boundaries, *join.level.inner.linked(one)]
        return bool(reached & set(join.reset) - filled if join.reset else reached - filled and not reached & filled)

    def outward(self, node: Node) -> list[tuple[Node, int]]:
        """Who may catch, from inside outward; at each border who wants a certain code before who takes any (13.5.3)."""
        found: list[tuple[Node, int]] = []
        while node.around is not None:
            own = start_of(node.element) if node.element.triggered_by_event else None
            there = self.children(node.around, "ear") if node.around is node.level else []
            guards = [ear for ear in self.children(node, "ear") if ear.element.kind is Kind.BOUNDARY_EVENT]
            starts = [ear for ear in there if ear.element.kind is Kind.START_EVENT and ear.element is not own]
            for border in (guards, starts):
                ears = [(ear, number) for ear in border for number in ear.awaits]
                found += sorted(ears, key=lambda one: one[0].element.triggers[one[1]].name is None)
            node = node.around
        return found

    def handler(self, element: Element) -> str | None:
        return next((undo for key in element.boundaries if (undo := self.elements[key].undone_by) is not None), None)


def hears(node: Node, number: int, thrown: Trigger) -> bool:
    wanted = node.element.triggers[number]
    return wanted.kind == thrown.kind != "cancel" and wanted.name in (None, thrown.name)
