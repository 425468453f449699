"""Whoever changes something may ask that it is done only from the revision they have seen."""

from server import terms
from server.errors import Outdated
from server.sentences import say


def check_revision(subject: str, number: int, what: str = "This") -> None:
    """Raises Outdated when whoever gave the command has seen another revision of it and asked to be told."""
    asked = terms.current().revision
    if asked is not None and asked.subject == subject and number not in asked.numbers:
        raise Outdated(say("%(what)s has revision %(revision)s by now. Look at it again.", what=what, revision=number))
