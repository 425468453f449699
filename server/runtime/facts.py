"""The facts by their names, as history keeps them and subscribers are told them."""

from datetime import datetime
from typing import Any, get_args

from server.engine.facts import Fact
from server.expressions import values

FACTS: tuple[str, ...] = tuple(kind.__name__ for kind in get_args(Fact))


def plain(value: Any) -> Any:
    """The value of a field of a fact, as JSON keeps it."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return values.encode(list(value) if isinstance(value, tuple) else dict(value) if hasattr(value, "items") else value)
