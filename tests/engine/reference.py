"""A second, naive reading of the token rules of BPMN 2.0.2 (chapters 10 and 13), to hold the engine against.

It shares nothing with `server.engine`: everything is found by going through one list, and nothing is ever saved. What
is ready takes turns, first come first served. Scripts, services and decisions count `n` up.
"""

from collections.abc import Iterable
from datetime import datetime

from server.bpmn.definition import AdHoc, Element, Kind, Loop, Process, Trigger
from tests.engine.models import listens, outside, start_of, times, trigger_of, undoing_process, wants_all
from tests.engine.reference_state import Node, Standing, hears

THROWING = (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT, Kind.SEND_TASK)
UNDO = Element("#", Kind.TASK)


class Reference(Standing):
    """`completed`, `cancelled` and `thrown` are keys of elements, in order. `start`: where an event has begun it."""

    def __init__(self, process: Process, n: int, moment: datetime, start: tuple[str, int] | None = None) -> None:
        super().__init__(process, n)
        self.moment, self.ended = moment, False
        self.completed: list[str] = []
        self.cancelled: list[str] = []
        self.thrown: list[str] = []  # what has left the instance
        self.queue: list[Node] = []
        self.open(Node(Element("", Kind.SUB_PROCESS, inner=process.level), None, state="waiting"), start)
        self.run()

    def come(self, what: str, key: str, index: int, moment: datetime, n: int) -> None:
        """It has come to the oldest but *index* that waits for it."""
        self.moment = moment
        node, number = [one[2:] for one in self.can_come() if one[:2] == (what, key)][index]
        if what == "choose":
            self.arrive(Node(self.elements[key], node))
        elif what == "enough":
            self.end_choice(node)
        elif number in node.awaits:
            self.fire(node, number)
        else:
            self.n = n if what == "task" else self.n
            self.finish(node)
        self.run()

    def run(self) -> None:
        while not self.ended and (self.ask_conditions() or self.queue or self.join_some()):
            node = self.queue.pop(0) if self.queue else None
            if node is not None and (node.state == "done" or (node.state == "ready" and self.begin(node))):
                self.leave(node)

    def arrive(self, node: Node) -> None:
        """A token comes to an element: at a join it waits for others, at an event for that."""
        self.live.append(node)
        if node.state == "done" or self.may_go(node):
            if node.state == "ready" and listens(node.element) and node.role != "body" and not node.loops:
                self.begin(node)
            else:
                self.queue.append(node)

    def finish(self, node: Node) -> None:
        node.state = "done"
        self.queue.append(node)

    def begin(self, node: Node) -> bool:
        """Do what the element is there for. True: that is done."""
        element, role = node.element, node.role
        if node.via is not None and element.kind is Kind.COMPLEX_GATEWAY and not self.may_go(node):
            return False
        node.state = "waiting"
        events = [self.elements[key] for key in element.boundaries if role in ("token", "handler")]
        races = listens(element) and element.kind is Kind.EVENT_BASED_GATEWAY
        events += [self.elements[self.flows[flow].target] for flow in element.outgoing if races]
        for event in events:
            if event.undone_by is None:
                self.listen(Node(event, node, "ear"))
        if node.loops:
            return self.begin_loop(node)
        if element.inner is not None:
            (self.undo_inside if role == "again" else self.open)(node)
            return element.ad_hoc is not None and role != "again" and self.choose_itself(node)
        if listens(element) or node.heard:
            self.listen(node)
            return False
        self.n += any((element.script, element.service, element.decision))
        return not outside(element) and (element.kind not in THROWING or self.throw(node, element.triggers))

    def open(self, scope: Node, start: tuple[str, int] | None = None) -> None:
        """Listen for event sub-processes, and begin: at an event, or wherever no flow leads to (10.5.2)."""
        for element in scope.inner.event_sub_processes:
            if trigger_of(element) != "compensation":
                self.listen(Node(start_of(element), scope, "ear"))
        every = scope.inner.plain_starts() if scope.element.ad_hoc is None else ()
        keys = [key for key in every if self.elements[key].kind is Kind.START_EVENT][:1] or every
        if scope.element.triggered_by_event:
            self.arrive(Node(start_of(scope.element), scope, state="done"))
        elif start is None:
            for key in keys:
                self.arrive(Node(self.elements[key], scope))
        else:
            event = self.elements[start[0]]
            if event.id not in scope.inner.starts:  # behind a gateway
                event = self.elements[self.flows[event.incoming[0]].source]
            first = wants_all(event) and event.kind is Kind.START_EVENT  # and waits there for the others
            came, heard = start[0] if event.id != start[0] else None, {start[1]} if first else set()
            self.arrive(Node(event, scope, state="ready" if first else "done", came=came, heard=heard))

    # ad-hoc sub-processes (13.3.5): people choose; where nothing is for people, each activity is begun once

    def choose_itself(self, node: Node) -> bool:
        """Begin one more, or all. True: everything has been done."""
        how, keys = node.element.ad_hoc or AdHoc(), node.inner.starts
        if node.element.lets_people_choose():
            return False
        if node.done == len(keys) or (how.sequential and self.busy(node)):
            return not self.busy(node)
        begun, node.done = node.done, node.done + 1 if how.sequential else len(keys)
        for key in keys[begun : node.done]:
            self.arrive(Node(self.elements[key], node))
        return False

    def end_choice(self, node: Node) -> None:
        node.ending = True
        if not self.busy(node) or (node.element.ad_hoc or AdHoc()).cancel_remaining:
            self.clear(node)
            self.finish(node)

    # loops (10.3.8)

    def begin_loop(self, node: Node) -> bool:
        loop = node.element.loop or Loop("standard")
        node.total = int(str(self.value(loop.cardinality))) if loop.cardinality is not None else 1
        node.total = 0 if loop.test_before and not self.once_more(node) else node.total
        for _ in range(node.total if loop.kind == "parallel" else min(node.total, 1)):
            self.arrive(Node(node.element, node, "body"))
        return node.total == 0

    def body_left(self, node: Node) -> None:
        """Behavior None throws with each body, One with the first, Complex on a condition."""
        loop = node.element.loop or Loop("standard")
        node.done += 1
        names, when = {"nrOfCompletedInstances": node.done}, ("each", "first" if node.done == 1 else "each")
        goes_on = self.once_more(node) and not self.value(loop.completion_condition, **names)
        due = [one for one in loop.throws if one.when in when or self.value(one.condition, **names)]
        due = [one for one in due if one.when in (*when, "condition")]
        if not self.throw(node, [trigger for each in due for trigger in each.triggers]):
            return
        if not goes_on:
            for body in self.children(node, "body"):
                self.cancel(body)
            self.finish(node)
        elif loop.kind != "parallel":
            self.arrive(Node(node.element, node, "body"))

    # leaving

    def leave(self, node: Node) -> None:
        element, level, around = node.element, node.level, node.around or node
        flows = self.choose(node) if node.role == "token" else []
        self.completed.append(element.id)
        self.note(node, around)
        self.remove(node)
        if around is not level:
            return self.body_left(around) if node.role == "body" else self.undo_next(around)
        for key in level.inner.linked(element):
            self.arrive(Node(self.elements[key], level))
        for flow in (flow for flow in flows for _ in range(element.completion_quantity)):
            state = "done" if flow.target == node.came else "ready"
            self.arrive(Node(self.elements[flow.target], level, via=flow.id, state=state))
        for again in list(self.oldest(node).values())[:1] if node.reset else ():
            again.state = "ready"  # what came again before the reset may be enough for the next start
            self.queue.append(again)
        kinds = [trigger.kind for trigger in element.triggers] if element.kind is Kind.END_EVENT else []
        if "terminate" in kinds:
            self.clear(level)
        elif "cancel" in kinds:
            self.cancel_transaction(level)
        self.settle(level)

    def settle(self, scope: Node) -> None:
        """Something in a scope has been left; where nothing goes on any more, the scope is done."""
        how, busy = scope.element.ad_hoc if scope.role != "again" else None, self.busy(scope)
        if scope.state == "waiting" and how is not None:
            enough = not scope.ending and self.value(how.completion)
            if enough or (not busy if scope.ending else self.choose_itself(scope)):
                self.end_choice(scope)
        elif scope.state == "waiting" and not busy:
            self.clear(scope)
            self.finish(scope)
            self.ended = scope.around is None

    def cancel(self, node: Node) -> None:
        for child in self.children(node):
            self.cancel(child)
        self.cancelled += [node.element.id] if node.role not in ("ear", "undoing") else []
        self.remove(node)

    def clear(self, scope: Node) -> None:
        """End all that goes on in a scope, and its ears for event sub-processes."""
        for child in self.children(scope):
            if child.role != "ear" or child.element.kind is Kind.START_EVENT:
                self.cancel(child)

    def remove(self, node: Node) -> None:
        for one in (node, *self.children(node, "ear")):
            one.state, one.awaits = "gone", {}
        self.live = [one for one in self.live if one.state != "gone"]

    # joins (13.4.1 to 13.4.5)

    def may_go(self, node: Node) -> bool:
        """Whether a token that has come to a join, or an activity that needs several, goes on by itself."""
        element, found, here = node.element, self.oldest(node), self.children(node.around, "token")
        come, keep, kind = list(found.values()), node, element.kind
        if node.via is None or (len(element.incoming) < 2 and element.start_quantity == 1):
            return True
        node.state = "joining"
        if kind is Kind.COMPLEX_GATEWAY:
            resetting = any(one.reset for one in here if one.element is element)
            enough = not resetting and bool(self.value(element.activation, activationCount=len(come)))
            keep, rest = max(come, key=self.live.index), [flow for flow in element.incoming if flow not in found]
            if enough and rest:
                self.live.append(Node(element, node.around, state="joining", reset=rest))
        elif kind in (Kind.PARALLEL_GATEWAY, Kind.INCLUSIVE_GATEWAY):
            enough = kind is Kind.PARALLEL_GATEWAY and len(come) == len(element.incoming)
        else:
            come = [one for one in here if one.element is element and one.via][: element.start_quantity]
            come = come if element.start_quantity > 1 else [node]
            enough = len(come) == element.start_quantity
        if enough:
            self.join(come, keep)
            self.queue += [keep] if keep is not node else []
        return enough and keep is node

    def join(self, nodes: list[Node], keep: Node) -> None:
        for node in nodes:
            if node is not keep:
                self.completed.append(node.element.id)
                self.remove(node)
        keep.via, keep.state = None, "ready"

    def join_some(self) -> bool:
        """An inclusive join goes on when no token can come to an empty flow of it and no filled one; a reset when none
        can come to an empty one."""
        for node in (one for one in self.live if one.state == "joining"):
            found, others = self.oldest(node), self.children(node.around, "token")
            joins = node.reset or node.element.kind is Kind.INCLUSIVE_GATEWAY
            if joins and not any(self.holds_back(other, node, set(found)) for other in others):
                come = [found[flow] for flow in node.reset or found if flow in found]
                keep = node if node.reset else min(come, key=self.live.index)
                self.join(come, keep)
                self.queue.append(keep)
                return True
        return False

    # events: chapters 10.5 and 13.5

    def listen(self, node: Node) -> None:
        self.live += [] if node in self.live else [node]
        triggers = enumerate(node.element.triggers)
        node.awaits = {number: times(one, self.moment) for number, one in triggers if number not in node.heard}

    def ask_conditions(self) -> bool:
        """Whether one has become true; it has to become false before it is heard again."""
        heard = False
        for node, number in [(one, number) for one in self.live for number in one.awaits]:
            condition = node.element.triggers[number].condition
            if condition is not None and number in node.awaits:
                before = set(node.held)
                node.held = before | {number} if self.value(condition) else before - {number}
                if node.held > before:
                    heard = True
                    self.fire(node, number)
        return heard

    def throw(self, node: Node, triggers: Iterable[Trigger]) -> bool:
        """True: who throws is still there, and need not wait."""
        waits = False
        for trigger in triggers:
            ears = [(one, number) for one in self.live for number in sorted(one.awaits)]
            ears = self.outward(node) if trigger.kind in ("error", "escalation") else ears
            ears = [one for one in ears if hears(*one, trigger)]
            if trigger.kind == "signal" or (trigger.kind == "message" and not ears):
                self.thrown.append(node.element.id)
            for ear, number in ears if trigger.kind == "signal" else ears[:1]:
                self.fire(ear, number)
            waits = (trigger.kind == "compensation" and self.compensate(node, trigger)) or waits
            if trigger.kind == "error" or node.state == "gone":
                return False
        return not waits

    def fire(self, node: Node, number: int) -> None:
        """One of the triggers that a node waits for has come."""
        event, host = node.element, node.around
        if number not in node.awaits or host is None:
            return
        if wants_all(event):
            node.heard.add(number)
            del node.awaits[number]
            if node.awaits:
                return
            node.heard = set()
        if node.role != "ear":
            node.awaits = {}
            self.finish(node)
        elif host.element.kind is Kind.EVENT_BASED_GATEWAY:
            self.completed.append(host.element.id)
            self.remove(host)
            via = next(flow for flow in host.element.outgoing if self.flows[flow].target == event.id)
            self.arrive(Node(event, host.level, via=via, state="done"))
        else:
            self.fire_ear(node, host, number, event.kind is Kind.START_EVENT)

    def fire_ear(self, ear: Node, host: Node, number: int, starts: bool) -> None:
        """A boundary event, or the start of an event sub-process: it interrupts, or goes on listening."""
        event, interrupts = ear.element, ear.element.interrupting
        if interrupts or event.triggers[number].kind in ("error", "cancel"):
            (self.clear if starts else self.cancel)(host)
        elif wants_all(event):
            self.listen(ear)
        elif ear.awaits[number]:
            ear.awaits[number] = [due for due in ear.awaits[number] if due > self.moment]
            ear.awaits = {at: dues for at, dues in ear.awaits.items() if dues or at != number}
        own = [one for one in host.inner.event_sub_processes if starts and start_of(one) is event]
        self.arrive(Node(own[0], host) if starts else Node(event, host.level, state="done"))
        if host.state == "gone" and host.role == "handler" and host.around is not None:
            self.undo_next(host.around)

    # compensation and transactions (10.7, 13.5.5)

    def note(self, node: Node, around: Node) -> None:
        element = node.element
        undoes = element.for_compensation or node.role == "again" or trigger_of(element) == "compensation"
        by_itself = not node.loops and (self.handler(element) or undoing_process(element))
        around.notes += [node] if not undoes and (by_itself or node.notes) else []

    def compensate(self, node: Node, trigger: Trigger) -> bool:
        """Undo one activity, or all that was done in the level. Whether that is waited for."""
        scope = node.level
        while not (found := [done for done in scope.notes if trigger.reference in (None, done.element.id)]):
            if not scope.element.triggered_by_event:
                return False
            scope = scope.level
        self.undo(scope, found, node if trigger.waits else None)
        return trigger.waits

    def undo_inside(self, node: Node) -> None:
        """A sub-process is undone by its compensation event sub-process, or else all that was done in it is."""
        how = undoing_process(node.element)
        self.undo(node, node.notes, None) if how is None else self.arrive(Node(how, node))

    def undo(self, scope: Node, notes: list[Node], thrower: Node | None) -> None:
        undoing = Node(UNDO, scope, "undoing", state="waiting", notes=list(notes), thrower=thrower)
        scope.notes = [done for done in scope.notes if done not in undoing.notes]
        self.live.append(undoing)
        self.undo_next(undoing)

    def undo_next(self, undoing: Node) -> None:
        """The latest first; bodies of a loop each by itself."""
        scope, thrower = undoing.level, undoing.thrower
        while undoing.notes and undoing.notes[-1].loops:
            undoing.notes += undoing.notes.pop().notes
        if undoing.notes:
            done = undoing.notes.pop()
            handler = self.handler(done.element)
            if handler is None:
                return self.arrive(Node(done.element, undoing, "again", notes=done.notes))
            self.completed += [key for key in done.element.boundaries if self.elements[key].undone_by == handler]
            return self.arrive(Node(self.elements[handler], undoing, "handler"))
        self.remove(undoing)
        if thrower is scope:
            ears = self.children(scope.around if scope.role == "body" else scope, "ear")
            for ear in [ear for ear in ears if ear.element.triggers[0].kind == "cancel"][:1]:
                self.fire(ear, 0)
        elif thrower is not None and thrower.state == "waiting":
            others = [one for one in self.children(scope, "undoing") if one.thrower is thrower]
            self.finish(thrower) if not others else None
        self.settle(scope)

    def cancel_transaction(self, scope: Node) -> None:
        while scope.element.kind is not Kind.TRANSACTION:
            scope = scope.level
        self.clear(scope)
        self.undo(scope, scope.notes, scope)
