"""Undoing what has been completed: one activity after the other, the latest first (BPMN 2.0.2, 10.7.3 and 13.5.5)."""

from server.bpmn.definition import Element, Kind
from server.bpmn.definition import Level as LevelDefinition
from server.engine.compensation import CANCEL, UNDO, leave_transaction, undo
from server.engine.facts import ActivityCompensated, ActivityCompleted, ActivityStarted
from server.engine.levels import LevelSpec, SubLevel
from server.engine.snapshot import Note
from server.engine.steps import Step, Taken
from server.engine.tokens import Token


class Undo(Step):
    """No element of a model: the token that goes through what is to be undone in a level and starts whatever undoes
    it, as children of its own. Then it wakes the event that threw the compensation."""

    hidden = True

    def __init__(self, owner: LevelSpec, level: LevelDefinition) -> None:
        super().__init__(owner, Element(UNDO, Kind.INTERMEDIATE_THROW_EVENT), level)

    def proceed(self, token: Token) -> None:
        ledger = token.instance.ledger
        note = ledger.pop(token.id)
        while note is not None and note.loop:
            ledger.move(note.activity, token.id)
            note = ledger.pop(token.id)
        if note is None:
            self._finish(token)
        else:
            self._undo(token, note)

    def body_cancelled(self, token: Token) -> bool:
        self.proceed(token)
        return True

    def _undo(self, token: Token, note: Note) -> None:
        level, instance = token.workflow, token.instance
        instance.report(ActivityCompensated(note.activity, note.element))
        boundary = level.spec.step(note.element).undone_at
        if boundary is not None and boundary.undone_by is not None:
            self._report_boundary(token, boundary)
            child = level.arrive(boundary.undone_by, parent=token)
        else:
            child = level.arrive(note.element + UNDO, parent=token)
            instance.ledger.move(note.activity, child.id)
        if note.scoped:
            child.adopt_scope(note.activity)
        elif note.index is not None:
            child.open_scope({"loopCounter": level.spec.step(note.element).loop_counter(note.index)})
        instance.variables.commit(child.id)
        child.task_spec.update(child)

    def _report_boundary(self, token: Token, boundary: Element) -> None:
        """A compensation boundary event holds no token: it is passed the moment that somebody undoes its activity."""
        instance, host = token.instance, token.workflow.host
        number = instance.next_number()
        instance.report(ActivityStarted(number, boundary.id, None if host is None else host.id))
        instance.report(ActivityCompleted(number, boundary.id))

    def _finish(self, token: Token) -> None:
        level, instance = token.workflow, token.instance
        instance.remove(token)
        if token.thrower == CANCEL:
            leave_transaction(level)
        thrower = instance.all.get(token.thrower)
        others = level.places.get((UNDO, None), {}).values()
        if thrower is not None and thrower.works and all(other.thrower != thrower.id for other in others):
            thrower.resume()
        level.settle()


class UndoneSubProcess(Step):
    """A completed sub-process is entered once more, with its variables as they were: its compensation event sub-process
    says what is to be done, or else all that was completed in it is undone."""

    def __init__(self, owner: LevelSpec, element: Element, level: LevelDefinition) -> None:
        super().__init__(owner, element, level, element.id + UNDO)
        self.undoable = False

    @property
    def maps(self) -> bool:
        return False

    def work(self, token: Token) -> bool:
        if self.inner is None:
            return True
        level = SubLevel(self.inner, token)
        if self.inner.undoes is not None:
            level.enter(self.inner.undoes)
        else:
            undo(level, 0)
        return False

    def choose(self, token: Token) -> list[Taken]:
        return []

    def restored(self, token: Token) -> None:
        if self.inner is not None and (token.works or token.was_waiting):
            SubLevel(self.inner, token)
