"""Whoever changes something may ask that it is done only from the revision they have seen."""

from server import terms
from server.errors import Outdated


def check_revision(subject: str, number: int, what: str = "This") -> None:
    """Raises Outdated when whoever gave the command has seen another revision of it and asked to be told."""
    asked = terms.current().revision
    if asked is not None and asked.subject == subject and number not in asked.numbers:
        raise Outdated(f"{what} has revision {number} by now. Look at it again.")
