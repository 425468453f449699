"""How points and ranges lie to each other (DMN 1.5, 10.3.4.9, Allen's interval algebra), and ranges from text."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from server.expressions.feel.comparison import order, same, within
from server.expressions.feel.lexer import Misspelt, Token, tokens_of
from server.expressions.feel.run import FeelRun
from server.expressions.feel.signatures import Registry, builtin
from server.expressions.feel.temporal import Clock, Day, DaysDuration, Moment, MonthsDuration
from server.expressions.feel.types import type_name
from server.expressions.feel.values import Range
from server.expressions.feel.written import read_at, read_clock, read_day, read_duration, read_moment, read_number

RANGE_FUNCTIONS: Registry = {}
_POINTS = (Decimal, str, Day, Clock, Moment, DaysDuration, MonthsDuration)
_LONGEST = 500
Relation = Callable[[FeelRun, Any, Any], bool | None]


class _Incomparable(Exception):
    """Two bounds have no order; the reason has been reported."""


def _sign(run: FeelRun, left: Any, right: Any) -> int:
    found = order(run, left, right)
    if found is None:
        raise _Incomparable
    return found


def _relation(name: str, *names: str) -> Callable[[Relation], Relation]:
    """Register a relation between two values; *names* are those of the parameters, "a, b" for each way to call it."""

    def register(holds: Relation) -> Relation:
        kinds = "number|string|date|time|moment|days|months|range"
        ways = [": {0}, ".join(way.split(", ")).format(kinds) + f": {kinds}" for way in names]

        @builtin(RANGE_FUNCTIONS, name, *ways)
        def apply(run: FeelRun, left: Any, right: Any) -> bool | None:
            forms = {_form(way) for way in names}
            if (isinstance(left, Range), isinstance(right, Range)) not in forms:
                return run.fail(f"'{name}' is not defined between a {type_name(left)} and a {type_name(right)}")
            try:
                return holds(run, left, right)
            except _Incomparable:
                return None

        return holds

    return register


def _form(way: str) -> tuple[bool, bool]:
    first, second = way.split(", ")
    return "range" in first, "range" in second


_BOTH = ("point1, point2", "point, range", "range, point", "range1, range2")


@_relation("before", *_BOTH)
def _before(run: FeelRun, left: Any, right: Any) -> bool:
    last = left.high if isinstance(left, Range) else left
    first = right.low if isinstance(right, Range) else right
    touching = (not isinstance(left, Range) or left.high_included) and (
        not isinstance(right, Range) or right.low_included
    )
    found = _sign(run, last, first)
    return found < 0 or (found == 0 and not touching)


@_relation("after", *_BOTH)
def _after(run: FeelRun, left: Any, right: Any) -> bool | None:
    return _before(run, right, left)


@_relation("meets", "range1, range2")
def _meets(run: FeelRun, left: Range, right: Range) -> bool:
    return left.high_included and right.low_included and _sign(run, left.high, right.low) == 0


@_relation("met by", "range1, range2")
def _met_by(run: FeelRun, left: Range, right: Range) -> bool | None:
    return _meets(run, right, left)


def _ends_order(run: FeelRun, left: Range, right: Range) -> int:
    """Which of two ranges ends first; an end that is not included comes before one that is."""
    return _sign(run, left.high, right.high) or left.high_included - right.high_included


def _starts_order(run: FeelRun, left: Range, right: Range) -> int:
    """Which of two ranges starts first; a start that is included comes before one that is not."""
    return _sign(run, left.low, right.low) or right.low_included - left.low_included


@_relation("overlaps", "range1, range2")
def _overlaps(run: FeelRun, left: Range, right: Range) -> bool:
    return not _before(run, left, right) and not _before(run, right, left)


@_relation("overlaps before", "range1, range2")
def _overlaps_before(run: FeelRun, left: Range, right: Range) -> bool:
    return _starts_order(run, left, right) < 0 and not _before(run, left, right) and _ends_order(run, left, right) <= 0


@_relation("overlaps after", "range1, range2")
def _overlaps_after(run: FeelRun, left: Any, right: Any) -> bool | None:
    return _overlaps_before(run, right, left)


@_relation("finishes", "point, range", "range1, range2")
def _finishes(run: FeelRun, left: Any, right: Range) -> bool:
    if not isinstance(left, Range):
        return right.high_included and _sign(run, left, right.high) == 0
    return _ends_order(run, left, right) == 0 and _starts_order(run, left, right) >= 0


@_relation("finished by", "range, point", "range1, range2")
def _finished_by(run: FeelRun, left: Range, right: Any) -> bool | None:
    return _finishes(run, right, left)


@_relation("includes", "range, point", "range1, range2")
def _includes(run: FeelRun, left: Range, right: Any) -> bool | None:
    if not isinstance(right, Range):
        return within(run, right, left)
    return _starts_order(run, left, right) <= 0 and _ends_order(run, left, right) >= 0


@_relation("during", "point, range", "range1, range2")
def _during(run: FeelRun, left: Any, right: Range) -> bool | None:
    return _includes(run, right, left)


@_relation("starts", "point, range", "range1, range2")
def _starts(run: FeelRun, left: Any, right: Range) -> bool:
    if not isinstance(left, Range):
        return right.low_included and _sign(run, left, right.low) == 0
    return _starts_order(run, left, right) == 0 and _ends_order(run, left, right) <= 0


@_relation("started by", "range, point", "range1, range2")
def _started_by(run: FeelRun, left: Range, right: Any) -> bool | None:
    return _starts(run, right, left)


@_relation("coincides", "point1, point2", "range1, range2")
def _coincides(run: FeelRun, left: Any, right: Any) -> bool:
    if isinstance(left, Range):
        return _starts_order(run, left, right) == 0 and _ends_order(run, left, right) == 0
    return _sign(run, left, right) == 0


@builtin(RANGE_FUNCTIONS, "range", "from: string")
def _range(run: FeelRun, text: str) -> Range | None:
    """`[1..3]` as text: bounds are literals, or date(...) and so on of a literal."""
    try:
        found = _read_range(text)
    except Misspelt as error:
        return run.fail(f"'{text[:40]}' is not a range: {error}")
    if type(found.low) is not type(found.high):
        return run.fail("the bounds of a range have to be of one kind")
    if not same(found.low, found.high) and (order(run, found.low, found.high) or 0) >= 0:
        return run.fail("a range ends before it begins")
    return found


_CALLS = {"date": read_day, "time": read_clock, "date and time": read_moment, "duration": read_duration}


def _read_range(text: str) -> Range:
    if len(text) > _LONGEST:
        raise Misspelt("it is too long")
    tokens = tokens_of(text)
    if tokens[0].text not in ("[", "(", "]") or tokens[0].kind != "sign":
        raise Misspelt("its first bracket is missing")
    low, at = _bound(tokens, 1)
    if tokens[at].text != "..":
        raise Misspelt("'..' is missing")
    high, at = _bound(tokens, at + 1)
    if tokens[at].text not in ("]", ")", "[") or tokens[at + 1].kind != "end":
        raise Misspelt("its last bracket is missing")
    return Range(low, high, tokens[0].text == "[", tokens[at].text == "]")


def _limit(token: Token) -> Decimal:
    number = read_number(token.text)
    if number is None:
        raise Misspelt("a number in it is too large or too small")
    return number


def _bound(tokens: list[Token], at: int) -> tuple[Any, int]:
    """A literal, and where the text goes on."""
    first, value = tokens[at], None
    rest = tokens[at : at + 3]
    if first.kind == "string":
        return first.text, at + 1
    if first.kind == "number":
        return _limit(first), at + 1
    if first.text == "-" and rest[1].kind == "number":
        return -_limit(rest[1]), at + 2
    if first.text == "@" and rest[1].kind == "string":
        value, at = read_at(rest[1].text), at + 2
    else:
        end = next((index for index in range(at, len(tokens)) if tokens[index].text == "("), len(tokens) - 1)
        read = _CALLS.get(" ".join(token.text for token in tokens[at:end]))
        inside = [token.kind for token in tokens[end + 1 : end + 3]]
        if read and inside == ["string", "sign"] and tokens[end + 2].text == ")":
            value, at = read(tokens[end + 1].text), end + 3
    if value is None:
        raise Misspelt("its bounds have to be plain values")
    return value, at
