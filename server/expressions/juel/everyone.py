"""What every value answers to in JUEL, and how its methods take their arguments."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from server.errors import Failure
from server.expressions import operations
from server.expressions.calls import measured
from server.expressions.juel.coercion import as_number, as_text, equal
from server.expressions.run import Run
from server.expressions.wording import kind

Members = dict[str, Callable[..., Any]]


def text_of(value: Any) -> str:
    if type(value) is not str:
        raise Failure(f"text is expected, and {kind(value)} is given")
    return value


def whole_of(value: Any) -> int:
    number = as_number(value)
    if number != int(number):
        raise Failure("a whole number is expected")
    return int(number)


@measured
def same(run: Run, value: Any, other: Any) -> bool:
    """Java's equals(): no text equals a number."""
    if type(value) is not type(other) and not {type(value), type(other)} <= {int, float, Decimal}:
        return False
    return equal(run, value, other)


@measured
def contains(run: Run, value: Any, other: Any) -> bool:
    return operations.contains(run, value, other)


@measured
def _to_string(run: Run, value: Any) -> str:
    return as_text(run, value)


def itself(value: Any) -> Any:
    return value


ANY: Members = {"equals": same, "toString": _to_string, "value": itself}
