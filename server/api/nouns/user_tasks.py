"""User tasks: the inbox, one of them with its form, and everything a person does with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server import clock
from server.api.endpoints import Noun
from server.api.sent_values import form_values
from server.api.shapes import CLOSED, Counted, Key, Line, Part, Reason, Text, Values
from server.commands import drafts
from server.commands import user_tasks as commands
from server.errors import NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import drafts as draft_queries
from server.queries import forms, inbox, people
from server.queries import user_tasks as queries
from server.queries.inbox import Filter, Order, Tab

noun = Noun("user-tasks", "User tasks", Permission.WORK)
Ids = Annotated[list[Key], Field(min_length=1, max_length=200)]


@shape(frozen=True, config=CLOSED, kw_only=True)
class Wanted(Part):
    """Which user tasks, in which order."""

    tab: Tab = Tab.MINE
    text: Line = ""
    process_key: Line = ""
    order: Order = Order.DUE


@shape(frozen=True, config=CLOSED)
class Completion:
    """What the form was filled in with."""

    values: Values
    reason: Reason | None = None


@shape(frozen=True, config=CLOSED)
class Draft:
    """What was typed so far."""

    values: Values


@dataclass(frozen=True)
class Done:
    """Which of them it was done for."""

    user_task_ids: tuple[str, ...]


@shape(frozen=True, config=CLOSED)
class Several:
    """Several user tasks by their ids."""

    user_task_ids: Ids


@shape(frozen=True, config=CLOSED)
class Delegation:
    """Who is to do it, and why."""

    person_id: Key
    reason: Reason


@shape(frozen=True, config=CLOSED)
class SeveralDelegated:
    """Who is to do several of them, and why."""

    user_task_ids: Ids
    person_id: Key
    reason: Reason


@shape(frozen=True, config=CLOSED)
class Reassignment:
    """Who is to do it (null: all candidates), and why."""

    person_id: Key | None
    reason: Reason


@shape(frozen=True, config=CLOSED)
class Words:
    """A question or an answer."""

    text: Text


@dataclass(frozen=True)
class FormView:
    """A form and the values it begins with."""

    schema: Mapping[str, Any]
    values: Mapping[str, Any]
    has_fields: bool


@dataclass(frozen=True)
class Saved:
    """When it was saved."""

    saved_at: datetime


@dataclass(frozen=True)
class DraftView:
    """What was typed so far, and when."""

    values: Mapping[str, Any]
    saved_at: datetime


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[inbox.Row]:
    """The inbox: the actor's user tasks, those offered to them, followed ones, or what is overdue."""
    which = Filter(wanted.tab, wanted.text, wanted.process_key, wanted.order)
    return inbox.part(actor, which, clock.now(), wanted.slice)


@noun.get("/{user_task_id}", Permission.SIGN_IN, tells_revision=True)
def one(actor: Actor, user_task_id: str) -> queries.UserTaskView:
    """A user task, open or done, with its instructions and why the actor sees it; its revision is the ETag."""
    return queries.user_task(actor, user_task_id)


@noun.get("/{user_task_id}/form", Permission.SIGN_IN)
def form(actor: Actor, user_task_id: str) -> FormView:
    """The form as form-js has it, and the values it begins with, or was completed with."""
    found = forms.form_of(actor, user_task_id)
    return FormView(found.schema, found.values, found.has_fields)


@noun.get("/{user_task_id}/successors")
def successors(actor: Actor, user_task_id: str) -> Page[people.Named]:
    """Whom it may be delegated to: its candidates first."""
    queries.user_task(actor, user_task_id)
    return Page(people.successors(actor, user_task_id))


@noun.post("/{user_task_id}/claim")
def claim(actor: Actor, user_task_id: str) -> None:
    """Take it, so that nobody else does it too."""
    commands.claim(actor, user_task_id)


@noun.post("/{user_task_id}/release")
def release(actor: Actor, user_task_id: str) -> None:
    """Give it back: to whoever delegated it, else to all candidates."""
    commands.release(actor, user_task_id)


@noun.post("/{user_task_id}/delegation")
def delegate(actor: Actor, user_task_id: str, body: Delegation) -> None:
    """Have somebody else do it; released, it comes back."""
    commands.delegate(actor, user_task_id, body.person_id, body.reason)


@noun.post("/{user_task_id}/assignment", Permission.SIGN_IN)
def reassign(actor: Actor, user_task_id: str, body: Reassignment) -> None:
    """Decide who does it, whoever has it now: operators, and those who lead a candidate group."""
    commands.reassign(actor, user_task_id, body.person_id, body.reason)


@noun.post("/{user_task_id}/completion")
def complete(actor: Actor, user_task_id: str, body: Completion) -> commands.Completed:
    """Submit the form and let the process go on. One that nobody has is claimed on the way."""
    return commands.complete(actor, user_task_id, form_values(actor, body.values), body.reason)


@noun.post("/{user_task_id}/question")
def ask_back(actor: Actor, user_task_id: str, body: Words) -> None:
    """Ask the requester something before going on."""
    commands.ask_back(actor, user_task_id, body.text)


@noun.post("/{user_task_id}/answer", Permission.COMMENT)
def answer_question(actor: Actor, user_task_id: str, body: Words) -> None:
    """Answer a question that was asked back."""
    commands.answer(actor, user_task_id, body.text)


@noun.get("/{user_task_id}/draft", Permission.SIGN_IN)
def draft(actor: Actor, user_task_id: str) -> DraftView:
    """What the actor has typed so far."""
    found = draft_queries.draft_of(actor, f"user_task:{user_task_id}")
    if found is None:
        raise NotFound("There is no draft of yours.")
    return DraftView(found.values, found.saved_at)


@noun.put("/{user_task_id}/draft", Permission.SIGN_IN, gives=Saved, changes=False)
def save_draft(actor: Actor, user_task_id: str, body: Draft) -> datetime:
    """Keep what was typed so far."""
    return drafts.save(actor, f"user_task:{user_task_id}", body.values)


@noun.delete("/{user_task_id}/draft", Permission.SIGN_IN, changes=False)
def discard_draft(actor: Actor, user_task_id: str) -> None:
    """Forget what was typed so far."""
    drafts.discard(actor, f"user_task:{user_task_id}")


@noun.post("/claims", gives=Done)
def claim_many(actor: Actor, body: Several) -> tuple[str, ...]:
    """Take all of them that nobody has yet."""
    return commands.claim_many(actor, body.user_task_ids)


@noun.post("/releases", gives=Done)
def release_many(actor: Actor, body: Several) -> tuple[str, ...]:
    """Give back all of them that are the actor's and that somebody else can take."""
    return commands.release_many(actor, body.user_task_ids)


@noun.post("/delegations", gives=Counted)
def delegate_many(actor: Actor, body: SeveralDelegated) -> int:
    """Have somebody else do all of them, or none."""
    return commands.delegate_many(actor, body.user_task_ids, body.person_id, body.reason)
