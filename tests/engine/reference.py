"""A second, naive reading of the token rules of BPMN 2.0.2 (chapters 10 and 13), to hold the engine against.

It shares nothing with `server.engine`: everything is found by going through lists, and nothing is ever saved. What is
ready takes turns, first come first served. Scripts count `n` up; conditions are evaluated by the expression language.
"""

from datetime import datetime, timedelta

from server.bpmn.definition import Element, Flow, Kind, Process
from server.expressions import Expression, parse
from tests.engine.models import start_of, trigger_of, undoing_process
from tests.engine.reference_state import Ear, Note, Scope, Visit

CATCHING = (Kind.INTERMEDIATE_CATCH_EVENT, Kind.RECEIVE_TASK)
THROWING = (Kind.INTERMEDIATE_THROW_EVENT, Kind.END_EVENT)
UNDO = Element("#", Kind.TASK)


class Reference:
    """`completed` and `cancelled` are the keys of elements, in order; `waiting` says what can come next."""

    def __init__(self, process: Process, n: int, moment: datetime) -> None:
        self.n, self.moment, self.serial, self.ended = n, moment, 0, False
        self.completed: list[str] = []
        self.cancelled: list[str] = []
        self.queue: list[Visit] = []
        self.top = Scope(process.level, None)
        self.open(self.top)
        self.run()

    def waiting(self) -> list[tuple[str, str]]:
        """What can come: (task | timer | message | signal, element)."""
        found = [("task", visit.element.id) for visit in self.tasks()]
        heard = [(ear.kind, ear.event.id) for ear in self.all_ears()]
        return sorted(found + [(kind, key) for kind, key in heard if kind in ("message", "signal", "timer")])

    def come(self, kind: str, key: str, index: int, moment: datetime, n: int) -> None:
        """What the oldest but *index* waits for has come, or a person has done a task."""
        self.moment = moment
        if kind == "task":
            self.n = n
            self.finish([visit for visit in self.tasks() if visit.element.id == key][index])
        else:
            self.fire([ear for ear in self.all_ears() if ear.event.id == key and ear.kind == kind][index])
        self.run()

    def tasks(self) -> list[Visit]:
        return [one for one in self.visits() if one.element.kind is Kind.USER_TASK and one.waits and not loops(one)]

    def visits(self, scope: Scope | None = None) -> list[Visit]:
        """Every visit at every depth."""
        inner = [(visit, visit.inner) for visit in (scope or self.top).visits]
        return [one for visit, held in inner for one in (visit, *(self.visits(held) if held is not None else ()))]

    def all_ears(self) -> list[Ear]:
        hosts: list[Scope | Visit] = [self.top]
        for visit in self.visits():
            hosts += [visit] if visit.inner is None else [visit, visit.inner]
        ears = [ear for host in hosts for ear in host.ears]
        return sorted((ear for ear in ears if ear.kind != "timer" or ear.dues), key=lambda ear: ear.serial)

    def run(self) -> None:
        while not self.ended and (self.queue or self.join_some()):
            visit = self.queue.pop(0)
            if not visit.gone and (visit.ending or self.begin(visit)) and not visit.gone:
                self.leave(visit)

    def finish(self, visit: Visit) -> None:
        visit.waits, visit.ending = False, True
        self.queue.append(visit)

    def arrive(self, scope: Scope, key: str, via: str | None = None, given: bool = False) -> Visit:
        return self.put(Visit(scope.level.elements[key], scope, via=via, ending=given))

    def put(self, visit: Visit) -> Visit:
        """A token comes to an element: at a join it may have to wait for others (13.4.1), at an event for that."""
        element, level = visit.element, visit.scope.level
        visit.scope.visits.append(visit)
        joins = visit.via is not None and len(element.incoming) > 1
        if element.kind is Kind.PARALLEL_GATEWAY and joins:
            visit.waits = True
            found = oldest(visit.scope, element)
            if len(found) == len(element.incoming):
                self.join(list(found.values()), visit)
        elif element.kind is Kind.INCLUSIVE_GATEWAY and joins:
            visit.waits = True
        elif element.kind is Kind.EVENT_BASED_GATEWAY:
            for flow in element.outgoing:
                self.listen(visit, level.elements[level.flows[flow].target])
        elif element.kind in CATCHING and not visit.ending and not loops(visit) and not visit.is_body:
            self.begin(visit)
        else:
            self.queue.append(visit)
        return visit

    def begin(self, visit: Visit) -> bool:
        """Do what the element is there for. True: that is done."""
        element, level = visit.element, visit.scope.level
        if not visit.is_body and not visit.undone:
            for boundary in (level.elements[key] for key in element.boundaries):
                if boundary.undone_by is None:
                    self.listen(visit, boundary)
        visit.waits = True
        if loops(visit):
            return self.begin_loop(visit)
        if element.inner is not None:
            return self.enter(visit)
        if element.kind in CATCHING:
            self.listen(visit, element)
        if element.kind in THROWING:
            return self.throw(visit)
        self.n += element.kind is Kind.SCRIPT_TASK
        return element.kind not in (Kind.USER_TASK, *CATCHING)

    def listen(self, host: Visit | Scope, event: Element) -> None:
        self.serial += 1
        ear = Ear(self.serial, event, host)
        timer = event.triggers[0].timer
        if timer is not None:  # PT1M, or a cycle R2/PT3M
            times, _, period = timer.text.rpartition("/")
            step = timedelta(minutes=int(period[2:-1]))
            ear.dues = [self.moment + step * turn for turn in range(1, int(times[1:] or 1) + 1)]
        host.ears.append(ear)

    def enter(self, visit: Visit) -> bool:
        """Open the inside of a sub-process; to undo it, by its compensation event sub-process or all that was done."""
        assert visit.element.inner is not None
        visit.inner = Scope(visit.element.inner, visit)
        if not visit.undone:
            self.open(visit.inner)
            return False
        visit.inner.notes = visit.notes
        how = undoing_process(visit.element)
        if how is None:
            self.undo(visit.inner, visit.notes, None)
        else:
            self.arrive(visit.inner, how.id)
        return False

    def open(self, scope: Scope) -> None:
        """Listen for event sub-processes, and begin at the start event or at all that no flow leads to (10.5.2)."""
        for element in scope.level.event_sub_processes:
            if trigger_of(element) != "compensation":
                self.listen(scope, start_of(element))
        for key in scope.level.starts:
            self.arrive(scope, key)

    # loops (10.3.8)

    def begin_loop(self, visit: Visit) -> bool:
        loop = visit.element.loop
        assert loop is not None
        visit.total = loop.loop_maximum or int(str(self.value(loop.cardinality, visit)))
        for index in range(visit.total if loop.kind == "parallel" else min(visit.total, 1)):
            self.put(Visit(visit.element, visit.scope, visit, is_body=True, index=index))
        return visit.total == 0

    def body_left(self, loop: Visit, body: Visit) -> None:
        how = loop.element.loop
        assert how is not None
        loop.done += 1
        enough = how.completion_condition is not None and self.value(how.completion_condition, loop)
        if enough or loop.done == loop.total:
            for other in children(loop):
                self.cancel(other)
            self.finish(loop)
        elif how.kind != "parallel":
            self.put(Visit(loop.element, loop.scope, loop, is_body=True, index=body.index + 1))

    def leave(self, visit: Visit) -> None:
        element, scope = visit.element, visit.scope
        flows = self.choose(visit) if visit.parent is None else []
        self.completed.append(element.id)
        self.note(visit)
        remove(visit)
        if visit.parent is not None:
            return self.undo_next(visit.parent) if visit.parent.element is UNDO else self.body_left(visit.parent, visit)
        for flow in flows:
            self.arrive(scope, flow.target, via=flow.id)
        if element.kind is Kind.END_EVENT and element.triggers:
            if element.triggers[0].kind == "terminate":
                self.clear(scope)
            elif element.triggers[0].kind == "cancel":
                self.cancel_transaction(scope)
        self.settle(scope)

    def choose(self, visit: Visit) -> list[Flow]:
        """The flows to leave by (13.4.2, 13.4.3)."""
        element = visit.element
        flows = [visit.scope.level.flows[key] for key in element.outgoing]
        if element.kind not in (Kind.EXCLUSIVE_GATEWAY, Kind.INCLUSIVE_GATEWAY):
            return flows
        plain = [flow for flow in flows if flow.id != element.default]
        held = [flow for flow in plain if flow.condition is None or self.value(flow.condition, visit)]
        chosen = held or [flow for flow in flows if flow.id == element.default]
        return chosen[:1] if element.kind is Kind.EXCLUSIVE_GATEWAY else chosen

    def value(self, expression: Expression | None, visit: Visit) -> object:
        assert expression is not None
        return parse(expression).evaluate({"n": self.n, "nrOfCompletedInstances": visit.done}, {})

    def settle(self, scope: Scope) -> None:
        """A scope in which nothing goes on any more is done."""
        if scope.visits or self.ended:
            return
        scope.ears = []
        if scope.owner is None:
            self.ended = True
        elif not scope.owner.gone:
            scope.owner.notes, scope.owner.inner = scope.notes, None
            self.finish(scope.owner)

    def cancel(self, visit: Visit) -> None:
        if visit.gone:
            return
        if visit.inner is not None:
            self.clear(visit.inner)
        for child in children(visit):
            self.cancel(child)
        if visit.element is not UNDO:
            self.cancelled.append(visit.element.id)
        remove(visit)

    def clear(self, scope: Scope) -> None:
        scope.ears = []
        for visit in list(scope.visits):
            self.cancel(visit)

    def join(self, visits: list[Visit], keep: Visit) -> None:
        for visit in visits:
            if visit is not keep:
                self.completed.append(visit.element.id)
                remove(visit)
        keep.waits = False
        self.finish(keep)

    def join_some(self) -> bool:
        """An inclusive join goes on when no token can reach an empty flow of it without reaching a filled one."""
        for visit in self.visits():
            if visit.element.kind is Kind.INCLUSIVE_GATEWAY and visit.waits:
                found = oldest(visit.scope, visit.element)
                if not any(holds_back(other, visit.element, set(found)) for other in visit.scope.visits):
                    first = next(other for other in visit.scope.visits if other in found.values())
                    self.join(list(found.values()), first)
                    return True
        return False

    def throw(self, visit: Visit) -> bool:
        for trigger in visit.element.triggers:
            name = trigger.name.text if trigger.name is not None else ""
            if trigger.kind in ("signal", "message"):
                heard = [ear for ear in self.all_ears() if ear.hears(trigger.kind, name)]
                for ear in heard if trigger.kind == "signal" else heard[:1]:
                    self.fire(ear)
            elif trigger.kind == "compensation":
                return not self.compensate(visit, trigger.reference)
            elif trigger.kind in ("error", "escalation"):
                catching = [ear for ear in around(visit) if ear.hears(trigger.kind, name)]
                for ear in catching[:1]:
                    self.fire(ear)
                if trigger.kind == "error":
                    return False
        return True

    def fire(self, ear: Ear) -> None:
        host, event = ear.host, ear.event
        if ear not in host.ears:
            return
        ear.dues = [due for due in ear.dues if due > self.moment]
        if isinstance(host, Scope):
            if event.interrupting:
                self.clear(host)
            self.arrive(host, next(one.id for one in host.level.event_sub_processes if start_of(one) is event))
        elif host.element is event:
            host.ears = [other for other in host.ears if other is not ear]
            self.finish(host)
        elif host.element.kind is Kind.EVENT_BASED_GATEWAY:
            self.completed.append(host.element.id)
            remove(host)
            via = next(flow for flow in event.incoming if flow in host.element.outgoing)
            self.arrive(host.scope, event.id, via, given=True)
        else:
            if event.interrupting or ear.kind in ("error", "cancel"):
                self.cancel(host)
            self.arrive(host.scope, event.id, given=True)

    # compensation and transactions (10.7, 13.5.5)

    def note(self, visit: Visit) -> None:
        element = visit.element
        boundary = undone_at(visit)
        if element.for_compensation or visit.undone or trigger_of(element) == "compensation":
            return
        direct = boundary is not None and not loops(visit)
        if direct or visit.notes or (undoing_process(element) is not None and not loops(visit)):
            holder = visit.parent if visit.is_body and visit.parent is not None else visit.scope
            holder.notes.append(Note(element, visit.notes, loops(visit)))

    def compensate(self, visit: Visit, key: str | None) -> bool:
        scope = visit.scope
        while not (found := [note for note in scope.notes if key in (None, note.element.id)]):
            if scope.owner is None or not scope.owner.element.triggered_by_event:
                return False
            scope = scope.owner.scope
        self.undo(scope, found, visit)
        return True

    def undo(self, scope: Scope, notes: list[Note], thrower: Visit | Scope | None) -> None:
        todo = list(notes)
        scope.notes = [note for note in scope.notes if note not in todo]
        undoing = Visit(UNDO, scope, waits=True, todo=todo, thrower=thrower)
        scope.visits.append(undoing)
        self.undo_next(undoing)

    def undo_next(self, undoing: Visit) -> None:
        scope = undoing.scope
        while undoing.todo and undoing.todo[-1].of_loop:
            undoing.todo += undoing.todo.pop().inner
        if undoing.todo:
            note = undoing.todo.pop()
            again = Visit(note.element, scope, undoing, undone=True, notes=note.inner)
            boundary = undone_at(again)
            if boundary is not None and boundary.undone_by is not None:
                self.completed.append(boundary.id)
                again = Visit(scope.level.elements[boundary.undone_by], scope, undoing)
            self.put(again)
            return
        remove(undoing)
        if isinstance(undoing.thrower, Scope):
            self.fire(next(ear for ear in self.all_ears() if ear.kind == "cancel" and ear.host is left_by(scope)))
        elif undoing.thrower is not None and not undoing.thrower.gone:
            self.finish(undoing.thrower)
        self.settle(scope)

    def cancel_transaction(self, scope: Scope) -> None:
        while scope.owner is not None and scope.owner.element.kind is not Kind.TRANSACTION:
            scope = scope.owner.scope
        self.clear(scope)
        self.undo(scope, scope.notes, scope)


def loops(visit: Visit) -> bool:
    return visit.element.loop is not None and not visit.is_body and not visit.undone


def left_by(scope: Scope) -> Visit | None:
    """Whose boundary events a transaction is left by: its own, or the loop's around it."""
    return scope.owner.parent if scope.owner is not None and scope.owner.is_body else scope.owner


def children(visit: Visit) -> list[Visit]:
    return [other for other in visit.scope.visits if other.parent is visit]


def remove(visit: Visit) -> None:
    visit.gone, visit.ears = True, []
    visit.scope.visits.remove(visit)


def undone_at(visit: Visit) -> Element | None:
    boundaries = (visit.scope.level.elements[key] for key in visit.element.boundaries)
    return next((boundary for boundary in boundaries if boundary.undone_by is not None), None)


def oldest(scope: Scope, element: Element) -> dict[str, Visit]:
    """The first visit that waits at a join, by the flow it came by."""
    here = [one for one in reversed(scope.visits) if one.element is element and one.waits]
    return {flow: one for flow in element.incoming for one in here if one.via == flow}


def around(visit: Visit) -> list[Ear]:
    """Who may catch what is thrown, from inside outward (13.5.3)."""
    ears: list[Ear] = []
    one: Visit | None = visit
    while one is not None:
        ears += one.ears
        if one.parent is None:
            own = start_of(one.element) if one.element.triggered_by_event else None
            ears += [ear for ear in one.scope.ears if ear.event is not own]
        one = one.parent or one.scope.owner
    return ears


def holds_back(other: Visit, join: Element, filled: set[str]) -> bool:
    """Whether a token can come to an empty flow of a join, and to no filled one, without passing the join."""
    seen: set[str] = set()
    reached: set[str] = set()
    pending = [other.element] if other.parent is None and other.element is not join else []
    while pending:
        one = pending.pop()
        if one.id in seen or one is join or one is UNDO:
            continue
        seen.add(one.id)
        level = other.scope.level
        reached |= set(one.outgoing) & set(join.incoming)
        pending += [level.elements[level.flows[flow].target] for flow in one.outgoing]
        pending += [level.elements[key] for key in one.boundaries]
    return bool(reached - filled) and not reached & filled
