"""Functions that JUEL calls by name: those of Spin (`S`, `JSON`), and Flowable's on variables (`vars:eq`)."""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from server import clock
from server.errors import Failure
from server.expressions import operations
from server.expressions.calls import measured
from server.expressions.juel.coercion import equal, is_empty, numbers
from server.expressions.run import Run
from server.expressions.settling import measure

_LONGEST = 1_000_000


@measured
def _json(run: Run, value: Any) -> Any:
    """What JSON text says; a list or mapping is what it is already."""
    if type(value) is not str:
        return value
    if len(value) > _LONGEST:
        raise Failure(f"a JSON text longer than {_LONGEST:,} characters cannot be read")
    run.spend(len(value) * 8)
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        raise Failure("the text is not JSON") from None
    measure(found)
    return found


FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"now": clock.now, "dateTime": clock.now, "S": _json, "JSON": _json}
)


def _ordered(compare: Callable[[Run, Any, Any], bool]) -> Callable[[Run, Any, Any], bool]:
    def apply(run: Run, value: Any, other: Any) -> bool:
        return value is not None and compare(run, *numbers(value, other))

    return apply


def _contains(run: Run, value: Any, *others: Any) -> bool:
    return value is not None and all(operations.contains(run, value, other) for other in others)


def _contains_any(run: Run, value: Any, *others: Any) -> bool:
    return value is not None and any(operations.contains(run, value, other) for other in others)


_TESTS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "get": lambda run, value: value,
        "getOrDefault": lambda run, value, default: default if value is None else value,
        "exists": lambda run, value: value is not None,
        "isEmpty": lambda run, value: is_empty(value),
        "empty": lambda run, value: is_empty(value),
        "isNotEmpty": lambda run, value: not is_empty(value),
        "notEmpty": lambda run, value: not is_empty(value),
        "equals": equal,
        "eq": equal,
        "notEquals": lambda run, value, other: not equal(run, value, other),
        "ne": lambda run, value, other: not equal(run, value, other),
        "contains": _contains,
        "containsAny": _contains_any,
        "lowerThan": _ordered(operations.less),
        "lt": _ordered(operations.less),
        "lowerThanOrEquals": _ordered(operations.less_equal),
        "lessThan": _ordered(operations.less),
        "lessThanOrEquals": _ordered(operations.less_equal),
        "lte": _ordered(operations.less_equal),
        "greaterThan": _ordered(operations.greater),
        "gt": _ordered(operations.greater),
        "greaterThanOrEquals": _ordered(operations.greater_equal),
        "gte": _ordered(operations.greater_equal),
    }
)
PREFIXES = frozenset({"variables", "vars", "var"})
WORDS = MappingProxyType({"==": "eq", "!=": "ne", "<": "lt", ">": "gt", "<=": "lte", ">=": "gte", "empty": "empty"})
"""Operators that were written as words, and are names of functions after `vars:`."""


def ask_variable(run: Run, question: str, name: Any, values: list[Any]) -> Any:
    """Flowable's `vars:eq(name, value)`: about a variable that need not be set."""
    test = _TESTS.get(question)
    if test is None:
        raise Failure(f"There is no function 'vars:{question}'")
    if type(name) is not str:
        raise Failure(f"'vars:{question}' needs the name of a variable")
    try:
        return test(run, run.scope.get(name), *values)
    except TypeError:
        raise Failure(f"'vars:{question}' cannot be called with these values") from None
