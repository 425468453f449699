"""The state of an instance as parts: small texts by key, of which only those that changed are written.

`head`: the next number, what is ready. `t<ACTIVITY>`: a token. `v<SCOPE>:<NAME>`: the value of a variable, scope 0
being the process and every other scope carrying the number of its activity instance. `r<ACTIVITY>:<INDEX>`: a result
that a multi-instance keeps until all are there. `c<NUMBER>`: what has been completed and can be undone, in the order
of completion. `k<KEY>`: a correlation key that a message has set. `b<ACTIVITY>` and `b<ACTIVITY>:<NAME>`: the token and
the variables of a body that is kept apart (see `loading`). No part holds the definition, and none grows with the number
of tokens. What a level or a scope is follows from its tokens and from what can be undone, so neither needs a
part of its own.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.engine.tokens import Given, Phase, Token, Wait
from server.expressions import values

VERSION = 1
_PHASES = tuple(Phase)


@dataclass(frozen=True)
class Changes:
    """What to keep: parts that are new or different, and parts that are no more."""

    written: dict[str, str]
    removed: frozenset[str]


class Parts:
    """What was last kept, and what has changed since."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = dict(kept)
        self._changed: dict[str, str | None] = {}

    def found(self, kept: Mapping[str, str]) -> None:
        """More of what was kept has been read."""
        self._kept.update(kept)

    def write(self, key: str, text: str) -> None:
        self._changed[key] = text

    def remove(self, key: str) -> None:
        self._changed[key] = None

    def remove_all(self) -> None:
        """The instance has ended: nothing of it needs to be kept."""
        self._changed = dict.fromkeys(self._kept)

    def take(self) -> Changes:
        written = {k: t for k, t in self._changed.items() if t is not None and self._kept.get(k) != t}
        removed = frozenset(k for k, t in self._changed.items() if t is None and k in self._kept)
        self._kept.update(written)
        for key in removed:
            del self._kept[key]
        self._changed = {}
        return Changes(written, removed)


@dataclass(frozen=True)
class Note:
    """An activity instance that was completed and can be undone. Of a loop only its bodies can be, each by a note of
    its own. `index`: of a body. `scoped`: its variables have been kept."""

    element: str
    activity: int
    index: int | None = None
    scoped: bool = False
    loop: bool = False


def token_key(number: int, apart: bool) -> str:
    return f"{'b' if apart else 't'}{number}"


def variable_key(scope: int, name: str, apart: bool) -> str:
    return f"{'b' if apart else 'v'}{scope}:{name}"


def token_of(key: str) -> int | None:
    """The number of the token that a part holds, if it holds one."""
    return int(key[1:]) if key[0] == "t" or (key[0] == "b" and ":" not in key) else None


def variable_of(key: str) -> tuple[int, str] | None:
    """The scope and the name of the variable that a part holds, if it holds one."""
    number, colon, name = key[1:].partition(":")
    return (int(number), name) if key[0] in "vb" and colon else None


def portion(key: str) -> int:
    """What a part is loaded with: 0 is always loaded; the parts of a body that is kept apart and the results of a loop
    have the number of the body or loop."""
    return int(key[1:].partition(":")[0]) if key[0] in "br" else 0


def write_note(under: int, note: Note) -> str:
    """A note and the number of the activity instance that it stands under."""
    return _compact([under, note.element, note.activity, note.index, int(note.scoped), int(note.loop)])


def read_note(text: str) -> tuple[int, Note]:
    under, element, activity, index, scoped, loop = _read(text)
    return under, Note(element, activity, index, bool(scoped), bool(loop))


def write_head(next_number: int, ready: Iterable[int], asked: list[list[Any]]) -> str:
    """`asked`: the conditions that are to be asked and the variables that have changed; only amid a command."""
    return _compact([VERSION, next_number, list(ready), *asked])


def read_head(text: str) -> tuple[int, list[int], list[list[Any]]]:
    """The next number, the tokens that are ready in their order, and what is to be asked. Raises ValueError for a
    version that it cannot read."""
    version, next_number, ready, *asked = _read(text)
    if version != VERSION:
        raise ValueError(f"a snapshot of version {version} cannot be read by this server, which writes {VERSION}")
    return next_number, ready, asked


def write_token(token: Token) -> str:
    """A token as a row: step, level, parent, state, phase, and what only few tokens have."""
    rest: dict[str, Any] = {}
    if token.via is not None:
        rest["v"] = token.via
    if token.index is not None:
        rest["i"] = token.index
    if token.catcher:
        rest["c"] = 1
    if token.own_scope:
        rest["o"] = 1
    if token.was_waiting:
        rest["h"] = 1
    if token.thrower:
        rest["t"] = token.thrower
    if token.external is not None:
        rest["x"] = token.external
    if token.told:
        rest["l"] = token.told
    if token.person is not None:
        rest["w"] = token.person
    if token.given is not None:
        rest["g"] = _write_given(token.given)
    if token.heard:
        rest["m"] = [_write_given(given) for given in token.heard.values()]
    if token.waits:
        rest["s"] = {str(n): _write_wait(wait) for n, wait in token.waits.items()}
    parent = token.parent
    up = 0 if parent is None else parent.id
    row = [token.task_spec.name, token.workflow.activity, up, token.state, int(token.phase)]
    return _compact([*row, rest] if rest else row)


@dataclass(frozen=True)
class TokenRow:
    """A token as it was kept."""

    step: str
    level: int
    parent: int
    state: int
    phase: Phase
    rest: Mapping[str, Any]

    @property
    def given(self) -> Given | None:
        kept = self.rest.get("g")
        return None if kept is None else _read_given(kept)

    @property
    def heard(self) -> dict[int, Given]:
        return {kept[0]: _read_given(kept) for kept in self.rest.get("m", ())}

    @property
    def waits(self) -> dict[int, Wait]:
        return {int(n): _read_wait(row) for n, row in self.rest.get("s", {}).items()}


def read_token(text: str) -> TokenRow:
    step, level, parent, state, phase, *rest = _read(text)
    return TokenRow(step, level, parent, state, _PHASES[phase], rest[0] if rest else {})


def _write_given(given: Given) -> list[Any]:
    row: list[Any] = [given.number, values.encode(dict(given.payload)), given.code, given.message]
    return [*row, [_write_given(other) for other in given.also]] if given.also else row


def _read_given(row: list[Any]) -> Given:
    number, payload, code, message, *also = row
    others = tuple(_read_given(other) for other in also[0]) if also else ()
    return Given(number, values.decode(payload), code, message, others)


def _write_wait(wait: Wait) -> list[Any]:
    due = None if wait.due is None else wait.due.isoformat()
    row = [wait.kind, wait.name, wait.key, due, wait.left, wait.period, 1 if wait.held else None]
    while row[-1] is None:
        row.pop()
    return row


def _read_wait(row: list[Any]) -> Wait:
    kind, name, key, due, left, period, held = [*row, None, None, None, None, None, None][:7]
    return Wait(kind, name, key, None if due is None else datetime.fromisoformat(due), left, period, bool(held))


_read = json.JSONDecoder().decode
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
