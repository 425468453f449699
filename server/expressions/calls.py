"""Calling a function that an expression names, and telling in one sentence why that did not work."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.errors import Failure
from server.expressions.run import Run


def invoke(
    run: Run, name: str, function: Callable[..., Any], values: Sequence[Any], named: Mapping[str, Any] | None = None
) -> Any:
    """What *function* returns; functions marked by `measured` are given the run first."""
    try:
        if getattr(function, "is_measured", False):
            return function(run, *values, **(named or {}))
        return function(*values, **(named or {}))
    except (TypeError, AttributeError) as error:
        raise Failure(f"'{name}' cannot be called with these values") from error
    except (ValueError, LookupError) as error:
        raise Failure(f"'{name}' finds no answer for these values") from error
    except ArithmeticError as error:
        raise Failure(f"the result of '{name}' is too large or not defined") from error


def measured(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function whose first argument is the run, because what it costs depends on its other arguments."""
    function.is_measured = True  # type: ignore[attr-defined]  # a mark on the function, read above
    return function
