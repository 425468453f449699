"""Processes that the actor may start: the catalogue, start forms, drafts and favourites."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, Line, Values
from server.commands import drafts, favourites
from server.errors import NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import drafts as draft_queries
from server.queries import start_catalogue as queries
from server.queries import steps

noun = Noun("processes", "Processes to start", Permission.START)


@shape(frozen=True, config=CLOSED)
class Wanted:
    """What the name, the category or the description holds."""

    text: Line = ""


@shape(frozen=True, config=CLOSED)
class StartDraft:
    """What was typed so far."""

    values: Values


@shape(frozen=True, config=CLOSED)
class Favour:
    """Whether it stays at the top of the catalogue."""

    is_favourite: bool


@dataclass(frozen=True)
class SavedAt:
    """When it was saved."""

    saved_at: datetime


@dataclass(frozen=True)
class StartDraftView:
    """What was typed so far, and when."""

    values: Mapping[str, Any]
    saved_at: datetime


@noun.get("")
def catalogue(actor: Actor, wanted: Wanted) -> Page[queries.Startable]:
    """The processes that the actor may start."""
    return Page(queries.catalogue(actor, wanted.text))


@noun.get("/{process_key}")
def one(actor: Actor, process_key: str) -> queries.Startable:
    """One of them."""
    return queries.startable(actor, process_key)


@noun.get("/{process_key}/form")
def form(actor: Actor, process_key: str) -> queries.StartForm:
    """Its start form as form-js has it."""
    return queries.start_form(queries.startable(actor, process_key))


@noun.get("/{process_key}/steps")
def ahead(actor: Actor, process_key: str) -> Page[steps.Step]:
    """What happens when it is started."""
    return Page(steps.ahead_of(queries.startable(actor, process_key).definition_id))


@noun.get("/{process_key}/draft")
def draft(actor: Actor, process_key: str) -> StartDraftView:
    """What the actor has typed so far."""
    found = draft_queries.draft_of(actor, f"start:{queries.startable(actor, process_key).key}")
    if found is None:
        raise NotFound("There is no draft of yours.")
    return StartDraftView(found.values, found.saved_at)


@noun.put("/{process_key}/draft", gives=SavedAt, changes=False)
def save_draft(actor: Actor, process_key: str, body: StartDraft) -> datetime:
    """Keep what was typed so far."""
    return drafts.save(actor, f"start:{queries.startable(actor, process_key).key}", body.values)


@noun.delete("/{process_key}/draft", changes=False)
def discard_draft(actor: Actor, process_key: str) -> None:
    """Forget what was typed so far."""
    drafts.discard(actor, f"start:{process_key}")


@noun.put("/{process_key}/favourite", changes=False)
def set_favourite(actor: Actor, process_key: str, body: Favour) -> None:
    """Keep it at the top of the catalogue, or not any more."""
    favourites.set_favourite(actor, queries.startable(actor, process_key).key, body.is_favourite)
