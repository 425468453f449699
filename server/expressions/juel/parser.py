"""JUEL tokens to closures, by operator precedence (JSR 245, 1.13); chains become loops, so length is no depth."""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from server.errors import Failure
from server.expressions import operations
from server.expressions.calls import invoke
from server.expressions.juel import coercion
from server.expressions.juel.functions import FUNCTIONS, PREFIXES, WORDS, ask_variable
from server.expressions.juel.lexer import Misspelt, Token
from server.expressions.juel.members import call_method, read_property
from server.expressions.limits import LIMITS
from server.expressions.run import Run

Node = Callable[[Run], Any]
Step = Callable[[Run, Any], Any]
Watch = Callable[[int, int, Node], Node]
"""Is given where a part begins and ends, and may put itself around it, for a trace."""

_LEVELS = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_SPELT = 200
"""Characters of a value's own text that a sentence about it may quote."""
_LITERALS = {"true": True, "false": False, "null": None}


def _ordered(compare: Callable[[Run, Any, Any], bool]) -> operations.Operation:
    def apply(run: Run, left: Any, right: Any) -> bool:
        if left is None or right is None:
            return False
        return compare(run, *coercion.numbers(left, right))

    return apply


def _numeric(compute: operations.Operation) -> operations.Operation:
    """Texts that are numbers count as numbers; dates and durations are left to the calendar."""

    def apply(run: Run, left: Any, right: Any) -> Any:
        if type(left) is str or type(right) is str or left is None or right is None:
            left, right = coercion.as_number(left), coercion.as_number(right)
        return compute(run, left, right)

    return apply


def _remainder(run: Run, left: Any, right: Any) -> Any:
    """As in Java, the remainder has the sign of what is divided."""
    if right == 0:
        raise Failure("a number is divided by zero")
    if type(left) is int and type(right) is int:
        return left - right * (abs(left) // abs(right)) * (1 if (left < 0) == (right < 0) else -1)
    try:
        if type(left) is float and type(right) is float:
            return math.fmod(left, right)
        if Decimal in (type(left), type(right)):
            first, second = operations.align(left, right)
            return Decimal(first) % Decimal(second)
    except (ValueError, ArithmeticError):
        raise Failure("a number is too large to be divided") from None
    return operations.modulo(run, left, right)


_BINARY: dict[str, operations.Operation] = {
    "==": coercion.equal,
    "!=": lambda run, left, right: not coercion.equal(run, left, right),
    "<": _ordered(operations.less),
    ">": _ordered(operations.greater),
    "<=": _ordered(operations.less_equal),
    ">=": _ordered(operations.greater_equal),
    "+": _numeric(operations.add),
    "-": _numeric(operations.subtract),
    "*": _numeric(operations.multiply),
    "/": _numeric(operations.divide),
    "%": _numeric(_remainder),
}


class Parser:
    """Reads the tokens of one `${...}` and collects, in `names`, the variables that it reads."""

    def __init__(self, tokens: Sequence[Token], watch: Watch | None = None) -> None:
        self.names: set[str] = set()
        self._tokens = tokens
        self._watch = watch
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        if len(self._tokens) == 1:
            raise Misspelt("there is nothing between the braces")
        node = self._conditional()
        if self._next.kind != "end":
            raise Misspelt(f"'{self._next.text}' is not expected there")
        return node

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _watched(self, first: int, node: Node) -> Node:
        """The node of the tokens from *first* to here."""
        if self._watch is None:
            return node
        return self._watch(self._tokens[first].start, self._tokens[self._at - 1].end, node)

    def _take(self) -> Token:
        token = self._next
        if token.kind == "end":
            raise Misspelt("something is missing at its end")
        self._at += 1
        return token

    def _accept(self, sign: str) -> bool:
        found = self._next.kind == "sign" and self._next.text == sign
        self._at += found
        return found

    def _expect(self, sign: str) -> None:
        if not self._accept(sign):
            raise Misspelt(f"a '{sign}' is missing")

    def _conditional(self) -> Node:
        self._depth += 1
        if self._depth > LIMITS.depth:
            raise Misspelt(f"it is nested more than {LIMITS.depth} levels deep")
        first, test = self._at, self._binary(1)
        if self._accept("?"):
            yes = self._conditional()
            self._expect(":")
            no, condition = self._conditional(), test
            test = lambda run: yes(run) if coercion.as_truth(condition(run)) else no(run)  # noqa: E731  # as all nodes here
            test = self._watched(first, test)
        self._depth -= 1
        return test

    def _binary(self, lowest: int) -> Node:
        first, left = self._at, self._unary()
        while True:
            level = _LEVELS.get(self._next.text, 0) if self._next.kind == "sign" else 0
            if level < lowest:
                return left
            rest: list[tuple[str, Node]] = []
            while self._next.kind == "sign" and _LEVELS.get(self._next.text) == level:
                rest.append((self._take().text, self._binary(level + 1)))
            left = self._watched(first, _logical(left, rest) if level <= 2 else _chain(left, rest))

    def _unary(self) -> Node:
        start = self._at
        signs: list[str] = []
        while self._next.kind == "sign" and self._next.text in ("-", "!", "empty"):
            signs.append(self._take().text)
        value = self._value()
        if not signs:
            return value
        signs.reverse()

        def evaluate(run: Run) -> Any:
            result = value(run)
            for sign in signs:
                if sign == "-":
                    result = operations.multiply(run, coercion.as_number(result), -1)
                else:
                    result = coercion.is_empty(result) if sign == "empty" else not coercion.as_truth(result)
            return result

        return self._watched(start, evaluate)

    def _value(self) -> Node:
        start = self._at
        first, spelt = self._primary()
        steps: list[Step] = []
        while True:
            if self._accept("."):
                name = self._take()
                if name.kind != "name" and not name.text.isalpha():
                    raise Misspelt(f"a name is missing before '{name.text}'")
                if name.text.startswith("__"):
                    raise Misspelt(f"the name '{name.text}' begins with two underscores")
                steps.append(self._member(name.text, spelt))
                spelt = f"{spelt}.{name.text}"[:_SPELT]
            elif self._accept("["):
                steps.append(_indexed(self._conditional(), spelt))
                self._expect("]")
                spelt = f"{spelt}[...]"[:_SPELT]
            elif steps or self._tokens[start].kind == "name":
                return self._watched(start, _walk(first, steps))
            else:
                return first

    def _member(self, name: str, spelt: str) -> Step:
        if not self._accept("("):
            return lambda run, holder: read_property(holder, name, spelt)
        if spelt == "execution" and name.startswith("getVariable") and self._next.kind == "string":
            self.names.add(self._next.text)
        arguments = self._arguments()

        def call(run: Run, holder: Any) -> Any:
            run.tick()
            return call_method(run, holder, name, spelt, [argument(run) for argument in arguments])

        return call

    def _arguments(self) -> list[Node]:
        if self._accept(")"):
            return []
        arguments = [self._conditional()]
        while self._accept(","):
            arguments.append(self._conditional())
        self._expect(")")
        return arguments

    def _primary(self) -> tuple[Node, str]:
        token = self._take()
        if token.kind == "name":
            return self._name(token.text), token.text
        if token.kind == "string":
            text = token.text
            return lambda run: text, f"'{text[:20]}'"
        if token.kind == "number":
            number = _number(token.text)
            return lambda run: number, token.text
        if token.text == "(":
            node = self._conditional()
            self._expect(")")
            return node, "(...)"
        raise Misspelt(f"a value is missing before '{token.text}'")

    def _name(self, name: str) -> Node:
        if name in _LITERALS:
            literal = _LITERALS[name]
            return lambda run: literal
        if name in PREFIXES and self._asks_variable():
            return self._question()
        if not self._accept("("):
            if name != "execution":
                self.names.add(name)
            return lambda run: run.variable(name)
        arguments, builtin = self._arguments(), FUNCTIONS.get(name)

        def call(run: Run) -> Any:
            run.tick()
            function = run.functions.get(name, builtin)
            if not callable(function):
                raise Failure(f"There is no function '{name}'")
            return invoke(run, name, function, [argument(run) for argument in arguments])

        return call

    def _asks_variable(self) -> bool:
        """`vars:eq(`, and not a name before the colon of `? :`."""
        sign, name, opening = (token.text for token in (*self._tokens[self._at :], *[Token("end", "")] * 3)[:3])
        return sign == ":" and (name.isalpha() or name in WORDS) and opening == "("

    def _question(self) -> Node:
        """Flowable takes the variable's name as it stands or in quotes."""
        self._take()
        word, first = self._take().text, self._tokens[self._at + 1]
        question = WORDS.get(word, word)
        if first.kind not in ("name", "string"):
            raise Misspelt(f"'vars:{question}' needs the name of a variable")
        self.names.add(first.text)
        self._take()
        self._take()
        values = self._arguments() if self._accept(",") else self._closed()
        return lambda run: ask_variable(run, question, first.text, [value(run) for value in values])

    def _closed(self) -> list[Node]:
        self._expect(")")
        return []


def _number(text: str) -> int | float:
    digits = text.rstrip("lLfFdD")
    if len(digits) > 300 or not math.isfinite(float(digits)):
        raise Misspelt("a number in it is too large")
    return float(digits) if not digits.isdigit() or text[-1] in "fFdD" else int(digits)


def _walk(first: Node, steps: list[Step]) -> Node:
    if not steps:
        return first

    def evaluate(run: Run) -> Any:
        value = first(run)
        for step in steps:
            value = step(run, value)
        return value

    return evaluate


def _indexed(index: Node, spelt: str) -> Step:
    return lambda run, holder: read_property(holder, index(run), spelt)


def _chain(first: Node, rest: list[tuple[str, Node]]) -> Node:
    applied = [(_BINARY[sign], node) for sign, node in rest]
    if len(applied) == 1:
        apply, right = applied[0]
        return lambda run: apply(run, first(run), right(run))

    def evaluate(run: Run) -> Any:
        value = first(run)
        for operation, node in applied:
            value = operation(run, value, node(run))
        return value

    return evaluate


def _logical(first: Node, rest: list[tuple[str, Node]]) -> Node:
    parts = [first, *(node for _, node in rest)]
    if rest[0][0] == "||":
        return lambda run: any(coercion.as_truth(part(run)) for part in parts)
    return lambda run: all(coercion.as_truth(part(run)) for part in parts)
