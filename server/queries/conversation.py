"""What people said and did in a request: comments, files, and who did what so far in plain words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.records.attachment import Attachment, Comment
from server.records.identity import Person
from server.records.logs import AuditEntry
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime import access
from server.sentences import say

_WORDS = {
    "process_instances.start": say("started the request"),
    "process_instances.withdraw": say("withdrew the request"),
    "process_instances.cancel": say("cancelled the request"),
    "process_instances.suspend": say("put the request on hold"),
    "process_instances.resume": say("resumed the request"),
    "process_instances.remind": say("sent a reminder"),
    "process_instances.move": say("moved the request to another step"),
    "process_instances.set_variable": say("changed a value"),
    "process_instances.remove_variable": say("removed a value"),
    "user_tasks.claim": say("claimed"),
    "user_tasks.release": say("released"),
    "user_tasks.delegate": say("handed over"),
    "user_tasks.reassign": say("assigned"),
    "user_tasks.complete": say("completed"),
    "user_tasks.ask_back": say("asked back about"),
    "user_tasks.answer": say("answered the question about"),
    "incidents.retry": say("tried a failed step again"),
    "attachments.upload": say("added a file"),
    "attachments.remove": say("removed a file"),
}


@dataclass(frozen=True)
class Remark:
    """A comment: who wrote it, when, and what."""

    id: str
    person: str
    written_at: datetime
    text: str


@dataclass(frozen=True)
class FileLine:
    """An uploaded file; `size` in bytes."""

    id: str
    name: str
    size: int
    person: str
    person_id: str
    uploaded_at: datetime


@dataclass(frozen=True)
class Deed:
    """One line of the history: "Grace" "completed" "Approve purchase", with the reason if one was given."""

    person: str
    words: str
    user_task: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class StoredFile:
    """What a download needs: the name, and the digest under which the file store has the bytes."""

    name: str
    media_type: str
    digest: str
    size: int


def comments(actor: Actor, instance_id: str) -> tuple[Remark, ...]:
    """The comments on an instance that the actor may see, the oldest first."""
    rows = db.session.execute(
        select(Comment, Person.name)
        .outerjoin(Person, Person.id == Comment.person_id)
        .where(Comment.instance_id.in_(_visible(actor, instance_id)))
        .order_by(Comment.written_at, Comment.id)
    )
    return tuple(
        Remark(comment.id, name or comment.person_id, comment.written_at, comment.text) for comment, name in rows
    )


def files(actor: Actor, instance_id: str) -> tuple[FileLine, ...]:
    """The files of an instance that the actor may see, the oldest first."""
    rows = db.session.execute(
        select(Attachment, Person.name)
        .outerjoin(Person, Person.id == Attachment.uploaded_by)
        .where(Attachment.instance_id.in_(_visible(actor, instance_id)))
        .order_by(Attachment.uploaded_at, Attachment.id)
    )
    return tuple(
        FileLine(file.id, file.name, file.size, name or file.uploaded_by, file.uploaded_by, file.uploaded_at)
        for file, name in rows
    )


def stored_file(actor: Actor, attachment_id: str) -> StoredFile:
    """A file of an instance that the actor may see, or one they uploaded. Raises NotFound."""
    file = db.session.get(Attachment, attachment_id)
    if file is not None and _may_download(actor, file):
        return StoredFile(file.name, file.media_type, file.digest, file.size)
    raise NotFound(say("There is no file here by that address, or you may not see it."))


def deeds(actor: Actor, instance_id: str) -> tuple[Deed, ...]:
    """Who did what so far in an instance that the actor may see, the newest first."""
    rows = db.session.execute(
        select(AuditEntry, Person.name, UserTask.name.label("user_task"))
        .outerjoin(Person, Person.id == AuditEntry.actor)
        .outerjoin(UserTask, UserTask.id == AuditEntry.subject)
        .where(AuditEntry.instance_id.in_(_visible(actor, instance_id)), AuditEntry.command.in_(_WORDS))
        .order_by(AuditEntry.id.desc())
        .limit(100)
    )
    return tuple(
        Deed(name or entry.actor, _WORDS[entry.command], user_task or "", entry.at, entry.reason or "")
        for entry, name, user_task in rows
    )


def _visible(actor: Actor, instance_id: str) -> Select[str]:
    return select(ProcessInstance.id).where(ProcessInstance.id == instance_id, access.visible_instances(actor))


def _may_download(actor: Actor, file: Attachment) -> bool:
    if file.instance_id is None:
        return file.uploaded_by == actor.id
    return db.session.scalar(_visible(actor, file.instance_id)) is not None
