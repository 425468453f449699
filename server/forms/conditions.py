"""Conditions of forms: the comparisons of FEEL (DMN 1.5, 10.3.1) that show and hide fields, and nothing else of it.

`=country = "DE" and not(amount > 1000)`. The viewer evaluates the same text in the browser; this is the server's word.
Logic has three values as in FEEL: what cannot be compared is null, and only true counts as met.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from server.errors import Invalid

LONGEST = 1000
DEEPEST = 20
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"\\]|\\.)*\")|(?P<word>list contains\b|[A-Za-z_]\w*)"
    r"|(?P<sign>!=|<=|>=|[=<>().,\-]))"
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_RESERVED = frozenset({"and", "or", "not", "in", "if", "then", "else", "for", "some", "every", "return", "between"})

Data = Mapping[str, Any]
_Evaluation = Callable[[Data], Any]


@dataclass(frozen=True)
class Condition:
    """A condition as written, understood once. `names` are the variables it reads."""

    text: str
    names: frozenset[str]
    evaluation: _Evaluation

    def is_met(self, data: Data) -> bool:
        """Whether it is true of *data*; null and everything that is no boolean count as not met."""
        return self.evaluation(data) is True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


def read_condition(text: str) -> Condition:
    """The condition written as `=...`. Raises Invalid with one sentence for everything beyond comparisons."""
    body = text.strip().removeprefix("=")
    if len(body) > LONGEST:
        raise Invalid(f"The condition is longer than {LONGEST} characters; calculate it in the process instead.")
    parsing = _Parsing(text, _tokens(body, text))
    evaluation = parsing.alternatives(0)
    if parsing.here is not None:
        raise parsing.refusal()
    return Condition(text, frozenset(parsing.names), evaluation)


def _tokens(body: str, text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    body = body.rstrip()
    while position < len(body):
        match = _TOKEN.match(body, position)
        if match is None or match.lastgroup is None:
            raise _refusal(text, body[position : position + 20].strip())
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


def _refusal(text: str, near: str) -> Invalid:
    place = f" near {near!r}" if near else ", it ends too early"
    return Invalid(
        f"The condition {text!r} is not understood{place}. Use comparisons of variables with and, or, not, "
        f'for example =country = "DE" and amount > 1000.'
    )


class _Parsing:
    """Reads tokens from left to right into nested evaluations."""

    def __init__(self, text: str, tokens: list[tuple[str, str]]) -> None:
        self.text = text
        self.tokens = tokens
        self.position = 0
        self.names: set[str] = set()

    @property
    def here(self) -> tuple[str, str] | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def takes(self, *tokens: str) -> str | None:
        """The token that stands here, if it is one of *tokens* (a text literal never is), stepping over it."""
        here = self.here
        if here is None or here[0] == "text" or here[1] not in tokens:
            return None
        self.position += 1
        return here[1]

    def expects(self, token: str) -> None:
        if self.takes(token) is None:
            raise self.refusal()

    def refusal(self) -> Invalid:
        return _refusal(self.text, self.here[1] if self.here else "")

    def alternatives(self, depth: int) -> _Evaluation:
        if depth > DEEPEST:
            raise Invalid(f"The condition {self.text!r} is nested deeper than {DEEPEST} levels; write it more simply.")
        parts = [self.conjunction(depth)]
        while self.takes("or"):
            parts.append(self.conjunction(depth))
        return parts[0] if len(parts) == 1 else lambda data: _any([part(data) for part in parts])

    def conjunction(self, depth: int) -> _Evaluation:
        parts = [self.comparison(depth)]
        while self.takes("and"):
            parts.append(self.comparison(depth))
        return parts[0] if len(parts) == 1 else lambda data: _all([part(data) for part in parts])

    def comparison(self, depth: int) -> _Evaluation:
        left = self.operand(depth)
        if self.takes("in"):
            self.expects("(")
            choices = self.arguments(depth)
            return lambda data: any(_equal(left(data), choice(data)) is True for choice in choices)
        sign = self.takes("=", "!=", "<", "<=", ">", ">=")
        if sign is None:
            return left
        right = self.operand(depth)
        return lambda data: _compare(sign, left(data), right(data))

    def arguments(self, depth: int) -> list[_Evaluation]:
        """What stands between commas up to the closing bracket."""
        found = [self.alternatives(depth + 1)]
        while self.takes(","):
            found.append(self.alternatives(depth + 1))
        self.expects(")")
        return found

    def operand(self, depth: int) -> _Evaluation:
        if self.takes("("):
            inner = self.alternatives(depth + 1)
            self.expects(")")
            return inner
        if self.takes("not"):
            self.expects("(")
            denied = self.alternatives(depth + 1)
            self.expects(")")
            return lambda data: _not(denied(data))
        if self.takes("list contains"):
            self.expects("(")
            arguments = self.arguments(depth)
            if len(arguments) != 2:
                raise self.refusal()
            return lambda data: _contains(arguments[0](data), arguments[1](data))
        return self.value()

    def value(self) -> _Evaluation:
        negative = self.takes("-") is not None
        here = self.here
        if here is None or (negative and here[0] != "number"):
            raise self.refusal()
        kind, word = here
        self.position += 1
        if kind == "number":
            number = -Decimal(word) if negative else Decimal(word)
            return lambda data: number
        if kind == "text":
            literal = re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), word[1:-1])
            return lambda data: literal
        if kind == "word" and word in _WORDS:
            constant = _WORDS[word]
            return lambda data: constant
        if kind != "word" or word in _RESERVED:
            self.position -= 1
            raise self.refusal()
        return self.variable(word)

    def variable(self, name: str) -> _Evaluation:
        path = [name]
        while self.takes("."):
            here = self.here
            if here is None or here[0] != "word":
                raise self.refusal()
            self.position += 1
            path.append(here[1])
        self.names.add(name)
        return lambda data: look_up(data, path)


def look_up(data: Any, path: list[str] | tuple[str, ...]) -> Any:
    """The value at *path* within nested mappings; None where there is none."""
    for key in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(key)
    return data


def _compare(sign: str, left: Any, right: Any) -> bool | None:
    if sign in ("=", "!="):
        equal = _equal(left, right)
        return equal if equal is None or sign == "=" else not equal
    left, right = _plain(left), _plain(right)
    both_texts = isinstance(left, str) and isinstance(right, str)
    if not both_texts and not (isinstance(left, Decimal) and isinstance(right, Decimal)):
        return None
    order = int(left > right) - int(left < right)
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[sign]


def _equal(left: Any, right: Any) -> bool | None:
    if left is None or right is None:
        return left is None and right is None
    left, right = _plain(left), _plain(right)
    return bool(left == right) if type(left) is type(right) else None


def _plain(value: Any) -> Any:
    """Numbers as one kind, dates as the text that the browser has of them."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def _contains(values: Any, wanted: Any) -> bool | None:
    return any(_equal(value, wanted) is True for value in values) if isinstance(values, list) else None


def _not(value: Any) -> bool | None:
    return not value if isinstance(value, bool) else None


def _any(values: list[Any]) -> bool | None:
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


def _all(values: list[Any]) -> bool | None:
    if any(value is False for value in values):
        return False
    return True if all(value is True for value in values) else None
