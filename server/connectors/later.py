"""Expressions of a model that are evaluated during a call, not before it: where the next page is, what is in it.

The reader of models writes them as a mapping of `expression` and `language`, whatever stands in variables; so nobody
but the model's author has a say in what is evaluated.
"""

from collections.abc import Mapping
from typing import Any

from server.errors import Failure, Invalid
from server.expressions import Compiled, Expression, parse


def read_later(parameters: Mapping[str, Any], name: str) -> Compiled | None:
    """The expression under *name*; None where there is none. Raises Failure for anything else."""
    given = parameters.get(name)
    if given is None or given == "":
        return None
    if not isinstance(given, Mapping) or set(given) != {"expression", "language"}:
        raise Failure(f"The parameter {name} must be written into the model, as an expression.")
    try:
        return parse(Expression(str(given["expression"]), str(given["language"]), 0))
    except Invalid as error:
        raise Failure(f"The parameter {name} cannot be read: {error.message}") from error
