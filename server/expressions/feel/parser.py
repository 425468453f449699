"""FEEL tokens to the tree of an expression: operators, and what follows a value (DMN 1.5, 10.3.1.2)."""

from server.expressions.feel import syntax
from server.expressions.feel.lexer import Misspelt
from server.expressions.feel.primaries import COMPARISONS, Primaries

_LOWEST, _COMPARISON, _SUM = 1, 3, 4
_LEVELS = {
    **dict.fromkeys(("or",), _LOWEST),
    **dict.fromkeys(("and",), 2),
    **dict.fromkeys((*COMPARISONS, "between", "in"), _COMPARISON),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/"), 5),
    "**": 6,
}
_FIRST_OF_VALUES = ("(", "[", "{", "]", "@", "-")


class Parser(Primaries):
    """Reads one text, from the operators that bind least down to values."""

    def expression(self) -> syntax.Part:
        """The whole text as one expression."""
        part = self._expression()
        self._end()
        return part

    def unary_tests(self) -> syntax.Tests:
        """The whole text as unary tests (grammar rule 17)."""
        cursor, start = self.cursor, self.cursor.next.start
        self._bind("?")
        if cursor.is_sign("-") and cursor.after().kind == "end":
            cursor.take()
            return syntax.Tests(start, cursor.last_end, (), False)
        negated = cursor.is_word("not") and cursor.after().text == "(" and self._closes_at_end()
        if negated:
            cursor.take()
            cursor.take()
        tests = self._tests()
        if negated:
            cursor.expect(")")
        self._end()
        return syntax.Tests(start, cursor.last_end, tests, negated)

    def _closes_at_end(self) -> bool:
        """Whether the parenthesis after `not` is closed by the last token of the text."""
        depth = 0
        tokens = self.cursor.tokens[self.cursor.at + 1 : -1]
        for index, token in enumerate(tokens):
            if token.kind == "sign":
                depth += (token.text == "(") - (token.text == ")")
            if depth == 0:
                return index == len(tokens) - 1
        return True

    def _end(self) -> None:
        token = self.cursor.next
        if token.kind != "end":
            shown = self.cursor.text[token.start : token.end][:20]
            raise Misspelt(f"'{shown}' is not expected there", token.start)

    def _expression(self) -> syntax.Part:
        self.cursor.enter()
        part = self._binary(_LOWEST)
        self.cursor.leave()
        return part

    def _sum(self) -> syntax.Part:
        return self._binary(_SUM)

    def _binary(self, lowest: int) -> syntax.Part:
        """Operators of that level and of those that bind more; a chain of one level is no depth."""
        left = self._unary()
        while True:
            token = self.cursor.next
            level = _LEVELS.get(token.text, 0) if token.kind in ("sign", "keyword") else 0
            if level < lowest:
                return left
            if level == _COMPARISON:
                left = self._compared(left)
            elif level < _COMPARISON:
                left = self._logical(left, level)
            else:
                left = self._chain(left, level)

    def _logical(self, first: syntax.Part, level: int) -> syntax.Part:
        word, parts = self.cursor.next.text, [first]
        while self.cursor.accept_word(word):
            parts.append(self._binary(level + 1))
        return syntax.Logical(first.start, self.cursor.last_end, word, tuple(parts))

    def _chain(self, first: syntax.Part, level: int) -> syntax.Part:
        rest: list[tuple[str, syntax.Part]] = []
        while self.cursor.next.kind == "sign" and _LEVELS.get(self.cursor.next.text) == level:
            rest.append((self.cursor.take().text, self._binary(level + 1)))
        if len(rest) == 1:
            return syntax.Binary(first.start, self.cursor.last_end, rest[0][0], first, rest[0][1])
        return syntax.Chain(first.start, self.cursor.last_end, first, tuple(rest))

    def _compared(self, left: syntax.Part) -> syntax.Part:
        """One comparison after another, each of the result of those before it."""
        cursor, count = self.cursor, 0
        while _LEVELS.get(cursor.next.text) == _COMPARISON and cursor.next.kind in ("sign", "keyword"):
            cursor.enter()
            count += 1
            sign = cursor.take().text
            if sign == "between":
                low = self._sum()
                cursor.expect_word("and")
                high = self._sum()
                left = syntax.Between(left.start, cursor.last_end, left, low, high)
            elif sign == "in":
                tests = self._in_tests()
                left = syntax.In(left.start, cursor.last_end, left, tests)
            else:
                right = self._sum()
                left = syntax.Binary(left.start, right.end, sign, left, right)
        for _ in range(count):
            cursor.leave()
        return left

    def _in_tests(self) -> syntax.Tests:
        """`in (tests)` or `in test`; a parenthesis may as well begin a range or a value."""
        cursor, start = self.cursor, self.cursor.next.start
        if cursor.is_sign("(") and not self._range_follows():
            cursor.take()
            self._bind("?")
            tests = self._tests()
            self._unbind(1)
            cursor.expect(")")
            return syntax.Tests(start, cursor.last_end, tests, False)
        self._bind("?")
        test = self._test(compared=True)
        self._unbind(1)
        return syntax.Tests(start, cursor.last_end, (test,), False)

    def _range_follows(self) -> bool:
        """Whether the parenthesis that begins here belongs to a range: `..` comes before it is closed."""
        depth = 0
        for token in self.cursor.tokens[self.cursor.at :]:
            if token.kind != "sign":
                continue
            if token.text in ("(", "[", "{"):
                depth += 1
            elif token.text in (")", "]", "}"):
                depth -= 1
            elif depth == 1 and token.text in ("..", ","):
                return token.text == ".."
            if depth == 0:
                return False
        return False

    def _tests(self) -> tuple[syntax.Test, ...]:
        tests = [self._test()]
        while self.cursor.accept(","):
            tests.append(self._test())
        return tuple(tests)

    def _test(self, compared: bool = False) -> syntax.Test:
        """`< 5` or a value; within a comparison the value ends where the next operator begins."""
        cursor, start = self.cursor, self.cursor.next.start
        sign = cursor.take().text if cursor.is_sign(*COMPARISONS) else ""
        operand = self._sum() if compared or sign else self._expression()
        return syntax.Test(start, cursor.last_end, sign, operand)

    def _unary(self) -> syntax.Part:
        cursor, start, signs = self.cursor, self.cursor.next.start, 0
        while cursor.accept("-"):
            signs += 1
            cursor.enter()
        part = self._postfix()
        if cursor.is_word("instance") and cursor.after().text == "of":
            cursor.take()
            cursor.take()
            kind = self.types.read()
            part = syntax.InstanceOf(part.start, cursor.last_end, part, kind)
        for _ in range(signs):
            cursor.leave()
            part = syntax.Negation(start, part.end, part)
        return part

    def _postfix(self) -> syntax.Part:
        cursor, part = self.cursor, self._primary()
        steps = 0
        while True:
            if cursor.accept("."):
                member = cursor.member()
                part = syntax.Path(part.start, cursor.last_end, part, member)
            elif cursor.is_sign("[") and not self._closes_range():
                part = self._filter(part)
            elif cursor.is_sign("("):
                part = self._call(part)
            else:
                for _ in range(steps):
                    cursor.leave()
                return part
            steps += 1
            cursor.enter()

    def _closes_range(self) -> bool:
        """`[1..5[`: a bracket that no value can follow is the end of a range."""
        token = self.cursor.after()
        if token.kind == "sign":
            return token.text not in _FIRST_OF_VALUES
        return token.kind == "end" or (token.kind == "keyword" and token.text in ("and", "or", "in", "between"))

    def _filter(self, source: syntax.Part) -> syntax.Part:
        self.cursor.take()
        self._bind("item")
        self._filters += 1
        test = self._expression()
        self._filters -= 1
        self._unbind(1)
        self.cursor.expect("]")
        return syntax.Filter(source.start, self.cursor.last_end, source, test)

    def _call(self, function: syntax.Part) -> syntax.Part:
        cursor = self.cursor
        cursor.take()
        arguments: list[syntax.Part] = []
        names: list[str] = []
        while not cursor.is_sign(")"):
            name = cursor.words_until(":")
            if name is not None:
                cursor.take()
                names.append(name)
            if len(names) != (len(arguments) + 1 if names else 0):
                raise Misspelt("named and unnamed parameters cannot be mixed", cursor.next.start)
            arguments.append(self._expression())
            if not cursor.accept(","):
                break
            if cursor.is_sign(")"):
                raise Misspelt("a parameter is missing before ')'", cursor.next.start)
        cursor.expect(")")
        return syntax.Call(function.start, cursor.last_end, function, tuple(arguments), tuple(names))
