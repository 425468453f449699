"""Regular expressions of forms, matched in time linear in the text: no pattern and no answer can keep the server busy.

The browser tests the same pattern with its own engine (ECMAScript), of which this is the regular part: literals,
classes, groups, alternatives, repetitions and anchors. What needs backtracking
(look-around, back references) is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from server.errors import Invalid

LONGEST_PATTERN = 500
LONGEST_TEXT = 4000
STATES = 500
DEEPEST = 20
_DIGITS = frozenset("0123456789")
_WORD = _DIGITS | frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}

_Accepts = Callable[[str], bool]


@dataclass
class _State:
    """A step of the automaton: reads a character (`accepts`), looks around (`looks`), or only branches."""

    following: list[int]
    accepts: _Accepts | None = None
    looks: str = ""  # ^ $ b B


@dataclass(frozen=True)
class Pattern:
    """A pattern as written, with the automaton that decides it; state 0 is the end."""

    text: str
    states: tuple[_State, ...]
    start: int

    def is_found_in(self, text: str) -> bool:
        """Whether some part of *text* matches; a pattern for the whole has ^ and $. Reads LONGEST_TEXT at most."""
        text = text[:LONGEST_TEXT]
        reached: set[int] = set()
        for position in range(len(text) + 1):
            reached.add(self.start)
            reached = self._closure(reached, text, position)
            if 0 in reached:
                return True
            if position < len(text):
                reached = self._step(reached, text[position])
        return False

    def _step(self, reached: set[int], character: str) -> set[int]:
        return {
            following
            for number in reached
            if (accepts := self.states[number].accepts) is not None and accepts(character)
            for following in self.states[number].following
        }

    def _closure(self, reached: set[int], text: str, position: int) -> set[int]:
        seen: set[int] = set()
        waiting = list(reached)
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            state = self.states[number]
            if state.accepts is None and (not state.looks or _stands(state.looks, text, position)):
                waiting.extend(state.following)
        return seen


def _stands(looks: str, text: str, position: int) -> bool:
    if looks == "^":
        return position == 0
    if looks == "$":
        return position == len(text)
    before = position > 0 and text[position - 1] in _WORD
    after = position < len(text) and text[position] in _WORD
    return (before != after) == (looks == "b")


def read_pattern(text: str) -> Pattern:
    """The pattern written as in ECMAScript. Raises Invalid where it cannot be matched in linear time."""
    if len(text) > LONGEST_PATTERN:
        raise Invalid(f"The pattern is longer than {LONGEST_PATTERN} characters; write a shorter one.")
    parsing = _Parsing(text)
    node = parsing.alternatives(0)
    if parsing.rest:
        raise parsing.refusal()
    automaton = _Automaton(text)
    start = node(automaton, 0)
    return Pattern(text, tuple(automaton.states), start)


class _Automaton:
    """States under construction, from the end to the start, with a bound on their number and on the work."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.states = [_State([])]
        self.work = 0

    def add(self, state: _State) -> int:
        self.states.append(state)
        self.count()
        return len(self.states) - 1

    def count(self) -> None:
        self.work += 1
        if len(self.states) > STATES or self.work > 10 * STATES:
            raise Invalid(f"The pattern {self.text!r} repeats too much; use smaller numbers, or a minimum length.")


_Node = Callable[[_Automaton, int], int]
"""Adds its states in front of the state that follows and gives the number of its first."""


def _character(accepts: _Accepts, automaton: _Automaton, following: int) -> int:
    return automaton.add(_State([following], accepts))


def _look(looks: str, automaton: _Automaton, following: int) -> int:
    return automaton.add(_State([following], looks=looks))


def _sequence(parts: list[_Node], automaton: _Automaton, following: int) -> int:
    for part in reversed(parts):
        automaton.count()
        following = part(automaton, following)
    return following


def _choice(parts: list[_Node], automaton: _Automaton, following: int) -> int:
    return automaton.add(_State([part(automaton, following) for part in parts]))


def _repetition(part: _Node, least: int, most: int | None, automaton: _Automaton, following: int) -> int:
    if most is None:
        loop = automaton.add(_State([following]))
        automaton.states[loop].following.append(part(automaton, loop))
        following = loop
    else:
        end = following
        for _ in range(most - least):
            automaton.count()
            following = automaton.add(_State([end, part(automaton, following)]))
    for _ in range(least):
        automaton.count()
        following = part(automaton, following)
    return following


class _Parsing:
    """Reads a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    @property
    def rest(self) -> str:
        return self.text[self.position :]

    def takes(self, token: str) -> bool:
        found = self.rest.startswith(token)
        self.position += len(token) if found else 0
        return found

    def next(self) -> str:
        if not self.rest:
            raise self.refusal()
        self.position += 1
        return self.text[self.position - 1]

    def refusal(self) -> Invalid:
        near = f"near {self.rest[:10]!r}" if self.rest else "at its end"
        return Invalid(
            f"The pattern {self.text!r} is not understood {near}. Use characters, classes like [A-Z], groups, | and "
            f"repetitions like {{2,4}}; look-around and back references cannot be used."
        )

    def alternatives(self, depth: int) -> _Node:
        if depth > DEEPEST:
            raise Invalid(f"The pattern {self.text!r} has groups nested deeper than {DEEPEST}; write it more simply.")
        parts = [self.sequence(depth)]
        while self.takes("|"):
            parts.append(self.sequence(depth))
        return parts[0] if len(parts) == 1 else partial(_choice, parts)

    def sequence(self, depth: int) -> _Node:
        parts: list[_Node] = []
        while self.rest and self.rest[0] not in "|)":
            parts.append(self.repeated(self.atom(depth)))
        return partial(_sequence, parts)

    def repeated(self, part: _Node) -> _Node:
        least, most = 1, None
        if self.takes("*"):
            least = 0
        elif self.takes("?"):
            least, most = 0, 1
        elif self.rest.startswith("{"):
            least, most = self.bounds()
        elif not self.takes("+"):
            return part
        self.takes("?")  # reluctant or not: the same texts match
        if self.rest[:1] in ("*", "+", "?", "{"):
            raise self.refusal()
        return partial(_repetition, part, least, most)

    def bounds(self) -> tuple[int, int | None]:
        body, closed, _ = self.rest[1:].partition("}")
        low, comma, high = body.partition(",")
        if not closed or not _is_count(low) or (high and not _is_count(high)):
            raise self.refusal()
        self.position += len(body) + 2
        least = int(low)
        most = int(high) if high else None if comma else least
        if most is not None and most < least:
            raise self.refusal()
        return least, most

    def atom(self, depth: int) -> _Node:
        if self.takes("("):
            if not self.takes("?:") and self.rest.startswith("?"):
                raise self.refusal()
            inner = self.alternatives(depth + 1)
            if not self.takes(")"):
                raise self.refusal()
            return inner
        if self.takes("["):
            return partial(_character, self.members())
        if self.rest[0] in "*+?{":
            raise self.refusal()
        character = self.next()
        if character in "^$":
            return partial(_look, character)
        if character == ".":
            return partial(_character, lambda one: one not in "\n\r\u2028\u2029")
        if character == "\\":
            if self.rest[:1] in ("b", "B"):
                return partial(_look, self.next())
            return partial(_character, self.escaped())
        return partial(_character, lambda one: one == character)

    def escaped(self) -> _Accepts:
        """What a backslash introduces; it has been read already."""
        accepts = _CLASSES.get(self.rest[:1])
        if accepts is not None:
            self.position += 1
            return accepts
        character = self.escaped_character()
        return lambda one: one == character

    def escaped_character(self) -> str:
        character = self.next()
        if character in ("x", "u"):
            count = 2 if character == "x" else 4
            digits = self.rest[:count]
            if len(digits) < count or any(one not in "0123456789abcdefABCDEF" for one in digits):
                raise self.refusal()
            self.position += len(digits)
            return chr(int(digits, 16))
        if character in _CONTROLS:
            return _CONTROLS[character]
        if character.isalnum():
            self.position -= 1
            raise self.refusal()
        return character

    def members(self) -> _Accepts:
        """A class in square brackets, behind the opening one."""
        denied = self.takes("^")
        tests: list[_Accepts] = []
        while not self.takes("]"):
            tests.append(self.member())
        return lambda one: any(test(one) for test in tests) != denied

    def member(self) -> _Accepts:
        low = self.next()
        if low == "\\":
            if self.rest[:1] in _CLASSES:
                return self.escaped()
            low = self.escaped_character()
        if not (self.rest.startswith("-") and not self.rest.startswith("-]")):
            return lambda one: one == low
        self.takes("-")
        high = self.next()
        if high == "\\":
            if self.rest[:1] in _CLASSES:
                raise self.refusal()
            high = self.escaped_character()
        if high < low:
            raise self.refusal()
        return lambda one: low <= one <= high


_CLASSES: dict[str, _Accepts] = {
    "d": lambda one: one in _DIGITS,
    "D": lambda one: one not in _DIGITS,
    "w": lambda one: one in _WORD,
    "W": lambda one: one not in _WORD,
    "s": lambda one: one.isspace() or one == "\ufeff",
    "S": lambda one: not (one.isspace() or one == "\ufeff"),
}


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4
