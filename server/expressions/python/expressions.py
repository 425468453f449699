"""Python expressions as closures: each node of the tree becomes one function of the run, built once."""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from server.errors import Failure
from server.expressions import operations
from server.expressions.calls import invoke
from server.expressions.expression import Expression
from server.expressions.limits import LIMITS
from server.expressions.python.entries import as_key, distribute, entries, subscript
from server.expressions.python.formats import check_format, write_formatted
from server.expressions.python.functions import FUNCTIONS, STATIC_FUNCTIONS
from server.expressions.python.members import CHANGING, call_method, read_attribute
from server.expressions.python.syntax import refuse, refuse_node
from server.expressions.run import Run

Node = Callable[[Run], Any]
Watch = Callable[[ast.expr, Node], Node]

_BINARY: dict[type[ast.operator], operations.Operation] = {
    ast.Add: operations.add,
    ast.Sub: operations.subtract,
    ast.Mult: operations.multiply,
    ast.Div: operations.divide,
    ast.FloorDiv: operations.floor_divide,
    ast.Mod: operations.modulo,
    ast.Pow: operations.power,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Run, Any, Any], bool]] = {
    ast.Eq: operations.equal,
    ast.NotEq: lambda run, left, right: not operations.equal(run, left, right),
    ast.Lt: operations.less,
    ast.LtE: operations.less_equal,
    ast.Gt: operations.greater,
    ast.GtE: operations.greater_equal,
    ast.In: lambda run, left, right: operations.contains(run, right, left),
    ast.NotIn: lambda run, left, right: not operations.contains(run, right, left),
    ast.Is: lambda run, left, right: left is right,
    ast.IsNot: lambda run, left, right: left is not right,
}
# Names by which people who come from JSON or Java write these values.
CONSTANTS = MappingProxyType({"true": True, "false": False, "null": None})


def operation(expression: Expression, node: ast.BinOp | ast.AugAssign) -> operations.Operation:
    found = _BINARY.get(type(node.op))
    if found is None:
        refuse_node(expression, node.op)
    return found


class ExpressionBuilder:
    """Builds closures and collects, in `names`, the variables they read.

    `pure` refuses methods that change a list or mapping in place: only a script may. `watch` is given each part with
    its closure, and gives the closure that takes its place.
    """

    def __init__(self, expression: Expression, pure: bool, watch: Watch | None = None) -> None:
        self._watch = watch
        self.expression = expression
        self.pure = pure
        self.names: set[str] = set()
        self.changes = False
        self._bound: list[dict[str, int]] = []
        self._cells = 0
        self._kinds: dict[type[ast.expr], Callable[[Any], Node]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.BoolOp: self._boolean,
            ast.Compare: self._compare,
            ast.IfExp: self._conditional,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Slice: self._slice,
            ast.Call: self._call,
            ast.List: lambda node: self._sequence(node, list),
            ast.Tuple: lambda node: self._sequence(node, tuple),
            ast.Dict: self._mapping,
            ast.ListComp: self._list_comprehension,
            ast.GeneratorExp: self._list_comprehension,
            ast.DictComp: self._dict_comprehension,
            ast.JoinedStr: self._joined,
            ast.FormattedValue: self._formatted,
        }

    def build(self, node: ast.expr) -> Node:
        kind_of = self._kinds.get(type(node))
        if kind_of is None:
            refuse_node(self.expression, node)
        built = kind_of(node)
        return built if self._watch is None else self._watch(node, built)

    def check_name(self, name: str, node: ast.AST) -> str:
        if name.startswith("_"):
            refuse(self.expression, f"the name '{name}' begins with an underscore", getattr(node, "lineno", 1))
        return name

    def _constant(self, node: ast.Constant) -> Node:
        value = node.value
        if type(value) is int and value.bit_length() > LIMITS.bits:
            refuse(self.expression, "a number in it is too large", node.lineno)
        if value is not None and type(value) not in (bool, int, float, str):
            refuse(self.expression, f"{ast.unparse(node)} is neither text nor number", node.lineno)
        return lambda run: value

    def _name(self, node: ast.Name) -> Node:
        name = self.check_name(node.id, node)
        for bound in reversed(self._bound):
            if name in bound:
                cell = bound[name]
                return lambda run: run.cells[cell]
        if name in CONSTANTS:
            value = CONSTANTS[name]
            return lambda run: run.scope.get(name, value)
        if name != "execution":
            self.names.add(name)
        return lambda run: run.variable(name)

    def _binary(self, node: ast.BinOp) -> Node:
        apply = operation(self.expression, node)
        left, right = self.build(node.left), self.build(node.right)
        return lambda run: apply(run, left(run), right(run))

    def _unary(self, node: ast.UnaryOp) -> Node:
        operand = self.build(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda run: not operand(run)
        if isinstance(node.op, ast.USub):
            return lambda run: operations.multiply(run, operand(run), -1)
        if isinstance(node.op, ast.UAdd):
            return lambda run: operations.multiply(run, operand(run), 1)
        refuse_node(self.expression, node.op)

    def _boolean(self, node: ast.BoolOp) -> Node:
        parts = [self.build(part) for part in node.values]
        stop_at = isinstance(node.op, ast.Or)

        def evaluate(run: Run) -> Any:
            value: Any = None
            for part in parts:
                value = part(run)
                if bool(value) is stop_at:
                    break
            return value

        return evaluate

    def _compare(self, node: ast.Compare) -> Node:
        first = self.build(node.left)
        rest = [
            (_COMPARE[type(compare)], self.build(right))
            for compare, right in zip(node.ops, node.comparators, strict=True)
        ]
        if len(rest) == 1:
            apply, right = rest[0]
            return lambda run: apply(run, first(run), right(run))

        def chain(run: Run) -> bool:
            left = first(run)
            for compare, following in rest:
                value = following(run)
                if not compare(run, left, value):
                    return False
                left = value
            return True

        return chain

    def _conditional(self, node: ast.IfExp) -> Node:
        test, yes, no = self.build(node.test), self.build(node.body), self.build(node.orelse)
        return lambda run: yes(run) if test(run) else no(run)

    def _attribute(self, node: ast.Attribute) -> Node:
        name = self.check_name(node.attr, node)
        holder, spelt = self.build(node.value), ast.unparse(node.value)
        return lambda run: read_attribute(holder(run), name, spelt)

    def _subscript(self, node: ast.Subscript) -> Node:
        holder, index = self.build(node.value), self.build(node.slice)
        return lambda run: subscript(run, holder(run), index(run))

    def _slice(self, node: ast.Slice) -> Node:
        parts = [self.build(part) if part else None for part in (node.lower, node.upper, node.step)]

        def evaluate(run: Run) -> slice:
            bounds = [part(run) if part else None for part in parts]
            if any(bound is not None and type(bound) is not int for bound in bounds) or bounds[2] == 0:
                raise Failure("the bounds of a slice have to be whole numbers, and its step not zero")
            return slice(*bounds)

        return evaluate

    def _call(self, node: ast.Call) -> Node:
        arguments, named = self._arguments(node)
        if isinstance(node.func, ast.Name):
            name = self.check_name(node.func.id, node)
            builtin = FUNCTIONS.get(name)

            def call(run: Run) -> Any:
                run.tick()
                function = run.functions.get(name, builtin)
                if not callable(function):
                    raise Failure(f"There is no function '{name}'")
                values = [argument(run) for argument in arguments]
                return invoke(run, name, function, values, {key: value(run) for key, value in named.items()})

            return call
        if not isinstance(node.func, ast.Attribute):
            refuse(self.expression, "only functions and methods with a name can be called", node.lineno)
        return self._method(node.func, arguments, named)

    def _arguments(self, node: ast.Call) -> tuple[list[Node], dict[str, Node]]:
        named: dict[str, Node] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                refuse(self.expression, "'**' is not among the parts of Python that models may use", node.lineno)
            named[self.check_name(keyword.arg, node)] = self.build(keyword.value)
        return [self.build(argument) for argument in node.args], named

    def _method(self, target: ast.Attribute, arguments: list[Node], named: dict[str, Node]) -> Node:
        name = self.check_name(target.attr, target)
        if name in CHANGING:
            if self.pure:
                refuse(self.expression, f"'{name}' changes a value, which only a script may", target.lineno)
            self.changes = True
        if isinstance(target.value, ast.Name) and (target.value.id, name) in STATIC_FUNCTIONS:
            static = STATIC_FUNCTIONS[target.value.id, name]
            return lambda run: invoke(run, name, static, [argument(run) for argument in arguments], {})
        holder, spelt = self.build(target.value), ast.unparse(target.value)

        def call(run: Run) -> Any:
            run.tick()
            object_ = holder(run)
            values = [argument(run) for argument in arguments]
            return call_method(run, object_, name, spelt, values, {key: value(run) for key, value in named.items()})

        return call

    def _sequence(self, node: ast.List | ast.Tuple, make: type[list[Any]] | type[tuple[Any, ...]]) -> Node:
        parts = [self.build(part) for part in node.elts]

        def evaluate(run: Run) -> Any:
            run.items(len(parts))
            return make([part(run) for part in parts])

        return evaluate

    def _mapping(self, node: ast.Dict) -> Node:
        pairs: list[tuple[Node, Node]] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                refuse(self.expression, "'**' is not among the parts of Python that models may use", node.lineno)
            pairs.append((self.build(key), self.build(value)))

        def evaluate(run: Run) -> dict[Any, Any]:
            run.items(len(pairs), 100)
            return {as_key(key(run)): value(run) for key, value in pairs}

        return evaluate

    def _list_comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Node:
        with self._loops(node.generators) as turns:
            element = self.build(node.elt)

        def evaluate(run: Run) -> list[Any]:
            found: list[Any] = []
            for _ in turns(run):
                run.spend(40)
                found.append(element(run))
            run.items(len(found), 0)
            return found

        return evaluate

    def _dict_comprehension(self, node: ast.DictComp) -> Node:
        with self._loops(node.generators) as turns:
            key, value = self.build(node.key), self.build(node.value)

        def evaluate(run: Run) -> dict[Any, Any]:
            found: dict[Any, Any] = {}
            for _ in turns(run):
                run.spend(100)
                found[as_key(key(run))] = value(run)
            run.items(len(found), 0)
            return found

        return evaluate

    @contextmanager
    def _loops(self, generators: list[ast.comprehension]) -> Iterator[Callable[[Run], Iterator[None]]]:
        """The `for` and `if` parts of a comprehension; inside the block their names are bound."""
        bound: dict[str, int] = {}
        turns: Callable[[Run], Iterator[None]] = _once
        for index, generator in enumerate(generators):
            if generator.is_async:
                refuse(self.expression, "'async' is not among the parts of Python that models may use")
            source = self.build(generator.iter)
            if index == 0:
                self._bound.append(bound)
            cells = self._bind(generator.target, bound)
            turns = _nest(turns, source, cells, [self.build(test) for test in generator.ifs])
        yield turns
        self._bound.pop()

    def _bind(self, target: ast.expr, bound: dict[str, int]) -> "int | list[Any]":
        """The cell, or nested list of cells, that the target of a comprehension fills."""
        if isinstance(target, ast.Name):
            self._cells += 1
            bound[self.check_name(target.id, target)] = self._cells
            return self._cells
        if isinstance(target, ast.Tuple | ast.List):
            return [self._bind(part, bound) for part in target.elts]
        refuse_node(self.expression, target)

    def _joined(self, node: ast.JoinedStr) -> Node:
        parts = [self.build(part) for part in node.values]

        def evaluate(run: Run) -> str:
            return run.joined([part(run) for part in parts])

        return evaluate

    def _formatted(self, node: ast.FormattedValue) -> Node:
        if node.conversion != -1:
            refuse(self.expression, "conversions such as '!r' cannot be used in a text", node.lineno)
        how = ""
        if isinstance(node.format_spec, ast.JoinedStr):
            literal = [part.value for part in node.format_spec.values if isinstance(part, ast.Constant)]
            how = "".join(map(str, literal))
            if len(literal) != len(node.format_spec.values) or not check_format(how):
                refuse(self.expression, f"the format '{how}' in a text is not supported", node.lineno)
        value = self.build(node.value)
        return lambda run: write_formatted(run, value(run), how)


def _once(run: Run) -> Iterator[None]:
    yield None


def _fill(run: Run, cells: "int | list[Any]", value: Any) -> None:
    if isinstance(cells, int):
        run.cells[cells] = value
        return
    for cell, part in zip(cells, distribute(value, len(cells)), strict=True):
        _fill(run, cell, part)


def _nest(
    outer: Callable[[Run], Iterator[None]], source: Node, cells: "int | list[Any]", tests: list[Node]
) -> Callable[[Run], Iterator[None]]:
    def turns(run: Run) -> Iterator[None]:
        for _ in outer(run):
            for value in entries(run, source(run)):
                run.tick()
                _fill(run, cells, value)
                if all(test(run) for test in tests):
                    yield None

    return turns
