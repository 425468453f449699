"""FEEL tokens to the tree of an expression: values, names, and what stands in brackets or begins with a word."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping

from server.expressions.feel import syntax
from server.expressions.feel.cursor import NO_NAMES, Cursor, Names
from server.expressions.feel.lexer import Misspelt
from server.expressions.feel.type_names import TypeReader
from server.expressions.feel.types import ANY, Type
from server.expressions.feel.written import read_number

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_LITERALS = {"true": True, "false": False, "null": None}
_DIGITS = 400
_FRAME = ""
"""Bound where names are looked for in a frame of their own, though none may be there yet."""


class Primaries(ABC):
    """Reads one text; `free` are the names that it takes from outside, as far as that is sure."""

    def __init__(
        self, text: str, known: Iterable[str], types: Mapping[str, Type], everywhere: Names = NO_NAMES
    ) -> None:
        self.cursor = Cursor(text, known, everywhere)
        self.types = TypeReader(self.cursor, types)
        self.free: set[str] = set()
        self._bound: list[str] = []
        self._filters = 0

    @abstractmethod
    def _expression(self) -> syntax.Part:
        """An expression of any kind."""

    @abstractmethod
    def _sum(self) -> syntax.Part:
        """An expression without comparisons and logic."""

    def _bind(self, name: str) -> None:
        self._bound.append(name)
        self.cursor.learn(name)

    def _unbind(self, count: int) -> None:
        for _ in range(count):
            self.cursor.forget(self._bound.pop())

    def _primary(self) -> syntax.Part:
        token = self.cursor.next
        if token.kind == "name":
            return self._name()
        if token.kind == "number":
            self.cursor.take()
            if len(token.text) > _DIGITS:
                raise Misspelt("a number in it is too long", token.start)
            number = read_number(token.text)
            if number is None:
                raise Misspelt("a number in it is too large or too small", token.start)
            return syntax.Literal(token.start, token.end, number)
        if token.kind == "string":
            self.cursor.take()
            return syntax.Literal(token.start, token.end, token.text)
        if token.kind == "keyword":
            return self._keyword()
        return self._bracketed()

    def _name(self) -> syntax.Part:
        start = self.cursor.next.start
        name = self.cursor.name()
        local = name in self._bound or bool(self._filters)
        if not local:
            self.free.add(name)
        return syntax.Name(start, self.cursor.last_end, name, bool(self._bound))

    def _keyword(self) -> syntax.Part:
        token = self.cursor.take()
        if token.text in _LITERALS:
            return syntax.Literal(token.start, token.end, _LITERALS[token.text])
        if token.text == "if":
            test = self._expression()
            self.cursor.expect_word("then")
            yes = self._expression()
            self.cursor.expect_word("else")
            no = self._expression()
            return syntax.Conditional(token.start, self.cursor.last_end, test, yes, no)
        if token.text == "for":
            turns = self._turns()
            self.cursor.expect_word("return")
            self._bind("partial")
            result = self._expression()
            self._unbind(len(turns) + 1)
            return syntax.For(token.start, self.cursor.last_end, turns, result)
        if token.text in ("some", "every"):
            turns = self._turns()
            self.cursor.expect_word("satisfies")
            test = self._expression()
            self._unbind(len(turns))
            return syntax.Quantified(token.start, self.cursor.last_end, token.text, turns, test)
        if token.text == "function":
            return self._function(token.start)
        raise Misspelt(f"a value is missing before '{token.text}'", token.start)

    def _turns(self) -> tuple[syntax.Turn, ...]:
        """`x in a, y in 1..3`: each name is bound in what follows it, and stays bound."""
        turns: list[syntax.Turn] = []
        while not turns or self.cursor.accept(","):
            start = self.cursor.next.start
            name = self.cursor.words_until("in")
            if name is None:
                raise Misspelt(f"a name and 'in' are missing{self.cursor.before()}", start)
            self.cursor.take()
            source = self._expression()
            last = self._expression() if self.cursor.accept("..") else None
            self._bind(name)
            turns.append(syntax.Turn(start, self.cursor.last_end, name, source, last))
        return tuple(turns)

    def _function(self, start: int) -> syntax.Part:
        cursor = self.cursor
        cursor.expect("(")
        parameters: list[tuple[str, object]] = []
        while not cursor.is_sign(")"):
            name = cursor.words_until(",", ")", ":")
            if name is None:
                raise Misspelt(f"the name of a parameter is missing{cursor.before()}", cursor.next.start)
            parameters.append((name, self.types.read() if cursor.accept(":") else ANY))
            if not cursor.accept(","):
                break
        cursor.expect(")")
        external = cursor.accept_word("external")
        for name in (_FRAME, *(name for name, _ in parameters)):
            self._bind(name)
        body = self._expression()
        self._unbind(len(parameters) + 1)
        return syntax.Lambda(start, cursor.last_end, tuple(parameters), body, external)

    def _bracketed(self) -> syntax.Part:
        token = self.cursor.next
        if token.text == "@" and self.cursor.after().kind == "string":
            self.cursor.take()
            return syntax.At(token.start, self.cursor.next.end, self.cursor.take().text)
        if token.text == "{":
            return self._context()
        if token.text == "(":
            return self._parenthesis()
        if token.text == "[":
            return self._list()
        if token.text == "]":
            self.cursor.take()
            return self._range(token.start, self._sum(), included=False)
        raise Misspelt(f"a value is missing{self.cursor.before()}", token.start)

    def _context(self) -> syntax.Part:
        cursor, start = self.cursor, self.cursor.take().start
        entries: list[tuple[str, syntax.Part]] = []
        self._bind(_FRAME)
        while not cursor.is_sign("}"):
            if cursor.next.kind == "string":
                key: str | None = cursor.take().text
            else:
                key = cursor.words_until(":")
            if key is None:
                raise Misspelt(f"the name of an entry is missing{cursor.before()}", cursor.next.start)
            cursor.expect(":")
            entries.append((key, self._expression()))
            self._bind(key)
            if not cursor.accept(","):
                break
        cursor.expect("}")
        self._unbind(len(entries) + 1)
        return syntax.ContextOf(start, cursor.last_end, tuple(entries))

    def _parenthesis(self) -> syntax.Part:
        cursor, start = self.cursor, self.cursor.take().start
        if cursor.is_sign(*COMPARISONS):
            sign = cursor.take().text
            bound = self._sum()
            cursor.expect(")")
            low, high = (None, bound) if "<" in sign else (bound, None)
            return syntax.RangeOf(start, cursor.last_end, low, high, sign == ">=", sign == "<=", sign)
        inner = self._expression()
        if cursor.is_sign(".."):
            return self._range(start, inner, included=False)
        cursor.expect(")")
        return inner

    def _list(self) -> syntax.Part:
        cursor, start = self.cursor, self.cursor.take().start
        items: list[syntax.Part] = []
        while not cursor.is_sign("]"):
            items.append(self._expression())
            if cursor.is_sign("..") and len(items) == 1:
                return self._range(start, items[0], included=True)
            if not cursor.accept(","):
                break
        cursor.expect("]")
        return syntax.ListOf(start, cursor.last_end, tuple(items))

    def _range(self, start: int, low: syntax.Part, included: bool) -> syntax.Part:
        cursor = self.cursor
        cursor.expect("..")
        high = self._expression()
        if not cursor.is_sign("]", ")", "["):
            raise Misspelt(f"the end of a range is missing{cursor.before()}", cursor.next.start)
        closing = cursor.take()
        return syntax.RangeOf(start, closing.end, low, high, included, closing.text == "]", "")
