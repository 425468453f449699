"""What the naive interpreter of the token rules knows of a running process: scopes, visits, ears and notes."""

from dataclasses import dataclass, field
from datetime import datetime

from server.bpmn.definition import Element, Level


@dataclass(eq=False)
class Note:
    """Something that was completed and can be undone (10.7)."""

    element: Element
    inner: "list[Note]"
    of_loop: bool = False


@dataclass(eq=False)
class Ear:
    """Something that waits for a trigger."""

    serial: int
    event: Element
    host: "Visit | Scope"
    dues: list[datetime] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.event.triggers[0].kind

    def hears(self, kind: str, name: str) -> bool:
        known = self.event.triggers[0].name
        return self.kind == kind and (known is None or known.text == name)


@dataclass(eq=False)
class Scope:
    """One running process or sub-process."""

    level: Level
    owner: "Visit | None"
    visits: "list[Visit]" = field(default_factory=list)
    ears: list[Ear] = field(default_factory=list)  # of event sub-processes
    notes: list[Note] = field(default_factory=list)


@dataclass(eq=False)
class Visit:
    """A token at an element. `parent`: the loop of a body, or who undoes."""

    element: Element
    scope: Scope
    parent: "Visit | None" = None
    via: str | None = None
    is_body: bool = False
    index: int = 0
    ending: bool = False  # its work is done, it only has to be left
    waits: bool = False
    gone: bool = False
    inner: Scope | None = None
    ears: list[Ear] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)  # of what was completed in it
    undone: bool = False  # a sub-process that is entered again, to undo it
    todo: list[Note] = field(default_factory=list)  # who undoes: what is left
    thrower: "Visit | Scope | None" = None  # who undoes: on whose behalf; a scope is a transaction being cancelled
    done: int = 0
    total: int = 0
