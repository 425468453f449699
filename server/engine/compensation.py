"""What has been completed and could be undone, and whoever undoes it (BPMN 2.0.2, 10.7 and 13.5.5).

An activity that can be undone is noted when it has been completed, under the activity instance it ran in (0: the
process). The note of a sub-process stands for the notes inside it, which go on standing under its number, and for its
variables as they were when it ended: nothing is copied, they are only not thrown away.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from server.engine.kernel import STARTED
from server.engine.snapshot import Note, Parts, read_note, write_note
from server.engine.tokens import Given, Phase, Token
from server.engine.variables import Variables

if TYPE_CHECKING:
    from server.engine.levels import Level
    from server.engine.steps import Step

UNDO = "#undo"  # "#" cannot be part of an id in a model
CANCEL = -1
"""Stands for the thrower of a compensation that ends in the cancellation of a transaction."""


class Ledger:
    """All notes of an instance: by the activity instance they stand under, by element, in the order of completion."""

    def __init__(self, parts: Parts, variables: Variables, next_number: Callable[[], int]) -> None:
        self._parts, self._variables, self._next_number = parts, variables, next_number
        self._notes: dict[int, dict[str, dict[int, Note]]] = {}

    def holds(self, under: int, element: str | None = None) -> bool:
        return under in self._notes and (element is None or element in self._notes[under])

    def enter(self, token: Token) -> None:
        """The activity instance has been completed."""
        step = token.task_spec
        if not step.undoable or not (self._undone_from_outside(step) or self._undoes_itself(token)):
            return
        under = token.parent.id if token.parent is not None else token.workflow.activity
        token.noted = True
        token.scope_noted = token.own_scope and not step.repeats and (step.is_body or step.inner is not None)
        note = Note(step.element.id, token.id, token.index, token.scope_noted, step.repeats)
        self._add(under, self._next_number(), note)

    def _undone_from_outside(self, step: "Step") -> bool:
        return step.undone_at is not None and not step.repeats

    def _undoes_itself(self, token: Token) -> bool:
        inner = token.task_spec.inner
        return self.holds(token.id) or (inner is not None and inner.undoes is not None)

    def move(self, under: int, to: int, element: str | None = None) -> None:
        """Put the notes that stand under one activity instance (those of *element*, or all) under another one."""
        by_element = self._notes.get(under, {})
        chosen = list(by_element) if element is None else [element]
        notes = [item for key in chosen for item in by_element.get(key, {}).items()]
        for order, note in sorted(notes, key=lambda item: item[0]):
            self._remove(under, order, note)
            self._add(to, self._next_number(), note)

    def pop(self, under: int) -> Note | None:
        """Take away the note of what was completed last."""
        by_element = self._notes.get(under)
        if by_element is None:
            return None
        newest = max(by_element.values(), key=lambda notes: next(reversed(notes)))
        order = next(reversed(newest))
        note = newest[order]
        self._remove(under, order, note)
        return note

    def drop(self, under: int) -> None:
        """What ran in an activity instance cannot be undone any more, nor what ran in that."""
        pending = [under] if under in self._notes else []
        while pending:
            for notes in self._notes.pop(pending.pop()).values():
                for order, note in notes.items():
                    self._parts.remove(f"c{order}")
                    if note.scoped:
                        self._variables.close(note.activity)
                    if note.activity in self._notes:
                        pending.append(note.activity)

    def restore(self, kept: Mapping[str, str]) -> None:
        """Read the notes back, and open the scopes that they have kept; nobody looks outward from those."""
        for order in sorted(int(key[1:]) for key in kept if key[0] == "c"):
            under, note = read_note(kept[f"c{order}"])
            self._notes.setdefault(under, {}).setdefault(note.element, {})[order] = note
            if note.scoped:
                self._variables.open(note.activity, self._variables[0])

    def _add(self, under: int, order: int, note: Note) -> None:
        self._notes.setdefault(under, {}).setdefault(note.element, {})[order] = note
        self._parts.write(f"c{order}", write_note(under, note))

    def _remove(self, under: int, order: int, note: Note) -> None:
        by_element = self._notes[under]
        notes = by_element[note.element]
        if next(reversed(notes)) == order:
            notes.popitem()  # keeps the end of the mapping dense, so that taking one costs the same among a thousand
        else:
            del notes[order]
        if not notes:
            del by_element[note.element]
        if not by_element:
            del self._notes[under]
        self._parts.remove(f"c{order}")


def compensate(thrower: Token, element: str | None, waits: bool) -> bool:
    """Undo an activity, or everything that was completed in the thrower's level; in an event sub-process where nothing
    was completed, what was in the level around it. Returns whether the thrower has to wait."""
    level: Level = thrower.workflow
    while not level.instance.ledger.holds(level.activity, element):
        host = level.host
        if host is None or not host.task_spec.element.triggered_by_event:
            return False
        level = host.workflow
    undo(level, thrower.id if waits else 0, element)
    return waits


def undo(level: "Level", thrower: int, element: str | None = None) -> None:
    """Begin to undo what was completed in a level, one after the other, the latest first."""
    undoing = Token(level, level.spec.step(UNDO), state=STARTED)
    undoing.phase, undoing.thrower = Phase.WORK, thrower
    level.instance.ledger.move(level.activity, undoing.id, element)
    undoing.task_spec.proceed(undoing)


def cancel_transaction(thrower: Token) -> None:
    """A cancel end event was reached: nothing in the transaction goes on, what was completed in it is undone, and then
    it is left by its cancel boundary event (BPMN 2.0.2, 10.3.5)."""
    level: Level = thrower.workflow
    while level.host is not None and level.host.task_spec.element.kind != "transaction":
        level = level.host.workflow
    level.clear()
    if level.instance.ledger.holds(level.activity):
        undo(level, CANCEL)
    else:
        leave_transaction(level)


def leave_transaction(level: "Level") -> None:
    """Everything that was completed in a cancelled transaction has been undone."""
    transaction = level.host
    for around in (transaction, transaction.parent) if transaction is not None else ():
        for catcher in around.listeners if around is not None else ():
            for number, wait in catcher.waits.items():
                if wait.kind == "cancel":
                    catcher.task_spec.fire(catcher, Given(number))
                    return
