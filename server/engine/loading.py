"""Loading an instance in portions: the bodies of a wide multi-instance stay where they are kept until they are needed.

A body that only waits for somebody to do its work touches nothing but itself and its loop. Its parts, and the results
that a loop collects, are portions of their own: to complete one of ten thousand, the others need not be read.
"""

from collections.abc import Callable, Mapping

from server.engine.snapshot import portion

Fetch = Callable[[int | None], Mapping[str, str]]
"""Reads the parts of one portion by its number; None: of every portion but the first."""


class Rest:
    """What of an instance has not been loaded. Without *fetch* there is nothing of that kind."""

    def __init__(self, fetch: Fetch | None) -> None:
        self._fetch = fetch
        self._here: set[int] = set()

    def arrived(self, number: int) -> None:
        """A body that began here, or was loaded: what is kept of it is older than what is known."""
        if self._fetch is not None:
            self._here.add(number)

    def one(self, number: int) -> Mapping[str, str]:
        """The parts of a body that has not been loaded; none if there is no such body."""
        if self._fetch is None or number in self._here:
            return {}
        self._here.add(number)
        return self._fetch(number)

    def all(self) -> Mapping[str, str]:
        """The parts of everything that has not been loaded; from now on all is."""
        if self._fetch is None:
            return {}
        fetch, self._fetch = self._fetch, None
        return {key: text for key, text in fetch(None).items() if portion(key) not in self._here}
