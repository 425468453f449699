"""Python statements as closures, on top of those of expressions."""

import ast
from collections.abc import Callable
from typing import Any

from server.errors import BpmnError, Failure
from server.expressions.expression import Expression
from server.expressions.python.entries import as_key, distribute, entries
from server.expressions.python.expressions import ExpressionBuilder, Node, operation
from server.expressions.python.script import Drafts, Flow, Statement
from server.expressions.python.syntax import refuse, refuse_node
from server.expressions.run import Run
from server.expressions.settling import NESTED
from server.expressions.wording import kind

Assign = Callable[[Run, Any], None]


class StatementBuilder:
    """Builds the closures of statements on top of those of expressions."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression
        self.values = ExpressionBuilder(expression, pure=False)
        self._loops = 0
        self._kinds: dict[type[ast.stmt], Callable[[Any], Statement]] = {
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Expr: self._expression,
            ast.If: self._if,
            ast.For: self._for,
            ast.While: self._while,
            ast.Break: lambda node: self._jump(node, Flow.BREAK),
            ast.Continue: lambda node: self._jump(node, Flow.CONTINUE),
            ast.Pass: lambda node: lambda run: None,
            ast.Raise: self._raise,
            ast.Delete: self._delete,
        }

    def block(self, nodes: list[ast.stmt]) -> Statement:
        statements = [(node.lineno, self._statement(node)) for node in nodes]

        def run_all(run: Run) -> Flow | None:
            for line, statement in statements:
                run.line = line
                run.tick()
                flow = statement(run)
                if flow is not None:
                    return flow
            return None

        return run_all

    def _statement(self, node: ast.stmt) -> Statement:
        kind_of = self._kinds.get(type(node))
        if kind_of is None:
            refuse_node(self.expression, node)
        return kind_of(node)

    def _assign(self, node: ast.Assign) -> Statement:
        value = self.values.build(node.value)
        targets = [self._target(target) for target in node.targets]

        def run_it(run: Run) -> None:
            result = value(run)
            for target in targets:
                target(run, result)

        return run_it

    def _annotated(self, node: ast.AnnAssign) -> Statement:
        if node.value is None:
            refuse(self.expression, "a variable is declared without a value", node.lineno)
        value, target = self.values.build(node.value), self._target(node.target)
        return lambda run: target(run, value(run))

    def _target(self, node: ast.expr) -> Assign:
        if isinstance(node, ast.Name):
            name = self.values.check_name(node.id, node)
            return lambda run, value: _drafts(run).assign(name, value)
        if isinstance(node, ast.Tuple | ast.List):
            parts = [self._target(part) for part in node.elts]

            def take_apart(run: Run, value: Any) -> None:
                for part, item in zip(parts, distribute(value, len(parts)), strict=True):
                    part(run, item)

            return take_apart
        holder, index = self._place(node)
        return lambda run, value: _store(run, holder(run), index(run), value)

    def _place(self, node: ast.expr) -> tuple[Node, Node]:
        """The list or mapping, and the index or key, that `a[b]` or `a.b` names."""
        self.values.changes = True
        if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
            return self.values.build(node.value), self.values.build(node.slice)
        if isinstance(node, ast.Attribute):
            name = self.values.check_name(node.attr, node)
            holder = self.values.build(node.value)
            return lambda run: _mapping(holder(run), name), lambda run: name
        refuse_node(self.expression, node)

    def _augmented(self, node: ast.AugAssign) -> Statement:
        apply, value = operation(self.expression, node), self.values.build(node.value)
        if isinstance(node.target, ast.Name):
            name = self.values.check_name(node.target.id, node)
            self.values.names.add(name)
            return lambda run: _drafts(run).assign(name, apply(run, run.variable(name), value(run)))
        read, (holder, index) = self.values.build(node.target), self._place(node.target)
        return lambda run: _store(run, holder(run), index(run), apply(run, read(run), value(run)))

    def _expression(self, node: ast.Expr) -> Statement:
        value = self.values.build(node.value)

        def run_it(run: Run) -> None:
            value(run)

        return run_it

    def _if(self, node: ast.If) -> Statement:
        test, yes, no = self.values.build(node.test), self.block(node.body), self.block(node.orelse)
        return lambda run: yes(run) if test(run) else no(run)

    def _jump(self, node: ast.stmt, flow: Flow) -> Statement:
        if not self._loops:
            refuse(self.expression, f"'{flow.value}' stands outside of a loop", node.lineno)
        return lambda run: flow

    def _loop_body(self, nodes: list[ast.stmt]) -> Statement:
        self._loops += 1
        body = self.block(nodes)
        self._loops -= 1
        return body

    def _for(self, node: ast.For) -> Statement:
        source, target = self.values.build(node.iter), self._target(node.target)
        body, otherwise = self._loop_body(node.body), self.block(node.orelse)

        def run_it(run: Run) -> Flow | None:
            for value in entries(run, source(run)):
                run.tick()
                target(run, value)
                if body(run) is Flow.BREAK:
                    return None
            return otherwise(run)

        return run_it

    def _while(self, node: ast.While) -> Statement:
        test, body = self.values.build(node.test), self._loop_body(node.body)
        otherwise = self.block(node.orelse)

        def run_it(run: Run) -> Flow | None:
            while test(run):
                run.tick()
                if body(run) is Flow.BREAK:
                    return None
            return otherwise(run)

        return run_it

    def _raise(self, node: ast.Raise) -> Statement:
        call = node.exc
        if not (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Name)
            and call.func.id == "BpmnError"
            and 1 <= len(call.args) <= 2
            and not call.keywords
            and node.cause is None
        ):
            refuse(self.expression, 'only BpmnError("code", "message") can be raised', node.lineno)
        arguments = [self.values.build(argument) for argument in call.args]

        def run_it(run: Run) -> Flow | None:
            values = [argument(run) for argument in arguments]
            if any(type(value) is not str for value in values):
                raise Failure("the code and the message of a BpmnError have to be text")
            raise BpmnError(*values)

        return run_it

    def _delete(self, node: ast.Delete) -> Statement:
        removals = [self._removal(target) for target in node.targets]

        def run_it(run: Run) -> None:
            for removal in removals:
                removal(run)

        return run_it

    def _removal(self, node: ast.expr) -> Callable[[Run], None]:
        if isinstance(node, ast.Name):
            name = self.values.check_name(node.id, node)
            return lambda run: _drafts(run).remove(name)
        holder, index = self._place(node)
        return lambda run: _drop(holder(run), index(run))


def _drafts(run: Run) -> Drafts:
    if not isinstance(run.scope, Drafts):
        raise TypeError("only a script assigns variables")
    return run.scope


def _mapping(holder: Any, name: str) -> dict[Any, Any]:
    if type(holder) is not dict:
        raise Failure(f"{kind(holder)} has no entry '{name}' that could be set")
    return holder


def _store(run: Run, holder: Any, index: Any, value: Any) -> None:
    if type(holder) is dict:
        run.items(len(holder) + 1, 0)
        run.spend(100)
        holder[as_key(index)] = value
        return
    if type(holder) is list and type(index) is int:
        try:
            holder[index] = value
        except IndexError:
            raise Failure(f"there is no entry {index} among {len(holder)}") from None
        return
    raise Failure(f"{kind(holder)} has no entry {index!r:.60} that could be set")


def _drop(holder: Any, index: Any) -> None:
    try:
        deletable = type(index) not in NESTED if type(holder) is dict else type(holder) is list and type(index) is int
        if deletable:
            del holder[index]
            return
    except LookupError:
        pass
    raise Failure(f"{kind(holder)} has no entry {index!r:.60} that could be deleted")
