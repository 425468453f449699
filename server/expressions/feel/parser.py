"""FEEL tokens to the tree of an expression: operators, and what follows a value (DMN 1.5, 10.3.1.2)."""

from server.expressions.feel import syntax
from server.expressions.feel.lexer import Misspelt
from server.expressions.feel.primaries import COMPARISONS, Primaries

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
        part = self._logical("or")
        self.cursor.leave()
        return part

    def _conjunction(self) -> syntax.Part:
        return self._logical("and")

    def _logical(self, word: str) -> syntax.Part:
        read = self._conjunction if word == "or" else self._comparison
        first = read()
        if not self.cursor.is_word(word):
            return first
        parts = [first]
        while self.cursor.accept_word(word):
            parts.append(read())
        return syntax.Logical(first.start, self.cursor.last_end, word, tuple(parts))

    def _comparison(self) -> syntax.Part:
        cursor = self.cursor
        left = self._sum()
        while True:
            if cursor.is_sign(*COMPARISONS):
                sign = cursor.take().text
                right = self._sum()
                left = syntax.Binary(left.start, right.end, sign, left, right)
            elif cursor.accept_word("between"):
                low = self._sum()
                cursor.expect_word("and")
                high = self._sum()
                left = syntax.Between(left.start, cursor.last_end, left, low, high)
            elif cursor.accept_word("in"):
                tests = self._in_tests()
                left = syntax.In(left.start, cursor.last_end, left, tests)
            else:
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

    def _sum(self) -> syntax.Part:
        left = self._product()
        while self.cursor.is_sign("+", "-"):
            sign = self.cursor.take().text
            right = self._product()
            left = syntax.Binary(left.start, right.end, sign, left, right)
        return left

    def _product(self) -> syntax.Part:
        left = self._power()
        while self.cursor.is_sign("*", "/"):
            sign = self.cursor.take().text
            right = self._power()
            left = syntax.Binary(left.start, right.end, sign, left, right)
        return left

    def _power(self) -> syntax.Part:
        left = self._negation()
        while self.cursor.accept("**"):
            right = self._negation()
            left = syntax.Binary(left.start, right.end, "**", left, right)
        return left

    def _negation(self) -> syntax.Part:
        start, count = self.cursor.next.start, 0
        while self.cursor.accept("-"):
            count += 1
            self.cursor.enter()
        part = self._instance()
        for _ in range(count):
            self.cursor.leave()
            part = syntax.Negation(start, part.end, part)
        return part

    def _instance(self) -> syntax.Part:
        value = self._postfix()
        while self.cursor.is_word("instance") and self.cursor.after().text == "of":
            self.cursor.take()
            self.cursor.take()
            kind = self.types.read()
            value = syntax.InstanceOf(value.start, self.cursor.last_end, value, kind)
        return value

    def _postfix(self) -> syntax.Part:
        cursor, part = self.cursor, self._primary()
        steps = 0
        while True:
            if cursor.accept("."):
                member = cursor.name()
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
