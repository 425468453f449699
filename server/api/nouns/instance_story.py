"""What is known of one process instance besides its state: history, comments, files, decisions, what may come next."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.installation import stored
from server.api.shapes import CLOSED, Key, Text, Upload
from server.commands import ad_hoc as ad_hoc_commands
from server.commands import attachments
from server.commands import comments as comment_commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import ad_hoc, conversation, decisions, history, steps, user_tasks
from server.queries.process_instances import instance

noun = Noun("process-instances", "Process instances", Permission.SIGN_IN)


@shape(frozen=True, config=CLOSED)
class HowMuch:
    """How many entries at most."""

    limit: Annotated[int, Field(ge=1, le=10_000)] = 500


@shape(frozen=True, config=CLOSED)
class Comment:
    """What is said, and about which of its user tasks, if about one."""

    text: Text
    user_task_id: Key | None = None


@shape(frozen=True, config=CLOSED)
class Choice:
    """What is to be begun inside the ad-hoc sub-process."""

    element_key: Key


@dataclass(frozen=True)
class Begun:
    """The user task that this has led to, if there is one which the actor may do."""

    user_task_id: str | None


@noun.get("/{instance_id}/history")
def trail(actor: Actor, instance_id: str, wanted: HowMuch) -> history.Trail:
    """Everything that happened and everything that was asked for, in its order."""
    instance(actor, instance_id)
    return history.trail(actor, instance_id, wanted.limit)


@noun.get("/{instance_id}/steps")
def steps_of(actor: Actor, instance_id: str) -> Page[steps.Step]:
    """The main steps: done, now, and likely to come."""
    instance(actor, instance_id)
    return Page(steps.of_instances(actor, [instance_id]).get(instance_id, ()))


@noun.get("/{instance_id}/marks")
def marks(actor: Actor, instance_id: str) -> user_tasks.Marks:
    """What to paint on the diagram: elements done, at work and failed."""
    instance(actor, instance_id)
    return user_tasks.marks(actor, instance_id)


@noun.get("/{instance_id}/decisions")
def decisions_of(actor: Actor, instance_id: str) -> Page[decisions.Made]:
    """The decisions it made, with the rules that matched."""
    instance(actor, instance_id)
    return Page(decisions.made(actor, instance_id))


@noun.get("/{instance_id}/deeds")
def deeds(actor: Actor, instance_id: str) -> Page[conversation.Deed]:
    """Who did what in it."""
    instance(actor, instance_id)
    return Page(conversation.deeds(actor, instance_id))


@noun.get("/{instance_id}/comments")
def comments(actor: Actor, instance_id: str) -> Page[conversation.Remark]:
    """What people wrote about it."""
    instance(actor, instance_id)
    return Page(conversation.comments(actor, instance_id))


@noun.post("/{instance_id}/comments", Permission.COMMENT)
def comment(actor: Actor, instance_id: str, body: Comment) -> None:
    """Say something about it; whoever works on it and whoever started it is told."""
    comment_commands.write(actor, instance_id, body.text, body.user_task_id)


@noun.get("/{instance_id}/attachments")
def files(actor: Actor, instance_id: str) -> Page[conversation.FileLine]:
    """The files that belong to it."""
    instance(actor, instance_id)
    return Page(conversation.files(actor, instance_id))


@noun.post("/{instance_id}/attachments", Permission.COMMENT, success=201)
def attach(actor: Actor, instance_id: str, body: Upload) -> attachments.Uploaded:
    """Add one file."""
    return attachments.upload(actor, body.name, body.media_type, stored(body), instance_id)


@noun.get("/{instance_id}/ad-hoc")
def open_ad_hoc(actor: Actor, instance_id: str) -> Page[ad_hoc.OpenAdHoc]:
    """The ad-hoc sub-processes that are open, with what may be begun in them."""
    instance(actor, instance_id)
    return Page(ad_hoc.open_ad_hoc(actor, instance_id))


@noun.post("/{instance_id}/ad-hoc/{activity}/activities", Permission.WORK, gives=Begun)
def start_activity(actor: Actor, instance_id: str, activity: int, body: Choice) -> str | None:
    """Begin an element inside an ad-hoc sub-process."""
    return ad_hoc_commands.start_activity(actor, instance_id, activity, body.element_key)


@noun.post("/{instance_id}/ad-hoc/{activity}/completion", Permission.WORK)
def finish_ad_hoc(actor: Actor, instance_id: str, activity: int) -> None:
    """Enough has been done in it: end it."""
    ad_hoc_commands.finish(actor, instance_id, activity)
