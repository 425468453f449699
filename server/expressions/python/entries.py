"""Entries of texts, lists and mappings: read one, visit all, take them apart."""

from typing import Any

from server.errors import Failure
from server.expressions.run import Run
from server.expressions.settling import NESTED
from server.expressions.wording import kind


def entries(run: Run, value: Any) -> list[Any]:
    """What a loop over *value* visits, copied so that the loop may change *value*."""
    if type(value) in (list, tuple, dict, str):
        run.items(len(value), 8 if type(value) is not str or value.isascii() else 90)
        return list(value)
    raise Failure(f"{kind(value)} cannot be visited entry by entry")


def subscript(run: Run, holder: Any, index: Any) -> Any:
    """`holder[index]` for texts, lists and mappings."""
    if type(holder) is dict:
        try:
            return holder[index]
        except (KeyError, TypeError):
            raise Failure(f"there is no entry {index!r:.60} in the mapping") from None
    if type(holder) in (str, list, tuple):
        if type(index) is int:
            try:
                return holder[index]
            except IndexError:
                raise Failure(f"there is no entry {index} among {len(holder)}") from None
        if type(index) is slice:
            part = holder[index]
            if type(part) is str:
                return run.made(part)
            run.items(len(part), 8)
            return part
    raise Failure(f"{kind(holder)} has no entry {index!r:.60}")


def as_key(key: Any) -> Any:
    """*key*, unless it is nested: such a key takes too long to hash."""
    if type(key) in NESTED:
        raise Failure(f"{kind(key)} cannot be a key of a mapping")
    return key


def distribute(value: Any, count: int) -> Any:
    """The *count* parts of *value* for as many names."""
    if type(value) not in (list, tuple, str, dict) or len(value) != count:
        raise Failure(f"{kind(value)} cannot be taken apart into {count} names")
    return value
