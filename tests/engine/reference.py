"""A second, naive reading of the token rules of BPMN 2.0.2 (chapters 10 and 13), to hold the engine against.

It shares nothing with `server.engine`: everything is found by going through one list, and nothing is ever saved. What
is ready takes turns, first come first served. Scripts, services and decisions count `n` up.

Sub-processes and loops have others in them, begun all at once or one after the other; whenever one of these has been
left, the next begins or the whole is done. Who waits, for an event or for somebody, awaits triggers. Boundary events,
event sub-processes and events behind a gateway are ears of their host: heard, they end it or not, and a token comes.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from server.bpmn.definition import AdHoc, Element, Flow, Kind, Level, Process, Trigger
from server.expressions import Expression, parse
from tests.engine.models import start_of

EVER = [datetime.max.replace(tzinfo=UTC)]
COMING = ("message", "signal", "timer", "task", "connector", "external", "call")  # from outside; a task: by a person
# Who listens from the moment that a token comes, before anything else moves.
LISTENING = (Kind.START_EVENT, Kind.INTERMEDIATE_CATCH_EVENT, Kind.RECEIVE_TASK, Kind.EVENT_BASED_GATEWAY)


@dataclass(eq=False)
class Node:
    """A token, or an ear for an event. Sub-processes and loops are tokens with others in them."""

    element: Element
    around: "Node | None"  # the sub-process or loop that it is in; of an ear, its host
    leads: Element | None = None  # of an ear: where a token comes when it has heard
    via: str | None = None  # the flow it came by, until it goes on
    state: str = "ready"  # ready | waiting | done | gone
    awaits: dict[Trigger, list[datetime]] = field(default_factory=dict)  # and when; what is no timer: at any time
    reset: tuple[str, ...] = ()  # the flows that a complex gateway's reset waits for
    how: AdHoc = field(default_factory=AdHoc)  # in which order others go on in it, and when they are enough
    todo: Iterator["Node"] | None = None  # what is still to be begun in it; None: people choose
    left: int = 0  # how many in it have been left
    undoer: Element | None = None  # its compensation boundary event, or the event sub-process in it (10.7)
    notes: "list[Node]" = field(default_factory=list)  # what was completed in it and can be undone (10.7)
    then: Callable[[], None] | None = None  # of what undoes: what follows

    @property
    def inner(self) -> Level:
        return self.element.inner or Level("")


class Reference:
    """`completed`, `cancelled` and `thrown` are keys of elements, in order; when it has ended nothing is `live`."""

    def __init__(self, process: Process, n: int, moment: datetime, begun: str = "", number: int = 0) -> None:
        """*begun*: the event that has begun it, by the trigger of that number (10.5.2, 10.6.6)."""
        self.n, self.moment = n, moment
        self.elements = {element.id: element for element in process.elements()}
        self.flows = {flow.id: flow for flow in process.flows()}
        self.live: list[Node] = []  # in the order in which they came
        self.queue: list[Node] = []  # whose turn comes
        self.true: list[tuple[Node, Trigger]] = []  # the conditions that are asked and hold
        self.completed: list[str] = []
        self.cancelled: list[str] = []
        self.thrown: list[str] = []  # what has left the instance
        root = Node(Element("", Kind.SUB_PROCESS, inner=process.level), None)
        if begun:
            first = begun if begun in process.level.starts else self.flows[self.elements[begun].incoming[0]].source
            root.todo = iter([Node(self.elements[first], root)])
        self.begin(root)
        for gateway in [one for one in self.queue if one.element.parallel]:
            self.leave(gateway)  # all the events behind it have to come
        for node in [one for one in self.live if one.element.id == begun]:
            self.fire(node, node.element.triggers[number])
        self.run()

    def can_come(self) -> list[tuple[str, str, Callable[[], None]]]:
        """What others can do: what it is, the element, and what follows; of the same, the oldest first."""
        found: list[tuple[str, str, Callable[[], None]]] = []
        for node in self.live:
            key, how = node.element.id, node.how
            found += [(one.kind, key, partial(self.fire, node, one)) for one in node.awaits if one.kind in COMING]
            if node.state == "waiting" and node.element.loop is None and node.element.lets_people_choose():
                free = node.todo is None and not (how.sequential and self.busy(node))
                choices = [Node(self.elements[one], node) for one in node.inner.starts if free]
                found += [("choose", one.element.id, partial(self.arrive, one)) for one in choices]
                found += [("enough", key, partial(self.settle, node, True))] if how.completion is None else []
        return sorted(found, key=lambda one: one[:2])

    def come(self, index: int, moment: datetime, n: int) -> None:
        """One of these comes; a person says what `n` is."""
        what, _, follow = self.can_come()[index]
        self.n, self.moment = n if what == "task" else self.n, moment
        follow()
        self.run()

    def run(self) -> None:
        """What is ready takes its turn; joins are asked again when nothing else moves."""
        while self.live and (self.hear_conditions() or self.queue or any(self.go(one, True) for one in self.live)):
            node = self.queue.pop(0) if self.queue else None
            if node is not None and (node.state == "done" or (node.state == "ready" and self.begin(node))):
                self.leave(node)

    def value(self, expression: Expression | None, **names: object) -> object:
        return expression is not None and parse(expression).evaluate({"n": self.n, **names}, {})

    def children(self, around: Node | None) -> list[Node]:
        return [one for one in self.live if one.around is around]

    def busy(self, scope: Node) -> bool:
        return any(one.leads is None for one in self.children(scope))

    def arrive(self, node: Node) -> None:
        """A token comes to an element."""
        self.live.append(node)
        self.go(node)

    def go(self, node: Node, quiet: bool = False) -> Node | None:
        """The token that goes on, for all that are needed there: it takes its turn, or listens from now on."""
        come = self.together(node, quiet)
        for other in come[:-1]:
            self.end(other, self.completed)
        for last in come[-1:]:
            last.via, loops = None, [one.element.loop for one in (last, last.around) if one is not None]
            if last.state == "done" or any(loops) or last.element.kind not in LISTENING:
                self.queue.append(last)
            elif self.begin(last):
                self.finish(last)
        return come[-1] if come else None

    def begin(self, node: Node) -> bool:
        """Do what the element is there for. True: that is done."""
        element, loop, kind = node.element, node.element.loop, node.element.kind
        if node.via is not None and self.go(node) is not node:
            return False
        races = kind is Kind.EVENT_BASED_GATEWAY and not element.parallel
        node.state = "waiting"
        ears = [self.elements[key] for key in element.boundaries]
        ears += [self.elements[self.flows[key].target] for key in element.outgoing if races]
        for leads in (*ears, *(node.inner.event_sub_processes if loop is None else ())):
            ear = Node(start_of(leads) if leads.triggered_by_event else leads, node, leads)
            self.live.append(ear)
            self.listen(ear)
            if any(one.kind == "compensation" for one in ear.awaits):
                node.undoer = node.undoer or leads
        if loop is not None or element.inner is not None:
            node.how = AdHoc(loop.kind != "parallel", loop.completion_condition) if loop else element.ad_hoc or node.how
            node.todo = node.todo or (None if loop is None and element.lets_people_choose() else self.inside(node))
            return self.go_on(node)
        if kind in LISTENING:
            self.listen(node)
        asked = [one for one in ("connector", "external", "call") if getattr(element, one) is not None]
        asked += ["task"] if kind is Kind.USER_TASK else []
        node.awaits.update((Trigger(one), EVER) for one in asked[:1])
        self.n += any((element.script, element.service, element.decision))
        return not (node.awaits or races) and self.throw(node, element.triggers)

    def inside(self, node: Node) -> Iterator[Node]:
        """What is begun in it (10.3.5, 10.3.8, 10.5.2); a standard loop asks before each body, or all but the first."""
        element, loop, passed = node.element, node.element.loop, 0
        if loop is not None:
            body = replace(element, loop=None, boundaries=(), outgoing=())
            most = loop.loop_maximum if loop.cardinality is None else int(str(self.value(loop.cardinality)))
            once = loop.kind == "standard" and not loop.test_before
            asked = loop.loop_condition
            while once or (passed != most and (self.value(asked, loopCounter=passed) if asked else most is not None)):
                yield Node(body, node, undoer=node.undoer)
                once, passed = False, passed + 1
        elif element.triggered_by_event:
            yield Node(start_of(element), node, state="done")
        elif node.notes and not node.inner.starts:
            self.undo(node, node.notes, [])
        else:
            starts = [self.elements[key] for key in node.inner.plain_starts()]
            events = [one for one in starts if one.kind is Kind.START_EVENT]
            yield from (Node(one, node) for one in events[:1] or starts)

    def go_on(self, scope: Node) -> bool:
        """Begin what is next in it. True: nothing goes on in it any more, and nothing will."""
        todo = scope.todo or iter(())
        while not (scope.how.sequential and self.busy(scope)) and (child := next(todo, None)):
            self.arrive(child)
        return not self.busy(scope) and scope.todo is not None

    def finish(self, node: Node) -> None:
        """What waited is done, and takes its turn to leave."""
        node.state, node.awaits = "done", {}
        self.queue.append(node)

    def leave(self, node: Node) -> None:
        """It is completed: tokens come to what follows, and what is around goes on."""
        element, around, flows = node.element, node.around or node, self.choose(node)
        self.end(node, self.completed)
        noted = node.notes or (element.loop is None and node.undoer)
        around.notes += [node] if noted and not element.for_compensation else []
        for flow in [flow for flow in flows for _ in range(element.completion_quantity)]:
            self.arrive(Node(self.elements[flow.target], around, via=flow.id))
        again = [one for key in element.incoming for one in self.children(around) if one.via == key]
        self.queue += again[:1] if node.reset else []  # what came before the reset may be enough for the next start
        kinds = [one.kind for one in element.triggers if element.kind is Kind.END_EVENT]
        if "terminate" in kinds:
            self.end(around)
        elif "cancel" in kinds:
            self.cancel(around)
        follow = node.then or partial(self.settle, around)
        follow()

    def settle(self, scope: Node, enough: bool = False) -> None:
        """Something in it has been left: what is next begins, or it is done (10.3.8, 13.3.4, 13.3.5)."""
        scope.left += 1
        names = {"nrOfCompletedInstances": scope.left}
        for one in scope.element.loop.throws if scope.element.loop is not None else ():
            if {"each": True, "first": scope.left == 1}.get(one.when, self.value(one.condition, **names)):
                self.throw(scope, one.triggers)
        if scope.state == "waiting" and (enough or self.value(scope.how.completion, **names)):
            scope.todo = iter(())
            if scope.how.cancel_remaining:
                self.end(scope)
        if scope.state == "waiting" and self.go_on(scope):
            self.end(scope)
            self.finish(scope)

    def end(self, node: Node, record: list[str] | None = None) -> None:
        """End all that goes on in it; with a record also itself, and who listens at its border."""
        for child in self.children(node):
            if record is not None or child.leads is not child.element:
                self.end(child, self.cancelled)
        if record is not None:
            record += [node.element.id] if node.leads is None else []
            node.state, node.awaits = "gone", {}
            self.live.remove(node)

    # gateways

    def choose(self, node: Node) -> list[Flow]:
        """The flows to leave by (13.3.2, 13.4.2, 13.4.3)."""
        kind, default = node.element.kind, node.element.default
        links = (node.around or node).inner.linked(node.element)  # flows that are not drawn (10.5.5)
        flows = [Flow("", node.element.id, key) for key in links] + [self.flows[key] for key in node.element.outgoing]
        if kind in (Kind.PARALLEL_GATEWAY, Kind.EVENT_BASED_GATEWAY):
            return flows
        names = {"waitingForStart": not node.reset}
        held = [one for one in flows if one.id != default and (not one.condition or self.value(one.condition, **names))]
        written = [flow for flow in held if flow.condition is not None]
        if node.reset or (kind is Kind.EXCLUSIVE_GATEWAY and held):
            return written if node.reset else held[:1]
        return [flow for flow in flows if flow in held or (flow.id == default and not written)]

    def together(self, node: Node, quiet: bool) -> list[Node]:
        """The tokens that go on as one; none: more have to come (13.4.1 to 13.4.5)."""
        element, kind = node.element, node.element.kind if len(node.element.incoming) > 1 else None
        here = [one for one in self.children(node.around) if one.element is element]
        first = {one.via: one for one in reversed(here) if one.via in (node.reset or element.incoming)}
        come = [one for one in here if one in first.values()]
        rest = [flow for flow in node.reset or element.incoming if flow not in first]
        if node.via is None and not node.reset:
            return [] if quiet else [node]
        if node.reset or kind is Kind.INCLUSIVE_GATEWAY:
            late = self.before(rest, node) - (set() if node.reset else self.before(first, node))
            enough = quiet and not any(one.element.id in late for one in self.children(node.around))
            come += [node] if node.reset else []
        elif kind is Kind.PARALLEL_GATEWAY:
            enough = not rest
        elif kind is Kind.COMPLEX_GATEWAY:
            starts = not quiet and not any(one.reset for one in here)
            enough = starts and bool(self.value(element.activation, activationCount=len(come)))
            self.live += [Node(element, node.around, reset=tuple(rest))] if enough and rest else []
        else:
            come = [one for one in here if one.via is not None][: element.start_quantity]
            enough = len(come) == element.start_quantity
        return come if enough else []

    def before(self, flows: Iterable[str], join: Node) -> set[str]:
        """The elements from which a token can come to a join by one of these flows (13.4.3)."""
        sources, met = [self.flows[key].source for key in flows], set[str]()
        for key in sources:  # grows
            if key not in met and key != join.element.id:
                element = self.elements[key]
                met.add(key)
                sources += [self.flows[flow].source for flow in element.incoming]
                sources += [*(join.around or join).inner.linking(element), element.attached_to or key]
        return met

    # events

    def listen(self, node: Node) -> None:
        """A timer is a date, PT1M, or a cycle such as R2/PT3M."""
        for one in [one for one in node.element.triggers if one.kind != "link"]:
            node.awaits[one] = EVER
            if one.timer is not None and one.timer_form == "date":
                node.awaits[one] = [datetime.fromisoformat(one.timer.text)]
            elif one.timer is not None:
                turns, _, period = one.timer.text.rpartition("/")
                minutes = [int(period[2:-1]) * turn for turn in range(1, int(turns[1:] or 1) + 1)]
                node.awaits[one] = [self.moment + timedelta(minutes=each) for each in minutes]

    def hear_conditions(self) -> bool:
        """Whether one has become true; it has to become false before it is heard again (10.5.5)."""
        asked = [(node, one) for node in self.live if node.awaits for one in node.element.triggers]
        true = [(node, one) for node, one in asked if self.value(one.condition)]
        new = [each for each in true if each not in self.true]
        self.true = true
        for each in new:
            self.fire(*each)
        return bool(new)

    def hearers(self, node: Node, thrown: Trigger) -> list[tuple[Node, Trigger]]:
        """Who hears it: errors and escalations from inside outward, a certain code before any (13.5.3)."""
        ears = [(ear, one) for ear in self.live for one in ear.awaits if one.kind == thrown.kind]
        ears = [(ear, one) for ear, one in ears if one.name in (None, thrown.name)]
        if thrown.kind not in ("error", "escalation"):
            return ears if thrown.kind in ("message", "signal") else []
        outward: list[tuple[Node, Trigger]] = []
        while node.around is not None:
            for host, starts in ((node, False), (node.around, True)):
                border = [(ear, one) for ear, one in ears if ear.around is host and ear.leads is not node.element]
                border = [(ear, one) for ear, one in border if (ear.leads is not ear.element) is starts]
                outward += sorted(border, key=lambda each: each[1].name is None)
            node = node.around
        return outward

    def throw(self, node: Node, triggers: Iterable[Trigger]) -> bool:
        """True: who throws is still there, and need not wait."""
        for trigger in triggers:
            ears = self.hearers(node, trigger)
            if trigger.kind == "signal" or (trigger.kind == "message" and not ears):
                self.thrown.append(node.element.id)
            for ear, heard in ears if trigger.kind == "signal" else ears[:1]:
                self.fire(ear, heard)
            if trigger.kind == "compensation":
                self.compensate(node, trigger)
            if trigger.kind == "error" or node.state == "gone":
                return False
        return node.state == "waiting" and not node.awaits

    def fire(self, node: Node, trigger: Trigger) -> None:
        """A trigger has come. Boundary events and event sub-processes interrupt, or listen on (10.5.4, 10.5.7)."""
        event, host, dues = node.element, node.around or node, node.awaits.pop(trigger, None)
        all_wanted = trigger.kind == "compensation" or (event.parallel_multiple and len(event.triggers) > 1)
        if dues is None or (all_wanted and node.awaits):
            return
        if node.leads is None:
            self.finish(node)
            return
        starts = node.leads.triggered_by_event
        if event.interrupting or trigger.kind in ("error", "cancel"):
            races = host.element.kind is Kind.EVENT_BASED_GATEWAY
            self.end(host, None if starts else self.completed if races else self.cancelled)
        elif all_wanted:
            self.listen(node)
        elif later := [due for due in dues if due > self.moment]:
            node.awaits[trigger] = later
        self.arrive(Node(node.leads, host) if starts else Node(node.leads, host.around, state="done"))
        if host.state == "gone" and host.then is not None:
            host.then()

    # compensation and transactions (10.7, 13.5.5)

    def compensate(self, node: Node, thrown: Trigger) -> None:
        """Undo one activity, or all that was done in the level; of an event sub-process without any, around it."""
        scope = node.around or node
        while not (found := [one for one in scope.notes if thrown.reference in (None, one.element.id)]):
            if not scope.element.triggered_by_event or scope.around is None:
                return
            scope = scope.around
        scope.notes = [one for one in scope.notes if one not in found]
        if thrown.waits:
            node.awaits[thrown] = EVER
        self.undo(scope, found, [(node, thrown)])

    def cancel(self, scope: Node) -> None:
        """End a transaction and undo all that was done in it; then it is left by its cancel event."""
        while scope.element.kind is not Kind.TRANSACTION:
            scope = scope.around or scope
        self.end(scope)
        ears = [(one, trigger) for one in self.live for trigger in one.awaits if trigger.kind == "cancel"]
        ears = [each for each in ears if each[0].element.attached_to == scope.element.id]
        notes, scope.notes = scope.notes, []
        self.undo(scope, notes, [each for each in ears if each[0].around in (scope, scope.around)])

    def undo(self, scope: Node, notes: list[Node], told: list[tuple[Node, Trigger]]) -> None:
        """The latest first, bodies of a loop each by itself; without an own way, all that was done in it is undone."""
        while notes and notes[-1].element.loop is not None:
            notes += notes.pop().notes
        if notes:
            done = notes.pop()
            by = done.undoer
            if by is not None and by.undone_by is not None:
                self.completed.append(by.id)
                node = Node(self.elements[by.undone_by], scope)
            else:
                inside = Level("") if by is None else Level("", {by.id: by}, starts=(by.id,))
                again = Element(done.element.id, done.element.kind, inner=inside, for_compensation=True)
                node = Node(again, scope, notes=done.notes)
            node.then = partial(self.undo, scope, notes, told)
            self.arrive(node)
        else:
            for each in told:
                self.fire(*each)
            self.settle(scope)
