"""Templates of mails: Jinja2 in its sandbox, of which a small part is spoken, within bounds of time and size.

Spoken are values and their parts, a few filters, conditions and loops: no calls, no arithmetic, no assignment, nothing
that is loaded. Whoever writes a template writes the model; what stands in variables is only ever shown.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from time import monotonic
from typing import Any

from jinja2 import StrictUndefined, TemplateError, Undefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from server.errors import Failure

LONGEST_TEMPLATE = 64 * 1024  # signs
LONGEST_RESULT = 1024 * 1024  # signs
ROUNDS = 10_000  # of all loops together
SECONDS = 2.0
FILTERS = frozenset("upper lower title capitalize trim default d length count round e escape first last int".split())
SPOKEN = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem),
    *(nodes.Filter, nodes.If, nodes.For, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand),
    *(nodes.Test, nodes.Tuple, nodes.Neg),
)
COMPARED = frozenset(("eq", "ne", "lt", "lteq", "gt", "gteq"))
TESTS = frozenset(("defined", "undefined", "none", "true", "false", "odd", "even", "first", "last"))


class _Budget:
    """What loops may still use."""

    def __init__(self) -> None:
        self._rounds, self._end = 0, monotonic() + SECONDS

    def spend(self) -> None:
        self._rounds += 1
        if self._rounds > ROUNDS or monotonic() > self._end:
            raise Failure(f"The template takes too long; its loops may go round {ROUNDS} times in {SECONDS:g} s.")


class _Items(list[Any]):
    """A list whose every round counts."""

    def __init__(self, values: list[Any], budget: _Budget) -> None:
        super().__init__(values)
        self._budget = budget

    def __iter__(self) -> Iterator[Any]:
        for value in super().__iter__():
            self._budget.spend()
            yield value


class _Environment(ImmutableSandboxedEnvironment):
    """Shows the entries of mappings and the items of lists, never the insides of Python."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return getattr(obj, attribute) if isinstance(obj, LoopContext) else self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        if isinstance(obj, Undefined):
            return obj
        return self.undefined(obj=obj, name=argument)


_TEXT = _Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
_HTML = _Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def fill_in(what: str, template: str, values: Mapping[str, Any], is_html: bool = False) -> str:
    """The text of a template with *values* in it; escaped for HTML where it is that. Raises Failure naming *what*."""
    environment = _HTML if is_html else _TEXT
    if len(template) > LONGEST_TEMPLATE:
        raise Failure(f"The template {what} is longer than {LONGEST_TEMPLATE // 1024} KB.")
    try:
        _check(what, environment.parse(template))
        pieces = environment.from_string(template).generate(_counted(dict(values), _Budget()))
        return _joined(what, pieces)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f" (line {line})" if line else ""
        raise Failure(f"The template {what} cannot be filled in{where}: {error.message or error}") from error
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        raise Failure(f"The template {what} cannot be filled in: {error}") from error


def _joined(what: str, pieces: Iterator[str]) -> str:
    found, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > LONGEST_RESULT:
            raise Failure(f"The template {what} grows beyond {LONGEST_RESULT // 1024} KB.")
        found.append(piece)
    return "".join(found)


def _check(what: str, tree: nodes.Template) -> None:
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, SPOKEN) or not _is_plain(node):
            text = f"The template {what} uses what templates of mails cannot do ({type(node).__name__.lower()})"
            raise Failure(f"{text}, in line {node.lineno}; calculate it in the model and hand it over as a value.")
        waiting.extend(node.iter_child_nodes())


def _is_plain(node: nodes.Node) -> bool:
    match node:
        case nodes.Filter():
            return node.name in FILTERS
        case nodes.Test():
            return node.name in TESTS
        case nodes.Operand():
            return node.op in COMPARED
        case nodes.For():
            return not node.recursive and isinstance(node.target, nodes.Name) and _is_part(node.iter)
        case nodes.Const():
            return not isinstance(node.value, str) or len(node.value) <= LONGEST_TEMPLATE
        case nodes.Name():
            return not node.name.startswith("_") and node.name not in ("self", "super", "caller")
    return True


def _is_part(node: nodes.Node) -> bool:
    """Whether this is a value that was handed in, or a part of one: only those are counted."""
    while isinstance(node, nodes.Getattr | nodes.Getitem):
        node = node.node
    return isinstance(node, nodes.Name) and node.name != "loop"


def _counted(value: Any, budget: _Budget) -> Any:
    """A copy of plain values: lists that count their rounds, and nothing else that can be gone through."""
    if isinstance(value, Mapping):
        return _Entries({str(key): _counted(inner, budget) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return _Items([_counted(inner, budget) for inner in value], budget)
    if value is None:
        return ""
    if isinstance(value, str):
        return _Words(value)
    if isinstance(value, bool | int | float | Decimal):
        return value
    return value.isoformat() if isinstance(value, date | time) else str(value)


class _Entries(dict[str, Any]):
    def __iter__(self) -> Iterator[str]:
        raise Failure("A template can go through lists only; hand the mapping over as a list.")


class _Words(str):
    def __iter__(self) -> Iterator[str]:
        raise Failure("A template can go through lists only, not through the letters of a text.")
