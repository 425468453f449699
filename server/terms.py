"""The terms on which a face gives a command, kept by the transaction: once only, or only if nothing has changed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Once:
    """Do it once, however often it is asked under this key; `answer` makes of its result what is told again later.

    `fingerprint` tells whether the same was asked.
    """

    key: str
    fingerprint: str
    answer: Callable[[Any], str]


@dataclass(frozen=True)
class Revision:
    """Do it only if what has this id (or key) still has one of these revisions."""

    subject: str
    numbers: frozenset[int]


@dataclass(frozen=True)
class Terms:
    once: Once | None = None
    revision: Revision | None = None


_terms: ContextVar[Terms] = ContextVar("terms", default=Terms())  # noqa: B039  # it is frozen


@contextmanager
def under(terms: Terms) -> Iterator[None]:
    """Commands that this thread gives in here keep to *terms*."""
    token = _terms.set(terms)
    try:
        yield
    finally:
        _terms.reset(token)


def current() -> Terms:
    """The terms of the command that is being given."""
    return _terms.get()
