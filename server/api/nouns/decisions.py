"""Decisions: every version with its tables, and trying one."""

from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Download, Line
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import decisions as queries

noun = Noun("decisions", "Decisions", Permission.SEE_DEFINITIONS)


@shape(frozen=True, config=CLOSED)
class Wanted:
    """What the name holds."""

    text: Line = ""


@shape(frozen=True, config=CLOSED)
class Given:
    """What is put in, by name, each as a FEEL expression."""

    given: dict[str, Line]


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.DecisionLine]:
    """The latest version of every decision."""
    return Page(queries.lines(actor, wanted.text)[0])


@noun.get("/{definition_id}")
def one(actor: Actor, definition_id: str) -> queries.DecisionView:
    """One version with its tables."""
    return queries.decision(actor, definition_id)


@noun.get("/{definition_id}/file")
def file(actor: Actor, definition_id: str) -> Download:
    """The very bytes that were deployed."""
    name, content = queries.file(actor, definition_id)
    return Download(name, content)


@noun.post("/{definition_id}/trial", changes=False)
def trial(actor: Actor, definition_id: str, body: Given) -> queries.Trial:
    """What it would decide, and which rules match; nothing is kept."""
    return queries.tried(actor, definition_id, body.given)
