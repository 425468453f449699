"""The tree of a FEEL expression as closures: each part becomes one function of the frame, built once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.expressions.feel import syntax
from server.expressions.feel.arithmetic import OPERATIONS, negate
from server.expressions.feel.calling import call_named, call_with, user_function
from server.expressions.feel.comparison import COMPARISONS, is_in, order
from server.expressions.feel.conditions import QUICK, all_or_any, both_or_either, with_literal
from server.expressions.feel.functions import FUNCTIONS
from server.expressions.feel.looping import first_index, for_results, matching, quantify
from server.expressions.feel.members import member
from server.expressions.feel.run import FeelRun, Frame
from server.expressions.feel.types import Type, instance_of, type_name
from server.expressions.feel.values import READY, FeelFunction, Range, to_feel
from server.expressions.feel.written import read_at

Node = Callable[[Frame], Any]
Watch = Callable[[syntax.Part, Node], Node]
_MISSING = object()


_BUILDS: Mapping[type[syntax.Part], str] = MappingProxyType(
    {
        syntax.Literal: "_literal",
        syntax.At: "_at",
        syntax.Name: "_name",
        syntax.Path: "_path",
        syntax.Binary: "_binary",
        syntax.Chain: "_chain",
        syntax.Logical: "_logical",
        syntax.Negation: "_negation",
        syntax.Between: "_between",
        syntax.Tests: "_tests",
        syntax.Test: "_test",
        syntax.In: "_in",
        syntax.InstanceOf: "_instance_of",
        syntax.RangeOf: "_range",
        syntax.ListOf: "_list",
        syntax.ContextOf: "_context",
        syntax.Filter: "_filter",
        syntax.Conditional: "_conditional",
        syntax.For: "_for",
        syntax.Quantified: "_quantified",
        syntax.Lambda: "_lambda",
        syntax.Call: "_call",
    }
)
"""Which method builds which part."""


class Builder:
    """Builds closures; `watch` may put itself around each of them, for a trace."""

    def __init__(self, watch: Watch | None = None) -> None:
        self._watch = watch

    def build(self, part: syntax.Part) -> Node:
        node: Node = getattr(self, _BUILDS[type(part)])(part)
        return node if self._watch is None else self._watch(part, node)

    def _literal(self, part: syntax.Literal) -> Node:
        value = part.value
        return lambda frame: value

    def _at(self, part: syntax.At) -> Node:
        value = read_at(part.text)
        if value is None:
            reason = f'@"{part.text[:40]}" is neither a date, a time nor a duration'
            return lambda frame: frame.run.fail(reason, part.start)
        return lambda frame: value

    def _name(self, part: syntax.Name) -> Node:
        name, at, builtin = part.name, part.start, FUNCTIONS.get(part.name)

        def missing(frame: Frame) -> Any:
            if builtin is not None:
                return builtin
            offered = frame.run.functions.get(name)
            return offered if callable(offered) else frame.run.miss(f"the variable '{name}' is not set", at)

        def outermost(frame: Frame) -> Any:
            try:
                value = frame.names[name]
            except KeyError:
                return missing(frame)
            if type(value) in READY:
                return value
            return value if frame.run.converted is None else _converted(frame.run, name, value)

        def nearest(frame: Frame) -> Any:
            here = frame
            while here.outer is not None:
                value = here.names.get(name, _MISSING)
                if value is not _MISSING:
                    return value
                here = here.outer
            return outermost(here)

        return nearest if part.local else outermost

    def _path(self, part: syntax.Path) -> Node:
        holder, name, at = self.build(part.holder), part.member, part.start
        return lambda frame: member(frame.run, holder(frame), name, at)

    def _binary(self, part: syntax.Binary) -> Node:
        left, right, at = self.build(part.left), self.build(part.right), part.start
        apply: Any = OPERATIONS.get(part.sign) or COMPARISONS[part.sign]
        quick = QUICK.get(part.sign)
        if quick is not None and isinstance(part.right, syntax.Literal) and type(part.right.value) in (str, Decimal):
            return with_literal(left, part.right.value, quick, apply, at)
        if quick is not None:

            def compare(frame: Frame) -> Any:
                one, other = left(frame), right(frame)
                if type(one) is Decimal is type(other):
                    return quick(one, other)
                frame.run.at = at
                return apply(frame.run, one, other)

            return compare

        def evaluate(frame: Frame) -> Any:
            one, other = left(frame), right(frame)
            frame.run.at = at
            return apply(frame.run, one, other)

        return evaluate

    def _chain(self, part: syntax.Chain) -> Node:
        first, at = self.build(part.first), part.start
        rest = [(OPERATIONS[sign], self.build(each)) for sign, each in part.rest]

        def evaluate(frame: Frame) -> Any:
            value = first(frame)
            for apply, operand in rest:
                other = operand(frame)
                frame.run.at = at
                value = apply(frame.run, value, other)
            return value

        return evaluate

    def _logical(self, part: syntax.Logical) -> Node:
        parts = [self.build(each) for each in part.parts]
        decisive = part.word == "or"
        if len(parts) == 2:
            return both_or_either(parts[0], parts[1], decisive)

        return all_or_any(parts, decisive)

    def _negation(self, part: syntax.Negation) -> Node:
        if isinstance(part.operand, syntax.Literal) and type(part.operand.value) is Decimal:
            value = -part.operand.value
            return lambda frame: value
        operand, at = self.build(part.operand), part.start

        def evaluate(frame: Frame) -> Any:
            value = operand(frame)
            frame.run.at = at
            return negate(frame.run, value)

        return evaluate

    def _between(self, part: syntax.Between) -> Node:
        value, low, high, at = self.build(part.value), self.build(part.low), self.build(part.high), part.start

        def evaluate(frame: Frame) -> bool | None:
            found, first, last = value(frame), low(frame), high(frame)
            frame.run.at = at
            above = COMPARISONS[">="](frame.run, found, first)
            below = COMPARISONS["<="](frame.run, found, last)
            return None if above is None or below is None else above and below

        return evaluate

    def _in(self, part: syntax.In) -> Node:
        value, tests = self.build(part.value), self._tests(part.tests)
        return lambda frame: tests(Frame(frame.run, {"?": value(frame)}, frame))

    def _tests(self, part: syntax.Tests) -> Node:
        """Reads the tested value from the name `?` of the frame."""
        tests = [self.build(test) for test in part.tests]
        negated = part.negated

        def evaluate(frame: Frame) -> bool | None:
            known = True
            for test in tests:
                found = test(frame)
                if found is True:
                    return not negated
                known = known and found is False
            return negated if known else None

        return evaluate if tests else lambda frame: True

    def _test(self, part: syntax.Test) -> Node:
        operand, at, sign = self.build(part.operand), part.start, part.sign
        asks = mentions(part.operand, "?")

        def evaluate(frame: Frame) -> bool | None:
            value, run = operand(frame), frame.run
            tested = frame.names["?"]
            run.at = at
            if not sign and (asks or (value is True and type(tested) is not bool)):
                return value if type(value) is bool else None
            told = len(run.reports)
            found = COMPARISONS[sign](run, tested, value) if sign else is_in(run, tested, value)
            if len(run.reports) > told:
                run.reports[told:] = [replace(report, compared=True) for report in run.reports[told:]]
            return found

        return evaluate

    def _instance_of(self, part: syntax.InstanceOf) -> Node:
        value, kind = self.build(part.value), part.type
        assert isinstance(kind, Type)
        return lambda frame: instance_of(value(frame), kind)

    def _range(self, part: syntax.RangeOf) -> Node:
        low = self.build(part.low) if part.low else None
        high = self.build(part.high) if part.high else None
        at = part.start

        def evaluate(frame: Frame) -> Any:
            first, last = low(frame) if low else None, high(frame) if high else None
            if part.sign in ("=", "!="):
                return Range(first, first, True, True, part.sign)
            if first is not None and last is not None:
                if type(first) is not type(last):
                    return frame.run.fail(f"a range from {type_name(first)} to {type_name(last)} makes no sense", at)
                frame.run.at = at
                found = order(frame.run, first, last)
                if found is None or found > 0:
                    return None if found is None else frame.run.fail("a range ends before it begins", at)
            return Range(first, last, part.low_included, part.high_included, part.sign)

        return evaluate

    def _list(self, part: syntax.ListOf) -> Node:
        items = [self.build(item) for item in part.items]

        def evaluate(frame: Frame) -> list[Any]:
            frame.run.items(len(items))
            return [item(frame) for item in items]

        return evaluate

    def _context(self, part: syntax.ContextOf) -> Node:
        entries = [(key, self.build(value)) for key, value in part.entries]
        repeated = len({key for key, _ in entries}) < len(entries)

        def evaluate(frame: Frame) -> Any:
            run, found = frame.run, dict[str, Any]()
            if repeated:
                return run.fail("two entries of a context have the same name", part.start)
            run.items(len(entries), 100)
            inner = Frame(run, found, frame)
            for key, value in entries:
                found[key] = value(inner)
            return found

        return evaluate

    def _filter(self, part: syntax.Filter) -> Node:
        source, test, at = self.build(part.source), self.build(part.test), part.start
        by_truth = _is_truth(part.test)

        def evaluate(frame: Frame) -> Any:
            found = source(frame)
            if found is None:
                return frame.run.miss("null cannot be filtered", at)
            items = found if type(found) is list else [found]
            if not by_truth:
                index = first_index(frame, items, test)
                if index is not None:
                    return _entry(frame, items, index, at)
            return matching(frame, items, test)

        return evaluate

    def _conditional(self, part: syntax.Conditional) -> Node:
        test, yes, no = self.build(part.test), self.build(part.yes), self.build(part.no)
        return lambda frame: yes(frame) if test(frame) is True else no(frame)

    def _turns(self, turns: tuple[syntax.Turn, ...]) -> list[tuple[str, Node, Node | None, int]]:
        return [
            (turn.name, self.build(turn.source), self.build(turn.last) if turn.last else None, turn.start)
            for turn in turns
        ]

    def _for(self, part: syntax.For) -> Node:
        turns, result = self._turns(part.turns), self.build(part.result)
        partial = mentions(part.result, "partial")
        return lambda frame: for_results(frame, turns, result, partial)

    def _quantified(self, part: syntax.Quantified) -> Node:
        turns, test = self._turns(part.turns), self.build(part.test)
        return lambda frame: quantify(frame, turns, test, part.word == "some")

    def _lambda(self, part: syntax.Lambda) -> Node:
        if part.external:
            return lambda frame: frame.run.fail("an external function cannot be called here", part.start)
        body = self.build(part.body)
        names = tuple(name for name, _ in part.parameters)
        types = tuple(kind for _, kind in part.parameters)
        return lambda frame: user_function(frame, names, types, body)

    def _call(self, part: syntax.Call) -> Node:
        function = self.build(part.function)
        spelt = part.function.name if isinstance(part.function, syntax.Name) else "the function"
        arguments = [self.build(argument) for argument in part.arguments]
        names, at = part.names, part.start
        named = isinstance(part.function, syntax.Name)
        builtin = FUNCTIONS.get(spelt) if named else None

        def evaluate(frame: Frame) -> Any:
            called = function(frame)
            if builtin is not None and not isinstance(called, FeelFunction) and not callable(called):
                # a variable may be called like a function, such as `date` or `count`
                called = builtin
            if called is None and named:
                # that there is no such function says more than that there is no such variable
                frame.run.forget_missing(at)
            values = [argument(frame) for argument in arguments]
            if names:
                return call_named(frame.run, called, spelt, dict(zip(names, values, strict=True)), at)
            return call_with(frame.run, called, spelt, values, at)

        if len(set(names)) < len(names):
            return lambda frame: frame.run.fail("a parameter is given twice", at)
        return evaluate


def _converted(run: FeelRun, name: str, value: Any) -> Any:
    """A variable as FEEL's own value; what is nested is converted once in an evaluation."""
    if type(value) is int:
        return Decimal(value)
    assert run.converted is not None
    if name not in run.converted:
        run.converted[name] = to_feel(value)
    return run.converted[name]


def _entry(frame: Frame, items: list[Any], index: Any, at: int) -> Any:
    """The entry at a position counted from 1, or from -1 for the last."""
    if index != int(index):
        return frame.run.fail("a position in a list has to be a whole number", at)
    place = int(index)
    if place == 0 or abs(place) > len(items):
        return frame.run.miss(f"a list of {len(items)} has no entry {index:.10g}", at)
    return items[place - 1 if place > 0 else place]


def _is_truth(part: syntax.Part) -> bool:
    """Whether a filter can only be true or false, whatever the values are."""
    if isinstance(part, syntax.Binary):
        return part.sign in COMPARISONS
    return isinstance(part, syntax.Logical | syntax.Between | syntax.In | syntax.InstanceOf | syntax.Quantified)


def mentions(part: Any, name: str) -> bool:
    """Whether a part reads that name, wherever within it."""
    waiting = [part]
    while waiting:
        each = waiting.pop()
        if isinstance(each, syntax.Name) and each.name == name:
            return True
        if isinstance(each, tuple):
            waiting.extend(each)
        elif isinstance(each, syntax.Part):
            waiting.extend(getattr(each, slot) for slot in each.__slots__)
    return False
