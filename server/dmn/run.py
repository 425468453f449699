"""What is noted while a decision is made: what went wrong, and which rules of which table matched what."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from server.errors import Failure
from server.expressions.feel.run import FeelRun

MOST_NOTES = 50
MOST_TABLES = 200
DEEPEST = 60


@dataclass(frozen=True)
class Note:
    """Something that made a value null. `owner` is the name of the decision or knowledge model it happened in.

    `broken` says that the decision cannot be trusted: rules contradict the hit policy, a value is not allowed.
    """

    text: str
    owner: str
    line: int = 0
    broken: bool = False


@dataclass(frozen=True)
class Seen:
    """A decision table at work: the value of each input column, the rules that matched, and the outputs of each.

    Rules are numbered from 1; `outputs` are those that the hit policy took, by the names of the columns.
    """

    owner: str
    name: str
    inputs: tuple[Any, ...]
    rules: tuple[int, ...]
    outputs: tuple[Mapping[str, Any], ...]


class Run:
    """One decision being made, with all it requires: one budget, one list of notes."""

    def __init__(self) -> None:
        self.feel = FeelRun({}, {})
        self.notes: list[Note] = []
        self.tables: list[Seen] = []
        self._owners: list[str] = []

    def note(self, text: str, line: int = 0, broken: bool = False) -> None:
        """Keep why something is null, which is what this gives."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Note(text, self.owner, line, broken))

    def take_reports(self, line: int) -> None:
        """Keep what FEEL has reported since the last time."""
        for report in self.feel.reports:
            self.note(report.reason, line)
        self.feel.reports.clear()

    def say_where(self, since: int, where: str) -> None:
        """Put *where* before the notes from that number on."""
        self.notes[since:] = [replace(note, text=f"{where}: {note.text}") for note in self.notes[since:]]

    def saw(self, seen: Seen) -> None:
        if len(self.tables) < MOST_TABLES:
            self.tables.append(seen)

    @property
    def owner(self) -> str:
        """The name of the decision or knowledge model that is at work."""
        return self._owners[-1] if self._owners else ""

    def enter(self, owner: str) -> None:
        """Begin a decision or function. Raises Failure when they are nested beyond all measure."""
        if len(self._owners) >= DEEPEST:
            raise Failure(f"{owner} is nested more than {DEEPEST} calls deep; does it call itself for ever?")
        self._owners.append(owner)

    def leave(self) -> None:
        self._owners.pop()
