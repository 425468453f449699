"""The text of a pattern as a tree (XPath 2.0, 7.6.1): what XPath does not know is refused, with the reason."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

from server.expressions.patterns.characters import (
    Chars,
    between,
    kind_of_character,
    negated,
    property_of_character,
    single,
)

_ESCAPABLE = frozenset("\\|.?*+(){}-[]^$ /:&#%@!=<>,;\"'`~_")
_WRITTEN = {"n": "\n", "r": "\r", "t": "\t"}
_QUANTITY = re.compile(r"\{(\d{1,4})(?:(,)(\d{1,4})?)?\}", re.ASCII)
_DEEPEST = 40
_SPECIAL = frozenset("?*+){}|]")


class Unreadable(Exception):
    """The text is no pattern; the message says why."""


@dataclass(frozen=True)
class One:
    """One character; `literal` where only that one fits."""

    chars: Chars
    literal: str | None = None


@dataclass(frozen=True)
class Edge:
    """`^` or `$`."""

    sign: str


@dataclass(frozen=True)
class Back:
    """What a group before has matched."""

    group: int


@dataclass(frozen=True)
class Sequence:
    items: "tuple[Tree, ...]"


@dataclass(frozen=True)
class Choice:
    options: "tuple[Tree, ...]"


@dataclass(frozen=True)
class Group:
    """Parentheses; `number` is None for those that are not counted."""

    inner: "Tree"
    number: int | None


@dataclass(frozen=True)
class Repeat:
    """`least` to `most` times, None for any number; as few as will do where not `greedy`."""

    inner: "Tree"
    least: int
    most: int | None
    greedy: bool


Tree = One | Edge | Back | Sequence | Choice | Group | Repeat


class Reader:
    """Reads one pattern; `groups` counts the parentheses."""

    def __init__(self, text: str, flags: str) -> None:
        self._text = _without_spaces(text) if "x" in flags else text
        self._at = 0
        self._any_case = "i" in flags
        self._all_lines = "s" in flags
        self._depth = 0
        self.groups = 0
        self._closed: set[int] = set()

    def read(self) -> Tree:
        tree = self._choice()
        if self._at < len(self._text):
            self._refuse(f"'{self._text[self._at]}' is not expected there")
        return tree

    def _refuse(self, reason: str) -> NoReturn:
        raise Unreadable(f"{reason} (at character {self._at + 1})")

    @property
    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _accept(self, text: str) -> bool:
        found = self._text.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _choice(self) -> Tree:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(f"it is nested more than {_DEEPEST} levels deep")
        options = [self._sequence()]
        while self._accept("|"):
            options.append(self._sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Tree:
        items: list[Tree] = []
        while self._next and self._next not in ("|", ")"):
            items.append(self._repeated(self._atom()))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _repeated(self, atom: Tree) -> Tree:
        quantity = self._quantity()
        if quantity is None:
            return atom
        greedy = not self._accept("?")
        if self._quantity() is not None:
            self._refuse("two quantifiers follow each other")
        return Repeat(atom, *quantity, greedy)

    def _quantity(self) -> tuple[int, int | None] | None:
        for sign, quantity in (("?", (0, 1)), ("*", (0, None)), ("+", (1, None))):
            if self._accept(sign):
                return quantity
        match = _QUANTITY.match(self._text, self._at)
        if match is None:
            return None
        self._at = match.end()
        least = int(match[1])
        most = least if not match[2] else int(match[3]) if match[3] else None
        if most is not None and most < least:
            self._refuse("a quantifier ends before it begins")
        return least, most

    def _atom(self) -> Tree:
        sign = self._next
        if sign == "(":
            return self._group()
        if sign == "[":
            self._at += 1
            return One(self._class())
        if sign == "\\":
            return self._escape()
        if sign in _SPECIAL:
            self._refuse(f"'{sign}' is not expected there")
        self._at += 1
        if sign in ("^", "$"):
            return Edge(sign)
        if sign == ".":
            return One((lambda _: True) if self._all_lines else (lambda found: found not in "\n\r"))
        return self._literal(sign)

    def _literal(self, sign: str) -> One:
        return One(single(sign, self._any_case), None if self._any_case else sign)

    def _group(self) -> Tree:
        self._at += 1
        number: int | None = None
        if not self._accept("?:"):
            self.groups += 1
            number = self.groups
        inner = self._choice()
        if not self._accept(")"):
            self._refuse("a ')' is missing")
        if number is not None:
            self._closed.add(number)
        return Group(inner, number)

    def _escape(self) -> Tree:
        self._at += 1
        sign = self._next
        if sign.isdigit() and sign.isascii():
            return self._back()
        found = self._escaped()
        return self._literal(found) if isinstance(found, str) else One(found)

    def _back(self) -> Back:
        """As many digits as make the number of a group that is closed."""
        length = 2 if self._text[self._at : self._at + 2].isdigit() else 1
        for digits in range(length, 0, -1):
            number = int(self._text[self._at : self._at + digits])
            if number in self._closed:
                self._at += digits
                return Back(number)
        self._refuse("a reference names no group before it")

    def _escaped(self) -> str | Chars:
        """A character, or a kind of characters, after the backslash."""
        sign = self._next
        self._at += 1
        if sign in _WRITTEN:
            return _WRITTEN[sign]
        if sign in ("p", "P"):
            found = self._property()
            return negated(found) if sign == "P" else found
        kind = kind_of_character(sign) if sign else None
        if kind is not None:
            return kind
        if sign in _ESCAPABLE and sign:
            return sign
        self._refuse(f"'\\{sign}' means nothing")

    def _property(self) -> Chars:
        end = self._text.find("}", self._at)
        name = self._text[self._at + 1 : end] if end > 0 and self._next == "{" else ""
        found = property_of_character(name)
        if found is None:
            self._refuse("there is no such kind of characters")
        self._at = end + 1
        return found

    def _class(self) -> Chars:
        """The inside of brackets: members, ranges, and at last what is taken away from them."""
        inverse = self._accept("^")
        members: list[Chars] = []
        taken: Chars | None = None
        first = True
        while first or not self._accept("]"):
            if not self._next:
                self._refuse("a ']' is missing")
            if not first and self._accept("-["):
                taken = self._nested_class()
                if not self._accept("]"):
                    self._refuse("nothing can follow what is taken away")
                break
            members.append(self._member())
            first = False
        positive = _any_of(members)
        chosen = negated(positive) if inverse else positive
        if taken is None:
            return chosen
        left_out = taken
        return lambda sign: chosen(sign) and not left_out(sign)

    def _nested_class(self) -> Chars:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse(f"it is nested more than {_DEEPEST} levels deep")
        found = self._class()
        self._depth -= 1
        return found

    def _member(self) -> Chars:
        low = self._bound()
        follows = self._text[self._at : self._at + 2]
        if not isinstance(low, str):
            return low
        if follows[:1] != "-" or follows in ("-]", "-["):
            return single(low, self._any_case)
        self._at += 1
        high = self._bound()
        if not isinstance(high, str) or high < low:
            self._refuse("a range of characters makes no sense")
        return between(low, high, self._any_case)

    def _bound(self) -> str | Chars:
        sign = self._next
        if sign in ("[", "]"):
            self._refuse(f"a '{sign}' has to be written '\\{sign}' there")
        self._at += 1
        return self._escaped() if sign == "\\" else sign


def _any_of(members: list[Chars]) -> Chars:
    if len(members) == 1:
        return members[0]
    return lambda sign: any(member(sign) for member in members)


def _without_spaces(text: str) -> str:
    """With the flag "x", spaces count within brackets alone."""
    kept, depth = [], 0
    for before, sign in pairwise("\0" + text):
        if before != "\\":
            depth += (sign == "[") - (sign == "]")
        if depth > 0 or sign not in " \t\n\r":
            kept.append(sign)
    return "".join(kept)
