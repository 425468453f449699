"""Calling functions of FEEL: their parameters by position or name, and functions that an expression defines."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.errors import Failure
from server.expressions.feel.run import FeelRun, Frame
from server.expressions.feel.types import ANY, coerce, type_name
from server.expressions.feel.values import FeelFunction, from_feel, to_feel

DEEPEST = 60
"""Calls within calls; each costs some ten of Python's 1,000 frames."""
OMITTED = object()
"""What stands for an optional parameter that was not given."""


def call_with(run: FeelRun, function: Any, spelt: str, values: Sequence[Any], at: int) -> Any:
    """What *function* gives for values by position; null and a report where it cannot be called so."""
    if not isinstance(function, FeelFunction):
        return _foreign(run, function, spelt, values, at)
    for way in (function, *function.others):
        parameters = way.parameters
        many = bool(parameters) and parameters[-1].endswith("*")
        needed = sum(not name.endswith("?") for name in parameters)
        if len(values) >= needed and (many or len(values) <= len(parameters)):
            left_out = 0 if many else len(parameters) - len(values)
            return _enter(run, way, (*values, *([OMITTED] * left_out)), at)
    return run.fail(f"'{spelt}' takes {_count(function)}, and {len(values)} are given", at)


def call_named(run: FeelRun, function: Any, spelt: str, values: Mapping[str, Any], at: int) -> Any:
    """The same for values by the names of the parameters."""
    if not isinstance(function, FeelFunction):
        return _foreign(run, function, spelt, list(values.values()), at)
    for way in (function, *function.others):
        names = [parameter.rstrip("?*") for parameter in way.parameters]
        missing = [name for name, parameter in zip(names, way.parameters, strict=True) if parameter[-1] != "?"]
        if values.keys() <= set(names) and all(name in values for name in missing):
            return _enter(run, way, tuple(values.get(name, OMITTED) for name in names), at)
    known = ", ".join(parameter.rstrip("?*") for parameter in function.parameters)
    return run.fail(f"'{spelt}' has the parameters ({known}), and given are ({', '.join(values)})", at)


def _enter(run: FeelRun, function: FeelFunction, values: tuple[Any, ...], at: int) -> Any:
    run.tick()
    run.calls += 1
    if run.calls > DEEPEST:
        raise Failure(f"functions call each other more than {DEEPEST} deep; is there a recursion that never ends?")
    run.at = at
    try:
        return function.invoke(run, values)
    finally:
        run.calls -= 1


def _count(function: FeelFunction) -> str:
    """ "1 parameter", "1 to 2 parameters": what the first way to call a function asks for."""
    needed, most = sum(name[-1] != "?" for name in function.parameters), len(function.parameters)
    if most and function.parameters[-1].endswith("*"):
        return f"{needed} or more parameters"
    return f"{needed} parameter{'' if needed == 1 else 's'}" if needed == most else f"{needed} to {most} parameters"


def _foreign(run: FeelRun, function: Any, spelt: str, values: Sequence[Any], at: int) -> Any:
    """A function that the engine offers is called with plain values; everything else cannot be called."""
    if not callable(function):
        if function is None:
            return run.fail(f"there is no function '{spelt}'", at)
        return run.fail(f"'{spelt}' is a {type_name(function)} and cannot be called", at)
    run.tick()
    try:
        return to_feel(function(*(from_feel(value) for value in values)))
    except (TypeError, AttributeError, ValueError, LookupError, ArithmeticError):
        return run.fail(f"'{spelt}' cannot be called with these values", at)


def user_function(
    frame: Frame, names: tuple[str, ...], types: tuple[Any, ...], body: Callable[[Frame], Any]
) -> FeelFunction:
    """A function whose body sees what is bound around it."""

    def invoke(run: FeelRun, values: tuple[Any, ...]) -> Any:
        bound = {}
        for name, kind, value in zip(names, types, values, strict=True):
            given = value
            if kind is not ANY:
                given, fits = coerce(value, kind)
                if not fits:
                    return run.fail(f"the parameter '{name}' has to be a {kind}, and a {type_name(value)} is given")
            bound[name] = given
        return body(Frame(run, bound, frame))

    return FeelFunction("function", names, invoke, types)
