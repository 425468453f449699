"""Why an expression came out as it did, whatever its language: its parts with their values, outermost first."""

from dataclasses import dataclass
from itertools import islice
from typing import Any

from server.errors import Failure
from server.expressions.settling import NESTED

ENTRIES = 20
"""Entries kept of a list or mapping, at each level: nobody reads more."""
_LEVELS = 4
_CHARACTERS = 500


@dataclass(frozen=True)
class Explained:
    """A part of the text with its value, cut short where it is long, and the parts within it.

    `failure` is the sentence where it ended in one, or where its value is missing.
    """

    text: str
    value: Any
    parts: "tuple[Explained, ...]" = ()
    failure: str = ""


def brief(value: Any, level: int = 0) -> Any:
    """*value* as far as people read it; no larger than a few pages, however large it is."""
    if type(value) is str:
        return value if len(value) <= _CHARACTERS else f"{value[:_CHARACTERS]}…"
    if type(value) not in NESTED:
        return value
    if level == _LEVELS and value:
        return "…"
    if type(value) is dict:
        found = {str(key): brief(item, level + 1) for key, item in islice(value.items(), ENTRIES)}
        return found if len(value) <= ENTRIES else {**found, "…": f"{len(value) - ENTRIES:,} more"}
    items = [brief(item, level + 1) for item in islice(value, ENTRIES)]
    return items if len(value) <= ENTRIES else [*items, "…"]


def told(error: Exception) -> str:
    """Why an evaluation ended, in the middle of a sentence."""
    return str(error).removesuffix(".") if isinstance(error, Failure) else "it is nested too deeply"
