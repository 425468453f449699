"""Process definitions: every version with its file, forms, figures and differences; suspend and resume them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Download, Line, Part, Text, Why
from server.bpmn.difference import Change
from server.commands import definition_comments as comment_commands
from server.commands import deployments as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import definition_comments, diagrams, forms
from server.queries import definitions as queries
from server.queries.definitions import Only, Sort

noun = Noun("process-definitions", "Process definitions", Permission.SEE_DEFINITIONS)


@shape(frozen=True, config=CLOSED)
class Wanted:
    """Which processes, in which order."""

    text: Line = ""
    only: Only = Only.ANY
    sort: Sort = Sort.NAME


@shape(frozen=True, config=CLOSED)
class Words:
    """What is said about a version."""

    text: Text


@dataclass(frozen=True)
class ElementForm:
    """The form of an element, empty, as form-js has it."""

    schema: Mapping[str, Any]
    has_fields: bool


@dataclass(frozen=True)
class Figures:
    """By element: how many instances are there, stuck there, and have passed."""

    counts: Mapping[str, diagrams.Counts]


@dataclass(frozen=True)
class Difference:
    """What changed from one version to another, in words."""

    old: queries.VersionLine
    new: queries.VersionLine
    changes: tuple[Change, ...]


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.ProcessLine]:
    """The latest version of every process."""
    return Page(queries.processes(actor, wanted.text, wanted.only, wanted.sort)[0])


@noun.get("/{definition_id}", tells_revision=True)
def one(actor: Actor, definition_id: str) -> queries.DefinitionView:
    """One version with its elements, forms, starts and other versions; its revision is the ETag."""
    return queries.definition(actor, definition_id)


@noun.get("/{definition_id}/file")
def file(actor: Actor, definition_id: str) -> Download:
    """The very bytes that were deployed."""
    queries.definition(actor, definition_id)
    name, content = diagrams.file(actor, definition_id)
    return Download(name, content)


@noun.get("/{definition_id}/drawing", Permission.SIGN_IN)
def drawing(actor: Actor, definition_id: str) -> Download:
    """The model with a diagram, laid out where it has none; also for those who may start it or see an instance."""
    return Download("drawing.bpmn", diagrams.drawing(actor, definition_id))


@noun.get("/{definition_id}/figures")
def figures(actor: Actor, definition_id: str) -> Figures:
    """How many instances are where."""
    return Figures(diagrams.counts(actor, definition_id))


@noun.get("/{definition_id}/forms/{element_key}")
def form(actor: Actor, definition_id: str, element_key: str) -> ElementForm:
    """The form of one of its elements."""
    found = forms.form_at(actor, definition_id, element_key)
    return ElementForm(found.schema, found.has_fields)


@noun.get("/{definition_id}/difference/{other_id}")
def difference(actor: Actor, definition_id: str, other_id: str) -> Difference:
    """What changed from the other version to this one."""
    found = queries.comparison(actor, other_id, definition_id)
    return Difference(found.old, found.new, found.changes)


@noun.get("/{definition_id}/comments")
def comments(actor: Actor, definition_id: str, wanted: Part) -> Page[definition_comments.DefinitionRemark]:
    """What people wrote about it, the newest first."""
    queries.definition(actor, definition_id)
    return definition_comments.part(actor, definition_id, wanted.slice)


@noun.post("/{definition_id}/comments", Permission.COMMENT, also=Permission.SEE_DEFINITIONS, changes=False)
def comment(actor: Actor, definition_id: str, body: Words) -> None:
    """Say something about it; whoever answers for it, has deployed it or has commented on it is told."""
    comment_commands.write(actor, definition_id, body.text)


@noun.post("/{definition_id}/suspension", Permission.MEND)
def suspend(actor: Actor, definition_id: str, body: Why) -> None:
    """No new instances of this version; running ones go on."""
    commands.suspend_definition(actor, definition_id, body.reason)


@noun.post("/{definition_id}/resumption", Permission.MEND)
def resume(actor: Actor, definition_id: str, body: Why) -> None:
    """New instances are allowed again."""
    commands.resume_definition(actor, definition_id, body.reason)
