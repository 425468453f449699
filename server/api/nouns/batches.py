"""Batches: one thing done to many, by a job each; how far it has come, pausing and stopping it."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Key, Line, Part, Reason
from server.commands import batches as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import batches as queries

noun = Noun("batches", "Batches", Permission.SEE_OPERATIONS)


@shape(frozen=True, config=CLOSED)
class NewBatch:
    """What is done to which process instances, what they have in common in words, and why."""

    kind: Literal["cancel", "suspend", "resume"]
    instance_ids: Annotated[list[Key], Field(min_length=1, max_length=10_000)]
    reason: Reason
    about: Line = ""


@noun.get("")
def find(actor: Actor, wanted: Part) -> Page[queries.BatchLine]:
    """The batches, the newest first."""
    return queries.part(actor, wanted.slice)


@noun.post("", Permission.MEND, success=201)
def begin(actor: Actor, body: NewBatch) -> commands.Begun:
    """Cancel, suspend or resume many process instances. Batches of incidents begin at their cause."""
    return commands.of_instances(actor, commands.BatchKind(body.kind), body.instance_ids, body.about, body.reason)


@noun.get("/{batch_id}")
def one(actor: Actor, batch_id: str) -> queries.BatchView:
    """One batch, how far it has come, and what failed."""
    return queries.batch(actor, batch_id)


@noun.post("/{batch_id}/pause", Permission.MEND)
def pause(actor: Actor, batch_id: str) -> None:
    """Begin nothing more of it until it goes on."""
    commands.pause(actor, batch_id)


@noun.post("/{batch_id}/continuation", Permission.MEND)
def go_on(actor: Actor, batch_id: str) -> None:
    """Let a paused batch go on."""
    commands.go_on(actor, batch_id)


@noun.post("/{batch_id}/stop", Permission.MEND)
def stop(actor: Actor, batch_id: str) -> None:
    """Leave for good what it has not come to."""
    commands.stop(actor, batch_id)
